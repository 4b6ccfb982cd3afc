namespace TrunkBot.Trunks.Sites;

/// <summary>How approved changes of a site are run.</summary>
public sealed record ExecutionPolicy
{
    /// <summary>An approved change begins at once; false: it waits for <c>apply</c>.</summary>
    public bool ApplyWhenApproved { get; init; } = true;

    /// <summary>Minutes that a change may begin after its time when the bot was down at that time; later it stays approved and says so.</summary>
    public int StartAtMostLateMinutes { get; init; } = 30;

    /// <summary>Minutes within which what a change did must be confirmed once all steps are done, or it undoes itself; 0: it need not be.</summary>
    public int ConfirmWithinMinutes { get; init; }

    /// <summary>The trunk's own tests, when they pass, confirm it; false: a person must.</summary>
    public bool ConfirmedByTests { get; init; } = true;

    /// <summary>Accounts or groups who may take a lock away from a change at rest, besides administrators.</summary>
    public IReadOnlyList<string> Unlock { get; init; } = [];
}
