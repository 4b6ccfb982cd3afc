using System.Text.Json;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>The sources whose messages are understood, by the name that their webhook's address ends with.</summary>
public static class AlertSources
{
    public const string Alertmanager = "alertmanager";
    public const string Grafana = "grafana";
    public const string PagerDuty = "pagerduty";
    public const string Opsgenie = "opsgenie";

    /// <summary>The bot itself, which watches trunks; it has no webhook.</summary>
    public const string Health = "health";

    /// <summary>The bot itself, whose scheduled test calls fail; it has no webhook.</summary>
    public const string ScheduledTests = "scheduled-tests";

    /// <summary>Devices' own lines and notifications, by the rules of <see cref="Alarms.AlarmOptions"/>; they have no webhook.</summary>
    public const string Syslog = "syslog";
    public const string Snmp = "snmp";

    /// <summary>Those with a webhook.</summary>
    public static IReadOnlyList<string> All { get; } = [Alertmanager, Grafana, PagerDuty, Opsgenie];

    /// <summary>Those whose alerts rules may be for.</summary>
    public static IReadOnlyList<string> Matched { get; } = [.. All, Syslog, Snmp];

    /// <summary>The alerts of one message; none when it is about something else, such as a test of the connection.</summary>
    /// <param name="source">One of <see cref="All"/>.</param>
    /// <exception cref="AlertFormatException">It is not of the source's published form.</exception>
    public static IReadOnlyList<Alert> Read(string source, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            return source switch
            {
                Alertmanager or Grafana => AlertmanagerMessage.Read(source, json.RootElement),
                PagerDuty => PagerDutyMessage.Read(json.RootElement),
                Opsgenie => OpsgenieMessage.Read(json.RootElement),
                _ => throw new AlertFormatException($"there is no source \"{source}\""),
            };
        }
        catch (JsonException e)
        {
            throw new AlertFormatException($"it is no JSON: line {e.LineNumber + 1}");
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate, which JsonElement finds when it is read.
            throw new AlertFormatException("a text in it is no Unicode");
        }
    }
}
