using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Health;

/// <summary>How a trunk is at one moment.</summary>
public sealed record HealthReport
{
    public required string Trunk { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The worst of what was read. <see cref="HealthState.NotAvailable"/> only when nothing at all could be read.</summary>
    public required HealthState Overall { get; init; }

    /// <summary>The overall state in words; names how much could not be read.</summary>
    public required Sentence Sentence { get; init; }

    /// <summary>In the order of a call's way: switch, SBC, Twilio.</summary>
    public required IReadOnlyList<SystemHealth> Systems { get; init; }

    /// <summary>One per edge, in the order of the trunk's edges.</summary>
    public required IReadOnlyList<EdgeProbe> Edges { get; init; }
}

/// <summary>What one system says.</summary>
/// <param name="Problem">Why the system could not be read; null when it was.</param>
public sealed record SystemHealth(string System, IReadOnlyList<StatusLine> Lines, Sentence? Problem)
{
    /// <summary>Which system it is, such as the SBC's name.</summary>
    public string Element { get; init; } = "";

    /// <summary>Why the system as a whole could not be read; null when it could.</summary>
    public Sentence? Down => Problem ?? Lines.FirstOrDefault(l => l.IsOfSystem)?.Detail;

    public HealthState State =>
        Problem is not null ? HealthState.NotAvailable
        : Lines.Any(l => l.State == HealthState.Failed) ? HealthState.Failed
        : Lines.Any(l => l.State == HealthState.Attention) ? HealthState.Attention
        : Lines.Any(l => l.State == HealthState.Ok) ? HealthState.Ok
        : HealthState.NotAvailable;
}
