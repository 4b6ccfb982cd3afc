using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;

namespace TrunkBot.Storage.Life;

/// <summary>A change. Plan and snapshots never change after the first write; what moves is in <see cref="Body"/>.</summary>
internal sealed class ChangeRow
{
    /// <summary>The number in <c>CHG-17</c>.</summary>
    public int Number { get; set; }

    public ChangeState State { get; set; }

    public required string TrunkName { get; set; }

    public required string Site { get; set; }

    /// <summary>JSON.</summary>
    public required string Plan { get; set; }

    /// <summary>JSON.</summary>
    public required string Snapshots { get; set; }

    /// <summary>JSON of everything else but the decisions.</summary>
    public required string Body { get; set; }

    public long Version { get; set; }

    /// <summary>It began by broken glass, and no approver has looked at it since.</summary>
    public bool AwaitsReview { get; set; }
}

/// <summary>One decision, append-only.</summary>
internal sealed class DecisionRow
{
    public int ChangeNumber { get; set; }

    /// <summary>From 0 in the order in which they were taken.</summary>
    public int Ordinal { get; set; }

    public required string ById { get; set; }

    public required string ByName { get; set; }

    public bool Approved { get; set; }

    public string? Reason { get; set; }

    public required string PlanHash { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Hash by which the audit vouches for the row.</summary>
    public static string Seal(DecisionRow row) => new CanonicalText("trunkbot-decision-1")
        .Add("change", row.ChangeNumber).Add("ordinal", row.Ordinal).Add("by", row.ById).Add("name", row.ByName).Add("approved", row.Approved ? "yes" : "no")
        .Add("reason", row.Reason).Add("plan", row.PlanHash).Add("at", row.At).Hash();
}
