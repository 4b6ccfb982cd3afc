using System.Text.Json;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.State;

/// <summary>
/// What of an account is a trunk's own: what carries its mark (<see cref="Ownership"/>), and what was adopted with it, which has the names that people gave
/// it and is known by facts. An undo that makes adopted objects again gives them other SIDs; then they are known by what they are.
/// </summary>
/// <param name="tickets">How the site writes ticket numbers; null: nothing says so.</param>
/// <param name="ticket">Of the change that is planned.</param>
internal sealed class Belongings(TrunkIntent intent, IReadOnlyDictionary<string, string>? facts, TicketPolicy? tickets = null, string? ticket = null)
{
    private const string TrunkFact = "twilio.adopted.trunk";
    private const string TrunkNameFact = "twilio.adopted.trunk.name";
    private const string AclFacts = "twilio.adopted.acl.";
    private const string OriginationFacts = "twilio.adopted.origination.";
    private const string NumberFacts = "twilio.adopted.number.";
    private const string CredentialListFacts = "twilio.adopted.credential-list.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly IReadOnlyDictionary<string, string> _facts = facts ?? new Dictionary<string, string>();

    public static Belongings Of(TrunkGoal goal, SiteProfile site) => new(goal.Intent, goal.Owned?.Facts, site.Ticket, goal.Ticket);

    /// <summary>The trunk's SID at adoption; null for a trunk that the bot made.</summary>
    public string? AdoptedTrunk => _facts.GetValueOrDefault(TrunkFact) is { Length: > 0 } sid ? sid : null;

    /// <summary>Lists that were adopted: SID and name of then.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AdoptedAcls => Under(AclFacts);

    /// <summary>Origination URLs that were adopted, as they were then.</summary>
    public IReadOnlyList<OriginationState> AdoptedUrls =>
        [.. Under(OriginationFacts).Select(f => JsonSerializer.Deserialize<OriginationState>(f.Value, Json)).OfType<OriginationState>().OrderBy(u => u.Priority).ThenBy(u => u.Sid, StringComparer.Ordinal)];

    /// <summary>Names of the credential lists that were on the trunk when it was adopted: no reason for alarm any more.</summary>
    public IReadOnlyList<string> KnownCredentialLists => [.. Under(CredentialListFacts).Select(f => f.Value)];

    /// <summary>The name that the trunk was made with.</summary>
    public string TrunkName => _facts.GetValueOrDefault(TwilioFacts.TrunkName) is { Length: > 0 } name ? name : Ownership.Trunk(intent);

    public bool Owns(TrunkState trunk) => Ownership.IsTrunk(trunk.FriendlyName, intent, tickets)
        || Ownership.Is(trunk.FriendlyName, TrunkName) || Ownership.Is(trunk.FriendlyName, Ownership.Trunk(intent, ticket))
        || (AdoptedTrunk is { } adopted && (adopted == trunk.Sid || (_facts.GetValueOrDefault(TrunkNameFact) is { } name && name == trunk.FriendlyName)));

    /// <summary>Of an origination URL of the trunk.</summary>
    public bool Owns(OriginationState url) => Ownership.Is(url.FriendlyName, Ownership.OriginationUrl(intent)) || AdoptedAs(url) is not null;

    /// <summary>As the URL was when it was adopted; null when it was not.</summary>
    public OriginationState? AdoptedAs(OriginationState url) =>
        AdoptedUrls.FirstOrDefault(u => u.Sid == url.Sid) ?? AdoptedUrls.FirstOrDefault(u => u.FriendlyName == url.FriendlyName && SipUrl.Same(u.SipUrl, url.SipUrl));

    public bool IsMarked(AclState acl) => Ownership.Is(acl.FriendlyName, Ownership.AccessControlList(intent));

    /// <summary>It was on the trunk when that was adopted: where its calls went before is not known.</summary>
    public bool IsAdopted(string number) => _facts.GetValueOrDefault(NumberFact(number)) is { Length: > 0 };

    public static string NumberFact(string number) => NumberFacts + number;

    public static string OriginationFact(string sid) => OriginationFacts + sid;

    public static string Text(OriginationState url) => JsonSerializer.Serialize(url, Json);

    /// <summary>The facts of an adoption.</summary>
    /// <param name="acls">Lists that no other trunk uses.</param>
    public static Dictionary<string, string> Adopt(TrunkState trunk, IEnumerable<AclState> acls, IEnumerable<(string Number, string Sid)> numbers)
    {
        var facts = new Dictionary<string, string> { [TrunkFact] = trunk.Sid };
        if (trunk.FriendlyName is { Length: > 0 } name)
        {
            facts[TrunkNameFact] = name;
        }

        foreach (var acl in acls)
        {
            facts[AclFacts + acl.Sid] = acl.FriendlyName.Length > 0 ? acl.FriendlyName : acl.Sid;
        }

        foreach (var url in trunk.OriginationUrls)
        {
            facts[OriginationFact(url.Sid)] = Text(url);
        }

        foreach (var (number, sid) in numbers)
        {
            facts[NumberFact(number)] = sid;
        }

        foreach (var list in trunk.CredentialLists)
        {
            facts[CredentialListFacts + list] = list;
        }

        return facts;
    }

    private List<KeyValuePair<string, string>> Under(string prefix) =>
        [.. _facts.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal) && f.Value.Length > 0)
            .Select(f => KeyValuePair.Create(f.Key[prefix.Length..], f.Value)).OrderBy(f => f.Key, StringComparer.Ordinal)];
}
