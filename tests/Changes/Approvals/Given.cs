using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.Approvals;

/// <summary>Sites with other policies, and changes for the pure rules, with good defaults.</summary>
internal static class Given
{
    public static SiteProfile Site(Func<ApprovalPolicy, ApprovalPolicy> policy, string? zone = null)
    {
        var site = Sample.Site();
        return site with { Approval = policy(site.Approval), TimeZone = zone };
    }

    /// <summary>Of Ana, submitted at <see cref="Sample.Start"/> (a Monday, 09:00 UTC) and waiting.</summary>
    public static Change Waiting(Func<ApprovalPolicy, ApprovalPolicy> policy, string? zone = null) => Waiting(Site(policy, zone));

    public static Change Waiting(SiteProfile site) => new()
    {
        Id = "CHG-1",
        State = ChangeState.WaitingForApproval,
        Plan = Plan(),
        Requester = Sample.Ana,
        Editors = [Sample.Ana],
        Created = Sample.Start,
        ApprovalExpires = Sample.Start.AddMinutes(60),
        Policy = PolicyPin.Of(site, ChangeKinds.SetUp),
        Course = new ApprovalCourse { Submitted = Sample.Start },
        Steps = [new StepProgress { StepId = "twilio:acl", State = StepProgressState.Waiting }],
    };

    public static Decision Yes(Change change, Actor by) => new(by, true, null, change.Plan.Hash, Sample.Start);

    public static Decision No(Change change, Actor by, string reason = "no") => new(by, false, reason, change.Plan.Hash, Sample.Start);

    public static WeeklyWindow Hours(string from, string to, params DayOfWeek[] days)
    {
        var window = new WeeklyWindow { From = TimeOnly.Parse(from, null), To = TimeOnly.Parse(to, null) };
        return days.Length == 0 ? window : window with { Days = days };
    }

    private static TrunkPlan Plan()
    {
        var world = new ChangeWorld();
        return world.PlanAsync().GetAwaiter().GetResult().Plan;
    }
}
