using System.Diagnostics;
using TrunkBot.Tests.Support;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>A real SIP peer run as a process of its own, in a scratch folder, ended by its id.</summary>
public sealed class Peer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly System.Text.StringBuilder _output = new();

    private Peer(Process process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>A free port for both UDP and TCP on loopback whose three next ones are free too.</summary>
    public static int FreePort() => FreePorts.Next(together: 4);

    /// <summary>sipp as a server with a scenario of ours.</summary>
    public static async Task<Peer> SippAsync(string scenario, params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("sipp-").FullName;
        var file = Path.Combine(folder, "scenario.xml");
        await File.WriteAllTextAsync(file, scenario);
        var port = FreePort();
        string[] media = more.Contains("-mp") ? [] : ["-mp", FreePort().ToString()];
        string[] address = more.Contains("-i") ? [] : ["-i", "127.0.0.1", "-mi", "127.0.0.1"];
        return await StartAsync("sipp", ["-sf", file, "-p", port.ToString(), .. address, .. media, "-nostdin", "-skip_rlimit", .. more], folder, port, more.Contains("t1"));
    }

    /// <summary>sipp as a caller of one call with a scenario of ours; <see cref="EndAsync"/> says whether it went as the scenario wants.</summary>
    public static Task<Peer> SippCallerAsync(string scenario, int port, params string[] more) =>
        SippAsync(scenario, [$"127.0.0.1:{port}", "-m", "1", "-s", "probe", .. more]);

    /// <summary>Waits until the process ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    /// <param name="network">Name of the network namespace in which it stands; null for this machine's own.</param>
    public static Task<Peer> BaresipAsync(string folder, int port, string? network = null) => network is null
        ? StartAsync("baresip", ["-f", folder], folder, port, false)
        : StartAsync("ip", ["netns", "exec", network, "baresip", "-f", folder], folder, port, false);

    public static Task<Peer> KamailioAsync(string folder, int port) =>
        StartAsync("kamailio", ["-DD", "-E", "-f", Path.Combine(folder, "kamailio.cfg"), "-w", folder, "-Y", folder, "-P", Path.Combine(folder, "pid"), "-m", "64", "-M", "4"], folder, port, false);

    public static Task<Peer> RtpengineAsync(string folder, int port, string[] arguments) => StartAsync("rtpengine", arguments, folder, port, false);

    /// <param name="commands">Given to its console.</param>
    public static async Task<Peer> LinphoneAsync(string folder, int port, string[] arguments, params string[] commands)
    {
        // Its home is the folder: it keeps a database of its calls there.
        var peer = await StartAsync("env", [$"HOME={folder}", "linphonec", "-c", Path.Combine(folder, "linphonerc"), .. arguments], folder, port, false, input: true);
        foreach (var command in commands)
        {
            await peer._process.StandardInput.WriteLineAsync(command);
        }

        await peer._process.StandardInput.FlushAsync();
        return peer;
    }

    /// <summary>sngrep as a collector of HEP, which writes what it decoded into <c>capture.pcap</c>.</summary>
    public static Task<Peer> SngrepAsync(int port)
    {
        var folder = Directory.CreateTempSubdirectory("sngrep-").FullName;
        return StartAsync("sngrep", ["-N", "-q", "-F", "-L", $"udp:127.0.0.1:{port}", "-O", Path.Combine(folder, "capture.pcap")], folder, port, false);
    }

    /// <summary>What it wrote so far into a file of its folder; empty when there is none.</summary>
    public byte[] Written(string name) => File.Exists(Path.Combine(_folder, name)) ? File.ReadAllBytes(Path.Combine(_folder, name)) : [];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, true);
    }

    private static async Task<Peer> StartAsync(string program, string[] arguments, string folder, int port, bool tcp, bool input = false)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input, WorkingDirectory = folder };
        start.Environment["TERM"] = "dumb";
        var peer = new Peer(Process.Start(start)!, folder, port);
        peer._process.OutputDataReceived += peer.Collect;
        peer._process.ErrorDataReceived += peer.Collect;
        peer._process.BeginOutputReadLine();
        peer._process.BeginErrorReadLine();

        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!await peer.IsOpenAsync(tcp))
            {
                if (peer._process.HasExited)
                {
                    throw new InvalidOperationException($"{program} ended at once: {peer.Output}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }

        return peer;
    }

    /// <summary>True when somebody has the port. Read from the kernel's table: binding it as a trial would now and then take it from the peer.</summary>
    private async Task<bool> IsOpenAsync(bool tcp)
    {
        var lines = new List<string>();
        try
        {
            // Of the network in which it stands.
            foreach (var table in tcp ? ["tcp", "tcp6"] : (string[])["udp", "udp6"])
            {
                lines.AddRange(await File.ReadAllLinesAsync($"/proc/{_process.Id}/net/{table}"));
            }
        }
        catch (IOException)
        {
            return false; // It is gone, as its caller sees next.
        }

        return lines.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Any(f => f.Length > 3 && f[1].EndsWith($":{Port:X4}", StringComparison.Ordinal) && (!tcp || f[3] == "0A"));
    }

    private void Collect(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
