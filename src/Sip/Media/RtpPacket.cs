using System.Buffers.Binary;

namespace TrunkBot.Sip.Media;

/// <summary>The fixed header of an RTP packet (RFC 3550 5.1) and where its payload lies.</summary>
internal readonly record struct RtpPacket(bool Marker, int PayloadType, ushort Sequence, uint Timestamp, uint Ssrc, int PayloadOffset, int PayloadLength)
{
    public const int HeaderBytes = 12;

    /// <summary>Reads a datagram; false for what is no RTP version 2 packet or lies about its lengths. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out RtpPacket packet)
    {
        packet = default;
        if (PayloadOffsetOf(bytes) is not { } offset)
        {
            return false;
        }

        var padding = (bytes[0] & 0x20) != 0 ? bytes[^1] : 0;
        if (offset + padding > bytes.Length || ((bytes[0] & 0x20) != 0 && padding == 0))
        {
            return false;
        }

        packet = new RtpPacket(
            (bytes[1] & 0x80) != 0,
            bytes[1] & 0x7F,
            BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            offset,
            bytes.Length - offset - padding);
        return true;
    }

    /// <summary>Where the payload begins, after contributors and extension, whose words are not encrypted by SRTP; null for what is no RTP version 2.</summary>
    public static int? PayloadOffsetOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] >> 6 != 2)
        {
            return null;
        }

        var offset = HeaderBytes + (4 * (bytes[0] & 0x0F));
        if ((bytes[0] & 0x10) != 0)
        {
            if (bytes.Length < offset + 4)
            {
                return null;
            }

            offset += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset + 2)..]));
        }

        return offset <= bytes.Length ? offset : null;
    }

    /// <summary>Writes a header without extensions at the start of <paramref name="target"/>.</summary>
    public static void Write(Span<byte> target, bool marker, int payloadType, ushort sequence, uint timestamp, uint ssrc)
    {
        target[0] = 0x80;
        target[1] = (byte)((marker ? 0x80 : 0) | payloadType);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], ssrc);
    }
}
