using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Templates;

/// <summary>
/// Fills a template with data, an Adaptive Card just as Block Kit: <c>${path}</c>, <c>$data</c>, <c>$index</c>, <c>$root</c>, <c>$when</c>. A
/// strict subset of the Adaptive Cards templating language: what that language leaves silently unfilled is an error here. Values go into the
/// object model and are escaped for the place where they stand; a value that looks like an expression is never evaluated.
/// </summary>
public sealed class TemplateExpander
{
    private readonly string file;
    private readonly JsonObject root;

    private TemplateExpander(string file, JsonObject root)
    {
        this.file = file;
        this.root = root;
    }

    /// <param name="file">Name of the template, for messages.</param>
    /// <exception cref="TemplateException">The template is wrong or wants what the data does not hold.</exception>
    public static JsonObject Expand(JsonObject template, JsonObject data, string file)
    {
        var expander = new TemplateExpander(file, data);
        return (JsonObject?)expander.Single(template, new Scope(data, data, null), Spot.Root, Place.Literal, null)
            ?? throw new TemplateException(file, "", "the whole card is hidden by its $when");
    }

    private JsonNode? Value(JsonNode? node, Scope scope, Spot path, Place place, string? list) => node switch
    {
        JsonObject element => Single(element, scope, path, place, list),
        JsonArray items => Items(items, scope, path, place, list),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => Text(text.GetValue<string>(), scope, path, place),
        _ => node?.DeepClone(),
    };

    private JsonArray Items(JsonArray items, Scope scope, Spot path, Place place, string? list)
    {
        var expanded = new JsonArray();
        for (var i = 0; i < items.Count; i++)
        {
            var here = path.At(i);
            if (items[i] is JsonObject element)
            {
                foreach (var inner in Scopes(element, scope, here, mayRepeat: true).Where(s => IsKept(element, s, here)))
                {
                    expanded.Add((JsonNode)Members(element, inner, here, place, list));
                }
            }
            else
            {
                expanded.Add(Value(items[i], scope, here, place, list));
            }
        }

        return expanded;
    }

    private JsonObject? Single(JsonObject element, Scope scope, Spot path, Place place, string? list)
    {
        var inner = Scopes(element, scope, path, mayRepeat: false).Single();
        return IsKept(element, inner, path) ? Members(element, inner, path, place, list) : null;
    }

    private IEnumerable<Scope> Scopes(JsonObject element, Scope scope, Spot path, bool mayRepeat)
    {
        if (!element.TryGetPropertyValue("$data", out var given))
        {
            return [scope];
        }

        var data = Value(given, scope, path.Of("$data"), Place.Raw, null);
        return data switch
        {
            JsonObject => [new Scope(data, root, null)],
            JsonArray items when mayRepeat => items.Select((item, i) => new Scope(item, root, i)),
            JsonArray => throw new TemplateException(file, path.ToString(), "$data is an array, but only an element of an array can be repeated"),
            _ => throw new TemplateException(file, path.ToString(), "$data must give an object or an array"),
        };
    }

    private bool IsKept(JsonObject element, Scope scope, Spot path)
    {
        if (!element.TryGetPropertyValue("$when", out var condition))
        {
            return true;
        }

        var where = path.Of("$when");
        return condition?.GetValueKind() == JsonValueKind.String && condition.GetValue<string>().StartsWith("${", StringComparison.Ordinal)
            ? Text(condition.GetValue<string>(), scope, where, Place.Raw)?.GetValueKind() switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw new TemplateException(file, where.ToString(), "must give true or false"),
            }
            : throw new TemplateException(file, where.ToString(), "must be an expression of the form \"${...}\"");
    }

    private JsonObject Members(JsonObject element, Scope scope, Spot path, Place place, string? list)
    {
        var type = element["type"] is JsonValue t && t.GetValueKind() == JsonValueKind.String ? t.GetValue<string>() : null;
        var expanded = new JsonObject();
        foreach (var (key, value) in element)
        {
            if (key is "$data" or "$when")
            {
                continue;
            }

            expanded[key] = Value(value, scope, path.Of(key), place == Place.Raw ? Place.Raw : PlaceOf(type, key, list), key);
        }

        return expanded;
    }

    /// <summary>The elements of the two faces have no type in common, so one table serves both.</summary>
    private static Place PlaceOf(string? type, string key, string? list) => (type, key) switch
    {
        (_, "data") => Place.Raw,
        ({ } input, "value") when input.StartsWith("Input.", StringComparison.Ordinal) => Place.Raw,
        ("button", "value") or (_, "initial_value") => Place.Raw,
        (_, "value") when list is "choices" or "options" or "initial_options" or "initial_option" => Place.Raw,
        ("TextBlock", "text") => Place.Markdown,
        (_, "title" or "value") when list == "facts" => Place.Markdown,
        ("mrkdwn", "text") => Place.SlackMarkup,
        _ => Place.Literal,
    };

    private JsonNode? Text(string text, Scope scope, Spot path, Place place)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return JsonValue.Create(text);
        }

        var mixed = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '\\' && text.AsSpan(at + 1).StartsWith("${", StringComparison.Ordinal))
            {
                mixed.Append("${");
                at += 3;
            }
            else if (text.AsSpan(at).StartsWith("${", StringComparison.Ordinal))
            {
                var end = EndOf(text, at, path);
                var value = Evaluate(text[(at + 2)..end], scope, path);
                if (at == 0 && end == text.Length - 1)
                {
                    return value?.GetValueKind() == JsonValueKind.String ? JsonValue.Create(For(place, value.GetValue<string>())) : value?.DeepClone();
                }

                mixed.Append(For(place, Shown(value, path)));
                at = end + 1;
            }
            else
            {
                mixed.Append(text[at++]);
            }
        }

        return JsonValue.Create(mixed.ToString());
    }

    private JsonNode? Evaluate(string expression, Scope scope, Spot path)
    {
        try
        {
            return Expression.Evaluate(expression, scope);
        }
        catch (ExpressionException e)
        {
            throw new TemplateException(file, path.ToString(), $"${{{expression}}}: {e.Message}");
        }
    }

    private string Shown(JsonNode? value, Spot path)
    {
        try
        {
            return Functions.Shown(value);
        }
        catch (ExpressionException e)
        {
            throw new TemplateException(file, path.ToString(), e.Message);
        }
    }

    /// <summary>Position of the brace that closes the expression which begins at <paramref name="start"/>; braces in quotes don't count.</summary>
    private int EndOf(string text, int start, Spot path)
    {
        char? quote = null;
        for (var at = start + 2; at < text.Length; at++)
        {
            var c = text[at];
            if (quote is not null && c == '\\')
            {
                at++;
            }
            else if (quote is not null)
            {
                quote = c == quote ? null : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '}')
            {
                return at;
            }
        }

        throw new TemplateException(file, path.ToString(), "an expression is not closed with }");
    }

    private static string For(Place place, string value) => place switch
    {
        Place.Markdown => ShownText.Markdown(value),
        Place.SlackMarkup => ShownText.SlackMarkup(value),
        Place.Literal => ShownText.Clean(value),
        _ => value,
    };

    private enum Place
    {
        /// <summary>Shown as it is: TextRun, titles, labels; plain_text and rich_text.</summary>
        Literal,

        /// <summary>TextBlock and Fact, whose text is Markdown.</summary>
        Markdown,

        /// <summary>mrkdwn of Slack.</summary>
        SlackMarkup,

        /// <summary>Not shown: data of buttons, values of inputs.</summary>
        Raw,
    }

    /// <summary>A place in a template, written out only for a message.</summary>
    private sealed class Spot
    {
        public static readonly Spot Root = new(null, "", 0);

        private readonly Spot? outer;
        private readonly string? key;
        private readonly int index;

        private Spot(Spot? outer, string? key, int index) => (this.outer, this.key, this.index) = (outer, key, index);

        public Spot Of(string member) => new(this, member, 0);

        public Spot At(int item) => new(this, null, item);

        public override string ToString() => this switch
        {
            { outer: null } => "",
            { key: null } => $"{outer}[{index}]",
            { outer.outer: null } => key,
            _ => $"{outer}.{key}",
        };
    }
}
