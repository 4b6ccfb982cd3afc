using System.Diagnostics;
using System.Text.Json;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>A network namespace for one far end, joined to this machine by a wire of its own (veth), with nftables that drop what the test says.</summary>
internal sealed class FarNetwork : IAsyncDisposable
{
    private readonly int _number = Random.Shared.Next(1, 250);

    private FarNetwork()
    {
    }

    public string Name => $"tb-sip-{Environment.ProcessId}-{_number}";

    /// <summary>The far end's address.</summary>
    public string Address => $"10.232.{_number}.10";

    /// <summary>Ours on that wire.</summary>
    public string OurAddress => $"10.232.{_number}.1";

    /// <summary>Skips the test where the machine lets nobody make namespaces.</summary>
    public static async Task<FarNetwork> CreateAsync()
    {
        var net = new FarNetwork();
        var (here, there) = ($"tbs{net._number}a", $"tbs{net._number}b");
        var (code, said) = await RunAsync("ip", "netns", "add", net.Name);
        Assert.SkipWhen(code != 0, $"Network namespaces can't be made here, so no network can be made bad: {said}");
        (code, said) = await RunAsync("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", net.Name);
        if (code != 0)
        {
            await net.DisposeAsync();
            Assert.Skip($"A wire into a network namespace can't be made here, so no network can be made bad: {said}");
        }

        await DoAsync("ip", "addr", "add", $"{net.OurAddress}/24", "dev", here);
        await DoAsync("ip", "link", "set", here, "up");
        await DoAsync("ip", "-n", net.Name, "addr", "add", $"{net.Address}/24", "dev", there);
        await DoAsync("ip", "-n", net.Name, "link", "set", there, "up");
        await DoAsync("ip", "-n", net.Name, "link", "set", "lo", "up");
        await net.NftAsync("add table inet bad; add chain inet bad input { type filter hook input priority 0; }; add chain inet bad output { type filter hook output priority 0; }");
        return net;
    }

    /// <summary>Drops RTP packets of 20 ms, which no other datagram of a call is as long as, and leaves RTCP and SIP alone.</summary>
    /// <param name="chain"><c>input</c>: what we send. <c>output</c>: what the far end sends.</param>
    /// <param name="every">Each packet of that number is dropped; 1 drops all.</param>
    public Task DropRtpAsync(string chain, int every) =>
        NftAsync($"add rule inet bad {chain} udp length 180 {(every == 1 ? "" : $"numgen inc mod {every} 0 ")}counter drop");

    /// <summary>How many packets a chain's rule dropped.</summary>
    public async Task<long> DroppedAsync(string chain)
    {
        var json = JsonDocument.Parse(await DoAsync("ip", "netns", "exec", Name, "nft", "-j", "list", "chain", "inet", "bad", chain));
        return json.RootElement.GetProperty("nftables").EnumerateArray()
            .Where(e => e.TryGetProperty("rule", out _))
            .SelectMany(e => e.GetProperty("rule").GetProperty("expr").EnumerateArray())
            .Where(e => e.TryGetProperty("counter", out _))
            .Sum(e => e.GetProperty("counter").GetProperty("packets").GetInt64());
    }

    /// <summary>The wire goes with the namespace.</summary>
    public async ValueTask DisposeAsync() => await RunAsync("ip", "netns", "del", Name);

    private Task<string> NftAsync(string rules) => DoAsync("ip", "netns", "exec", Name, "nft", rules);

    private static async Task<string> DoAsync(string program, params string[] arguments)
    {
        var (code, said) = await RunAsync(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {said}");
        return said;
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : await error);
    }
}
