using System.Buffers.Binary;
using System.Diagnostics;

namespace TrunkBot.Sip.Tests.Audio;

/// <summary>A synthesised voice (espeak-ng), so that what is called an announcement is judged by more than what we make up.</summary>
internal static class Voice
{
    private const int Rate = 22_050;

    /// <summary>16-bit samples at 8 kHz.</summary>
    public static async Task<short[]> SayAsync(string text)
    {
        using var process = Process.Start(new ProcessStartInfo("espeak-ng", ["--stdout", text]) { RedirectStandardOutput = true })!;
        using var wav = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(wav, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // 44 bytes of header, then 16-bit mono at 22,050 Hz, as espeak-ng always writes.
        var bytes = wav.ToArray().AsSpan(44);
        Assert.Equal(Rate, BinaryPrimitives.ReadInt32LittleEndian(wav.ToArray().AsSpan(24)));
        var samples = new short[(int)(bytes.Length / 2 * 8_000L / Rate)];
        for (var i = 0; i < samples.Length; i++)
        {
            // The mean of about three samples is filter enough for a voice that nobody listens to.
            var at = Math.Min((bytes.Length / 2) - 2, Math.Max(1, (int)((long)i * Rate / 8_000)));
            samples[i] = (short)((Sample(bytes, at - 1) + Sample(bytes, at) + Sample(bytes, at + 1)) / 3);
        }

        return samples;
    }

    private static int Sample(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * at)..]);
}
