using TrunkBot.Changes.Approvals;
using TrunkBot.Chat.Language;

namespace TrunkBot.Chat.People;

/// <summary>No binding, no act; and of those who are bound, only who holds a role that it needs.</summary>
internal sealed class Gate(Accounts accounts)
{
    private static Refusal NotBound => new(
        "not-bound",
        Localized.Text("I don't know which account of this site you are, so you may only say help and whoami. Say whoami and give the id to an admin, who binds it; or say sign in to me alone."));

    /// <summary>Why not; null when it may be done.</summary>
    /// <param name="account">Who asks; null: somebody who is bound to no account.</param>
    /// <param name="anyOf">One of these roles is needed; none: everybody may.</param>
    /// <param name="what">What was asked for, such as <c>new trunk</c>.</param>
    public Refusal? Against(Account? account, Roles anyOf, string what)
    {
        if (anyOf == Roles.None || account?.May(anyOf) == true)
        {
            return null;
        }

        if (account is null)
        {
            return NotBound;
        }

        var may = accounts.GroupsWith(anyOf);
        return new Refusal(
            "role-missing",
            Localized.Text($"{what} is for {string.Join(Localized.Text(" or "), RoleNames.Of(anyOf))}, and your account {account.Id} has {(account.Roles == Roles.None ? Localized.Text("no role") : Localized.Text($"only {string.Join(", ", RoleNames.Of(account.Roles))}"))}. ")
            + (may.Count == 0 ? Localized.Text("No group of this site gives it (People:RolesOfGroups).") : Localized.Text($"Ask somebody of {string.Join(Localized.Text(" or "), may)}, or whoever keeps the settings to put you into that group.")));
    }
}
