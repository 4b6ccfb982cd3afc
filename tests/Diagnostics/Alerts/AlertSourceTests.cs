using System.Text;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Diagnostics.Tests.Alerts;

/// <summary>One message of each source, after the form that its document publishes.</summary>
public sealed class AlertSourceTests
{
    [Fact]
    public void Alertmanager_sends_a_group_and_each_alert_stands_for_itself()
    {
        var alerts = Read("alertmanager", """
            { "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing", "receiver": "trunkbot", "groupLabels": {}, "commonLabels": { "team": "voice" }, "commonAnnotations": {},
              "externalURL": "http://am:9093", "alerts": [
              { "status": "firing", "labels": { "alertname": "TrunkAsrLow", "trunk": "acme-east", "severity": "critical" }, "annotations": { "summary": "ASR low", "description": "22 %" },
                "startsAt": "2026-11-22T11:48:00.5+01:00", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://prom.example.net/g", "fingerprint": "c5ad8eb4a6ab30ae" },
              { "status": "resolved", "labels": { "alertname": "TrunkDown" }, "annotations": {}, "startsAt": "2026-11-22T10:00:00Z", "endsAt": "2026-11-22T10:30:00Z", "generatorURL": "http://prom:9090/g", "fingerprint": "ffff" } ] }
            """);

        Assert.Equal(2, alerts.Count);
        Assert.Equal(
            ("alertmanager:c5ad8eb4a6ab30ae", "c5ad8eb4a6ab30ae/Firing/2026-11-22T11:48:00.5+01:00", AlertStatus.Firing, "ASR low", "22 %", "critical"),
            (alerts[0].Key, alerts[0].Event, alerts[0].Status, alerts[0].Title, alerts[0].Description, alerts[0].Severity));
        Assert.Equal("acme-east, voice", $"{alerts[0].Labels["trunk"]}, {alerts[0].Labels["team"]}");
        Assert.Equal(("https://prom.example.net/g", new DateTimeOffset(2026, 11, 22, 10, 48, 0, 500, TimeSpan.Zero)), (alerts[0].Link!.AbsoluteUri, alerts[0].Since));
        Assert.Equal((AlertStatus.Resolved, "TrunkDown", "unknown", null), (alerts[1].Status, alerts[1].Title, alerts[1].Severity, alerts[1].Link));
    }

    [Fact]
    public void Grafana_sends_the_same_with_more()
    {
        var alert = Read("grafana", """
            { "receiver": "trunkbot", "status": "firing", "orgId": 1, "alerts": [
              { "status": "firing", "labels": { "alertname": "PDD high", "grafana_folder": "Voice", "trunk": "acme-east" }, "annotations": { "summary": "PDD above 8 s" }, "startsAt": "2026-11-22T11:48:00Z",
                "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://g.example.net/alerting/1/edit", "fingerprint": "57c6d9296de2ad39", "silenceURL": "https://g.example.net/silence", "dashboardURL": "",
                "panelURL": "https://g.example.net/d/abc?viewPanel=1", "values": { "B": 9.25 }, "valueString": "[ B=9.25 ]" } ],
              "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "https://g.example.net/", "version": "1", "groupKey": "{}", "truncatedAlerts": 0, "title": "[FIRING:1]", "state": "alerting", "message": "text" }
            """).Single();

        Assert.Equal(("grafana:57c6d9296de2ad39", "PDD above 8 s", "https://g.example.net/d/abc?viewPanel=1"), (alert.Key, alert.Title, alert.Link!.AbsoluteUri));
    }

    [Theory]
    [InlineData("incident.triggered", AlertStatus.Firing)]
    [InlineData("incident.reopened", AlertStatus.Firing)]
    [InlineData("incident.unacknowledged", AlertStatus.Firing)]
    [InlineData("incident.acknowledged", AlertStatus.Acknowledged)]
    [InlineData("incident.resolved", AlertStatus.Resolved)]
    public void PagerDuty_sends_an_event_of_an_incident(string type, AlertStatus status)
    {
        var alert = Read("pagerduty", $$"""
            { "event": { "id": "01EV", "event_type": "{{type}}", "resource_type": "incident", "occurred_at": "2026-11-22T12:00:00.000Z", "agent": { "id": "P1", "type": "user_reference", "summary": "Dana Diaz" }, "client": null,
              "data": { "id": "PINC", "type": "incident", "self": "https://api.pagerduty.com/incidents/PINC", "html_url": "https://acme.pagerduty.com/incidents/PINC", "number": 12, "status": "triggered",
                "incident_key": "k", "created_at": "2026-11-22T11:59:00Z", "title": "Calls fail", "service": { "id": "PS", "type": "service_reference", "summary": "Voice acme-east" }, "urgency": "high", "priority": { "summary": "P2" } } } }
            """).Single();

        Assert.Equal(("pagerduty:PINC", "01EV", status, "Calls fail", "error", "Dana Diaz"), (alert.Key, alert.Event, alert.Status, alert.Title, alert.Severity, alert.By));
        Assert.Equal(("Voice acme-east", "https://acme.pagerduty.com/incidents/PINC"), (alert.Labels["service"], alert.Link!.AbsoluteUri));
    }

    [Theory]
    [InlineData("""{ "event": { "id": "1", "event_type": "pagey.ping", "data": { "message": "Hello from your friend Pagey!", "type": "ping" } } }""", "pagerduty")]
    [InlineData("""{ "event": { "id": "1", "event_type": "incident.annotated", "data": { "id": "N", "type": "incident_note" } } }""", "pagerduty")]
    [InlineData("""{ "action": "AddNote", "alert": { "alertId": "a", "message": "m" } }""", "opsgenie")]
    [InlineData("""{ "alerts": [] }""", "alertmanager")]
    public void What_says_nothing_about_an_alerts_state_gives_none(string body, string source) => Assert.Empty(Read(source, body));

    [Theory]
    [InlineData("Create", AlertStatus.Firing)]
    [InlineData("UnAcknowledge", AlertStatus.Firing)]
    [InlineData("Acknowledge", AlertStatus.Acknowledged)]
    [InlineData("Close", AlertStatus.Resolved)]
    [InlineData("Delete", AlertStatus.Resolved)]
    public void Opsgenie_sends_an_action_on_an_alert(string action, AlertStatus status)
    {
        var alert = Read("opsgenie", $$"""
            { "source": { "name": "web", "type": "API" }, "action": "{{action}}", "integrationName": "TrunkBot", "integrationId": "i", "alert": { "tags": ["voice", "sip"], "teams": ["t"], "alertId": "052652ac", "message": "Trunk down",
              "username": "dana@example.com", "alias": "al", "tinyId": "23", "entity": "sbc-1", "createdAt": 1795348740000, "updatedAt": 1795348800000000001, "userId": "u", "description": "d", "details": { "trunk": "acme-east" }, "priority": "P1" } }
            """).Single();

        Assert.Equal(("opsgenie:052652ac", $"052652ac/{action}/1795348800000000001", status, "Trunk down", "critical"), (alert.Key, alert.Event, alert.Status, alert.Title, alert.Severity));
        Assert.Equal(("acme-east", "voice, sip", new DateTimeOffset(2026, 11, 22, 11, 59, 0, TimeSpan.Zero)), (alert.Labels["trunk"], alert.Labels["tags"], alert.Since));
    }

    [Theory]
    [InlineData("alertmanager", "[]", "there is no list \"alerts\"")]
    [InlineData("alertmanager", "null", "there is no list \"alerts\"")]
    [InlineData("alertmanager", "{ oops", "it is no JSON: line 1")]
    [InlineData("alertmanager", """{ "alerts": [ 1 ] }""", "there is no object \"labels\"")]
    [InlineData("alertmanager", """{ "alerts": [ { "labels": {}, "status": "firing" } ] }""", "\"fingerprint\" is not a text of 1 to 200 characters")]
    [InlineData("alertmanager", """{ "alerts": [ { "labels": {}, "fingerprint": "f", "status": "on fire" } ] }""", "\"status\" of an alert is neither firing nor resolved")]
    [InlineData("pagerduty", """{ "messages": [] }""", "there is no object \"event\"")]
    [InlineData("pagerduty", """{ "event": { "event_type": "incident.resolved", "data": {} } }""", "\"id\" is not a text of 1 to 200 characters")]
    [InlineData("opsgenie", """{ "action": "Create", "alert": 7 }""", "there is no object \"alert\"")]
    [InlineData("opsgenie", """{ "alert": { "alertId": "a" } }""", "there is no \"action\"")]
    [InlineData("alertmanager", """{ "alerts": [ { "labels": { "a": "\ud800" }, "fingerprint": "f", "status": "firing" } ] }""", "a text in it is no Unicode")]
    public void What_is_not_of_the_published_form_is_named(string source, string body, string problem) => Assert.Equal(problem, Assert.Throws<AlertFormatException>(() => Read(source, body)).Message);

    [Theory]
    [InlineData("http://prom/g")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user:pw@prom/g")]
    [InlineData("//prom/g")]
    [InlineData("not a link")]
    public void A_link_is_https_without_a_login_or_none(string link) => Assert.Null(
        Read("alertmanager", $$"""{ "alerts": [ { "labels": {}, "fingerprint": "f", "status": "firing", "generatorURL": "{{link}}" } ] }""").Single().Link);

    [Fact]
    public void Long_texts_are_cut_and_many_labels_too()
    {
        var labels = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"l{i}\": \"{new string('x', 1000)}\""));

        var alert = Read("alertmanager", $$"""{ "alerts": [ { "labels": { {{labels}} }, "annotations": { "summary": "{{new string('y', 10_000)}}" }, "fingerprint": "f", "status": "firing" } ] }""").Single();

        Assert.Equal((301, 64, 501), (alert.Title.Length, alert.Labels.Count, alert.Labels["l0"].Length));
    }

    private static IReadOnlyList<Alert> Read(string source, string body) => AlertSources.Read(source, Encoding.UTF8.GetBytes(body));
}
