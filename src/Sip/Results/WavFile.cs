using System.Buffers.Binary;

namespace TrunkBot.Sip.Results;

/// <summary>A WAV file (RIFF, WAVE_FORMAT_PCM): one channel of 16-bit samples.</summary>
internal static class WavFile
{
    private const int HeaderBytes = 44;
    private const int SampleBytes = 2;

    public static byte[] Write(ReadOnlySpan<short> samples, int sampleRate)
    {
        var file = new byte[HeaderBytes + (samples.Length * SampleBytes)];
        var header = file.AsSpan(0, HeaderBytes);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16); // bytes of this chunk
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1); // mono
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], sampleRate * SampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], SampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 8 * SampleBytes);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], samples.Length * SampleBytes);
        for (var i = 0; i < samples.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(HeaderBytes + (i * SampleBytes)), samples[i]);
        }

        return file;
    }
}
