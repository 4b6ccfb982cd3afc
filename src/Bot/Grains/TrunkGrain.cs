using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Health;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Grains;

/// <summary>One trunk under management: looks at it from time to time, and has told what became of it. Key: the trunk's name in upper case.</summary>
public interface ITrunkGrain : IGrainWithStringKey
{
    /// <summary>Begins to watch. Harmless when it watches already.</summary>
    Task WatchAsync();
}

/// <inheritdoc cref="ITrunkGrain"/>
public sealed partial class TrunkGrain(
    ITrunkStore trunks, ISites sites, TrunkHealth health, IHealthHistory history, HealthLog log, HealthDesk desk, HealthOptions options, TimeProvider time, ILogger<TrunkGrain> logger)
    : Grain, ITrunkGrain
{
    private readonly HashSet<DependencyName> _settledUp = [];
    private IGrainTimer? _timer;
    private TrunkWatch _watch = new(options);
    private TrunkNow? _now;
    private HealthNews? _untold;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // As another silo, or the last process, left it.
        _now = await history.FindAsync(this.GetPrimaryKeyString(), cancellationToken);
        _watch = new TrunkWatch(options, _now is { State: not HealthState.NotAvailable } left ? new HealthNews(NewsKind.Changed, left.State, left.Since) : null);
    }

    public Task WatchAsync()
    {
        // Not all at once: each trunk has its own place in the interval, the same after every start.
        var interval = TimeSpan.FromSeconds(options.IntervalSeconds);
        _timer ??= this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(Spread.Of(this.GetPrimaryKeyString(), interval), interval) { KeepAlive = true });
        return Task.CompletedTask;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var name = this.GetPrimaryKeyString();
        var trunk = await trunks.FindAsync(name, cancellationToken);
        if (trunk is null || sites.Find(trunk.Intent.Site) is not { } site)
        {
            // Removed since: nothing to watch any more.
            _timer?.Dispose();
            _timer = null;
            DeactivateOnIdle();
            return;
        }

        var report = await health.WatchAsync(trunk.Intent, site, cancellationToken);
        var (behind, edgesDown) = await TellDependenciesAsync(report, site);
        var before = _watch.Held;
        var news = _watch.Look(report, edgesDown, site.Health.IsSilent(time.GetUtcNow(), site.TimeZone));
        _now = TrunkNow.After(_now, report, site.Name, _watch, behind);
        log.Looked(_now, report);
        if (before != _watch.Held)
        {
            Log.StateChanged(logger, name, before, _watch.Held, report.Sentence);
        }

        // What could not be told is told by the next look.
        _untold = news ?? _untold;
        if (_untold is { } untold)
        {
            await desk.TrunkAsync(trunk.Intent, untold, report.Sentence, cancellationToken);
            _untold = null;
        }
    }

    /// <summary>Says what this look saw of what other trunks stand behind too.</summary>
    /// <returns>What is down first, in the order of a call's way; and the edges that are down for every trunk.</returns>
    private async Task<(string? Behind, IReadOnlySet<string> EdgesDown)> TellDependenciesAsync(HealthReport report, SiteProfile site)
    {
        string? behind = null;
        foreach (var system in report.Systems)
        {
            var name = DependencyName.OfSystem(system.System, system.Element);
            if (system.Down is null && _settledUp.Contains(name))
            {
                continue;
            }

            var view = await SawAsync(name, report, system.Down);
            if (view.IsDown)
            {
                behind ??= name.Title;
            }

            // At first it is asked in any case: it may have been down when the last process ended.
            _ = view.IsSettledUp ? _settledUp.Add(name) : _settledUp.Remove(name);
        }

        var edgesDown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var edge in report.Edges.Where(e => e.State != ProbeState.Unchecked))
        {
            var name = DependencyName.OfEdge(edge.Edge, EdgeProbes.SourceOf(site));
            if ((await SawAsync(name, report, edge.State == ProbeState.Unreachable ? edge.Detail : null)).IsDown)
            {
                edgesDown.Add(edge.Edge);
                behind ??= name.Title;
            }
        }

        return (behind, edgesDown);
    }

    private Task<DependencyView> SawAsync(DependencyName name, HealthReport report, string? down) =>
        GrainFactory.GetGrain<IDependencyGrain>(name.ToString()).SawAsync(report.Trunk, down, report.At);

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Trunk {Trunk} went from {Before} to {Now}: {Sentence}")]
        public static partial void StateChanged(ILogger logger, string trunk, HealthState? before, HealthState? now, string sentence);
    }
}
