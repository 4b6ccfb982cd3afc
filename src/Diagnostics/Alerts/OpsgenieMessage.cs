using System.Text.Json;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>
/// Opsgenie's outgoing webhook (support.atlassian.com/opsgenie, "Opsgenie Edge Connector / webhook: alert action data"): an action on one alert.
/// Details of the alert, which are free pairs of names and texts, are labels here.
/// </summary>
internal static class OpsgenieMessage
{
    public static IReadOnlyList<Alert> Read(JsonElement message)
    {
        var alert = message.Object("alert");
        var action = message.Text("action") ?? throw new AlertFormatException("there is no \"action\"");
        AlertStatus? status = action switch
        {
            "Create" or "UnAcknowledge" => AlertStatus.Firing,
            "Acknowledge" => AlertStatus.Acknowledged,
            "Close" or "Delete" => AlertStatus.Resolved,
            _ => null,
        };
        if (status is null)
        {
            return [];
        }

        var id = alert.Id("alertId");
        return
        [
            new Alert
            {
                Source = AlertSources.Opsgenie,
                Id = id,
                Event = $"{id}/{action}/{AlertJson.Cut(alert.Text("updatedAt") ?? alert.Text("createdAt") ?? "", 40)}",
                Status = status.Value,
                Title = AlertJson.Title(alert.Text("message"), "Alert without a message"),
                Description = AlertJson.Description(alert.Text("description")),
                Severity = Severities.Of(alert.Text("priority")),
                Since = Milliseconds(alert, "createdAt"),
                By = status == AlertStatus.Firing ? null : alert.Text("username") is { } user ? AlertJson.Cut(user, 100) : null,
                Labels = AlertJson.Labels(alert.ObjectOrNull("details"), alert),
            },
        ];
    }

    // Milliseconds since 1970; updatedAt is in nanoseconds and is not read as a time.
    private static DateTimeOffset? Milliseconds(JsonElement alert, string name) =>
        alert.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var at) && at is > 0 and < 253_402_300_799_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(at)
            : null;
}
