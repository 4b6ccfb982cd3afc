using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Perimeta.Tests.Planning;

/// <summary>The line with the ticket, where the dialect has one.</summary>
public sealed class DescriptionTests
{
    private static Dialect With(string description) => DialectFile.Read("x.json", $$"""{ "name": "x", "source": "s", "adjacencyDescription": {{System.Text.Json.JsonSerializer.Serialize(description)}} }""");

    [Fact]
    public void The_line_comes_first_in_the_adjacency_and_stands_on_the_plan()
    {
        var plan = Plan(With("description {ticket}"), "CHG0012345");

        Assert.Equal("54.244.51.0/30 to acme-east.pstn.us2.twilio.com, built inactive, then activated; description CHG0012345", plan.Objects.Single(o => o.What == "adjacency acme-east-us2").Detail);
        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "description CHG0012345", "deactivation-mode normal"], plan.Steps.Single(IsBuild).Sends.Take(6));
        Assert.Equal(["config", "sbc", "signaling", "no adjacency sip acme-east-us2", "end"], plan.Steps.Single(IsBuild).UndoSends);
    }

    [Fact]
    public void The_published_dialect_has_none() =>
        Assert.DoesNotContain(Plan(Sample.Dialects.Find("published")!, "CHG0012345").Steps.SelectMany(s => s.Sends), line => line.Contains("CHG0012345", StringComparison.Ordinal));

    [Fact]
    public void Without_a_ticket_the_step_is_the_same_to_the_letter_as_in_a_dialect_without_descriptions() =>
        Assert.Equal(Plan(Sample.Lab with { AdjacencyDescription = null }, null).Steps.Single(IsBuild).Payload, Plan(Sample.Lab, null).Steps.Single(IsBuild).Payload);

    /// <summary>The parameter takes none of these; should one come past it, no line has it.</summary>
    [Theory]
    [InlineData("CHG1 x")]
    [InlineData("CHG1\nno adjacency sip MetasphereCFS")]
    [InlineData("CHG1\r\nend")]
    [InlineData("CHG1\treload")]
    [InlineData("CHG1\" \"x")]
    [InlineData("\"")]
    [InlineData("CHG1?")]
    [InlineData("!CHG1")]
    [InlineData("#1")]
    [InlineData("-1")]
    [InlineData("CHG1;reload")]
    [InlineData("CHG1|include")]
    [InlineData("CHG\u00a01")]
    [InlineData("CHG\u202e1")]
    [InlineData("")]
    [InlineData("{trunk}")]
    [InlineData("CHG12345678901234567890123456789012345678")]
    public void What_is_not_one_word_reaches_no_line(string ticket)
    {
        Assert.NotNull(TrunkParameters.Find("ticket")!.Check(ticket));
        Assert.Equal(Plan(Sample.Lab, null).Steps.SelectMany(s => s.Sends.Concat(s.UndoSends)), Plan(Sample.Lab, ticket).Steps.SelectMany(s => s.Sends.Concat(s.UndoSends)));
    }

    [Fact]
    public void A_trunk_name_that_would_make_the_line_look_like_a_secret_has_no_line()
    {
        var plan = new PerimetaPlanner(new TrunkGoal(Sample.Intent() with { Name = "turkey" }) { Ticket = "CHG1" }, Sample.Site(Sample.Perimeta()), Sample.Lab, RunningConfiguration.Read(Sample.Running)).Plan("perimeta", "Perimeta", "f");

        Assert.DoesNotContain(plan.Steps.SelectMany(s => s.Sends), line => line.Contains("CHG1", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_two_descriptions_stand_neither_is_written_over()
    {
        var lines = CommandBlocks.AdjacencyLines(Sample.Intent(), Sample.Intent().Edges[0], new()).SkipLast(1);
        var running = RunningConfiguration.Read($"{Sample.Running}sbc\nsignaling\nadjacency sip acme-east-us2\ndescription one\ndescription two\n{string.Join('\n', lines)}\nactivate\n");
        var goal = new TrunkGoal(Sample.Intent() with { LocalPort = 5080 }) { Owned = new(Sample.Intent(), new Dictionary<string, string>()), Ticket = "CHG1" };

        var step = new PerimetaPlanner(goal, Sample.Site(Sample.Perimeta()), With("description {ticket}"), running).Plan("perimeta", "Perimeta", "f").Steps.Single(s => s.Id.EndsWith(".edit", StringComparison.Ordinal));

        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "signaling-local-port 5080", "activate", "end"], step.Sends);
    }

    [Theory]
    [InlineData("description", "has no {ticket}")]
    [InlineData("description {trunk}", "has no {ticket}")]
    [InlineData("{ticket}", "begins with the device's word")]
    [InlineData("description {ticket} {edge}", "its holes are {trunk} and {ticket}")]
    [InlineData("description {ticket}\nend", "control character")]
    [InlineData("description {ticket}?", "holds ?")]
    [InlineData("realm {ticket}", "with a word that the bot does not use itself")]
    [InlineData("adjacency sip {ticket}", "with a word that the bot does not use itself")]
    [InlineData("exit {ticket}", "with a word that the bot does not use itself")]
    [InlineData("no description {ticket}", "with a word that the bot does not use itself")]
    [InlineData("! {ticket}", "with a word that the bot does not use itself")]
    [InlineData("description  {ticket}", "one blank between words")]
    [InlineData("description \"{ticket}\"", "quotes only around what has blanks")]
    [InlineData("key {ticket}", "looks like a secret")]
    public void A_pattern_that_could_not_work_is_refused(string pattern, string named) =>
        Assert.Contains(named, Assert.Throws<DialectFormatException>(() => With(pattern)).Reason, StringComparison.Ordinal);

    [Fact]
    public void The_word_may_not_stand_several_times() => Assert.Contains(
        "stands once",
        Assert.Throws<DialectFormatException>(() => DialectFile.Read("x.json", """{ "name": "x", "source": "s", "adjacencyDescription": "description {ticket}", "repeatable": ["description"] }""")).Reason,
        StringComparison.Ordinal);

    private static bool IsBuild(PlannedStep step) => step.Id == "perimeta.adjacency.acme-east-us2.build";

    private static SystemPlan Plan(Dialect dialect, string? ticket) =>
        new PerimetaPlanner(new TrunkGoal(Sample.Intent()) { Ticket = ticket }, Sample.Site(Sample.Perimeta()), dialect, RunningConfiguration.Read(Sample.Running)).Plan("perimeta", "Perimeta", "f");
}
