using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Results;

/// <summary>The signal of the far end (tones B) as a file, for a far end that only plays files.</summary>
public static class SignalFile
{
    /// <summary>16-bit PCM, mono, 8 kHz.</summary>
    /// <param name="seed">The same as that of the signal which is listened for.</param>
    public static byte[] Write(ulong seed, TimeSpan length)
    {
        var signal = new TonePairSignal(new TestSignal(TestTones.B, seed));
        var frames = (int)(length.TotalMilliseconds / 20);
        return WavFile.Write(Enumerable.Range(0, frames).SelectMany(signal.Frame).ToArray(), ReceivedAudio.SampleRate);
    }
}
