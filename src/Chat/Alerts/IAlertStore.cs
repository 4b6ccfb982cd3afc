using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Chat.Alerts;

/// <summary>Every alert that arrived. The unique id of what happened drops a repeat, whichever process receives it.</summary>
public interface IAlertStore
{
    /// <summary>Stores what a source said together with what becomes of the alert by it. null when it was there before: a repeat.</summary>
    /// <param name="next">Given the newest record of the alert, null for none; a record without an id is a new one.</param>
    Task<AlertRecord?> TakeAsync(Alert alert, DateTimeOffset now, Func<AlertRecord?, AlertRecord> next, CancellationToken cancellationToken);

    /// <param name="id">Such as <c>ALR-17</c>, case ignored.</param>
    Task<StoredAlert?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The newest record of an alert of a source; null when there is none.</summary>
    /// <param name="key">Of the alert: its source and its id there.</param>
    Task<AlertRecord?> NewestAsync(string key, CancellationToken cancellationToken);

    /// <summary>Changes a record, on top of whatever others change at the same time. null when there is no such alert, or nothing to change.</summary>
    /// <param name="change">null: leave it.</param>
    Task<AlertRecord?> ChangeAsync(string id, Func<AlertRecord, AlertRecord?> change, CancellationToken cancellationToken);

    /// <summary>Its card shows that version. Changes nothing else.</summary>
    Task ShownAsync(string id, long version, CancellationToken cancellationToken);

    /// <summary>Ids of the alerts whose card does not show their newest version, or that want a diagnosis.</summary>
    Task<IReadOnlyList<string>> BehindAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the ids of what happened before then; the alerts stay.</summary>
    Task ForgetEventsAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <param name="Version">Different after every change.</param>
/// <param name="Shows">Version that its card shows; 0 for none.</param>
public sealed record StoredAlert(AlertRecord Record, long Version, long Shows);

public interface ISilenceStore
{
    /// <summary>Those that hold at that time.</summary>
    Task<IReadOnlyList<Silence>> ListAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>In the place of an earlier one of the same subject.</summary>
    Task SaveAsync(Silence silence, CancellationToken cancellationToken);

    Task RemoveAsync(Silence silence, CancellationToken cancellationToken);
}

/// <summary>Has an alert's card drawn, one drawing at a time. Implemented by the host.</summary>
public interface IAlertBell
{
    /// <summary>Sees to it that <see cref="IAlertDesk.DrawAsync"/> is called for the alert. Returns at once.</summary>
    void Ring(string alertId);
}
