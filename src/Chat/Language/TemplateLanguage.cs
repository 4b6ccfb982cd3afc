using System.Globalization;
using System.Resources;
using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Language;

/// <summary>
/// The card templates in another language: what people read in them is looked up, letter by letter with its expressions, in <c>Cards.LANGUAGE.resx</c>.
/// Done once, when the templates are loaded.
/// </summary>
public static class TemplateLanguage
{
    private static readonly ResourceManager Cards = new("TrunkBot.Chat.Language.Cards", typeof(TemplateLanguage).Assembly);

    /// <summary>A copy of a template in that language; what has no entry stays English.</summary>
    /// <param name="template">An Adaptive Card's template or a Block Kit one.</param>
    public static JsonObject Translate(JsonObject template, CultureInfo language)
    {
        var copy = (JsonObject)template.DeepClone();
        foreach (var (holder, name, english) in Literals(copy).ToList())
        {
            if (Cards.GetString(english, language) is { } translated)
            {
                holder[name] = translated;
            }
        }

        if (copy.ContainsKey("lang"))
        {
            copy["lang"] = language.Name;
        }

        return copy;
    }

    /// <summary>Every text of a template that people read or hear, with the object and member that hold it.</summary>
    public static IEnumerable<(JsonObject Holder, string Name, string Text)> Literals(JsonObject element)
    {
        foreach (var (name, value) in element)
        {
            switch (value)
            {
                case JsonValue text when IsRead(name) && text.TryGetValue(out string? literal):
                    yield return (element, name, literal);
                    break;
                case JsonObject or JsonArray when !IsForMachines(name):
                    foreach (var inner in (value is JsonArray items ? items.OfType<JsonObject>() : [(JsonObject)value]).SelectMany(Literals))
                    {
                        yield return inner;
                    }

                    break;
            }
        }
    }

    private static bool IsRead(string name) =>
        name is "text" or "title" or "label" or "placeholder" or "errorMessage" or "altText" or "alt_text" or "accessibility_label" or "fallbackText" or "rest";

    private static bool IsForMachines(string name) => name is "data" or "value" or "$data" or "$when";
}
