using System.Diagnostics;

namespace TrunkBot.Cluster.Tests.World;

/// <summary>
/// A network namespace for one silo, joined to this machine by a wire of its own (veth). On this end every part of the cluster has an address, so that the silo
/// can be cut off from each of them alone.
/// </summary>
internal sealed class CutOff : IAsyncDisposable
{
    private readonly string _id;
    private readonly string _net;

    private CutOff(string id, string net) => (_id, _net) = (id, net);

    public string Namespace => $"tb-{_id}";

    /// <summary>The silo's own address.</summary>
    public string Address => $"{_net}.10";

    /// <summary>What the silo reaches on this end.</summary>
    public Addresses Parts => new($"{_net}.2", $"{_net}.3", $"{_net}.4", $"{_net}.1");

    /// <summary>Skips the test where the machine lets nobody make namespaces.</summary>
    public static async Task<CutOff> CreateAsync()
    {
        var number = Random.Shared.Next(1, 250);
        var cut = new CutOff($"{Environment.ProcessId}-{number}", $"10.231.{number}");
        var (here, there) = ($"tb{number}a", $"tb{number}b");
        var refused = await TryAsync("netns", "add", cut.Namespace);
        Assert.SkipWhen(refused is not null, $"Network namespaces can't be made here, so nothing can be cut off: {refused}");
        refused = await TryAsync("link", "add", here, "type", "veth", "peer", "name", there, "netns", cut.Namespace);
        if (refused is not null)
        {
            await cut.DisposeAsync();
            Assert.Skip($"A wire into a network namespace can't be made here, so nothing can be cut off: {refused}");
        }

        foreach (var part in (string[])[cut.Parts.Silos, cut.Parts.Postgres, cut.Parts.Redis, cut.Parts.Elements])
        {
            await DoAsync("addr", "add", $"{part}/24", "dev", here);
        }

        await DoAsync("link", "set", here, "up");
        await DoAsync("-n", cut.Namespace, "addr", "add", $"{cut.Address}/24", "dev", there);
        await DoAsync("-n", cut.Namespace, "link", "set", there, "up");
        await DoAsync("-n", cut.Namespace, "link", "set", "lo", "up");
        return cut;
    }

    /// <summary>From now on nothing that the silo sends to these addresses arrives.</summary>
    public async Task CutAsync(IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            await DoAsync("-n", Namespace, "route", "add", "blackhole", $"{address}/32");
        }
    }

    public async Task HealAsync(IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            await DoAsync("-n", Namespace, "route", "del", "blackhole", $"{address}/32");
        }
    }

    /// <summary>The wire goes with the namespace.</summary>
    public async ValueTask DisposeAsync() => await TryAsync("netns", "del", Namespace);

    private static async Task DoAsync(params string[] arguments)
    {
        var refused = await TryAsync(arguments);
        Assert.True(refused is null, $"ip {string.Join(' ', arguments)}: {refused}");
    }

    private static async Task<string?> TryAsync(params string[] arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var wrong = await ip.StandardError.ReadToEndAsync();
        await ip.WaitForExitAsync();
        return ip.ExitCode == 0 ? null : wrong.Trim();
    }
}
