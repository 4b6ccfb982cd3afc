using System.Text.Json.Nodes;
using TrunkBot.Slack.BlockKit;

namespace TrunkBot.Slack.Tests.BlockKit;

public sealed class BlockKitLimitsTests
{
    [Theory]
    [InlineData("""{"type":"header","text":{"type":"plain_text","text":"TEXT"}}""", 150, "blocks[0].text.text: 151 characters, at most 150")]
    [InlineData("""{"type":"section","text":{"type":"mrkdwn","text":"TEXT"}}""", 3000, "blocks[0].text.text: 3001 characters, at most 3000")]
    [InlineData("""{"type":"section","fields":[{"type":"mrkdwn","text":"TEXT"}]}""", 2000, "blocks[0].fields[0].text: 2001 characters, at most 2000")]
    [InlineData("""{"type":"section","block_id":"TEXT","text":{"type":"mrkdwn","text":"x"}}""", 255, "blocks[0].block_id: 256 characters, at most 255")]
    [InlineData("""{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"TEXT"}}]}""", 75, "blocks[0].elements[0].text.text: 76 characters, at most 75")]
    [InlineData("""{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"value":"TEXT"}]}""", 2000, "blocks[0].elements[0].value: 2001 characters, at most 2000")]
    [InlineData("""{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"url":"TEXT"}]}""", 3000, "blocks[0].elements[0].url: 3001 characters, at most 3000")]
    [InlineData("""{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"accessibility_label":"TEXT"}]}""", 75, "blocks[0].elements[0].accessibility_label: 76 characters, at most 75")]
    [InlineData("""{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"action_id":"TEXT"}]}""", 255, "blocks[0].elements[0].action_id: 256 characters, at most 255")]
    [InlineData("""{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"confirm":{"title":{"type":"plain_text","text":"x"},"text":{"type":"plain_text","text":"TEXT"},"confirm":{"type":"plain_text","text":"x"},"deny":{"type":"plain_text","text":"x"}}}]}""", 300, "blocks[0].elements[0].confirm.text.text: 301 characters, at most 300")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"TEXT"},"element":{"type":"plain_text_input"}}""", 2000, "blocks[0].label.text: 2001 characters, at most 2000")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input","placeholder":{"type":"plain_text","text":"TEXT"}}}""", 150, "blocks[0].element.placeholder.text: 151 characters, at most 150")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"static_select","options":[{"text":{"type":"plain_text","text":"TEXT"},"value":"v"}]}}""", 75, "blocks[0].element.options[0].text.text: 76 characters, at most 75")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"static_select","options":[{"text":{"type":"plain_text","text":"x"},"value":"TEXT"}]}}""", 150, "blocks[0].element.options[0].value: 151 characters, at most 150")]
    [InlineData("""{"type":"image","image_url":"https://example.com/x.png","alt_text":"TEXT"}""", 2000, "blocks[0].alt_text: 2001 characters, at most 2000")]
    [InlineData("""{"type":"context","elements":[{"type":"mrkdwn","text":"TEXT"}]}""", 3000, "blocks[0].elements[0].text: 3001 characters, at most 3000")]
    public void A_text_may_be_as_long_as_Slack_takes_and_no_longer(string block, int most, string problem)
    {
        Assert.Empty(Problems(block.Replace("TEXT", new string('x', most), StringComparison.Ordinal)));

        var found = Assert.Single(Problems(block.Replace("TEXT", new string('x', most + 1), StringComparison.Ordinal)));
        Assert.Equal(problem, found.ToString());
        Assert.True(found.IsTooMuch);
    }

    [Theory]
    [InlineData("""{"type":"section"}""", "blocks[0]: is a section with neither text nor fields")]
    [InlineData("""{"type":"section","text":{"type":"mrkdwn","text":""}}""", "blocks[0].text.text: is empty")]
    [InlineData("""{"type":"section","text":{"type":"markdown","text":"x"}}""", "blocks[0].text.type: is neither plain_text nor mrkdwn")]
    [InlineData("""{"type":"header","text":{"type":"mrkdwn","text":"x"}}""", "blocks[0].text: is not plain_text")]
    [InlineData("""{"type":"header"}""", "blocks[0].text: is missing")]
    [InlineData("""{"type":"Section"}""", "blocks[0].type: is no block that the bot may send: Section")]
    [InlineData("""{"type":"actions","elements":[]}""", "blocks[0].elements: is missing or empty")]
    [InlineData("""{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"style":"destructive"}]}""", "blocks[0].elements[0].style: is neither primary nor danger")]
    [InlineData("""{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}},{"type":"button","action_id":"a","text":{"type":"plain_text","text":"y"}}]}""", "blocks[0].elements[1].action_id: stands twice in its block: a")]
    [InlineData("""{"type":"image","image_url":"https://example.com/x.png"}""", "blocks[0].alt_text: is missing")]
    [InlineData("""{"type":"image","alt_text":"x"}""", "blocks[0]: is an image with neither image_url nor slack_file")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"x"}}""", "blocks[0].element: is missing")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input","max_length":3001}}""", "blocks[0].element.max_length: is not between 1 and 3000")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input","max_length":3,"initial_value":"four"}}""", "blocks[0].element.initial_value: 4 characters, at most 3")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"static_select","options":[{"text":{"type":"plain_text","text":"x"},"value":"v"}],"initial_option":{"text":{"type":"plain_text","text":"X"},"value":"v"}}}""", "blocks[0].element.initial_option: is not one of the options, letter by letter")]
    [InlineData("""{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"Input.Text"}}""", "blocks[0].element.type: is no element that the bot may send: Input.Text")]
    [InlineData("\"text\"", "blocks[0]: is no block")]
    public void What_Slack_would_not_understand_is_named_with_its_place(string block, string problem)
    {
        var found = Assert.Single(Problems(block));

        Assert.Equal(problem, found.ToString());
        Assert.Equal(problem.Contains("at most", StringComparison.Ordinal), found.IsTooMuch);
    }

    [Theory]
    [InlineData("static_select", 100)]
    [InlineData("radio_buttons", 10)]
    [InlineData("checkboxes", 10)]
    [InlineData("overflow", 5)]
    public void A_choice_has_so_many_options(string type, int most)
    {
        Assert.Empty(Problems(Choice(type, most)));
        Assert.Equal($"blocks[0].element.options: {most + 1} entries, at most {most}", Problems(Choice(type, most + 1)).Single().ToString());
    }

    [Fact]
    public void A_message_has_fifty_blocks_and_a_view_a_hundred()
    {
        JsonArray Dividers(int count) => [.. Enumerable.Range(0, count).Select(_ => new JsonObject { ["type"] = "divider" })];

        Assert.Empty(BlockKitLimits.OfMessage(Dividers(50)));
        Assert.Equal("blocks: 51 blocks, at most 50", BlockKitLimits.OfMessage(Dividers(51)).Single().ToString());
        Assert.Empty(BlockKitLimits.OfView(new() { ["type"] = "home", ["blocks"] = Dividers(100) }));
        Assert.Equal("view.blocks: 101 blocks, at most 100", BlockKitLimits.OfView(new() { ["type"] = "home", ["blocks"] = Dividers(101) }).Single().ToString());
    }

    [Fact]
    public void All_blocks_together_have_twelve_thousand_characters_of_JSON()
    {
        // Around the text of a markdown block stand 31 characters, the array's brackets included.
        Assert.Empty(BlockKitLimits.OfMessage([Markdown(11_969)]));
        Assert.Equal("blocks: 12001 characters of JSON, at most 12000", BlockKitLimits.OfMessage([Markdown(11_970)]).Single().ToString());

        static JsonObject Markdown(int length) => new() { ["type"] = "markdown", ["text"] = new string('ü', length) };
    }

    [Fact]
    public void No_block_stands_twice_under_one_id()
    {
        var found = BlockKitLimits.OfMessage((JsonArray)JsonNode.Parse("""[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]""")!);

        Assert.Equal("blocks[1].block_id: stands twice: a", found.Single().ToString());
    }

    [Fact]
    public void A_table_has_a_hundred_rows_of_twenty_cells()
    {
        JsonArray Table(int rows, int cells) => [new JsonObject { ["type"] = "table", ["rows"] = new JsonArray([.. Enumerable.Range(0, rows).Select(_ => new JsonArray([.. Enumerable.Range(0, cells).Select(_ => (JsonNode)new JsonObject())]))]) }];

        Assert.Empty(BlockKitLimits.OfMessage(Table(100, 20)));
        Assert.Equal("blocks[0].rows: 101 rows, at most 100", BlockKitLimits.OfMessage(Table(101, 1)).Single().ToString());
        Assert.Equal("blocks[0].rows[0]: 21 cells, at most 20", BlockKitLimits.OfMessage(Table(1, 21)).Single().ToString());
    }

    [Theory]
    [InlineData("""{"type":"modal","title":{"type":"plain_text","text":"A title of 25 characters."},"blocks":[]}""", "view.title.text: 25 characters, at most 24")]
    [InlineData("""{"type":"modal","blocks":[]}""", "view.title: is missing")]
    [InlineData("""{"type":"dialog","blocks":[]}""", "view.type: is neither modal nor home")]
    [InlineData("""{"type":"home"}""", "view.blocks: is missing")]
    [InlineData("""{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input"}}]}""", "view.submit: is missing although there is an input")]
    [InlineData("""{"type":"home","blocks":[{"type":"table","rows":[[]]}]}""", "view.blocks[0]: is a table, which stands in messages only")]
    public void What_a_view_lacks_is_named(string view, string problem) =>
        Assert.Equal(problem, BlockKitLimits.OfView((JsonObject)JsonNode.Parse(view)!).Single().ToString());

    private static string Choice(string type, int count) =>
        $$$"""{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"{{{type}}}","options":[{{{string.Join(',', Enumerable.Range(0, count).Select(i => $$$"""{"text":{"type":"plain_text","text":"x"},"value":"{{{i}}}"}"""))}}}]}}""";

    private static IReadOnlyList<LimitProblem> Problems(string block) => BlockKitLimits.OfMessage([JsonNode.Parse(block)]);
}
