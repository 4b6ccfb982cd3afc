using System.Net;
using TrunkBot.Lab.Perimeta.Configuration;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Perimeta;

/// <summary>Reads from the configuration on disk what a call's way depends on.</summary>
internal sealed class SbcView(string dataDirectory) : ISbcView
{
    private readonly ConfigFile _file = new(dataDirectory);

    public SbcState Read()
    {
        var nodes = _file.Read().Root.Descendants().ToList();
        return new SbcState(
            [.. Of(nodes, Grammar.Adjacency).Select(node => ReadAdjacency(node, nodes))],
            [.. Of(nodes, "permit-peer service-network").Select(ReadPermit)],
            [.. Of(nodes, "service-interface").SelectMany(ReadServiceAddresses)],
            [.. Of(nodes, Grammar.MediaAddress).SelectMany(media => Of(media.Children, "realm")).Select(realm => realm.Line["realm ".Length..])])
        {
            Bans = [.. nodes.Where(node => node.Command?.Keyword == Grammar.BanPeer).Select(ReadBan)],
        };
    }

    private static IEnumerable<ConfigNode> Of(IEnumerable<ConfigNode> nodes, string fixedPart) =>
        nodes.Where(node => node.Command?.FixedPart == fixedPart);

    private static SbcAdjacency ReadAdjacency(ConfigNode node, List<ConfigNode> all) => new(
        node.Line[(Grammar.Adjacency.Length + 1)..],
        node.IsActive,
        node.Value("realm"),
        node.Value("service-address"),
        Number(node.Value("signaling-local-port")),
        [.. Of(node.Children, "remote-address-range ipv4").Select(ReadRange)],
        node.Value("signaling-peer"),
        Number(node.Value("signaling-peer-port")))
    {
        ServiceNetwork = Number(node.Value("service-network")),
        LocalAddress = node.Value("signaling-local-address ipv4") is { } local ? IPAddress.Parse(local) : null,
        CallsPerMinute = node.ChildOf("adjacency-limits")?.Children.Select(CallsPerMinute).Min(),
        OffersSrtp = node.ChildOf(Grammar.InventedTls)?.Value("lab-invented-srtp") == "required",
        HasOldTls = node.ChildOf(Grammar.InventedTls)?.Value("lab-invented-profile") is { } profile
            && all.Any(other => other.Line == $"{Grammar.InventedTlsProfile} {profile}" && other.Value("lab-invented-cipher") == Grammar.OldTls),
    };

    // out-of-call-rate sustain N per-minute|per-second; the rates of the incoming side are another matter.
    private static int? CallsPerMinute(ConfigNode limit) => limit.Line.Split(' ') is ["call-rate" or "out-of-call-rate", "sustain", var rate, var per]
        ? int.Parse(rate) * (per == "per-second" ? 60 : 1)
        : null;

    // remote-address-range ipv4 A prefix-len L
    private static IPNetwork ReadRange(ConfigNode node)
    {
        var words = node.Line.Split(' ');
        return Notes.Containing(IPAddress.Parse(words[2]), int.Parse(words[4]));
    }

    // permit-peer service-network N ipv4 A
    private static SbcPermit ReadPermit(ConfigNode node)
    {
        var words = node.Line.Split(' ');
        return new SbcPermit(int.Parse(words[2]), IPAddress.Parse(words[4]));
    }

    // ban-peer service-network N {ipv4|ipv6} A [prefix-len L]
    private static SbcBan ReadBan(ConfigNode node)
    {
        var words = node.Line.Split(' ');
        var address = IPAddress.Parse(words[4]);
        return new SbcBan(int.Parse(words[2]), Notes.Containing(address, words.Length > 6 ? int.Parse(words[6]) : address.GetAddressBytes().Length * 8));
    }

    private static IEnumerable<SbcServiceAddress> ReadServiceAddresses(ConfigNode serviceInterface)
    {
        if (Number(serviceInterface.Value("service-network")) is not { } network)
        {
            yield break;
        }

        foreach (var local in Of(serviceInterface.Descendants(), Grammar.LocalIpAddress))
        {
            var address = IPAddress.Parse(local.Line[(Grammar.LocalIpAddress.Length + 1)..]);
            foreach (var label in Of(local.Children, "service-address").Select(label => label.Line["service-address ".Length..]).DefaultIfEmpty(""))
            {
                yield return new SbcServiceAddress(label, network, address, local.IsActive);
            }
        }
    }

    private static int? Number(string? text) => text is null ? null : int.Parse(text);
}
