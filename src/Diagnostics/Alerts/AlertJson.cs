using System.Globalization;
using System.Text.Json;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>A message of a source is not of its published form; the sentence says what is missing and where.</summary>
public sealed class AlertFormatException(string message) : Exception(message);

/// <summary>Reads members of foreign JSON: unknown ones are left alone, missing ones are named, long texts are cut.</summary>
internal static class AlertJson
{
    private const int LongestTitle = 300;
    private const int LongestText = 2000;
    private const int LongestLabel = 500;
    private const int MostLabels = 64;

    /// <exception cref="AlertFormatException">There is no such object.</exception>
    public static JsonElement Object(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object
            ? found
            : throw new AlertFormatException($"there is no object \"{name}\"");

    public static JsonElement? ObjectOrNull(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found : null;

    /// <exception cref="AlertFormatException">There is no such text, it is empty, or too long for an id.</exception>
    public static string Id(this JsonElement from, string name) =>
        from.Text(name) is { Length: > 0 and <= 200 } text ? text : throw new AlertFormatException($"\"{name}\" is not a text of 1 to 200 characters");

    public static string? Text(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var found) ? Word(found) : null;

    public static string Title(string? text, string otherwise) => Cut(string.IsNullOrWhiteSpace(text) ? otherwise : text, LongestTitle);

    public static string Description(string? text) => Cut(text ?? "", LongestText);

    /// <summary>An instant in ISO 8601 with its offset; null when there is none. Go writes year 1 for none.</summary>
    public static DateTimeOffset? Time(this JsonElement from, string name) =>
        DateTimeOffset.TryParse(from.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year > 1970 ? at.ToUniversalTime() : null;

    /// <summary>An address that may be shown as a link: https, without a login in it.</summary>
    public static Uri? Link(params string?[] candidates) => candidates
        .Select(c => c is { Length: <= 2000 } && Uri.TryCreate(c, UriKind.Absolute, out var uri) ? uri : null)
        .FirstOrDefault(u => u is { Scheme: "https", UserInfo.Length: 0 });

    /// <summary>The texts, numbers and truth values of objects as labels; of two with one name the first stands.</summary>
    public static Dictionary<string, string> Labels(params JsonElement?[] objects)
    {
        var labels = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in objects.OfType<JsonElement>().SelectMany(o => o.EnumerateObject()))
        {
            if (labels.Count < MostLabels && Word(member.Value) is { Length: > 0 } word)
            {
                labels.TryAdd(Cut(member.Name, 100), Cut(word, LongestLabel));
            }
        }

        return labels;
    }

    public static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";

    private static string? Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Take(20).Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString())),
        _ => null,
    };
}
