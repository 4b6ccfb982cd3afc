using TrunkBot.Diagnostics.Schedules;

namespace TrunkBot.Chat.Tests;

/// <summary>Schedules in memory.</summary>
internal sealed class FakeSchedules : ITestSchedules
{
    private readonly SortedDictionary<string, TestSchedule> all = new(StringComparer.OrdinalIgnoreCase);

    public Task<IReadOnlyList<TestSchedule>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<TestSchedule>>([.. all.Values]);

    public Task<TestSchedule?> FindAsync(string trunk, CancellationToken cancellationToken) => Task.FromResult(all.GetValueOrDefault(trunk));

    public Task SaveAsync(TestSchedule schedule, CancellationToken cancellationToken)
    {
        all[schedule.Trunk] = schedule;
        return Task.CompletedTask;
    }

    public Task<TestSchedule?> ChangeAsync(string trunk, Func<TestSchedule, TestSchedule?> change, CancellationToken cancellationToken)
    {
        var changed = all.TryGetValue(trunk, out var standing) ? change(standing) : null;
        if (changed is not null)
        {
            all[trunk] = changed;
        }

        return Task.FromResult(changed);
    }

    public Task<TestSchedule?> RemoveAsync(string trunk, CancellationToken cancellationToken) =>
        Task.FromResult(all.Remove(trunk, out var removed) ? removed : null);
}
