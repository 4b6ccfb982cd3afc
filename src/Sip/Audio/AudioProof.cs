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

    /// <summary>The far end says that it hears us, nothing comes back. Never given as long as the far end's receiver reports are not read.</summary>
    OneWayIn,

    /// <summary>No packets, or nothing to hear in them.</summary>
    None,

    /// <summary>Our own signal came back faster than the far end could send it. Given only when the request states that bound.</summary>
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

    /// <summary>Share (0 to 100) of the received time above -45 dBm0; null when nothing was received.</summary>
    public double? NonSilentPercent { get; init; }

    /// <summary>How long something was heard that is not our signal: an announcement, a voice, a tone, noise.</summary>
    public TimeSpan? OtherSoundHeard { get; init; }

    public required AudioVerdict Verdict { get; init; }

    /// <summary>The verdict in one sentence for a card.</summary>
    public required string Sentence { get; init; }

    internal static AudioProof NotMeasured(string why) => new() { Verdict = AudioVerdict.Unmeasured, Sentence = why };
}
