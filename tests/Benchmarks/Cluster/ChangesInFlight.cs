using System.Collections.Concurrent;
using System.Diagnostics;
using TrunkBot.Benchmarks.Load;

namespace TrunkBot.Benchmarks.Cluster;

/// <summary>
/// People who keep so many changes in flight: each asks for a trunk in a chat, submits, has it approved, and asks for the next one when it has ended. One change
/// at a time is at each element.
/// </summary>
internal sealed class ChangesInFlight(RunningSilos silos, LoadShape shape) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>A button that has had no effect for so long is pressed again.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);

    /// <summary>A request for a trunk of which no plan came in so long has failed, and is made again; earlier there would be two changes.</summary>
    private static readonly TimeSpan RequestAgain = TimeSpan.FromSeconds(120);

    private readonly StoreGauge _gauge = new(silos.Database);
    private readonly TeamsDoor[] _doors = [.. silos.Silos.Select(s => new TeamsDoor(silos.Cloud, s))];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Slot[] _slots = [.. Enumerable.Range(1, shape.Changes).Select(i => new Slot(i))];
    private readonly Dictionary<string, Slot> _byTrunk = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _noMore = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _working = Task.CompletedTask;
    private int _turn;
    private int _last;

    /// <summary>Every change that ended.</summary>
    public ConcurrentQueue<SeenChange> Ended { get; } = new();

    /// <summary>Changes asked for so far.</summary>
    public int Asked { get; private set; }

    /// <summary>Changes that are planned and not at their end.</summary>
    public int Open => _slots.Count(s => s.Number is not null);

    /// <summary>Numbers of changes that are open now.</summary>
    public IReadOnlyList<int> OpenNumbers { get; private set; } = [];

    public void Start() => _working = Task.Run(WorkAsync);

    /// <summary>Begins no more, and waits for those that are in flight.</summary>
    public async Task<bool> DrainAsync(TimeSpan limit)
    {
        await _noMore.CancelAsync();
        return await Task.WhenAny(_working, Task.Delay(limit, TimeProvider.System)) == _working && _working.IsCompletedSuccessfully;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var door in _doors)
        {
            door.Dispose();
        }

        _http.Dispose();
        _noMore.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            // Spread over the life of a change, or all of them would end together for ever.
            var due = (int)Math.Min(_slots.Length, _slots.Length * Stopwatch.GetElapsedTime(began).TotalSeconds / shape.Life.TotalSeconds);
            foreach (var slot in _slots.Take(due).Where(s => s.IsFree && !_noMore.IsCancellationRequested))
            {
                slot.Begin();
                _byTrunk[slot.Trunk] = slot;
                Asked++;
            }

            if (_noMore.IsCancellationRequested && _slots.All(s => s.IsFree))
            {
                return;
            }

            // Numbers are given before a change is committed, so a lower one may be seen later.
            foreach (var seen in await _gauge.SeeAsync(_last - _slots.Length, [.. _slots.Where(s => s.Number is not null).Select(s => s.Number!.Value)]))
            {
                _last = Math.Max(_last, seen.Number);
                if (_byTrunk.GetValueOrDefault(seen.Trunk) is { } slot && slot.Trunk == seen.Trunk)
                {
                    (slot.Number, slot.State) = (seen.Number, seen.State);
                    if (seen.State is "Done" or "Failed" or "Stuck" or "Expired" or "Cancelled" or "Rejected")
                    {
                        Ended.Enqueue(seen);
                        slot.Free();
                    }
                }
            }

            OpenNumbers = [.. _slots.Where(s => s.Number is not null).Select(s => s.Number!.Value)];
            foreach (var slot in _slots.Where(s => s.MayAsk(s.IsTaken && s.State.Length == 0 ? RequestAgain : AskAgain)))
            {
                slot.Asking(AskAsync(slot));
            }

            await Task.Delay(Look, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAsync(Slot slot)
    {
        var through = _turn++ % silos.Silos.Count;
        try
        {
            switch (slot.State)
            {
                case "":
                    slot.IsTaken = await _doors[through].SayAsync(
                        $"PLANS{slot.Site}", $"{slot.Trunk}-{Guid.NewGuid():N}", $"new trunk name={slot.Trunk} site={LoadCluster.SiteName(slot.Site)} edges=umatilla");
                    break;
                case "Planned":
                    await PostAsync("submit");
                    break;
                case "WaitingForApproval":
                    await PostAsync("approve");
                    break;
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // It is asked again; what never comes to its end is reported.
        }

        async Task PostAsync(string what)
        {
            using var answer = await _http.PostAsync(new Uri(silos.Silos[through].Url, $"/test/CHG-{slot.Number}/{what}"), null);
        }
    }

    /// <summary>A site, and the change that is in flight there.</summary>
    private sealed class Slot(int site)
    {
        private int _round;
        private Task _asking = Task.CompletedTask;
        private string? _askedAt;
        private long _asked;

        public int Site => site;

        public string Trunk { get; private set; } = "";

        public int? Number { get; set; }

        /// <summary>Of the change in the database; empty until it is there.</summary>
        public string State { get; set; } = "";

        /// <summary>The bot has the request for the trunk.</summary>
        public bool IsTaken { get; set; }

        public bool IsFree => Trunk.Length == 0;

        public void Begin() => (Trunk, State, IsTaken, _askedAt) = ($"load-{site}-{++_round}", "", false, null);

        public void Free() => (Trunk, Number, State) = ("", null, "");

        public bool MayAsk(TimeSpan again) => !IsFree && _asking.IsCompleted && State is "" or "Planned" or "WaitingForApproval" && (_askedAt != State || Stopwatch.GetElapsedTime(_asked) > again);

        public void Asking(Task asking) => (_asking, _askedAt, _asked) = (asking, State, Stopwatch.GetTimestamp());
    }
}
