using System.Net.Sockets;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Planning;

/// <summary>Checks of what is wanted and of what was read, before anything is planned.</summary>
internal static class TwilioLints
{
    /// <summary>Twilio documents no limit; this one is inferred, and well inside what a DNS label may be.</summary>
    private const int LongestTerminationName = 50;

    private const int MostOriginationUrls = 10;

    public static IReadOnlyList<Finding> Intent(TrunkIntent intent, TwilioSite site)
    {
        List<Finding> findings = [];
        if (intent.Name.Any(char.IsControl) || Ownership.OriginationUrl(intent).Length > Ownership.LongestFriendlyName)
        {
            findings.Add(Error("twilio-name-invalid", $"The trunk name \"{TwilioError.OneLine(intent.Name)}\" can't stand in a friendly name of {Ownership.LongestFriendlyName} characters.",
                "Choose a shorter name without control characters.", "Twilio documentation"));
        }

        if (!IsTerminationName(intent.TerminationName))
        {
            findings.Add(Error("termination-name-invalid", $"\"{TwilioError.OneLine(intent.TerminationName)}\" can't be a termination name.",
                $"Use 1 to {LongestTerminationName} lower-case letters, digits and hyphens.", "Twilio documentation (characters), inferred (case, length)"));
        }

        if (intent.PublicAddresses.Count == 0)
        {
            findings.Add(Error("acl-without-address", "No public address of the SBC is given, so Twilio would refuse every call.", "Give the SBC's public signalling addresses.", "seed article"));
        }

        foreach (var range in intent.PublicAddresses.Where(a => a.BaseAddress.AddressFamily != AddressFamily.InterNetwork))
        {
            findings.Add(Error("acl-address-not-ipv4", $"{range} is not IPv4; Twilio's access control lists take nothing else.", "Give IPv4 addresses.", "Twilio documentation"));
        }

        foreach (var product in Enum.GetValues<TwilioProduct>())
        {
            if (!TwilioRequest.MayTakeLogin(site, product))
            {
                findings.Add(Error(TwilioFailure.BaseUrlNotAllowed, $"{TwilioError.OneLine(TwilioRequest.BaseUrl(site, product).ToString())} is not Twilio's host for that: the login is not sent there.", TwilioFailure.BaseUrlFix, "twilio: hosts"));
            }
        }

        return findings;
    }

    public static IReadOnlyList<Finding> State(TrunkGoal goal, Belongings own, TwilioState state)
    {
        var intent = goal.Intent;
        List<Finding> findings =
        [
            .. AccountLints.Standing(state.AccountStatus, state.AccountType),
            .. AccountLints.Balance(state.Balance, state.Currency, low: 0),
            .. AccountLints.Account(state.AccountSid ?? "", state.OtherAccount is { } other ? [other] : []),
            .. state.Dialing is { } dialing ? AccountLints.Dialing(dialing) : [],
        ];
        if (intent.Transport == SipTransport.Tls)
        {
            findings.Add(Warning("secure-needs-srtp", "With secure trunking Twilio takes calls only over TLS 1.2 or later on port 5061 and with SRTP (SDES, no MKI); everything else is refused (32207 to 32209).",
                "See that the site's template for TLS sets both on every adjacency.", "Twilio documentation"));
        }

        if (TwilioPlanner.NeedsUrl(goal, own, state.Trunk) && intent.PublicAddresses is [{ PrefixLength: < 32 } first, ..])
        {
            findings.Add(Warning("origination-address-assumed", $"Twilio will send inbound calls to {first.BaseAddress}, the first address of {first}.",
                "Check that this is the SBC's signalling address, or give that address first, as a /32.", "twilio: origination"));
        }

        if (state.Trunk is null)
        {
            findings.Add(new("termination-one-call-per-second", FindingSeverity.Info, "A new trunk takes 1 call a second toward Twilio in each region; more are refused with 503 (32001).",
                "Raise it in Twilio's Console (Termination) before traffic moves, if more is needed; there is no API for it.", "Twilio documentation"));
            if (goal.Ticket is not null && Ownership.Trunk(intent, goal.Ticket) is { Length: > Ownership.LongestFriendlyName } name)
            {
                findings.Add(Error("twilio-ticket-too-long", $"The new trunk's friendly name \"{name}\" has {name.Length} characters; Twilio takes {Ownership.LongestFriendlyName}.",
                    "Use a shorter ticket number, or a shorter trunk name.", "Twilio documentation"));
            }
        }

        findings.AddRange(Lists(intent, own, state));
        foreach (var domain in state.TaggedElsewhere)
        {
            findings.Add(Error("trunk-tagged-elsewhere", $"A trunk with our mark {Ownership.Trunk(intent)} exists already with domain {TwilioError.OneLine(domain)}.", "Choose another trunk name, or remove that trunk.", "twilio: ownership"));
        }

        if (state.Trunk is { } trunk)
        {
            findings.AddRange(Trunk(goal, own, trunk, state.Acls));
        }

        foreach (var number in state.Numbers)
        {
            findings.AddRange(Number(number, state.Trunk?.Sid));
        }

        return findings;
    }

    private static IEnumerable<Finding> Lists(TrunkIntent intent, Belongings own, TwilioState state)
    {
        var marked = state.Acls.Where(own.IsMarked).ToList();
        if (marked.Count > 1)
        {
            yield return Error("acl-ambiguous", $"{marked.Count} access control lists are named {Ownership.AccessControlList(intent)}: {string.Join(", ", marked.Select(a => a.Sid))}.", "Delete or rename the ones that are not used.", "twilio: natural keys");
        }

        foreach (var acl in state.Acls)
        {
            var foreign = acl.Addresses.Select(a => a.Range).Except(intent.PublicAddresses.Select(AddressState.Text)).ToList();
            if (foreign.Count > 0)
            {
                yield return Warning("acl-extra-address", $"Access control list {acl.Sid} also lets {string.Join(", ", foreign)} in.", "Remove what is not the SBC's in Twilio's Console.", "twilio: ownership");
            }
        }

        var target = TwilioPlanner.Target(own, state);
        foreach (var acl in state.Acls.Where(a => a.SharedWith.Count > 0))
        {
            var missing = acl == target ? intent.PublicAddresses.Select(AddressState.Text).Except(TwilioPlanner.LetIn(own, state)).ToList() : [];
            var users = string.Join(", ", acl.SharedWith);
            yield return missing.Count > 0
                ? Error(AddAclAddress.SharedCode, $"{string.Join(", ", missing)} would have to be added to access control list {acl.Sid}, which {users} uses too.", AddAclAddress.SharedFix, "twilio: ownership")
                : Warning(AddAclAddress.SharedCode, $"Access control list {acl.Sid} is also used by {users}.", "Give that trunk a list of its own.", "twilio: ownership");
        }
    }

    private static IEnumerable<Finding> Trunk(TrunkGoal goal, Belongings belongings, TrunkState trunk, IReadOnlyList<AclState> own)
    {
        var intent = goal.Intent;
        if (!belongings.Owns(trunk))
        {
            yield return Error("domain-not-ours", $"{intent.DomainName} is trunk {trunk.Sid} (\"{TwilioError.OneLine(trunk.FriendlyName ?? "")}\") of this account, which the bot did not make.", "Choose another termination name.", "twilio: ownership");
            yield break;
        }

        if (trunk.CredentialLists.Count > 0)
        {
            // What was there when people put the trunk under management must not keep them from changing it.
            var known = trunk.CredentialLists.All(belongings.KnownCredentialLists.Contains);
            yield return CredentialLists(trunk) with { Severity = known ? FindingSeverity.Warning : FindingSeverity.Error };
        }

        if ((trunk.Secure ?? false) == (intent.Transport == SipTransport.Tls))
        {
            // As wanted.
        }
        else if (goal.Owned is not null)
        {
            yield return Warning("trunk-secure-switched", $"Secure trunking of {trunk.Sid} is switched {CreateTrunk.Text(!(trunk.Secure ?? false))}: from then until the adjacencies carry the same, Twilio refuses calls with 403 or 488 (32207 to 32209).",
                "Choose an hour with little traffic.", "Twilio documentation");
        }
        else
        {
            yield return Error("trunk-secure-differs", $"Secure trunking of {trunk.Sid} is {CreateTrunk.Text(trunk.Secure)}, but the transport is to be {intent.Transport.ToString().ToUpperInvariant()}.", "Switch it in Twilio's Console, or choose the other transport.", "Twilio documentation");
        }

        if (SymmetricRtp(trunk) is { } symmetric)
        {
            yield return symmetric;
        }

        var foreign = trunk.Acls.Where(a => own.All(o => o.Sid != a.Sid)).Select(a => a.FriendlyName.Length > 0 ? a.FriendlyName : a.Sid).ToList();
        if (foreign.Count > 0)
        {
            yield return Warning("acl-foreign", $"Trunk {trunk.Sid} also takes calls from access control lists that the bot did not make: {TwilioError.OneLine(string.Join(", ", foreign))}. They are left alone.", "Check that they are wanted.", "twilio: ownership");
        }

        if (!TwilioPlanner.NeedsUrl(goal, belongings, trunk) || intent.PublicAddresses.Count == 0)
        {
            yield break;
        }

        var url = TwilioPlanner.OriginationUrl(intent);
        var same = trunk.OriginationUrls.FirstOrDefault(u => SipUrl.Same(url, u.SipUrl));
        if (same is { Enabled: not true } && !belongings.Owns(same))
        {
            yield return Error("origination-url-foreign-disabled", $"Trunk {trunk.Sid} has origination URL {url} already (\"{TwilioError.OneLine(same.FriendlyName ?? "")}\"), which the bot did not make and which is switched off.", "Enable or remove it in Twilio's Console, then plan again.", "twilio: ownership");
        }

        var others = trunk.OriginationUrls.Count;
        if (same is null && others >= MostOriginationUrls)
        {
            yield return Error("too-many-origination-urls", $"Trunk {trunk.Sid} has {others} origination URLs already; {MostOriginationUrls} is the limit.", "Remove one that nobody needs.", "Twilio documentation");
        }
    }

    /// <summary>Symmetric RTP that is on or not told; null when it is off.</summary>
    public static Finding? SymmetricRtp(TrunkState trunk) => trunk.SymmetricRtp switch
    {
        false => null,
        null => Warning("symmetric-rtp-unknown", $"Twilio does not tell whether Symmetric RTP of {trunk.Sid} is off.", "Look in Twilio's Console: trunk, General, Media settings.", "C11, seed article"),
        true => Warning(DisableSymmetricRtp.FindingCode, $"Symmetric RTP of {trunk.Sid} is on: with the Perimeta latching too, neither side would send audio.", "A manual step switches it off.", "C11, seed article"),
    };

    public static Finding CredentialLists(TrunkState trunk) => Warning(
        "credential-list-attached", $"Trunk {trunk.Sid} has credential lists ({TwilioError.OneLine(string.Join(", ", trunk.CredentialLists))}): calls are challenged with 407, which the CFS does not answer.", "Remove them from the trunk in Twilio's Console.", "C11, seed article");

    private static IEnumerable<Finding> Number(NumberState number, string? trunk)
    {
        if (number.Sid is null)
        {
            yield return Error("number-not-owned", $"{TwilioError.OneLine(number.Number)} is not a number of this account.", "Buy it first, or leave it out.", "Twilio documentation");
        }
        else if (number.TrunkSid is not null && number.TrunkSid != trunk)
        {
            yield return Error("number-on-another-trunk", $"{number.Number} is attached to trunk {number.TrunkSid}.", "Detach it there first if it may be moved.", "twilio: numbers");
        }
        else if (number.TrunkSid is null)
        {
            foreach (var finding in Attaching(number))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> Attaching(NumberState number)
    {
        if (number.HasEmergencyAddress)
        {
            yield return Warning("number-has-emergency-address", $"{number.Number} has an emergency address: once it is on the trunk, Twilio does not let it off (21634), so undo will be stuck.", "Remove the emergency address first, or be sure that the number shall stay on the trunk.", "Twilio documentation");
        }

        if (number.Withheld.Count > 0)
        {
            yield return Warning("number-url-holds-password", $"{string.Join(", ", number.Withheld)} of {number.Number} holds a password, which is not kept: undo can't restore it.", "Note it down before approving.", "twilio: numbers");
        }
    }

    private static bool IsTerminationName(string name) =>
        name.Length is > 0 and <= LongestTerminationName && name[0] != '-' && name[^1] != '-'
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static Finding Error(string code, Sentence sentence, Sentence fix, string source) => new(code, FindingSeverity.Error, sentence, fix, source);

    private static Finding Warning(string code, Sentence sentence, Sentence fix, string source) => new(code, FindingSeverity.Warning, sentence, fix, source);
}
