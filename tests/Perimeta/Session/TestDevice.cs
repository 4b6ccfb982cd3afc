using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Session;
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
    private readonly Dictionary<string, string> _facts = [];

    private readonly ConcurrentQueue<string> _log = [];

    /// <summary>The machine's clock, moved and with timers that a test lets run out.</summary>
    internal TestClock Clock { get; } = new();

    /// <summary>What the device's sshd wrote to its log.</summary>
    internal IReadOnlyCollection<string> Log => _log;

    internal PerimetaSite Perimeta { get; private set; } = Sample.Perimeta();

    internal SiteProfile Site => Sample.Site(Perimeta);

    internal INetworkSystem Driver => _services.GetRequiredService<INetworkSystem>();

    internal SbcSessions Sessions => _services.GetRequiredService<SbcSessions>();

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
        Lay("impatient", """ "limits": { "lineSeconds": 2, "loginSeconds": 30, "quietMilliseconds": 100 } """);
        Lay("paging", """ "pager": { "more": "^--More--$" }, "show": { "whole": "show config" } """);
        Lay("menu-like-a-prompt", """ "menu": { "pattern": "^Select> ?$" } """);
        Lay("no-enter", """ "words": { "enter": "" }, "modes": { "config": "config", "sbc": "config-sbc", "signaling": "config-sbc-sig" } """);
        Lay("saving", """ "words": { "save": "save config" }, "modes": { "config": "config", "trusted-sources": "config-trusted" } """);
        Lay("noticing", """ "notices": ["^%LINK-", "^%IDLE"], "show": { "whole": "show config" }, "limits": { "lineSeconds": 60, "quietMilliseconds": 100 } """);
        Lay("short-answers", """ "show": { "whole": "show config" }, "limits": { "answerMebibytes": 1 } """);
        Lay("ranges-repeat", """ "repeatable": ["remote-address-range"] """);
        void Lay(string name, string members) => File.WriteAllText(
            System.IO.Path.Combine(dialects.FullName, name + ".json"),
            $$"""{ "name": "{{name}}", "source": "test", "invented": true, "errors": ["^% Error"], {{members}} }""");

        var services = new ServiceCollection();
        services.AddSingleton<ISecrets>(new Secrets());
        services.AddSingleton<TimeProvider>(Clock);
        services.AddPerimeta(new DialectCatalogue(dialects.FullName));
        _services = services.BuildServiceProvider();
        dialects.Delete(recursive: true);
    }

    internal void Fault(string name, string text) => File.WriteAllText(Path(name), text);

    internal void Mend(string name) => File.Delete(Path(name));

    /// <summary>Waits until the device has written a mark that it has come so far.</summary>
    internal async Task SaysAsync(string mark)
    {
        while (!File.Exists(Path(mark)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    internal void Use(Func<PerimetaSite, PerimetaSite> change) => Perimeta = change(Perimeta);

    /// <summary>A server before the device, which has a host key of its own and lets in whom the device lets in.</summary>
    internal async Task<JumpHost> JumpHostAsync(string more = "")
    {
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path("host_jump"));
        var port = await ServeAsync("host_jump", more);
        var words = File.ReadAllText(Path("host_jump.pub")).Split(' ');
        File.WriteAllText(Path("known_jump"), $"[127.0.0.1]:{port} {words[0]} {words[1]}\n");
        return new JumpHost { Host = "127.0.0.1", Port = port, User = Environment.UserName, PrivateKeyFile = Path("user_key"), KnownHosts = Path("known_jump") };
    }

    /// <summary>
    /// A server that asks for the password by PAM (keyboard-interactive). PAM's own configuration stays out of it: the library
    /// pam_wrapper shows the server a service of the test's.
    /// </summary>
    internal async Task AskByPamAsync(string password, string more = "PasswordAuthentication no")
    {
        var library = Directory.EnumerateFiles("/usr/lib", "pam_matrix.so", SearchOption.AllDirectories).First();
        Directory.CreateDirectory(Path("pam"));
        File.WriteAllText(Path("pam_users"), $"{Environment.UserName}:{password}:sshd\n");
        File.WriteAllLines(Path("pam/sshd"), new[] { "auth", "account", "password", "session" }.Select(kind => $"{kind} required {library} passdb={Path("pam_users")}"));
        var port = await ServeAsync("host_key", $"UsePAM yes\nKbdInteractiveAuthentication yes\nPubkeyAuthentication no\n{more}", new()
        {
            ["LD_PRELOAD"] = "libpam_wrapper.so",
            ["PAM_WRAPPER"] = "1",
            ["PAM_WRAPPER_SERVICE_DIR"] = Path("pam"),
        });
        MoveTo(port);
    }

    /// <summary>Waits until the device's sshd wrote a line that holds the text.</summary>
    internal async Task LoggedAsync(string text, CancellationToken cancellationToken)
    {
        while (!_log.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Another server on another port with other host keys that are not pinned.</summary>
    internal async Task FailOverAsync()
    {
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path("host_other"));
        MoveTo(await ServeAsync("host_other"));
    }

    internal async Task<SystemPlan> PlanAsync(TrunkIntent intent) =>
        Driver.Plan(new(intent), Site, await Driver.ReadAsync(new(intent), Site, TestContext.Current.CancellationToken));

    /// <summary>Told of each exchange when it is recorded.</summary>
    internal Action<WireExchange> Recorded { get; set; } = static _ => { };

    /// <summary>What the steps have found out, as the engine keeps it.</summary>
    internal IDictionary<string, string> Facts => _facts;

    internal async Task<StepResult> ApplyAsync(PlannedStep step, CancellationToken? cancellationToken = null)
    {
        var result = await Driver.ApplyAsync(step, Context(), cancellationToken ?? TestContext.Current.CancellationToken);
        foreach (var (name, value) in result.Facts)
        {
            _facts[name] = value;
        }

        return result;
    }

    /// <summary>Another person at the device replaces some text of its configuration.</summary>
    internal void Edit(string from, string to)
    {
        Assert.Contains(from, Running, StringComparison.Ordinal);
        File.WriteAllText(Path("running.txt"), Running.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>A server with the pinned host key and other settings.</summary>
    internal async Task ServeAlsoAsync(string settings) => MoveTo(await ServeAsync("host_key", settings));

    private void MoveTo(int port)
    {
        File.WriteAllText(Path("known_hosts"), File.ReadAllText(Path("known_hosts")).Replace($":{Perimeta.Port} ", $":{port} ", StringComparison.Ordinal));
        Perimeta = Perimeta with { Port = port };
    }

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
        Facts = _facts,
        Ticket = "T",
        Record = exchange =>
        {
            _wire.Add(exchange);
            Recorded(exchange);
        },
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

    private async Task<int> ServeAsync(string hostKey, string more = "", Dictionary<string, string>? environment = null)
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
            {more}
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
        var start = new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", Path($"sshd_config_{port}")]) { RedirectStandardError = true };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var server = Process.Start(start)!;
        _servers.Add(server);
        while (await server.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Server listening", StringComparison.Ordinal))
            {
                _ = KeepAsync(server.StandardError);
                return port;
            }
        }

        throw new InvalidOperationException("sshd did not start");
    }

    private async Task KeepAsync(StreamReader log)
    {
        while (await log.ReadLineAsync() is { } line)
        {
            _log.Enqueue(line);
        }
    }

    internal static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private sealed class Secrets : ISecrets
    {
        public string Reveal(SecretReference reference) => reference.Name switch
        {
            "known" => "wrong-password",
            "right" => "right-password",
            _ => throw new SecretNotFoundException(reference),
        };
    }
}
