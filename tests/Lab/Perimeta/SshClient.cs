using System.Diagnostics;
using System.Text;

namespace TrunkBot.Lab.Tests.Perimeta;

/// <summary>The OpenSSH client, as strict about host keys as the bot must be.</summary>
internal sealed class SshClient(LabFolder folder, int port)
{
    /// <summary>Logs in with the key of <c>defcraft</c>.</summary>
    public SshDialog WithKey(bool terminal = false, params string[] options) =>
        new(Start("defcraft", ["-i", folder.File("craft_key"), "-o", "PreferredAuthentications=publickey", .. options], terminal, null));

    /// <summary>Logs in with a password; the client asks a small program for it, since it takes none from a pipe.</summary>
    public SshDialog WithPassword(string user, string password) =>
        new(Start(user, ["-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1"], false, password));

    private Process Start(string user, IEnumerable<string> options, bool terminal, string? password)
    {
        string[] pins = ["-o", "StrictHostKeyChecking=yes", "-o", $"UserKnownHostsFile={folder.File("known_hosts")}", "-o", "GlobalKnownHostsFile=/dev/null"];
        var start = new ProcessStartInfo("ssh", ["-F", "none", "-p", $"{port}", terminal ? "-tt" : "-T", .. pins, .. options, $"{user}@127.0.0.1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (password is not null)
        {
            var ask = folder.File($"ask-{user}");
            File.WriteAllText(ask, "#!/bin/sh\nprintf '%s\\n' \"$LAB_TEST_PASSWORD\"\n");
            File.SetUnixFileMode(ask, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            start.Environment["SSH_ASKPASS"] = ask;
            start.Environment["SSH_ASKPASS_REQUIRE"] = "force";
            start.Environment["LAB_TEST_PASSWORD"] = password;
        }

        return Process.Start(start)!;
    }
}

/// <summary>One session: waits for what is expected before it types on.</summary>
internal sealed class SshDialog(Process process) : IAsyncDisposable
{
    /// <summary>Only ends a test that would otherwise never end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _heard = new();

    public Process Process => process;

    /// <summary>Reads until the text has been seen.</summary>
    /// <returns>What came since the last call, up to and with the text.</returns>
    public async Task<string> UntilAsync(string text)
    {
        var buffer = new char[1024];
        int at;
        while ((at = _heard.ToString().IndexOf(text, StringComparison.Ordinal)) < 0)
        {
            var count = await process.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
            Assert.True(count > 0, $"the session ended before '{text}': {_heard}");
            _heard.Append(buffer, 0, count);
        }

        var heard = _heard.ToString()[..(at + text.Length)];
        _heard.Remove(0, heard.Length);
        return heard;
    }

    /// <summary>Enters the CLI through the menu.</summary>
    public async Task<SshDialog> CliAsync()
    {
        await UntilAsync("Choice: ");
        await TypeAsync("1");
        await UntilAsync("LAB-SBC-01# ");
        return this;
    }

    public async Task TypeAsync(string line)
    {
        await process.StandardInput.WriteAsync(line + "\n");
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Types a line and reads up to the next prompt.</summary>
    public async Task<string> AskAsync(string line, string prompt)
    {
        await TypeAsync(line);
        return await UntilAsync(prompt);
    }

    /// <summary>Reads what is left and waits for the end.</summary>
    public async Task<(string Output, string Errors, int ExitCode)> EndAsync()
    {
        var errors = process.StandardError.ReadToEndAsync();
        var rest = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (_heard + rest, await errors, process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }
}
