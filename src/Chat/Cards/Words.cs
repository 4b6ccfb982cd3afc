using TrunkBot.Changes.Control;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Chat.Language;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Cards;

/// <summary>States as words: a card never says by colour alone how something stands.</summary>
internal static class Words
{
    /// <summary>With what it waits for, where the state alone does not say it.</summary>
    public static string Of(Change change) => Of(ChangeSummary.Of(change));

    /// <inheritdoc cref="Of(Change)"/>
    public static string Of(ChangeSummary change) => change switch
    {
        { State: ChangeState.WaitingForApproval, Start: { } start } => Localized.Text($"Waiting for approval; begins at {CardData.Minute(start.At)}"),
        { State: ChangeState.Approved, Start: { } start } => Localized.Text($"Approved; begins at {CardData.Minute(start.At)}"),
        { State: ChangeState.Approved, WaitsForApply: true } => Localized.Text("Approved; waits for apply"),
        { State: ChangeState.Paused, PausedFor: PauseReason.Asked } => Localized.Text("Paused on request"),
        { State: ChangeState.Paused, PausedFor: PauseReason.StepByStep } => Localized.Text("Paused after a step"),
        { State: ChangeState.Paused, PausedFor: PauseReason.Confirmation } => Localized.Text("Done and tested; a person must confirm it"),
        _ => Of(change.State),
    };

    public static string Of(ChangeState state) => state switch
    {
        ChangeState.Planned => Localized.Text("Planned"),
        ChangeState.WaitingForApproval => Localized.Text("Waiting for approval"),
        ChangeState.Approved => Localized.Text("Approved"),
        ChangeState.Applying => Localized.Text("Applying"),
        ChangeState.Paused => Localized.Text("Paused: a person must do a step"),
        ChangeState.Verifying => Localized.Text("Verifying"),
        ChangeState.Done => Localized.Text("Done"),
        ChangeState.Rejected => Localized.Text("Rejected"),
        ChangeState.Expired => Localized.Text("Expired: nobody answered in time"),
        ChangeState.Cancelled => Localized.Text("Cancelled"),
        ChangeState.Failed => Localized.Text("Failed"),
        ChangeState.Undoing => Localized.Text("Undoing"),
        ChangeState.UndoPaused => Localized.Text("Undoing, paused: a person must take a step back"),
        ChangeState.Undone => Localized.Text("Undone"),
        ChangeState.Stuck => Localized.Text("Stuck: a person must act"),
        ChangeState.Resolved => Localized.Text("Resolved by hand"),
        _ => state.ToString(),
    };

    public static string Of(FleetState state) => state switch
    {
        FleetState.Planned => Of(ChangeState.Planned),
        FleetState.WaitingForApproval => Of(ChangeState.WaitingForApproval),
        FleetState.Running => Localized.Text("Running"),
        FleetState.Stopped => Localized.Text("Stopped: somebody must say how it goes on"),
        FleetState.Done => Of(ChangeState.Done),
        FleetState.Rejected => Of(ChangeState.Rejected),
        FleetState.Expired => Of(ChangeState.Expired),
        FleetState.Cancelled => Of(ChangeState.Cancelled),
        FleetState.Undoing => Of(ChangeState.Undoing),
        FleetState.Undone => Of(ChangeState.Undone),
        _ => state.ToString(),
    };

    public static string Of(StepProgressState state) => state switch
    {
        StepProgressState.Waiting => Localized.Text("waiting"),
        StepProgressState.Running => Localized.Text("running"),
        StepProgressState.WaitingForPerson => Localized.Text("waits for a person"),
        StepProgressState.Done => Localized.Text("done"),
        StepProgressState.Failed => Localized.Text("failed"),
        StepProgressState.Undoing => Localized.Text("undoing"),
        StepProgressState.Undone => Localized.Text("undone"),
        StepProgressState.UndoFailed => Localized.Text("undo failed"),
        StepProgressState.Skipped => Localized.Text("left out"),
        _ => state.ToString(),
    };

    public static string Of(PlannedAction action) => action switch
    {
        PlannedAction.Create => Localized.Text("Create"),
        PlannedAction.Change => Localized.Text("Change"),
        PlannedAction.LeaveAlone => Localized.Text("Leave alone"),
        PlannedAction.Manual => Localized.Text("By a person"),
        PlannedAction.Remove => Localized.Text("Remove"),
        _ => action.ToString(),
    };

    public static string Of(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => Localized.Text("Error"),
        FindingSeverity.Hold => Localized.Text("Hold"),
        FindingSeverity.Warning => Localized.Text("Warning"),
        _ => Localized.Text("Info"),
    };

    public static string Of(ValueOrigin origin) => origin switch
    {
        ValueOrigin.Typed => Localized.Text("typed"),
        ValueOrigin.SiteProfile => Localized.Text("site profile"),
        ValueOrigin.Found => Localized.Text("found"),
        ValueOrigin.Derived => Localized.Text("worked out from other values"),
        _ => Localized.Text("default"),
    };

    public static string Of(HealthState state) => state switch
    {
        HealthState.Ok => Localized.Text("OK"),
        HealthState.Attention => Localized.Text("Attention"),
        HealthState.Failed => Localized.Text("Failed"),
        _ => Localized.Text("Not available"),
    };

    public static string Of(ProbeState state) => state switch
    {
        ProbeState.Up => Localized.Text("Up"),
        ProbeState.Unreachable => Localized.Text("Unreachable"),
        _ => Localized.Text("Unchecked"),
    };

    public static string Of(TicketOutcome? outcome) => outcome switch
    {
        TicketOutcome.Succeeded => Localized.Text("done"),
        TicketOutcome.Failed => Localized.Text("failed"),
        TicketOutcome.Unknown => Localized.Text("outcome unknown"),
        _ => Localized.Text("open"),
    };

    public static string Of(AcceptanceState state) => state switch
    {
        AcceptanceState.Passed => Localized.Text("Passed"),
        AcceptanceState.Failed => Localized.Text("Failed"),
        _ => Localized.Text("Not measured"),
    };
}
