using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Approvals;

/// <summary>What one round of care did.</summary>
/// <param name="Expired">Ids of changes that ended because nobody answered, or their time was over.</param>
/// <param name="Reminded">Ids of those whose approvers were reminded, of a decision or of a review.</param>
/// <param name="Escalated">Ids of those whose fallback approvers were asked.</param>
public sealed record Tending(IReadOnlyList<string> Expired, IReadOnlyList<string> Reminded, IReadOnlyList<string> Escalated);

/// <summary>
/// What time does to changes that wait for people. Everything that happened is written with the change, guarded by its version: of two
/// processes one writes, and a restart neither forgets nor repeats it. What was due while no process ran is done in the next round.
/// </summary>
internal sealed class ApprovalCare(IChangeStore store, ChangeRequests requests)
{
    private static readonly TimeSpan DraftLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan ReviewPause = TimeSpan.FromDays(1);

    private static readonly ChangeState[] Waiting = [ChangeState.Planned, ChangeState.WaitingForApproval, ChangeState.Approved];

    public async Task<Tending> TendAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await store.ListAsync(Waiting, cancellationToken);
        var expired = await EachAsync(waiting, Expire, now, cancellationToken);

        // Who is told now that they may decide needs no reminder of it in the same minute.
        var escalated = await EachAsync(waiting, Escalate, now, cancellationToken);
        var reminded = await EachAsync([.. waiting.Where(c => !escalated.Contains(c.Id))], Remind, now, cancellationToken);
        var unreviewed = await EachAsync(await store.ListUnreviewedAsync(cancellationToken), RemindOfReview, now, cancellationToken);
        return new Tending(expired, [.. reminded, .. unreviewed], escalated);
    }

    private async Task<IReadOnlyList<string>> EachAsync(
        IReadOnlyList<Change> changes, Func<Change, DateTimeOffset, (Change, string, string)?> care, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var change in changes.Where(c => care(c, now) is not null))
        {
            if (await requests.TurnAsync(change.Id, care, now, cancellationToken) is not null)
            {
                done.Add(change.Id);
            }
        }

        return done;
    }

    private static (Change, string, string)? Expire(Change change, DateTimeOffset now)
    {
        var trouble = change switch
        {
            { State: ChangeState.WaitingForApproval, ApprovalExpires: { } expires } when now >= expires =>
                new ChangeTrouble("approval-expired", $"Nobody decided until {expires:yyyy-MM-dd HH:mm} UTC.", "Plan the change again."),
            { State: ChangeState.WaitingForApproval or ChangeState.Approved, Course.NotAfter: { } end } when now >= end && !ApprovalRules.IsBrokenGlass(change) =>
                new ChangeTrouble("window-passed", $"It was to begin before {ExecutionWindow.Shown(change, end)}, and did not.", "Plan the change again, with other times."),
            { State: ChangeState.Planned } when now >= change.Created + DraftLife =>
                new ChangeTrouble("draft-expired", "The plan was not sent for approval within a day.", "Plan the change again."),
            _ => null,
        };
        return trouble is null ? null : (change with { State = ChangeState.Expired, Trouble = trouble, Activity = null, Finished = now }, "expired", trouble.Sentence);
    }

    private static (Change, string, string)? Remind(Change change, DateTimeOffset now) =>
        change is { State: ChangeState.WaitingForApproval, ApprovalExpires: { } expires, Policy.RemindBeforeMinutes: { } minutes, Course.Reminded: null }
        && now >= expires.AddMinutes(-minutes) && now < expires
            ? (change with { Course = change.Course with { Reminded = now } }, "reminded", $"{change.Id} expires {ExecutionWindow.Shown(change, expires)}.")
            : null;

    private static (Change, string, string)? Escalate(Change change, DateTimeOffset now) =>
        change is { State: ChangeState.WaitingForApproval, ApprovalExpires: { } expires, Policy: { EscalateAfterMinutes: { } minutes, Fallback.Count: > 0 } policy, Course: { Submitted: { } submitted, Escalated: null } }
        && now >= submitted.AddMinutes(minutes) && now < expires
            ? (change with { Course = change.Course with { Escalated = now } }, "escalated", $"Not decided within {minutes} minutes: {string.Join(", ", policy.Fallback)} may decide too.")
            : null;

    private static (Change, string, string)? RemindOfReview(Change change, DateTimeOffset now) =>
        change.BreakGlass is { Review: null } glass && now >= (glass.Reminded ?? glass.At) + ReviewPause
            ? (change with { BreakGlass = glass with { Reminded = now } }, "review-reminded", $"{glass.By.DisplayName} broke the glass of {change.Id}, and nobody has reviewed it.")
            : null;
}
