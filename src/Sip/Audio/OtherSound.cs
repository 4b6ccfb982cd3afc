using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Audio;

/// <summary>What was heard that is no signal of ours, by its kind. All zero when there was nothing; made only of what was received.</summary>
/// <param name="Covered">How much was received, in frames of 20 ms.</param>
/// <param name="Loud">Frames above the floor, also those of our own signals.</param>
/// <param name="Announcement">Frames of voice or music: pitched, and never the same for long.</param>
/// <param name="Tone">Frames of a steady tone: ringing, busy, a test tone, hum.</param>
/// <param name="Noise">Frames without pitch.</param>
internal sealed record OtherSound(int Covered, int Loud, int Announcement, int Tone, int Noise)
{
    private const int Frame = RtpSession.FrameSamples;

    /// <summary>Half a second: long enough to tell a voice from a tone, short enough to count both of a call that has both.</summary>
    private const int BlockFrames = 25;

    /// <summary>Fewer frames of other sound in a block are a click, an edge of our own signal, or the noise that it is taken for.</summary>
    private const int MinimumFrames = 3;

    /// <summary>Pitch of voices, and whole periods of most tones: 50 to 400 Hz.</summary>
    private const int ShortestLag = 20;
    private const int LongestLag = 160;

    /// <summary>A frame this like itself one period later has a pitch; white noise of this length reaches 0.4.</summary>
    private const double Pitched = 0.6;

    /// <summary>A block with less pitch than this is noise: speech is pitched for about half of the time.</summary>
    private const double NoiseShare = 0.3;

    /// <summary>A block that is pitched nearly throughout and whose level stays within 4 dB is a tone; a voice moves by 10 dB and more.</summary>
    private const double ToneShare = 0.8;
    private const double SteadyDb = 4;

    /// <param name="heard">The timeline.</param>
    /// <param name="ours">Tones that are no other sound: those of both ends where both are ours.</param>
    public static OtherSound In(ReceivedAudio heard, IReadOnlyList<TonePairs> ours)
    {
        int covered = 0, loud = 0, announcement = 0, tone = 0, noise = 0;
        var block = new List<(double LevelDbm0, double? Likeness)>();
        for (var frame = 0; (frame + 1) * Frame <= heard.Length; frame++)
        {
            if (frame % BlockFrames == 0)
            {
                Judge();
            }

            var at = frame * Frame;
            if (!heard.IsCovered(at, Frame))
            {
                continue;
            }

            covered++;
            var samples = heard.Samples.Slice(at, Frame);
            var reading = ToneMeter.Read(samples, ours[0]);
            if (reading.LevelDbm0 < ToneMeter.FloorDbm0)
            {
                continue;
            }

            loud++;
            if (reading.OurShare < 0.3 && (ours.Count == 1 || ToneMeter.Read(samples, ours[1]).OurShare < 0.3))
            {
                block.Add((reading.LevelDbm0, heard.IsCovered(at, 2 * Frame) ? Likeness(heard.Samples.Slice(at, 2 * Frame)) : null));
            }
        }

        Judge();
        return new OtherSound(covered, loud, announcement, tone, noise);

        void Judge()
        {
            var known = block.Where(f => f.Likeness is not null).ToList();
            var pitched = known.Count(f => f.Likeness >= Pitched) / (double)Math.Max(1, known.Count);
            if (block.Count < MinimumFrames || known.Count == 0 || pitched < NoiseShare)
            {
                noise += block.Count;
            }
            else if (pitched >= ToneShare && Spread([.. known.Select(f => f.LevelDbm0)]) < SteadyDb)
            {
                tone += block.Count;
            }
            else
            {
                announcement += block.Count;
            }

            block.Clear();
        }
    }

    /// <summary>Between the tenth and the ninetieth percentile: the edges of a sound are no change of its level.</summary>
    private static double Spread(double[] levels)
    {
        Array.Sort(levels);
        return levels[(levels.Length - 1) * 9 / 10] - levels[(levels.Length - 1) / 10];
    }

    /// <summary>How like the sound is to itself one period later: 1 for a pure tone, near 0 for noise (normalised autocorrelation).</summary>
    private static double Likeness(ReadOnlySpan<short> samples)
    {
        // Energy of the first n samples, so that a lag costs one pass and not three.
        Span<double> energy = stackalloc double[samples.Length + 1];
        for (var i = 0; i < samples.Length; i++)
        {
            energy[i + 1] = energy[i] + ((double)samples[i] * samples[i]);
        }

        var best = 0.0;
        for (var lag = ShortestLag; lag <= LongestLag; lag++)
        {
            var count = samples.Length - lag;
            long product = 0;
            for (var i = 0; i < count; i++)
            {
                product += samples[i] * samples[i + lag];
            }

            var scale = Math.Sqrt(energy[count] * (energy[^1] - energy[lag]));
            best = Math.Max(best, scale > 0 ? product / scale : 0);
        }

        return best;
    }
}
