using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Session;

/// <summary>A real sshd on loopback whose forced command is <c>device.py</c>, and the driver connected to it.</summary>
public sealed class TestDevice : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbc");
    private readonly List<Process> _servers = [];
    private readonly ServiceProvider _services;
    private readonly List<WireExchange> _wire = [];

    internal PerimetaSite Perimeta { get; private set; } = Sample.Perimeta();

    internal SiteProfile Site => Sample.Site(Perimeta);

    internal INetworkSystem Driver => _services.GetRequiredService<INetworkSystem>();

    internal IStatusReader Status => _services.GetRequiredService<IStatusReader>();

    internal string Running => File.ReadAllText(Path("running.txt"));

    /// <summary>Every line that the device received and that is not empty.</summary>
    internal IReadOnlyList<string> Received => File.Exists(Path("log.txt")) ? File.ReadAllLines(Path("log.txt")) : [];

    internal IReadOnlyList<WireExchange> Wire => _wire;

    internal string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    internal static async Task<TestDevice> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("dialects");
        var device = new TestDevice(folder);
        return await device.BeginAsync();
    }

    private TestDevice(DirectoryInfo dialects)
    {
        File.WriteAllText(
            System.IO.Path.Combine(dialects.FullName, "impatient.json"),
            """{ "name": "impatient", "source": "test", "invented": true, "errors": ["^% Error"], "limits": { "lineSeconds": 2, "loginSeconds": 4, "quietMilliseconds": 100 } }""");
        var services = new ServiceCollection();
        services.AddSingleton<ISecrets>(new Secrets());
        services.AddPerimeta(dialects.FullName);
        _services = services.BuildServiceProvider();
        dialects.Delete(recursive: true);
    }

    internal void Fault(string name, string text) => File.WriteAllText(Path(name), text);

    internal void Mend(string name) => File.Delete(Path(name));

    internal void Use(Func<PerimetaSite, PerimetaSite> change) => Perimeta = change(Perimeta);

    /// <summary>Another server on another port with other host keys that are not pinned.</summary>
    internal async Task FailOverAsync()
    {
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path("host_other"));
        var port = await ServeAsync("host_other");
        File.WriteAllText(Path("known_hosts"), File.ReadAllText(Path("known_hosts")).Replace($":{Perimeta.Port} ", $":{port} ", StringComparison.Ordinal));
        Perimeta = Perimeta with { Port = port };
    }

    internal async Task<SystemPlan> PlanAsync(TrunkIntent intent) =>
        Driver.Plan(intent, Site, await Driver.ReadAsync(intent, Site, TestContext.Current.CancellationToken));

    internal async Task<StepResult> ApplyAsync(PlannedStep step) => await Driver.ApplyAsync(step, Context(), TestContext.Current.CancellationToken);

    internal async Task<StepResult> UndoAsync(PlannedStep step) => await Driver.UndoAsync(step, Context(), TestContext.Current.CancellationToken);

    internal async Task<StepObservation> ObserveAsync(PlannedStep step) => await Driver.ObserveAsync(step, Context(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        foreach (var server in _servers)
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
            server.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private StepContext Context() => new()
    {
        Intent = Sample.Intent(),
        Site = Site,
        Facts = new Dictionary<string, string>(),
        Ticket = "T",
        Record = _wire.Add,
    };

    private async Task<TestDevice> BeginAsync()
    {
        File.WriteAllText(Path("running.txt"), Sample.Running);
        File.Copy(System.IO.Path.Combine(AppContext.BaseDirectory, "device.py"), Path("device.py"));
        await Task.WhenAll(
            RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path("host_key")),
            RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path("user_key")));
        var port = await ServeAsync("host_key");
        var words = File.ReadAllText(Path("host_key.pub")).Split(' ');
        File.WriteAllText(Path("known_hosts"), $"[127.0.0.1]:{port} {words[0]} {words[1]}\n");
        Perimeta = Sample.Perimeta() with
        {
            Port = port,
            User = Environment.UserName,
            KnownHosts = Path("known_hosts"),
            PrivateKeyFile = Path("user_key"),
            Element = $"SBC-{port}",
        };
        return this;
    }

    private async Task<int> ServeAsync(string hostKey)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        if (Environment.UserName == "root")
        {
            // Compiled into Debian's sshd, which does not start as root without it; usually made at boot.
            Directory.CreateDirectory("/run/sshd");
        }

        File.WriteAllText(Path($"sshd_config_{port}"), $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {Path(hostKey)}
            PidFile none
            AuthorizedKeysFile {Path("user_key.pub")}
            PermitRootLogin yes
            StrictModes no
            UsePAM no
            PrintMotd no
            PrintLastLog no
            ForceCommand exec python3 {Path("device.py")} {_folder.FullName}

            """);
        var server = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", Path($"sshd_config_{port}")]) { RedirectStandardError = true })!;
        _servers.Add(server);
        while (await server.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Server listening", StringComparison.Ordinal))
            {
                _ = server.StandardError.ReadToEndAsync();
                return port;
            }
        }

        throw new InvalidOperationException("sshd did not start");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private sealed class Secrets : ISecrets
    {
        public string Reveal(SecretReference reference) =>
            reference.Name == "known" ? "wrong-password" : throw new SecretNotFoundException(reference);
    }
}
