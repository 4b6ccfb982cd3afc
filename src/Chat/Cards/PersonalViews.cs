using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Cards;

/// <summary>A request for approval as one reader sees it, for channels in which a client asks for its user's own view. Only reads: such a client asks unasked, and again after every edit.</summary>
internal sealed class PersonalViews(IChangeService changes, PlanCard planCard, ProgressCard progressCard)
{
    public const string Verb = "refresh";

    public async Task<TurnOutcome> ShowAsync(Turn turn, string id, CancellationToken cancellationToken) =>
        await changes.FindAsync(id, cancellationToken) is { } change
            ? new TurnOutcome
            {
                Card = change.State == ChangeState.WaitingForApproval
                    ? planCard.ForApprovers(change, ApprovalButtons.Of(change, turn.Who.Id))
                    : progressCard.Decided(change),
            }
            : TurnOutcome.Refused("change-not-found", Localized.Text("There is no such change any more."));
}

/// <summary>What a request for approval offers to whoever reads it.</summary>
/// <param name="Decide">Approve and Reject.</param>
/// <param name="TakeBack">The requester may take it back.</param>
/// <param name="AskForView">A button that shows the reader their own view, for clients that do not ask for it by themselves.</param>
internal sealed record ApprovalButtons(bool Decide, bool TakeBack, bool AskForView)
{
    /// <summary>Where all readers see the same: the engine refuses whoever may not.</summary>
    public static ApprovalButtons ForAll { get; } = new(Decide: true, TakeBack: false, AskForView: false);

    /// <summary>Where each reader has a view of their own, and this is what stands beneath.</summary>
    public static ApprovalButtons OnlyView { get; } = new(Decide: false, TakeBack: false, AskForView: true);

    public static ApprovalButtons Of(Change change, string account) => new(
        Decide: ApprovalRules.Able(change).Contains(account) && change.Decisions.All(d => d.By.Id != account),
        TakeBack: change.Requester.Id == account,
        AskForView: false);
}
