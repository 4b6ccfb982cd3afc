using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace TrunkBot.Tests.Support;

/// <summary>
/// A PostgreSQL server of the test run's own on loopback, from Debian's package, with a database for whoever asks. PostgreSQL refuses to run as root: then the
/// package's user postgres runs it.
/// </summary>
/// <remarks>It does not sync to the disk, unless it is asked to be as durable as a real one: what a power cut would lose is no test's subject.</remarks>
public class PrivatePostgres(bool isDurable) : IAsyncLifetime
{
    private const string Owner = "trunkbot";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "trunkbot-pg-" + Path.GetRandomFileName());
    private Process? _server;
    private Task? _log;

    public PrivatePostgres()
        : this(isDurable: false)
    {
    }

    public int Port { get; private set; }

    public string Password { get; } = RandomNumberGenerator.GetHexString(24);

    /// <summary>Addresses to listen at beside loopback.</summary>
    public string Listens { get; init; } = "127.0.0.1";

    /// <summary>Without the password, as the settings have it.</summary>
    public string ConnectionString(string database, string host = "127.0.0.1") => $"Host={host};Port={Port};Username={Owner};Database={database};Timeout=15;Command Timeout=15";

    public async ValueTask InitializeAsync()
    {
        var root = Environment.UserName == "root";
        await RunAsync("install", root ? ["-d", "-m", "700", "-o", "postgres", _folder] : ["-d", "-m", "700", _folder]);
        await File.WriteAllTextAsync(Path.Combine(_folder, "pw"), Password);
        if (root)
        {
            await RunAsync("chown", ["-R", "postgres", _folder]);
        }

        await RunAsync(Tool("initdb"), ["-D", Data, "-U", Owner, "--auth=scram-sha-256", $"--pwfile={_folder}/pw", "--no-sync", "-E", "UTF8", "--locale=C"], asServer: true);
        await File.AppendAllTextAsync(Path.Combine(Data, "pg_hba.conf"), "host all all 10.0.0.0/8 scram-sha-256\n");
        for (var tries = 0; _server is null; tries++)
        {
            Port = FreePorts.Next();
            _server = await ListenAsync(lastTry: tries == 4);
        }
    }

    /// <summary>A new database.</summary>
    /// <param name="template">The database that it is a copy of; nobody may be connected to that.</param>
    public async Task<string> CreateAsync(string template = "template0")
    {
        var name = "db_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY");
        return name;
    }

    public async Task<string?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString(database)};Password={Password};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    /// <summary>Runs one of PostgreSQL's programs against the server, as an operator does.</summary>
    public async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var start = Start(Tool(tool), ["-h", "127.0.0.1", "-p", $"{Port}", "-U", Owner, .. arguments], asServer: false);
        start.Environment["PGPASSWORD"] = Password;
        using var process = Process.Start(start)!;
        var (output, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{tool}: {await wrong}");
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill();
            await _server.WaitForExitAsync();
            await _log!;
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private string Data => Path.Combine(_folder, "data");

    private async Task<Process?> ListenAsync(bool lastTry)
    {
        string[] quick = isDurable ? [] : ["-c", "fsync=off", "-c", "full_page_writes=off"];
        var start = Start(
            Tool("postgres"), ["-D", Data, "-p", $"{Port}", "-c", $"listen_addresses={Listens}", "-c", $"unix_socket_directories={_folder}", "-c", "max_connections=200", .. quick], asServer: true);
        start.Environment["LC_ALL"] = "C";
        var server = Process.Start(start)!;
        var said = new List<string>();
        while (await server.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                _log = server.StandardError.ReadToEndAsync();
                return server;
            }
        }

        await server.WaitForExitAsync();
        server.Dispose();
        return lastTry ? throw new InvalidOperationException(string.Join('\n', said)) : null;
    }

    private static async Task RunAsync(string program, string[] arguments, bool asServer = false)
    {
        using var process = Process.Start(Start(program, arguments, asServer))!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var wrong = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {wrong}");
    }

    private static ProcessStartInfo Start(string program, string[] arguments, bool asServer)
    {
        string[] all = asServer && Environment.UserName == "root"
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]
            : [program, .. arguments];
        return new(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
    }

    /// <summary>Debian keeps the server's programs out of the path, one folder a version.</summary>
    private static string Tool(string name) => Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin", name)).Where(File.Exists).Order().Last();
}
