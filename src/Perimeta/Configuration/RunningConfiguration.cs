using System.Globalization;
using System.Net;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>What a configuration says in the terms of trunks: adjacencies, the whitelist, service addresses and realms.</summary>
public sealed class RunningConfiguration
{
    private readonly Dictionary<int, AddressRanges> _permitted;
    private readonly Dictionary<string, Adjacency> _byName = new(StringComparer.Ordinal);
    private readonly AddressRanges _accepted;

    private RunningConfiguration(ConfigTree tree)
    {
        Tree = tree;
        Oddities = tree.Diagnostics;
        var system = tree.Root.Of("system").ToList();
        var sbc = tree.Root.Of("sbc").ToList();
        var access = Inside(system, "ip-access-control").ToList();
        Permits = [.. Inside(Inside(access, "trusted-sources"), "permit-peer").Select(PeerLine.Read).OfType<PeerLine>()];
        Bans = [.. Inside(Inside(access, "blacklisting"), "ban-peer").Select(PeerLine.Read).OfType<PeerLine>()];
        ServiceAddresses = [.. Inside(system, "service-interface").SelectMany(ReadServiceAddresses)];
        Realms =
        [
            .. Inside(Inside(sbc, "media"), "media-address").SelectMany(media => media.Of("realm")).Select(realm => realm.Value).OfType<string>().Distinct(),
        ];
        Adjacencies = [.. Inside(Inside(sbc, "signaling"), "adjacency").Where(node => node.Arguments.Count > 1).Select(node => new Adjacency(node))];
        _permitted = Permits.GroupBy(permit => permit.ServiceNetwork).ToDictionary(network => network.Key, network => new AddressRanges(network.Select(permit => (permit.First, permit.Last))));
        _accepted = new AddressRanges(Adjacencies.SelectMany(adjacency => adjacency.Ranges).Select(range => (range.BaseAddress, Ranges.Last(range))));
        foreach (var adjacency in Adjacencies)
        {
            _byName.TryAdd(adjacency.Name, adjacency);
        }
    }

    /// <summary>What was read.</summary>
    public ConfigTree Tree { get; }

    /// <summary>Near misses of configuration lines (domain document, lint P18), in the order of the text.</summary>
    public IReadOnlyList<ConfigDiagnostic> Oddities { get; }

    public IReadOnlyList<PeerLine> Permits { get; }

    public IReadOnlyList<PeerLine> Bans { get; }

    /// <summary>Labels under <c>system</c> with the number of their service network; null when it could not be read.</summary>
    public IReadOnlyList<ServiceAddress> ServiceAddresses { get; }

    /// <summary>Realm labels under <c>sbc</c> / <c>media</c>.</summary>
    public IReadOnlyList<string> Realms { get; }

    public IReadOnlyList<Adjacency> Adjacencies { get; }

    public static RunningConfiguration Read(string text) => Of(ConfigTree.Read(text));

    public static RunningConfiguration Of(ConfigTree tree) => new(tree);

    /// <summary>Numbers of the service networks of the media addresses on which a realm is defined; those that could not be read are left out.</summary>
    public IEnumerable<int> NetworksOf(string realm) => Inside(Inside(Tree.Root.Of("sbc"), "media"), "media-address")
        .Where(media => media.Of("realm").Any(line => line.Value == realm))
        .Select(media => media.Arguments is [_, _, "service-network", var text, ..] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null)
        .OfType<int>()
        .Distinct();

    /// <summary>Whether <paramref name="address"/> is trusted on a service network.</summary>
    public bool IsPermitted(int serviceNetwork, IPAddress address) =>
        _permitted.TryGetValue(serviceNetwork, out var permitted) && permitted.Contains(address);

    /// <summary>Whether an address is in the range of some adjacency.</summary>
    public bool IsAccepted(IPAddress address) => _accepted.Contains(address);

    public Adjacency? FindAdjacency(string name) => _byName.GetValueOrDefault(name);

    private static IEnumerable<ConfigNode> Inside(IEnumerable<ConfigNode> parents, string keyword) => parents.SelectMany(parent => parent.Of(keyword));

    private static IEnumerable<ServiceAddress> ReadServiceAddresses(ConfigNode serviceInterface)
    {
        int? network = int.TryParse(serviceInterface.ValueOf("service-network"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return Inside(Inside([serviceInterface], "ipv4"), "local-ip-address")
            .SelectMany(local => local.Of("service-address").Select(label => label.Value).OfType<string>().Select(label => new ServiceAddress(label, network, local.Value)));
    }
}

/// <param name="ServiceNetwork">Number of the service network of its interface; null when it could not be read.</param>
/// <param name="Local">The local address that the label stands for, as it is written.</param>
public sealed record ServiceAddress(string Label, int? ServiceNetwork, string? Local);

/// <summary>A <c>permit-peer</c> or <c>ban-peer</c> line.</summary>
/// <param name="Last">Equal to <paramref name="First"/> for a single address. How a device writes a range is not published: an address or
/// <c>prefix-len</c> after the first address is understood.</param>
public sealed record PeerLine(int ServiceNetwork, IPAddress First, IPAddress Last, ConfigNode Node)
{
    public string Text => Node.Text;

    /// <summary>Number of the line in the text.</summary>
    public int Line => Node.LineNumber;

    public bool Covers(IPAddress address) =>
        address.AddressFamily == First.AddressFamily && AddressRanges.Key(address) is var key && AddressRanges.Key(First) <= key && key <= AddressRanges.Key(Last);

    internal static PeerLine? Read(ConfigNode node)
    {
        if (node.Words is not [_, "service-network", var network, "ipv4" or "ipv6", var text, .. var rest]
            || !int.TryParse(network, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !IPAddress.TryParse(text, out var first))
        {
            return null;
        }

        return rest switch
        {
            [var word, ..] when IPAddress.TryParse(word, out var last) && last.AddressFamily == first.AddressFamily => new PeerLine(number, first, last, node),
            ["prefix-len", var length, ..] when Ranges.Network(text, length) is { } range => new PeerLine(number, range.BaseAddress, Ranges.Last(range), node),
            _ => new PeerLine(number, first, first, node),
        };
    }
}

/// <summary>An adjacency as it stands in a configuration.</summary>
public sealed class Adjacency(ConfigNode node)
{
    public ConfigNode Node { get; } = node;

    /// <summary>Its name; may have blanks in it.</summary>
    public string Name { get; } = NameOf(node);

    public bool IsActive => Node.IsActive;

    public string? Peer { get; } = node.ValueOf("signaling-peer");

    public string? ServiceAddress { get; } = node.ValueOf("service-address");

    /// <summary>The form without a service address: a local address with its service network (domain document, 4, line 10a).</summary>
    public string? LocalAddress => Node.ValueOf("signaling-local-address") is { } value ? ConfigWords.Split(value)[^1] : null;

    public string? ServiceNetwork => Node.ValueOf("service-network");

    public string? Realm => Node.ValueOf("realm");

    /// <summary>Its remote address ranges, as networks; ranges that can't be read are left out.</summary>
    public IReadOnlyList<IPNetwork> Ranges { get; } =
    [
        .. node.Of("remote-address-range")
            .Select(line => line.Arguments is [_, var address, "prefix-len", var length, ..] ? Configuration.Ranges.Network(address, length) : null)
            .OfType<IPNetwork>(),
    ];

    internal static string NameOf(ConfigNode node)
    {
        var rest = node.AfterKeyword;
        ConfigWords.Next(ref rest, out _);
        var name = rest;
        return ConfigWords.Next(ref rest, out var first) && ConfigWords.TrimStart(rest).IsEmpty ? first.ToString() : string.Join(' ', ConfigWords.Split(name));
    }

    public bool Accepts(IPAddress address) => Ranges.Any(range => range.Contains(address));
}

/// <summary>Networks from the words of a line; host bits, which an operator may well type, are cleared.</summary>
internal static class Ranges
{
    public static IPNetwork? Network(string address, string prefixLength)
    {
        if (!IPAddress.TryParse(address, out var parsed)
            || !int.TryParse(prefixLength, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > parsed.GetAddressBytes().Length * 8)
        {
            return null;
        }

        return new IPNetwork(new IPAddress(Fill(parsed, length, ones: false)), length);
    }

    public static IPAddress Last(IPNetwork network) => new(Fill(network.BaseAddress, network.PrefixLength, ones: true));

    public static bool Overlap(IPNetwork a, IPNetwork b) => a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress);

    private static byte[] Fill(IPAddress address, int from, bool ones)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = from; bit < bytes.Length * 8; bit++)
        {
            var mask = (byte)(0x80 >> (bit % 8));
            bytes[bit / 8] = ones ? (byte)(bytes[bit / 8] | mask) : (byte)(bytes[bit / 8] & ~mask);
        }

        return bytes;
    }
}
