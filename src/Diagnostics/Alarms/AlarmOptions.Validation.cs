using System.Net;
using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Findings;

namespace TrunkBot.Diagnostics.Alarms;

/// <summary>What can't work stops the start, each named by its place.</summary>
internal sealed class AlarmOptionsValidation : IValidateOptions<AlarmOptions>
{
    private static readonly string[] Known = [Severities.Critical, Severities.Error, Severities.Warning, Severities.Info];

    public ValidateOptionsResult Validate(string? name, AlarmOptions options)
    {
        List<string> wrong =
        [
            .. Wrong(options).Select(w => $"{AlarmOptions.Section}:{w}"),
            .. options.Rules.SelectMany((rule, i) => Wrong(rule).Select(w => $"alarm-rule: {AlarmOptions.Section}:Rules:{i}: {w}")),
        ];
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Wrong(AlarmOptions options)
    {
        foreach (var (key, value) in (IEnumerable<(string, string)>)
            [
                (nameof(options.SyslogUdp), options.SyslogUdp), (nameof(options.SyslogTcp), options.SyslogTcp), (nameof(options.SyslogTls), options.SyslogTls), (nameof(options.SnmpUdp), options.SnmpUdp),
            ])
        {
            // A parser that takes a bare address too would listen at port 0.
            if (value.Length > 0 && !(value.Contains(':') && IPEndPoint.TryParse(value, out var at) && (at.Port > 0 || value.EndsWith(":0", StringComparison.Ordinal))))
            {
                yield return $"{key}: \"{value}\" is no address with a port, such as 0.0.0.0:514";
            }
        }

        foreach (var network in options.From.Where(n => !IPNetwork.TryParse(n, out _)))
        {
            yield return $"{nameof(options.From)}: \"{network}\" is no network, such as 192.0.2.0/28 or 192.0.2.7/32";
        }

        if (options.IsOn && options.From.Count == 0)
        {
            yield return $"{nameof(options.From)}: name the networks of the devices that are listened to";
        }

        if (options.SnmpUdp.Length > 0 && options.Communities.Count == 0)
        {
            yield return $"{nameof(options.Communities)}: SNMP needs a community, as secret:NAME";
        }

        if (options.SyslogTls.Length > 0 && (options.Certificate.Length == 0 || options.CertificateKey.Length == 0))
        {
            yield return $"{nameof(options.Certificate)}: TLS needs a certificate and its key, each a file";
        }
    }

    private static IEnumerable<string> Wrong(AlarmRule rule)
    {
        if (rule.Name.Length is 0 or > 60)
        {
            yield return "Name is missing, or longer than 60 characters";
        }

        if (rule.Source is not ("" or AlertSources.Syslog or AlertSources.Snmp))
        {
            yield return $"there is no source {rule.Source}; there are {AlertSources.Syslog} and {AlertSources.Snmp}";
        }

        if (rule.Raise.Count == 0)
        {
            yield return "Raise is missing: what the device says when it is wrong";
        }

        if (rule.Severity.Length > 0 && !Known.Contains(rule.Severity))
        {
            yield return $"there is no severity {rule.Severity}; there are {string.Join(", ", Known)}";
        }

        if (rule.Finding.Length > 0 && FindingCatalogue.Find(rule.Finding) is null)
        {
            yield return $"there is no finding {rule.Finding}";
        }

        foreach (var condition in rule.Raise.Concat(rule.Clear))
        {
            if (condition.Field.Length == 0)
            {
                yield return "Field of a condition is missing";
            }

            if (condition.EqualTo.Length > 0 == condition.Pattern.Length > 0)
            {
                yield return $"give one of EqualTo and Pattern for {condition.Field}";
            }

            if (condition.Pattern.Length > 0 && TextPattern.ProblemOf(condition.Pattern) is { } problem)
            {
                yield return $"Pattern for {condition.Field} is no regular expression: {problem}";
            }
        }
    }
}
