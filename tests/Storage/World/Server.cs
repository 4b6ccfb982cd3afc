using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Storage.Tests.World;
using TrunkBot.Tests.Support;

[assembly: AssemblyFixture(typeof(Server))]

namespace TrunkBot.Storage.Tests.World;

/// <summary>The PostgreSQL of the run, which hands out copies of a migrated database.</summary>
public sealed class Server : IAsyncLifetime
{
    private readonly PrivatePostgres _postgres = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private string? _template;

    public string Password => _postgres.Password;

    public string ConnectionString(string database) => _postgres.ConnectionString(database);

    public Task<string?> ExecuteAsync(string database, string sql) => _postgres.ExecuteAsync(database, sql);

    public Task<string> ToolAsync(string tool, params string[] arguments) => _postgres.ToolAsync(tool, arguments);

    /// <summary>An empty database, or one that is migrated.</summary>
    public async Task<string> CreateAsync(bool isEmpty = false)
    {
        // The template may have one copier at a time.
        await _one.WaitAsync();
        try
        {
            if (isEmpty)
            {
                return await _postgres.CreateAsync();
            }

            return await _postgres.CreateAsync(_template ??= await MigratedAsync());
        }
        finally
        {
            _one.Release();
        }
    }

    public ValueTask InitializeAsync() => _postgres.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        _one.Dispose();
        await _postgres.DisposeAsync();
    }

    private async Task<string> MigratedAsync()
    {
        var database = await _postgres.CreateAsync();
        await using var services = new ServiceCollection().AddPostgresStorage(_postgres.ConnectionString(database), _ => _postgres.Password).BuildServiceProvider();
        await services.MigrateAsync(CancellationToken.None);
        return database;
    }
}
