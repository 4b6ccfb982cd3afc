using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Twilio.Rest;

/// <summary>What went wrong at Twilio, said to people: stable code, sentence, fix.</summary>
internal sealed record TwilioFailure(string Code, Sentence Sentence, Sentence Fix, bool OutcomeKnown = true)
{
    public const string BaseUrlNotAllowed = "twilio-base-url-not-allowed";
    public const string BaseUrlFix = "Set twilio.apiBaseUrl to https://api.twilio.com and twilio.trunkingBaseUrl to https://trunking.twilio.com in the site profile, and leave the others out; only this machine may stand in for them.";

    /// <param name="doing">What was tried, such as "create trunk acme.pstn.twilio.com".</param>
    public static TwilioFailure Of(TwilioException e, Sentence doing)
    {
        Sentence sentence = $"Twilio did not {doing}: {e.Said}.";
        return e switch
        {
            { Code: 20003 } or { HttpStatus: 401 } => new("twilio-login-refused", sentence, "Check account SID, API key and its secret in the site profile."),
            { Code: 20403 } => new("twilio-account-suspended", sentence, "Look at the account in Twilio's Console."),
            { Code: 70051 } => new("twilio-key-lacks-permission", sentence, "Give the API key access to trunking and SIP, or use another key."),
            { Code: 21248 } => new("domain-taken", sentence, "Another account has the domain. Choose another termination name."),
            { Code: 21245 } => new("domain-invalid", sentence, "The domain must be NAME.pstn.twilio.com with letters, digits and hyphens, and not in use."),
            { Code: 21247 } => new("domain-dependencies", sentence, "A parent or sub-domain is missing or in the way; look at the account's other trunks."),
            { Code: 21244 } => new("too-many-trunks", sentence, "Remove a trunk that nobody needs, or ask Twilio for more (a trial account has one)."),
            { Code: 21249 } => new("too-many-origination-urls", sentence, "A trunk takes 10 origination URLs; remove one that nobody needs."),
            { Code: 21634 } => new("number-has-emergency-address", sentence, "Remove the number's emergency address by hand, then retry."),
            { HttpStatus: 403 } => new("twilio-forbidden", sentence, "Look at the account and at what the API key may do."),
            { Trouble: TwilioTrouble.NotFound } => new("twilio-not-found", sentence, "Somebody removed it, or the account SID is wrong. Make a new plan."),
            { Trouble: TwilioTrouble.RateLimited } => new("twilio-rate-limited", sentence, "Wait a minute, then retry."),
            { Trouble: TwilioTrouble.Unreachable } => new("twilio-unreachable", sentence, "Check the way to Twilio's API, then retry."),
            { Trouble: TwilioTrouble.NotAllowed } => new(BaseUrlNotAllowed, sentence, BaseUrlFix),
            { Trouble: TwilioTrouble.Lost } => new("twilio-no-answer", sentence, "Look whether it was done before anything is sent again.", OutcomeKnown: false),
            { Trouble: TwilioTrouble.Unreadable } => new("twilio-answer-unreadable", sentence, "Check the base URLs in the site profile and what stands between.", OutcomeKnown: false),
            _ => new("twilio-refused", sentence, "Correct what Twilio names, then make a new plan."),
        };
    }

    public StepResult ToResult() => StepResult.Failed(Code, Sentence, Fix, OutcomeKnown);

    public SystemFailureException ToException(Exception inner) => new(Code, Sentence, Fix, inner);
}
