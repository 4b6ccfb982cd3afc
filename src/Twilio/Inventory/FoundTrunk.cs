using System.Net;
using TrunkBot.Changes.Inventory;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Twilio.Planning;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Inventory;

/// <summary>One trunk as the account shows it: what can be said of it in trunk parameters, and what would make its objects the trunk's own.</summary>
/// <param name="termination">Label before .pstn.twilio.com, lower case.</param>
internal sealed class FoundTrunk(string termination, Trunk trunk)
{
    /// <summary>As in a list: nothing below the trunk is read for it.</summary>
    public FoundPart Listed() => new(TwilioSystem.SystemName, termination)
    {
        Parameters = new Dictionary<string, string> { ["termination"] = termination },
        Objects = [Line()],
        Findings = [.. Name()],
    };

    /// <param name="all">Every trunk of the account: they are asked which lists they use.</param>
    /// <exception cref="TwilioException">It could not be read.</exception>
    public async Task<FoundPart> ReadAsync(TwilioSession session, IReadOnlyList<Trunk> all, CancellationToken cancellationToken)
    {
        var reader = new TrunkReader(session);
        var state = await reader.TrunkAsync(trunk, cancellationToken);
        var numbers = await session.ListAsync(TwilioCalls.TrunkNumbers(trunk.Sid), cancellationToken);
        var users = state.Acls.Count == 0 ? null : await reader.UsersAsync(all.Where(t => t.Sid != trunk.Sid), cancellationToken);
        List<AclState> acls = [.. state.Acls.Select(a => a with { SharedWith = [.. users?[a.Sid] ?? []] })];
        List<Finding> findings = [.. Name(), .. Findings(state, acls, numbers)];
        var parameters = Parameters(state, acls, numbers, findings);
        return new(TwilioSystem.SystemName, termination)
        {
            Parameters = parameters,
            Objects =
            [
                Line(),
                .. acls.Select(a => $"access control list {Shown(a.FriendlyName)} ({a.Sid}), {a.Addresses.Count} address{(a.Addresses.Count == 1 ? "" : "es")}: {string.Join(", ", a.Addresses.Select(e => e.Range))}{(a.SharedWith.Count > 0 ? $"; also of {string.Join(", ", a.SharedWith)}" : "")}"),
                .. state.CredentialLists.Select(c => $"credential list {Shown(c)}"),
                .. state.OriginationUrls.Select(u => $"origination URL {Shown(u.SipUrl)} ({u.Sid}), priority {u.Priority}, weight {u.Weight}, {(u.Enabled == true ? "enabled" : "disabled")}"),
                .. numbers.Select(n => $"number {Shown(n.Number ?? n.Sid)} ({n.Sid})"),
            ],
            Facts = Belongings.Adopt(state, acls.Where(a => a.SharedWith.Count == 0), numbers.Where(n => n.Number is not null).Select(n => (n.Number!, n.Sid))),
            Findings = findings,
        };
    }

    private string Line() => $"trunk {termination}.pstn.twilio.com ({trunk.Sid}), secure {CreateTrunk.Text(trunk.Secure)}{(string.IsNullOrEmpty(trunk.FriendlyName) ? "" : $", named {Shown(trunk.FriendlyName)}")}";

    private IEnumerable<Finding> Name()
    {
        if (TrunkParameters.Find("termination")!.Check(termination) is { } why)
        {
            yield return new("termination-name-invalid", FindingSeverity.Warning, $"\"{Shown(termination)}\" can't be a termination name of the bot: {why}.", "Leave this trunk to Twilio's Console.", "TrunkBot");
        }
    }

    private Dictionary<string, string> Parameters(TrunkState state, List<AclState> acls, IReadOnlyList<PhoneNumber> numbers, List<Finding> findings)
    {
        var parameters = new Dictionary<string, string> { ["termination"] = termination };
        Take("acl", acls.SelectMany(a => a.Addresses).Select(a => a.Range).Distinct());
        var inbound = state.OriginationUrls.Any(u => u.Enabled == true);
        parameters["origination"] = inbound ? "yes" : "no";

        // Without inbound calls the parameter takes no numbers; they stay what they are, and a finding tells them.
        Take("numbers", inbound ? numbers.Select(n => n.Number ?? "").Order(StringComparer.Ordinal) : []);
        parameters.TryAdd("numbers", TrunkParameter.None);
        if (state.Secure == true)
        {
            parameters["transport"] = "tls";
        }

        return parameters;

        // What the parameter would not take is told and left out: it may be somebody's rule of long ago, and the rest is still true.
        void Take(string key, IEnumerable<string> values)
        {
            var parameter = TrunkParameters.Find(key)!;
            var checkedValues = values.Select(v => (Value: v, Why: parameter.Check(v))).ToList();
            foreach (var (value, why) in checkedValues.Where(v => v.Why is not null))
            {
                findings.Add(new("found-value-not-usable", FindingSeverity.Warning, $"{parameter.Label}: \"{Shown(value)}\" at Twilio is left out of the trunk's parameters: {why}.", "Look whether it is right there.", "TrunkBot: parameters"));
            }

            var text = string.Join(", ", checkedValues.Where(v => v.Why is null).Select(v => v.Value));
            if (text.Length > parameter.MostCharacters)
            {
                findings.Add(new("found-value-not-usable", FindingSeverity.Warning, $"{parameter.Label}: {checkedValues.Count} values at Twilio are more than a parameter holds; none is taken.", "Give those that the bot shall look after.", "TrunkBot: parameters"));
            }
            else if (text.Length > 0)
            {
                parameters[key] = text;
            }
        }
    }

    private static IEnumerable<Finding> Findings(TrunkState trunk, List<AclState> acls, IReadOnlyList<PhoneNumber> numbers)
    {
        if (acls.Count == 0)
        {
            yield return Warning("trunk-without-acl", trunk.CredentialLists.Count == 0
                ? Sentence.Of($"Trunk {trunk.Sid} has neither an access control list nor a credential list: nobody may send calls to it.")
                : $"Trunk {trunk.Sid} has no access control list: it lets callers in by user and password only.", "Give the SBC's public addresses as `acl`: a change makes a list of them.");
        }

        if (trunk.CredentialLists.Count > 0)
        {
            yield return TwilioLints.CredentialLists(trunk);
        }

        if (TwilioLints.SymmetricRtp(trunk) is { } symmetric)
        {
            yield return symmetric;
        }

        if (acls.Count > 1)
        {
            yield return new("several-acls", FindingSeverity.Info, $"Trunk {trunk.Sid} takes calls from {acls.Count} access control lists: {string.Join(", ", acls.Select(a => Shown(a.FriendlyName)))}. All of their addresses count.",
                "Nothing needs to be done.", "twilio: access control lists");
        }

        foreach (var acl in acls.Where(a => a.SharedWith.Count > 0))
        {
            yield return Warning(AddAclAddress.SharedCode, $"Access control list {acl.Sid} (\"{Shown(acl.FriendlyName)}\") is also used by {string.Join(", ", acl.SharedWith)}: it is not changed or deleted with this trunk; new addresses go into a list of the trunk's own.",
                "Give each trunk a list of its own.");
        }

        var networks = acls.SelectMany(a => a.Addresses).Select(a => IPNetwork.Parse(a.Range)).ToList();
        foreach (var url in trunk.OriginationUrls)
        {
            if (url.Enabled != true)
            {
                yield return new("origination-url-disabled", FindingSeverity.Info, $"Origination URL {Shown(url.SipUrl)} of {trunk.Sid} is switched off; it is left so.", "Enable it in Twilio's Console if it shall take calls.", "twilio: origination");
            }

            var host = SipUrl.Parse(url.SipUrl)?.Host ?? "";
            if (!IPAddress.TryParse(host, out var address))
            {
                yield return new("origination-url-elsewhere", FindingSeverity.Info, $"Origination URL {Shown(url.SipUrl)} names a host: whether that is one of the SBC's addresses is not looked up.", "Check it.", "twilio: origination");
            }
            else if (!networks.Exists(n => n.Contains(address)))
            {
                yield return Warning("origination-url-elsewhere", $"Origination URL {Shown(url.SipUrl)} sends inbound calls to {address}, which is in no access control list of the trunk.", "Check whether that is the SBC.");
            }
        }

        if (numbers.Count > 0 && !trunk.OriginationUrls.Any(u => u.Enabled == true))
        {
            yield return Warning("numbers-without-origination", $"Trunk {trunk.Sid} has {numbers.Count} number{(numbers.Count == 1 ? "" : "s")} and no origination URL that is enabled: calls to them find nothing. They are left out of the trunk's parameters.", "`change NAME origination=yes numbers=...` takes them in.");
        }
    }

    private static Finding Warning(string code, Sentence sentence, Sentence fix) => new(code, FindingSeverity.Warning, sentence, fix, "Twilio documentation");

    private static string Shown(string text) => TwilioError.OneLine(text);
}
