using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using TrunkBot.Trunks;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>Which trunk an alert is about.</summary>
/// <param name="Trunk">null: none, or more than one.</param>
/// <param name="Candidates">The trunks that it may be, when there are several.</param>
/// <param name="Why">The rule that decided, or why none could; in words.</param>
public sealed record AlertMatch(TrunkIntent? Trunk, IReadOnlyList<string> Candidates, string Why);

/// <summary>Finds the trunk of an alert by the rules of the settings, then by its labels <c>trunk</c>, <c>adjacency</c>, <c>binding</c>, <c>termination</c>, then by a trunk's name as a word. The first rule that finds a trunk decides.</summary>
public sealed class AlertMatching
{
    /// <summary>Shorter names are found by labels and rules only: as a word in a sentence they would match by chance.</summary>
    private const int ShortestWord = 3;

    private readonly IReadOnlyList<(AlertRule Rule, Regex? Pattern, string Name)> rules;

    public AlertMatching(IOptions<AlertOptions> options) => rules =
    [
        .. options.Value.Rules.Select((r, i) => (
            r, r.Pattern.Length > 0 ? TextPattern.Of(r.Pattern) : null, $"rule {i + 1} of the settings ({r.Field})")),
        .. new AlertRule[]
        {
            new() { Field = "trunk" },
            new() { Field = "adjacency", Finds = AlertRuleFinds.Adjacency },
            new() { Field = "binding", Finds = AlertRuleFinds.Binding },
            new() { Field = "termination", Finds = AlertRuleFinds.Termination },
        }.Select(r => (r, (Regex?)null, $"label {r.Field}")),
    ];

    public AlertMatch Match(Alert alert, IReadOnlyList<TrunkIntent> trunks)
    {
        var notes = new List<string>();
        foreach (var (rule, pattern, name) in rules.Where(r => r.Rule.Source.Length == 0 || r.Rule.Source == alert.Source))
        {
            if (Find(alert, rule, pattern, out var slow) is not { Length: > 0 } value)
            {
                if (slow)
                {
                    notes.Add($"{name} took longer than {TextPattern.Limit.TotalMilliseconds:0} ms and was left out");
                }

                continue;
            }

            IReadOnlyList<TrunkIntent> found = [.. trunks.Where(t => Is(t, rule, value))];
            if (found.Count > 0)
            {
                return Decide(found, $"by {name}");
            }

            notes.Add($"{name} says \"{AlertJson.Cut(value, 60)}\", which is no trunk under management");
        }

        var words = Texts(alert).ToList();
        IReadOnlyList<TrunkIntent> named = [.. trunks.Where(t => t.Name.Length >= ShortestWord && words.Any(w => HoldsWord(w, t.Name)))];
        return named.Count > 0
            ? Decide(named, "by its name in the text")
            : new AlertMatch(null, [], notes.Count > 0 ? string.Join("; ", notes) : "no label, no rule and no word names a trunk under management");
    }

    private static AlertMatch Decide(IReadOnlyList<TrunkIntent> found, string how)
    {
        IReadOnlyList<string> names = [.. found.Select(t => t.Name)];
        return found.Count == 1
            ? new AlertMatch(found[0], [], how)
            : new AlertMatch(null, names, $"{how} it may be {string.Join(", ", names.Take(10))}{(names.Count > 10 ? $" or {names.Count - 10} more" : "")}");
    }

    private static string? Find(Alert alert, AlertRule rule, Regex? pattern, out bool tooSlow)
    {
        tooSlow = false;
        foreach (var text in FieldsOf(alert, rule.Field))
        {
            if (pattern is null)
            {
                if (rule.EqualTo.Length == 0 || string.Equals(text.Trim(), rule.EqualTo, StringComparison.OrdinalIgnoreCase))
                {
                    return text.Trim();
                }

                continue;
            }

            try
            {
                if (pattern.Match(text) is { Success: true } match)
                {
                    return (match.Groups["trunk"] is { Success: true } named ? named : match.Groups.Count > 1 && match.Groups[1].Success ? match.Groups[1] : match).Value;
                }
            }
            catch (RegexMatchTimeoutException)
            {
                tooSlow = true;
                return null;
            }
        }

        return null;
    }

    private static IEnumerable<string> FieldsOf(Alert alert, string field) => field switch
    {
        "title" => [alert.Title],
        "description" => [alert.Description],
        "severity" => [alert.Severity],
        "text" => Texts(alert),
        _ => alert.Labels.TryGetValue(field, out var value) ? [value] : [],
    };

    private static IEnumerable<string> Texts(Alert alert) => [alert.Title, alert.Description, .. alert.Labels.Values];

    private static bool Is(TrunkIntent trunk, AlertRule rule, string value) => rule switch
    {
        { Trunk.Length: > 0 } => Same(trunk.Name, rule.Trunk),
        { Finds: AlertRuleFinds.Termination } => IsTermination(trunk, value),
        { Finds: AlertRuleFinds.Edge } => trunk.Edges.Any(e => Same(e.Name, value) || Same(e.Legacy, value)),
        { Finds: AlertRuleFinds.ServiceAddress } => string.Equals(trunk.ServiceAddress, value, StringComparison.Ordinal),
        { Finds: AlertRuleFinds.Adjacency } => trunk.Edges.Any(e => string.Equals(trunk.AdjacencyName(e), value, StringComparison.Ordinal)),
        { Finds: AlertRuleFinds.Binding } => Same(trunk.BindingName, value),
        _ => Same(trunk.Name, value),
    };

    private static bool IsTermination(TrunkIntent trunk, string value)
    {
        var host = value.Trim();
        foreach (var scheme in new[] { "sip:", "sips:" })
        {
            host = host.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? host[scheme.Length..] : host;
        }

        host = host[(host.LastIndexOf('@') + 1)..].Split(':', ';', '/')[0].TrimEnd('.');
        return Same(host, trunk.TerminationName) || Same(host, trunk.DomainName)
            || (host.StartsWith($"{trunk.TerminationName}.pstn.", StringComparison.OrdinalIgnoreCase) && host.EndsWith(".twilio.com", StringComparison.OrdinalIgnoreCase));
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name, not as a part of a longer name.</summary>
    private static bool HoldsWord(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !IsOfName(text[at - 1])) && (at + name.Length == text.Length || !IsOfName(text[at + name.Length])))
            {
                return true;
            }
        }

        return false;

        static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c is '-' or '_';
    }
}
