using System.Text.Json;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;

namespace TrunkBot.Chat.Templates;

/// <summary>
/// The templates of the cards folder: <c>NAME.json</c> (Adaptive Card), <c>slack/NAME.json</c> (Block Kit) for the same data, its sample
/// <c>NAME.data.json</c> and more samples <c>NAME.VARIANT.data.json</c>. Both faces are expanded with every sample when they are loaded, so that a
/// broken template or a missing face stops the start and not a change.
/// </summary>
public sealed class CardTemplates : ICardRenderer, IBlockKitRenderer
{
    private const string SampleEnding = ".data.json";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly Dictionary<string, CardTemplate> templates = new(StringComparer.Ordinal);

    /// <param name="directory">The folder that holds the templates.</param>
    /// <exception cref="TemplateException">A template, a face or its sample is missing, no JSON, or they do not fit each other.</exception>
    public CardTemplates(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new TemplateException(directory, "", "there is no such folder; set Chat:CardsDirectory");
        }

        var slack = Path.Combine(directory, "slack");
        foreach (var path in Directory.EnumerateFiles(directory, "*.json").Where(p => !p.EndsWith(SampleEnding, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            templates[name] = new CardTemplate(Faces(Read(path)), SamplesOf(directory, name), Faces(Read(Path.Combine(slack, $"{name}.json"))));
            TryOut(name);
        }

        if (Directory.Exists(slack) && Directory.EnumerateFiles(slack, "*.json").FirstOrDefault(p => !templates.ContainsKey(Path.GetFileNameWithoutExtension(p))) is { } alone)
        {
            throw new TemplateException(alone, "", $"has no Adaptive Card beside it, {Path.Combine(directory, Path.GetFileName(alone))}");
        }
    }

    /// <summary>Names of all cards, in order.</summary>
    public IReadOnlyList<string> Names => [.. templates.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A card with its sample data.</summary>
    public CardContent SampleOf(string name) => new(name, (JsonObject)Find(name).Samples[""].DeepClone());

    /// <summary>A card with each of its samples, by the name of the variant; the first has none.</summary>
    public IReadOnlyList<(string Variant, CardContent Card)> SamplesOf(string name) =>
        [.. Find(name).Samples.Select(s => (s.Key, new CardContent(name, (JsonObject)s.Value.DeepClone())))];

    /// <inheritdoc/>
    public JsonObject Render(CardContent card) => AdaptiveCardFace.Fit(Expand(card));

    /// <inheritdoc/>
    public bool Fits(CardContent card) => AdaptiveCardFace.Fits(Expand(card));

    /// <inheritdoc/>
    JsonArray IBlockKitRenderer.Render(CardContent card)
    {
        var file = $"cards/slack/{card.Name}.json";
        return BlockKitFace.Finish(TemplateExpander.Expand(Find(card.Name).BlockKit[card.Language], card.Data, file), file);
    }

    private JsonObject Expand(CardContent card) => TemplateExpander.Expand(Find(card.Name).AdaptiveCard[card.Language], card.Data, $"cards/{card.Name}.json");

    /// <summary>The template in each language of the bot.</summary>
    private static Dictionary<string, JsonObject> Faces(JsonObject template) =>
        Languages.All.ToDictionary(l => l, l => TemplateLanguage.Translate(template, Languages.CultureOf(l)), StringComparer.Ordinal);

    private void TryOut(string name)
    {
        foreach (var (language, sample) in Languages.All.SelectMany(l => Find(name).Samples.Values.Select(s => (l, s))))
        {
            var card = new CardContent(name, sample) { Language = language };
            Render(card);
            ((IBlockKitRenderer)this).Render(card);
        }
    }

    private CardTemplate Find(string name) =>
        templates.TryGetValue(name, out var found) ? found : throw new TemplateException($"cards/{name}.json", "", "there is no such card");

    private static SortedDictionary<string, JsonObject> SamplesOf(string directory, string name)
    {
        var samples = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal) { [""] = Read(Path.Combine(directory, name + SampleEnding)) };
        foreach (var path in Directory.EnumerateFiles(directory, $"{name}.*{SampleEnding}"))
        {
            samples[Path.GetFileName(path)[(name.Length + 1)..^SampleEnding.Length]] = Read(path);
        }

        return samples;
    }

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
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TemplateException(path, "", "the file is missing");
        }
    }

    private sealed record CardTemplate(
        IReadOnlyDictionary<string, JsonObject> AdaptiveCard, IReadOnlyDictionary<string, JsonObject> Samples, IReadOnlyDictionary<string, JsonObject> BlockKit);
}
