using TrunkBot.Diagnostics.Findings;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>What a test call points to. Twilio's own codes come in the X-Twilio-Error header.</summary>
internal static class CallFindings
{
    public const string Where = "Test call";

    private static readonly (string Mark, string Code)[] TwilioErrors =
    [
        ("32001", "twilio-cps-exceeded"),
        ("32005", "twilio-call-blocked"),
        ("32012", "twilio-cps-exceeded"),
        ("32100", "twilio-call-blocked"),
        ("32101", "call-number-not-e164"),
        ("32102", "twilio-bad-sdp"),
        ("32103", "twilio-bad-sdp"),
        ("32200", "twilio-trunk-no-authentication"),
        ("32201", "acl-missing-address"),
        ("32203", "twilio-call-blocked"),
        ("32204", "caller-not-verified"),
        ("32205", "twilio-geo-permission"),
        ("32206", "caller-invalid"),
        ("32207", "srtp-not-accepted"),
        ("32208", "srtp-required"),
        ("32209", "tls-required"),
        ("32224", "twilio-call-blocked"),
    ];

    public static Seen Of(TestCall? call, Missed? problem, DiagnosticsOptions limits)
    {
        if (call is null)
        {
            return Seen.Not(Where, "call and audio", problem);
        }

        if (call.Outcome is CallOutcome.NotPlaced or CallOutcome.Cancelled)
        {
            return Seen.Not(Where, "call and audio", call.Sentence);
        }

        if (call.Outcome != CallOutcome.Answered)
        {
            return new([Made(call, SignallingCode(call))], [], []);
        }

        var audio = AudioCode(call) is { } code ? Made(call, code) : null;
        List<Cause> wrong = [.. audio is null ? [] : new[] { audio }, .. Measured(call, limits)];
        return new(
            wrong,
            audio is not null ? [] : [new(Where, call.Audio == AudioVerdict.NotMeasured ? Sentence.Of($"signalling") : $"signalling and two-way audio", call.Sentence)],
            audio is null && call.Audio == AudioVerdict.NotMeasured ? [new(Where, "audio", "not measured in this call")] : []);
    }

    private static string SignallingCode(TestCall call)
    {
        if (call.Reason is { } reason && TwilioErrors.FirstOrDefault(e => reason.Contains($"X-Twilio-Error: {e.Mark}", StringComparison.Ordinal)) is { Code: { } known })
        {
            return known;
        }

        return (call.Outcome, call.FinalStatus) switch
        {
            (_, 400) => "call-number-not-e164",
            (_, 403) => "call-forbidden",
            (_, 404) => "call-no-route",
            (_, 407) => "credential-list-attached",
            (_, 488 or 415) => "call-codec-mismatch",
            (_, 603) => "call-declined",
            (CallOutcome.Busy, _) => "call-busy",
            (CallOutcome.NoAnswer or CallOutcome.Timeout, _) or (_, 408) => "call-no-answer",
            (CallOutcome.TransportError, _) => "call-transport-error",
            (_, 480 or 500 or 503) => "sip-trunk-not-using-binding",
            _ => "call-rejected",
        };
    }

    private static string? AudioCode(TestCall call) => (call.FailureCode, call.Audio) switch
    {
        ({ } code, _) => FindingCatalogue.Find(code) is null ? "call-rejected" : code,
        (_, AudioVerdict.OneWayOut) => "audio-one-way-out",
        (_, AudioVerdict.OneWayIn) => "audio-one-way-in",
        (_, AudioVerdict.BrokenOff) => "audio-broken-off",
        (_, AudioVerdict.None) => call.PacketsReceived == 0 ? "audio-not-received" : "audio-none",
        (_, AudioVerdict.Hairpin) => "audio-hairpin",
        _ => null,
    };

    /// <summary>What an answered call measured beyond the lines above which people notice.</summary>
    private static IEnumerable<Cause> Measured(TestCall call, DiagnosticsOptions limits)
    {
        if (call.AnswersRepeated >= 2)
        {
            yield return Made(call, "call-ack-lost", $"the 200 OK came {call.AnswersRepeated + 1} times although the first was acknowledged");
        }

        if (call is { PacketsLost: > 0 and var lost, PacketsReceived: > 0 and var received } && 100.0 * lost / (lost + received) is var share && share > limits.LossWarningPercent)
        {
            yield return Made(call, "call-loss-high", $"{share:0.0} % of the packets to us were lost ({lost} of {lost + received})");
        }

        if (call.JitterMilliseconds > limits.JitterWarningMilliseconds)
        {
            yield return Made(call, "call-jitter-high", $"the jitter is {call.JitterMilliseconds:0.0} ms");
        }

        if (call.RoundTripMilliseconds > limits.RoundTripWarningMilliseconds)
        {
            yield return Made(call, "call-round-trip-high", $"the round trip is {call.RoundTripMilliseconds:0} ms");
        }

        if (call.PostDialDelayMilliseconds > limits.PostDialDelayWarning.TotalMilliseconds)
        {
            yield return Made(call, "call-rings-late", $"the post-dial delay is {call.PostDialDelayMilliseconds / 1000:0.0} s");
        }
    }

    private static Cause Made(TestCall call, string code, Sentence? sentence = null)
    {
        var finding = FindingCatalogue.Find(code)!;
        return new(finding, Where, call.Outcome == CallOutcome.Answered ? Sentence.Of($"audio") : $"signalling", sentence ?? Said(call), finding.Fix);
    }

    /// <summary>The verdict; of a refused call with what came back, word by word.</summary>
    private static Sentence Said(TestCall call) => call is { Outcome: CallOutcome.Rejected or CallOutcome.Busy, FinalStatus: { } status, Reason: { } reason }
        ? Sentence.Of($"{call.Sentence} It said {status} {reason}")
        : call.Sentence;
}
