using Microsoft.Extensions.Options;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>Rules that can't work stop the start, each named by its place.</summary>
internal sealed class AlertOptionsValidation : IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        var wrong = options.Rules.SelectMany((rule, i) => Wrong(rule).Select(w => $"alert-rule: {AlertOptions.Section}:Rules:{i}: {w}")).ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Wrong(AlertRule rule)
    {
        if (rule.Source.Length > 0 && !AlertSources.Matched.Contains(rule.Source))
        {
            yield return $"there is no source {rule.Source}; there are {string.Join(", ", AlertSources.Matched)}";
        }

        if (rule.Field.Length == 0)
        {
            yield return "Field is missing: the name of a label, title, description, severity or text";
        }

        if (rule.EqualTo.Length > 0 == rule.Pattern.Length > 0)
        {
            yield return "give one of EqualTo and Pattern";
        }

        if (rule.Pattern.Length > 0 && TextPattern.ProblemOf(rule.Pattern) is { } problem)
        {
            yield return $"Pattern is no regular expression: {problem}";
        }
    }
}
