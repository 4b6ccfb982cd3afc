using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Diagnostics.Health;

/// <summary>How trunks are watched between questions. Section <c>Health</c>.</summary>
public sealed class HealthOptions : IValidatableObject
{
    public const string Section = "Health";

    /// <summary>Seconds between two looks at a trunk; 0: not watched.</summary>
    [Range(0, 86400)]
    public int IntervalSeconds { get; set; } = 60;

    /// <summary>Looks of the last <see cref="OfLooks"/> that must be worse before a state gets worse.</summary>
    [Range(1, 20)]
    public int WorseLooks { get; set; } = 2;

    /// <summary>Looks of the last <see cref="OfLooks"/> that must be better before a state gets better.</summary>
    [Range(1, 20)]
    public int BetterLooks { get; set; } = 2;

    /// <summary>Looks that are counted; those before the last change of state never are.</summary>
    [Range(1, 20)]
    public int OfLooks { get; set; } = 3;

    /// <summary>Changes of state within <see cref="FlapWindow"/> by which a state is flapping.</summary>
    [Range(2, 100)]
    public int FlapChanges { get; set; } = 4;

    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan FlapWindow { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a flapping state must stay the same before it is calm again.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan CalmAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether what fails is an alert, with a card in the conversation for alerts; followers are told in any case.</summary>
    public bool Alerts { get; set; } = true;

    /// <summary>Trunks for which an edge must be silent before it counts as the edge's own trouble, and not as that of one trunk.</summary>
    [Range(2, 1000)]
    public int EdgeTrunks { get; set; } = 2;

    /// <summary>How old what was read of a system may be to serve another trunk that is watched.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan SharedFor { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How old what was read of one trunk alone, and changes only when somebody configures it, may be while it says that all is well.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromMinutes(5);

    public ReadAges Ages => new(SharedFor, KeptFor);

    /// <summary>How long single values are kept; then they are put together in pieces of five minutes.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan SinglesFor { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How old pieces of five minutes get; then they are put together in pieces of an hour.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan FiveMinutesFor { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How old pieces of an hour, and test calls, get; then they are forgotten.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan HoursFor { get; set; } = TimeSpan.FromDays(400);

    public HealthAges AgesAt(DateTimeOffset now) => new(now - SinglesFor, now - FiveMinutesFor, now - HoursFor);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WorseLooks > OfLooks || BetterLooks > OfLooks)
        {
            yield return new ValidationResult("must be at least as many as WorseLooks and BetterLooks", [nameof(OfLooks)]);
        }

        if (FiveMinutesFor < SinglesFor || HoursFor < FiveMinutesFor)
        {
            yield return new ValidationResult("must be at least FiveMinutesFor, which must be at least SinglesFor", [nameof(HoursFor)]);
        }
    }
}
