using System.Diagnostics;
using TrunkBot.Lab.Tests.Perimeta;

namespace TrunkBot.Lab.Tests;

/// <summary>The lab as a program of its own, ended from outside.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_ends_the_lab_its_sshd_and_its_sessions(string signal)
    {
        using var folder = new LabFolder();
        using var program = Start("run", "--data", folder.Path, "--ssh-port", "0", "--metaview-port", "0", "--twilio-port", "0", "--control-port", "0", "--sip-port", "0", "--dns-port", "0");
        var ports = await ReadyAsync(program);
        await using var dialog = await new SshClient(folder, ports["perimeta"]).WithKey().CliAsync();
        var sshd = int.Parse(folder.Read("perimeta", "login", "sshd.pid"));
        Assert.True(Directory.Exists($"/proc/{sshd}"));

        await SignalAsync(signal, program.Id);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, program.ExitCode);
        Assert.Equal(255, (await dialog.EndAsync()).ExitCode);
        Assert.False(Directory.Exists($"/proc/{sshd}"));
    }

    [Fact]
    public async Task A_lab_that_was_killed_leaves_nothing_that_hinders_the_next()
    {
        using var folder = new LabFolder();
        using var killed = Start("run", "--data", folder.Path, "--ssh-port", "0", "--metaview-port", "0", "--twilio-port", "0", "--control-port", "0", "--sip-port", "0", "--dns-port", "0");
        var port = (await ReadyAsync(killed))["perimeta"];
        await SignalAsync("KILL", killed.Id);
        await killed.WaitForExitAsync(TestContext.Current.CancellationToken);

        using var next = Start("run", "--data", folder.Path, "--ssh-port", $"{port}", "--metaview-port", "0", "--twilio-port", "0", "--control-port", "0", "--sip-port", "0", "--dns-port", "0");
        Assert.Equal(port, (await ReadyAsync(next))["perimeta"]);

        await SignalAsync("TERM", next.Id);
        await next.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, next.ExitCode);
    }

    [Fact]
    public async Task A_second_lab_in_the_same_folder_is_refused_and_the_first_goes_on()
    {
        using var folder = new LabFolder();
        string[] arguments = ["run", "--data", folder.Path, "--ssh-port", "0", "--metaview-port", "0", "--twilio-port", "0", "--control-port", "0", "--sip-port", "0", "--dns-port", "0"];
        using var first = Start(arguments);
        var port = (await ReadyAsync(first))["perimeta"];

        using var second = Start(arguments);
        var errors = await second.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, second.ExitCode);
        Assert.Equal($"lab-already-runs: another lab already works in {folder.Path}. End it, or give this one a folder of its own with --data\n", errors);
        await using (var dialog = await new SshClient(folder, port).WithKey().CliAsync())
        {
            await dialog.AskAsync("config", "(config)# ");
        }

        await SignalAsync("TERM", first.Id);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData]
    [InlineData("run")]
    [InlineData("run", "--data", "x", "--ssh-port")]
    [InlineData("run", "--data", "x", "--ssh-port", "65536")]
    [InlineData("run", "--data", "x", "--other-port", "1")]
    public async Task Wrong_arguments_are_answered_with_the_usage(params string[] arguments)
    {
        using var program = Start(arguments);

        var errors = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, program.ExitCode);
        Assert.StartsWith("usage: run --data DIR", errors, StringComparison.Ordinal);
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "TrunkBot.Lab.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    // "perimeta   127.0.0.1:15022", one line a part, then "ready".
    private static async Task<Dictionary<string, int>> ReadyAsync(Process program)
    {
        var ports = new Dictionary<string, int>();
        while (await program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line == "ready")
            {
                return ports;
            }

            if (line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries) is [var name, "127.0.0.1", var port])
            {
                ports[name] = int.Parse(port);
            }
        }

        throw new InvalidOperationException("the lab ended before it was ready: " + await program.StandardError.ReadToEndAsync());
    }

    private static async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {pid}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
