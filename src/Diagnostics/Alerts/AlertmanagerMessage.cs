using System.Text.Json;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>
/// Alertmanager's webhook, version 4 (prometheus.io/docs/alerting/latest/configuration, webhook_config), and Grafana's webhook contact point
/// (grafana.com/docs/grafana/latest/alerting, "Configure webhook notifications"), which is the same with more members. One message holds a group of
/// alerts; each stands for itself here. Alertmanager repeats a message as long as the alert fires: fingerprint, status and startsAt are then the same.
/// </summary>
internal static class AlertmanagerMessage
{
    public static IReadOnlyList<Alert> Read(string source, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("alerts", out var alerts) || alerts.ValueKind != JsonValueKind.Array)
        {
            throw new AlertFormatException("there is no list \"alerts\"");
        }

        return [.. alerts.EnumerateArray().Select(alert => Of(source, message, alert))];
    }

    private static Alert Of(string source, JsonElement message, JsonElement alert)
    {
        var labels = AlertJson.Labels(alert.Object("labels"), message.ObjectOrNull("commonLabels"));
        var notes = AlertJson.Labels(alert.ObjectOrNull("annotations"), message.ObjectOrNull("commonAnnotations"));
        var fingerprint = alert.Id("fingerprint");
        var status = alert.Text("status") switch
        {
            "firing" => AlertStatus.Firing,
            "resolved" => AlertStatus.Resolved,
            _ => throw new AlertFormatException("\"status\" of an alert is neither firing nor resolved"),
        };
        return new Alert
        {
            Source = source,
            Id = fingerprint,
            Event = $"{fingerprint}/{status}/{AlertJson.Cut(alert.Text("startsAt") ?? "", 60)}",
            Status = status,
            Title = AlertJson.Title(notes.GetValueOrDefault("summary") ?? labels.GetValueOrDefault("alertname"), "Alert without a name"),
            Description = AlertJson.Description(notes.GetValueOrDefault("description") ?? notes.GetValueOrDefault("message")),
            Severity = Severities.Of(labels.GetValueOrDefault("severity") ?? labels.GetValueOrDefault("priority")),
            Since = alert.Time("startsAt"),
            Link = AlertJson.Link(alert.Text("panelURL"), alert.Text("dashboardURL"), alert.Text("generatorURL")),
            Labels = labels,
        };
    }
}
