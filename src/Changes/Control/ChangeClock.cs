using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Control;

/// <summary>What the time alone brings about: a change begins at its time, or has missed it; one that nobody confirmed undoes itself.</summary>
internal sealed class ChangeClock(IChangeStore store, ChangeAnnouncer announcer)
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
            else if (await store.FindAsync(change.Id, cancellationToken) is { } stored
                && Turn(stored.Change, now) is var (next, what)
                && AuditEntry.Of(next, what, next.Remarks[^1].Sentence, now) is var because
                && await store.UpdateAsync(next, stored.Version, because, cancellationToken) is not null)
            {
                await announcer.TellAsync(next, because);
                if (next.State == ChangeState.Undoing)
                {
                    due.Add(change.Id);
                }
            }
        }

        return due;
    }

    // Approved for long without a time: it began as soon as it could, or a start that was lost is made up for.
    private static bool IsDue(Change change, DateTimeOffset now) => change.State == ChangeState.Approved && StartRules.MayBegin(change, now);

    private static (Change Next, string What)? Turn(Change change, DateTimeOffset now) => change switch
    {
        { State: ChangeState.Approved, Start: { } start } when StartRules.Of(change, now) == StartState.Missed => (
            change.With(new Remark(now, $"Its start at {StartRules.Utc(start.At)} was missed by more than {start.LateMinutes} minutes: nobody was there to begin it. It stays approved; `apply {change.Id}` begins it."))
                with { Start = null },
            "start-missed"),
        { State: ChangeState.Paused or ChangeState.Failed } when ConfirmRules.IsExpired(change, now) => (ConfirmRules.Expired(change, now), "confirm-expired"),
        _ => null,
    };
}
