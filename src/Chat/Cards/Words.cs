using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Cards;

/// <summary>States as words: a card never says by colour alone how something stands.</summary>
internal static class Words
{
    public static string Of(ChangeState state) => state switch
    {
        ChangeState.Planned => "Planned",
        ChangeState.WaitingForApproval => "Waiting for approval",
        ChangeState.Approved => "Approved",
        ChangeState.Applying => "Applying",
        ChangeState.Paused => "Paused: a person must do a step",
        ChangeState.Verifying => "Verifying",
        ChangeState.Done => "Done",
        ChangeState.Rejected => "Rejected",
        ChangeState.Expired => "Expired: nobody answered in time",
        ChangeState.Cancelled => "Cancelled",
        ChangeState.Failed => "Failed",
        ChangeState.Undoing => "Undoing",
        ChangeState.UndoPaused => "Undoing, paused: a person must take a step back",
        ChangeState.Undone => "Undone",
        ChangeState.Stuck => "Stuck: a person must act",
        _ => state.ToString(),
    };

    public static string Of(StepProgressState state) => state switch
    {
        StepProgressState.Waiting => "waiting",
        StepProgressState.Running => "running",
        StepProgressState.WaitingForPerson => "waits for a person",
        StepProgressState.Done => "done",
        StepProgressState.Failed => "failed",
        StepProgressState.Undoing => "undoing",
        StepProgressState.Undone => "undone",
        StepProgressState.UndoFailed => "undo failed",
        _ => state.ToString(),
    };

    public static string Of(PlannedAction action) => action switch
    {
        PlannedAction.Create => "Create",
        PlannedAction.Change => "Change",
        PlannedAction.LeaveAlone => "Leave alone",
        PlannedAction.Manual => "By a person",
        _ => action.ToString(),
    };

    public static string Of(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => "Error",
        FindingSeverity.Hold => "Hold",
        FindingSeverity.Warning => "Warning",
        _ => "Info",
    };

    public static string Of(ValueOrigin origin) => origin switch
    {
        ValueOrigin.Typed => "typed",
        ValueOrigin.SiteProfile => "site profile",
        ValueOrigin.Derived => "worked out from other values",
        _ => "default",
    };

    public static string Of(HealthState state) => state switch
    {
        HealthState.Ok => "OK",
        HealthState.Attention => "Attention",
        HealthState.Failed => "Failed",
        _ => "Not available",
    };

    public static string Of(ProbeState state) => state switch
    {
        ProbeState.Up => "Up",
        ProbeState.Unreachable => "Unreachable",
        _ => "Unchecked",
    };

    public static string Of(TicketOutcome? outcome) => outcome switch
    {
        TicketOutcome.Succeeded => "done",
        TicketOutcome.Failed => "failed",
        TicketOutcome.Unknown => "outcome unknown",
        _ => "open",
    };

    public static string Of(AcceptanceState state) => state switch
    {
        AcceptanceState.Passed => "Passed",
        AcceptanceState.Failed => "Failed",
        _ => "Not measured",
    };
}
