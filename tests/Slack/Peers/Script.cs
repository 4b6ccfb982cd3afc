using System.Text.Json.Nodes;
using TrunkBot.Slack.Payloads;
using TrunkBot.Slack.Tests.Support;

namespace TrunkBot.Slack.Tests.Peers;

/// <summary>One thing that Slack sends, and what must come of it.</summary>
/// <param name="Expected">Status, shape of the body, and the calls made, as <see cref="Shapes"/> writes them.</param>
internal sealed record ScriptRow(string Name, DeliveryKind Kind, JsonObject Payload, string Expected)
{
    /// <summary>What Bolt does instead; null: the same.</summary>
    public string? BoltDoes { get; init; }

    /// <summary>Why we do otherwise.</summary>
    public string? Because { get; init; }

    /// <summary>Seconds by which the request's time is off.</summary>
    public int Skew { get; init; }

    /// <summary>How often Slack has sent it already.</summary>
    public int Retry { get; init; }

    public bool IsSignedWrongly { get; init; }

    /// <summary>About HTTP alone: its signature, or its own kinds of body.</summary>
    public bool IsOfHttpAlone { get; init; }

    public override string ToString() => Name;
}

/// <summary>The script that drives Bolt and the bot.</summary>
internal static class Script
{
    public static IReadOnlyList<ScriptRow> Rows { get; } =
    [
        new("the URL is verified", DeliveryKind.Event, new() { ["type"] = "url_verification", ["challenge"] = "abc" }, "200 {challenge}") { IsOfHttpAlone = true },
        new("a certificate is checked", DeliveryKind.Command, new() { ["ssl_check"] = "1" }, "200") { IsOfHttpAlone = true },
        new("a mention", DeliveryKind.Event, Sent.Event(Sent.Mention("<@U0BOT> list"), "Ev1"), "200; chat.postMessage channel=C1 thread_ts=1795348800.000100"),
        new("the mention again", DeliveryKind.Event, Sent.Event(Sent.Mention("<@U0BOT> list"), "Ev1"), "200")
        {
            Retry = 1,
            BoltDoes = "200; chat.postMessage channel=C1 thread_ts=1795348800.000100", Because = "a repeat has no second effect",
        },
        new("a mention in a thread", DeliveryKind.Event, Sent.Event(Sent.Mention("<@U0BOT> list", "1795300000.000001"), "Ev2"), "200; chat.postMessage channel=C1 thread_ts=1795300000.000001"),
        new("a mention whose first delivery was lost", DeliveryKind.Event, Sent.Event(Sent.Mention("<@U0BOT> list"), "Ev1b"), "200; chat.postMessage channel=C1 thread_ts=1795348800.000100") { Retry = 2 },
        new("a direct message", DeliveryKind.Event, Sent.Event(Sent.DirectMessage("list"), "Ev3"), "200; chat.postMessage channel=D1"),
        new("an edit of a direct message", DeliveryKind.Event, Sent.Event(Edit(), "Ev4"), "200"),
        new("the bot's own message", DeliveryKind.Event, Sent.Event(Own(), "Ev5"), "200"),
        new("the Home tab", DeliveryKind.Event, Sent.Event(Home(), "Ev6"), "200; views.publish user_id=U1 view=home; views.publish user_id=U1 view=home"),
        new("a command", DeliveryKind.Command, Command("list"), "200; chat.postMessage channel=C1"),
        new("a command that opens a form", DeliveryKind.Command, Command("new trunk", ("trigger_id", "trigger-2")), "200; views.open trigger_id=trigger-2 view=modal"),
        new("a button", DeliveryKind.Interaction, Sent.Press("approve", """{"change":"CHG-17"}"""), "200; response_url response_type=ephemeral replace_original=false"),
        new("a form with a wrong field", DeliveryKind.Interaction, Form("taken", "t1"), "200 {response_action=errors errors=name#1}"),
        new("a form with a next step", DeliveryKind.Interaction, Form("next", "t2"), "200 {response_action=update view=modal}"),
        new("the last form", DeliveryKind.Interaction, Form("done", "t3"), "200 {response_action=clear}"),
        new("a global shortcut", DeliveryKind.Interaction, Shortcut(), "200; views.open trigger_id=trigger-4 view=modal"),
        new("a message shortcut", DeliveryKind.Interaction, MessageShortcut(), "200; chat.postMessage channel=C9 thread_ts=1795348000.000001"),
        new("a wrong signature", DeliveryKind.Command, Command("list", ("trigger_id", "trigger-5")), "401") { IsOfHttpAlone = true, IsSignedWrongly = true },
        new("six minutes late", DeliveryKind.Command, Command("list", ("trigger_id", "trigger-6")), "401") { IsOfHttpAlone = true, Skew = -360 },
        new("six minutes early", DeliveryKind.Command, Command("list", ("trigger_id", "trigger-7")), "401")
        {
            IsOfHttpAlone = true, Skew = 360, BoltDoes = "200; chat.postMessage channel=C1", Because = "Bolt looks at the past only; a time to come is as wrong, and would be good for longer",
        },
    ];

    private static JsonObject Edit()
    {
        var happened = Sent.DirectMessage("list");
        happened["subtype"] = "message_changed";
        return happened;
    }

    private static JsonObject Own()
    {
        var happened = Sent.DirectMessage("heard");
        (happened["user"], happened["bot_id"]) = ("U0BOT", "B0BOT");
        return happened;
    }

    private static JsonObject Home() => new() { ["type"] = "app_home_opened", ["user"] = "U1", ["channel"] = "D1", ["tab"] = "home", ["event_ts"] = "1795348800.1" };

    private static JsonObject Command(string text, params (string Key, string Value)[] more) =>
        new(Sent.Command(text, more).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value)));

    private static JsonObject Form(string name, string trigger)
    {
        var opened = new Views.Modals(new TestBlocks()).Form(TestBlocks.Form("New trunk", 1, ["name"]), "T1/C1", 1);
        var sent = Sent.Submission(opened, ("name#1", "name", Sent.Typed(name)));
        sent["trigger_id"] = trigger;
        return sent;
    }

    private static JsonObject Shortcut() => JsonNode.Parse("""
        { "type": "shortcut", "callback_id": "new-trunk", "api_app_id": "A1", "team": { "id": "T1" }, "user": { "id": "U1", "username": "ana", "team_id": "T1" }, "trigger_id": "trigger-4" }
        """)!.AsObject();

    private static JsonObject MessageShortcut() => JsonNode.Parse("""
        {
          "type": "message_action", "callback_id": "diagnose-from", "api_app_id": "A1", "team": { "id": "T1" }, "user": { "id": "U1", "name": "ana", "team_id": "T1" }, "trigger_id": "trigger-9",
          "channel": { "id": "C9", "name": "alerts" }, "message_ts": "1795348000.000001", "message": { "type": "message", "ts": "1795348000.000001", "text": "acme-east is down" }
        }
        """)!.AsObject();
}

/// <summary>Writes answers and calls so that they can be compared: what decides the effect, without words and looks.</summary>
internal static class Shapes
{
    private static readonly string[] Deciding = ["channel", "thread_ts", "user_id", "trigger_id", "view_id", "response_type", "replace_original"];

    public static string Of(JsonNode? body) => body switch
    {
        JsonObject o when o["response_action"] is { } action =>
            $" {{response_action={action}{(o["errors"] is JsonObject errors ? $" errors={string.Join(',', errors.Select(e => e.Key))}" : "")}{ViewOf(o)}}}",
        JsonObject o => $" {{{string.Join(' ', o.Select(m => m.Key))}}}",
        _ => "",
    };

    public static string Of(SlackCall call) =>
        call.Method + string.Concat(Deciding.Where(n => call.Arguments[n] is not null).Select(n => $" {n}={call.Arguments[n]}")) + ViewOf(call.Arguments);

    private static string ViewOf(JsonObject o) => o["view"] is JsonObject view ? $" view={view["type"]}" : "";
}
