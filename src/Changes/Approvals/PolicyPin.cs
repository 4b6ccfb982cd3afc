using System.Security.Cryptography;
using System.Text;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Approvals;

/// <summary>Makes of a site's policy what is pinned to one change, and tells whether a pinned one is whole.</summary>
public static class PolicyPin
{
    private const int VersionLength = 12;

    /// <summary>For which kind of change the policy of a plan is asked.</summary>
    public static string KindOf(Change change) => change switch
    {
        { Fleet: not null } => ChangeKinds.Fleet,
        { Plan.Removes: true } => ChangeKinds.Removal,
        { Plan.Owned: not null } => ChangeKinds.Change,
        _ => ChangeKinds.SetUp,
    };

    /// <summary>The policy of a site for one kind of change as it stands now, with its version.</summary>
    public static PinnedPolicy Of(SiteProfile site, string kind)
    {
        var policy = site.Approval.For(kind);
        var pinned = new PinnedPolicy([.. policy.Approvers.Distinct(StringComparer.Ordinal)], policy.Needed)
        {
            OnCall = [.. policy.OnCall],
            ApprovalMinutes = policy.ExpiresAfterMinutes,
            Kind = kind,
            Requesters = [.. policy.Requesters],
            DenyThreshold = policy.DenyThreshold,
            ReasonRequired = [.. policy.ReasonRequired],
            Fallback = policy.EscalateAfterMinutes is null ? [] : [.. policy.FallbackApprovers],
            RemindBeforeMinutes = policy.RemindBeforeMinutes,
            EscalateAfterMinutes = policy.EscalateAfterMinutes,
            GlassBreakers = [.. policy.BreakGlass],
            BreakGlassByRequester = policy.BreakGlassByRequester,

            // The reader refuses it elsewhere; a second look costs nothing.
            OnePersonLab = policy.OnePersonLab && site.Simulated,
            BusinessHours = [.. policy.BusinessHours],
            MaintenanceWindows = [.. policy.MaintenanceWindows],
            Freezes = [.. policy.Freezes],
            TimeZone = site.TimeZone,
        };
        return pinned with { Version = VersionOf(pinned) };
    }

    /// <summary>Whether it says what can be decided by, and still is what was pinned.</summary>
    public static bool Holds(PinnedPolicy? policy) =>
        policy is { Needed: > 0, DenyThreshold: > 0, ApprovalMinutes: >= 0 } && (policy.Version is null || policy.Version == VersionOf(policy));

    // Kinds with the same policy have the same version.
    private static string VersionOf(PinnedPolicy policy) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(PlanHash.Canonical(policy with { Version = null, Kind = null }))))[..VersionLength];
}
