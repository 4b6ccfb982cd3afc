using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Planning;

/// <summary>A site that lets calls of all Twilio edges in (seed article: an inbound call can come from any of them), which is the default.</summary>
public sealed class WhitelistTests
{
    private static readonly PerimetaSite AllEdges = Sample.Perimeta() with { WhitelistAllEdges = new PerimetaSite { Element = "x", Host = "x", KnownHosts = "x" }.WhitelistAllEdges };

    [Fact]
    public void A_trunk_of_one_edge_permits_the_addresses_of_all_eight_in_one_block()
    {
        var plan = Plan(new(Sample.Intent()));

        var step = Assert.Single(plan.Steps, step => step.Phase == StepPhase.Whitelist);
        Assert.Equal("Permit 32 Twilio addresses on service network 2", step.Title);
        Assert.Equal(32 + 5, step.Sends.Count);
        Assert.Contains("permit-peer service-network 2 ipv4 54.171.127.195", step.Sends);
        Assert.Equal("32 of 32 Twilio addresses are added", plan.Objects[0].Detail);
        Assert.DoesNotContain(plan.Findings, f => f.Code == "whitelist-not-all-edges");
    }

    [Fact]
    public void Only_those_that_are_missing_are_permitted() =>
        Assert.Equal(28, Plan(new(Sample.Intent()), PlannerTests.Provisioned("activate")).Steps.Single().Sends.Count(line => line.StartsWith("permit-peer", StringComparison.Ordinal)));

    [Fact]
    public void That_calls_of_the_other_edges_match_no_adjacency_is_said_from_the_first_plan_on()
    {
        const string sentence = "Addresses of ashburn, dublin, frankfurt, tokyo, singapore, sydney, sao-paulo are permitted, as the site wants it, but in no adjacency's range: calls from there match no adjacency.";

        Assert.Equal(sentence, Plan(new(Sample.Intent())).Findings.Single(f => f.Code == "whitelist-without-adjacency").Sentence);
        Assert.Equal(sentence, Plan(new(Sample.Intent()), Permitted()).Findings.Single(f => f.Code == "whitelist-without-adjacency").Sentence);
    }

    [Fact]
    public void The_addresses_of_an_edge_that_is_retired_stay()
    {
        var goal = new TrunkGoal(Sample.Intent()) { Owned = new(Sample.Intent("umatilla", "dublin"), Owned()) };

        Assert.DoesNotContain(Plan(goal, Permitted()).Steps, step => step.Phase is StepPhase.WhitelistRetire or StepPhase.Whitelist);
    }

    [Fact]
    public void A_removal_takes_its_own_lines_and_leaves_all_edges_to_another_trunk_that_leads_to_Twilio()
    {
        var alone = Plan(Removal, Permitted()).Steps.Single(step => step.Phase == StepPhase.WhitelistRetire);
        var beside = Plan(Removal, BesideDublin());

        Assert.Equal(32, alone.Sends.Count(line => line.StartsWith("no permit-peer", StringComparison.Ordinal)));
        Assert.DoesNotContain(beside.Steps, step => step.Phase == StepPhase.WhitelistRetire);
        Assert.Contains(beside.Objects, item => item is { Action: PlannedAction.LeaveAlone, What: "32 permit-peer lines", Detail: "another adjacency needs them" });
    }

    [Fact]
    public void Where_the_site_does_not_want_all_edges_another_trunk_needs_those_of_its_own()
    {
        var beside = Plan(Removal, BesideDublin(), Sample.Perimeta());

        Assert.Equal(28, beside.Steps.Single(step => step.Phase == StepPhase.WhitelistRetire).Sends.Count(line => line.StartsWith("no permit-peer", StringComparison.Ordinal)));
        Assert.Contains(beside.Objects, item => item is { Action: PlannedAction.LeaveAlone, What: "4 permit-peer lines", Detail: "another adjacency needs them" });
    }

    [Theory]
    [InlineData("54.244.51.1", FindingSeverity.Error, "of this trunk")]
    [InlineData("54.171.127.193", FindingSeverity.Warning, "of other edges")]
    public void A_banned_address_stops_the_plan_only_when_the_trunk_needs_it(string banned, FindingSeverity severity, string words)
    {
        var running = Sample.Running.Replace("    trusted-sources\n", $"    blacklisting\n      ban-peer service-network 2 ipv4 {banned}\n    trusted-sources\n", StringComparison.Ordinal);

        var finding = Plan(new(Sample.Intent()), running).Findings.Single(f => f.Code == "whitelist-address-banned");

        Assert.Equal(severity, finding.Severity);
        Assert.Contains(words, finding.Sentence, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Addresses() =>
        new[] { "54.172.60", "54.244.51", "54.171.127", "35.156.191", "54.65.63", "54.169.127", "54.252.254", "177.71.206" }
            .SelectMany(net => Enumerable.Range(net switch { "54.244.51" or "54.172.60" => 0, "54.252.254" => 64, "35.156.191" or "54.169.127" => 128, _ => 192 }, 4).Select(last => $"{net}.{last}"));

    private static Dictionary<string, string> Owned() => Addresses().ToDictionary(address => $"perimeta.permit.2.{address}", _ => "added");

    private static string Permitted() => Sample.Running.Replace(
        "      permit-peer service-network 2 ipv4 198.51.100.20\n",
        string.Concat(Addresses().Select(address => $"      permit-peer service-network 2 ipv4 {address}\n")),
        StringComparison.Ordinal);

    private static TrunkGoal Removal => new(Sample.Intent()) { Removes = true, Owned = new(Sample.Intent(), Owned()) };

    private static string BesideDublin() => Permitted().Replace(
        "    adjacency sip Meta",
        "    adjacency sip beta-ie1\n      service-address GeneralPeering-01\n      remote-address-range ipv4 54.171.127.192 prefix-len 30\n      activate\n    adjacency sip Meta",
        StringComparison.Ordinal);

    private static SystemPlan Plan(TrunkGoal goal, string running = Sample.Running, PerimetaSite? site = null) =>
        new PerimetaPlanner(goal, Sample.Site(site ?? AllEdges), Sample.Lab, RunningConfiguration.Read(running)).Plan("perimeta", "Perimeta", "f");
}
