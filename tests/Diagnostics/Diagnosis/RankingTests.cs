using TrunkBot.Diagnostics.Diagnosis;
using TrunkBot.Diagnostics.Findings;

namespace TrunkBot.Diagnostics.Tests.Diagnosis;

public sealed class RankingTests
{
    [Fact]
    public void What_stops_calls_comes_before_what_hurts_them_before_what_blinds_us_before_a_warning() => Assert.Equal(
        ["twilio-balance-empty", "call-jitter-high", "sbc-unreachable", "twilio-balance-low"],
        Order(Of("twilio-balance-low"), Of("sbc-unreachable"), Of("call-jitter-high"), Of("twilio-balance-empty")));

    [Fact]
    public void Of_two_that_stop_calls_the_first_on_the_calls_way_leads() =>
        Assert.Equal(["binding-disabled", "adjacency-inactive", "credential-list-attached"], Order(Of("credential-list-attached"), Of("adjacency-inactive"), Of("binding-disabled")));

    [Fact]
    public void A_consequence_comes_last_and_names_its_cause()
    {
        var ranked = Ranking.Of([Of("binding-in-alarm"), Of("twilio-balance-low"), Of("adjacency-inactive")]);

        Assert.Equal([("adjacency-inactive", null), ("twilio-balance-low", null), ("binding-in-alarm", "adjacency-inactive")], ranked.Select(c => (c.Code, c.BroughtAboutBy)));
    }

    [Fact]
    public void A_symptom_without_a_cause_is_a_cause_itself() => Assert.Null(Assert.Single(Ranking.Of([Of("binding-in-alarm")])).BroughtAboutBy);

    [Fact]
    public void Only_a_cause_of_its_own_explains() =>

        // The alarm would explain the call; what explains the alarm explains both.
        Assert.Equal(["adjacency-inactive", "adjacency-inactive"], Ranking.Of([Of("call-no-answer"), Of("binding-in-alarm"), Of("adjacency-inactive")]).Skip(1).Select(c => c.BroughtAboutBy));

    [Theory]
    [InlineData("ashburn", "ashburn", "adjacency-inactive")]
    [InlineData("ashburn", "umatilla", null)]
    [InlineData(null, "umatilla", "adjacency-inactive")]
    public void The_trouble_of_one_edge_explains_nothing_of_another(string? adjacency, string refusing, string? by) =>
        Assert.Equal(by, Ranking.Of([Of("adjacency-inactive", adjacency), Of("edge-refuses-options", refusing)])[1].BroughtAboutBy);

    [Fact]
    public void A_call_that_shows_the_same_is_evidence_and_no_second_cause()
    {
        var cause = Assert.Single(Ranking.Of([Of("acl-missing-address"), Call("acl-missing-address", "403")]));

        Assert.Equal("Twilio", cause.Where);
        Assert.Equal(["Test call, signalling: 403"], cause.MoreEvidence);
    }

    [Fact]
    public void The_same_of_two_objects_are_two_causes() =>
        Assert.Equal(2, Ranking.Of([Of("adjacency-inactive") with { What = "adjacency a" }, Of("adjacency-inactive") with { What = "adjacency b" }]).Count);

    private static IEnumerable<string> Order(params Cause[] causes) => Ranking.Of(causes).Select(c => c.Code);

    private static Cause Of(string code, string? edge = null) => new(FindingCatalogue.Find(code)!, "Twilio", "thing", "seen", "fix") { Edge = edge };

    private static Cause Call(string code, string sentence) => new(FindingCatalogue.Find(code)!, "Test call", "signalling", sentence, "fix");
}
