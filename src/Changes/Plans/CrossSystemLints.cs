using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Changes.Plans;

/// <summary>Checks that concern more than one system, which no system can make alone. Ids are those of the domain documents.</summary>
public static class CrossSystemLints
{
    public static IReadOnlyList<Finding> Check(TrunkIntent intent) =>
        [.. ControlCharacters(intent), .. PeerAgainstContact(intent), .. ContactWithoutRegion(intent)];

    // Names from people go into CLI lines. Each room checks its own fields; this is the last door before a plan exists.
    private static IEnumerable<Finding> ControlCharacters(TrunkIntent intent) =>
        Texts(intent).Where(t => t.Text.Any(char.IsControl)).Select(t => new Finding(
            "control-character",
            FindingSeverity.Error,
            $"The {t.Label} holds a line break or another control character.",
            $"Type the {t.Label} again without it.",
            "TrunkBot"));

    // P06, C04: the CFS sends calls to its contact domain name; the adjacency whose signaling-peer differs gets none of them.
    private static IEnumerable<Finding> PeerAgainstContact(TrunkIntent intent)
    {
        var contact = intent.ContactDomainName;
        if (contact == intent.DomainName)
        {
            yield break;
        }

        foreach (var edge in intent.Edges.Where(e => intent.PeerHost(e) != contact))
        {
            yield return new Finding(
                "signaling-peer-differs-from-contact",
                FindingSeverity.Warning,
                $"Adjacency {intent.AdjacencyName(edge)} has signaling-peer {intent.PeerHost(edge)}, but the binding's contact domain name is {contact}: outbound calls will not use it.",
                "Choose one edge or all of them, or keep it for inbound calls only.",
                "P06, C04 (inferred from the equal values in the seed article)");
        }
    }

    // P08, C05: without region part Twilio's DNS may answer with any edge.
    private static IEnumerable<Finding> ContactWithoutRegion(TrunkIntent intent)
    {
        if (intent.ContactDomainName != intent.DomainName)
        {
            yield break;
        }

        var missing = EdgeCatalogue.Current.Edges.Where(e => intent.Edges.All(chosen => chosen.Name != e.Name)).Select(e => e.Name).ToList();
        if (missing.Count > 0)
        {
            yield return new Finding(
                "contact-without-region",
                FindingSeverity.Warning,
                $"The contact domain name {intent.ContactDomainName} has no region part, but there is no adjacency for {string.Join(", ", missing)}: calls may be sent to an edge that no adjacency serves.",
                "Choose every edge, or a contact domain name of one edge.",
                "P08, C05 (seed article)");
        }
    }

    private static IEnumerable<(string Label, string Text)> Texts(TrunkIntent intent) =>
    [
        ("trunk name", intent.Name),
        ("termination name", intent.TerminationName),
        ("service address", intent.ServiceAddress),
        ("realm", intent.Realm),
        ("adjacency name pattern", intent.AdjacencyNamePattern),
        ("interop profile", intent.InteropProfile),
        ("adjacency type", intent.AdjacencyType),
        ("Remote Media Gateway Model", intent.MediaGatewayModel),
        ("binding name", intent.BindingName),
        ("SIP trunk name", intent.SipTrunkName),
        ("trunk group", intent.TrunkGroup ?? ""),
        ("test number", intent.TestNumber),
        .. intent.Numbers.Select(n => ("number", n)),
    ];
}
