namespace TrunkBot.Changes.Approvals;

/// <summary>What was said when a change was submitted, and what happened while people were asked.</summary>
public sealed record ApprovalCourse
{
    /// <summary>Null before submission.</summary>
    public DateTimeOffset? Submitted { get; init; }

    /// <summary>What the change is for, in the requester's words; null when nothing was said.</summary>
    public string? Reason { get; init; }

    /// <summary>The change begins not earlier.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What did not begin by then never begins.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>When those who may decide were reminded; null: not yet.</summary>
    public DateTimeOffset? Reminded { get; init; }

    /// <summary>When the fallback approvers were asked; they may decide from then on.</summary>
    public DateTimeOffset? Escalated { get; init; }
}

/// <summary>Somebody let a change begin without the approvals that it lacked.</summary>
/// <param name="PlanHash">Of the plan that may begin by it.</param>
/// <param name="Overridden">What stood against it, one sentence each.</param>
public sealed record BreakGlass(Actor By, string Reason, DateTimeOffset At, string PlanHash, IReadOnlyList<string> Overridden)
{
    /// <summary>Null: nobody has looked at it yet.</summary>
    public BreakGlassReview? Review { get; init; }

    /// <summary>When approvers were last reminded that it waits for review.</summary>
    public DateTimeOffset? Reminded { get; init; }
}

/// <summary>What an approver says afterwards of a change that began by broken glass.</summary>
public sealed record BreakGlassReview(Actor By, string Note, DateTimeOffset At);
