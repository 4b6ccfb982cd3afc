using System.Text.Json;

namespace TrunkBot.Changes.Plans;

/// <summary>The content of a snapshot as lines that people can compare: those of a command line interface as they are; of JSON one for each value, with the way to it.</summary>
internal static class ReadableContent
{
    /// <summary>What people know an element of a list by, the best first.</summary>
    private static readonly string[] Names = ["friendlyname", "friendly_name", "name", "domainname", "domain_name", "phonenumber", "phone_number", "sid", "id"];

    /// <param name="other">What it is compared with: an element of a list that only one of them holds is one line.</param>
    public static IReadOnlyList<string> Lines(string content, string other)
    {
        if (Parse(content) is not { } json)
        {
            return [.. content.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        }

        using (json)
        {
            using var compared = Parse(other);
            var known = new HashSet<string>(StringComparer.Ordinal);
            if (compared is not null)
            {
                Walk(compared.RootElement, "", path => known.Add(path), (_, _) => { });
            }

            var lines = new List<string>();
            var whole = "";
            Walk(
                json.RootElement,
                "",
                path =>
                {
                    if (!known.Contains(path) && !IsUnder(path, whole))
                    {
                        whole = path;
                        lines.Add(path);
                    }
                },
                (path, value) =>
                {
                    if (!IsUnder(path, whole))
                    {
                        lines.Add($"{path}: {value}");
                    }
                });
            return lines;
        }
    }

    private static bool IsUnder(string path, string whole) => whole.Length > 0 && (path == whole || path.StartsWith(whole + ".", StringComparison.Ordinal));

    /// <param name="element">Told the way to each object in a list.</param>
    /// <param name="leaf">Told the way to each value, and the value.</param>
    private static void Walk(JsonElement node, string path, Action<string> element, Action<string, string> leaf)
    {
        switch (node.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in node.EnumerateObject())
                {
                    Walk(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", element, leaf);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in node.EnumerateArray())
                {
                    index++;
                    if (item.ValueKind != JsonValueKind.Object)
                    {
                        Walk(item, path, element, leaf);
                        continue;
                    }

                    var inner = $"{path}[{NameOf(item) ?? $"{index}"}]";
                    element(inner);
                    Walk(item, inner, element, leaf);
                }

                break;
            default:
                leaf(path, node.ValueKind == JsonValueKind.String ? node.GetString()! : node.GetRawText());
                break;
        }
    }

    private static string? NameOf(JsonElement item) => Names
        .SelectMany(name => item.EnumerateObject().Where(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase) && p.Value.ValueKind == JsonValueKind.String))
        .Select(p => p.Value.GetString()).FirstOrDefault(name => name!.Length > 0);

    private static JsonDocument? Parse(string content)
    {
        try
        {
            return JsonDocument.Parse(content);
        }
        catch (JsonException)
        {
            // Text of a command line interface.
            return null;
        }
    }
}
