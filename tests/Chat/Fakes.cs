using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests;

/// <summary>A message as it stands in a conversation now.</summary>
internal sealed class Shown(string conversation, string id, Message message)
{
    public string Conversation { get; } = conversation;

    public string Id { get; } = id;

    public Message Message { get; set; } = message;

    public int Edits { get; set; }
}

internal sealed class FakeChannel : IChannel
{
    private readonly Dictionary<string, string> serviceUrls = [];
    private int sent;

    public List<Shown> Messages { get; } = [];

    /// <summary>How many of the next calls fail.</summary>
    public int Failures { get; set; }

    /// <summary>Which messages the platform refuses, and whether as an edit.</summary>
    public Func<Message, bool, bool> Refuses { get; set; } = (_, _) => false;

    /// <summary>Where the bot last wrote to a conversation.</summary>
    public string? LastServiceUrlOf(string conversation) => serviceUrls.GetValueOrDefault(conversation);

    public ChannelCapabilities Capabilities => ChannelCapabilities.Cards | ChannelCapabilities.Updates | ChannelCapabilities.Files;

    public bool Serves(string channel) => channel == "webchat";

    public Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken)
    {
        FailIfTold(message, isEdit: false, cancellationToken);
        serviceUrls[conversation.ConversationId] = conversation.ServiceUrl;
        Messages.Add(new Shown(conversation.ConversationId, $"m{++sent}", message));
        return Task.FromResult(Messages[^1].Id);
    }

    public Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken)
    {
        FailIfTold(message, isEdit: true, cancellationToken);
        var shown = Messages.SingleOrDefault(m => m.Id == messageId && m.Conversation == conversation.ConversationId)
            ?? throw new ChannelException("somebody deleted it") { IsMessageGone = true };
        serviceUrls[conversation.ConversationId] = conversation.ServiceUrl;
        shown.Message = message;
        shown.Edits++;
        return Task.CompletedTask;
    }

    public Task ReplyPrivatelyAsync(ConversationReference conversation, Actor to, string text, CancellationToken cancellationToken) =>
        SendAsync(conversation, Message.OfText(text), cancellationToken);

    private void FailIfTold(Message message, bool isEdit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Failures > 0 || Refuses(message, isEdit))
        {
            Failures = Math.Max(0, Failures - 1);
            throw new ChannelException("the platform is away");
        }
    }
}

/// <summary>Runs background work when the test says so.</summary>
internal sealed class FakeBackground : IBackgroundWork, IDisposable
{
    private readonly List<Task> running = [];

    private readonly CancellationTokenSource stop = new();

    public void Run(string what, Func<CancellationToken, Task> work) => running.Add(work(stop.Token));

    public bool IsIdle => running.All(t => t.IsCompleted);

    /// <summary>The program stops.</summary>
    public void Stop() => stop.Cancel();

    public void Dispose() => stop.Dispose();

    public async Task AllAsync()
    {
        try
        {
            await Task.WhenAll(running);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As the host takes it.
        }
    }
}

internal sealed class FakeStores : IDialogStore, ICardStore, IConversationStore, ITrunkStore
{
    private readonly Dictionary<string, DialogState> dialogs = [];
    private readonly Dictionary<string, ConversationReference> conversations = [];

    public List<PostedCard> Cards { get; } = [];

    public Exception? AddCardFails { get; set; }

    public List<ManagedTrunk> Trunks { get; } = [];

    Task<DialogState?> IDialogStore.FindAsync(string key, CancellationToken cancellationToken) => Task.FromResult(dialogs.GetValueOrDefault(key));

    public Task SaveAsync(DialogState state, CancellationToken cancellationToken)
    {
        dialogs[state.Key] = state;
        return Task.CompletedTask;
    }

    public Task ClearAsync(string key, CancellationToken cancellationToken)
    {
        dialogs.Remove(key);
        return Task.CompletedTask;
    }

    public Task AddAsync(PostedCard card, CancellationToken cancellationToken)
    {
        if (AddCardFails is not null)
        {
            throw AddCardFails;
        }

        Cards.Add(card);
        return Task.CompletedTask;
    }

    public Task MoveAsync(PostedCard card, string messageId, CancellationToken cancellationToken)
    {
        Cards[Cards.IndexOf(card)] = card with { MessageId = messageId };
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<PostedCard>> BySubjectAsync(string subject, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PostedCard>>([.. Cards.Where(c => c.Subject == subject)]);

    public Task SaveAsync(ConversationReference reference, CancellationToken cancellationToken)
    {
        conversations[reference.Key] = reference;
        return Task.CompletedTask;
    }

    Task<ConversationReference?> IConversationStore.FindAsync(string key, CancellationToken cancellationToken) => Task.FromResult(conversations.GetValueOrDefault(key));

    public Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ManagedTrunk>>(Trunks);

    public Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(Trunks.FirstOrDefault(t => string.Equals(t.Intent.Name, name, StringComparison.OrdinalIgnoreCase)));

    public Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken)
    {
        Trunks.Add(trunk);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed class FakeSites(params SiteProfile[] all) : ISites
{
    public IReadOnlyList<SiteProfile> All { get; set; } = all;

    public SiteProfile? Find(string name) => All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Changes in memory with the rules that a test needs; tells the observer of each.</summary>
internal sealed class FakeChanges : IChangeService
{
    public Dictionary<string, Change> All { get; } = [];

    public Func<Change, Task> Observe { get; set; } = _ => Task.CompletedTask;

    public Exception? PlanFails { get; set; }

    public List<JournalLine> Journal { get; } = [];

    public List<string> Calls { get; } = [];

    public TrunkBot.Trunks.Findings.Finding[] Findings { get; set; } = [];

    public async Task<Change> PlanAsync(TrunkIntent intent, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken)
    {
        if (PlanFails is not null)
        {
            throw PlanFails;
        }

        var plan = SamplePlans.For(intent, values, Findings);
        var change = new Change
        {
            Id = $"CHG-{All.Count + 1}",
            State = ChangeState.Planned,
            Plan = plan,
            Requester = requester,
            Editors = [requester],
            Created = TestEnvironment.Noon,
            Steps = [.. plan.Steps.Select(s => new StepProgress { StepId = s.Id, State = StepProgressState.Waiting })],
        };
        await SetAsync(change);
        return change;
    }

    public async Task SetAsync(Change change)
    {
        All[change.Id] = change;
        await Observe(change);
    }

    public Task<ChangeReply> SubmitAsync(string changeId, Actor actor, CancellationToken cancellationToken) => DoAsync(
        "submit", changeId, actor, c => c with { State = ChangeState.WaitingForApproval, Policy = new PinnedPolicy(["webchat:ben", "webchat:dana"], 1), ApprovalExpires = TestEnvironment.Noon.AddHours(8) }, "CHG-1 was sent for approval.");

    public async Task<ChangeReply> ApproveAsync(string changeId, string planHash, Actor actor, CancellationToken cancellationToken)
    {
        if (!All.TryGetValue(changeId, out var change))
        {
            return Unknown(changeId);
        }

        if (actor.Id == change.Requester.Id)
        {
            return new ChangeReply(false, "approver-is-requester", "You asked for this change, so somebody else must approve it.", change);
        }

        if (change.Decisions.Count > 0)
        {
            return new ChangeReply(false, "already-decided", $"{change.Decisions[0].By.DisplayName} was first and approved {changeId}.", change);
        }

        return await DoAsync("approve " + planHash, changeId, actor, c => c with { State = ChangeState.Approved, Decisions = [new Decision(actor, true, null, planHash, TestEnvironment.Noon)] }, "You approved CHG-1; it begins now.");
    }

    public Task<ChangeReply> RejectAsync(string changeId, string reason, Actor actor, CancellationToken cancellationToken) => DoAsync(
        "reject", changeId, actor, c => c with { State = ChangeState.Rejected, Decisions = [new Decision(actor, false, reason, c.Plan.Hash, TestEnvironment.Noon)] }, "You rejected CHG-1.");

    public Task<ChangeReply> CancelAsync(string changeId, Actor actor, CancellationToken cancellationToken) =>
        DoAsync("cancel", changeId, actor, c => c with { State = ChangeState.Cancelled }, "CHG-1 is cancelled.");

    public Task<ChangeReply> ConfirmManualStepAsync(string changeId, string stepId, Actor actor, CancellationToken cancellationToken) =>
        DoAsync("done " + stepId, changeId, actor, c => c, "Thank you; the step is being checked.");

    public Task<ChangeReply> RetryAsync(string changeId, Actor actor, CancellationToken cancellationToken) => DoAsync("retry", changeId, actor, c => c, "CHG-1 is tried again.");

    public Task<ChangeReply> UndoAsync(string changeId, Actor actor, CancellationToken cancellationToken) => DoAsync("undo", changeId, actor, c => c with { State = ChangeState.Undoing }, "CHG-1 is being undone.");

    public Task<Change?> FindAsync(string changeId, CancellationToken cancellationToken) => Task.FromResult(All.GetValueOrDefault(changeId));

    public Task<IReadOnlyList<Change>> ListOpenAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Change>>(
        [.. All.Values.Where(c => c.State is not (ChangeState.Done or ChangeState.Cancelled or ChangeState.Rejected or ChangeState.Undone or ChangeState.Expired)).Reverse()]);

    public Task<IReadOnlyList<JournalLine>> JournalAsync(string changeId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<JournalLine>>(Journal);

    private static ChangeReply Unknown(string id) => new(false, "change-unknown", $"There is no change {id}.", null);

    private async Task<ChangeReply> DoAsync(string call, string changeId, Actor actor, Func<Change, Change> step, string sentence)
    {
        Calls.Add($"{call} {changeId} by {actor.Id}");
        if (!All.TryGetValue(changeId, out var change))
        {
            return Unknown(changeId);
        }

        await SetAsync(step(change));
        return new ChangeReply(true, null, sentence, All[changeId]);
    }
}

internal sealed class FakeProbe : ITrunkProbe
{
    public Func<TestCall> Call { get; set; } = () => TestEnvironment.GoodCall;

    public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<EdgeProbe>>(
        [.. intent.Edges.Select(e => new EdgeProbe(e.Name, intent.PeerHost(e), ProbeState.Up, 200, 23, "OK"))]);

    public Task<TestCall> CallAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult(Call());
}

internal sealed class FakeReader(string system) : IStatusReader
{
    public string System => system;

    public IReadOnlyList<StatusLine> Lines { get; set; } = [];

    public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult(Lines);
}
