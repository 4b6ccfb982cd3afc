using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Places;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Chat.Tests;

/// <summary>Places, followers, notices, alerts and silences in memory.</summary>
internal sealed class OnCallFakes : IPlaceStore, INoticeStore, IAlertStore, ISilenceStore
{
    private readonly Dictionary<string, Mark> marks = [];
    private readonly HashSet<string> events = [];
    private long notices;

    public List<Place> Places { get; } = [];

    public List<Follow> Follows { get; } = [];

    public List<QuietHours> Quiet { get; } = [];

    public List<Notice> Notices { get; } = [];

    public List<StoredAlert> Alerts { get; } = [];

    public List<Silence> Silences { get; } = [];

    /// <summary>Beginnings of the subjects whose marks are not moved any more: what was stored before it is all that is left of a process.</summary>
    public string[] CrashesBeforeMarks { get; set; } = [];

    public Task<IReadOnlyList<Place>> PlacesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Place>>([.. Places]);

    public Task SaveAsync(Place place, CancellationToken cancellationToken) => Put(Places, place, p => p.Key == place.Key);

    public Task RemoveAsync(Place place, CancellationToken cancellationToken) => Drop(Places, p => p.Key == place.Key);

    public Task<IReadOnlyList<Follow>> FollowsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Follow>>([.. Follows]);

    public Task SaveAsync(Follow follow, CancellationToken cancellationToken) => Put(Follows, follow, f => f.Key == follow.Key);

    public Task RemoveAsync(Follow follow, CancellationToken cancellationToken) => Drop(Follows, f => f.Key == follow.Key);

    public Task<IReadOnlyList<QuietHours>> QuietAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<QuietHours>>([.. Quiet]);

    public Task SaveAsync(QuietHours quiet, CancellationToken cancellationToken) => Put(Quiet, quiet, q => q.Person == quiet.Person);

    public Task RemoveQuietAsync(string person, CancellationToken cancellationToken) => Drop(Quiet, q => q.Person == person);

    public Task AddAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken)
    {
        Notices.AddRange(notices.Select(n => n with { Sequence = ++this.notices }));
        return Task.CompletedTask;
    }

    Task<IReadOnlyList<Notice>> INoticeStore.ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Notice>>([.. Notices]);

    public Task RemoveAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken) => Drop(Notices, n => notices.Any(s => s.Sequence == n.Sequence));

    public Task<MarkMove> MoveMarkAsync(string subject, string value, DateTimeOffset now, Func<Mark?, bool> allows, CancellationToken cancellationToken)
    {
        var before = marks.GetValueOrDefault(subject);
        var moves = allows(before);
        if (moves)
        {
            if (CrashesBeforeMarks.Any(s => subject.StartsWith(s, StringComparison.Ordinal)))
            {
                throw new InvalidOperationException("the process is gone");
            }

            marks[subject] = new Mark(value, now);
        }

        return Task.FromResult(new MarkMove(moves, before));
    }

    public Task<AlertRecord?> TakeAsync(Alert alert, DateTimeOffset now, Func<AlertRecord?, AlertRecord> next, CancellationToken cancellationToken)
    {
        if (!events.Add($"{alert.Source}:{alert.Event}"))
        {
            return Task.FromResult<AlertRecord?>(null);
        }

        var known = Alerts.LastOrDefault(a => a.Record.Alert.Key == alert.Key);
        var record = next(known?.Record);
        if (record.Id.Length == 0)
        {
            record = record with { Id = $"ALR-{Alerts.Count + 1}" };
            Alerts.Add(new StoredAlert(record, 1, 0));
        }
        else
        {
            Set(record);
        }

        return Task.FromResult<AlertRecord?>(record);
    }

    public Task<AlertRecord?> NewestAsync(string key, CancellationToken cancellationToken) => Task.FromResult(Alerts.LastOrDefault(a => a.Record.Alert.Key == key)?.Record);

    public Task<StoredAlert?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(Alerts.FirstOrDefault(a => string.Equals(a.Record.Id, id, StringComparison.OrdinalIgnoreCase)));

    public Task<AlertRecord?> ChangeAsync(string id, Func<AlertRecord, AlertRecord?> change, CancellationToken cancellationToken)
    {
        var record = Alerts.FirstOrDefault(a => a.Record.Id == id) is { } known ? change(known.Record) : null;
        if (record is not null)
        {
            Set(record);
        }

        return Task.FromResult(record);
    }

    public Task ShownAsync(string id, long version, CancellationToken cancellationToken)
    {
        var at = Alerts.FindIndex(a => a.Record.Id == id);
        Alerts[at] = Alerts[at] with { Shows = version };
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> BehindAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Alerts.Where(a => a.Shows != a.Version || a.Record.DiagnosisWanted).Select(a => a.Record.Id)]);

    public Task ForgetEventsAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<Silence>> ListAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Silence>>([.. Silences.Where(s => s.Until is null || now < s.Until)]);

    public Task SaveAsync(Silence silence, CancellationToken cancellationToken) => Put(Silences, silence, s => s.Key == silence.Key);

    public Task RemoveAsync(Silence silence, CancellationToken cancellationToken) => Drop(Silences, s => s.Key == silence.Key);

    private void Set(AlertRecord record)
    {
        var at = Alerts.FindIndex(a => a.Record.Id == record.Id);
        Alerts[at] = Alerts[at] with { Record = record, Version = Alerts[at].Version + 1 };
    }

    private static Task Put<T>(List<T> list, T item, Predicate<T> same)
    {
        list.RemoveAll(same);
        list.Add(item);
        return Task.CompletedTask;
    }

    private static Task Drop<T>(List<T> list, Predicate<T> which)
    {
        list.RemoveAll(which);
        return Task.CompletedTask;
    }
}

/// <summary>Draws in the background, one alert at a time.</summary>
internal sealed class FakeBell(FakeBackground background) : IAlertBell, IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    public IAlertDesk? Desk { get; set; }

    public void Ring(string alertId) => background.Run($"card of {alertId}", async token =>
    {
        await one.WaitAsync(token);
        try
        {
            await Desk!.DrawAsync(alertId, token);
        }
        catch (TrunkBot.Chat.Ports.ChannelException)
        {
            // As the host takes it: tried again with the next catch-up.
        }
        finally
        {
            one.Release();
        }
    });

    public void Dispose() => one.Dispose();
}
