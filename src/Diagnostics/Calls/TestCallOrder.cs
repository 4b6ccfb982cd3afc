using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Calls;

/// <summary>Which way a test call takes (sip.md section 3).</summary>
public enum CallRoute
{
    /// <summary>Out, from the on-switch subscriber: switch, SBC, Twilio. The SBC chooses the edge.</summary>
    ThroughSwitch,

    /// <summary>Out, from the bot straight to a Twilio edge: our switch and SBC have no part in it.</summary>
    Direct,

    /// <summary>In, from Twilio to a number of the trunk that the on-switch subscriber answers. Costs money.</summary>
    Inbound,
}

/// <summary>A test call as somebody wants it.</summary>
public sealed record TestCallOrder
{
    /// <summary>Twilio's echo numbers with their country, which cost nothing and are reached only through a Twilio trunk (Twilio: "Test your Elastic SIP Trunk").</summary>
    private static readonly string[] Free = ["16504894546", "14154758378", "441618508378", "551940422255"];

    /// <summary>From the site's on-switch subscriber to the trunk's test number.</summary>
    public static TestCallOrder ThroughSwitch { get; } = new();

    public CallRoute Route { get; init; }

    /// <summary>Of a direct call: the edge; null for the first of the trunk.</summary>
    public TwilioEdge? Edge { get; init; }

    /// <summary>Whom to call, as somebody typed it: out, any number; in, a number of the trunk. Null: the trunk's test number; in, the site's inbound number.</summary>
    public string? To { get; init; }

    /// <summary>Of a direct call: one after another to every edge of the trunk, instead of one.</summary>
    public bool EveryEdge { get; init; }

    /// <summary>Null when nobody is known who asked.</summary>
    public CallOrigin? Origin { get; init; }

    /// <summary>
    /// Whether somebody may have to pay for the call. Free is one of Twilio's echo numbers that is certain to be reached at Twilio: straight at an edge, or as the trunk's
    /// own test number as it stands in the switch's translations. Where the switch sends a number that was typed nobody here knows. The only place that decides it: who is asked
    /// first, what is never placed unasked and what uses up paid minutes follow from it.
    /// </summary>
    public bool MayCost(TrunkIntent intent)
    {
        var isAtTwilio = Route == CallRoute.Direct || (Route == CallRoute.ThroughSwitch && To is null);
        return !isAtTwilio || !Free.Contains(string.Concat((To ?? intent.TestNumber).Where(char.IsAsciiDigit)), StringComparer.Ordinal);
    }

    /// <summary>Whether a person has to say first that it is to be placed.</summary>
    public bool AsksFirst(TrunkIntent intent, SiteProfile site) => site.Calls.ConfirmPaid && MayCost(intent);

    /// <summary>The single calls of the order.</summary>
    public IReadOnlyList<TestCallOrder> Each(TrunkIntent intent) => EveryEdge ? [.. intent.Edges.Select(e => this with { Edge = e, EveryEdge = false })] : [this];

    /// <summary>Reads what may follow <c>test NAME</c>: <c>direct [EDGE]</c>, <c>edge EDGE</c>, <c>edges</c>, <c>inbound</c>, <c>to NUMBER</c>; nothing is the usual call.</summary>
    /// <returns>The order, or the word that can't be read; an empty word when one is missing at the end.</returns>
    public static (TestCallOrder? Order, string? Unread) Read(IReadOnlyList<string> words)
    {
        var order = ThroughSwitch;
        for (var i = 0; i < words.Count; i++)
        {
            var next = i + 1 < words.Count ? words[i + 1] : null;
            var edge = next is null ? null : EdgeCatalogue.Current.Find(next);
            var isPlain = order.Route == CallRoute.ThroughSwitch;
            switch (words[i].ToLowerInvariant())
            {
                case "direct" when isPlain:
                    order = order with { Route = CallRoute.Direct, Edge = edge };
                    i += edge is null ? 0 : 1;
                    break;
                case "edge" when isPlain:
                    if (edge is null)
                    {
                        return (null, next ?? "");
                    }

                    order = order with { Route = CallRoute.Direct, Edge = edge };
                    i++;
                    break;
                case "edges" when isPlain:
                    order = order with { Route = CallRoute.Direct, EveryEdge = true };
                    break;
                case "inbound" when isPlain:
                    order = order with { Route = CallRoute.Inbound };
                    break;
                case "to" when order.To is null:
                    // A number is often typed with blanks: everything that looks like a piece of one belongs to it.
                    var pieces = words.Skip(i + 1).TakeWhile(w => w.Length > 0 && w.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '(' or ')' or '.' or '/')).ToList();
                    if (pieces.Count == 0)
                    {
                        return (null, next ?? "");
                    }

                    order = order with { To = string.Concat(pieces) };
                    i += pieces.Count;
                    break;
                default:
                    return (null, words[i]);
            }
        }

        return (order, null);
    }

    /// <summary>The words by which <see cref="Read"/> reads the order again.</summary>
    public override string ToString() => string.Join(' ', new[]
    {
        this switch { { EveryEdge: true } => "edges", { Route: CallRoute.Direct, Edge: { } edge } => $"direct {edge.Name}", { Route: CallRoute.Direct } => "direct", { Route: CallRoute.Inbound } => "inbound", _ => "" },
        To is null ? "" : $"to {To}",
    }.Where(w => w.Length > 0));
}
