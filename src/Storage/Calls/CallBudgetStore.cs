using Microsoft.EntityFrameworkCore;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Calls;

/// <summary>
/// A counter for each limit and day, and the next free moment of each account. Each is raised by one statement that looks at the limit itself, so that of two processes that want the last call one gets it.
/// Days that are over are forgotten.
/// </summary>
/// <remarks>The row of an account is the queue: whoever comes takes the moment that stands there and leaves the one after it, in one statement.</remarks>
internal sealed class CallBudgetStore(IDatabase database) : ICallBudget
{
    /// <summary>A moment further ahead than this was written by a clock that was wrong: nobody waits for it.</summary>
    private static readonly TimeSpan Farthest = TimeSpan.FromHours(1);

    public async Task<CallShare?> TakeAsync(DateOnly day, IReadOnlyList<CallShare> shares, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.CallBudgets.Where(b => b.Day < day.DayNumber - 1).ExecuteDeleteAsync(cancellationToken);

        // Always in one order: two that want the same counters wait for each other, and never in a circle.
        foreach (var share in shares.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var taken = share.Amount > share.Limit ? 0 : await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO call_budget ("Day", "Key", "Used") VALUES ({day.DayNumber}, {share.Key}, {share.Amount})
                ON CONFLICT ("Day", "Key") DO UPDATE SET "Used" = call_budget."Used" + {share.Amount} WHERE call_budget."Used" + {share.Amount} <= {share.Limit}
                """,
                cancellationToken);
            if (taken == 0)
            {
                await transaction.RollbackAsync(cancellationToken);
                return share;
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    public async Task<DateTimeOffset> SlotAsync(string account, DateTimeOffset now, TimeSpan spacing, CancellationToken cancellationToken)
    {
        var (begin, end, step) = (now.UtcTicks, (now + Farthest).UtcTicks, spacing.Ticks);
        await using var context = database.Open();
        var next = await context.Database.SqlQuery<long>(
            $"""
            INSERT INTO call_slots ("Account", "Next") VALUES ({account}, {begin + step})
            ON CONFLICT ("Account") DO UPDATE SET "Next" = {step} + CASE WHEN call_slots."Next" BETWEEN {begin} AND {end} THEN call_slots."Next" ELSE {begin} END
            RETURNING "Next" AS "Value"
            """).ToListAsync(cancellationToken);
        return new DateTimeOffset(next[0] - step, TimeSpan.Zero);
    }
}

internal sealed class CallBudgetRow
{
    /// <summary>Days since 0001-01-01, UTC.</summary>
    public int Day { get; set; }

    public required string Key { get; set; }

    /// <summary>Calls or minutes.</summary>
    public int Used { get; set; }
}

internal sealed class CallSlotRow
{
    /// <summary>Such as <c>twilio/ACCOUNT</c>.</summary>
    public required string Account { get; set; }

    /// <summary>When its next call may begin: ticks (100 ns) since 0001-01-01, UTC.</summary>
    public long Next { get; set; }
}
