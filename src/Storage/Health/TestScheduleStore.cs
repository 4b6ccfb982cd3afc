using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Places;

namespace TrunkBot.Storage.Health;

/// <summary>Schedules of test calls, one row a trunk.</summary>
internal sealed class TestScheduleStore(IDatabase database) : ITestSchedules
{
    public async Task<IReadOnlyList<TestSchedule>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.TestSchedules.AsNoTracking().OrderBy(s => s.Key).Select(s => s.Json).ToListAsync(cancellationToken);
        return [.. rows.Select(Read)];
    }

    public async Task<TestSchedule?> FindAsync(string trunk, CancellationToken cancellationToken)
    {
        var key = TestSchedule.KeyOf(trunk);
        await using var context = database.Open();
        return await context.TestSchedules.AsNoTracking().Where(s => s.Key == key).Select(s => s.Json).SingleOrDefaultAsync(cancellationToken) is { } json ? Read(json) : null;
    }

    public Task SaveAsync(TestSchedule schedule, CancellationToken cancellationToken) =>
        database.UpsertAsync(schedule.Key, () => new TestScheduleRow { Key = schedule.Key }, row => row.Json = Write(schedule), cancellationToken);

    public async Task<TestSchedule?> ChangeAsync(string trunk, Func<TestSchedule, TestSchedule?> change, CancellationToken cancellationToken)
    {
        TestSchedule? changed = null;
        return await database.ChangeAsync<TestScheduleRow>(TestSchedule.KeyOf(trunk), Apply, cancellationToken) ? changed : null;

        bool Apply(TestScheduleRow row)
        {
            changed = change(Read(row.Json));
            row.Json = changed is null ? row.Json : Write(changed);
            return changed is not null;
        }
    }

    public async Task<TestSchedule?> RemoveAsync(string trunk, CancellationToken cancellationToken)
    {
        var standing = await FindAsync(trunk, cancellationToken);
        var key = TestSchedule.KeyOf(trunk);
        await using var context = database.Open();
        return await context.TestSchedules.Where(s => s.Key == key).ExecuteDeleteAsync(cancellationToken) > 0 ? standing : null;
    }

    private static string Write(TestSchedule schedule) => JsonSerializer.Serialize(schedule, ChatJson.Options);

    private static TestSchedule Read(string json) => JsonSerializer.Deserialize<TestSchedule>(json, ChatJson.Options)!;
}

internal sealed class TestScheduleRow : KeyedRow;
