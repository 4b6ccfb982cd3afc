using System.Text.Json.Nodes;

namespace TrunkBot.Slack.Tests.Support;

/// <summary>What Slack sends, as its documentation shows it.</summary>
internal static class Sent
{
    public static JsonObject Event(JsonObject happened, string id = "Ev1") => new()
    {
        ["type"] = "event_callback",
        ["team_id"] = "T1",
        ["api_app_id"] = "A1",
        ["event_id"] = id,
        ["event_time"] = 1795348800,
        ["authorizations"] = new JsonArray(new JsonObject { ["enterprise_id"] = null, ["team_id"] = "T1", ["user_id"] = "U0BOT", ["is_bot"] = true, ["is_enterprise_install"] = false }),
        ["event"] = happened,
    };

    public static JsonObject Mention(string text, string? thread = null)
    {
        var happened = new JsonObject { ["type"] = "app_mention", ["user"] = "U1", ["text"] = text, ["ts"] = "1795348800.000100", ["channel"] = "C1" };
        if (thread is not null)
        {
            happened["thread_ts"] = thread;
        }

        return happened;
    }

    public static JsonObject DirectMessage(string text) =>
        new() { ["type"] = "message", ["channel_type"] = "im", ["user"] = "U1", ["text"] = text, ["ts"] = "1795348800.000200", ["channel"] = "D1" };

    public static Dictionary<string, string> Command(string text, params (string Key, string Value)[] more)
    {
        var fields = new Dictionary<string, string>
        {
            ["command"] = "/trunk", ["text"] = text, ["user_id"] = "U1", ["user_name"] = "ana", ["team_id"] = "T1", ["channel_id"] = "C1", ["channel_name"] = "voice", ["api_app_id"] = "A1",
            ["trigger_id"] = "13345224609.738474920.8088930838d88f008e0", ["response_url"] = "http://127.0.0.1:9/response/1",
        };
        foreach (var (key, value) in more)
        {
            fields[key] = value;
        }

        return fields;
    }

    public static JsonObject Press(string verb, string value, JsonObject? state = null) => new()
    {
        ["type"] = "block_actions",
        ["api_app_id"] = "A1",
        ["team"] = new JsonObject { ["id"] = "T1" },
        ["user"] = new JsonObject { ["id"] = "U2", ["name"] = "ben", ["team_id"] = "T1" },
        ["trigger_id"] = "trigger-7",
        ["response_url"] = "http://127.0.0.1:9/response/2",
        ["container"] = new JsonObject { ["type"] = "message", ["message_ts"] = "1795348700.000900", ["channel_id"] = "C2" },
        ["channel"] = new JsonObject { ["id"] = "C2" },
        ["state"] = new JsonObject { ["values"] = state ?? [] },
        ["actions"] = new JsonArray(new JsonObject { ["type"] = "button", ["action_id"] = verb, ["block_id"] = "b1", ["value"] = value, ["action_ts"] = "1795348800.5" }),
    };

    /// <summary>A sent view, as it was opened before.</summary>
    /// <param name="view">What the bot gave to views.open.</param>
    public static JsonObject Submission(JsonObject view, params (string Block, string Field, JsonObject Value)[] values) => new()
    {
        ["type"] = "view_submission",
        ["api_app_id"] = "A1",
        ["team"] = new JsonObject { ["id"] = "T1" },
        ["user"] = new JsonObject { ["id"] = "U1", ["name"] = "ana", ["team_id"] = "T1" },
        ["trigger_id"] = "trigger-8",
        ["view"] = Seen(view, new JsonObject(values.Select(v => KeyValuePair.Create(v.Block, (JsonNode?)new JsonObject { [v.Field] = v.Value })))),
    };

    public static JsonObject Seen(JsonObject view, JsonObject? values = null)
    {
        var seen = view.DeepClone().AsObject();
        seen["id"] = "V1";
        seen["hash"] = "h1";
        seen["state"] = new JsonObject { ["values"] = values ?? [] };
        return seen;
    }

    public static JsonObject Typed(string? value) => new() { ["type"] = "plain_text_input", ["value"] = value };
}
