using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Control;

/// <summary>Whether an approved change may begin now.</summary>
internal enum StartState
{
    /// <summary>Not before its time, or before somebody says so.</summary>
    Waits,

    Due,

    /// <summary>Its time went by too long ago while nobody was there to begin it.</summary>
    Missed,
}

/// <summary>When an approved change begins: at once, when somebody says so, or at a time. Pure.</summary>
internal static class StartRules
{
    public static StartState Of(Change change, DateTimeOffset now) => change switch
    {
        { Fleet: not null } => change.Released ? StartState.Due : StartState.Waits,
        { Start: { } start } when now < start.At => StartState.Waits,
        { Start: { } start } when now > start.At.AddMinutes(start.LateMinutes) => StartState.Missed,
        { Start: null, WaitsForApply: true } => StartState.Waits,
        _ => StartState.Due,
    };

    /// <summary>Whether an approved change begins now: it is due, and its policy lets it.</summary>
    public static bool MayBegin(Change change, DateTimeOffset now) => Of(change, now) == StartState.Due && ExecutionWindow.IsOpen(change, now);

    /// <summary>What the vote that made the change approved leads to: it begins, or waits.</summary>
    public static Verdict OnApproval(Verdict verdict, ExecutionPolicy policy, DateTimeOffset now)
    {
        if (verdict.Next is not { State: ChangeState.Approved } change)
        {
            return verdict;
        }

        var begins = $"`apply {change.Id}` begins it.";
        return change.Start switch
        {
            null when policy.ApplyWhenApproved && !change.WaitsForApply => verdict,
            null => verdict with { Next = change with { WaitsForApply = true }, Sentence = $"{change.Id} is approved. {begins}" },
            { } start when ApprovalRules.CarriesUntil(change) is { } end && end <= start.At => verdict with
            {
                Next = change.With(new Remark(now, $"It does not begin at {Utc(start.At)}: the approval runs out before, at {Utc(end)}. {begins}")) with { Start = null, WaitsForApply = true },
                Sentence = $"{change.Id} is approved, but not for its start at {Utc(start.At)}: the approval runs out before, at {Utc(end)}. {begins}",
            },
            { } start => verdict with { Sentence = $"{change.Id} is approved and begins at {Utc(start.At)}. `stop {change.Id}` stops that." },
        };
    }

    public static Verdict Apply(Change change, Requests.Apply request, Actor actor, ExecutionPolicy policy, DateTimeOffset now)
    {
        var refusals = Verdicts.Operator(change, actor);
        refusals.AddRange(Against(change, request, now));
        if (refusals.Count > 0)
        {
            return Verdict.Refuse(refusals);
        }

        var wishes = change.Wishes with { StepByStep = request.StepByStep, OnlyStep = request.StepByStep ? PauseRules.NextStep(change) : null };
        return request.At is { } at
            ? Verdict.Accept(
                change with { Start = new PlannedStart(at, actor, policy.StartAtMostLateMinutes), WaitsForApply = true, Wishes = wishes },
                "start-set",
                $"{change.Id} begins at {Utc(at)}{(change.State == ChangeState.Approved ? (Sentence)"" : (Sentence)", if it is approved by then")}. `stop {change.Id}` stops that.{Note(change, at, now)}")
            : Verdict.Accept(
                change with { Start = null, WaitsForApply = false, Wishes = wishes },
                "apply-asked",
                $"{change.Id} begins{(request.StepByStep ? Sentence.Of($" with its first step, then waits for `step {change.Id}`") : Sentence.Of($""))}.");
    }

    public static Verdict Stop(Change change, Actor actor, DateTimeOffset now)
    {
        if (change.State == ChangeState.Applying)
        {
            return PauseRules.Pause(change, actor, now);
        }

        var refusals = Verdicts.Operator(change, actor);
        var waits = change is { State: ChangeState.Approved } or { State: ChangeState.Planned or ChangeState.WaitingForApproval, Start: not null };
        if (!waits || change is { Start: null, WaitsForApply: true })
        {
            refusals.Add(new Refusal("nothing-to-stop", $"{change.Id} is {change.State} and begins at no time, so there is nothing to stop."));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with { Start = null, WaitsForApply = true },
                "start-stopped",
                $"{change.Id} does not begin by itself any more. {(change.State == ChangeState.Approved ? (Sentence)"It stays approved; " : (Sentence)"Once it is approved, ")}`apply {change.Id}` begins it.");
    }

    private static IEnumerable<Refusal> Against(Change change, Requests.Apply request, DateTimeOffset now)
    {
        if (change.State is ChangeState.Planned or ChangeState.WaitingForApproval)
        {
            if (request.At is null)
            {
                yield return new Refusal("not-approved", $"{change.Id} is not approved yet. Say `apply {change.Id} at 02:00` to have it begin then, if it is approved by then.");
            }
        }
        else if (change.State != ChangeState.Approved)
        {
            yield return change.State is ChangeState.Rejected or ChangeState.Expired or ChangeState.Cancelled
                ? new Refusal("already-decided", $"{change.Id} is decided already: {ApprovalRules.WhoWasFirst(change)}")
                : new Refusal("already-begun", $"{change.Id} has begun: it is {change.State}.");
        }
        else if (ApprovalRules.IsOutOfDate(change, now))
        {
            yield return new Refusal("approval-expired", Verdicts.TooOld(change));
        }

        if (request.At is not { } at)
        {
            yield break;
        }

        if (at <= now)
        {
            yield return new Refusal("start-in-the-past", $"{Utc(at)} has gone by already.");
        }

        if (LastStart(change) is { } last && last <= at)
        {
            yield return new Refusal("approval-ends-before", $"The approval of {change.Id} runs out before that, at {Utc(last)} at the latest. Choose an earlier time, or have it approved later.");
        }
    }

    /// <summary>When an approval has run out at the latest; null: there is no limit, or it is not known yet.</summary>
    private static DateTimeOffset? LastStart(Change change) => change.State == ChangeState.Approved
        ? ApprovalRules.CarriesUntil(change)
        : change is { ApprovalExpires: { } expires, Policy.ApprovalMinutes: > 0 and var minutes } ? expires.AddMinutes(minutes) : null;

    // An approval of this minute would not carry that far.
    private static string Note(Change change, DateTimeOffset at, DateTimeOffset now) =>
        change is { State: not ChangeState.Approved, Policy.ApprovalMinutes: > 0 and var minutes } && now.AddMinutes(minutes) <= at
            ? $" An approval carries {minutes} minutes: whoever approves before {Utc(at.AddMinutes(-minutes))} approves too early for that start."
            : "";

    public static string Utc(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
}

internal static class ChangeRemarks
{
    /// <summary>The newest are kept: a card has no room for all.</summary>
    private const int Most = 20;

    public static Change With(this Change change, Remark remark) => change with { Remarks = [.. change.Remarks.TakeLast(Most - 1), remark] };
}
