using TrunkBot.Lab.Switch.Media;

namespace TrunkBot.Lab.Tests.Switch;

public sealed class AnnouncementTests
{
    private readonly short[] samples = Announcement.Samples(TimeSpan.FromSeconds(2));

    [Fact]
    public void It_is_as_long_as_asked_and_loud_enough_to_be_heard()
    {
        Assert.Equal(16000, samples.Length);
        Assert.InRange(samples.Max(sample => Math.Abs((int)sample)), 2000, 16000);
        Assert.InRange(samples.Chunk(160).Count(frame => frame.Max(sample => Math.Abs((int)sample)) > 500), 60, 100);
    }

    [Fact]
    public void No_pair_of_tones_carries_more_than_three_frames_in_a_row()
    {
        var run = 0;
        var longest = 0;
        (int, int) last = (0, 0);
        foreach (var frame in samples.Chunk(160))
        {
            var pair = StrongestPair(frame, out var share);
            run = share > 0.7 && pair == last ? run + 1 : 1;
            last = pair;
            longest = Math.Max(longest, run);
        }

        Assert.InRange(longest, 1, 3);
    }

    /// <summary>The two strongest of the frequencies 50 Hz apart, and their part of the frame's energy.</summary>
    private static (int Low, int High) StrongestPair(short[] frame, out double share)
    {
        var power = Enumerable.Range(1, 79).Select(bin =>
        {
            double real = 0, imaginary = 0;
            for (var at = 0; at < frame.Length; at++)
            {
                real += frame[at] * Math.Cos(2 * Math.PI * bin * at / 160);
                imaginary += frame[at] * Math.Sin(2 * Math.PI * bin * at / 160);
            }

            return (Bin: bin, Power: real * real + imaginary * imaginary);
        }).OrderByDescending(entry => entry.Power).ToList();
        var all = power.Sum(entry => entry.Power);
        share = all == 0 ? 0 : (power[0].Power + power[1].Power) / all;
        return (Math.Min(power[0].Bin, power[1].Bin), Math.Max(power[0].Bin, power[1].Bin));
    }
}
