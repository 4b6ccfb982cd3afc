using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Templates;

/// <summary>
/// The functions of the template language. Dates and numbers arrive formatted, so there is none for them; <c>if</c> and <c>exists</c>
/// evaluate only what they must and live in <see cref="Expression"/>.
/// </summary>
internal static class Functions
{
    public static JsonNode? Call(string name, IReadOnlyList<JsonNode?> arguments) => (name, arguments.Count) switch
    {
        ("count", 1) => JsonValue.Create(Count(arguments[0])),
        ("length", 1) => JsonValue.Create(Text(arguments[0], name).Length),
        ("join", 2) => JsonValue.Create(string.Join(Text(arguments[1], name), Items(arguments[0], name).Select(Shown))),
        ("toUpper", 1) => JsonValue.Create(Text(arguments[0], name).ToUpperInvariant()),
        ("toLower", 1) => JsonValue.Create(Text(arguments[0], name).ToLowerInvariant()),
        ("replace", 3) => JsonValue.Create(Replace(Text(arguments[0], name), Text(arguments[1], name), Text(arguments[2], name))),
        ("substring", 2 or 3) => JsonValue.Create(Substring(arguments)),
        ("coalesce", > 0) => arguments.FirstOrDefault(a => a is not null),
        _ => throw new ExpressionException($"there is no function {name} with {arguments.Count} arguments"),
    };

    /// <summary>A value as it stands in mixed text. Objects, arrays and null have no such form.</summary>
    public static string Shown(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => NumberOf(value).ToString("R", CultureInfo.InvariantCulture),
        null => throw new ExpressionException("null can't stand in text; give a default with if(exists(x), x, '...')"),
        _ => throw new ExpressionException("an object or array can't stand in text"),
    };

    public static double NumberOf(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    /// <summary>Numbers in one spelling, so that 1 and 1.0 are equal.</summary>
    public static JsonNode? Plain(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number ? JsonValue.Create(NumberOf(value)) : value;

    private static int Count(JsonNode? value) => value switch
    {
        JsonArray items => items.Count,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>().Length,
        _ => throw new ExpressionException("count wants an array or a text"),
    };

    private static JsonArray Items(JsonNode? value, string function) =>
        value as JsonArray ?? throw new ExpressionException($"{function} wants an array");

    private static string Text(JsonNode? value, string function) =>
        value?.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw new ExpressionException($"{function} wants a text");

    private static string Replace(string text, string old, string with) =>
        old.Length == 0 ? throw new ExpressionException("replace wants something to replace") : text.Replace(old, with, StringComparison.Ordinal);

    private static string Substring(IReadOnlyList<JsonNode?> arguments)
    {
        var text = Text(arguments[0], "substring");
        var start = Whole(arguments[1]);
        var length = arguments.Count == 3 ? Whole(arguments[2]) : text.Length - start;
        return start < 0 || length < 0 || start + length > text.Length
            ? throw new ExpressionException($"substring({start}, {length}) is outside a text of {text.Length}")
            : text.Substring(start, length);
    }

    private static int Whole(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number && NumberOf(value) is var number && double.IsInteger(number)
            ? (int)number
            : throw new ExpressionException("a whole number was expected");
}
