using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Benchmarks.World;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Lab;
using TrunkBot.Lab.Perimeta;
using TrunkBot.Perimeta;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Benchmarks.Ssh;

/// <summary>The lab's SBC and a trunk over eight edges, applied in one way or another to the same configuration.</summary>
internal sealed class TrunkBench : IAsyncDisposable
{
    private static readonly string[] Edges = ["ashburn", "umatilla", "dublin", "frankfurt", "tokyo", "singapore", "sydney", "sao-paulo"];

    private readonly DirectoryInfo _folder;
    private readonly LabHost _lab;
    private readonly SiteProfile _site;
    private readonly TrunkIntent _intent = BenchTrunk.Intent("bench", Edges);
    private readonly string _before;
    private SystemPlan? _plan;

    private TrunkBench(DirectoryInfo folder, LabHost lab)
    {
        (_folder, _lab) = (folder, lab);
        _site = BenchTrunk.Site(new PerimetaSite
        {
            Element = "LAB-SBC-01",
            Host = "127.0.0.1",
            Port = lab.SshPort,
            PrivateKeyFile = Path.Combine(folder.FullName, "craft_key"),
            KnownHosts = Path.Combine(folder.FullName, "known_hosts"),
            Dialect = "lab-invented",
            DynamicPeerRouting = DynamicPeerRouting.Yes,
        });
        _before = Running;
    }

    /// <summary>The device's configuration on disk.</summary>
    public string Running => File.ReadAllText(RunningPath);

    public IReadOnlyList<string> PlannedLines => [.. _plan!.Steps.SelectMany(step => step.Sends)];

    private string RunningPath => Path.Combine(_folder.FullName, "perimeta", "running.config");

    public static async Task<TrunkBench> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("trunkbot-ssh-");
        return new TrunkBench(folder, await LabHost.StartAsync(LabOptions.OnFreePorts(folder.FullName), [PerimetaServer.Part]));
    }

    /// <summary>How long each login took, from the first packet to the CLI's prompt.</summary>
    public List<TimeSpan> Logins { get; } = [];

    /// <summary>Logs in and applies every step of the plan.</summary>
    /// <returns>How long it took, and every line that went out, the menu's choice included.</returns>
    public async Task<(TimeSpan Took, IReadOnlyList<string> Lines)> ByBotAsync()
    {
        Restore();
        if (_plan is null)
        {
            await using var reader = Services();
            var driver = reader.GetRequiredService<INetworkSystem>();
            _plan = driver.Plan(new(_intent), _site, await driver.ReadAsync(new(_intent), _site, CancellationToken.None));
        }

        var facts = new Dictionary<string, string>();
        var lines = new List<string>();
        var watch = new Stopwatch();
        var context = new StepContext
        {
            Intent = _intent,
            Site = _site,
            Facts = facts,
            Ticket = "bench",
            Record = Keep,
        };
        await using var services = Services();
        var system = services.GetRequiredService<INetworkSystem>();
        watch.Start();
        foreach (var step in _plan.Steps)
        {
            var result = await system.ApplyAsync(step, context, CancellationToken.None);
            if (!result.Succeeded)
            {
                throw new InvalidOperationException(result.Sentence);
            }

            foreach (var (name, value) in result.Facts)
            {
                facts[name] = value;
            }
        }

        return (watch.Elapsed, lines);

        void Keep(WireExchange exchange)
        {
            if (exchange.Direction != WireDirection.Sent || exchange.Text.Length == 0)
            {
                return;
            }

            if (lines.Count == 1)
            {
                // The one before was the menu's choice.
                Logins.Add(watch.Elapsed);
            }

            lines.Add(exchange.Text);
        }
    }

    public Task<TimeSpan> ByOpenSshAsync(IReadOnlyList<string> lines) => ByOpenSshAsync(lines, "-T");

    /// <param name="terminal">OpenSSH's option that asks for a terminal, or for none.</param>
    public async Task<TimeSpan> ByOpenSshAsync(IReadOnlyList<string> lines, string terminal)
    {
        Restore();
        var start = new ProcessStartInfo("ssh",
        [
            terminal, "-F", "none", "-p", $"{_lab.SshPort}", "-i", _site.Perimeta.PrivateKeyFile!, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            "-o", $"UserKnownHostsFile={_site.Perimeta.KnownHosts}", "-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=ERROR", "defcraft@127.0.0.1",
        ]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var watch = Stopwatch.StartNew();
        using var ssh = Process.Start(start)!;
        var output = ssh.StandardOutput.ReadToEndAsync();

        // The CLI's own word ends it: the end of the input would not, on a terminal.
        await ssh.StandardInput.WriteAsync(string.Join('\n', [.. lines, "logout", ""]));
        ssh.StandardInput.Close();
        await output;
        await ssh.WaitForExitAsync();
        return watch.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private void Restore() => File.WriteAllText(RunningPath, _before ?? "");

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ISecrets>(new NoSecrets());
        services.AddPerimeta();
        return services.BuildServiceProvider();
    }

    private sealed class NoSecrets : ISecrets
    {
        public string Reveal(SecretReference reference) => throw new SecretNotFoundException(reference);
    }
}
