using TrunkBot.Trunks.Language;

namespace TrunkBot.Sip.Audio;

/// <summary>What is proven about the audio of a call.</summary>
public enum AudioVerdict
{
    /// <summary>Nothing was sent, the call was not answered, or no echo was to be expected: no verdict.</summary>
    Unmeasured,

    /// <summary>At least 1.5 s of our own signal came back: both ways work.</summary>
    TwoWay,

    /// <summary>Our own signal came back for less than that.</summary>
    BrokenOff,

    /// <summary>The far end was heard, our own signal never came back: what we send does not get there.</summary>
    OneWayOut,

    /// <summary>Nothing is heard here, though the far end's RTCP says that it gets what we send.</summary>
    OneWayIn,

    /// <summary>No packets, or nothing to hear in them, and no word that the far end gets ours.</summary>
    None,

    /// <summary>
    /// Our own signal came back faster than the far end could send it (given only when the request states that bound), or in place of the signal that the far
    /// end, which is ours too, sends.
    /// </summary>
    Hairpin,
}

/// <summary>
/// The proof that people would hear each other: packets are not audio. Null is "not measured".
/// </summary>
public sealed record AudioProof
{
    /// <summary>
    /// Share (0 to 100) of our own signal that came back, of the stretch in which it could have come back. The stretch begins
    /// with the first of our frames that came back (before it the far end announces). It ends, when the echo delay is under
    /// 1.5 s (the far end loops what it hears), with the last frame whose echo could still arrive before the call ended; with a longer delay (the far end records,
    /// then plays back what it chose to record) with the last frame that came back. A frame is 20 ms and counts when the pair of tones sent
    /// is what was heard one echo delay later: at least 60 % of the power, above -45 dBm0, twist within 6 dB. Lost packets count as not heard.
    /// 0 when we sent and never heard ourselves; null when we did not send.
    /// </summary>
    public double? HeardOwnSignalPercent { get; init; }

    /// <summary>How much of our own signal came back, in time.</summary>
    public TimeSpan? OwnSignalHeard { get; init; }

    /// <summary>From the start of our sending until our own signal was first heard.</summary>
    public TimeSpan? FirstHeardAfter { get; init; }

    /// <summary>From sending to hearing the same piece of signal, to about 2 ms; for a record-and-playback number this holds the recording time.</summary>
    public TimeSpan? EchoDelay { get; init; }

    /// <summary>Level of our own signal as it came back; it was sent at -12 dBm0.</summary>
    public double? LevelDbm0 { get; init; }

    /// <summary>Level of the high tones above that of the low ones, in our own signal as it came back; it was sent with 0 dB.</summary>
    public double? TwistDecibels { get; init; }

    /// <summary>How much of the far end's signal was heard, where the far end is ours too and sends one of its own; null where it does not.</summary>
    public TimeSpan? FarSignalHeard { get; init; }

    /// <summary>Share (0 to 100) of the far end's signal that was heard, from the first to the last of its frames that came; 0 when none came.</summary>
    public double? HeardFarSignalPercent { get; init; }

    /// <summary>Level of the far end's signal; it was sent at -12 dBm0.</summary>
    public double? FarLevelDbm0 { get; init; }

    /// <summary>Share (0 to 100) of the received time above -45 dBm0; null when nothing was received.</summary>
    public double? NonSilentPercent { get; init; }

    /// <summary>How long silence was received: packets came, below -45 dBm0. Null when no packet came.</summary>
    public TimeSpan? SilenceHeard { get; init; }

    /// <summary>How long voice or music was heard that is not our signal, to half a second.</summary>
    public TimeSpan? AnnouncementHeard { get; init; }

    /// <summary>How long a steady tone was heard that is not our signal: ringing, busy, a test tone.</summary>
    public TimeSpan? ToneHeard { get; init; }

    /// <summary>How long noise was heard: sound without pitch. It stands for nobody.</summary>
    public TimeSpan? NoiseHeard { get; init; }

    public required AudioVerdict Verdict { get; init; }

    /// <summary>The verdict in one sentence for a card.</summary>
    public required Sentence Sentence { get; init; }

    internal static AudioProof NotMeasured(Sentence why) => new() { Verdict = AudioVerdict.Unmeasured, Sentence = why };

    /// <summary>What the proofs of both ends of one call say together, where both ends are ours and each sent its own signal.</summary>
    /// <param name="here">Of the end from whose side the verdict is to be told.</param>
    public static (AudioVerdict Verdict, Sentence Sentence) OfBothEnds(AudioProof here, AudioProof there) =>
        (here.FarSignalHeard, there.FarSignalHeard) switch
        {
            (null, _) or (_, null) => (AudioVerdict.Unmeasured, "Audio was not measured at both ends."),
            var (near, far) when near >= AudioJudge.Enough && far >= AudioJudge.Enough => (AudioVerdict.TwoWay, "Two-way audio: each end heard the other's signal."),
            var (near, far) when near > TimeSpan.Zero && far > TimeSpan.Zero => (
                AudioVerdict.BrokenOff, "Each end heard the other's signal, but at least one of them for too short a time to prove a conversation."),
            var (near, far) when near > TimeSpan.Zero => (AudioVerdict.OneWayIn, "One-way audio: this end hears the other, the other does not hear this one."),
            var (near, far) when far > TimeSpan.Zero => (AudioVerdict.OneWayOut, "One-way audio: the other end hears this one, this end does not hear the other."),
            _ when here.OwnSignalHeard > TimeSpan.Zero => (AudioVerdict.Hairpin, "No end heard the other, but this end heard itself: its signal was turned around on its own side."),
            _ => (AudioVerdict.None, "No audio: no end heard the other's signal."),
        };
}
