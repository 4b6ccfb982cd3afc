namespace TrunkBot.Diagnostics.Calls;

/// <summary>What test calls used up of a day, over restarts and for all processes of one database. Implemented by the store.</summary>
public interface ICallBudget
{
    /// <summary>Takes every share from what is left of a day, or none at all.</summary>
    /// <param name="day">UTC.</param>
    /// <returns>The first share that is more than is left; null when all were taken.</returns>
    Task<CallShare?> TakeAsync(DateOnly day, IReadOnlyList<CallShare> shares, CancellationToken cancellationToken);
}

/// <param name="Key">What is limited, such as <c>calls/site/denver</c>.</param>
/// <param name="Amount">Calls or minutes that are wanted.</param>
/// <param name="Limit">Of a day.</param>
/// <param name="Setting">Where the limit is set.</param>
public sealed record CallShare(string Key, int Amount, int Limit, string Setting);
