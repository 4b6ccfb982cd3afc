using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.People;

namespace TrunkBot.Chat.Conversation;

/// <summary>What a button needs of the one who presses it. For whom exactly a change is, its own rules say.</summary>
internal static class ButtonRoles
{
    private static readonly Dictionary<string, Roles> Needed = new(StringComparer.Ordinal)
    {
        // A client asks for it by itself; what is shown depends on who it is.
        ["refresh"] = Roles.None,
        ["status"] = Roles.Viewer,
        ["diagnose"] = Roles.Viewer,
        ["diagnose-from"] = Roles.Viewer,
        ["alert-diagnose"] = Roles.Viewer,
        ["alert-open"] = Roles.None,
        ["plan-file"] = Roles.Viewer,
        ["journal-file"] = Roles.Viewer,
        ["new-trunk"] = Roles.Engineer,
        ["form-open"] = Roles.Engineer,
        [NewTrunkDialog.VerbNext] = Roles.Engineer,
        [NewTrunkDialog.VerbBack] = Roles.Engineer,
        [NewTrunkDialog.VerbCancel] = Roles.Engineer,
        ["submit"] = Roles.Engineer,
        ["edit"] = Roles.Engineer,
        [InventoryCommands.VerbAdopt] = Roles.Engineer,
        [InventoryCommands.VerbRestore] = Roles.Engineer,
        [InventoryCommands.VerbTakeTheirs] = Roles.Engineer,
        [FleetCommands.VerbSubmit] = Roles.Engineer,
        [FleetCommands.VerbApprove] = Roles.Approver,
        [FleetCommands.VerbReject] = Roles.Approver,
        ["fleet-file"] = Roles.Viewer,
        ["approve"] = Roles.Approver,
        ["reject"] = Roles.Approver,
    };

    public static Roles Of(string? verb) => Needed.GetValueOrDefault(verb ?? "", Roles.Operators);
}
