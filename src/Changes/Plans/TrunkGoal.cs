using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Changes.Plans;

/// <summary>What a change is for: the trunk as it shall be, and the trunk as it is under management. The first input of every plan.</summary>
/// <param name="Intent">The trunk as it shall be; of one that is to be removed, the trunk as it is.</param>
public sealed record TrunkGoal(TrunkIntent Intent)
{
    /// <summary>Nothing of the trunk shall be left.</summary>
    public bool Removes { get; init; }

    /// <summary>
    /// The trunk as it is under management. What belongs to it and is not wanted any more is retired, and what is there differently is changed.
    /// null for a trunk that is set up: then nothing that exists is changed or removed.
    /// </summary>
    public OwnedTrunk? Owned { get; init; }

    /// <summary>
    /// The change's number in the site's own change management; null when it has none. What is not one word is refused where it is typed; should it come past that, it is none
    /// here, so that no line and no name has more than one word of it. No read depends on it.
    /// </summary>
    public string? Ticket
    {
        get;
        init => field = value is not null && TrunkParameters.IsTicket(value) ? value : null;
    }

    /// <summary>Edges that are served today and shall not be any more, in catalogue order.</summary>
    public IReadOnlyList<TwilioEdge> RetiredEdges =>
        Owned is null ? [] : [.. Owned.Intent.Edges.Where(edge => Removes || Intent.Edges.All(wanted => wanted.Name != edge.Name))];

    /// <summary>Every edge that the plan is about: those wanted, then those retired.</summary>
    public IReadOnlyList<TwilioEdge> AllEdges => [.. Intent.Edges, .. RetiredEdges.Where(edge => Intent.Edges.All(wanted => wanted.Name != edge.Name))];

    /// <summary>Numbers (E.164) that are attached today and shall not be any more.</summary>
    public IReadOnlyList<string> RetiredNumbers => Owned is null ? [] : [.. Owned.Intent.Numbers.Where(number => Removes || !Intent.Numbers.Contains(number))];
}

/// <summary>A trunk under management, as a plan needs it.</summary>
/// <param name="Intent">As it was last provisioned.</param>
/// <param name="Facts">What the changes of this trunk found out and made: SIDs, whitelist lines of its own, the voice routing that a number had before.</param>
public sealed record OwnedTrunk(TrunkIntent Intent, IReadOnlyDictionary<string, string> Facts)
{
    public bool Has(string fact) => Facts.TryGetValue(fact, out var value) && value.Length > 0;
}
