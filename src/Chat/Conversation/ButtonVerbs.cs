using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Dialogs;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Conversation;

/// <summary>What buttons do. Only ids in a button's data are believed; everything else is looked up.</summary>
internal sealed class ButtonVerbs(
    Gate gate, IChangeService changes, NewTrunkDialog newTrunk, Reasons reasons, DiagnoseDialog diagnose, TrunkCommands trunkCommands, TestCommands testCommands, StatusCommands statusCommands, ChangeCommands changeCommands,
    InventoryCommands inventoryCommands, FleetCommands fleetCommands, AlertCommands alertCommands, PersonalViews views, CardRound cards)
{
    public async Task<TurnOutcome> PressAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (gate.Against(turn.Account, ButtonRoles.Of(turn.Verb), Localized.Text("That button")) is { } refusal)
        {
            return TurnOutcome.Refused(refusal.Code, Localized.Text(refusal.Sentence));
        }

        var change = turn.Data.GetValueOrDefault("change") ?? "";
        var trunk = turn.Data.GetValueOrDefault("trunk") ?? "";
        if (change.Length > 0 && turn.MessageId is { } message)
        {
            await cards.AdoptAsync(change, turn.Verb, turn.Where, message, cancellationToken);
        }

        switch (turn.Verb)
        {
            case NewTrunkDialog.VerbOpen or NewTrunkDialog.VerbNext or NewTrunkDialog.VerbBack or NewTrunkDialog.VerbCancel:
                return await newTrunk.PressAsync(turn, cancellationToken);
            case Reasons.Submit or Reasons.Approve or Reasons.Reject:
                return await reasons.PressAsync(turn, change, cancellationToken);
            case "cancel":
                return Outcome(await changes.AskAsync(change, new Cancel(), turn.Who, cancellationToken));
            case "edit":
                return await EditAsync(turn, change, cancellationToken);
            case "done-step":
                return Outcome(await changes.AskAsync(change, new ConfirmManualStep(turn.Data.GetValueOrDefault("step") ?? ""), turn.Who, cancellationToken));
            case "problem-step":
                return TurnOutcome.Told(Localized.Text($"Say problem {ShownText.Cut(change, 20)} and what is wrong; the step goes on waiting, and everybody reads it on the card."));
            case "retry":
                return Outcome(await changes.AskAsync(change, new Retry(), turn.Who, cancellationToken));
            case "undo":
                return Outcome(await changes.AskAsync(change, new Undo(), turn.Who, cancellationToken));
            case "apply":
                return Outcome(await changes.AskAsync(change, new Apply(), turn.Who, cancellationToken));
            case "stop":
                return Outcome(await changes.AskAsync(change, new Stop(), turn.Who, cancellationToken));
            case "pause":
                return Outcome(await changes.AskAsync(change, new Pause(), turn.Who, cancellationToken));
            case "resume":
                return Outcome(await changes.AskAsync(change, new Resume(), turn.Who, cancellationToken));
            case "step":
                return Outcome(await changes.AskAsync(change, new RunOneStep(), turn.Who, cancellationToken));
            case "confirm":
                return Outcome(await changes.AskAsync(change, new Confirm(), turn.Who, cancellationToken));
            case PersonalViews.Verb:
                return await views.ShowAsync(turn, change, cancellationToken);
            case "plan-file":
                await changeCommands.SendPlanAsync(turn, change, cancellationToken);
                return TurnOutcome.Nothing;
            case "journal-file":
                await changeCommands.SendJournalAsync(turn, change, cancellationToken);
                return TurnOutcome.Nothing;
            case "test":
                await testCommands.TestAsync(turn, trunk, turn.Data.GetValueOrDefault("words") ?? "", sure: turn.Data.GetValueOrDefault("sure") == "yes", cancellationToken);
                return TurnOutcome.Nothing;
            // The message that is asked about is text, and more than one trunk may be in it: a dialog asks, where there is one.
            case DiagnoseDialog.Verb when turn.CanShowForm:
                return await diagnose.AskAsync(turn, cancellationToken);
            case "diagnose":
                await trunkCommands.DiagnoseAsync(turn, trunk, turn.Data.GetValueOrDefault("call") == "yes", cancellationToken);
                return TurnOutcome.Nothing;
            case "status":
                await statusCommands.OfOneAsync(turn, trunk, cancellationToken);
                return TurnOutcome.Nothing;
            case "new-trunk":
                return await newTrunk.BeginAsync(turn, new Dictionary<string, string>(), showErrors: false, cancellationToken);
            case var verb when InventoryCommands.Handles(verb):
                return await inventoryCommands.PressAsync(turn, cancellationToken);
            case var verb when FleetCommands.Handles(verb):
                return await fleetCommands.PressAsync(turn, cancellationToken);
            case var verb when AlertCommands.Handles(verb):
                return await alertCommands.PressAsync(turn, cancellationToken);
            default:
                return TurnOutcome.Refused("button-unknown", Localized.Text("That button is from a card that is out of date."));
        }
    }

    /// <summary>Takes the plan back and opens the form with what was typed for it, so that a changed plan is a new one.</summary>
    private async Task<TurnOutcome> EditAsync(Turn turn, string id, CancellationToken cancellationToken)
    {
        var reply = await changes.AskAsync(id, new Cancel(), turn.Who, cancellationToken);
        if (!reply.Accepted || reply.Change is not { } change)
        {
            return Outcome(reply);
        }

        var typed = change.Plan.Values.Where(v => v.Origin == ValueOrigin.Typed).ToDictionary(v => v.Key, v => v.Text, StringComparer.OrdinalIgnoreCase);
        var outcome = await newTrunk.BeginAsync(turn, typed, showErrors: false, cancellationToken);
        return turn.CanShowForm ? outcome : TurnOutcome.Told(Localized.Text($"{change.Id} is taken back; its values are in the new form."));
    }

    public static TurnOutcome Outcome(ChangeReply reply) =>
        reply.Accepted ? TurnOutcome.Told(Localized.Text(reply.Sentence)) : TurnOutcome.Refused(reply.Code ?? "refused", Localized.Text(reply.Sentence));
}
