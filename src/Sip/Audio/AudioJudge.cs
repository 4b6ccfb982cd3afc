using System.Collections.Frozen;
using System.Globalization;
using TrunkBot.Sip.Media;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Sip.Audio;

/// <summary>Says from a media report what is proven about the audio. Pure.</summary>
internal static class AudioJudge
{
    private const int Frame = RtpSession.FrameSamples;

    /// <summary>Less of a signal than this is no return at all.</summary>
    private const int MinimumFrames = 25;

    /// <summary>Less than this may be a playback that broke off: a share of it would read 100 %.</summary>
    public static readonly TimeSpan Enough = TimeSpan.FromSeconds(1.5);

    /// <summary>Less of other sound than this is nobody.</summary>
    private static readonly TimeSpan SomebodyHeard = TimeSpan.FromMilliseconds(500);

    /// <summary>An echo within this is a loop; one later is a recording.</summary>
    private const int LoopSamples = ReceivedAudio.SampleRate * 3 / 2;

    /// <param name="hairpinWithin">An echo faster than this never left our side; null when that bound is not known.</param>
    /// <param name="expectEcho">False when the far end has no reason to send our signal back.</param>
    /// <param name="far">What the far end sends, where it is ours too; then no echo is expected.</param>
    public static AudioProof Judge(TonePairSignal signal, MediaReport report, bool expectEcho, TimeSpan? hairpinWithin, TonePairSignal? far = null)
    {
        if (report.SendStart is not { } start || report.PacketsSent == 0)
        {
            return AudioProof.NotMeasured(report.PacketsUnsent == 0
                ? Sentence.Of($"Audio was not measured: no media was sent.")
                : $"Audio was not measured: this machine could not send one of {report.PacketsUnsent} packets.");
        }

        var sent = new SentSignal(signal, report.FramesSent, start, report.Withheld);
        var found = Find(sent, report);
        var hairpin = false;
        if (found is not null && hairpinWithin is { } bound && Delay(found, report) <= bound)
        {
            // Sidetone of our own line does not exclude that the far end answers too: look behind it.
            var behind = Find(sent, report, (int)(bound.TotalSeconds * ReceivedAudio.SampleRate) + Frame);
            hairpin = behind is null;
            found = behind ?? found;
        }

        var proof = Facts(sent, report, found, far);
        var (verdict, sentence) = far is null ? Verdict(proof, report, expectEcho, hairpin) : VerdictOfOneEnd(proof, report);
        return proof with { Verdict = verdict, Sentence = sentence };
    }

    /// <summary>True when so much came back, or came from a far end that is ours too, that a longer call would prove no more.</summary>
    public static bool HeardEnough(TonePairSignal signal, MediaReport report, TonePairSignal? far = null) =>
        report is { SendStart: { } start, PacketsSent: > 0 }
        && (far is null ? Find(new SentSignal(signal, report.FramesSent, start, report.Withheld), report) : FindFar(far, report.Audio)) is { } found && Time(found.Matched) >= Enough;

    private static AudioProof Facts(SentSignal sent, MediaReport report, SignalReturn? found, TonePairSignal? far)
    {
        var other = OtherSound.In(report.Audio, far is null ? [sent.Tones] : [sent.Tones, far.Tones]);
        var heardFar = far is null ? null : FindFar(far, report.Audio);
        var any = other.Covered > 0;
        return new AudioProof
        {
            HeardOwnSignalPercent = found is null ? 0 : Percent(found, report, sent),
            OwnSignalHeard = Time(found?.Matched ?? 0),
            FirstHeardAfter = found is null ? null : Time(found.First) + Delay(found, report),
            EchoDelay = found is null ? null : Delay(found, report),
            LevelDbm0 = found is null ? null : Math.Round(ToneMeter.Level(found.MeanSquare), 1),
            TwistDecibels = found is null ? null : Math.Round(10 * Math.Log10(found.Twist), 1),
            FarSignalHeard = far is null ? null : Time(heardFar?.Matched ?? 0),
            HeardFarSignalPercent = far is null ? null : heardFar is null ? 0 : Math.Round(100.0 * heardFar.Matched / (heardFar.Last - heardFar.First + 1), 1),
            FarLevelDbm0 = heardFar is null ? null : Math.Round(ToneMeter.Level(heardFar.MeanSquare), 1),
            NonSilentPercent = any ? Math.Round(100.0 * other.Loud / other.Covered, 1) : null,
            SilenceHeard = any ? Time(other.Covered - other.Loud) : null,
            AnnouncementHeard = any ? Time(other.Announcement) : null,
            ToneHeard = any ? Time(other.Tone) : null,
            NoiseHeard = any ? Time(other.Noise) : null,
            Verdict = AudioVerdict.Unmeasured,
            Sentence = "",
        };
    }

    private static (AudioVerdict Verdict, Sentence Sentence) Verdict(AudioProof proof, MediaReport report, bool expectEcho, bool hairpin) =>
        (proof.EchoDelay is not null, IsSomebodyHeard(proof), expectEcho) switch
        {
            (true, _, _) when hairpin => (
                AudioVerdict.Hairpin,
                $"Our own signal came back after {Ms(proof.EchoDelay)}, faster than the far end could send it: it was turned around on our side."),
            (true, _, _) when proof.OwnSignalHeard < Enough => (
                AudioVerdict.BrokenOff,
                $"Our own signal came back for {Seconds(proof.OwnSignalHeard)} only, too short a time to prove a conversation: the return broke off, or the call ended too early."),
            (true, _, _) => (
                AudioVerdict.TwoWay,
                $"Two-way audio: {Number(proof.HeardOwnSignalPercent)} % of our own signal came back, {Ms(proof.EchoDelay)} after it was sent."),
            (false, true, true) => (
                AudioVerdict.OneWayOut,
                "One-way audio: the far end was heard, but our own signal never came back. What we send does not reach it: check the media address in our SDP and the outbound RTP path."),
            (false, true, false) => (
                AudioVerdict.Unmeasured, "The far end was heard. Whether it heard us is not known, because this number sends nothing back."),
            _ => NothingHeard(proof, report),
        };

    /// <summary>Where both ends are ours: what arrives here is known here, what arrives there is known there.</summary>
    private static (AudioVerdict Verdict, Sentence Sentence) VerdictOfOneEnd(AudioProof proof, MediaReport report) => proof switch
    {
        { FarSignalHeard: { } heard } when heard >= Enough => (
            AudioVerdict.Unmeasured,
            $"The far end's signal was heard for {Seconds(heard)}. Whether it hears this end is for the far end to say."),
        { FarSignalHeard: { } heard } when heard > TimeSpan.Zero => (
            AudioVerdict.BrokenOff, $"The far end's signal was heard for {Seconds(heard)} only, too short a time to prove a conversation."),
        { EchoDelay: { } delay } => (
            AudioVerdict.Hairpin, $"In place of the far end's signal our own came back, after {Ms(delay)}: the call was turned around before it reached the far end."),
        _ when IsSomebodyHeard(proof) => (
            AudioVerdict.Unmeasured, "Somebody was heard, but not the far end's signal: the call may have reached somebody else."),
        _ => NothingHeard(proof, report),
    };

    private static (AudioVerdict Verdict, Sentence Sentence) NothingHeard(AudioProof proof, MediaReport report)
    {
        Sentence what = (report.Received, proof.NonSilentPercent) switch
        {
            (0, _) => Sentence.Of($"not one RTP packet arrived. Check the firewall and the media address in our SDP."),
            (_, null) => $"packets arrived, but not one with PCMU or PCMA in it. Look at the codecs in the far end's answer.",
            (_, 0) => $"packets arrived, but there was silence in them.",
            _ when proof.NoiseHeard >= SomebodyHeard => $"packets arrived, but there was only noise in them ({Seconds(proof.NoiseHeard)}).",
            (_, { } share) => $"packets arrived, but only {Number(share)} % of them held any sound, too little to tell what it was, and our own signal was not in it.",
        };

        // Its reports say that it gets packets, never that anybody hears them.
        return report.FarEnd.PacketsReceived is > 0 and { } got
            ? (AudioVerdict.OneWayIn, $"One-way audio: the far end reports that it got {got} of our packets, but nothing of it was heard here: {what}")
            : (AudioVerdict.None, $"No audio: {what}");
    }

    private static bool IsSomebodyHeard(AudioProof proof) => proof.AnnouncementHeard + proof.ToneHeard >= SomebodyHeard;

    private static SignalReturn? Find(SentSignal sent, MediaReport report, int? earliest = null) =>
        Whole(earliest is { } bound ? ReturnFinder.Find(sent, report.Audio, bound) : ReturnFinder.Find(sent, report.Audio));

    /// <summary>The far end has its own start, before ours or after: its first frame may lie up to a ring timeout before our timeline begins.</summary>
    private static SignalReturn? FindFar(TonePairSignal far, ReceivedAudio heard)
    {
        const int Before = 60 * ReceivedAudio.SampleRate;
        return Whole(ReturnFinder.Find(new SentSignal(far, (heard.Length + Before) / Frame, 0, FrozenSet<int>.Empty), heard, -Before));
    }

    private static SignalReturn? Whole(SignalReturn? found) => found?.Matched >= MinimumFrames ? found : null;

    private static TimeSpan Delay(SignalReturn found, MediaReport report) =>
        TimeSpan.FromMilliseconds(Math.Max(0, found.DelaySamples + report.Audio.QuickestTransit) / 8);

    private static double Percent(SignalReturn found, MediaReport report, SentSignal sent)
    {
        var last = found.Last;
        if (found.DelaySamples < LoopSamples)
        {
            // The last frame whose echo was over before the end, less 60 ms for what was still under way.
            var possible = ((report.End - sent.Start - found.DelaySamples) / Frame) - 1 - TonePairSignal.FramesPerSymbol;
            last = Math.Max(last, Math.Min(report.FramesSent - 1, possible));
        }

        return Math.Round(100.0 * found.Matched / (last - found.First + 1 - sent.Withheld.Count(f => f >= found.First && f <= last)), 1);
    }

    private static TimeSpan Time(int frames) => TimeSpan.FromMilliseconds(20 * frames);

    private static string Ms(TimeSpan? delay) => $"{delay?.TotalMilliseconds:0} ms";

    private static string Seconds(TimeSpan? time) => string.Create(CultureInfo.InvariantCulture, $"{time?.TotalSeconds:0.0} s");

    private static string Number(double? value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}");
}
