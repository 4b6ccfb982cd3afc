using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Health;

namespace TrunkBot.Bot.Tests.Health;

public sealed class HealthLogTests : IHealthHistory, IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider time = new(Noon);
    private readonly List<HealthBatch> batches = [];
    private readonly HealthLog log;
    private bool isAway;

    public HealthLogTests() => log = new HealthLog(this, new HealthOptions(), time, NullLogger<HealthLog>.Instance);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Looks_are_written_together_the_newest_of_each_trunk_and_every_value()
    {
        Look("a", 0);
        Look("a", 1);
        Look("b", 1);

        await log.FlushAsync(Ct);
        await log.FlushAsync(Ct);

        var batch = Assert.Single(batches);
        Assert.Equal([("a", Noon.AddMinutes(1)), ("b", Noon.AddMinutes(1))], batch.Now.Select(n => (n.Trunk, n.At)));
        Assert.Equal(["a state 2", "a up:umatilla 1", "a rtt:umatilla 23", "a state 2", "a up:umatilla 1", "a rtt:umatilla 23", "b state 2", "b up:umatilla 1", "b rtt:umatilla 23"],
            batch.Samples.Select(s => $"{s.Trunk} {s.Series} {s.Value}"));
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_the_next_time_with_what_came_since()
    {
        isAway = true;
        Look("a", 0);
        log.Called("a", Call());
        await log.FlushAsync(Ct);
        isAway = false;
        Look("a", 1);

        await log.FlushAsync(Ct);

        var batch = Assert.Single(batches);
        Assert.Equal(Noon.AddMinutes(1), Assert.Single(batch.Now).At);
        Assert.Equal(10, batch.Samples.Count);
        Assert.Single(batch.Calls);
    }

    [Fact]
    public async Task A_call_is_kept_whole_and_its_values_are_without_those_that_were_not_measured()
    {
        log.Called("a", Call());
        log.Called("a", Call() with { Outcome = CallOutcome.NotPlaced, Audio = AudioVerdict.NotMeasured, PostDialDelayMilliseconds = null, MosEstimated = null });

        await log.FlushAsync(Ct);

        Assert.Equal(2, Assert.Single(batches).Calls.Count);
        Assert.Equal(["call:answered 1", "call:audio 0", "call:pdd 120.5", "call:mos 4.1"], batches[0].Samples.Select(s => FormattableString.Invariant($"{s.Series} {s.Value}")));
    }

    [Fact]
    public async Task A_stop_writes_what_is_left()
    {
        await log.StartAsync(Ct);
        Look("a", 0);

        await log.StopAsync(Ct);

        Assert.Single(batches);
    }

    private void Look(string trunk, int minute)
    {
        var report = new HealthReport
        {
            Trunk = trunk,
            At = Noon.AddMinutes(minute),
            Overall = HealthState.Failed,
            Sentence = "As it was.",
            Systems = [],
            Edges = [new EdgeProbe("umatilla", "h", ProbeState.Up, 200, 23, "OK"), new EdgeProbe("dublin", "h", ProbeState.Unchecked, null, null, "not asked")],
        };
        log.Looked(TrunkNow.After(null, report, "denver", new TrunkWatch(new HealthOptions()), null), report);
    }

    private static TestCall Call() => new()
    {
        To = "1",
        StartedAt = Noon,
        Outcome = CallOutcome.Answered,
        Audio = AudioVerdict.OneWayOut,
        Sentence = "As it was.",
        PostDialDelayMilliseconds = 120.5,
        MosEstimated = 4.1,
    };

    Task IHealthHistory.AddAsync(HealthBatch batch, CancellationToken cancellationToken)
    {
        if (isAway)
        {
            throw new TimeoutException("the store is away");
        }

        batches.Add(batch);
        return Task.CompletedTask;
    }

    Task IHealthHistory.ThinAsync(HealthAges ages, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<TrunkNow?> IHealthHistory.FindAsync(string trunk, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<HealthOverview> IHealthHistory.OverviewAsync(int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<TrunkNow>> IHealthHistory.ListAsync(int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<HealthPiece>> IHealthHistory.ReadAsync(string trunk, DateTimeOffset from, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<TestCall>> IHealthHistory.CallsAsync(string trunk, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task IHealthHistory.AmendCallAsync(string trunk, DateTimeOffset startedAt, Func<TestCall, TestCall> change, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<PlacedCall>> IHealthHistory.LastCallsAsync(DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose() => log.Dispose();
}
