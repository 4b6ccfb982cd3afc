using System.Buffers.Binary;

namespace TrunkBot.Sip.Media.Srtp;

/// <summary>Protects what goes out in one direction (RFC 3711 3.3, 3.4). Not thread-safe.</summary>
internal sealed class SrtpSender(MasterKey key, SrtpSuite suite) : IDisposable
{
    private readonly SessionKeys _rtp = key.Derive(rtcp: false);
    private readonly SessionKeys _rtcp = key.Derive(rtcp: true);
    private uint _rollover;
    private ushort? _last;
    private uint _rtcpIndex;

    /// <summary>The packet of a stream whose sequence numbers go up by one, encrypted and with its tag.</summary>
    public byte[] ProtectRtp(ReadOnlySpan<byte> packet)
    {
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        _rollover += _last is { } last && sequence < last ? 1u : 0;
        _last = sequence;
        var bytes = new byte[packet.Length + suite.TagBytes()];
        packet.CopyTo(bytes);
        var body = bytes.AsSpan(0, packet.Length);
        _rtp.Crypt(body[RtpPacket.PayloadOffsetOf(packet)!.Value..], BinaryPrimitives.ReadUInt32BigEndian(packet[8..]), ((ulong)_rollover << 16) | sequence);
        _rtp.Tag(body, _rollover, bytes.AsSpan(packet.Length));
        return bytes;
    }

    /// <summary>The compound packet encrypted, with its index and its tag.</summary>
    public byte[] ProtectRtcp(ReadOnlySpan<byte> packet)
    {
        var signed = packet.Length + SrtcpFormat.IndexBytes;
        var bytes = new byte[signed + SrtcpFormat.TagBytes];
        packet.CopyTo(bytes);
        _rtcp.Crypt(bytes.AsSpan(SrtcpFormat.ClearBytes, packet.Length - SrtcpFormat.ClearBytes), BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), _rtcpIndex);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(packet.Length), SrtcpFormat.Encrypted | _rtcpIndex++);
        _rtcp.Tag(bytes.AsSpan(0, signed), null, bytes.AsSpan(signed));
        return bytes;
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }
}
