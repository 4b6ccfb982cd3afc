namespace TrunkBot.Diagnostics.Alerts;

public enum AlertStatus
{
    Firing,

    /// <summary>Somebody took it on at the source itself.</summary>
    Acknowledged,

    Resolved,
}

/// <summary>What one source says of one alert, whatever its format. All texts are hostile: they come from labels that anybody may have written.</summary>
public sealed record Alert
{
    /// <summary>Name of the format, such as <c>alertmanager</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The source's own id of the alert, the same for as long as it lives.</summary>
    public required string Id { get; init; }

    /// <summary>What happened to it, as an id that a repeat of the same message has too.</summary>
    public required string Event { get; init; }

    public required AlertStatus Status { get; init; }

    public required string Title { get; init; }

    public string Description { get; init; } = "";

    /// <summary>One of <see cref="Severities"/>.</summary>
    public string Severity { get; init; } = Severities.Unknown;

    /// <summary>Since when, as the source says; null when it doesn't.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The alert at its source; https only, null when there is none.</summary>
    public Uri? Link { get; init; }

    /// <summary>Who acted at the source; null when nobody did or it doesn't say.</summary>
    public string? By { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Source and id in one key.</summary>
    public string Key => KeyOf(Source, Id);

    public static string KeyOf(string source, string id) => $"{source}:{id}";
}

/// <summary>How bad, in words that all sources share.</summary>
public static class Severities
{
    public const string Critical = "critical";
    public const string Error = "error";
    public const string Warning = "warning";
    public const string Info = "info";
    public const string Unknown = "unknown";

    /// <summary>What sources and their users write: Prometheus' usual labels, Opsgenie's and PagerDuty's priorities, PagerDuty's urgency.</summary>
    public static string Of(string? written) => written?.Trim().ToUpperInvariant() switch
    {
        "CRITICAL" or "CRIT" or "PAGE" or "EMERGENCY" or "FATAL" or "P1" or "HIGH" => Critical,
        "ERROR" or "MAJOR" or "P2" => Error,
        "WARNING" or "WARN" or "MINOR" or "P3" or "LOW" => Warning,
        "INFO" or "INFORMATIONAL" or "NONE" or "P4" or "P5" => Info,
        _ => Unknown,
    };
}
