using TrunkBot.Changes;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
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

    /// <summary>A conversation in which every call fails.</summary>
    public string? Closed { get; set; }

    /// <summary>Ids of the messages in the order in which they were edited.</summary>
    public List<string> Order { get; } = [];

    /// <summary>Where the bot last wrote to a conversation.</summary>
    public string? LastServiceUrlOf(string conversation) => serviceUrls.GetValueOrDefault(conversation);

    public ChannelCapabilities Capabilities { get; set; } = ChannelCapabilities.Cards | ChannelCapabilities.Updates | ChannelCapabilities.Files;

    /// <summary>The platform closed every conversation to the bot.</summary>
    public bool IsClosedToBot { get; set; }

    /// <summary>How often something was sent or edited, refused or not.</summary>
    public int Calls { get; private set; }

    public bool Serves(string channel) => channel == "webchat";

    /// <summary>The channel has threads: <c>conversation/message</c>.</summary>
    public bool HasThreads { get; set; }

    public ConversationReference ThreadUnder(ConversationReference conversation, string messageId) =>
        HasThreads ? conversation with { ConversationId = $"{conversation.ConversationId}/{messageId}" } : conversation;

    public ConversationReference WithoutThread(ConversationReference conversation) => conversation with { ConversationId = conversation.ConversationId.Split('/', ';')[0] };

    public Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken)
    {
        FailIfTold(conversation, message, isEdit: false, cancellationToken);
        serviceUrls[conversation.ConversationId] = conversation.ServiceUrl;
        Messages.Add(new Shown(conversation.ConversationId, $"m{++sent}", message));
        return Task.FromResult(Messages[^1].Id);
    }

    public Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken)
    {
        FailIfTold(conversation, message, isEdit: true, cancellationToken);
        var shown = Messages.SingleOrDefault(m => m.Id == messageId && m.Conversation == conversation.ConversationId)
            ?? throw new ChannelException("somebody deleted it") { IsMessageGone = true };
        serviceUrls[conversation.ConversationId] = conversation.ServiceUrl;
        shown.Message = message;
        shown.Edits++;
        Order.Add(messageId);
        return Task.CompletedTask;
    }

    public Task ReplyPrivatelyAsync(ConversationReference conversation, ChannelUser to, string text, CancellationToken cancellationToken) =>
        SendAsync(conversation, Message.OfText(text), cancellationToken);

    private void FailIfTold(ConversationReference conversation, Message message, bool isEdit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Calls++;
        if (IsClosedToBot)
        {
            throw new ChannelException("the bot was taken out") { IsConversationClosed = true };
        }

        if (conversation.ConversationId == Closed)
        {
            throw new ChannelException("the bot was removed");
        }

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

    public Task ShownAsync(PostedCard card, string messageId, long version, CancellationToken cancellationToken)
    {
        Cards[Cards.IndexOf(card)] = card with { MessageId = messageId, Shows = version };
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> BehindAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(
        [.. Cards.Where(c => c.Shows < VersionOf(c.Subject["change:".Length..])).Select(c => c.Subject["change:".Length..]).Distinct()]);

    /// <summary>Version of a change by its id, as the database would join it.</summary>
    public Func<string, long> VersionOf { get; set; } = _ => 0;

    public Task<IReadOnlyList<PostedCard>> BySubjectAsync(string subject, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PostedCard>>([.. Cards.Where(c => c.Subject == subject)]);

    public Task SaveAsync(ConversationReference reference, CancellationToken cancellationToken)
    {
        conversations[reference.Key] = reference;
        return Task.CompletedTask;
    }

    Task<ConversationReference?> IConversationStore.FindAsync(string key, CancellationToken cancellationToken) => Task.FromResult(conversations.GetValueOrDefault(key));

    /// <summary>Trunks handed out so far.</summary>
    public int TrunksRead { get; private set; }

    public Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ManagedTrunk>>(Read(Trunks));

    public Task<TrunkPage> PageAsync(int most, CancellationToken cancellationToken) =>
        Task.FromResult(new TrunkPage(Trunks.Count, Read([.. Trunks.OrderBy(t => t.Intent.Name, StringComparer.OrdinalIgnoreCase).Take(most)])));

    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([.. Trunks.Select(t => t.Intent.Name.ToUpperInvariant())]);

    public Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(Read([.. Trunks.Where(t => string.Equals(t.Intent.Name, name, StringComparison.OrdinalIgnoreCase))]).SingleOrDefault());

    private List<ManagedTrunk> Read(List<ManagedTrunk> trunks)
    {
        TrunksRead += trunks.Count;
        return trunks;
    }

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

/// <summary>Changes in memory; decisions are judged by the engine's own rules. Tells the observer of each.</summary>
internal sealed class FakeChanges : IChangeService, IChangeStore, IJournal, IAuditTrail
{
    private readonly Dictionary<string, long> versions = [];

    public Dictionary<string, Change> All { get; } = [];

    public List<JournalTicket> Tickets { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    /// <summary>The store of changes can't be read.</summary>
    public bool IsAway { get; set; }

    public Func<Change, Task> Observe { get; set; } = _ => Task.CompletedTask;

    public Exception? PlanFails { get; set; }

    public List<JournalLine> Journal { get; } = [];

    public List<string> Calls { get; } = [];

    public TrunkBot.Trunks.Findings.Finding[] Findings { get; set; } = [];

    public async Task<Change> PlanAsync(TrunkGoal goal, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken)
    {
        if (PlanFails is not null)
        {
            throw PlanFails;
        }

        var plan = SamplePlans.For(goal.Intent, values, Findings) with { Removes = goal.Removes, Owned = goal.Owned };
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

    public long VersionOf(string changeId) => versions.GetValueOrDefault(changeId);

    /// <summary>Stores the change; nobody is told, as when the process dies right after.</summary>
    public void StoreOnly(Change change)
    {
        All[change.Id] = change;
        versions[change.Id] = VersionOf(change.Id) + 1;
    }

    public async Task SetAsync(Change change)
    {
        StoreOnly(change);
        await Observe(change);
    }

    public Task<ChangeReply> AskAsync(string changeId, ChangeRequest request, Actor actor, CancellationToken cancellationToken) => request switch
    {
        Submit submission => DoAsync(
            Submitted(submission), changeId, actor, c => c with { State = ChangeState.WaitingForApproval, Policy = new PinnedPolicy(["ben", "dana"], 1), ApprovalExpires = TestEnvironment.Noon.AddHours(8) }, "CHG-1 waits for 1 approval."),
        Approve approval => DecideAsync(
            changeId,
            new Vote(actor, true, approval.PlanHash, approval.Reason, TestEnvironment.Noon),
            c => ApprovalRules.IsApproved(c)
                ? (c with { State = ChangeState.Approved }, $"{c.Id} is approved and begins.")
                : (c, $"{c.Id} has {c.Decisions.Count} of {c.Policy!.Needed} approvals.")),
        Reject rejection => DecideAsync(
            changeId,
            new Vote(actor, false, All.GetValueOrDefault(changeId)?.Plan.Hash ?? "", rejection.Reason, TestEnvironment.Noon),
            c => (c with { State = ChangeState.Rejected }, $"{c.Id} is rejected.")),
        Cancel cancellation => DoAsync(
            cancellation.Reason is { } why ? $"cancel ({why})" : "cancel", changeId, actor, c => c with { State = ChangeState.Cancelled }, "CHG-1 is taken back. Nothing was sent."),
        BreakTheGlass breach => DoAsync($"break glass ({breach.Reason})", changeId, actor, c => c, "CHG-1 begins without approval."),
        ReviewBreakGlass review => DoAsync($"review ({review.Note})", changeId, actor, c => c, "CHG-1 is reviewed."),
        ConfirmManualStep confirmation => DoAsync("done " + confirmation.StepId, changeId, actor, c => c, "Thank you; the step is being checked."),
        ProveManualStep proof => DoAsync($"prove {proof.Text}", changeId, actor, c => c, "Shown."),
        ReportProblem report => DoAsync($"problem {report.Problem}", changeId, actor, c => c, "Noted."),
        ReleaseMember => DoAsync("release", changeId, actor, c => c with { Released = true }, "It begins."),
        DropMember => DoAsync("drop", changeId, actor, c => c with { State = ChangeState.Cancelled }, "It is given up."),
        Retry => DoAsync("retry", changeId, actor, c => c, "CHG-1 is tried again from where it failed."),
        Undo => DoAsync("undo", changeId, actor, c => c with { State = ChangeState.Undoing }, "CHG-1 is being undone, last step first."),
        Apply { At: { } at } apply => DoAsync(
            $"apply at {at:yyyy-MM-dd HH:mm zzz}{(apply.StepByStep ? " step by step" : "")}", changeId, actor, c => c with { Start = new PlannedStart(at, actor, 30), WaitsForApply = true }, "engine's own sentence"),
        Apply apply => DoAsync(apply.StepByStep ? "apply step by step" : "apply", changeId, actor, c => c with { Start = null, WaitsForApply = false }, "CHG-1 begins."),
        Stop => DoAsync("stop", changeId, actor, c => c with { Start = null }, "Stopped."),
        Pause => DoAsync("pause", changeId, actor, c => c, "It stops before its next step."),
        Resume => DoAsync("resume", changeId, actor, c => c, "CHG-1 goes on."),
        RunOneStep => DoAsync("step", changeId, actor, c => c, "One step."),
        SkipManualStep skip => DoAsync($"skip {skip.Reason}", changeId, actor, c => c, "Left out."),
        Confirm => DoAsync("confirm", changeId, actor, c => c, "Confirmed."),
        Resolve resolve => DoAsync($"resolve {resolve.Note}", changeId, actor, c => c, "Resolved."),
        Unlock unlock => DoAsync($"unlock {unlock.Element} {unlock.Reason}{(unlock.AsAdministrator ? " as administrator" : "")}", changeId, actor, c => c, "Unlocked."),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "unknown"),
    };

    public List<ElementLock> Locks { get; } = [];

    public SystemFailureException? LockFailure { get; set; }

    public DryRunReport? DryRun { get; set; }

    public Task<IReadOnlyList<ElementLock>> LocksAsync(CancellationToken cancellationToken) => LockFailure is null ? Task.FromResult<IReadOnlyList<ElementLock>>(Locks) : throw LockFailure;

    public Task<DryRunReport?> DryRunAsync(string changeId, Actor actor, CancellationToken cancellationToken) => Task.FromResult(DryRun);

    public Task<Change?> FindAsync(string changeId, CancellationToken cancellationToken) => Task.FromResult(All.GetValueOrDefault(changeId));

    public Task<IReadOnlyList<ChangeSummary>> ListOpenAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ChangeSummary>>(
        [.. All.Values.Where(c => c.State is not (ChangeState.Done or ChangeState.Cancelled or ChangeState.Rejected or ChangeState.Undone or ChangeState.Expired)).Reverse().Select(ChangeSummary.Of)]);

    public Task<IReadOnlyList<JournalLine>> JournalAsync(string changeId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<JournalLine>>(Journal);

    async Task<VersionedChange?> IChangeStore.FindAsync(string changeId, CancellationToken cancellationToken) =>
        IsAway ? throw new IOException("the database is away")
        : await FindAsync(changeId, cancellationToken) is { } change ? new VersionedChange(change, versions[changeId]) : null;

    Task<IReadOnlyList<Change>> IChangeStore.ListAsync(IReadOnlyCollection<ChangeState> states, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Change>>([.. All.Values.Where(c => states.Contains(c.State)).Reverse()]);

    Task<IReadOnlyList<ChangeSummary>> IChangeStore.SummariesAsync(IReadOnlyCollection<ChangeState> states, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ChangeSummary>>([.. All.Values.Where(c => states.Contains(c.State)).Reverse().Select(ChangeSummary.Of)]);

    Task<IReadOnlyList<Change>> IChangeStore.ListUnreviewedAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Change>>([.. All.Values.Where(c => c.BreakGlass is { Review: null })]);

    Task<VersionedChange> IChangeStore.AddAsync(Change draft, AuditEntry because, CancellationToken cancellationToken)
    {
        var change = draft with { Id = $"CHG-{All.Count + 1}" };
        StoreOnly(change);
        return Task.FromResult(new VersionedChange(change, versions[change.Id]));
    }

    Task<long?> IChangeStore.UpdateAsync(Change change, long version, AuditEntry? because, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<JournalTicket>> IJournal.TicketsAsync(string changeId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<JournalTicket>>(Tickets);

    Task<IReadOnlyList<JournalLine>> IJournal.LinesAsync(string changeId, CancellationToken cancellationToken) => JournalAsync(changeId, cancellationToken);

    Task<bool> IJournal.OpenAsync(JournalTicket ticket, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<bool> IJournal.OpenAsync(JournalTicket ticket, long version, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task IJournal.AbandonAsync(string changeId, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

    void IJournal.Record(string ticketId, WireExchange exchange) => throw new NotSupportedException();

    Task IJournal.CloseAsync(string ticketId, TicketOutcome outcome, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<AuditEntry>> IAuditTrail.ListAsync(string changeId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AuditEntry>>(Audit);

    Task IAuditTrail.AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        Audit.Add(entry);
        return Task.CompletedTask;
    }

    private static string Submitted(Submit request) => string.Join(' ', (IEnumerable<string>)
    [
        "submit",
        .. request.Reason is { } reason ? [$"({reason})"] : (IEnumerable<string>)[],
        .. request.NotBefore is { } begin ? [$"from {begin:yyyy-MM-dd HH:mm}"] : (IEnumerable<string>)[],
        .. request.NotAfter is { } end ? [$"until {end:yyyy-MM-dd HH:mm}"] : (IEnumerable<string>)[],
    ]);

    private static ChangeReply Unknown(string id) => new(false, "change-not-found", $"There is no change {id}.", null);

    private async Task<ChangeReply> DecideAsync(string changeId, Vote vote, Func<Change, (Change Next, string Sentence)> accept)
    {
        if (!All.TryGetValue(changeId, out var change))
        {
            return Unknown(changeId);
        }

        if (ApprovalRules.Judge(change, vote) is { Count: > 0 } refusals)
        {
            return new ChangeReply(false, refusals[0].Code, string.Join(" ", refusals.Select(r => r.Sentence)), change) { Refusals = refusals };
        }

        var (next, sentence) = accept(change with { Decisions = [.. change.Decisions, new Decision(vote.By, vote.Approve, vote.Reason, vote.PlanHash, vote.At)] });
        await SetAsync(next);
        return new ChangeReply(true, null, sentence, next);
    }

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

/// <summary>The entries of <see cref="FakeChanges"/> as a chain, whole unless <see cref="Verdict"/> says otherwise.</summary>
internal sealed class FakeChain(FakeChanges changes) : IAuditChain
{
    public AuditVerdict? Verdict { get; set; }

    public List<string?> Expected { get; } = [];

    private List<AuditRecord> Records
    {
        get
        {
            var records = new List<AuditRecord>();
            foreach (var entry in changes.Audit)
            {
                records.Add(AuditRecord.After(records.Count, records.LastOrDefault()?.Hash ?? AuditRecord.Nothing, entry, null));
            }

            return records;
        }
    }

    public Task<IReadOnlyList<AuditRecord>> FindAsync(AuditQuery query, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AuditRecord>>(
    [
        .. Records.Where(r => (query.ChangeId ?? r.ChangeId) == r.ChangeId && (query.Trunk ?? r.Trunk) == r.Trunk && (query.Who ?? r.Who) == r.Who && r.Sequence < (query.Before ?? long.MaxValue))
            .Reverse().Take(query.Limit),
    ]);

    public IAsyncEnumerable<AuditRecord> ReadAsync(DateTimeOffset? from, DateTimeOffset? before, CancellationToken cancellationToken) =>
        Records.Where(r => r.Entry().At >= (from ?? DateTimeOffset.MinValue) && r.Entry().At < (before ?? DateTimeOffset.MaxValue)).ToAsyncEnumerable();

    public Task<AuditVerdict> VerifyAsync(string? expected, CancellationToken cancellationToken)
    {
        Expected.Add(expected);
        return Task.FromResult(Verdict ?? new AuditVerdict(Records.Count, Records.LastOrDefault(), null));
    }

    public Task<AuditRecord?> LastBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CutAsync(AuditRecord last, string detail, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal sealed class FakeProbe : ITrunkProbe
{
    public Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<EdgeAddresses>>([]);

    public Func<TestCall> Call { get; set; } = () => TestEnvironment.GoodCall;

    public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<EdgeProbe>>(
        [.. intent.Edges.Select(e => new EdgeProbe(e.Name, intent.PeerHost(e), ProbeState.Up, 200, 23, "OK"))]);

    public List<TestCallOrder> Orders { get; } = [];

    public Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        Orders.Add(order);
        return Task.FromResult(Call());
    }
}

internal sealed class FakeReader(string system) : IStatusReader
{
    public string System => system;

    public IReadOnlyList<StatusLine> Lines { get; set; } = [];

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult(Lines);
    }
}

internal sealed class FakeLocks : IElementLocks
{
    public List<ElementLock> All { get; } = [];

    public bool IsAway { get; set; }

    public Task<ElementLock> TakeAsync(ElementLock wanted, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReleaseAsync(string holder, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReleaseAsync(ElementLock standing, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ElementLock>> ListAsync(CancellationToken cancellationToken) =>
        IsAway ? throw new IOException("the database is away") : Task.FromResult<IReadOnlyList<ElementLock>>(All);
}
