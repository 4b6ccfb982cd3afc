using System.Text.Json.Nodes;

namespace TrunkBot.Slack.Payloads;

/// <summary>Reads what Slack sent: whatever is missing or of another kind reads as null, and is no reason to throw.</summary>
internal static class PayloadJson
{
    /// <summary>The value at a path of property names; null when there is none, or when it is JSON's null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node is JsonObject found && found.TryGetPropertyValue(name, out var member) ? member : null;
        }

        return node;
    }

    /// <summary>The non-empty string at a path.</summary>
    public static string? TextAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    /// <summary>True for JSON's true, and for the word that forms have in its place.</summary>
    public static bool IsTrueAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && ((value.TryGetValue<bool>(out var flag) && flag) || (value.TryGetValue<string>(out var text) && text == "true"));

    public static IEnumerable<JsonObject> ObjectsAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray items ? items.OfType<JsonObject>() : [];
}
