using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TrunkBot.Sip.Media.Srtp;

/// <summary>Opens what comes in from one direction: a packet that is not genuine, or was there before, is refused (RFC 3711 3.3, 3.4). Not thread-safe.</summary>
internal sealed class SrtpReceiver(MasterKey key, SrtpSuite suite) : IDisposable
{
    /// <summary>A stranger who invents sources must not fill the memory; only genuine packets make one.</summary>
    private const int MaxSources = 16;

    private readonly SessionKeys _rtp = key.Derive(rtcp: false);
    private readonly SessionKeys _rtcp = key.Derive(rtcp: true);
    private readonly Dictionary<uint, ReplayWindow> _rtpSources = [];
    private readonly Dictionary<uint, ReplayWindow> _rtcpSources = [];

    /// <summary>Decrypts in place.</summary>
    /// <returns>The length without the tag; null for a packet that is to be dropped.</returns>
    public int? UnprotectRtp(Span<byte> bytes)
    {
        var length = bytes.Length - suite.TagBytes();
        if (length < RtpPacket.HeaderBytes || RtpPacket.PayloadOffsetOf(bytes[..length]) is not { } offset)
        {
            return null;
        }

        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var seen = Window(_rtpSources, ssrc);
        var index = Estimate(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), seen?.Highest);
        Span<byte> tag = stackalloc byte[suite.TagBytes()];
        _rtp.Tag(bytes[..length], (uint)(index >> 16), tag);
        if (seen?.Allows(index) != true || !CryptographicOperations.FixedTimeEquals(tag, bytes[length..]))
        {
            return null;
        }

        _rtp.Crypt(bytes[offset..length], ssrc, index);
        seen.Take(index);
        _rtpSources[ssrc] = seen;
        return length;
    }

    /// <summary>Decrypts a compound RTCP packet in place.</summary>
    /// <returns>The length without index and tag; null for a packet that is to be dropped.</returns>
    public int? UnprotectRtcp(Span<byte> bytes)
    {
        var signed = bytes.Length - SrtcpFormat.TagBytes;
        var length = signed - SrtcpFormat.IndexBytes;
        if (length < SrtcpFormat.ClearBytes)
        {
            return null;
        }

        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var seen = Window(_rtcpSources, ssrc);
        var word = BinaryPrimitives.ReadUInt32BigEndian(bytes[length..]);
        var index = word & ~SrtcpFormat.Encrypted;
        Span<byte> tag = stackalloc byte[SrtcpFormat.TagBytes];
        _rtcp.Tag(bytes[..signed], null, tag);
        if (seen?.Allows(index) != true || !CryptographicOperations.FixedTimeEquals(tag, bytes[signed..]))
        {
            return null;
        }

        if ((word & SrtcpFormat.Encrypted) != 0)
        {
            _rtcp.Crypt(bytes[SrtcpFormat.ClearBytes..length], ssrc, index);
        }

        seen.Take(index);
        _rtcpSources[ssrc] = seen;
        return length;
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    /// <summary>The index that a sequence number most likely belongs to (RFC 3711 3.3.1).</summary>
    private static ulong Estimate(ushort sequence, ulong? highest)
    {
        if (highest is not { } known)
        {
            return sequence;
        }

        // The signed distance from the highest; one before the very first round has no round to belong to.
        var index = (long)known + (short)(sequence - (ushort)known);
        return (ulong)(index < 0 ? index + 0x1_0000 : index);
    }

    private static ReplayWindow? Window(Dictionary<uint, ReplayWindow> sources, uint ssrc) =>
        sources.TryGetValue(ssrc, out var window) ? window : sources.Count < MaxSources ? new ReplayWindow() : null;
}
