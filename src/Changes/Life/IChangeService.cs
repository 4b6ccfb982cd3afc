using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Changes.Life;

/// <summary>What may be asked of changes. The host puts one writer per change behind it.</summary>
public interface IChangeService
{
    /// <summary>Reads the systems, makes the plan and stores it as a change in state <see cref="ChangeState.Planned"/>.</summary>
    /// <exception cref="SystemFailureException">A system could not be read.</exception>
    Task<Change> PlanAsync(TrunkGoal goal, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken);

    /// <summary>Asks something of a change. Only records a decision (after a look at one system where a manual step is confirmed); what follows from it goes on by itself.</summary>
    Task<ChangeReply> AskAsync(string changeId, ChangeRequest request, Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Everything that applying a change does but the sends: its gates, a look at every system and every step, and the lines that would be sent.
    /// Changes nothing; takes as long as the reading takes (seconds). Null when there is no such change.
    /// </summary>
    Task<DryRunReport?> DryRunAsync(string changeId, Actor actor, CancellationToken cancellationToken);

    /// <summary>The network elements that changes hold.</summary>
    /// <exception cref="SystemFailureException">The store of the locks can't be reached.</exception>
    Task<IReadOnlyList<ElementLock>> LocksAsync(CancellationToken cancellationToken);

    Task<Change?> FindAsync(string changeId, CancellationToken cancellationToken);

    /// <summary>Changes that are not at their end, newest first; without drafts that have nothing to do.</summary>
    Task<IReadOnlyList<ChangeSummary>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Everything sent and received by a change, in order.</summary>
    Task<IReadOnlyList<JournalLine>> JournalAsync(string changeId, CancellationToken cancellationToken);
}

/// <summary>What a request to a change led to.</summary>
/// <param name="Accepted">Whether it had its effect.</param>
/// <param name="Code">Stable code of the refusal, such as <c>approver-is-requester</c>, <c>already-decided</c>, <c>plan-changed</c>; null when accepted.</param>
/// <param name="Sentence">What happened, or why not and what to do, for the person who asked.</param>
/// <param name="Change">The change as it stands now; null when it does not exist.</param>
public sealed record ChangeReply(bool Accepted, string? Code, Sentence Sentence, Change? Change)
{
    /// <summary>Every rule that stood against it, not the first only; <see cref="Code"/> is the first one's. Empty when accepted.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];
}

/// <summary>One line of a change's journal.</summary>
public sealed record JournalLine(string StepId, string Ticket, WireExchange Exchange);

/// <summary>Told after every change of state or of a step, once the store holds it.</summary>
public interface IChangeObserver
{
    Task ChangedAsync(Change change, CancellationToken cancellationToken);
}

/// <summary>The trunk's own tests after a change: OPTIONS and a test call. Implemented by the host on top of Diagnostics.</summary>
public interface ITrunkAcceptance
{
    /// <param name="progress">Told in a sentence what is being done now.</param>
    Task<AcceptanceReport> RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken);
}

/// <summary>Site profiles by name.</summary>
public interface ISites
{
    IReadOnlyList<Trunks.Sites.SiteProfile> All { get; }

    Trunks.Sites.SiteProfile? Find(string name);
}

/// <summary>A trunk that the bot provisioned and knows.</summary>
/// <param name="ChangeId">The change that made it what it is.</param>
public sealed record ManagedTrunk(TrunkIntent Intent, IReadOnlyList<ParameterValue> Values, string ChangeId, DateTimeOffset Since)
{
    /// <inheritdoc cref="OwnedTrunk.Facts"/>
    public IReadOnlyDictionary<string, string>? Facts { get; init; }

    /// <summary>As a plan needs it.</summary>
    public OwnedTrunk Owned => new(Intent, Facts ?? new Dictionary<string, string>());
}

/// <summary>The trunks under management.</summary>
public interface ITrunkStore
{
    /// <summary>All of them, by name. There may be many thousands: what a person reads, and what is done often, is a page or a name.</summary>
    Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken);

    /// <summary>How many there are, and the first by name; reads no more than these.</summary>
    Task<TrunkPage> PageAsync(int most, CancellationToken cancellationToken);

    /// <summary>Every name, in upper case: to find one that is near without reading the trunks.</summary>
    Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken);

    /// <summary>By name, case ignored.</summary>
    Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken);

    Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken);

    Task RemoveAsync(string name, CancellationToken cancellationToken);
}

/// <param name="Count">Of all trunks under management.</param>
public sealed record TrunkPage(int Count, IReadOnlyList<ManagedTrunk> First);
