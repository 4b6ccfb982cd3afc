using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Grains;

/// <summary>One trunk under management: looks at it from time to time, and has told what became of it. Key: the trunk's name in upper case.</summary>
public interface ITrunkGrain : IGrainWithStringKey
{
    /// <summary>Begins to watch. Harmless when it watches already.</summary>
    Task WatchAsync();
}

/// <inheritdoc cref="ITrunkGrain"/>
public sealed partial class TrunkGrain(ITrunkStore trunks, ISites sites, TrunkHealth health, HealthDesk desk, HealthOptions options, TimeProvider time, ILogger<TrunkGrain> logger)
    : Grain, ITrunkGrain
{
    private readonly HashSet<DependencyName> _seenDown = [];
    private IGrainTimer? _timer;
    private readonly TrunkWatch _watch = new(options);

    public Task WatchAsync()
    {
        var interval = TimeSpan.FromSeconds(options.IntervalSeconds);
        _timer ??= this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(interval, interval) { KeepAlive = true });
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

        var report = await health.ReadAsync(trunk.Intent, site, cancellationToken);
        var edgesDown = await TellDependenciesAsync(report, site);
        var before = _watch.Held;
        var news = _watch.Look(report, edgesDown, site.Health.IsSilent(time.GetUtcNow(), site.TimeZone));
        if (before != _watch.Held)
        {
            Log.StateChanged(logger, name, before, _watch.Held, report.Sentence);
        }

        if (news is not null)
        {
            await desk.TrunkAsync(trunk.Intent, news, report.Sentence, cancellationToken);
        }
    }

    /// <summary>Says what this look saw of what other trunks stand behind too.</summary>
    /// <returns>Edges that are down for every trunk.</returns>
    private async Task<IReadOnlySet<string>> TellDependenciesAsync(HealthReport report, SiteProfile site)
    {
        foreach (var system in report.Systems)
        {
            var name = DependencyName.OfSystem(system.System, system.Element);
            if (system.Down is null && !_seenDown.Contains(name))
            {
                continue;
            }

            _seenDown.Add(name);
            if ((await SawAsync(name, report, system.Down)).IsSettledUp)
            {
                _seenDown.Remove(name);
            }
        }

        var edgesDown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var edge in report.Edges.Where(e => e.State != ProbeState.Unchecked))
        {
            var name = DependencyName.OfEdge(edge.Edge, EdgeProbes.SourceOf(site));
            if ((await SawAsync(name, report, edge.State == ProbeState.Unreachable ? edge.Detail : null)).IsDown)
            {
                edgesDown.Add(edge.Edge);
            }
        }

        return edgesDown;
    }

    private Task<DependencyView> SawAsync(DependencyName name, HealthReport report, string? down) =>
        GrainFactory.GetGrain<IDependencyGrain>(name.ToString()).SawAsync(report.Trunk, down, report.At);

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Trunk {Trunk} went from {Before} to {Now}: {Sentence}")]
        public static partial void StateChanged(ILogger logger, string trunk, HealthState? before, HealthState? now, string sentence);
    }
}
