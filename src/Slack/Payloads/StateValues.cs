using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrunkBot.Slack.Payloads;

/// <summary>What was entered into the inputs of a message or view, and what a pressed button carries.</summary>
internal static class StateValues
{
    /// <summary>By field id, which is the input's <c>action_id</c>. An empty field is an empty text; several choices are a list with commas.</summary>
    /// <param name="state"><c>state</c> of the payload or of its view.</param>
    public static Dictionary<string, string> Read(JsonNode? state)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (state.At("values") is JsonObject blocks)
        {
            foreach (var (field, element) in blocks.Select(b => b.Value).OfType<JsonObject>().SelectMany(b => b))
            {
                if (ValueOf(element) is { } value)
                {
                    values[field] = value;
                }
            }
        }

        return values;
    }

    /// <summary>The data of a button: its <c>value</c> is an object of JSON as a string, or <c>selected_option</c> holds it.</summary>
    public static Dictionary<string, string> DataOf(JsonObject action)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        var value = action.TextAt("value") ?? action.TextAt("selected_option", "value");
        if (value is null || Parse(value) is not { } members)
        {
            return data;
        }

        foreach (var (name, member) in members)
        {
            if (member is not null)
            {
                data[name] = member is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : member.ToJsonString();
            }
        }

        return data;
    }

    public static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = 32 }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? ValueOf(JsonNode? element) => element.TextAt("type") switch
    {
        "plain_text_input" or "number_input" or "email_text_input" or "url_text_input" => element.TextAt("value") ?? "",
        "static_select" or "external_select" or "radio_buttons" => element.TextAt("selected_option", "value") ?? "",
        "multi_static_select" or "checkboxes" => string.Join(',', element.ObjectsAt("selected_options").Select(o => o.TextAt("value")).OfType<string>()),
        "datepicker" => element.TextAt("selected_date") ?? "",
        "timepicker" => element.TextAt("selected_time") ?? "",
        "users_select" => element.TextAt("selected_user") ?? "",
        _ => null,
    };
}
