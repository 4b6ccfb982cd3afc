namespace TrunkBot.Diagnostics.Calls;

/// <summary>What all processes of one database share of test calls, over restarts: what is left of a day, and when the next call may begin. Implemented by the store.</summary>
public interface ICallBudget
{
    /// <summary>Takes every share from what is left of a day, or none at all.</summary>
    /// <param name="day">UTC.</param>
    /// <returns>The first share that is more than is left; null when all were taken.</returns>
    Task<CallShare?> TakeAsync(DateOnly day, IReadOnlyList<CallShare> shares, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the next free moment at which a call of an account may begin; the one after it is <paramref name="spacing"/> later. Moments are given in the order in which
    /// they are asked for, and one that its taker does not use passes by itself.
    /// </summary>
    /// <param name="account">Whose rate it is: <c>twilio/ACCOUNT</c>.</param>
    /// <param name="now">By the taker's clock: processes that share a rate must agree about the time, or their calls are nearer to each other by the difference.</param>
    /// <returns><paramref name="now"/>, or when it will be.</returns>
    Task<DateTimeOffset> SlotAsync(string account, DateTimeOffset now, TimeSpan spacing, CancellationToken cancellationToken);
}

/// <param name="Key">What is limited, such as <c>calls/site/denver</c>.</param>
/// <param name="Amount">Calls or minutes that are wanted.</param>
/// <param name="Limit">Of a day.</param>
/// <param name="Setting">Where the limit is set.</param>
public sealed record CallShare(string Key, int Amount, int Limit, string Setting);
