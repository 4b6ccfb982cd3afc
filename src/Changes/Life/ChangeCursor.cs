using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Plans;

namespace TrunkBot.Changes.Life;

/// <summary>Another writer stored this change since it was read. Whoever sees this stops at once and sends nothing more.</summary>
internal sealed class ChangeTakenOverException(string changeId) : Exception($"{changeId} was written by another run.");

/// <summary>A change while one run works on it: every save is guarded by the version that this run wrote last.</summary>
internal sealed class ChangeCursor(VersionedChange stored, IChangeStore store, ChangeAnnouncer announcer, TimeProvider time)
{
    private long _version = stored.Version;

    public Change Change { get; private set; } = stored.Change with { Version = stored.Version };

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Stores the next state and tells the observers.</summary>
    /// <param name="what">Code of the act for the audit; null for a save that is none.</param>
    /// <exception cref="ChangeTakenOverException">Another run was first; nothing was written.</exception>
    public async Task SaveAsync(Change next, string? what = null, string detail = "")
    {
        var because = what is null ? null : AuditEntry.Of(next, what, detail, Now);

        // Not cancellable: what a device has done must be written down even while the process is asked to stop.
        long? version;
        while ((version = await store.UpdateAsync(next, _version, because, CancellationToken.None)) is null)
        {
            await TakeWishesAsync(CancellationToken.None);
            next = next with { Wishes = Change.Wishes };
        }

        _version = version.Value;
        Change = next with { Version = _version };
        await announcer.TellAsync(next, because);
    }

    /// <summary>
    /// Makes the change this run's: whoever ran it before, in this process or in another, finds the version gone at the next save and at the next ticket, and the
    /// tickets that were open closed at the next line.
    /// </summary>
    /// <exception cref="ChangeTakenOverException">Another run was first.</exception>
    public async Task ClaimAsync(IJournal journal, CancellationToken cancellationToken)
    {
        _version = await store.UpdateAsync(Change, _version, null, cancellationToken) ?? throw new ChangeTakenOverException(Change.Id);
        Change = Change with { Version = _version };
        await journal.AbandonAsync(Change.Id, Now, cancellationToken);
    }

    /// <summary>Learns what people asked for meanwhile.</summary>
    /// <exception cref="ChangeTakenOverException">Another run wrote the change.</exception>
    public async Task TakeWishesAsync(CancellationToken cancellationToken)
    {
        var stored = await store.FindAsync(Change.Id, cancellationToken) ?? throw new ChangeTakenOverException(Change.Id);

        // Each write counts one up. Only when every write in between was a wish does the change still belong to this run.
        if (stored.Version - _version != stored.Change.Wishes.Made - Change.Wishes.Made)
        {
            throw new ChangeTakenOverException(Change.Id);
        }

        _version = stored.Version;
        Change = Change with { Wishes = stored.Change.Wishes, Version = _version };
    }

    /// <summary>Stores how far one step is.</summary>
    public Task SaveStepAsync(PlannedStep step, Func<StepProgress, StepProgress> progress, string? what = null, string detail = "") =>
        SaveAsync(Change.WithStep(step.Id, progress), what, detail);

    /// <summary>Stores what a step found out, at once: it must outlive a failure of the step and a crash after it.</summary>
    public Task KeepAsync(IReadOnlyDictionary<string, string>? facts) =>
        facts?.Any(f => Change.Facts.GetValueOrDefault(f.Key) != f.Value) == true ? SaveAsync(Change.WithFacts(facts)) : Task.CompletedTask;
}

/// <summary>Tells every observer, and the log what was done. An observer that fails is logged and never stops a change.</summary>
internal sealed partial class ChangeAnnouncer(IEnumerable<IChangeObserver> observers, ILogger<ChangeAnnouncer> logger)
{
    private readonly IReadOnlyList<IChangeObserver> _observers = [.. observers];

    /// <param name="because">The act behind it; null for a save that is none.</param>
    public async Task TellAsync(Change change, AuditEntry? because)
    {
        if (because is not null)
        {
            Log.Act(logger, change.Id, because.What, because.Who, change.State, change.Plan.ShortHash);
        }

        foreach (var observer in _observers)
        {
            try
            {
                await observer.ChangedAsync(change, CancellationToken.None);
            }
            catch (Exception e)
            {
                Log.ObserverFailed(logger, change.Id, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Warning, "An observer of {ChangeId} failed; the change goes on")]
        public static partial void ObserverFailed(ILogger logger, string changeId, Exception exception);

        // Without the entry's detail: that may hold a device's own text, and a line break in it would forge a line of the log.
        [LoggerMessage(3102, LogLevel.Information, "{ChangeId}: {What} by {Who}; now {State}; plan {PlanHash}")]
        public static partial void Act(ILogger logger, string changeId, string what, string who, ChangeState state, string planHash);
    }
}

internal static class ChangeSteps
{
    public static StepProgress ProgressOf(this Change change, string stepId) => change.Steps.Single(s => s.StepId == stepId);

    /// <summary>Whether nothing was done for a step. One that was left out is none of our doing either, unless it is a manual one that its system tried first.</summary>
    public static bool IsUntouched(this Change change, PlannedStep step) => change.ProgressOf(step.Id).State switch
    {
        StepProgressState.Waiting => true,
        StepProgressState.Skipped => step.Sends.Count == 0 || !step.IsManual,
        _ => false,
    };

    public static Change WithStep(this Change change, string stepId, Func<StepProgress, StepProgress> progress) =>
        change with { Steps = [.. change.Steps.Select(s => s.StepId == stepId ? progress(s) : s)] };

    public static Change WithFacts(this Change change, IReadOnlyDictionary<string, string>? facts)
    {
        if (facts is not { Count: > 0 })
        {
            return change;
        }

        var merged = new Dictionary<string, string>(change.Facts, StringComparer.Ordinal);
        foreach (var (key, value) in facts)
        {
            merged[key] = value;
        }

        return change with { Facts = merged };
    }
}
