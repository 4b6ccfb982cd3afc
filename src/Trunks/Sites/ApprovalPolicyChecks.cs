using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Sites;

/// <summary>What can't be right in an approval policy, with the place in the file. Each kind is judged as it holds, with the base beneath.</summary>
internal static class ApprovalPolicyChecks
{
    public static IEnumerable<(string Place, string Reason)> Wrong(ApprovalPolicy policy, bool simulated)
    {
        foreach (var wrong in Wrong("approval", policy))
        {
            yield return wrong;
        }

        // In a shared laboratory too, two people are two people: this is for who is alone with a simulation.
        if (policy.OnePersonLab && !simulated)
        {
            yield return ("approval.onePersonLab", "is allowed only at a simulated site: on a real network somebody else approves");
        }

        foreach (var kind in policy.Kinds.Keys)
        {
            if (!ChangeKinds.All.Contains(kind))
            {
                yield return ($"approval.kinds.{kind}", $"there is no such kind of change; there is {string.Join(", ", ChangeKinds.All)}");
                continue;
            }

            var known = Wrong("approval", policy).Select(w => w.Reason).ToHashSet(StringComparer.Ordinal);
            foreach (var (place, reason) in Wrong($"approval.kinds.{kind}", policy.For(kind)).Where(w => !known.Contains(w.Reason)))
            {
                yield return (place, reason);
            }
        }
    }

    private static IEnumerable<(string Place, string Reason)> Wrong(string at, ApprovalPolicy policy)
    {
        // A group stands for as many people as it has, which whoever knows the groups counts.
        var approvers = policy.Approvers.Distinct(StringComparer.Ordinal).Count();
        var hasGroups = policy.Approvers.Any(a => a.StartsWith(ApprovalPolicy.Group, StringComparison.Ordinal));
        if (policy.Needed < 1 || (policy.Needed > approvers && !hasGroups))
        {
            yield return ($"{at}.needed", "must be at least 1 and at most the number of approvers");
        }

        if (policy.DenyThreshold < 1 || (policy.DenyThreshold > Math.Max(approvers, 1) && !hasGroups))
        {
            yield return ($"{at}.denyThreshold", "must be at least 1 and at most the number of approvers");
        }

        if (policy.ExpiresAfterMinutes < 1)
        {
            yield return ($"{at}.expiresAfterMinutes", "must be at least 1");
        }

        if (policy.RemindBeforeMinutes is { } remind && (remind < 1 || remind >= policy.ExpiresAfterMinutes))
        {
            yield return ($"{at}.remindBeforeMinutes", "must be at least 1 and less than expiresAfterMinutes");
        }

        if (policy.EscalateAfterMinutes is { } escalate && (escalate < 1 || escalate >= policy.ExpiresAfterMinutes))
        {
            yield return ($"{at}.escalateAfterMinutes", "must be at least 1 and less than expiresAfterMinutes");
        }

        if (policy.EscalateAfterMinutes is null != policy.FallbackApprovers.Count is 0)
        {
            yield return policy.EscalateAfterMinutes is null
                ? ($"{at}.fallbackApprovers", "have no effect without escalateAfterMinutes")
                : ($"{at}.escalateAfterMinutes", "has no effect without fallbackApprovers");
        }

        if (policy is { BreakGlassByRequester: true, BreakGlass.Count: 0 })
        {
            yield return ($"{at}.breakGlassByRequester", "has no effect without breakGlass");
        }

        foreach (var wrong in WeeklyWindow.Wrong($"{at}.businessHours", policy.BusinessHours).Concat(WeeklyWindow.Wrong($"{at}.maintenanceWindows", policy.MaintenanceWindows)))
        {
            yield return wrong;
        }

        foreach (var freeze in policy.Freezes)
        {
            if (freeze.To <= freeze.From)
            {
                yield return ($"{at}.freezes", $"ends before it begins: {ParameterChecks.Show(freeze.Reason)}");
            }

            if (string.IsNullOrWhiteSpace(freeze.Reason) || freeze.Reason.Length > 200 || freeze.Reason.Any(char.IsControl))
            {
                yield return ($"{at}.freezes", "each needs a reason in one line of at most 200 characters");
            }
        }
    }
}
