using System.Security.Cryptography;
using System.Text;
using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Fleets;

/// <summary>Where a fleet change stands.</summary>
public enum FleetState
{
    /// <summary>Planned, shown to the requester, not yet sent for approval.</summary>
    Planned,

    /// <summary>Its changes wait for those who decide.</summary>
    WaitingForApproval,

    /// <summary>The canary or a batch is at work, or the next one is about to be.</summary>
    Running,

    /// <summary>One of its changes did not end well, or a person stopped it: none begins until somebody says how it goes on.</summary>
    Stopped,

    /// <summary>Every one of its changes is done.</summary>
    Done,

    /// <summary>One of its changes was rejected: all are given up.</summary>
    Rejected,

    /// <summary>Nobody answered in time: all are given up.</summary>
    Expired,

    /// <summary>Taken back before it began.</summary>
    Cancelled,

    /// <summary>Its changes are being undone, the last one first.</summary>
    Undoing,

    /// <summary>Everything that its changes did is undone.</summary>
    Undone,
}

/// <summary>
/// One intent over many trunks: an ordinary change for each plan that differs, all under one approval. The first is the canary; then they
/// begin in batches, and the first that does not end well stops the rest.
/// </summary>
public sealed record Fleet
{
    /// <summary>Beginning of every fleet's id, which no change's id has.</summary>
    public const string IdPrefix = "FLT-";

    /// <summary>Such as <c>FLT-3</c>.</summary>
    public required string Id { get; init; }

    public required FleetState State { get; init; }

    /// <summary>Which trunks, as it was typed, such as <c>acme-*</c>.</summary>
    public required string Selector { get; init; }

    /// <summary>What is changed, as parameters, such as <c>transport=tls</c>; empty: each trunk is brought to what is planned for it today.</summary>
    public required string Edits { get; init; }

    public required Actor Requester { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>In the order in which they begin; the first is the canary.</summary>
    public required IReadOnlyList<FleetMember> Members { get; init; }

    /// <summary>Trunks that were looked at and need no change of their own, or can't have one.</summary>
    public required IReadOnlyList<FleetRest> Rest { get; init; }

    /// <summary>Changes that ended otherwise than done and that somebody went on without.</summary>
    public IReadOnlyList<string> WithoutChanges { get; init; } = [];

    /// <summary>Why it stopped or ended otherwise than done; null else.</summary>
    public ChangeTrouble? Trouble { get; init; }

    /// <summary>Who asked for the way back; null before that.</summary>
    public Actor? UndoAskedBy { get; init; }

    public DateTimeOffset? Finished { get; init; }

    /// <summary>Lower-case hex SHA-256 over the lines <c>CHG-n HASH</c> of all members in their order: who approves it approves exactly these plans.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Members.Select(m => $"{m.ChangeId} {m.PlanHash}\n")))));

    /// <summary>What cards show: the first 12 digits of the hash.</summary>
    public string ShortHash => Hash[..12];

    public bool IsOpen => State is FleetState.Planned or FleetState.WaitingForApproval or FleetState.Running or FleetState.Stopped or FleetState.Undoing;
}

/// <summary>One change of a fleet.</summary>
/// <param name="Elements">The network elements whose locks it takes.</param>
/// <param name="Batch">0 for the canary.</param>
public sealed record FleetMember(string ChangeId, string PlanHash, string Trunk, string Site, IReadOnlyList<string> Elements, int Batch);

/// <summary>Why a trunk has no change of its own in a fleet.</summary>
public enum FleetRestKind
{
    /// <summary>Every system is as planned already.</summary>
    AsPlanned,

    /// <summary>All that it lacks is sent by another change of the fleet, which works on the same elements.</summary>
    Covered,

    /// <summary>It can't be changed now.</summary>
    LeftOut,
}

/// <param name="Sentence">Why, in one sentence.</param>
public sealed record FleetRest(string Trunk, string Site, FleetRestKind Kind, string Sentence);

/// <summary>Where fleets live. Every write is guarded by the version that was read.</summary>
public interface IFleetStore
{
    /// <summary>Stores a new fleet under the next free id (<c>FLT-1</c>, <c>FLT-2</c> ...); the draft's own id is ignored.</summary>
    Task<Fleet> AddAsync(Fleet draft, CancellationToken cancellationToken);

    Task<(Fleet Fleet, long Version)?> FindAsync(string fleetId, CancellationToken cancellationToken);

    /// <summary>False when somebody else was first; then nothing was written.</summary>
    Task<bool> UpdateAsync(Fleet fleet, long version, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<Fleet>> ListAsync(bool onlyOpen, CancellationToken cancellationToken);
}

/// <summary>Told after every change of a fleet and of one of its members, once the store holds it.</summary>
public interface IFleetObserver
{
    Task ChangedAsync(string fleetId, CancellationToken cancellationToken);
}
