using TrunkBot.Diagnostics.Calls;

namespace TrunkBot.CommandLine;

/// <summary>The bot's own budget of test calls, in its database: what a command calls counts too.</summary>
internal sealed class SharedBudget : ICallBudget
{
    /// <exception cref="InputException">The database can't be read; the message says why.</exception>
    public Task<CallShare?> TakeAsync(DateOnly day, IReadOnlyList<CallShare> shares, CancellationToken cancellationToken) =>
        BotStore.ReadAsync(store => store.GetRequiredService<ICallBudget>().TakeAsync(day, shares, cancellationToken));

    /// <exception cref="InputException">The database can't be read; the message says why.</exception>
    public Task<DateTimeOffset> SlotAsync(string account, DateTimeOffset now, TimeSpan spacing, CancellationToken cancellationToken) =>
        BotStore.ReadAsync(store => store.GetRequiredService<ICallBudget>().SlotAsync(account, now, spacing, cancellationToken));
}
