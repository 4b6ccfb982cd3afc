using TrunkBot.Perimeta.Dialects;

namespace TrunkBot.Perimeta.Tests.Dialects;

public sealed class DialectTests
{
    [Fact]
    public void The_shipped_dialects_are_the_published_one_and_the_invented_one() =>
        Assert.Equal(["lab-invented", "published"], Sample.Dialects.Names.Order());

    [Fact]
    public void The_published_dialect_claims_nothing_that_is_not_published()
    {
        var published = Sample.Dialects.Find("published")!;

        Assert.False(published.Invented);
        Assert.Null(published.Prompt);
        Assert.Null(published.Menu.Pattern);
        Assert.Null(published.Pager.More);
        Assert.Null(published.Show.Whole);
        Assert.Empty(published.Errors);
        Assert.Empty(published.Modes);
        Assert.Null(published.Words.Save);
        Assert.Equal(("1", "config", "end"), (published.Menu.Choice, published.Words.Enter, published.Words.Leave));
    }

    [Fact]
    public void The_labs_dialect_says_that_it_is_invented() => Assert.True(Sample.Lab.Invented);

    [Theory]
    [InlineData("{\n \"name\": \"x\",\n \"source\": \"s\",\n \"promt\": \"#\"\n}", 4)]
    [InlineData("{\n \"name\": \"x\",\n \"source\": \"s\",\n \"prompt\": \"(\"\n}", 4)]
    [InlineData("{\n \"name\": \"x\",\n \"source\": \"s\",\n \"limits\": { \"lineSeconds\": \"5\" }\n}", 4)]
    [InlineData("{\n \"name\": \"x\",\n", 3)]
    public void A_bad_file_is_refused_with_its_name_and_line(string json, int line)
    {
        var error = Assert.Throws<DialectFormatException>(() => DialectFile.Read("x.json", json));

        Assert.Equal(("x.json", (long?)line), (error.File, error.Line));
        Assert.StartsWith($"x.json, line {line}: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"limits\": { \"lineSeconds\": 0 }", "LineSeconds")]
    [InlineData("\"prompt\": \"#$\"", "host")]
    [InlineData("\"words\": { \"leave\": \"\" }", "words.leave")]
    [InlineData("\"words\": { \"enter\": \"config\\nreboot\" }", "control character")]
    public void Values_that_could_not_work_are_refused(string member, string named)
    {
        var error = Assert.Throws<DialectFormatException>(() => DialectFile.Read("x.json", $"{{ \"name\": \"x\", \"source\": \"s\", {member} }}"));

        Assert.Contains(named, error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sites_own_file_goes_before_the_shipped_one()
    {
        var folder = Directory.CreateTempSubdirectory();
        File.WriteAllText(Path.Combine(folder.FullName, "published.json"), """{ "name": "published", "source": "the site" }""");

        Assert.Equal("the site", new DialectCatalogue(folder.FullName).Find("published")!.Source);
        folder.Delete(recursive: true);
    }
}
