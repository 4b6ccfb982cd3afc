using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Benchmarks.Watch;

/// <summary>The three systems of every site: they take as long as real ones might, and are well. An SBC is read once for all who ask within a while, as the real driver does.</summary>
internal sealed class SimulatedSystems
{
    private readonly ConcurrentDictionary<string, int> _looks = new(StringComparer.Ordinal);
    private int _sbcReads;

    public int SbcReads => _sbcReads;

    public int Looks => _looks.Values.Sum();

    /// <summary>Trunks that were looked at.</summary>
    public int Trunks => _looks.Count;

    public void Reset()
    {
        _looks.Clear();
        _sbcReads = 0;
    }

    public void AddTo(IServiceCollection services) => services
        .AddSingleton<IStatusReader>(new Reader("Metaswitch CFS", this, TimeSpan.FromMilliseconds(50), 4))
        .AddSingleton<IStatusReader>(new Sbc(this))
        .AddSingleton<IStatusReader>(new Reader("Twilio", null, TimeSpan.FromMilliseconds(200), 8));

    private static List<StatusLine> Lines(string system, TrunkIntent intent, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new StatusLine(HealthState.Ok, $"{system} thing {i} of {intent.Name}", "as it should be"))];

    private sealed class Reader(string system, SimulatedSystems? counted, TimeSpan takes, int lines) : IStatusReader
    {
        public string System => system;

        public async Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
        {
            counted?._looks.AddOrUpdate(intent.Name, 1, static (_, n) => n + 1);
            await Task.Delay(takes, TimeProvider.System, cancellationToken);
            return Lines(system, intent, lines);
        }
    }

    private sealed class Sbc(SimulatedSystems counted) : IStatusReader
    {
        private static readonly TimeSpan Takes = TimeSpan.FromSeconds(1);
        private readonly SharedRead<string> _shared = new(TimeProvider.System);

        public string System => "Perimeta";

        public string ElementOf(SiteProfile site) => site.Perimeta.Element;

        public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => WatchAsync(intent, site, default, cancellationToken);

        public async Task<IReadOnlyList<StatusLine>> WatchAsync(TrunkIntent intent, SiteProfile site, ReadAges ages, CancellationToken cancellationToken)
        {
            await _shared.GetAsync(
                site.Perimeta.Element,
                ages.Shared,
                async () =>
                {
                    Interlocked.Increment(ref counted._sbcReads);
                    await Task.Delay(Takes, TimeProvider.System, CancellationToken.None);
                    return "configuration";
                },
                cancellationToken);
            return Lines(System, intent, 6);
        }
    }
}
