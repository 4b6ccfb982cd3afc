using TrunkBot.Diagnostics.Diagnosis;
using TrunkBot.Diagnostics.Probes;

namespace TrunkBot.Diagnostics.Tests.Diagnosis;

public sealed class CallFindingsTests
{
    [Theory]
    [InlineData(400, "call-number-not-e164")]
    [InlineData(403, "call-forbidden")]
    [InlineData(404, "call-no-route")]
    [InlineData(407, "credential-list-attached")]
    [InlineData(415, "call-codec-mismatch")]
    [InlineData(488, "call-codec-mismatch")]
    [InlineData(603, "call-declined")]
    [InlineData(480, "sip-trunk-not-using-binding")]
    [InlineData(503, "sip-trunk-not-using-binding")]
    [InlineData(416, "call-rejected")]
    public void A_rejection_by_its_status(int status, string code) => Assert.Equal((code, "signalling"), Found(Given.Call(CallOutcome.Rejected, AudioVerdict.NotMeasured, status)));

    [Theory]
    [InlineData(CallOutcome.Busy, 486, "call-busy")]
    [InlineData(CallOutcome.NoAnswer, 487, "call-no-answer")]
    [InlineData(CallOutcome.Timeout, null, "call-no-answer")]
    [InlineData(CallOutcome.Timeout, 408, "call-no-answer")]
    [InlineData(CallOutcome.Rejected, 408, "call-no-answer")]
    [InlineData(CallOutcome.TransportError, null, "call-transport-error")]
    public void A_failure_by_its_outcome(CallOutcome outcome, int? status, string code) => Assert.Equal((code, "signalling"), Found(Given.Call(outcome, AudioVerdict.NotMeasured, status)));

    [Theory]
    [InlineData("32001", "twilio-cps-exceeded")]
    [InlineData("32101", "call-number-not-e164")]
    [InlineData("32200", "twilio-trunk-no-authentication")]
    [InlineData("32201", "acl-missing-address")]
    [InlineData("32203", "twilio-call-blocked")]
    [InlineData("32204", "caller-not-verified")]
    [InlineData("32205", "twilio-geo-permission")]
    [InlineData("32206", "caller-invalid")]
    [InlineData("32207", "srtp-not-accepted")]
    [InlineData("32208", "srtp-required")]
    [InlineData("32209", "tls-required")]
    [InlineData("99999", "call-forbidden")]
    public void Twilios_own_code_says_more_than_the_status(string error, string code) =>
        Assert.Equal((code, "signalling"), Found(Given.Call(CallOutcome.Rejected, AudioVerdict.NotMeasured, 403, $"Forbidden; X-Twilio-Error: {error} text")));

    [Fact]
    public void A_number_in_a_reason_phrase_is_not_Twilios_code() =>
        Assert.Equal(("call-forbidden", "signalling"), Found(Given.Call(CallOutcome.Rejected, AudioVerdict.NotMeasured, 403, "Forbidden 32201 32204")));

    [Theory]
    [InlineData(AudioVerdict.OneWayOut, null, "audio-one-way-out")]
    [InlineData(AudioVerdict.OneWayIn, 0, "audio-one-way-in")]
    [InlineData(AudioVerdict.None, 0, "audio-not-received")]
    [InlineData(AudioVerdict.None, 300, "audio-none")]
    [InlineData(AudioVerdict.Hairpin, null, "audio-hairpin")]
    [InlineData(AudioVerdict.BrokenOff, null, "audio-broken-off")]
    public void Bad_audio_by_its_verdict(AudioVerdict verdict, int? received, string code) => Assert.Equal((code, "audio"), Found(Given.Call(audio: verdict) with { PacketsReceived = received }));

    [Theory]
    [InlineData("sip-no-common-codec", "sip-no-common-codec")]
    [InlineData("sip-media-profile-unsupported", "sip-media-profile-unsupported")]
    [InlineData("sip-no-session-description", "sip-no-session-description")]
    [InlineData("sip-media-not-sent", "sip-media-not-sent")]
    [InlineData("sip-anything-else", "call-rejected")]
    public void An_answered_call_that_could_not_talk_by_its_code(string failure, string code) =>
        Assert.Equal((code, "audio"), Found(Given.Call(audio: AudioVerdict.NotMeasured, failure: failure)));

    [Theory]
    [InlineData(AudioVerdict.TwoWay, 0)]
    [InlineData(AudioVerdict.NotMeasured, 1)]
    public void Nothing_is_found_where_nothing_is_known_to_be_bad(AudioVerdict verdict, int notChecked)
    {
        var seen = Seen(Given.Call(audio: verdict));

        Assert.Empty(seen.Wrong);
        Assert.Single(seen.RuledOut);
        Assert.Equal(notChecked, seen.NotChecked.Count);
    }

    [Theory]
    [InlineData(3, 97, null)]
    [InlineData(4, 96, "4.0 % of the packets to us were lost (4 of 100)")]
    public void Loss_above_the_warning_line(int lost, int received, string? sentence) =>
        Measured("call-loss-high", Given.Call() with { PacketsLost = lost, PacketsReceived = received }, sentence);

    [Theory]
    [InlineData(30.0, null)]
    [InlineData(30.1, "the jitter is 30.1 ms")]
    public void Jitter_above_the_warning_line(double jitter, string? sentence) => Measured("call-jitter-high", Given.Call() with { JitterMilliseconds = jitter }, sentence);

    [Theory]
    [InlineData(400, null)]
    [InlineData(401, "the round trip is 401 ms")]
    public void A_round_trip_above_the_warning_line(double roundTrip, string? sentence) =>
        Measured("call-round-trip-high", Given.Call() with { RoundTripMilliseconds = roundTrip }, sentence);

    [Theory]
    [InlineData(8000, null)]
    [InlineData(8200, "the post-dial delay is 8.2 s")]
    public void A_post_dial_delay_above_the_warning_line(double delay, string? sentence) =>
        Measured("call-rings-late", Given.Call() with { PostDialDelayMilliseconds = delay }, sentence);

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "the 200 OK came 3 times although the first was acknowledged")]
    public void An_answer_that_comes_again_and_again(int repeated, string? sentence) => Measured("call-ack-lost", Given.Call() with { AnswersRepeated = repeated }, sentence);

    [Fact]
    public void Without_a_result_the_reason_is_told() =>
        Assert.Equal([new NotChecked("Test call", "call and audio", "no answer within 120 s") { IsLate = true }], CallFindings.Of(null, new Missed("no answer within 120 s", true), new DiagnosticsOptions()).NotChecked);

    private static void Measured(string code, TestCall call, string? sentence) =>
        Assert.Equal(sentence is null ? [] : [(code, sentence)], Seen(call).Wrong.Select(c => (c.Code, c.Sentence)));

    private static Seen Seen(TestCall call) => CallFindings.Of(call, null, new DiagnosticsOptions());

    private static (string Code, string What) Found(TestCall call)
    {
        var cause = Assert.Single(Seen(call).Wrong);
        var refused = call is { Outcome: CallOutcome.Rejected or CallOutcome.Busy, Reason: not null };
        Assert.Equal(("Test call", refused ? $"As it was. It said {call.FinalStatus} {call.Reason}" : "As it was."), (cause.Where, cause.Sentence.ToString()));
        Assert.False(cause.Fix.IsEmpty);
        return (cause.Code, cause.What);
    }
}
