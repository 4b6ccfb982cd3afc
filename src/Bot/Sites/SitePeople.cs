using TrunkBot.Chat.People;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Sites;

/// <summary>Puts accounts in the place of the groups that a site profile names, and refuses whom nobody knows or who could not do it.</summary>
internal static class SitePeople
{
    /// <param name="wrong">The exception for a dotted place in the file and a reason.</param>
    public static ApprovalPolicy Resolve(ApprovalPolicy policy, Accounts accounts, Func<string, string, Exception> wrong)
    {
        var resolved = policy with
        {
            Approvers = Resolve("approval.approvers", policy.Approvers, Roles.Approver, "approver", accounts, wrong),
            OnCall = Resolve("approval.onCall", policy.OnCall, Roles.Operators, "oncall", accounts, wrong),
            Requesters = Resolve("approval.requesters", policy.Requesters, Roles.Engineer, "engineer", accounts, wrong),
            FallbackApprovers = Resolve("approval.fallbackApprovers", policy.FallbackApprovers, Roles.Approver, "approver", accounts, wrong),
            BreakGlass = Resolve("approval.breakGlass", policy.BreakGlass, Roles.Operators, "oncall", accounts, wrong),
            Kinds = policy.Kinds.ToDictionary(k => k.Key, k => Resolve($"approval.kinds.{k.Key}", k.Value, accounts, wrong), StringComparer.Ordinal),
        };
        if (resolved.Needed > resolved.Approvers.Count)
        {
            throw TooMany("approval.needed", resolved);
        }

        return resolved.Kinds.Keys.FirstOrDefault(k => resolved.For(k) is var kind && kind.Needed > kind.Approvers.Count) is { } crowded
            ? throw TooMany($"approval.kinds.{crowded}.needed", resolved.For(crowded))
            : resolved;

        Exception TooMany(string place, ApprovalPolicy it) =>
            wrong(place, $"{place}: {it.Needed} must agree, but the approvers are {it.Approvers.Count} in all, groups counted by their accounts");
    }

    /// <param name="wrong">The exception for a member of the file and a reason.</param>
    public static ExecutionPolicy Resolve(ExecutionPolicy policy, Accounts accounts, Func<string, string, Exception> wrong) =>
        policy with { Unlock = Resolve("execution.unlock", policy.Unlock, Roles.Operators, "oncall", accounts, wrong) };

    private static ApprovalOverlay Resolve(string at, ApprovalOverlay kind, Accounts accounts, Func<string, string, Exception> wrong) => kind with
    {
        Approvers = kind.Approvers is { } approvers ? Resolve($"{at}.approvers", approvers, Roles.Approver, "approver", accounts, wrong) : null,
        OnCall = kind.OnCall is { } onCall ? Resolve($"{at}.onCall", onCall, Roles.Operators, "oncall", accounts, wrong) : null,
        Requesters = kind.Requesters is { } requesters ? Resolve($"{at}.requesters", requesters, Roles.Engineer, "engineer", accounts, wrong) : null,
        FallbackApprovers = kind.FallbackApprovers is { } fallback ? Resolve($"{at}.fallbackApprovers", fallback, Roles.Approver, "approver", accounts, wrong) : null,
        BreakGlass = kind.BreakGlass is { } breakers ? Resolve($"{at}.breakGlass", breakers, Roles.Operators, "oncall", accounts, wrong) : null,
    };

    private static IReadOnlyList<string> Resolve(
        string place, IReadOnlyList<string> named, Roles anyOf, string role, Accounts accounts, Func<string, string, Exception> wrong)
    {
        return [.. named.SelectMany(Members).Distinct(StringComparer.Ordinal)];

        IEnumerable<string> Members(string name)
        {
            var isGroup = name.StartsWith(ApprovalPolicy.Group, StringComparison.Ordinal);
            IReadOnlyList<Account> members = isGroup ? accounts.OfGroup(name[ApprovalPolicy.Group.Length..]) : accounts.Find(name) is { } one ? [one] : [];
            if (members.Count == 0)
            {
                throw wrong(place, isGroup
                    ? $"{place}: no account is in the group \"{name[ApprovalPolicy.Group.Length..]}\"; groups stand with the accounts, in the settings under People:Accounts"
                    : $"{place}: there is no account \"{name}\"; there are: {Listed(accounts)}. Accounts stand in the settings, under People:Accounts");
            }

            return members.FirstOrDefault(m => !m.May(anyOf)) is { } unable
                ? throw wrong(place, $"{place}: the account \"{unable.Id}\" has not the role {role}; put it into a group that gives it (People:RolesOfGroups)")
                : members.Select(m => m.Id);
        }
    }

    private static string Listed(Accounts accounts) => accounts.All.Count == 0 ? "none" : string.Join(", ", accounts.All.Select(a => a.Id).Order(StringComparer.Ordinal).Take(20));
}
