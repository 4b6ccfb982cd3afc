using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrunkBot.Sip.Media;

/// <summary>ITU-T G.711 in 16-bit linear samples: full scale of mu-law is 32,124, of A-law 32,256.</summary>
public static class G711
{
    private static readonly short[] MuLaw = BuildTable(DecodeMuLaw);
    private static readonly short[] ALaw = BuildTable(DecodeALaw);

    /// <summary>The code of every sample there is, because a thousand calls encode 8 million a second.</summary>
    private static readonly byte[] MuLawCodes = BuildCodes(EncodeMuLaw);
    private static readonly byte[] ALawCodes = BuildCodes(EncodeALaw);

    public static byte Encode(AudioCodec codec, short sample) => (codec == AudioCodec.Pcmu ? MuLawCodes : ALawCodes)[(ushort)sample];

    /// <summary>Encodes all samples.</summary>
    /// <param name="codes">At least as long.</param>
    public static void Encode(AudioCodec codec, ReadOnlySpan<short> samples, Span<byte> codes)
    {
        // The table has a place for every index, which the compiler can't see.
        ref var table = ref MemoryMarshal.GetArrayDataReference(codec == AudioCodec.Pcmu ? MuLawCodes : ALawCodes);
        codes = codes[..samples.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = Unsafe.Add(ref table, (ushort)samples[i]);
        }
    }

    /// <summary>Decodes all codes.</summary>
    /// <param name="samples">At least as long.</param>
    public static void Decode(AudioCodec codec, ReadOnlySpan<byte> codes, Span<short> samples)
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(codec == AudioCodec.Pcmu ? MuLaw : ALaw);
        samples = samples[..codes.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Unsafe.Add(ref table, codes[i]);
        }
    }

    public static short Decode(AudioCodec codec, byte code) => (codec == AudioCodec.Pcmu ? MuLaw : ALaw)[code];

    /// <summary>What goes on the wire when nothing is said: 0xFF for mu-law, 0xD5 for A-law.</summary>
    public static byte Silence(AudioCodec codec) => codec == AudioCodec.Pcmu ? (byte)0xFF : (byte)0xD5;

    private static short[] BuildTable(Func<byte, short> decode)
    {
        var table = new short[256];
        for (var i = 0; i < 256; i++)
        {
            table[i] = decode((byte)i);
        }

        return table;
    }

    private static byte[] BuildCodes(Func<short, byte> encode)
    {
        var codes = new byte[65_536];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = encode((short)i);
        }

        return codes;
    }

    private static byte EncodeMuLaw(short sample)
    {
        const int Bias = 132;
        const int Clip = 32_635;
        var sign = sample < 0 ? 0x80 : 0;
        var magnitude = Math.Min(Math.Abs((int)sample), Clip) + Bias;

        // The segment is the place of the highest bit above the seven lowest.
        var segment = 31 - int.LeadingZeroCount(magnitude) - 7;
        var step = (magnitude >> (segment + 3)) & 0x0F;
        return (byte)~(sign | (segment << 4) | step);
    }

    private static short DecodeMuLaw(byte code)
    {
        var bits = ~code & 0xFF;
        var magnitude = (((bits & 0x0F) << 3) + 132 << ((bits & 0x70) >> 4)) - 132;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    private static byte EncodeALaw(short sample)
    {
        // A-law works on 13 bits; negative values are one's complement, so that -1 and 0 differ only in sign.
        var value = sample >> 3;
        var sign = 0xD5;
        if (value < 0)
        {
            value = -value - 1;
            sign = 0x55;
        }

        if (value < 32)
        {
            return (byte)((value >> 1) ^ sign);
        }

        var segment = 31 - int.LeadingZeroCount(value) - 4;
        return (byte)(((segment << 4) | ((value >> segment) & 0x0F)) ^ sign);
    }

    private static short DecodeALaw(byte code)
    {
        var bits = code ^ 0x55;
        var segment = (bits & 0x70) >> 4;
        var magnitude = ((bits & 0x0F) << 4) + 8;
        if (segment > 0)
        {
            magnitude = (magnitude + 256) << (segment - 1);
        }

        return (short)((bits & 0x80) != 0 ? magnitude : -magnitude);
    }
}
