using System.Collections.Concurrent;

namespace TrunkBot.Lab.Switch.Media;

/// <summary>
/// The invented announcement of the test number: a synthetic voice that says nothing, then one chirp (a single tone that rises from 400 to 900 Hz).
/// The voice is a buzz whose pitch never rests, shaped by two formants and syllables: no two steady tones stand in it, so it can't be taken for a test signal.
/// </summary>
public static class Announcement
{
    private const int Rate = 8000;
    private const double ChirpSeconds = 0.15;

    private static readonly ConcurrentDictionary<(TimeSpan Length, byte PayloadType), byte[]> Known = new();

    /// <summary>The announcement in a codec. Made once: synthesis takes a good part of a second on a busy machine, and a call waits for it.</summary>
    /// <returns>Shared by all calls; not to be written to.</returns>
    internal static byte[] Encoded(TimeSpan length, byte payloadType) =>
        Known.GetOrAdd((length, payloadType), static key => [.. Samples(key.Length).Select(sample => G711.Encode(key.PayloadType, sample))]);

    /// <returns>Samples at 8 kHz, peak about a quarter of full scale.</returns>
    public static short[] Samples(TimeSpan length)
    {
        var samples = new short[(int)(length.TotalSeconds * Rate)];
        var voice = Math.Max(samples.Length - (int)(ChirpSeconds * Rate), 0);
        double pitchPhase = 0;
        for (var at = 0; at < voice; at++)
        {
            var seconds = (double)at / Rate;
            var pitch = 120 + 25 * Math.Sin(2 * Math.PI * 0.9 * seconds) + 8 * Math.Sin(2 * Math.PI * 5.3 * seconds);
            pitchPhase += 2 * Math.PI * pitch / Rate;
            var first = 500 + 200 * Math.Sin(2 * Math.PI * 1.7 * seconds);
            var second = 1500 + 500 * Math.Sin(2 * Math.PI * 1.1 * seconds + 1);
            double sum = 0;
            for (var harmonic = 1; harmonic * pitch < 3200; harmonic++)
            {
                var frequency = harmonic * pitch;
                sum += (Formant(frequency, first, 120) + 0.5 * Formant(frequency, second, 180)) * Math.Sin(harmonic * pitchPhase);
            }

            var syllable = Math.Pow(Math.Sin(Math.PI * 3.8 * seconds), 2);
            samples[at] = (short)(2500 * syllable * sum);
        }

        double chirpPhase = 0;
        for (var at = voice; at < samples.Length; at++)
        {
            chirpPhase += 2 * Math.PI * (400 + 500.0 * (at - voice) / (samples.Length - voice)) / Rate;
            samples[at] = (short)(4000 * Math.Sin(chirpPhase));
        }

        return samples;
    }

    private static double Formant(double frequency, double centre, double width) => 1 / (1 + Math.Pow((frequency - centre) / width, 2));
}
