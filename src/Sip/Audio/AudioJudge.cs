using System.Globalization;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Audio;

/// <summary>Says from a media report what is proven about the audio. Pure.</summary>
internal static class AudioJudge
{
    private const int Frame = RtpSession.FrameSamples;

    /// <summary>Less of our own signal than this is no return at all.</summary>
    private const int MinimumFrames = 25;

    /// <summary>Less than this may be a playback that broke off: a share of it would read 100 %.</summary>
    public static readonly TimeSpan Enough = TimeSpan.FromSeconds(1.5);

    /// <summary>An echo within this is a loop; one later is a recording.</summary>
    private const int LoopSamples = ReceivedAudio.SampleRate * 3 / 2;

    /// <param name="hairpinWithin">An echo faster than this never left our side; null when that bound is not known.</param>
    /// <param name="expectEcho">False when the far end has no reason to send our signal back.</param>
    public static AudioProof Judge(TonePairSignal signal, MediaReport report, bool expectEcho, TimeSpan? hairpinWithin)
    {
        if (report.SendStart is not { } start || report.PacketsSent == 0)
        {
            return AudioProof.NotMeasured(report.PacketsUnsent == 0
                ? "Audio was not measured: no media was sent."
                : $"Audio was not measured: this machine could not send one of {report.PacketsUnsent} packets.");
        }

        var (nonSilent, other) = Sound(report.Audio);
        var found = Find(signal, report, start, 0);
        var hairpin = false;
        if (found is not null && hairpinWithin is { } bound && Delay(found, report) <= bound)
        {
            // Sidetone of our own line does not exclude that the far end answers too: look behind it.
            var behind = Find(signal, report, start, (int)(bound.TotalSeconds * ReceivedAudio.SampleRate) + Frame);
            hairpin = behind is null;
            found = behind ?? found;
        }

        var proof = new AudioProof
        {
            HeardOwnSignalPercent = found is null ? 0 : Percent(found, report, start),
            OwnSignalHeard = found is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(20 * found.Matched),
            FirstHeardAfter = found is null ? null : TimeSpan.FromMilliseconds(20 * found.First) + Delay(found, report),
            EchoDelay = found is null ? null : Delay(found, report),
            LevelDbm0 = found is null ? null : Math.Round(ToneMeter.Level(found.MeanSquare), 1),
            NonSilentPercent = nonSilent,
            OtherSoundHeard = other,
            Verdict = AudioVerdict.Unmeasured,
            Sentence = "",
        };
        var heardOther = other is { } time && time >= TimeSpan.FromMilliseconds(500);
        return (found, hairpin, heardOther, expectEcho) switch
        {
            (not null, true, _, _) => proof with
            {
                Verdict = AudioVerdict.Hairpin,
                Sentence = $"Our own signal came back after {Ms(proof.EchoDelay)}, faster than the far end could send it: it was turned around on our side.",
            },
            (not null, _, _, _) when proof.OwnSignalHeard < Enough => proof with
            {
                Verdict = AudioVerdict.BrokenOff,
                Sentence = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Our own signal came back for {proof.OwnSignalHeard.Value.TotalSeconds:0.0} s only, too short a time to prove a conversation: the return broke off, or the call ended too early."),
            },
            (not null, _, _, _) => proof with
            {
                Verdict = AudioVerdict.TwoWay,
                Sentence = $"Two-way audio: {proof.HeardOwnSignalPercent:0.#} % of our own signal came back, {Ms(proof.EchoDelay)} after it was sent.",
            },
            (null, _, true, true) => proof with
            {
                Verdict = AudioVerdict.OneWayOut,
                Sentence = "One-way audio: the far end was heard, but our own signal never came back. What we send does not reach it: check the media address in our SDP and the outbound RTP path.",
            },
            (null, _, true, false) => proof with
            {
                Verdict = AudioVerdict.Unmeasured,
                Sentence = "The far end was heard. Whether it heard us is not known, because this number sends nothing back.",
            },
            _ when report.Received == 0 => proof with
            {
                Verdict = AudioVerdict.None,
                Sentence = "No audio: not one RTP packet arrived. Check the firewall and the media address in our SDP.",
            },
            _ => proof with
            {
                Verdict = AudioVerdict.None,
                Sentence = nonSilent switch
                {
                    null => "No audio: packets arrived, but not one with PCMU or PCMA in it. Look at the codecs in the far end's answer.",
                    0 => "No audio: packets arrived, but there was silence in them.",
                    { } share => string.Create(
                        CultureInfo.InvariantCulture, $"No audio: packets arrived, but only {share:0.#} % of them held any sound, too little to tell what it was, and our own signal was not in it."),
                },
            },
        };
    }

    /// <summary>True when so much of our own signal came back that a longer call would prove no more.</summary>
    public static bool HeardEnough(TonePairSignal signal, MediaReport report) =>
        report is { SendStart: { } start, PacketsSent: > 0 }
        && Find(signal, report, start, 0) is { } found && TimeSpan.FromMilliseconds(20 * found.Matched) >= Enough;

    private static SignalReturn? Find(TonePairSignal signal, MediaReport report, int start, int excludeBelow) =>
        ReturnFinder.Find(signal, report.FramesSent, start, report.Audio, excludeBelow == 0 ? int.MinValue : excludeBelow) is { } found && found.Matched >= MinimumFrames ? found : null;

    private static TimeSpan Delay(SignalReturn found, MediaReport report) =>
        TimeSpan.FromMilliseconds(Math.Max(0, found.DelaySamples + report.Audio.QuickestTransit) / 8);

    private static double Percent(SignalReturn found, MediaReport report, int start)
    {
        var last = found.Last;
        if (found.DelaySamples < LoopSamples)
        {
            // The last frame whose echo was over before the end, less 60 ms for what was still under way.
            var possible = ((report.End - start - found.DelaySamples) / Frame) - 1 - TonePairSignal.FramesPerSymbol;
            last = Math.Max(last, Math.Min(report.FramesSent - 1, possible));
        }

        return Math.Round(100.0 * found.Matched / (last - found.First + 1), 1);
    }

    private static (double? NonSilentPercent, TimeSpan? Other) Sound(ReceivedAudio audio)
    {
        int covered = 0, loud = 0, other = 0;
        for (var at = 0; at + Frame <= audio.Length; at += Frame)
        {
            if (!audio.IsCovered(at, Frame))
            {
                continue;
            }

            covered++;
            var reading = ToneMeter.Read(audio.Samples.Slice(at, Frame));
            if (reading.LevelDbm0 >= ToneMeter.FloorDbm0)
            {
                loud++;
                other += reading.OurShare < 0.3 ? 1 : 0;
            }
        }

        return covered == 0 ? (null, null) : (Math.Round(100.0 * loud / covered, 1), TimeSpan.FromMilliseconds(20 * other));
    }

    private static string Ms(TimeSpan? delay) => $"{delay?.TotalMilliseconds:0} ms";
}
