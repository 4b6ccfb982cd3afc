using System.Net;
using System.Text.RegularExpressions;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Switch.Path;

/// <summary>What Twilio does with a request that reaches it. Codes and texts: Twilio's error dictionary (32xxx).</summary>
internal static partial class TwilioJudge
{
    /// <summary>Twilio's free numbers that record a voice and play it back (published, "Test your trunk").</summary>
    private static readonly string[] EchoNumbers = ["+16504894546", "+14154758378", "+441618508378", "+551940422255"];

    public static Judgement Call(TwilioState state, string host, string called, SbcWay way, Func<string, string?> conditions)
    {
        var trunk = Find(state, host);
        if (((way.HasOldTls ? OldTls() : null) ?? Dropped(state, trunk, host) ?? Foreign(trunk, way.Source!) ?? Inactive(state)) is { } early)
        {
            return early with { CalledNumber = called, TrunkSid = trunk?.Sid };
        }

        var judgement = trunk switch
        {
            _ when state.Balance <= 0 => new(603, "Decline", "twilio-balance-empty", "The Twilio account has no money left."),
            _ when Unauthenticated(trunk!, way.Source!) is { } refusal => refusal,
            _ when conditions(Conditions.CallsPerSecondUsed) is not null => Refusal(503, "Service Unavailable", "twilio-cps-used", "32001 Trunk CPS limit exceeded",
                "The trunk's calls per second are used up."),
            { HasCredentialList: true } => new(407, "Proxy Authentication Required", "twilio-asks-credentials",
                "A credential list is mapped to the trunk: Twilio asks for a digest login that neither the SBC nor the CFS has."),
            { Secure: true } => Insecure(),
            _ when way.OffersSrtp => Refusal(488, "Not Acceptable Here", "srtp-on-plain-trunk", "32207 Secure media not accepted", $"Adjacency {way.Adjacency} offers SRTP and the trunk is not secure."),
            _ when conditions(Conditions.CallerInvalid) is not null => Refusal(400, "Bad Request", "caller-invalid", "32206 Invalid 'From' number", "The calling number is no number in E.164."),
            _ when conditions(Conditions.CallerNotVerified) is not null => Refusal(403, "Forbidden", "caller-not-verified", "32204 'From' phone number not verified", "The calling number is none of the account's and is not verified."),
            _ when !E164().IsMatch(called) => Refusal(400, "Bad Request", "called-number-not-e164", "32101 Invalid phone number",
                $"The called number reaches Twilio as {called}, without the leading + of E.164 (Remote Media Gateway Model, Use E164 numbers)."),
            _ when state.ForbiddenPrefixes.Any(prefix => called.StartsWith(prefix, StringComparison.Ordinal)) => Refusal(403, "Forbidden", "geo-permission-missing", "32205 Geo Permission is not permitting call",
                $"The account's geographic permissions do not let calls to {called} pass."),
            _ when !EchoNumbers.Contains(called) => new(404, "Not Found", "lab-has-no-telephone-network",
                $"Twilio takes the call to {called}; behind the lab's Twilio only the free test numbers answer."),
            { SymmetricRtp: true } => new(200, "OK", "symmetric-rtp-on",
                "Answered without sound: Symmetric RTP is on, the SBC latches too, each waits for the other.") { Media = false },
            _ => new Judgement(200, "OK", "answered", "Twilio answers and plays back what it hears."),
        };
        return judgement with { CalledNumber = called, TrunkSid = trunk!.Sid };
    }

    public static Judgement Options(TwilioState state, string host, IPAddress source)
    {
        var trunk = Find(state, host);
        return Dropped(state, trunk, host) ?? Foreign(trunk, source) ?? Inactive(state) ?? Unauthenticated(trunk!, source) ?? (trunk!.Secure ? Insecure() : null)
            ?? new Judgement(200, "OK", "answered", "Twilio answers OPTIONS.");
    }

    private static TwilioTrunk? Find(TwilioState state, string host) =>
        state.Trunks.FirstOrDefault(trunk => string.Equals(trunk.DomainName, host, StringComparison.OrdinalIgnoreCase));

    /// <summary>Nobody's domain. One that another account holds is answered, in that account's name.</summary>
    private static Judgement? Dropped(TwilioState state, TwilioTrunk? trunk, string host) => trunk is null && !state.ForeignDomains.Contains(host, StringComparer.OrdinalIgnoreCase)
        ? new(408, "Request Timeout", "domain-of-no-trunk", $"{host} is the domain of no trunk: Twilio drops the request without an answer.", Silent: true)
        : null;

    private static Judgement? Foreign(TwilioTrunk? trunk, IPAddress source) => trunk is not null ? null : Refusal(403, "Forbidden", "domain-of-another-account", "32201 Authentication failure - source IP Address not in ACL",
        $"The domain belongs to another account, whose access control lists do not know {source}.");

    private static Judgement OldTls() => new(503, "Service Unavailable", "tls-version-refused", "Twilio refuses the TLS version of the SBC: the handshake fails (32222 in Twilio's alerts).");

    private static Judgement? Inactive(TwilioState state) => state.AccountActive
        ? null
        : new(603, "Decline", "twilio-account-inactive", "The Twilio account is suspended or closed.");

    private static Judgement? Unauthenticated(TwilioTrunk trunk, IPAddress source) => trunk switch
    {
        { HasAccessControlList: false, HasCredentialList: false } => Refusal(403, "Forbidden", "trunk-without-authentication", "32200 Insufficient permissions",
            "The trunk has neither an access control list nor a credential list."),
        { HasAccessControlList: true } when !trunk.AllowedSources.Any(range => range.Contains(source)) => Refusal(403, "Forbidden", "acl-missing-address",
            "32201 Authentication failure - source IP Address not in ACL", $"The source address {source} is in no access control list of the trunk."),
        _ => null,
    };

    private static Judgement Insecure() => Refusal(488, "Not Acceptable Here", "secure-trunk-without-srtp", "32208 Secure media required",
        "The trunk is secure: it wants TLS and SRTP, and gets UDP and RTP.");

    private static Judgement Refusal(int status, string phrase, string code, string twilioError, string reason) =>
        new(status, phrase, code, reason, TwilioError: twilioError);

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}$")]
    private static partial Regex E164();
}
