using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Dialogs;

/// <summary>Submit, Approve and Reject: where the policy asks for a reason and the card has no field for it, a dialog asks.</summary>
internal sealed class Reasons(IChangeService changes, ISites sites)
{
    public const string Submit = "submit";
    public const string Approve = "approve";
    public const string Reject = "reject";

    /// <summary>Of dialogs and of the rejection's field on the card.</summary>
    private const string Field = "reason";

    /// <summary>Of the approval's field on the card, which has that of the rejection too.</summary>
    private const string ApprovalField = "why";

    public async Task<TurnOutcome> PressAsync(Turn turn, string id, CancellationToken cancellationToken)
    {
        var verb = turn.Verb!;
        var field = verb == Approve && turn.Data.ContainsKey(ApprovalField) ? ApprovalField : Field;
        var reason = turn.Data.GetValueOrDefault(field)?.Trim() ?? "";
        if (reason.Length == 0 && turn.CanShowForm && await changes.FindAsync(id, cancellationToken) is { } change && Asks(verb, change, turn.Data.ContainsKey(Field)))
        {
            return Form(turn, verb, change);
        }

        var said = reason.Length == 0 ? null : reason;
        return ButtonVerbs.Outcome(await changes.AskAsync(
            id,
            verb switch
            {
                Submit => new Submit(said),
                Approve => new Approve(turn.Data.GetValueOrDefault("hash") ?? "", said),
                _ => new Reject(reason),
            },
            turn.Who,
            cancellationToken));
    }

    /// <summary>A rejection is asked for its reason once, also where it may go without.</summary>
    private bool Asks(string verb, Change change, bool wasAsked) => verb switch
    {
        Submit => change.State == ChangeState.Planned && sites.Find(change.Plan.Intent.Site) is { } site
            && ApprovalRules.NeedsReason(PolicyPin.Of(site, PolicyPin.KindOf(change)), ReasonFrom.Requester),
        Approve => change.State == ChangeState.WaitingForApproval && ApprovalRules.NeedsReason(change.Policy, ReasonFrom.Approver),
        _ => !wasAsked || ApprovalRules.NeedsReason(change.Policy, ReasonFrom.Denier),
    };

    // Asked without the field: the dialog opens. Sent with an empty one: it stays open and says why.
    private TurnOutcome Form(Turn turn, string verb, Change change)
    {
        var error = !turn.Data.ContainsKey(Field) ? "" : verb == Reject ? Localized.Text("A rejection needs a reason.") : Localized.Text("A reason is needed.");
        var (title, label) = verb switch
        {
            Submit => (Localized.Text($"Submit {change.Id}"), Localized.Text("What is the change for?")),
            Approve => (Localized.Text($"Approve {change.Id}"), Localized.Text("Why is it approved?")),
            _ => (Localized.Text($"Reject {change.Id}"), Localized.Text("Why is it rejected?")),
        };
        var view = new ReasonView(
            sites.Find(change.Plan.Intent.Site)?.Simulated ?? false, title, Localized.Text($"Trunk {change.Plan.Intent.Name}, requested by {ShownText.Cut(change.Requester.DisplayName, 60)}."),
            change.Id, turn.Data.GetValueOrDefault("hash") ?? "", verb, label, verb == Reject, error);
        return new TurnOutcome
        {
            Form = new FormContent(title, CardData.Content("reason-form", view), error.Length == 0 ? new Dictionary<string, string>() : new() { [Field] = error }),
        };
    }

    private sealed record ReasonView(bool Simulated, string Title, string Sentence, string Change, string PlanHash, string Verb, string Label, bool IsRejection, string Error);
}
