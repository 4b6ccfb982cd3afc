using System.Net;

namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>Remarks that come as <c>!</c> lines after a line that was accepted.</summary>
internal static class Notes
{
    public static IReadOnlyList<string> Of(RunningConfig config, Command command, string line)
    {
        if (PeerRange.Read(line) is { } range)
        {
            var bans = config.Root.Descendants()
                .Where(node => node.Command?.Keyword == Grammar.BanPeer)
                .Select(node => PeerRange.Read(node.Line))
                .OfType<PeerRange>()
                .Where(range.Overlaps);
            return command.Keyword == Grammar.BanPeer
                ? [.. bans.Select(ban => $"! This configuration overlaps with configured banned peer range {ban.First} to {ban.Last} and is redundant.")] // published: operator script
                : [.. bans.Select(ban => $"! This peer is banned as well, by the range {ban.First} to {ban.Last}.")]; // invented
        }

        return command.Pattern.Contains(" sustain ", StringComparison.Ordinal)
            ? ["! Calls above this rate are rejected without an alarm: no alarm threshold is configured."] // that a note is shown is published, its words are invented
            : [];
    }

    /// <summary>The network that an address lies in; <see cref="IPNetwork"/> refuses one with host bits, which an operator may well type.</summary>
    public static IPNetwork Containing(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    /// <summary>The addresses of a <c>ban-peer</c> or <c>permit-peer</c> line.</summary>
    private sealed record PeerRange(string ServiceNetwork, IPNetwork Network)
    {
        public IPAddress First => Network.BaseAddress;

        public IPAddress Last
        {
            get
            {
                var bytes = Network.BaseAddress.GetAddressBytes();
                for (var bit = Network.PrefixLength; bit < bytes.Length * 8; bit++)
                {
                    bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
                }

                return new IPAddress(bytes);
            }
        }

        public static PeerRange? Read(string line)
        {
            var words = line.Split(' ');
            if (words is not [Grammar.BanPeer or Grammar.PermitPeer, "service-network", var network, "ipv4" or "ipv6", var text, ..])
            {
                return null;
            }

            var address = IPAddress.Parse(text);
            var length = words is [.., "prefix-len", var prefix] ? int.Parse(prefix) : address.GetAddressBytes().Length * 8;
            return new PeerRange(network, Containing(address, length));
        }

        public bool Overlaps(PeerRange other) =>
            ServiceNetwork == other.ServiceNetwork && (Network.Contains(other.First) || other.Network.Contains(First));
    }
}
