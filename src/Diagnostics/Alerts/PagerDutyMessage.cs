using System.Text.Json;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>
/// PagerDuty's V3 webhooks (developer.pagerduty.com, "Webhooks Overview"): one event about one incident. The event's id is the same in each
/// attempt to deliver it. Events that say nothing about whether something is wrong, and <c>pagey.ping</c>, give no alert.
/// </summary>
internal static class PagerDutyMessage
{
    public static IReadOnlyList<Alert> Read(JsonElement message)
    {
        var happened = message.Object("event");
        AlertStatus? status = happened.Text("event_type") switch
        {
            "incident.triggered" or "incident.reopened" or "incident.unacknowledged" => AlertStatus.Firing,
            "incident.acknowledged" => AlertStatus.Acknowledged,
            "incident.resolved" => AlertStatus.Resolved,
            null => throw new AlertFormatException("there is no \"event_type\""),
            _ => null,
        };
        if (status is null)
        {
            return [];
        }

        var incident = happened.Object("data");
        var labels = AlertJson.Labels(incident);
        if (incident.ObjectOrNull("service")?.Text("summary") is { } service)
        {
            labels["service"] = AlertJson.Cut(service, 300);
        }

        var priority = incident.ObjectOrNull("priority")?.Text("summary");
        if (priority is not null)
        {
            labels["priority"] = AlertJson.Cut(priority, 100);
        }

        // A site's own names for priorities say nothing here; its urgency does.
        var byPriority = Severities.Of(priority);
        return
        [
            new Alert
            {
                Source = AlertSources.PagerDuty,
                Id = incident.Id("id"),
                Event = happened.Id("id"),
                Status = status.Value,
                Title = AlertJson.Title(incident.Text("title"), "Incident without a title"),
                Severity = byPriority != Severities.Unknown ? byPriority : Severities.Of(incident.Text("urgency")),
                Since = incident.Time("created_at"),
                Link = AlertJson.Link(incident.Text("html_url")),
                By = happened.ObjectOrNull("agent")?.Text("summary") is { } agent ? AlertJson.Cut(agent, 100) : null,
                Labels = labels,
            },
        ];
    }
}
