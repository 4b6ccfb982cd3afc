using TrunkBot.Sip.Audio;

namespace TrunkBot.Sip.Tests.Audio;

public sealed class The_distinctive_signal
{
    private static TonePairSignal Signal(ulong seed, TestTones tones = TestTones.A) => new(new TestSignal(tones, seed));

    [Fact]
    public void It_is_the_same_for_the_same_seed_and_another_for_another()
    {
        Assert.Equal(Symbols(5), Symbols(5));
        Assert.NotEqual(Symbols(5), Symbols(6));
        static int[] Symbols(ulong seed) => [.. Enumerable.Range(0, 60).Select(Signal(seed).SymbolAt)];
    }

    [Fact]
    public void A_symbol_lasts_60_milliseconds() =>
        Assert.All(Enumerable.Range(0, 100), s => Assert.Equal(Signal(3).SymbolAt(3 * s), Signal(3).SymbolAt((3 * s) + 2)));

    [Fact]
    public void All_sixteen_pairs_are_used_about_evenly()
    {
        var counts = Enumerable.Range(0, 1_600).GroupBy(s => Signal(1).SymbolAt(3 * s)).Select(g => g.Count()).ToList();

        Assert.Equal(16, counts.Count);
        Assert.All(counts, c => Assert.InRange(c, 60, 140));
    }

    [Theory]
    [InlineData(TestTones.A)]
    [InlineData(TestTones.B)]
    public void Every_frame_is_recognised_as_its_symbol_at_minus_12_dBm0(TestTones tones)
    {
        var signal = Signal(11, tones);
        for (var frame = 0; frame < 300; frame += 3)
        {
            var reading = ToneMeter.Read(signal.Frame(frame), signal.Tones);
            Assert.Equal(signal.SymbolAt(frame), reading.Symbol());
            Assert.Equal(-12.0, reading.LevelDbm0, 0.05);
            Assert.Equal(1.0, reading.OurShare, 0.01);
        }
    }

    [Fact]
    public void No_tone_comes_near_DTMF_or_the_tones_of_networks_and_fax()
    {
        double[] others = [697, 770, 852, 941, 1_209, 1_336, 1_477, 1_633, 350, 425, 440, 480, 620, 1_004, 1_100, 1_300, 2_100, 2_600];

        int[] ours = [.. TonePairs.A.Low, .. TonePairs.A.High, .. TonePairs.B.Low, .. TonePairs.B.High];
        Assert.All(ours, hz => Assert.True(others.Min(o => Math.Abs(o - hz)) >= 30, $"{hz} Hz"));
        Assert.All(ours, hz => Assert.InRange(hz, 300, 3_300));
        Assert.Equal(16, ours.Distinct().Count());
    }

    [Fact]
    public void One_ends_tones_are_nothing_to_the_others_filters()
    {
        for (var frame = 0; frame < 300; frame += 3)
        {
            Assert.Equal(0.0, ToneMeter.Read(Signal(11).Frame(frame), TonePairs.B).OurShare, 0.001);
            Assert.Equal(0.0, ToneMeter.Read(Signal(11, TestTones.B).Frame(frame), TonePairs.A).OurShare, 0.001);
        }
    }

    [Fact]
    public void Digital_silence_has_no_level_and_no_symbol()
    {
        var reading = ToneMeter.Read(new short[160], TonePairs.A);

        Assert.Equal(double.NegativeInfinity, reading.LevelDbm0);
        Assert.Null(reading.Symbol());
    }

    [Fact]
    public void A_pair_with_more_than_6_dB_of_twist_is_not_ours()
    {
        var samples = Enumerable.Range(0, 160).Select(n => (short)((6_000 * Math.Sin(2 * Math.PI * 550 * n / 8_000)) + (2_000 * Math.Sin(2 * Math.PI * 1_850 * n / 8_000)))).ToArray();

        Assert.Null(ToneMeter.Read(samples, TonePairs.A).Symbol());
    }
}
