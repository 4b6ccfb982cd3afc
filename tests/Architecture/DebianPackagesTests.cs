using System.Diagnostics;

namespace TrunkBot.Architecture.Tests;

/// <summary><c>deploy/debian.sh</c> against programs that only say what they were asked.</summary>
public sealed class DebianPackagesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trunkbot-debian-").FullName;

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 100", 100)]
    [InlineData("kill -INT $PPID", 130)]
    [InlineData("kill -TERM $PPID", 143)]
    public async Task The_switch_against_daemons_is_on_while_packages_are_installed_and_off_however_that_ends(string end, int exit)
    {
        Program("apt-get", $$"""case "$1" in install) test -x "$POLICY_RC_D" && echo on >"$SAID"; {{end}} ;; esac""");

        var (code, _) = await RunAsync("need_packages openssh-server");

        Assert.Equal(exit, code);
        Assert.StartsWith("on\n", await File.ReadAllTextAsync(Path.Combine(folder, "said"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "policy-rc.d")));
    }

    [Fact]
    public async Task A_switch_that_was_there_before_stays()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "policy-rc.d"), "somebody's", TestContext.Current.CancellationToken);
        Program("apt-get", "exit 0");

        await RunAsync("need_packages curl");

        Assert.Equal("somebody's", await File.ReadAllTextAsync(Path.Combine(folder, "policy-rc.d"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Services_that_came_along_do_not_start_with_the_machine_and_that_is_said()
    {
        Program("apt-get", "exit 0");

        var (_, said) = await RunAsync("need_packages openssh-server kamailio curl");

        Assert.Equal("disable --now ssh.service ssh.socket\ndisable --now kamailio.service\n", await File.ReadAllTextAsync(Path.Combine(folder, "said"), TestContext.Current.CancellationToken));
        Assert.Contains("openssh-server was installed for the lab and the tests only: ssh.service ssh.socket will not start with this machine", said, StringComparison.Ordinal);
        Assert.DoesNotContain("curl was installed", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loopback_is_kept_from_proxies_beside_what_was_kept_before()
    {
        var (_, said) = await RunAsync("""no_proxy=intranet; unset NO_PROXY; keep_loopback_from_proxies; sh -c 'echo "$no_proxy $NO_PROXY"'""");

        Assert.Equal("intranet,localhost,127.0.0.1,::1 localhost,127.0.0.1,::1\n", said);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Program(string name, string script)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(int Code, string Said)> RunAsync(string commands)
    {
        Program("dpkg-query", "exit 1");
        Program("id", "echo 0");
        Program("systemctl", """echo "$@" >>"$SAID" """);
        // A shell that was started with the interrupt ignored, as in the background of another one, could not trap it.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "bash", "-c", $"set -euo pipefail; . deploy/debian.sh; {commands}"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["POLICY_RC_D"] = Path.Combine(folder, "policy-rc.d");
        start.Environment["SYSTEMD_RUNS"] = folder;
        start.Environment["SAID"] = Path.Combine(folder, "said");
        using var bash = Process.Start(start)!;
        var said = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (bash.ExitCode, said);
    }
}
