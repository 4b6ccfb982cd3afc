using System.Globalization;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Planning;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Inventory;

/// <summary>A trunk as it was left against the account as it was read. What was adopted with the trunk is as it was left, too.</summary>
internal static class TrunkComparison
{
    private const string There = "there";
    private const string None = "none";
    private const string Missing = "missing";

    public static IReadOnlyList<ObjectDifference> Of(OwnedTrunk left, SiteProfile site, TwilioState found)
    {
        var goal = new TrunkGoal(left.Intent) { Owned = left };
        var own = Belongings.Of(goal, site);
        var what = $"trunk {left.Intent.DomainName}";
        if (found.Trunk is not { } trunk)
        {
            return [new(what, There, Missing), .. Numbers(left.Intent, own, found)];
        }

        return
        [
            .. own.Owns(trunk) ? [] : (ObjectDifference[])[new($"{what}: friendly name", own.AdoptedTrunk is null ? own.TrunkName : $"{own.AdoptedTrunk}, as adopted", $"{Line(trunk.FriendlyName)} ({trunk.Sid})")],
            .. Settings(left.Intent, what, trunk),
            .. Addresses(left.Intent, own, found),
            .. Lists(own, found, trunk),
            .. Urls(goal, own, trunk),
            .. Numbers(left.Intent, own, found),
        ];
    }

    private static IEnumerable<ObjectDifference> Settings(TrunkIntent intent, string what, TrunkState trunk)
    {
        var secure = intent.Transport == SipTransport.Tls;
        if ((trunk.Secure ?? false) != secure)
        {
            yield return new($"{what}: secure", CreateTrunk.Text(secure), CreateTrunk.Text(trunk.Secure));
        }

        if (trunk.SymmetricRtp == true)
        {
            yield return new($"{what}: Symmetric RTP", CreateTrunk.Text(false), CreateTrunk.Text(true));
        }
    }

    private static IEnumerable<ObjectDifference> Addresses(TrunkIntent intent, Belongings own, TwilioState found)
    {
        var wanted = intent.PublicAddresses.Select(AddressState.Text).Distinct().ToList();
        var letIn = TwilioPlanner.LetIn(own, found);
        foreach (var range in wanted.Where(r => !letIn.Contains(r)))
        {
            yield return new($"access control list: address {range}", There, Missing);
        }

        // A list that is not the trunk's own counts, too: whoever is in it may send.
        foreach (var (acl, address) in found.Acls.Concat(found.Trunk!.Acls.Where(t => found.Acls.All(a => a.Sid != t.Sid))).SelectMany(a => a.Addresses.Select(e => (a, e))).Where(e => !wanted.Contains(e.e.Range)))
        {
            yield return new($"access control list {Line(acl.FriendlyName)}: address {address.Range}", None, There);
        }
    }

    private static IEnumerable<ObjectDifference> Lists(Belongings own, TwilioState found, TrunkState trunk)
    {
        foreach (var acl in found.Acls.Where(a => trunk.Acls.All(t => t.Sid != a.Sid)))
        {
            yield return new($"access control list {Line(acl.FriendlyName)} on the trunk", "mapped", "not mapped");
        }

        if (found.Acls.Count == 0 && own.AdoptedTrunk is null)
        {
            yield return new("access control list", There, Missing);
        }

        foreach (var (sid, name) in own.AdoptedAcls.Where(adopted => found.Acls.All(a => a.Sid != adopted.Key && a.FriendlyName != adopted.Value)))
        {
            yield return new($"access control list {Line(name)} ({sid})", There, Missing);
        }

        foreach (var list in trunk.CredentialLists.Where(c => !own.KnownCredentialLists.Contains(c)))
        {
            yield return new($"credential list {Line(list)} on the trunk", None, "mapped");
        }
    }

    private static IEnumerable<ObjectDifference> Urls(TrunkGoal goal, Belongings own, TrunkState trunk)
    {
        foreach (var was in own.AdoptedUrls)
        {
            var now = trunk.OriginationUrls.FirstOrDefault(u => u.Sid == was.Sid) ?? trunk.OriginationUrls.FirstOrDefault(u => SipUrl.Same(u.SipUrl, was.SipUrl));
            foreach (var difference in now is null ? [new(Url(was), There, Missing)] : Values(was, now))
            {
                yield return difference;
            }
        }

        var url = TwilioPlanner.NeedsUrl(goal, own, trunk) && goal.Intent.PublicAddresses.Count > 0 ? TwilioPlanner.OriginationUrl(goal.Intent) : null;
        var found = trunk.OriginationUrls.FirstOrDefault(u => url is not null && SipUrl.Same(url, u.SipUrl));
        if (url is not null && found?.Enabled != true)
        {
            yield return new($"origination URL {url}", "enabled", found is null ? Missing : "disabled");
        }

        foreach (var extra in trunk.OriginationUrls.Where(u => u != found && own.AdoptedAs(u) is null))
        {
            yield return new(Url(extra), None, extra.Enabled == true ? "enabled" : "disabled");
        }
    }

    private static IEnumerable<ObjectDifference> Values(OriginationState was, OriginationState now)
    {
        (string Name, string Was, string Now)[] values =
        [
            ("", SipUrl.Same(was.SipUrl, now.SipUrl) ? "" : Line(was.SipUrl), SipUrl.Same(was.SipUrl, now.SipUrl) ? "" : Line(now.SipUrl)),
            (": state", was.Enabled == true ? "enabled" : "disabled", now.Enabled == true ? "enabled" : "disabled"),
            (": priority", Number(was.Priority), Number(now.Priority)),
            (": weight", Number(was.Weight), Number(now.Weight)),
        ];
        return values.Where(v => v.Was != v.Now).Select(v => new ObjectDifference(Url(was) + v.Name, v.Was, v.Now));

        static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "not told";
    }

    private static IEnumerable<ObjectDifference> Numbers(TrunkIntent intent, Belongings own, TwilioState found)
    {
        foreach (var number in found.Numbers.Where(n => intent.Numbers.Contains(n.Number) && (n.TrunkSid is null || n.TrunkSid != found.Trunk?.Sid)))
        {
            yield return new($"number {number.Number}", "on the trunk", number switch
            {
                { Sid: null } => "not a number of this account",
                { TrunkSid: { } on } => $"on another trunk, {on}",
                _ => "on no trunk",
            });
        }

        foreach (var number in (found.NumbersOnTrunk ?? []).Where(n => !intent.Numbers.Contains(n) && !own.IsAdopted(n)))
        {
            yield return new($"number {Line(number)}", "not on the trunk", "on the trunk");
        }
    }

    private static string Url(OriginationState url) => $"origination URL {Line(url.SipUrl)}";

    private static string Line(string? text) => TwilioError.OneLine(text ?? "");
}
