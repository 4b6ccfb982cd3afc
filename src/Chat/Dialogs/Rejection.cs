using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Dialogs;

/// <summary>A rejection needs a reason: where the card has no field for it, a dialog asks.</summary>
internal sealed class Rejection(IChangeService changes, ISites sites)
{
    private const string Field = "reason";

    public async Task<TurnOutcome> PressAsync(Turn turn, string id, CancellationToken cancellationToken)
    {
        var reason = turn.Data.GetValueOrDefault(Field)?.Trim() ?? "";
        if (reason.Length > 0 || !turn.CanShowForm || await changes.FindAsync(id, cancellationToken) is not { } change)
        {
            return ButtonVerbs.Outcome(await changes.AskAsync(id, new Reject(reason), turn.Who, cancellationToken));
        }

        // Asked without the field: the dialog opens. Sent with an empty one: it stays open and says why.
        var error = turn.Data.ContainsKey(Field) ? Localized.Text("A rejection needs a reason.") : "";
        var title = Localized.Text($"Reject {change.Id}");
        var view = new RejectView(
            sites.Find(change.Plan.Intent.Site)?.Simulated ?? false, title, Localized.Text($"Trunk {change.Plan.Intent.Name}, requested by {ShownText.Cut(change.Requester.DisplayName, 60)}."),
            change.Id, error);
        return new TurnOutcome
        {
            Form = new FormContent(title, CardData.Content("reject-form", view), error.Length == 0 ? new Dictionary<string, string>() : new() { [Field] = error }),
        };
    }

    private sealed record RejectView(bool Simulated, string Title, string Sentence, string Change, string Error);
}
