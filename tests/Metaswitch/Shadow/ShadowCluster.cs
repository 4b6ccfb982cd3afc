using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using TrunkBot.Trunks.Sites;
using TrunkBot.Tests.Support;

namespace TrunkBot.Metaswitch.Tests.Shadow;

/// <summary>
/// A private PostgreSQL on loopback with a database like the shadow copy of a MetaView Server. The columns beyond the published pattern are
/// invented. PostgreSQL refuses to run as root: then the user postgres of the Debian package runs it.
/// </summary>
public sealed class ShadowCluster : IAsyncLifetime
{
    public const string ReaderPassword = "r3ad-only";

    private const string Tables = """
        CREATE DATABASE shadow_config_db;
        """;

    private const string Content = """
        CREATE TABLE meta_configuredsipbinding (
          id serial, baseinformation_name text, baseinformation_metaswitchname text, baseinformation_sipdomainname text, baseinformation_contactdomainname text,
          baseinformation_proxyipaddress inet, baseinformation_mediagatewaymodel text, status_name text);
        CREATE TABLE meta_siptrunk (id serial, metaswitchname text, siptrunkname text, baseinformation_configuredsipbinding text);
        INSERT INTO meta_configuredsipbinding (baseinformation_name, baseinformation_metaswitchname, baseinformation_sipdomainname, baseinformation_contactdomainname, baseinformation_proxyipaddress, baseinformation_mediagatewaymodel)
          VALUES ('NorthernBinding', 'CFS-1', 'northern.example', 'gw1.northern.example', '10.20.0.5', 'Standard'),
                 ('OldTwilio', 'CFS-1', 'ACME.pstn.twilio.com', 'acme.pstn.twilio.com', '10.20.0.9', 'Twilio'),
                 ('Elsewhere', 'CFS-2', 'acme.pstn.twilio.com', 'acme.pstn.twilio.com', '10.20.0.5', 'Twilio');
        INSERT INTO meta_siptrunk (metaswitchname, siptrunkname, baseinformation_configuredsipbinding) VALUES ('CFS-1', 'NorthernTrunk', 'CFS-1/NorthernBinding');
        CREATE ROLE shadowconfigread LOGIN PASSWORD 'r3ad-only';
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO shadowconfigread;
        """;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "trunkbot-shadow-" + Path.GetRandomFileName());
    private readonly string _ownerPassword = RandomNumberGenerator.GetHexString(24);
    private Process? _server;
    private Task? _log;

    public int Port { get; private set; }

    public string CaFile => Path.Combine(_folder, "ca.pem");

    /// <summary>As a site profile has it; every test may have a database of its own.</summary>
    public ShadowDatabaseSite Site(string database = "shadow_config_db", DatabaseTls tls = DatabaseTls.Verified) => new()
    {
        Host = "localhost",
        Port = Port,
        Database = database,
        Password = new("denver-shadow"),
        Tls = tls,
        CaFile = tls == DatabaseTls.Verified ? CaFile : null,
    };

    public async ValueTask InitializeAsync()
    {
        var root = Environment.UserName == "root";
        await RunAsync("install", root ? ["-d", "-m", "700", "-o", "postgres", _folder] : ["-d", "-m", "700", _folder]);
        WriteCertificate();
        await File.WriteAllTextAsync(Path.Combine(_folder, "pw"), _ownerPassword);
        if (root)
        {
            await RunAsync("chown", ["-R", "postgres", _folder]);
        }

        await RunAsync(Tool("initdb"), ["-D", Data, "-U", "owner", "--auth=scram-sha-256", $"--pwfile={_folder}/pw", "--no-sync", "-E", "UTF8", "--locale=C"], asServer: true);
        for (var tries = 0; _server is null; tries++)
        {
            Port = FreePorts.Next();
            _server = await ListenAsync(lastTry: tries == 4);
        }

        await ExecuteAsync("postgres", Tables);
        await ExecuteAsync("shadow_config_db", Content);
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=owner;Password={_ownerPassword};Database={database};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A copy of the database for a test that changes it.</summary>
    public async Task<string> CopyAsync()
    {
        var name = "copy_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE shadow_config_db");
        return name;
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
    }

    private string Data => Path.Combine(_folder, "data");

    private async Task<Process?> ListenAsync(bool lastTry)
    {
        var start = Start(Tool("postgres"),
            ["-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}", "-c", "fsync=off", "-c", "ssl=on",
                "-c", $"ssl_cert_file={_folder}/server.pem", "-c", $"ssl_key_file={_folder}/server.key"], asServer: true);
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

    private void WriteCertificate()
    {
        var begin = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(begin, begin.AddDays(10));
        File.WriteAllText(CaFile, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "server.pem"), certificate.ExportCertificatePem());
        using var file = new FileStream(Path.Combine(_folder, "server.key"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.Write(System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
    }
}
