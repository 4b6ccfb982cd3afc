using System.Text.Json.Serialization;

namespace TrunkBot.Diagnostics.Schedules;

/// <summary>Test calls of one trunk that are placed without anybody asking each time. A trunk has one schedule at most.</summary>
/// <param name="Trunk">As it is spelt.</param>
/// <param name="Site">Whose clock counts.</param>
/// <param name="Cron">Five fields.</param>
/// <param name="When">The same as somebody said it, such as <c>weekdays 06:00</c>.</param>
/// <param name="By">Account of who asked for it.</param>
/// <param name="Name">What they are called.</param>
public sealed record TestSchedule(string Trunk, string Site, string Cron, string When, string By, string Name, DateTimeOffset Since)
{
    /// <summary>The newest due time that was dealt with; what was due before is never made up for.</summary>
    public DateTimeOffset Handled { get; init; }

    /// <summary>What became of it; null while none was due.</summary>
    public ScheduledRun? Last { get; init; }

    /// <summary>Calls in a row that did not pass, up to now.</summary>
    public int Failures { get; init; }

    [JsonIgnore]
    public string Key => KeyOf(Trunk);

    public static string KeyOf(string trunk) => trunk.ToUpperInvariant();
}

/// <summary>What became of one due time.</summary>
/// <param name="Detail">In a sentence: the call's own, or why there was none.</param>
public sealed record ScheduledRun(DateTimeOffset Due, RunResult Result, string Detail);

public enum RunResult
{
    /// <summary>The call is under way; long after, it was broken off by the end of the program, and is not made up for.</summary>
    Started,

    /// <summary>Two-way audio is proven.</summary>
    Passed,

    Failed,

    /// <summary>There was no call: the test subscriber could not register, or the site has none.</summary>
    NotPlaced,

    /// <summary>Maintenance, or a change at work on the trunk.</summary>
    Skipped,

    /// <summary>The policy does not let a call that nobody asked for be placed to that number.</summary>
    Refused,

    /// <summary>The bot was down, or too busy, for too long after it.</summary>
    Missed,
}

/// <summary>The schedules of all trunks.</summary>
public interface ITestSchedules
{
    /// <summary>By the trunk's name.</summary>
    Task<IReadOnlyList<TestSchedule>> ListAsync(CancellationToken cancellationToken);

    /// <param name="trunk">Its name, case ignored.</param>
    Task<TestSchedule?> FindAsync(string trunk, CancellationToken cancellationToken);

    /// <summary>In the place of the trunk's earlier one.</summary>
    Task SaveAsync(TestSchedule schedule, CancellationToken cancellationToken);

    /// <summary>Changes one on top of whatever others change at the same time: of several processes that each want the same due time, one gets it.</summary>
    /// <param name="change">Given the newest; null: leave it.</param>
    /// <returns>null when there is none any more, or nothing was to be changed.</returns>
    Task<TestSchedule?> ChangeAsync(string trunk, Func<TestSchedule, TestSchedule?> change, CancellationToken cancellationToken);

    /// <returns>The one that was removed; null when there was none.</returns>
    Task<TestSchedule?> RemoveAsync(string trunk, CancellationToken cancellationToken);
}
