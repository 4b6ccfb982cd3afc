using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Audio;

public sealed class The_audio_proof
{
    [Theory]
    [InlineData(AudioCodec.Pcmu, 320)]
    [InlineData(AudioCodec.Pcma, 1_337)]
    public void An_immediate_loop_is_two_way_with_its_delay(AudioCodec codec, int delay)
    {
        var proof = new Far_end(codec: codec).PlayBack(delay, 0, 490).Judge();

        Assert.Equal(AudioVerdict.TwoWay, proof.Verdict);
        Assert.InRange(proof.HeardOwnSignalPercent!.Value, 99, 100);
        Assert.Equal(delay / 8.0, proof.EchoDelay!.Value.TotalMilliseconds, 3.0);
        Assert.Equal(delay / 8.0, proof.FirstHeardAfter!.Value.TotalMilliseconds, 23.0);
        Assert.Equal(-12.0, proof.LevelDbm0!.Value, 0.3);
        Assert.Equal(TimeSpan.Zero, proof.OtherSoundHeard);
    }

    [Fact]
    public void A_number_that_announces_records_and_plays_back_is_two_way_over_what_it_recorded()
    {
        // Announces 1 s, records seconds 1 to 4, plays that back from 4.06 s on.
        var proof = new Far_end().Announce(0, 8_000).Silence(8_000, 24_480).PlayBack(24_480, 50, 200).Judge();

        Assert.Equal(AudioVerdict.TwoWay, proof.Verdict);
        Assert.InRange(proof.HeardOwnSignalPercent!.Value, 98, 100);
        Assert.Equal(3_060, proof.EchoDelay!.Value.TotalMilliseconds, 3.0);
        Assert.Equal(4_060, proof.FirstHeardAfter!.Value.TotalMilliseconds, 3.0);
        Assert.Equal(TimeSpan.FromSeconds(3), proof.OwnSignalHeard);
        Assert.InRange(proof.OtherSoundHeard!.Value, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1));
        Assert.InRange(proof.NonSilentPercent!.Value, 50, 60);
    }

    [Fact]
    public void A_recording_that_starts_within_a_symbol_and_off_any_frame_is_found()
    {
        var proof = new Far_end().Announce(0, 8_000).PlayBack(29_917, 67, 211).Judge();

        Assert.Equal(AudioVerdict.TwoWay, proof.Verdict);
        Assert.Equal(29_917 / 8.0, proof.EchoDelay!.Value.TotalMilliseconds, 3.0);
        Assert.InRange(proof.HeardOwnSignalPercent!.Value, 97, 100);
    }

    [Fact]
    public void A_fifth_of_the_packets_lost_leaves_the_verdict_and_shows_in_the_share()
    {
        var proof = new Far_end().PlayBack(800, 0, 490).Lose(0.19).Judge();

        Assert.Equal(AudioVerdict.TwoWay, proof.Verdict);
        Assert.InRange(proof.HeardOwnSignalPercent!.Value, 75, 87);
        Assert.Equal(100, proof.EchoDelay!.Value.TotalMilliseconds, 3.0);
    }

    [Fact]
    public void A_loop_that_falls_silent_halfway_is_heard_half()
    {
        var proof = new Far_end().PlayBack(160, 0, 250).Silence(40_160, 39_000).Judge();

        Assert.InRange(proof.HeardOwnSignalPercent!.Value, 48, 53);
        Assert.Equal(TimeSpan.FromSeconds(5), proof.OwnSignalHeard);
    }

    [Fact]
    public void A_weak_return_is_heard_with_its_level()
    {
        var proof = new Far_end().PlayBack(4_000, 0, 400, gain: 0.1).Judge();

        Assert.Equal(AudioVerdict.TwoWay, proof.Verdict);
        Assert.Equal(-32.0, proof.LevelDbm0!.Value, 0.5);
    }

    [Fact]
    public void A_return_under_noise_15_dB_below_is_heard() =>
        Assert.InRange(new Far_end().PlayBack(4_000, 0, 400).Noise(4_000, 64_000, 1_600).Judge(endSamples: 68_000).HeardOwnSignalPercent!.Value, 95, 100);

    [Fact]
    public void An_announcement_alone_is_one_way_out()
    {
        var proof = new Far_end().Announce(0, 72_000).Judge();

        Assert.Equal(AudioVerdict.OneWayOut, proof.Verdict);
        Assert.Equal(0, proof.HeardOwnSignalPercent);
        Assert.Null(proof.EchoDelay);
        Assert.Null(proof.LevelDbm0);
        Assert.Null(proof.FirstHeardAfter);
    }

    [Theory]
    [InlineData(1_004)]
    [InlineData(550)]
    [InlineData(2_450)]
    public void A_tone_is_not_our_signal_even_when_it_is_one_of_our_tones(double hertz) =>
        Assert.NotEqual(AudioVerdict.TwoWay, new Far_end().Tone(0, 72_000, hertz).Judge().Verdict);

    [Fact]
    public void The_signal_of_another_call_is_not_taken_for_ours()
    {
        var proof = new Far_end(seed: 1).PlayBack(24_000, 0, 300, of: new TonePairSignal(2)).Judge();

        Assert.Equal(0, proof.HeardOwnSignalPercent);
        Assert.NotEqual(AudioVerdict.TwoWay, proof.Verdict);
    }

    [Fact]
    public void Silence_is_none_and_says_that_packets_came()
    {
        var proof = new Far_end().Silence(0, 72_000).Judge();

        Assert.Equal(AudioVerdict.None, proof.Verdict);
        Assert.Equal(0, proof.NonSilentPercent);
        Assert.Equal("No audio: packets arrived, but there was silence in them.", proof.Sentence);
    }

    [Fact]
    public void A_moment_of_sound_is_not_called_silence()
    {
        var proof = new Far_end().Silence(0, 72_000).Tone(8_000, 3_200, 1_004).Judge();

        Assert.Equal(AudioVerdict.None, proof.Verdict);
        Assert.StartsWith("No audio: packets arrived, but only ", proof.Sentence);
    }

    [Fact]
    public void A_return_that_breaks_off_after_a_second_is_no_proof()
    {
        var proof = new Far_end().Announce(0, 8_000).PlayBack(24_000, 50, 100).Silence(40_000, 30_000).Judge();

        Assert.Equal((AudioVerdict.BrokenOff, 100), (proof.Verdict, proof.HeardOwnSignalPercent));
        Assert.Equal(TimeSpan.FromSeconds(1), proof.OwnSignalHeard);
        Assert.StartsWith("Our own signal came back for 1.0 s only", proof.Sentence);
    }

    [Fact]
    public void No_packets_is_none_and_how_loud_they_were_is_not_measured()
    {
        var proof = new Far_end().Judge();

        Assert.Equal(AudioVerdict.None, proof.Verdict);
        Assert.Null(proof.NonSilentPercent);
        Assert.Null(proof.OtherSoundHeard);
        Assert.StartsWith("No audio: not one RTP packet arrived.", proof.Sentence);
    }

    [Fact]
    public void A_far_end_that_sends_nothing_back_by_nature_gives_no_verdict()
    {
        var proof = new Far_end().Announce(0, 72_000).Judge(expectEcho: false);

        Assert.Equal(AudioVerdict.Unmeasured, proof.Verdict);
        Assert.Equal("The far end was heard. Whether it heard us is not known, because this number sends nothing back.", proof.Sentence);
    }

    [Fact]
    public void What_was_not_sent_was_not_measured()
    {
        var proof = new Far_end(sentFrames: 0).Announce(0, 8_000).Judge();

        Assert.Equal(AudioVerdict.Unmeasured, proof.Verdict);
        Assert.Null(proof.HeardOwnSignalPercent);
    }

    [Fact]
    public void A_hairpin_is_claimed_only_below_a_known_bound()
    {
        Assert.Equal(AudioVerdict.Hairpin, new Far_end().PlayBack(80, 0, 490).Judge(hairpinWithin: TimeSpan.FromMilliseconds(30)).Verdict);
        Assert.Equal(AudioVerdict.TwoWay, new Far_end().PlayBack(80, 0, 490).Judge().Verdict);
        Assert.Equal(AudioVerdict.TwoWay, new Far_end().PlayBack(800, 0, 490).Judge(hairpinWithin: TimeSpan.FromMilliseconds(30)).Verdict);
    }

    [Fact]
    public void Sidetone_does_not_hide_that_the_far_end_answers_too()
    {
        var proof = new Far_end().PlayBack(80, 0, 150).PlayBack(30_000, 0, 150).Judge(hairpinWithin: TimeSpan.FromMilliseconds(30));

        Assert.Equal(AudioVerdict.TwoWay, proof.Verdict);
        Assert.Equal(3_750, proof.EchoDelay!.Value.TotalMilliseconds, 3.0);
    }

    [Fact]
    public void Less_than_half_a_second_proves_nothing() =>
        Assert.NotEqual(AudioVerdict.TwoWay, new Far_end().PlayBack(8_000, 0, 20).Silence(11_200, 60_000).Judge().Verdict);
}
