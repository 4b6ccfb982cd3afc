using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Chat.Alerts;

/// <summary>One alert as the bot knows it, from its first message to its end: one card.</summary>
public sealed record AlertRecord
{
    /// <summary><c>ALR-n</c>; given by the store.</summary>
    public string Id { get; init; } = "";

    /// <summary>As its source said last.</summary>
    public required Alert Alert { get; init; }

    /// <summary>Name of its trunk; null when the rules found none, or several.</summary>
    public string? Trunk { get; init; }

    public string? Site { get; init; }

    public string? Customer { get; init; }

    /// <summary>Why that trunk, or why none; in words.</summary>
    public required string Why { get; init; }

    /// <summary>How often it began to fire.</summary>
    public required int Count { get; init; }

    public required DateTimeOffset First { get; init; }

    /// <summary>When the source last said something new.</summary>
    public required DateTimeOffset Last { get; init; }

    /// <summary>Who took it on, and when; null while nobody did since it fired last.</summary>
    public Acknowledgement? Acknowledged { get; init; }

    /// <summary>Where its card stands; null while it was not posted.</summary>
    public ConversationReference? Where { get; init; }

    public string? MessageId { get; init; }

    /// <summary>A diagnosis is to be made, or being made.</summary>
    public bool DiagnosisWanted { get; init; }

    /// <summary>What the last diagnosis said, or why there is none; in one sentence.</summary>
    public string Diagnosis { get; init; } = "";

    public bool IsResolved => Alert.Status == AlertStatus.Resolved;

    /// <summary>What becomes of an alert by the next message of its source.</summary>
    /// <param name="known">As it stands; null for one that is not known.</param>
    /// <param name="sameCardFor">How long after its end it goes on in its card when it fires again.</param>
    public static AlertRecord After(AlertRecord? known, Alert alert, AlertMatch match, string? customer, DateTimeOffset now, TimeSpan sameCardFor)
    {
        var trunk = match.Trunk?.Name;
        if (known is null || (known.IsResolved && alert.Status != AlertStatus.Resolved && now - known.Last > sameCardFor))
        {
            return new AlertRecord
            {
                Alert = alert,
                Trunk = trunk,
                Site = match.Trunk?.Site ?? alert.Labels.GetValueOrDefault("site"),
                Customer = customer,
                Why = match.Why,
                Count = 1,
                First = now,
                Last = now,
                DiagnosisWanted = trunk is not null && alert.Status == AlertStatus.Firing,
            };
        }

        var firesAgain = alert.Status == AlertStatus.Firing && known.IsResolved;
        return known with
        {
            Alert = alert,
            Trunk = trunk ?? known.Trunk,
            Site = match.Trunk?.Site ?? known.Site,
            Customer = customer ?? known.Customer,
            Why = trunk is null && known.Trunk is not null ? known.Why : match.Why,
            Count = known.Count + (firesAgain ? 1 : 0),
            Last = now,
            Acknowledged = firesAgain ? null : known.Acknowledged,
            DiagnosisWanted = alert.Status != AlertStatus.Resolved && (known.DiagnosisWanted || (firesAgain && (trunk ?? known.Trunk) is not null)),
        };
    }
}

/// <param name="By">Account.</param>
/// <param name="Name">As the platform calls the person.</param>
public sealed record Acknowledgement(string By, string Name, DateTimeOffset At);

/// <summary>No notices of a trunk or an alert until then.</summary>
/// <param name="Subject">Name of a trunk, or id of an alert.</param>
/// <param name="Until">null: until the alert is resolved.</param>
/// <param name="Alert">Id of the alert from whose card it came, with whose end it ends when <paramref name="Until"/> is null; null for one that was typed.</param>
public sealed record Silence(string Subject, bool IsTrunk, DateTimeOffset? Until, string? Alert, string By, string Name, DateTimeOffset At)
{
    public string Key => Subject.ToUpperInvariant();

    public bool IsOfTrunk(string? trunk) => IsTrunk && string.Equals(Subject, trunk, StringComparison.OrdinalIgnoreCase);

    public bool IsOf(AlertRecord alert) => IsTrunk ? IsOfTrunk(alert.Trunk) : string.Equals(Subject, alert.Id, StringComparison.OrdinalIgnoreCase);
}
