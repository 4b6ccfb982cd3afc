using System.Text.Json.Nodes;

namespace TrunkBot.Slack.BlockKit;

/// <summary>What stands in blocks, as plain text in reading order: for a file in the place of a message that is too long.</summary>
internal static class BlockText
{
    public static string Of(JsonArray blocks) => string.Join('\n', blocks.SelectMany(Pieces).Where(p => p.Length > 0));

    private static IEnumerable<string> Pieces(JsonNode? node) => node switch
    {
        JsonObject { } o when Text(o["type"]) is "actions" or "input" => [],
        JsonObject { } o when Text(o["type"]) is "plain_text" or "mrkdwn" => [Shown(o)],
        JsonObject { } o when Text(o["type"])?.StartsWith("rich_text_", StringComparison.Ordinal) is true && Text(o["type"]) != "rich_text_list" => [string.Concat(Runs(o["elements"]))],
        JsonObject { } o when Text(o["type"]) == "raw_text" => [Text(o["text"]) ?? ""],
        JsonObject { } o when Text(o["type"]) == "markdown" => [Text(o["text"]) ?? ""],
        JsonObject { } o when Text(o["type"]) == "image" => [Text(o["alt_text"]) ?? ""],
        JsonObject { } o when o["rows"] is JsonArray rows => rows.OfType<JsonArray>().Select(row => string.Join(" | ", row.Select(cell => string.Concat(Pieces(cell))))),
        JsonObject o => o.SelectMany(member => member.Value is JsonValue ? [] : Pieces(member.Value)),
        JsonArray a => a.SelectMany(Pieces),
        _ => [],
    };

    private static IEnumerable<string> Runs(JsonNode? elements) =>
        elements is JsonArray runs ? runs.OfType<JsonObject>().Select(r => Text(r["text"]) ?? Text(r["url"]) ?? "") : [];

    private static string Shown(JsonObject text) => Text(text["type"]) == "mrkdwn"
        ? (Text(text["text"]) ?? "").Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
        : Text(text["text"]) ?? "";

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
