using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Control;

/// <summary>
/// What must hold before a change sends anything, known without asking a system: judged each time it begins or goes on, and by a dry run. Pure.
/// The locks and a look at the systems come after it.
/// </summary>
internal static class StartGates
{
    /// <param name="site">Null: there is no such site any more.</param>
    /// <param name="isStart">It begins; false: it goes on, or is tried again.</param>
    /// <returns>Every gate that is closed.</returns>
    public static IReadOnlyList<ChangeTrouble> Judge(Change change, SiteProfile? site, bool isStart, DateTimeOffset now)
    {
        var closed = new List<ChangeTrouble>();
        if (!PlanHash.Holds(change.Plan) || !ApprovalRules.IsApproved(change))
        {
            closed.Add(new ChangeTrouble(
                "plan-changed",
                "The stored plan is not the plan that was approved. Nothing was sent.",
                "Plan the change again and have it approved. Ask who changed the database."));
        }

        if (isStart && ApprovalRules.IsOutOfDate(change, now))
        {
            closed.Add(new ChangeTrouble("approval-expired", "The approval was too old when the change could begin. Nothing was sent.", Verdicts.TooOld(change)));
        }

        if (site is null)
        {
            closed.Add(new ChangeTrouble("site-unknown", $"There is no site profile {change.Plan.Intent.Site} any more.", "Put the site profile back; then retry."));
        }

        return closed;
    }
}
