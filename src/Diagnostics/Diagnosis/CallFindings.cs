namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>What a test call that went wrong points to. Twilio's own codes come in the X-Twilio-Error header.</summary>
internal static class CallFindings
{
    private static readonly (string Mark, string Code, string Fix)[] TwilioErrors =
    [
        ("32200", "twilio-trunk-no-authentication", "map the IP access control list to the trunk at Twilio, and look whether the account is active"),
        ("32201", "acl-missing-address", "add the SBC's public signalling address to the trunk's IP access control list at Twilio"),
        ("32001", "twilio-cps-exceeded", "too many calls a second for the trunk: wait, or ask Twilio for a higher rate"),
        ("32205", "twilio-geo-permission", "allow the called country under Voice geographic permissions at Twilio"),
    ];

    /// <summary>What is wrong, or null when the call was answered and its audio is not known to be bad.</summary>
    public static Cause? Of(TestCall call) => (call.Outcome, call.FailureCode) switch
    {
        (not CallOutcome.Answered, _) => OfSignalling(call),
        (_, { } code) => Made(call, code, FixOf(code)),
        _ => OfAudio(call),
    };

    /// <summary>An answered call that could not talk.</summary>
    private static string FixOf(string code) => code switch
    {
        "sip-no-common-codec" => "offer PCMU or PCMA on the adjacency and the subscriber",
        "sip-media-profile-unsupported" => "turn off secure media for the trunk, or leave the test call out",
        "sip-no-session-description" => "look who answers without SDP: a proxy or an SBC on the way strips it",
        "sip-media-not-sent" => "look at the route from the bot's machine to the media address of the far end",
        _ => "look at the ladder of the test call",
    };

    private static Cause OfSignalling(TestCall call)
    {
        if (call.Reason is { } reason && TwilioErrors.FirstOrDefault(e => reason.Contains(e.Mark, StringComparison.Ordinal)) is { Code: not null } known)
        {
            return Made(call, known.Code, known.Fix);
        }

        return (call.Outcome, call.FinalStatus) switch
        {
            (_, 400) => Made(call, "call-bad-request", "Twilio wants E.164 with a leading +: tick \"Use E164 numbers\" in the Remote Media Gateway Model"),
            (_, 403) => Made(call, "call-forbidden", "look at the trunk's IP access control list at Twilio and at the SBC's whitelist"),
            (_, 404) => Made(call, "call-no-route", "look at the translations of the dialed number and at the SIP trunk on the CFS"),
            (_, 407) => Made(call, "call-credentials-wanted", "take credential lists off the trunk at Twilio: this trunk is proven by its address alone"),
            (_, 488 or 415) => Made(call, "call-codec-mismatch", "offer PCMU or PCMA on the adjacency and the subscriber"),
            (_, 603) => Made(call, "call-declined", "look at the Twilio account: suspended, closed or without funds"),
            (CallOutcome.Busy, _) => Made(call, "call-busy", "dial Twilio's record-and-playback number, which is never busy"),
            (CallOutcome.NoAnswer or CallOutcome.Timeout, _) => Made(call, "call-no-answer", "look where the INVITE stops: trace on the CFS first, then on the SBC"),
            (CallOutcome.TransportError, _) => Made(call, "call-transport-error", "look at the way from the bot to the site's registrar"),
            _ => Made(call, "call-rejected", "look up the status and the reason in the far end's log"),
        };
    }

    private static Cause? OfAudio(TestCall call) => call.Audio switch
    {
        AudioVerdict.OneWayOut => Made(call, "audio-one-way-out", "our own sound never came back: look at the media way from us to Twilio (firewall, realm)"),
        AudioVerdict.BrokenOff => Made(call, "audio-broken-off", "our own sound came back for a moment only: look at media timeouts on the SBC, and whether the far end hung up"),
        AudioVerdict.None => Made(call, "audio-none", "no sound came: look at the firewall for the media range and at Symmetric RTP"),
        AudioVerdict.Hairpin => Made(call, "audio-hairpin", "our sound came back too fast to have left our side: look where the call was really answered"),
        _ => null,
    };

    private static Cause Made(TestCall call, string code, string fix) =>
        new("Test call", call.Outcome == CallOutcome.Answered ? "audio" : "signalling", call.Sentence, code, fix, Certain: true);
}
