using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Control;

/// <summary>What the time alone brings about: a change begins at its time, or has missed it; one that nobody confirmed undoes itself.</summary>
internal sealed class ChangeClock(IChangeStore store, ChangeRequests requests)
{
    private static readonly ChangeState[] Concerned = [ChangeState.Approved, ChangeState.Paused, ChangeState.Failed];

    /// <summary>Writes down what the time has brought; returns the ids of the changes that have work now.</summary>
    public async Task<IReadOnlyList<string>> TickAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = new List<string>();
        foreach (var change in await store.ListAsync(Concerned, cancellationToken))
        {
            if (Turn(change, now) is null)
            {
                if (IsDue(change, now))
                {
                    due.Add(change.Id);
                }
            }
            else if (await requests.TurnAsync(change.Id, Turn, now, cancellationToken) is { State: ChangeState.Undoing })
            {
                due.Add(change.Id);
            }
        }

        return due;
    }

    // Approved for long without a time: it began as soon as it could, or a start that was lost is made up for.
    private static bool IsDue(Change change, DateTimeOffset now) => change.State == ChangeState.Approved && StartRules.MayBegin(change, now);

    private static (Change Next, string What, string Sentence)? Turn(Change change, DateTimeOffset now) => change switch
    {
        { State: ChangeState.Approved, Start: { } start } when StartRules.Of(change, now) == StartState.Missed => Said(
            change.With(new Remark(now, $"Its start at {StartRules.Utc(start.At)} was missed by more than {start.LateMinutes} minutes: nobody was there to begin it. It stays approved; `apply {change.Id}` begins it."))
                with { Start = null },
            "start-missed"),
        { State: ChangeState.Paused or ChangeState.Failed } when ConfirmRules.IsExpired(change, now) => Said(ConfirmRules.Expired(change, now), "confirm-expired"),
        _ => null,
    };

    private static (Change, string, string) Said(Change next, string what) => (next, what, next.Remarks[^1].Sentence);
}
