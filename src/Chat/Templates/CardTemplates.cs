using System.Text.Json;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;

namespace TrunkBot.Chat.Templates;

/// <summary>
/// The templates of the cards folder: <c>NAME.json</c> with its sample <c>NAME.data.json</c>. Each is expanded with its sample when it is loaded, so that
/// a broken template stops the start and not a change.
/// </summary>
public sealed class CardTemplates : ICardRenderer
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly Dictionary<string, (JsonObject Template, JsonObject Sample)> templates = new(StringComparer.Ordinal);

    /// <param name="directory">The folder that holds the templates.</param>
    /// <exception cref="TemplateException">A template or its sample is missing, no JSON, or they do not fit each other.</exception>
    public CardTemplates(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new TemplateException(directory, "", "there is no such folder; set Chat:CardsDirectory");
        }

        foreach (var path in Directory.EnumerateFiles(directory, "*.json").Where(p => !p.EndsWith(".data.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            templates[name] = (Read(path), Read(Path.ChangeExtension(path, ".data.json")));
            Render(SampleOf(name));
        }
    }

    /// <summary>Names of all cards, in order.</summary>
    public IReadOnlyList<string> Names => [.. templates.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A card with its sample data.</summary>
    public CardContent SampleOf(string name) => new(name, (JsonObject)Find(name).Sample.DeepClone());

    /// <inheritdoc/>
    public JsonObject Render(CardContent card) => TemplateExpander.Expand(Find(card.Name).Template, card.Data, $"cards/{card.Name}.json");

    private (JsonObject Template, JsonObject Sample) Find(string name) =>
        templates.TryGetValue(name, out var found) ? found : throw new TemplateException($"cards/{name}.json", "", "there is no such card");

    private static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: Strict) as JsonObject
                ?? throw new TemplateException(path, "", "must hold a JSON object");
        }
        catch (JsonException e)
        {
            throw new TemplateException(path, e.Path ?? "", e.Message);
        }
        catch (FileNotFoundException)
        {
            throw new TemplateException(path, "", "the file is missing");
        }
    }
}
