namespace TrunkBot.Lab.Switch.Media;

/// <summary>G.711 encoding (ITU-T G.711) of 16-bit samples; the two payload types that Twilio offers (RFC 3551).</summary>
public static class G711
{
    /// <summary>Payload type of PCMU.</summary>
    public const byte MuLaw = 0;

    /// <summary>Payload type of PCMA.</summary>
    public const byte ALaw = 8;

    /// <summary>The code of a sample of value 0.</summary>
    public static byte Silence(byte payloadType) => payloadType == ALaw ? (byte)0xD5 : (byte)0xFF;

    public static byte Encode(byte payloadType, short sample) => payloadType == ALaw ? EncodeA(sample) : EncodeMu(sample);

    private static byte EncodeMu(short sample)
    {
        const int bias = 132;
        const int clip = 32635;
        var sign = sample < 0 ? 0x80 : 0;
        var magnitude = Math.Min(Math.Abs((int)sample), clip) + bias;
        var exponent = 7;
        for (var mask = 0x4000; (magnitude & mask) == 0 && exponent > 0; mask >>= 1)
        {
            exponent--;
        }

        var mantissa = (magnitude >> (exponent + 3)) & 0x0F;
        return (byte)~(sign | (exponent << 4) | mantissa);
    }

    private static byte EncodeA(short sample)
    {
        // A-law has 13 bits: the negative half counts from -1, so that both halves have the same steps.
        var sign = sample >= 0 ? 0x80 : 0;
        var magnitude = sample >= 0 ? sample >> 3 : (-sample - 1) >> 3;
        var segment = 0;
        for (var top = magnitude >> 5; top != 0 && segment < 7; top >>= 1)
        {
            segment++;
        }

        var mantissa = (magnitude >> Math.Max(segment, 1)) & 0x0F;
        return (byte)((sign | (segment << 4) | mantissa) ^ 0x55);
    }
}
