using Microsoft.EntityFrameworkCore;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Calls;

/// <summary>
/// A counter for each limit and day. Each is raised by one statement that looks at the limit itself, so that of two processes that want the last call one gets it.
/// Days that are over are forgotten.
/// </summary>
internal sealed class CallBudgetStore(IDatabase database) : ICallBudget
{
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
}

internal sealed class CallBudgetRow
{
    /// <summary>Days since 0001-01-01, UTC.</summary>
    public int Day { get; set; }

    public required string Key { get; set; }

    /// <summary>Calls or minutes.</summary>
    public int Used { get; set; }
}
