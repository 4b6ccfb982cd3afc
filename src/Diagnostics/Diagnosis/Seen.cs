using TrunkBot.Diagnostics.Findings;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>What one check, or several together, saw: what is wrong, what is in order, what could not be looked at.</summary>
internal sealed record Seen(IReadOnlyList<Cause> Wrong, IReadOnlyList<RuledOut> RuledOut, IReadOnlyList<NotChecked> NotChecked)
{
    public static Seen Nothing { get; } = new([], [], []);

    public static Seen Not(string where, Sentence what, Sentence why) => new([], [], [new(where, what, why)]);

    /// <param name="missed">Null: the check ended without a word.</param>
    public static Seen Not(string where, Sentence what, Missed? missed) => new([], [], [new(where, what, missed?.Why ?? "no result") { IsLate = missed is { IsLate: true } }]);

    public static Seen operator +(Seen one, Seen other) => new([.. one.Wrong, .. other.Wrong], [.. one.RuledOut, .. other.RuledOut], [.. one.NotChecked, .. other.NotChecked]);

    /// <summary>Lines that one system gave.</summary>
    public static Seen Of(string system, IReadOnlyList<StatusLine> lines) => new(
        [.. lines.Where(l => l.State is HealthState.Failed or HealthState.Attention).Select(l => Of(system, l))],
        [.. lines.Where(l => l.State == HealthState.Ok).Select(l => new RuledOut(system, l.What, l.Detail))],
        [.. lines.Where(l => l.State == HealthState.NotAvailable).Select(l => new NotChecked(system, l.What, l.Detail))]);

    private static Cause Of(string system, StatusLine line)
    {
        var finding = FindingCatalogue.Find(line.Code ?? "") ?? Unlisted(system, line);
        return new Cause(finding, system, line.What, line.Detail, line.Fix ?? finding.Fix) { Edge = line.Edge };
    }

    /// <summary>A rare code of a driver: why a system could not be read, mostly. It says for itself what to do.</summary>
    private static Finding Unlisted(string system, StatusLine line) => new()
    {
        Code = line.Code ?? "no-code",
        Title = $"{system} can't be read",
        Severity = line.State == HealthState.Failed ? FindingSeverity.BlindsUs : FindingSeverity.Warns,
        Place = CallWay.PlaceOf(system) switch { 0 or 1 => FindingPlace.Switch, 2 => FindingPlace.Sbc, _ => FindingPlace.Twilio },
        DependsOn = [],
        Evidence = "",
        Cause = "",
        Fix = line.Fix ?? $"no fix is known",
        Who = FindingFixer.Us,
        Source = "",
    };
}
