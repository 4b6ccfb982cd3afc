using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace TrunkBot.Storage.Tests.World;

/// <summary>A data folder of its own with a migrated database; <see cref="RestartAsync"/> is a new process on the same folder.</summary>
public abstract class Folder : IAsyncLifetime
{
    private ServiceProvider? _services;

    protected string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"trunkbot-{Guid.NewGuid():N}", "data");

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    public async ValueTask InitializeAsync() => await RestartAsync();

    protected async Task RestartAsync()
    {
        await CloseAsync();
        _services = Another();
        await _services.MigrateAsync(Ct);
    }

    /// <summary>Stores of another process on the same folder.</summary>
    protected ServiceProvider Another() => new ServiceCollection().AddStorage(Path).BuildServiceProvider();

    /// <summary>Everything that is in the files of the folder, as text.</summary>
    protected string Bytes() => string.Concat(Directory.EnumerateFiles(Path).Select(f =>
    {
        using var stream = new FileStream(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }));

    protected async Task<string?> SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={System.IO.Path.Combine(Path, "trunkbot.db")};Pooling=False");
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (await command.ExecuteScalarAsync(Ct))?.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task CloseAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = System.IO.Path.Combine(Path, "trunkbot.db"),
            ForeignKeys = true,
        }.ToString());
        SqliteConnection.ClearPool(connection);
    }
}
