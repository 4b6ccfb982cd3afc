using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Diagnostics.Schedules;

/// <summary>Test calls by a timetable. Section <c>ScheduledTests</c>.</summary>
public sealed class ScheduleOptions : IValidatableObject
{
    public const string Section = "ScheduledTests";

    /// <summary>Over how long trunks with the same times are spread after them.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "04:00:00")]
    public TimeSpan SpreadOver { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Least time between two calls of one trunk.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan LeastInterval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>A call that could not begin within this after its time is not placed at all.</summary>
    [Range(typeof(TimeSpan), "00:02:00", "1.00:00:00")]
    public TimeSpan AtMostLate { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Calls in a row that must fail before there is an alert.</summary>
    [Range(1, 20)]
    public int AlertAfter { get; set; } = 1;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SpreadOver > LeastInterval)
        {
            yield return new ValidationResult("must be at most LeastInterval: a trunk must not be due again before its place in the spread", [nameof(SpreadOver)]);
        }
    }
}
