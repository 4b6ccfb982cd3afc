namespace TrunkBot.Slack.Incoming;

/// <summary>Where somebody acted, and by what they can be answered.</summary>
/// <param name="Trigger">Opens one modal within 3 s; null where there is none.</param>
/// <param name="ResponseUrl">Answers the sender alone, or replaces the message whose card was used; null where there is none.</param>
internal sealed record Place(string Workspace, string? Trigger, string? ResponseUrl)
{
    /// <summary>The modal in which a button was pressed; null outside of modals.</summary>
    public string? ViewId { get; init; }

    /// <summary>Which state of the modal the presser saw: an edit of a later one is refused by Slack.</summary>
    public string? ViewHash { get; init; }

    /// <summary>Number of the drawing that the modal shows.</summary>
    public int Revision { get; init; }

    /// <summary>The card whose button was pressed stands in a message.</summary>
    public bool IsMessage { get; init; }
}
