using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Cards;

/// <summary>
/// Keeps every card of a change as the change is, whatever changed it: posts the approval card and the progress card, edits all of them,
/// and tells the requester of each decision. Edits of one change run one after another, at most one round a second; states that were
/// overtaken are skipped, the last one always arrives. A channel that fails never holds up the change.
/// </summary>
internal sealed partial class ChangeCards(
    ICardStore cards, IConversationStore conversations, ISites sites, Speech speech, PlanCard planCard, ProgressCard progressCard,
    IBackgroundWork background, TimeProvider time, ILogger<ChangeCards> logger) : IChangeObserver
{
    public const string PlanView = "plan";
    public const string ApprovalView = "approval";
    public const string ProgressView = "progress";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>One after another, each after twice the pause of the one before: about eight minutes in which a channel may be away.</summary>
    private const int MostFailures = 8;

    private readonly ConcurrentDictionary<string, Lane> lanes = new(StringComparer.Ordinal);

    public static string SubjectOf(string changeId) => $"change:{changeId}";

    /// <inheritdoc/>
    public Task ChangedAsync(Change change, CancellationToken cancellationToken)
    {
        var lane = lanes.GetOrAdd(change.Id, _ => new Lane());
        lock (lane)
        {
            lane.Latest = change;
            if (lane.IsRunning)
            {
                return Task.CompletedTask;
            }

            lane.IsRunning = true;
        }

        background.Run($"cards of {change.Id}", token => DrainAsync(lane, token));
        return Task.CompletedTask;
    }

    private async Task DrainAsync(Lane lane, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            Change change;
            lock (lane)
            {
                if (lane.Latest is null || cancellationToken.IsCancellationRequested)
                {
                    lane.IsRunning = false;
                    return;
                }

                change = lane.Latest;
                lane.Latest = null;
            }

            if (await ShowAsync(change, cancellationToken))
            {
                failures = 0;
            }
            else if (++failures < MostFailures)
            {
                lock (lane)
                {
                    lane.Latest ??= change;
                }
            }

            bool more;
            lock (lane)
            {
                more = lane.Latest is not null;
            }

            if (more)
            {
                await Task.Delay(Pause * Math.Pow(2, failures), time, cancellationToken);
            }
        }
    }

    /// <summary>Brings every card to this state. False when any of them could not be brought there.</summary>
    private async Task<bool> ShowAsync(Change change, CancellationToken cancellationToken)
    {
        IReadOnlyList<PostedCard> posted;
        try
        {
            posted = await cards.BySubjectAsync(SubjectOf(change.Id), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailure(logger, change.Id, "card store", e);
            return false;
        }

        var home = posted.FirstOrDefault(p => p.View == PlanView)?.Conversation;
        var all = true;
        foreach (var card in posted.Where(p => p.View is PlanView or ApprovalView or ProgressView))
        {
            all &= await TryAsync(change, card.View, () => EditAsync(change, card, cancellationToken));
        }

        if (change.State == ChangeState.WaitingForApproval && posted.All(p => p.View != ApprovalView))
        {
            all &= await TryAsync(change, ApprovalView, () => PostApprovalAsync(change, cancellationToken));
        }

        if (home is not null && HasBegun(change) && posted.All(p => p.View != ProgressView))
        {
            all &= await TryAsync(change, ProgressView, () => PostAsync(change, ProgressView, home, MessageFor(change, ProgressView), cancellationToken));
        }

        for (var i = 0; home is not null && i < change.Decisions.Count; i++)
        {
            var view = $"decision-{i}";
            var said = Message.OfText(ProgressCard.Sentence(change, change.Decisions[i]));
            if (posted.All(p => p.View != view))
            {
                all &= await TryAsync(change, view, () => PostAsync(change, view, home, said, cancellationToken));
            }
        }

        return all;
    }

    private async Task EditAsync(Change change, PostedCard card, CancellationToken cancellationToken)
    {
        var shown = await speech.EditAsync(await NewestAsync(card.Conversation, cancellationToken), card.MessageId, MessageFor(change, card.View), cancellationToken);
        if (shown != card.MessageId)
        {
            await cards.MoveAsync(card, shown, cancellationToken);
        }
    }

    /// <summary>A platform may move a conversation to another service URL while its cards stand.</summary>
    private async Task<ConversationReference> NewestAsync(ConversationReference where, CancellationToken cancellationToken) =>
        await conversations.FindAsync(where.Key, cancellationToken) ?? where;

    private async Task PostApprovalAsync(Change change, CancellationToken cancellationToken)
    {
        var channel = sites.Find(change.Plan.Intent.Site)?.Approval.Channel ?? "";
        var where = await conversations.FindAsync(channel, cancellationToken)
            ?? throw new ChannelException($"the approvals channel {channel} of site {change.Plan.Intent.Site} is not known yet: add the bot to it");
        await PostAsync(change, ApprovalView, where, MessageFor(change, ApprovalView), cancellationToken);
    }

    private async Task PostAsync(Change change, string view, ConversationReference where, Message message, CancellationToken cancellationToken)
    {
        var newest = await NewestAsync(where, cancellationToken);
        var id = await speech.SayAsync(newest, message, cancellationToken);
        await cards.AddAsync(new PostedCard(SubjectOf(change.Id), view, newest, id), cancellationToken);
    }

    private Message MessageFor(Change change, string view) => view switch
    {
        PlanView => Message.OfCard(planCard.ForRequester(change), $"Plan {change.Id} for trunk {change.Plan.Intent.Name}: {Words.Of(change.State)}"),
        ApprovalView when change.State == ChangeState.WaitingForApproval =>
            Message.OfCard(planCard.ForApprovers(change), $"{change.Id} for trunk {change.Plan.Intent.Name} waits for approval"),
        ApprovalView => Message.OfCard(progressCard.Decided(change), $"{change.Id} for trunk {change.Plan.Intent.Name}: {Words.Of(change.State)}"),
        _ => Message.OfCard(progressCard.Progress(change), $"{change.Id} for trunk {change.Plan.Intent.Name}: {Words.Of(change.State)}"),
    };

    private static bool HasBegun(Change change) =>
        change.State is not (ChangeState.Planned or ChangeState.WaitingForApproval or ChangeState.Rejected or ChangeState.Expired or ChangeState.Cancelled);

    private async Task<bool> TryAsync(Change change, string view, Func<Task> send)
    {
        try
        {
            await send();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailure(logger, change.Id, view, e);
            return false;
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "The {View} card of {ChangeId} could not be shown; the next change tries again")]
    private static partial void LogFailure(ILogger logger, string changeId, string view, Exception error);

    private sealed class Lane
    {
        public Change? Latest { get; set; }

        public bool IsRunning { get; set; }
    }
}
