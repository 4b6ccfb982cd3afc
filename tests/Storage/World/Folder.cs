using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace TrunkBot.Storage.Tests.World;

/// <summary>A migrated database of its own, SQLite's in a data folder or on the PostgreSQL of the run; <see cref="RestartAsync"/> is a new process on the same one.</summary>
public abstract partial class Folder : IAsyncLifetime
{
    private ServiceProvider? _services;
    private Server _server = null!;
    private string _database = "";

    protected string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"trunkbot-{Guid.NewGuid():N}", "data");

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The same tests, over the other database.</summary>
    protected virtual bool IsOnPostgres => false;

    protected T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        if (IsOnPostgres)
        {
            _server = (await TestContext.Current.GetFixture<Server>())!;
            _database = await _server.CreateAsync();
        }

        await RestartAsync();
    }

    protected async Task RestartAsync()
    {
        await CloseAsync();
        _services = Another();
        await _services.MigrateAsync(Ct);
    }

    /// <summary>Stores of another process on the same database.</summary>
    protected ServiceProvider Another() => AddStorage(new ServiceCollection()).BuildServiceProvider();

    protected IServiceCollection AddStorage(IServiceCollection services) =>
        IsOnPostgres ? services.AddPostgresStorage(_server.ConnectionString(_database), _ => _server.Password) : services.AddStorage(Path);

    /// <summary>Everything that is stored, as text.</summary>
    protected async Task<string> BytesAsync() => IsOnPostgres
        ? await _server.ToolAsync("pg_dump", _database)
        : string.Concat(Directory.EnumerateFiles(Path).Select(f =>
        {
            using var stream = new FileStream(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return reader.ReadToEnd();
        }));

    /// <param name="sql">As SQLite takes it; PostgreSQL wants the names of columns in quotes.</param>
    protected async Task<string?> SqlAsync(string sql)
    {
        if (IsOnPostgres)
        {
            return await _server.ExecuteAsync(_database, Column().Replace(sql, "\"$0\""));
        }

        await using var connection = new SqliteConnection($"Data Source={System.IO.Path.Combine(Path, "trunkbot.db")};Pooling=False");
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (await command.ExecuteScalarAsync(Ct))?.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (IsOnPostgres)
        {
            await _server.ExecuteAsync("postgres", $"DROP DATABASE {_database} WITH (FORCE)");
        }
        else
        {
            Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
        }

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

    [GeneratedRegex(@"(?<!['""\w])[A-Z][a-z]\w*(?!['""\w])")]
    private static partial Regex Column();
}
