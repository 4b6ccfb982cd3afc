using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Findings;

namespace TrunkBot.Diagnostics.Alarms;

/// <summary>What an alarm means by the site's rules.</summary>
/// <param name="Alert">null: no rule fits.</param>
/// <param name="Slow">Rules that took too long and were left out.</param>
public sealed record AlarmMeaning(string? Rule, Alert? Alert, IReadOnlyList<string> Slow);

/// <summary>
/// The site's rules: which of what devices say is an alert, and when it is over. What raises a thing and what clears it have the same rule, and the same values of the groups that
/// both name: so they are one alert.
/// </summary>
public sealed partial class AlarmRules
{
    private readonly IReadOnlyList<Rule> rules;

    public AlarmRules(IOptions<AlarmOptions> options) => rules = [.. options.Value.Rules.Select(r => new Rule(r))];

    public AlarmMeaning Read(Alarm alarm)
    {
        List<string> slow = [];
        foreach (var rule in rules.Where(r => r.Settings.Source.Length == 0 || r.Settings.Source == alarm.Source))
        {
            // What clears is asked first: "is up" is a part of many a sentence that says that something is not.
            foreach (var (conditions, status) in ((IReadOnlyList<Condition>, AlertStatus)[])[(rule.Clear, AlertStatus.Resolved), (rule.Raise, AlertStatus.Firing)])
            {
                try
                {
                    if (conditions.Count > 0 && Match(conditions, alarm) is { } groups)
                    {
                        return new AlarmMeaning(rule.Settings.Name, AlertOf(rule, alarm, status, groups), slow);
                    }
                }
                catch (RegexMatchTimeoutException)
                {
                    slow.Add(rule.Settings.Name);
                }
            }
        }

        return new AlarmMeaning(null, null, slow);
    }

    /// <summary>The values of the named groups when all conditions hold; else null.</summary>
    private static Dictionary<string, string>? Match(IReadOnlyList<Condition> conditions, Alarm alarm)
    {
        var groups = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var condition in conditions)
        {
            if (ValueOf(alarm, condition.Field) is not { } value)
            {
                return null;
            }

            if (condition.Pattern is not { } pattern)
            {
                if (!string.Equals(value, condition.EqualTo, StringComparison.OrdinalIgnoreCase))
                {
                    return null;
                }

                continue;
            }

            if (pattern.Match(value) is not { Success: true } match)
            {
                return null;
            }

            foreach (var group in match.Groups.Values.Where(g => g.Success && IsNamed(g.Name)))
            {
                groups.TryAdd(group.Name, group.Value.Trim());
            }
        }

        return groups;
    }

    private static string? ValueOf(Alarm alarm, string field) =>
        field.Equals("from", StringComparison.OrdinalIgnoreCase) ? alarm.From
        : field.EndsWith(".*", StringComparison.Ordinal) ? alarm.Fields.FirstOrDefault(f => f.Key.StartsWith(field[..^1], StringComparison.OrdinalIgnoreCase)).Value
        : alarm.Fields.GetValueOrDefault(field);

    private static Alert AlertOf(Rule rule, Alarm alarm, AlertStatus status, Dictionary<string, string> groups)
    {
        var settings = rule.Settings;
        var same = string.Join('|', rule.Same.Select(g => groups.GetValueOrDefault(g, "")));
        var id = Cut(string.Join('|', ((string[])[settings.Name, settings.PerSender ? alarm.From : "", same]).Where(p => p.Length > 0)), 190);
        var finding = FindingCatalogue.Find(settings.Finding);
        var labels = groups.Where(g => g.Value.Length > 0).Take(32).ToDictionary(g => Cut(g.Key, 60), g => Cut(g.Value, 300), StringComparer.OrdinalIgnoreCase);
        labels.TryAdd("from", alarm.From);
        if (alarm.Fields.TryGetValue("host", out var host))
        {
            labels.TryAdd("host", Cut(host, 300));
        }

        return new Alert
        {
            Source = alarm.Source,
            Id = id,
            Event = string.Create(CultureInfo.InvariantCulture, $"{id}/{status}/{alarm.At.ToUnixTimeMilliseconds()}"),
            Status = status,
            Title = Cut(settings.Title.Length > 0 ? Filled(settings.Title, groups, alarm) : settings.Name, 300),
            Description = Cut(alarm.Fields.GetValueOrDefault("text") ?? "", 1000) + (finding is null ? "" : $"\n{finding.Code}: {finding.Cause} {finding.Fix}"),
            Severity = settings.Severity.Length > 0 ? settings.Severity : alarm.Source == AlertSources.Syslog ? SyslogMessage.SeverityOf(alarm.Fields.GetValueOrDefault("severity")) : Severities.Warning,
            Since = alarm.At,
            Labels = labels,
        };
    }

    /// <summary>Labels and fields in the place of their names in braces; what is not said leaves a question mark.</summary>
    private static string Filled(string title, Dictionary<string, string> groups, Alarm alarm) =>
        Braces().Replace(title, m => groups.GetValueOrDefault(m.Groups[1].Value) ?? ValueOf(alarm, m.Groups[1].Value) ?? "?");

    private static string Cut(string text, int most) => AlertJson.Cut(text, most);

    private static bool IsNamed(string group) => !char.IsAsciiDigit(group[0]);

    [GeneratedRegex(@"\{([^{}]{1,100})\}")]
    private static partial Regex Braces();

    private sealed record Condition(string Field, string EqualTo, Regex? Pattern)
    {
        public IEnumerable<string> Groups => Pattern?.GetGroupNames().Where(IsNamed) ?? [];
    }

    private sealed class Rule(AlarmRule settings)
    {
        public AlarmRule Settings => settings;

        public IReadOnlyList<Condition> Raise { get; } = [.. settings.Raise.Select(Of)];

        public IReadOnlyList<Condition> Clear { get; } = [.. settings.Clear.Select(Of)];

        /// <summary>The groups that tell one thing from another: those of what raises that what clears knows too.</summary>
        public IReadOnlyList<string> Same => [.. Raise.SelectMany(c => c.Groups).Where(g => Clear.Count == 0 || Clear.Any(c => c.Groups.Contains(g))).Distinct().Order(StringComparer.Ordinal)];

        private static Condition Of(AlarmCondition condition) => new(condition.Field, condition.EqualTo, condition.Pattern.Length > 0 ? TextPattern.Of(condition.Pattern) : null);
    }
}
