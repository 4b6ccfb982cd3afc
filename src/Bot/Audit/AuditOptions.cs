using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Audit;

/// <summary>How long the audit trail is kept in the database, and where it goes then.</summary>
public sealed class AuditOptions : IValidatableObject
{
    public const string Section = "Audit";

    /// <summary>The least that may be set: a trail that forgets within a year is of no use to who asks a year later.</summary>
    public const int LeastDays = 365;

    /// <summary>Days after which records leave the database for a file; 0: never.</summary>
    [Range(0, 36500)]
    public int KeepDays { get; set; }

    /// <summary>Folder of these files; a relative path counts from the folder in which the bot is started. Empty: <c>audit</c> in the data folder.</summary>
    public string ArchiveDirectory { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeepDays is > 0 and < LeastDays)
        {
            yield return new($"must be 0 (for ever) or at least {LeastDays}", [nameof(KeepDays)]);
        }
    }
}
