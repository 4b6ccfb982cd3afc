using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Tests;

public sealed class ParameterLineTests
{
    [Fact]
    public void Typed_values_make_a_line_that_reads_back_to_the_same_intent()
    {
        var first = IntentReader.Read(TestSites.Typed(("edges", "umatilla, ashburn"), ("polling", "60")), TestSites.Find);

        var line = ParameterLine.Write(first.Values);
        var second = IntentReader.Read(ParameterLine.Read(line).Values, TestSites.Find);

        Assert.Equal("name=acme-east site=denver edges=ashburn,umatilla polling=60", line);
        Assert.Equal(first.Values, second.Values);
    }

    [Fact]
    public void Typographic_quotes_count_as_quotes()
    {
        var (values, errors) = ParameterLine.Read("edges=\u201Cumatilla, ashburn\u201D name=a");

        Assert.Empty(errors);
        Assert.Equal("umatilla, ashburn", values["edges"]);
        Assert.Equal("a", values["name"]);
    }

    [Theory]
    [InlineData("name=a name=b", "\"name\" is given twice")]
    [InlineData("acme", "\"acme\" is not of the form key=value")]
    [InlineData("edges=\"umatilla", "the quote in \"edges=umatilla\" is not closed")]
    [InlineData("=x", "\"=x\" is not of the form key=value")]
    public void A_line_that_can_not_be_meant_is_refused(string line, string error)
    {
        Assert.Equal([error], ParameterLine.Read(line).Errors);
    }

    [Fact]
    public void An_empty_line_holds_nothing()
    {
        var (values, errors) = ParameterLine.Read("   ");

        Assert.Empty(values);
        Assert.Empty(errors);
    }
}
