namespace TrunkBot.Diagnostics.Health;

/// <summary>How trunks were. What is older is kept in coarser pieces.</summary>
public interface IHealthHistory
{
    /// <summary>Adds what was seen since the last time, all of it or nothing.</summary>
    Task AddAsync(HealthBatch batch, CancellationToken cancellationToken);

    /// <param name="trunk">Its name, case ignored.</param>
    Task<TrunkNow?> FindAsync(string trunk, CancellationToken cancellationToken);

    /// <summary>Every trunk under management as it was seen last.</summary>
    /// <param name="most">How many trunks are named.</param>
    Task<HealthOverview> OverviewAsync(int most, CancellationToken cancellationToken);

    /// <summary>The trunks that were looked at, by name, so many of them.</summary>
    Task<IReadOnlyList<TrunkNow>> ListAsync(int most, CancellationToken cancellationToken);

    /// <summary>What was measured of a trunk from then on, in pieces as fine as they are kept; by series and time.</summary>
    Task<IReadOnlyList<HealthPiece>> ReadAsync(string trunk, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Its last test calls, the newest first.</summary>
    Task<IReadOnlyList<TestCall>> CallsAsync(string trunk, int most, CancellationToken cancellationToken);

    /// <summary>Adds what became known of a test call later. One that is not kept, or not any more, is passed over.</summary>
    Task AmendCallAsync(string trunk, DateTimeOffset startedAt, Func<TestCall, TestCall> change, CancellationToken cancellationToken);

    /// <summary>The last test call of each trunk that had one since then.</summary>
    Task<IReadOnlyList<PlacedCall>> LastCallsAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Puts what is old into coarser pieces, and forgets what is older than it is to be kept.</summary>
    Task ThinAsync(HealthAges ages, CancellationToken cancellationToken);
}

/// <summary>What is older than these moments goes on.</summary>
/// <param name="Singles">Single values into pieces of five minutes.</param>
/// <param name="FiveMinutes">Those into pieces of an hour.</param>
/// <param name="Hours">Those, and test calls, are forgotten.</param>
public sealed record HealthAges(DateTimeOffset Singles, DateTimeOffset FiveMinutes, DateTimeOffset Hours);

/// <summary>What is added at once.</summary>
/// <param name="Now">The newest of each trunk that was looked at.</param>
public sealed record HealthBatch(IReadOnlyList<TrunkNow> Now, IReadOnlyList<HealthSample> Samples, IReadOnlyList<PlacedCall> Calls);

/// <param name="Trunk">Its name; read back, in upper case.</param>
public sealed record PlacedCall(string Trunk, TestCall Call);

/// <summary>Values of one series over some time; a single value where none were put together.</summary>
/// <param name="Width">Zero for a single value.</param>
public sealed record HealthPiece(string Series, DateTimeOffset Start, TimeSpan Width, long Count, double Least, double Sum, double Most)
{
    public double Mean => Sum / Count;
}

/// <summary>All trunks under management.</summary>
/// <param name="Counts">How many are in each state, of those that were looked at.</param>
/// <param name="Unseen">How many were never looked at.</param>
/// <param name="Down">What is down, and how many trunks are behind it; the most first.</param>
/// <param name="Worst">The worst first; those in trouble of their own before those that are only behind something that is down.</param>
/// <param name="Oldest">When the trunk was looked at that was not looked at for the longest time.</param>
public sealed record HealthOverview(
    IReadOnlyDictionary<HealthState, int> Counts, int Unseen, IReadOnlyList<(string What, int Trunks)> Down, IReadOnlyList<TrunkNow> Worst, DateTimeOffset? Oldest);
