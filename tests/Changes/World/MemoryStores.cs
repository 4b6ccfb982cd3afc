using System.Text.Json;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;

namespace TrunkBot.Changes.Tests.World;

/// <summary>The process died here.</summary>
internal sealed class KilledException() : Exception("killed");

/// <summary>Counts writes and stops the process at one of them, before or after it took effect; a dead process writes nothing more.</summary>
internal sealed class KillSwitch
{
    public int Writes { get; private set; }

    public int? DieAt { get; set; }

    public bool AfterTheWrite { get; set; }

    public bool Dead { get; private set; }

    public void Revive()
    {
        Dead = false;
        DieAt = null;
    }

    public T Write<T>(Func<T> write)
    {
        if (Dead)
        {
            throw new KilledException();
        }

        Writes++;
        if (Writes != DieAt)
        {
            return write();
        }

        Dead = true;
        if (AfterTheWrite)
        {
            write();
        }

        throw new KilledException();
    }
}

/// <summary>All stores in memory, with the guarantees of the real ones; changes are kept as JSON so that nothing is shared by reference.</summary>
internal sealed class MemoryStores(KillSwitch kill) : IChangeStore, IJournal, IElementLocks, ITrunkStore, IAuditTrail
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Json, long Version)> _changes = [];
    private readonly List<JournalTicket> _tickets = [];
    private readonly List<JournalLine> _lines = [];
    private readonly Dictionary<string, ElementLock> _locks = [];
    private readonly Dictionary<string, ManagedTrunk> _trunks = new(StringComparer.OrdinalIgnoreCase);

    public List<AuditEntry> Audit { get; } = [];

    public List<string> LockOrder { get; } = [];

    public bool LocksFail { get; set; }

    /// <summary>The list of locks can't be read.</summary>
    public bool LockListFails { get; set; }

    /// <summary>Run once before the next update, to let somebody else be first.</summary>
    public Func<Task>? BeforeUpdate { get; set; }

    public Task<VersionedChange> AddAsync(Change draft, AuditEntry because, CancellationToken cancellationToken) => Atomic(() =>
    {
        var change = draft with { Id = $"CHG-{_changes.Count + 1}" };
        _changes[change.Id] = (JsonSerializer.Serialize(change, PlanJson.Options), 1);
        Audit.Add(because with { ChangeId = change.Id });
        return new VersionedChange(change, 1);
    });

    public Task<VersionedChange?> FindAsync(string changeId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_changes.TryGetValue(changeId, out var c) ? new VersionedChange(Read(c.Json), c.Version) : null);
        }
    }

    public async Task<long?> UpdateAsync(Change change, long version, AuditEntry? because, CancellationToken cancellationToken)
    {
        if (BeforeUpdate is { } first)
        {
            BeforeUpdate = null;
            await first();
        }

        return await Atomic<long?>(() =>
        {
            if (_changes[change.Id].Version != version)
            {
                return null;
            }

            _changes[change.Id] = (JsonSerializer.Serialize(change, PlanJson.Options), version + 1);
            if (because is not null)
            {
                Audit.Add(because);
            }

            return version + 1;
        });
    }

    public Task<IReadOnlyList<Change>> ListAsync(IReadOnlyCollection<ChangeState> states, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<Change>>([.. _changes.Values.Select(c => Read(c.Json)).Where(c => states.Contains(c.State)).Reverse()]);
        }
    }

    public async Task<IReadOnlyList<ChangeSummary>> SummariesAsync(IReadOnlyCollection<ChangeState> states, CancellationToken cancellationToken) =>
        [.. (await ListAsync(states, cancellationToken)).Select(ChangeSummary.Of)];

    public Task<IReadOnlyList<Change>> ListUnreviewedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<Change>>([.. _changes.Values.Select(c => Read(c.Json)).Where(c => c.BreakGlass is { Review: null })]);
        }
    }

    /// <summary>Writes behind the engine's back.</summary>
    public void Tamper(string changeId, Func<Change, Change> tamper)
    {
        lock (_gate)
        {
            var (json, version) = _changes[changeId];
            _changes[changeId] = (JsonSerializer.Serialize(tamper(Read(json)), PlanJson.Options), version + 1);
        }
    }

    public Task<bool> OpenAsync(JournalTicket ticket, CancellationToken cancellationToken) => Atomic(() =>
    {
        if (_tickets.Any(t => t.Id == ticket.Id))
        {
            return false;
        }

        _tickets.Add(ticket);
        return true;
    });

    public Task<bool> OpenAsync(JournalTicket ticket, long version, CancellationToken cancellationToken) =>
        _changes[ticket.ChangeId].Version == version ? OpenAsync(ticket, cancellationToken) : Task.FromResult(false);

    public Task AbandonAsync(string changeId, DateTimeOffset at, CancellationToken cancellationToken) => Atomic(() =>
    {
        for (var i = 0; i < _tickets.Count; i++)
        {
            if (_tickets[i] is { Outcome: null } open && open.ChangeId == changeId && open.Purpose is TicketPurpose.Apply or TicketPurpose.Undo)
            {
                _tickets[i] = open with { Outcome = TicketOutcome.Unknown };
            }
        }

        return true;
    });

    public void Record(string ticketId, WireExchange exchange) => Atomic(() =>
    {
        var ticket = _tickets.Single(t => t.Id == ticketId);
        if (ticket.Outcome is not null)
        {
            throw new TicketClosedException(ticketId);
        }

        _lines.Add(new JournalLine(ticket.StepId, ticketId, exchange));
        return true;
    }).GetAwaiter().GetResult();

    public Task CloseAsync(string ticketId, TicketOutcome outcome, DateTimeOffset at, CancellationToken cancellationToken) => Atomic(() =>
    {
        var index = _tickets.FindIndex(t => t.Id == ticketId);
        if (_tickets[index].Outcome is not null)
        {
            throw new TicketClosedException(ticketId);
        }

        _tickets[index] = _tickets[index] with { Outcome = outcome };
        return true;
    });

    public Task<IReadOnlyList<JournalTicket>> TicketsAsync(string changeId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JournalTicket>>([.. _tickets.Where(t => t.ChangeId == changeId)]);

    public Task<IReadOnlyList<JournalLine>> LinesAsync(string changeId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JournalLine>>([.. _lines.Where(l => l.Ticket.StartsWith(changeId + ":", StringComparison.Ordinal))]);

    public Task<ElementLock> TakeAsync(ElementLock wanted, CancellationToken cancellationToken) => LocksFail
        ? throw new TimeoutException("the store is away")
        : Atomic(() =>
        {
            LockOrder.Add(wanted.Element);
            return _locks.TryGetValue(wanted.Element, out var standing) ? standing : _locks[wanted.Element] = wanted;
        });

    public Task ReleaseAsync(string holder, CancellationToken cancellationToken) => Atomic(() =>
    {
        foreach (var element in _locks.Values.Where(l => l.Holder == holder).Select(l => l.Element).ToList())
        {
            _locks.Remove(element);
        }

        return true;
    });

    public Task ReleaseAsync(ElementLock standing, CancellationToken cancellationToken) => LocksFail
        ? throw new TimeoutException("the store is away")
        : Atomic(() => _locks.GetValueOrDefault(standing.Element) == standing && _locks.Remove(standing.Element));

    Task<IReadOnlyList<ElementLock>> IElementLocks.ListAsync(CancellationToken cancellationToken) => LockListFails
        ? throw new TimeoutException("the store is away")
        : Task.FromResult<IReadOnlyList<ElementLock>>([.. _locks.Values.OrderBy(l => l.Element, StringComparer.Ordinal)]);

    public IReadOnlyList<ElementLock> Locks => [.. _locks.Values.OrderBy(l => l.Element, StringComparer.Ordinal)];

    Task<IReadOnlyList<ManagedTrunk>> ITrunkStore.ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ManagedTrunk>>([.. _trunks.Values]);

    Task<TrunkPage> ITrunkStore.PageAsync(int most, CancellationToken cancellationToken) => Task.FromResult(new TrunkPage(_trunks.Count, [.. _trunks.Values.Take(most)]));

    Task<IReadOnlyList<string>> ITrunkStore.KeysAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. _trunks.Keys.Select(k => k.ToUpperInvariant())]);

    Task<ManagedTrunk?> ITrunkStore.FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_trunks.GetValueOrDefault(name));

    public Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken) => Atomic(() => _trunks[trunk.Intent.Name] = trunk);

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => Atomic(() => _trunks.Remove(name));

    public IReadOnlyCollection<ManagedTrunk> Trunks => _trunks.Values;

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => Atomic(() =>
    {
        Audit.Add(entry);
        return true;
    });

    Task<IReadOnlyList<AuditEntry>> IAuditTrail.ListAsync(string changeId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AuditEntry>>([.. Audit.Where(a => a.ChangeId == changeId)]);

    private static Change Read(string json) => JsonSerializer.Deserialize<Change>(json, PlanJson.Options)!;

    private Task<T> Atomic<T>(Func<T> write)
    {
        lock (_gate)
        {
            return Task.FromResult(kill.Write(write));
        }
    }
}
