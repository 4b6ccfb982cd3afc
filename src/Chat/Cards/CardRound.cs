using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Cards;

/// <summary>
/// Brings every card of a change to its state once: posts the progress card and the approval card, edits those that show something
/// else, and tells the requester of each decision. A card that fails holds up no other. Those who may decide are mentioned, and where the
/// channel has personal views they alone see the buttons.
/// </summary>
internal sealed partial class CardRound(
    ICardStore cards, CardPlaces cardPlaces, ISites sites, PeopleBook people, Speech speech, PlanCard planCard, ProgressCard progressCard,
    TimeProvider time, ILogger<CardRound> logger)
{
    private const string PlanView = "plan";
    private const string ApprovalView = "approval";
    private const string ProgressView = "progress";

    /// <summary>How the change goes comes before what it was asked for.</summary>
    private static readonly string[] InOrder = [ProgressView, ApprovalView, PlanView];

    private static string SubjectOf(string changeId) => $"change:{changeId}";

    /// <summary>The card of a plan that was just made and is still to be drawn; all other cards follow from it.</summary>
    public static PostedCard PlanOf(Change change, ConversationReference where, string messageId) => new(SubjectOf(change.Id), PlanView, where, messageId, Shows: 0);

    /// <summary>
    /// A button was pressed on a card of which no store knows: the program died after the platform had posted it and before its id was stored, and another card
    /// was posted instead. From now on it is drawn like the others, or it would offer its buttons for ever.
    /// </summary>
    /// <param name="verb">Of the button; it tells which card it is.</param>
    public async Task AdoptAsync(string changeId, string? verb, ConversationReference where, string messageId, CancellationToken cancellationToken)
    {
        var view = verb switch
        {
            "submit" or "edit" => PlanView,
            "approve" or "reject" => ApprovalView,
            "done-step" or "problem-step" or "retry" or "undo" or "apply" or "stop" or "pause" or "resume" or "step" or "confirm" => ProgressView,
            _ => null,
        };
        if (view is not null && (await cards.BySubjectAsync(SubjectOf(changeId), cancellationToken)) is { Count: > 0 } posted && posted.All(p => p.MessageId != messageId))
        {
            await cards.AddAsync(new PostedCard(SubjectOf(changeId), view, where, messageId, Shows: 0), cancellationToken);
        }
    }

    /// <exception cref="Exception">A store failed.</exception>
    public async Task DrawAsync(VersionedChange stored, CardLane lane, CancellationToken cancellationToken)
    {
        var change = stored.Change;
        Audience.Enter(people.CommonLanguage, sites.Find(change.Plan.Intent.Site)?.TimeZone);
        var posted = await cards.BySubjectAsync(SubjectOf(change.Id), cancellationToken);
        var home = await HomeOfAsync(change, posted, cancellationToken) is { } place ? await cardPlaces.NewestAsync(place, cancellationToken) : null;
        home = home is { IsClosed: false } ? home : null;
        var whole = true;

        if (home is not null && (change.Fleet is null ? HasBegun(change) : NeedsPerson(change)) && posted.All(p => p.View != ProgressView))
        {
            whole &= await TryAsync(change, lane, ProgressView, () => PostAsync(stored, ProgressView, home, lane, cancellationToken), cancellationToken);
        }

        var asks = change is { Fleet: null, State: ChangeState.WaitingForApproval } && posted.All(p => p.View != ApprovalView);
        var approvers = asks ? await cardPlaces.ApproversAsync(change.Plan.Intent.Site, cancellationToken) : null;
        var asked = approvers is not null
            && await TryAsync(change, lane, ApprovalView, () => PostAsync(stored, ApprovalView, approvers, lane, cancellationToken), cancellationToken);
        whole &= approvers is null || asked;

        for (var i = 0; home is not null && change.Fleet is null && i < change.Decisions.Count; i++)
        {
            var view = $"decision-{i}";
            if (posted.All(p => p.View != view))
            {
                var said = await DecisionAsync(change, change.Decisions[i], home, cancellationToken);
                whole &= await TryAsync(change, lane, view, () => PostAsync(change, view, home, said, shows: null, cancellationToken), cancellationToken);
            }
        }

        whole &= await SayNotesAsync(change, posted, home, lane, cancellationToken);

        string Unasked() => asks && !asked ? Unreached(change, approvers) : "";
        foreach (var card in posted.Where(p => InOrder.Contains(p.View)).OrderBy(p => Array.IndexOf(InOrder, p.View)))
        {
            // The plan's card stands for all of them: it counts as drawn when none is missing, so that the next catch-up finds the change.
            var version = card.View == PlanView && !whole ? card.Shows ?? 0 : stored.Version;
            whole &= await TryAsync(
                change,
                lane,
                KeyOf(card),
                () => EditAsync(change, card, Unasked, version, lane, cancellationToken),
                cancellationToken);
        }
    }

    /// <summary>Where it was asked for. A change of a fleet has no plan's card of its own; what of it needs a person is shown beside the fleet's.</summary>
    private async Task<ConversationReference?> HomeOfAsync(Change change, IReadOnlyList<PostedCard> posted, CancellationToken cancellationToken) => change.Fleet is { } fleet
        ? (await cards.BySubjectAsync(FleetCards.SubjectOf(fleet), cancellationToken)).FirstOrDefault(FleetCards.IsHome)?.Conversation
        : posted.FirstOrDefault(p => p.View == PlanView)?.Conversation;

    /// <summary>What is said once beside the cards: outcomes to the requester, reminders and broken glass in the approvals channel.</summary>
    private async Task<bool> SayNotesAsync(Change change, IReadOnlyList<PostedCard> posted, ConversationReference? home, CardLane lane, CancellationToken cancellationToken)
    {
        var approvals = posted.FirstOrDefault(p => p.View == ApprovalView) is { } asked ? await cardPlaces.NewestAsync(asked.Conversation, cancellationToken) : null;
        var whole = true;
        foreach (var note in ApprovalNotes.Of(change).Where(n => posted.All(p => p.View != n.View)))
        {
            if ((note.ToApprovers ? approvals : home) is { IsClosed: false } where)
            {
                whole &= await TryAsync(
                    change, lane, note.View, async () => await PostAsync(change, note.View, where, await NoteAsync(change, note, where, cancellationToken), shows: null, cancellationToken), cancellationToken);
            }
        }

        return whole;
    }

    private async Task<Message> NoteAsync(Change change, ApprovalNote note, ConversationReference where, CancellationToken cancellationToken)
    {
        Audience.Enter(await LanguageAtAsync(change, where, cancellationToken), sites.Find(change.Plan.Intent.Site)?.TimeZone);
        return Message.OfText(note.Text()) with { Mentions = where.IsGroup ? await UsersAsync(note.Accounts, where.Channel, cancellationToken) : [] };
    }

    /// <summary>Sends what this process has not sent yet. The first time it always sends: while the program was away the message may have gone.</summary>
    private async Task EditAsync(Change change, PostedCard card, Func<string> unreached, long version, CardLane lane, CancellationToken cancellationToken)
    {
        var where = await cardPlaces.NewestAsync(card.Conversation, cancellationToken);
        if (where.IsClosed)
        {
            // Nothing reaches it. It stays behind, and is drawn again when the bot is let in again.
            return;
        }

        var message = await MessageForAsync(change, card.View, where, unreached, cancellationToken);
        var shown = card.MessageId;
        if (!lane.Of(KeyOf(card)).Shows(message))
        {
            shown = await speech.EditAsync(where, card.MessageId, message, cancellationToken);
        }

        if (shown != card.MessageId || card.Shows != version)
        {
            await cards.ShownAsync(card, shown, version, cancellationToken);
        }

        lane.Of(KeyOf(card with { MessageId = shown })).Drawn(message);
    }

    private async Task PostAsync(VersionedChange stored, string view, ConversationReference where, CardLane lane, CancellationToken cancellationToken)
    {
        var message = await MessageForAsync(stored.Change, view, where, unreached: () => "", cancellationToken);
        var card = await PostAsync(stored.Change, view, where, message, stored.Version, cancellationToken);
        lane.Of(KeyOf(card)).Drawn(message);
    }

    private async Task<PostedCard> PostAsync(
        Change change, string view, ConversationReference where, Message message, long? shows, CancellationToken cancellationToken)
    {
        var id = await speech.SayAsync(where, message, cancellationToken);
        var card = new PostedCard(SubjectOf(change.Id), view, where, id, shows);
        await cards.AddAsync(card, cancellationToken);
        return card;
    }

    private string Unreached(Change change, ConversationReference? approvers)
    {
        var channel = Localized.Text($"the approvals channel {approvers?.Key ?? cardPlaces.ChannelOf(change.Plan.Intent.Site)} of site {change.Plan.Intent.Site}");
        return approvers is not null
            ? Localized.Text($"Nobody was asked yet: {channel} can't be reached. It is tried again every minute.")
            : Localized.Text($"Nobody was asked yet: {channel} is not known to me. Add me to it; the request is posted there within a minute.");
    }

    private async Task<Message> MessageForAsync(Change change, string view, ConversationReference where, Func<string> unreached, CancellationToken cancellationToken)
    {
        Audience.Enter(await LanguageAtAsync(change, where, cancellationToken), sites.Find(change.Plan.Intent.Site)?.TimeZone);
        return view switch
        {
            PlanView => Message.OfCard(planCard.ForRequester(change, unreached()), Localized.Text($"Plan {change.Id} for trunk {change.Plan.Intent.Name}: {Words.Of(change)}")),
            ApprovalView when change.State == ChangeState.WaitingForApproval => await RequestAsync(change, where, cancellationToken),
            ApprovalView => Message.OfCard(progressCard.Decided(change), Localized.Text($"{change.Id} for trunk {change.Plan.Intent.Name}: {Words.Of(change)}")),
            _ => Message.OfCard(progressCard.Progress(change), Localized.Text($"{change.Id} for trunk {change.Plan.Intent.Name}: {Words.Of(change)}")),
        };
    }

    /// <summary>The requester's where only they read, as the answers are that stand beside it; else what is said to everybody.</summary>
    private async Task<string> LanguageAtAsync(Change change, ConversationReference where, CancellationToken cancellationToken) =>
        where.IsGroup ? people.CommonLanguage : await people.LanguageOfAsync(change.Requester.Id, cancellationToken);

    private async Task<Message> RequestAsync(Change change, ConversationReference where, CancellationToken cancellationToken)
    {
        var hasViews = speech.Can(where, ChannelCapabilities.PersonalViews);
        var approvers = await UsersAsync([.. ApprovalRules.Able(change)], where.Channel, cancellationToken);
        IReadOnlyList<ChannelUser> viewers = hasViews ? [.. approvers, .. await UsersAsync([change.Requester.Id], where.Channel, cancellationToken)] : [];
        return Message.OfCard(
            planCard.ForApprovers(change, hasViews ? ApprovalButtons.OnlyView : ApprovalButtons.ForAll),
            Localized.Text($"{change.Id} for trunk {change.Plan.Intent.Name} waits for approval")) with { Mentions = approvers, Viewers = viewers };
    }

    private async Task<Message> DecisionAsync(Change change, Decision decision, ConversationReference home, CancellationToken cancellationToken)
    {
        Audience.Enter(await LanguageAtAsync(change, home, cancellationToken), sites.Find(change.Plan.Intent.Site)?.TimeZone);
        return Message.OfText(ProgressCard.Sentence(change, decision)) with
        {
            Mentions = home.IsGroup ? await UsersAsync([change.Requester.Id], home.Channel, cancellationToken) : [],
        };
    }

    private async Task<IReadOnlyList<ChannelUser>> UsersAsync(IReadOnlyList<string> accounts, string channel, CancellationToken cancellationToken)
    {
        var users = new List<ChannelUser>();
        foreach (var account in accounts)
        {
            users.AddRange(await people.UsersOfAsync(account, channel, cancellationToken));
        }

        return users;
    }

    private static bool NeedsPerson(Change change) => change.State is ChangeState.Paused or ChangeState.Failed or ChangeState.UndoPaused or ChangeState.Stuck;

    private static bool HasBegun(Change change) =>
        change.State is not (ChangeState.Planned or ChangeState.WaitingForApproval or ChangeState.Rejected or ChangeState.Expired or ChangeState.Cancelled);

    private static string KeyOf(PostedCard card) => $"{card.View} in {card.Conversation.Key}, {card.MessageId}";

    private Task<bool> TryAsync(Change change, CardLane lane, string card, Func<Task> send, CancellationToken cancellationToken) =>
        lane.Of(card).TryAsync(send, time, e => LogFailure(logger, change.Id, card, e), cancellationToken);

    [LoggerMessage(10, LogLevel.Warning, "The card {Card} of {ChangeId} could not be shown; it is tried again")]
    private static partial void LogFailure(ILogger logger, string changeId, string card, Exception error);
}
