using TrunkBot.Chat.People;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Sites;

/// <summary>Puts accounts in the place of the groups that a site profile names, and refuses whom nobody knows or who could not do it.</summary>
internal static class SitePeople
{
    /// <param name="wrong">The exception for a member of the file and a reason.</param>
    public static ApprovalPolicy Resolve(ApprovalPolicy policy, Accounts accounts, Func<string, string, Exception> wrong)
    {
        var resolved = policy with
        {
            Approvers = Resolve("approvers", policy.Approvers, Roles.Approver, "approver", accounts, wrong),
            OnCall = Resolve("onCall", policy.OnCall, Roles.Operators, "oncall", accounts, wrong),
        };
        return resolved.Needed <= resolved.Approvers.Count
            ? resolved
            : throw wrong("needed", $"approval.needed: {resolved.Needed} must agree, but the approvers are {resolved.Approvers.Count} in all, groups counted by their accounts");
    }

    /// <param name="wrong">The exception for a member of the file and a reason.</param>
    public static ExecutionPolicy Resolve(ExecutionPolicy policy, Accounts accounts, Func<string, string, Exception> wrong) =>
        policy with { Unlock = Resolve("unlock", policy.Unlock, Roles.Operators, "oncall", accounts, wrong, "execution") };

    private static IReadOnlyList<string> Resolve(
        string place, IReadOnlyList<string> named, Roles anyOf, string role, Accounts accounts, Func<string, string, Exception> wrong, string section = "approval")
    {
        return [.. named.SelectMany(Members).Distinct(StringComparer.Ordinal)];

        IEnumerable<string> Members(string name)
        {
            var isGroup = name.StartsWith(ApprovalPolicy.Group, StringComparison.Ordinal);
            IReadOnlyList<Account> members = isGroup ? accounts.OfGroup(name[ApprovalPolicy.Group.Length..]) : accounts.Find(name) is { } one ? [one] : [];
            if (members.Count == 0)
            {
                throw wrong(place, isGroup
                    ? $"{section}.{place}: no account is in the group \"{name[ApprovalPolicy.Group.Length..]}\"; groups stand with the accounts, in the settings under People:Accounts"
                    : $"{section}.{place}: there is no account \"{name}\"; there are: {Listed(accounts)}. Accounts stand in the settings, under People:Accounts");
            }

            return members.FirstOrDefault(m => !m.May(anyOf)) is { } unable
                ? throw wrong(place, $"{section}.{place}: the account \"{unable.Id}\" has not the role {role}; put it into a group that gives it (People:RolesOfGroups)")
                : members.Select(m => m.Id);
        }
    }

    private static string Listed(Accounts accounts) => accounts.All.Count == 0 ? "none" : string.Join(", ", accounts.All.Select(a => a.Id).Order(StringComparer.Ordinal).Take(20));
}
