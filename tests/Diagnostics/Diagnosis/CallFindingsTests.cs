using TrunkBot.Diagnostics.Diagnosis;

namespace TrunkBot.Diagnostics.Tests.Diagnosis;

public sealed class CallFindingsTests
{
    [Theory]
    [InlineData(400, "call-bad-request")]
    [InlineData(403, "call-forbidden")]
    [InlineData(404, "call-no-route")]
    [InlineData(407, "call-credentials-wanted")]
    [InlineData(415, "call-codec-mismatch")]
    [InlineData(488, "call-codec-mismatch")]
    [InlineData(603, "call-declined")]
    [InlineData(503, "call-rejected")]
    public void A_rejection_by_its_status(int status, string code) => Assert.Equal((code, "signalling"), Found(Given.Call(CallOutcome.Rejected, AudioVerdict.NotMeasured, status)));

    [Theory]
    [InlineData(CallOutcome.Busy, 486, "call-busy")]
    [InlineData(CallOutcome.NoAnswer, 487, "call-no-answer")]
    [InlineData(CallOutcome.Timeout, null, "call-no-answer")]
    [InlineData(CallOutcome.Timeout, 408, "call-no-answer")]
    [InlineData(CallOutcome.TransportError, null, "call-transport-error")]
    public void A_failure_by_its_outcome(CallOutcome outcome, int? status, string code) => Assert.Equal((code, "signalling"), Found(Given.Call(outcome, AudioVerdict.NotMeasured, status)));

    [Theory]
    [InlineData("32200", "twilio-trunk-no-authentication")]
    [InlineData("32201", "acl-missing-address")]
    [InlineData("32001", "twilio-cps-exceeded")]
    [InlineData("32205", "twilio-geo-permission")]
    [InlineData("99999", "call-forbidden")]
    public void Twilios_own_code_says_more_than_the_status(string error, string code) =>
        Assert.Equal((code, "signalling"), Found(Given.Call(CallOutcome.Rejected, AudioVerdict.NotMeasured, 403, $"Forbidden; X-Twilio-Error: {error} text")));

    [Theory]
    [InlineData(AudioVerdict.OneWayOut, "audio-one-way-out")]
    [InlineData(AudioVerdict.None, "audio-none")]
    [InlineData(AudioVerdict.Hairpin, "audio-hairpin")]
    [InlineData(AudioVerdict.BrokenOff, "audio-broken-off")]
    public void Bad_audio_by_its_verdict(AudioVerdict verdict, string code) => Assert.Equal((code, "audio"), Found(Given.Call(audio: verdict)));

    [Theory]
    [InlineData("sip-no-common-codec")]
    [InlineData("sip-media-profile-unsupported")]
    [InlineData("sip-no-session-description")]
    [InlineData("sip-media-not-sent")]
    [InlineData("sip-anything-else")]
    public void An_answered_call_that_could_not_talk_by_its_code(string code) =>
        Assert.Equal((code, "audio"), Found(Given.Call(audio: AudioVerdict.NotMeasured, failure: code)));

    [Theory]
    [InlineData(AudioVerdict.TwoWay)]
    [InlineData(AudioVerdict.NotMeasured)]
    public void Nothing_is_found_where_nothing_is_known_to_be_bad(AudioVerdict verdict) => Assert.Null(CallFindings.Of(Given.Call(audio: verdict)));

    private static (string Code, string What) Found(TestCall call)
    {
        var cause = CallFindings.Of(call)!;
        Assert.Equal(("Test call", "As it was.", true), (cause.Where, cause.Sentence, cause.Certain));
        Assert.NotEmpty(cause.Fix);
        return (cause.Code, cause.What);
    }
}
