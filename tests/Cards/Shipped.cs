using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Cards.Tests;

/// <summary>The cards of the repository and all of their samples.</summary>
internal static class Shipped
{
    public static string Root { get; } = FindRoot();

    public static CardTemplates Templates { get; } = new(Path.Combine(Root, "cards"));

    /// <summary>Card and variant, the first variant empty.</summary>
    public static TheoryData<string, string> Samples { get; } = [.. All.Select(s => new TheoryDataRow<string, string>(s.Name, s.Variant))];

    public static IEnumerable<(string Name, string Variant)> All => Templates.Names.SelectMany(n => Templates.SamplesOf(n).Select(s => (n, s.Variant)));

    public static CardContent Sample(string name, string variant) => Templates.SamplesOf(name).Single(s => s.Variant == variant).Card;

    public static JsonObject AdaptiveCard(CardContent card) => Templates.Render(card);

    public static JsonArray Blocks(CardContent card) => ((IBlockKitRenderer)Templates).Render(card);

    public static JsonObject Template(string path) => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "cards", path)))!;

    /// <summary>Every object in a tree, outer before inner.</summary>
    public static IEnumerable<JsonObject> Elements(JsonNode? node) => node switch
    {
        JsonObject element => element.Select(m => m.Value).SelectMany(Elements).Prepend(element),
        JsonArray items => items.SelectMany(Elements),
        _ => [],
    };

    public static string TypeOf(JsonNode? element) => element is JsonObject o && o["type"] is JsonValue type ? type.GetValue<string>() : "";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }
}
