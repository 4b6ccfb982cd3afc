using System.Buffers.Binary;
using System.Net;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Ranges of addresses, sorted and joined, so that asking for one address costs the logarithm of their number: a whitelist has thousands of
/// lines, and a plan asks for each address of each edge.
/// </summary>
internal sealed class AddressRanges
{
    private readonly List<(UInt128 First, UInt128 Last)> _ranges = [];

    public AddressRanges(IEnumerable<(IPAddress First, IPAddress Last)> ranges)
    {
        var sorted = ranges.Select(range => (First: Key(range.First), Last: Key(range.Last))).Where(range => range.First <= range.Last).ToList();
        sorted.Sort(static (a, b) => a.First.CompareTo(b.First));
        foreach (var (first, last) in sorted)
        {
            if (_ranges.Count > 0 && first <= _ranges[^1].Last)
            {
                _ranges[^1] = (_ranges[^1].First, UInt128.Max(_ranges[^1].Last, last));
            }
            else
            {
                _ranges.Add((first, last));
            }
        }
    }

    public bool Contains(IPAddress address) => Key(address) is var key && At(key) is >= 0 and var at && key <= _ranges[at].Last;

    /// <summary>Whether one of the ranges has an address in common with this one.</summary>
    public bool Overlaps(IPAddress first, IPAddress last) => At(Key(last)) is >= 0 and var at && Key(first) <= _ranges[at].Last;

    /// <summary>An address as a number; an IPv4 address as the IPv6 one that it is mapped to.</summary>
    public static UInt128 Key(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return written == 4 ? ((UInt128)0xFFFF << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The last range that begins at the key or before it; -1 when there is none.</summary>
    private int At(UInt128 key)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ranges[middle].First <= key ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }
}
