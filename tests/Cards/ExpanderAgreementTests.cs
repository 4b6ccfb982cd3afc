using System.Text.Json.Nodes;
using CsCheck;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Cards.Tests;

/// <summary>
/// Our expander against the official engine (npm adaptivecards-templating). Where we are stricter on purpose (unknown names, null in text, conditions that are no
/// bool: errors here, silence there) nothing is compared; docs/cards.md says what.
/// </summary>
public sealed class ExpanderAgreementTests
{
    [Fact]
    public async Task Both_fill_every_shipped_face_with_every_sample_alike()
    {
        var rows = Shipped.All
            .SelectMany(s => new[] { $"{s.Name}.json", $"slack/{s.Name}.json" }.Select(file => (file, s.Variant, Template: Shipped.Template(file), Shipped.Sample(s.Name, s.Variant).Data)))
            .ToList();

        var official = await Judge.ExpandAsync(rows.Select(r => ((JsonNode)r.Template, (JsonNode)r.Data)));

        foreach (var (row, theirs) in rows.Zip(official))
        {
            Agree($"{row.file} with sample '{row.Variant}'", TemplateExpander.Expand(row.Template, row.Data, row.file), theirs);
        }
    }

    [Fact]
    public async Task Both_fill_generated_templates_alike()
    {
        var rows = new List<(JsonObject Template, JsonObject Data)>();
        Gen.Select(GeneratedTemplates.Template, GeneratedTemplates.Data).Sample((template, data) => rows.Add((template, data)), iter: 400, threads: 1);

        var official = await Judge.ExpandAsync(rows.Select(r => ((JsonNode)r.Template, (JsonNode)r.Data)));

        foreach (var (row, theirs) in rows.Zip(official))
        {
            Agree($"{row.Template.ToJsonString()}\nwith {row.Data.ToJsonString()}", TemplateExpander.Expand(row.Template, row.Data, "generated"), theirs);
        }
    }

    private static void Agree(string what, JsonNode ours, JsonNode theirs) => Assert.True(
        theirs["value"] is { } value && JsonNode.DeepEquals(Plain(ours), Plain(value)),
        $"{what}\nours:   {ours.ToJsonString()}\ntheirs: {theirs["value"]?.ToJsonString() ?? theirs["error"]?.ToString()}");

    /// <summary>Numbers in one spelling: JavaScript has no 1.0.</summary>
    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Plain(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Plain)]),
        JsonValue v when v.GetValueKind() == System.Text.Json.JsonValueKind.Number => JsonValue.Create(double.Parse(v.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)),
        _ => node?.DeepClone(),
    };
}
