using System.Text.Json.Nodes;
using CsCheck;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Tests.Templates;

public sealed class TemplateExpanderTests
{
    private const string Data = """
        {"name":"acme","n":5.50,"whole":3,"yes":true,"no":false,"nothing":null,"o":{"a-b":"dash","list":[{"v":1},{"v":2}]},"list":["x","y"],"empty":[],
         "items":[{"t":"one","show":true},{"t":"two","show":false}],"hostile":"${name} {{DATE(x)}} <at>Ben</at>\n[x](http://e)"}
        """;

    [Theory]
    [InlineData("\"plain\"", "\"plain\"")]
    [InlineData("\"${name}\"", "\"acme\"")]
    [InlineData("\"${n}\"", "5.50")]
    [InlineData("\"${yes}\"", "true")]
    [InlineData("\"${nothing}\"", "null")]
    [InlineData("\"${list}\"", "[\"x\",\"y\"]")]
    [InlineData("\"<${name}> ${n} ${yes} ${whole}\"", "\"<acme> 5.5 true 3\"")]
    [InlineData("\"${o['a-b']}\"", "\"dash\"")]
    [InlineData("\"${o.list[1].v}\"", "2")]
    [InlineData("\"${$root.name}\"", "\"acme\"")]
    [InlineData("\"\\\\${name}\"", "\"${name}\"")]
    [InlineData("\"${hostile}\"", "\"${name} {{DATE(x)}} <at>Ben</at> [x](http://e)\"")]
    [InlineData("\"${name == 'acme'}\"", "true")]
    [InlineData("\"${whole != 3 || n > 5}\"", "true")]
    [InlineData("\"${whole <= 3 && !no}\"", "true")]
    [InlineData("\"${no && missing}\"", "false")]
    [InlineData("\"${yes || missing}\"", "true")]
    [InlineData("\"${yes ? 'a' : missing}\"", "\"a\"")]
    [InlineData("\"${if(no, missing, 'b')}\"", "\"b\"")]
    [InlineData("\"${if(exists(missing), missing, 'd')}\"", "\"d\"")]
    [InlineData("\"${exists(name)}\"", "true")]
    [InlineData("\"${exists(nothing)}\"", "false")]
    [InlineData("\"${exists(o.list[7].v)}\"", "false")]
    [InlineData("\"${coalesce(nothing, 'c')}\"", "\"c\"")]
    [InlineData("\"${count(list)}\"", "2")]
    [InlineData("\"${length(name)}\"", "4")]
    [InlineData("\"${join(list, ', ')}\"", "\"x, y\"")]
    [InlineData("\"${toUpper(name)} ${toLower('ABC')}\"", "\"ACME abc\"")]
    [InlineData("\"${replace(name, 'a', 'o')}\"", "\"ocme\"")]
    [InlineData("\"${substring(name, 1, 2)}\"", "\"cm\"")]
    [InlineData("\"${'}'}\"", "\"}\"")]
    [InlineData("7", "7")]
    [InlineData("[{\"$data\":\"${items}\",\"t\":\"${$index}: ${t}\"}]", "[{\"t\":\"0: one\"},{\"t\":\"1: two\"}]")]
    [InlineData("[{\"$data\":\"${list}\",\"t\":\"${$data}\"}]", "[{\"t\":\"x\"},{\"t\":\"y\"}]")]
    [InlineData("[{\"$data\":\"${empty}\",\"t\":\"x\"}]", "[]")]
    [InlineData("[{\"$data\":\"${items}\",\"$when\":\"${show}\",\"t\":\"${t} of ${$root.name}\"}]", "[{\"t\":\"one of acme\"}]")]
    [InlineData("{\"$data\":\"${o}\",\"t\":\"${list[0].v}\"}", "{\"t\":1}")]
    [InlineData("{\"$when\":\"${no}\",\"t\":\"x\"}", "null")]
    [InlineData("{\"${name}\":1}", "{\"${name}\":1}")]
    public void A_construct_gives_what_the_language_says(string template, string expected)
    {
        var expanded = Expand($$"""{"x":{{template}}}""")["x"];

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), expanded), $"{expanded?.ToJsonString() ?? "null"} instead of {expected}");
    }

    [Theory]
    [InlineData("\"${missing}\"", "cards/t.json, x: ${missing}: the data has no missing")]
    [InlineData("\"${Name}\"", "cards/t.json, x: ${Name}: the data has no Name")]
    [InlineData("\"${o.list[2].v}\"", "cards/t.json, x: ${o.list[2].v}: the data has no o.list[2].v")]
    [InlineData("\"a ${nothing}\"", "cards/t.json, x: null can't stand in text; give a default with if(exists(x), x, '...')")]
    [InlineData("\"a ${o}\"", "cards/t.json, x: an object or array can't stand in text")]
    [InlineData("\"${name\"", "cards/t.json, x: an expression is not closed with }")]
    [InlineData("\"${json(name)}\"", "cards/t.json, x: ${json(name)}: there is no function json with 1 arguments")]
    [InlineData("\"${name name}\"", "cards/t.json, x: ${name name}: 'name' was not expected")]
    [InlineData("\"${name & name}\"", "cards/t.json, x: ${name & name}: '&' means nothing in an expression")]
    [InlineData("\"${name < 3}\"", "cards/t.json, x: ${name < 3}: < compares two numbers or two texts")]
    [InlineData("\"${!name}\"", "cards/t.json, x: ${!name}: ! wants true or false")]
    [InlineData("\"${'open}\"", "cards/t.json, x: an expression is not closed with }")]
    [InlineData("\"${substring(name, 3, 9)}\"", "cards/t.json, x: ${substring(name, 3, 9)}: substring(3, 9) is outside a text of 4")]
    [InlineData("[{\"$when\":true}]", "cards/t.json, x[0].$when: must be an expression of the form \"${...}\"")]
    [InlineData("[{\"$when\":\"${name}\"}]", "cards/t.json, x[0].$when: must give true or false")]
    [InlineData("[{\"$data\":\"${nothing}\"}]", "cards/t.json, x[0]: $data must give an object or an array")]
    [InlineData("{\"$data\":\"${list}\"}", "cards/t.json, x: $data is an array, but only an element of an array can be repeated")]
    [InlineData("[{\"$data\":\"${items}\",\"t\":\"${name}\"}]", "cards/t.json, x[0].t: ${name}: the data has no name")]
    public void A_mistake_is_an_error_with_file_and_place(string template, string message)
    {
        var error = Assert.Throws<TemplateException>(() => Expand($$"""{"x":{{template}}}"""));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Markdown_is_escaped_in_a_TextBlock_and_in_facts()
    {
        var card = Expand("""{"body":[{"type":"TextBlock","text":"*Hello* ${hostile}"},{"type":"FactSet","facts":[{"title":"a_b","value":"${hostile}"}]}]}""");

        const string escaped = @"$\{name\} \{\{DATE\(x\)\}\} \<at\>Ben\</at\> \[x\]\(http://e\)";
        Assert.Equal("*Hello* " + escaped, card["body"]![0]!["text"]!.GetValue<string>());
        Assert.Equal(escaped, card["body"]![1]!["facts"]![0]!["value"]!.GetValue<string>());
    }

    [Fact]
    public void A_TextRun_shows_everything_literally_on_one_line()
    {
        var card = Expand("""{"inlines":[{"type":"TextRun","text":"${hostile}"}]}""");

        Assert.Equal("${name} {{DATE(x)}} <at>Ben</at> [x](http://e)", card["inlines"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public void Data_of_a_button_and_the_value_of_an_input_stay_as_they_are()
    {
        var card = Expand("""{"a":{"type":"Action.Execute","data":{"id":"${hostile}"}},"i":{"type":"Input.Text","value":"${hostile}"}}""");

        Assert.Equal("${name} {{DATE(x)}} <at>Ben</at>\n[x](http://e)", card["a"]!["data"]!["id"]!.GetValue<string>());
        Assert.Equal("${name} {{DATE(x)}} <at>Ben</at>\n[x](http://e)", card["i"]!["value"]!.GetValue<string>());
    }

    [Fact]
    public void Any_text_goes_into_the_card_as_text_and_never_as_structure()
    {
        Gen.String[Gen.Char, 0, 60].Sample(value =>
        {
            var card = TemplateExpander.Expand(
                (JsonObject)JsonNode.Parse("""{"body":[{"type":"TextRun","text":"${v}"},{"data":{"id":"${v}"}}],"n":1}""")!, new JsonObject { ["v"] = value }, "cards/t.json");

            Assert.Equal(2, card["body"]!.AsArray().Count);
            Assert.Equal(value, card["body"]![1]!["data"]!["id"]!.GetValue<string>());
            Assert.DoesNotContain(card["body"]![0]!["text"]!.GetValue<string>(), c => char.IsControl(c) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069');
        });
    }

    [Fact]
    public void Escaped_markdown_without_its_backslashes_is_the_text_that_came_in()
    {
        Gen.String[Gen.Char["ab*_[](){}#+-.!|<>~&`\\ \u202E"], 0, 40].Sample(value =>
        {
            var escaped = ShownText.Markdown(value);
            var plain = new System.Text.StringBuilder();
            for (var i = 0; i < escaped.Length; i++)
            {
                i += escaped[i] == '\\' ? 1 : 0;
                plain.Append(escaped[i]);
            }

            Assert.Equal(value.Replace("\u202E", "", StringComparison.Ordinal), plain.ToString());
        });
    }

    [Theory]
    [InlineData("abc", 5, "abc")]
    [InlineData("abcdef", 3, "abc…")]
    [InlineData("a\r\nb\tc", 9, "a  b c")]
    [InlineData("👩‍👩‍👧x", 1, "👩‍👩‍👧…")]
    [InlineData("safe\u202Egnp.exe", 20, "safegnp.exe")]
    [InlineData("a\u061Cb", 20, "ab")]
    public void Names_are_cut_by_what_readers_see_and_lose_hidden_characters(string text, int most, string expected) =>
        Assert.Equal(expected, ShownText.Cut(text, most));

    [Fact]
    public void Code_keeps_its_indentation() => Assert.Equal("\u00A0\u00A0adjacency sip x", ShownText.Code("  adjacency sip x", 80));

    private static JsonObject Expand(string template) =>
        TemplateExpander.Expand((JsonObject)JsonNode.Parse(template)!, (JsonObject)JsonNode.Parse(Data)!, "cards/t.json");
}
