using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Chat.Tests;

/// <summary>What was seen, as a test says.</summary>
internal sealed class FakeHistory : IHealthHistory
{
    public List<TrunkNow> Now { get; } = [];

    public List<HealthPiece> Pieces { get; } = [];

    public List<TestCall> Calls { get; } = [];

    public Task AmendCallAsync(string trunk, DateTimeOffset startedAt, Func<TestCall, TestCall> change, CancellationToken cancellationToken)
    {
        foreach (var at in Enumerable.Range(0, Calls.Count).Where(i => Calls[i].StartedAt == startedAt))
        {
            Calls[at] = change(Calls[at]);
        }

        return Task.CompletedTask;
    }

    public HealthOverview Overview { get; set; } = new(Enum.GetValues<HealthState>().ToDictionary(s => s, _ => 0), 0, [], [], null);

    public Task AddAsync(HealthBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TrunkNow?> FindAsync(string trunk, CancellationToken cancellationToken) => Task.FromResult(Now.FirstOrDefault(n => n.Trunk == trunk));

    public Task<HealthOverview> OverviewAsync(int most, CancellationToken cancellationToken) => Task.FromResult(Overview with { Worst = [.. Overview.Worst.Take(most)] });

    public Task<IReadOnlyList<TrunkNow>> ListAsync(int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<HealthPiece>> ReadAsync(string trunk, DateTimeOffset from, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HealthPiece>>([.. Pieces.Where(p => p.Start >= from)]);

    public Task<IReadOnlyList<TestCall>> CallsAsync(string trunk, int most, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<TestCall>>([.. Calls.Take(most)]);

    public Task<IReadOnlyList<PlacedCall>> LastCallsAsync(DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ThinAsync(HealthAges ages, CancellationToken cancellationToken) => throw new NotSupportedException();
}
