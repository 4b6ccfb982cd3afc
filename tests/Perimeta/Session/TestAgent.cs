using System.Diagnostics;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Tests.Session;

/// <summary>OpenSSH's own ssh-agent; the device lets in the keys that it is given.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    private readonly TestDevice _device;
    private readonly Process _process;

    private TestAgent(TestDevice device)
    {
        _device = device;
        Socket = device.Path("agent");
        _process = Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", Socket]) { RedirectStandardOutput = true })!;
    }

    public string Socket { get; }

    public static async Task<TestAgent> StartAsync(TestDevice device)
    {
        var agent = new TestAgent(device);

        // It tells where it listens once it does.
        await agent._process.StandardOutput.ReadLineAsync();
        return agent;
    }

    /// <returns>The new key's fingerprint.</returns>
    public async Task<string> MakeAsync(string type)
    {
        var file = _device.Path($"agent_{type}");
        await TestDevice.RunAsync("ssh-keygen", "-q", "-t", type, "-N", "", "-f", file);
        File.AppendAllText(_device.Path("user_key.pub"), File.ReadAllText(file + ".pub"));
        await TestDevice.RunAsync("env", $"SSH_AUTH_SOCK={Socket}", "ssh-add", "-q", file);

        // The agent alone holds it from now on.
        File.Delete(file);
        return HostKeys.Fingerprint(Convert.FromBase64String(File.ReadAllText(file + ".pub").Split(' ')[1]));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
