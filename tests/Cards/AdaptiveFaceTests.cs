using System.Text;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace TrunkBot.Cards.Tests;

/// <summary>Every Adaptive Card with every sample, against what others publish about them.</summary>
public sealed class AdaptiveFaceTests
{
    private static readonly Lazy<Task<JsonSchema>> Schema = new(() => JsonSchema.FromFileAsync(Path.Combine(Shipped.Root, "tests/Cards/Schemas/adaptive-card-1.5.0.json")));

    public static TheoryData<string, string> Samples => Shipped.Samples;

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_card_is_valid_against_the_Adaptive_Cards_1_5_schema(string name, string variant)
    {
        var errors = (await Schema.Value).Validate(Shipped.AdaptiveCard(Shipped.Sample(name, variant)).ToJsonString());

        Assert.Empty(errors.Select(e => e.ToString()));
    }

    [Fact]
    public async Task Every_card_is_one_of_Teams_own_element_set()
    {
        var samples = Shipped.All.ToList();

        var complaints = await Judge.CheckAsync("teams", samples.Select(s => Shipped.AdaptiveCard(Shipped.Sample(s.Name, s.Variant))));

        Assert.All(samples.Zip(complaints), s => Assert.True(s.Second.Count == 0, $"{s.First}: {string.Join('\n', s.Second)}"));
    }

    [Fact]
    public async Task The_check_against_Teams_element_set_notices_what_is_wrong()
    {
        var complaints = await Judge.CheckAsync("teams", [
            JsonNode.Parse("""{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"x","weight":"bolder"}]}""")!,
            JsonNode.Parse("""{"type":"AdaptiveCard","version":"1.5","body":[{"type":"Marquee"}]}""")!,
            JsonNode.Parse("""{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"x","weight":"Bolder"}]}""")!,
        ]);

        Assert.NotEmpty(complaints[0]);
        Assert.NotEmpty(complaints[1]);
        Assert.Empty(complaints[2]);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_card_is_within_28_kB_in_UTF_16(string name, string variant) =>
        Assert.InRange(Encoding.Unicode.GetByteCount(Shipped.AdaptiveCard(Shipped.Sample(name, variant)).ToJsonString()), 100, 28_000);

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_table_has_a_header_row_and_as_many_cells_as_columns_in_every_row(string name, string variant)
    {
        foreach (var table in Shipped.Elements(Shipped.AdaptiveCard(Shipped.Sample(name, variant))).Where(e => Shipped.TypeOf(e) == "Table"))
        {
            Assert.All(table["rows"]!.AsArray(), r => Assert.Equal(table["columns"]!.AsArray().Count, r!["cells"]!.AsArray().Count));
            Assert.True(table["rows"]!.AsArray().Count > 1);
        }
    }
}
