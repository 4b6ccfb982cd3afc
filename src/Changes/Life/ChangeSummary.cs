using TrunkBot.Changes.Control;

namespace TrunkBot.Changes.Life;

/// <summary>A change in a list: whose it is and where it stands. What is also in <see cref="Change"/> has its name there.</summary>
public sealed record ChangeSummary
{
    public required string Id { get; init; }

    public required ChangeState State { get; init; }

    public string TrunkName { get; init; } = "";

    public required Actor Requester { get; init; }

    public required DateTimeOffset Created { get; init; }

    public PlannedStart? Start { get; init; }

    public bool WaitsForApply { get; init; }

    public PauseReason? PausedFor { get; init; }

    /// <summary>A draft whose plan found nothing to do: nobody has to do anything about it.</summary>
    public bool IsIdle { get; init; }

    public bool IsOfTrunk(string name) => string.Equals(TrunkName, name, StringComparison.OrdinalIgnoreCase);

    public static ChangeSummary Of(Change change) => new()
    {
        Id = change.Id,
        State = change.State,
        TrunkName = change.Plan.Intent.Name,
        Requester = change.Requester,
        Created = change.Created,
        Start = change.Start,
        WaitsForApply = change.WaitsForApply,
        PausedFor = change.PausedFor,
        IsIdle = change is { State: ChangeState.Planned, Plan.IsEmpty: true },
    };
}
