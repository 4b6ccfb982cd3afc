using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TrunkBot.Lab.Perimeta.Login;

/// <summary>
/// An OpenSSH server for the simulated SBC alone: loopback, keys and accounts of the lab's own, every session forced into the
/// craft menu. The system's sshd, its configuration and its accounts are not touched.
/// </summary>
internal sealed class PrivateSshd : IAsyncDisposable
{
    /// <summary>Compiled into Debian's sshd, which does not start as root without it; empty, and usually made at boot.</summary>
    public const string PrivilegeSeparationDirectory = "/run/sshd";

    private const string Program = "/usr/sbin/sshd";

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly TaskCompletionSource<bool> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PrivateSshd(ProcessStartInfo start, int port, string logPath)
    {
        Port = port;
        _log = new StreamWriter(logPath, append: true) { AutoFlush = true };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
    }

    public int Port { get; }

    /// <summary>Makes what is missing (keys, accounts), starts the server and returns when it listens.</summary>
    /// <param name="stranger">Host keys that no client knows, and a password that was changed: what a replaced or mistreated SBC shows.</param>
    public static async Task<PrivateSshd> StartAsync(string dataDirectory, int port, LabSecrets secrets, Stranger stranger, CancellationToken cancellationToken)
    {
        if (!File.Exists(Program))
        {
            throw new LabException($"{Program} is not installed: apt-get install openssh-server");
        }

        var directory = Path.Combine(dataDirectory, "perimeta", "login");
        Directory.CreateDirectory(directory);
        EndLeftover(directory);
        if (await Accounts.RunsAsRootAsync(cancellationToken))
        {
            Directory.CreateDirectory(PrivilegeSeparationDirectory);
        }

        var accounts = new Accounts(directory);
        var environment = accounts.Environment();
        await accounts.WriteAsync(secrets[LabSecrets.Perimeta] + (stranger == Stranger.Password ? "-changed" : ""), secrets[LabSecrets.PerimetaReadOnly], cancellationToken);
        var keys = new Keys(dataDirectory, stranger == Stranger.HostKey ? Directory.CreateDirectory(Path.Combine(directory, "other")).FullName : directory);
        await keys.MakeAsync(cancellationToken);

        var bound = port == 0 ? FreePort() : port;
        if (stranger != Stranger.HostKey)
        {
            keys.WriteKnownHosts(bound);
        }

        var config = ConfigPath(directory);
        ExclusiveFile.Replace(config, Configuration(directory, dataDirectory, bound, keys));
        var start = new ProcessStartInfo(Program, ["-D", "-e", "-f", config, .. await WithoutPenaltiesAsync(config, cancellationToken)]) { RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var sshd = new PrivateSshd(start, bound, Path.Combine(directory, "sshd.log"));
        await sshd.ListenAsync(cancellationToken);
        return sshd;
    }

    public async ValueTask DisposeAsync()
    {
        // The listener first, so that no new session begins; then the sessions, which would outlive it.
        var sessions = ProcessTree.Below(_process.Id);
        ProcessTree.End(_process.Id);
        foreach (var session in sessions)
        {
            ProcessTree.End(session);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        _process.Start();
        _process.BeginErrorReadLine();
        using var cancelled = cancellationToken.Register(() => _listening.TrySetCanceled(cancellationToken));
        try
        {
            if (!await _listening.Task)
            {
                throw new LabException($"the SBC's sshd ended at once on 127.0.0.1:{Port}: is the port in use? See perimeta/login/sshd.log");
            }
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            // The end of its output is the end of sshd; after it was heard listening this changes nothing.
            _listening.TrySetResult(false);
            return;
        }

        lock (_log)
        {
            _log.WriteLine(line);
        }

        if (line.StartsWith("Server listening on", StringComparison.Ordinal))
        {
            _listening.TrySetResult(true);
        }
    }

    private static string ConfigPath(string directory) => Path.Combine(directory, "sshd_config");

    private static string PidPath(string directory) => Path.Combine(directory, "sshd.pid");

    private static string Configuration(string directory, string dataDirectory, int port, Keys keys)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var program = Path.Combine(AppContext.BaseDirectory, "TrunkBot.Lab.dll");
        var command = $"exec {ShellQuote(dotnet)} exec {ShellQuote(program)} cli --data {ShellQuote(dataDirectory)}";

        // PermitRootLogin: when root runs the lab, defcraft has root's number; the forced command is all that he can run.
        return $"""
            ListenAddress 127.0.0.1:{port}
            {string.Join('\n', keys.HostKeys.Select(key => $"HostKey \"{key}\""))}
            PidFile "{PidPath(directory)}"
            AuthorizedKeysFile "{keys.AuthorizedKeys}"
            AllowUsers {Accounts.Craft} {Accounts.ReadOnly}
            PermitRootLogin yes
            UsePAM no
            PasswordAuthentication yes
            KbdInteractiveAuthentication no
            StrictModes no
            PrintMotd no
            PrintLastLog no
            PermitUserRC no
            PermitUserEnvironment no
            AllowTcpForwarding no
            AllowStreamLocalForwarding no
            AllowAgentForwarding no
            X11Forwarding no
            PermitTunnel no
            ForceCommand {command}

            """;
    }

    // From 9.8 on sshd shuts out an address for a while after failed logins: tests fail some on purpose. Older ones do not know the option.
    private static async Task<string[]> WithoutPenaltiesAsync(string config, CancellationToken cancellationToken)
    {
        string[] option = ["-o", "PerSourcePenalties=no"];
        try
        {
            await Tool.RunAsync(Program, ["-t", "-f", config, .. option], "", cancellationToken);
            return option;
        }
        catch (LabException)
        {
            return [];
        }
    }

    private static string ShellQuote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // A lab that was killed could not end its sshd; one that lives holds the lock of the folder, so this is nobody's any more. The pid may have been given to another program since: look at what it runs.
    private static void EndLeftover(string directory)
    {
        if (!File.Exists(PidPath(directory)) || !int.TryParse(File.ReadAllText(PidPath(directory)), out var pid))
        {
            return;
        }

        if (ProcessTree.CommandLine(pid).Contains(ConfigPath(directory), StringComparison.Ordinal))
        {
            var sessions = ProcessTree.Below(pid);
            ProcessTree.End(pid);
            foreach (var session in sessions)
            {
                ProcessTree.End(session);
            }
        }
    }
}
