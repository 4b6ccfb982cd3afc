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
        Assert.Equal(0.0, proof.TwistDecibels!.Value, 0.2);
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), (proof.AnnouncementHeard, proof.ToneHeard, proof.NoiseHeard));
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
        Assert.InRange(proof.AnnouncementHeard!.Value, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1));
        Assert.Equal(3_060, proof.SilenceHeard!.Value.TotalMilliseconds, 120.0);
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

    [Theory]
    [InlineData(800)]
    [InlineData(803)]
    public void A_fifth_of_the_packets_lost_leaves_the_verdict_and_shows_in_the_share_once(int delay)
    {
        var proof = new Far_end().PlayBack(delay, 0, 490).Lose(0.19).Judge();

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
        var proof = new Far_end(seed: 1).PlayBack(24_000, 0, 300, of: new TonePairSignal(new TestSignal(TestTones.A, 2))).Judge();

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
        Assert.Null(proof.AnnouncementHeard);
        Assert.Null(proof.SilenceHeard);
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

    [Fact]
    public void Nothing_heard_while_the_far_end_reports_that_it_gets_ours_is_one_way_in()
    {
        var reports = new FarEndReport { PacketsReceived = 480, PacketsLost = 0 };

        var silent = new Far_end { Reports = reports }.Judge();
        var mute = new Far_end { Reports = reports }.Silence(0, 72_000).Judge();

        Assert.Equal((AudioVerdict.OneWayIn, AudioVerdict.OneWayIn), (silent.Verdict, mute.Verdict));
        Assert.Equal(
            "One-way audio: the far end reports that it got 480 of our packets, but nothing of it was heard here: not one RTP packet arrived. Check the firewall and the media address in our SDP.",
            silent.Sentence);
        Assert.Equal(AudioVerdict.None, new Far_end { Reports = reports with { PacketsReceived = 0 } }.Judge().Verdict);
    }

    [Fact]
    public void Reports_never_stand_for_sound_that_came_back() =>
        Assert.Equal(AudioVerdict.OneWayOut, new Far_end { Reports = new FarEndReport { PacketsReceived = 480 } }.Announce(0, 72_000).Judge().Verdict);

    [Fact]
    public void Noise_only_is_nobody()
    {
        var proof = new Far_end().Noise(0, 72_000, 3_000).Judge();

        Assert.Equal(AudioVerdict.None, proof.Verdict);
        Assert.Equal("No audio: packets arrived, but there was only noise in them (9.0 s).", proof.Sentence);
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(9)), (proof.AnnouncementHeard, proof.ToneHeard, proof.NoiseHeard));
    }

    [Theory]
    [InlineData(425)]
    [InlineData(1_004)]
    public void A_steady_tone_is_a_tone_and_no_announcement(double hertz)
    {
        var proof = new Far_end().Tone(0, 72_000, hertz).Judge();

        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(9), TimeSpan.Zero), (proof.AnnouncementHeard, proof.ToneHeard, proof.NoiseHeard));
    }

    [Fact]
    public void A_ringing_tone_of_two_frequencies_is_a_tone()
    {
        var proof = new Far_end().Tone(0, 16_000, 440).Tone(0, 16_000, 480).Judge();

        Assert.InRange(proof.ToneHeard!.Value, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_voice_is_an_announcement()
    {
        var voice = await Voice.SayAsync("Welcome. Please leave a message after the tone, and it will be played back to you.");

        var proof = new Far_end().Play(0, voice).Judge();

        Assert.Equal(AudioVerdict.OneWayOut, proof.Verdict);
        Assert.InRange(proof.AnnouncementHeard!.Value, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(8));
        Assert.InRange(proof.NoiseHeard!.Value + proof.ToneHeard!.Value, TimeSpan.Zero, proof.AnnouncementHeard.Value / 5);
    }

    [Fact]
    public void Twist_is_told_while_it_is_within_6_dB()
    {
        // A line that takes 4 dB off the high tones.
        var far = new Far_end();
        var line = new Far_end();
        for (var frame = 0; frame < 400; frame++)
        {
            var symbol = far.Signal.SymbolAt(frame);
            var low = TonePairs.A.Low[symbol >> 2] * 2 * Math.PI / 8_000;
            var high = TonePairs.A.High[symbol & 3] * 2 * Math.PI / 8_000;
            line.Play((frame * 160) + 800, [.. Enumerable.Range(0, 160).Select(n => (short)((4_000 * Math.Sin(n * low)) + (4_000 * 0.631 * Math.Sin(n * high))))]);
        }

        var proof = line.Judge();

        Assert.Equal(AudioVerdict.TwoWay, proof.Verdict);
        Assert.Equal(-4.0, proof.TwistDecibels!.Value, 0.2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(777)]
    public void A_far_end_of_ours_is_known_by_its_own_tones_whenever_it_began(int before)
    {
        var proof = new Far_end().Speak(8_000, before, 400).Judge(far: Far_end.Other);

        Assert.Equal(TimeSpan.FromSeconds(8), proof.FarSignalHeard);
        Assert.Equal((100.0, 0.0, AudioVerdict.Unmeasured), (proof.HeardFarSignalPercent, proof.HeardOwnSignalPercent, proof.Verdict));
        Assert.Equal(-12.0, proof.FarLevelDbm0!.Value, 0.3);
        Assert.Equal(TimeSpan.Zero, proof.AnnouncementHeard + proof.ToneHeard + proof.NoiseHeard);
        Assert.Equal("The far end's signal was heard for 8.0 s. Whether it hears this end is for the far end to say.", proof.Sentence);
    }

    [Fact]
    public void Our_own_signal_in_place_of_the_far_ends_is_a_hairpin()
    {
        var proof = new Far_end().PlayBack(900, 0, 450).Judge(far: Far_end.Other);

        Assert.Equal((AudioVerdict.Hairpin, 0.0), (proof.Verdict, proof.HeardFarSignalPercent));
    }

    [Fact]
    public void Somebody_elses_voice_is_not_the_far_ends_signal() =>
        Assert.StartsWith("Somebody was heard, but not the far end's signal", new Far_end().Announce(0, 72_000).Judge(far: Far_end.Other).Sentence);

    [Fact]
    public void Both_ends_together_say_which_way_is_broken()
    {
        var hears = new Far_end().Speak(0, 0, 400).Judge(far: Far_end.Other);
        var short_ = new Far_end().Speak(0, 0, 60).Judge(far: Far_end.Other);
        var deaf = new Far_end().Silence(0, 72_000).Judge(far: Far_end.Other);
        var hairpin = new Far_end().PlayBack(900, 0, 450).Judge(far: Far_end.Other);

        Assert.Equal(
            [AudioVerdict.TwoWay, AudioVerdict.BrokenOff, AudioVerdict.OneWayIn, AudioVerdict.OneWayOut, AudioVerdict.None, AudioVerdict.Hairpin, AudioVerdict.Unmeasured],
            new[] { (hears, hears), (hears, short_), (hears, deaf), (deaf, hears), (deaf, deaf), (hairpin, deaf), (hears, AudioProof.NotMeasured("")) }
                .Select(ends => AudioProof.OfBothEnds(ends.Item1, ends.Item2).Verdict));
    }

    [Fact]
    public void What_a_hold_kept_back_is_not_missed()
    {
        var held = new Far_end { Withheld = [.. Enumerable.Range(200, 50)] }.PlayBack(800, 0, 200).Silence(32_800, 8_000).PlayBack(800, 250, 492).Judge();

        Assert.Equal((AudioVerdict.TwoWay, 100.0), (held.Verdict, held.HeardOwnSignalPercent));
    }
}
