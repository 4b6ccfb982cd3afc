using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Templates;

public sealed class TemplatePlanTests
{
    private static readonly TrunkIntent Secure = Sample.Intent("umatilla", "dublin") with { Transport = SipTransport.Tls, LocalPort = 5061 };

    [Fact]
    public void A_trunk_over_TLS_gets_its_objects_first_and_the_templates_lines_last_in_each_adjacency()
    {
        var plan = Plan(new(Secure));

        Assert.Equal(
            [
                "perimeta.whitelist", "perimeta.tls", "perimeta.adjacency.acme-east-us2.build", "perimeta.adjacency.acme-east-ie1.build",
                "perimeta.adjacency.acme-east-us2.activate", "perimeta.adjacency.acme-east-ie1.activate",
            ],
            plan.Steps.Select(s => s.Id));
        Assert.Equal(["config", "sbc", "lab-invented-tls-profile acme-east-tls", "lab-invented-cipher strong", "end"], plan.Steps[1].Sends);
        Assert.Equal(["config", "sbc", "no lab-invented-tls-profile acme-east-tls", "end"], plan.Steps[1].UndoSends);
        Assert.Equal(
            ["default-interop-profile ManagedAccess", "lab-invented-tls", "lab-invented-profile acme-east-tls", "lab-invented-srtp required", "exit", "no activate", "end"],
            plan.Steps[2].Sends.TakeLast(7));
        Assert.Equal(FindingSeverity.Warning, plan.Findings.Single(f => f.Code == "tls-by-template").Severity);
        Assert.DoesNotContain(plan.Findings, f => f.Code == "tls-template-missing");
    }

    [Fact]
    public void Without_dynamic_peer_routing_the_call_policy_template_takes_the_place_of_the_person()
    {
        var plan = Plan(new(Sample.Intent()), DynamicPeerRouting.Unknown);

        var step = Assert.Single(plan.Steps, s => s.Id == "perimeta.routing.acme-east-us2");
        Assert.False(step.IsManual);
        Assert.Equal(
            ["config", "sbc", "lab-invented-policy Main", "lab-invented-route acme-east-us2 MetasphereCFS", "lab-invented-route MetasphereCFS acme-east-us2", "end"], step.Sends);
        Assert.Equal("no lab-invented-route MetasphereCFS acme-east-us2", step.UndoSends[3]);
        Assert.Equal(["perimeta.routing.acme-east-us2", "perimeta.adjacency.acme-east-us2.activate"], plan.Steps.TakeLast(2).Select(s => s.Id));
        Assert.Equal("routing-by-template", Assert.Single(plan.Findings, f => f.Code.StartsWith("routing", StringComparison.Ordinal)).Code);
    }

    [Fact]
    public void With_dynamic_peer_routing_nothing_is_sent_to_the_call_policy() =>
        Assert.DoesNotContain(Plan(new(Sample.Intent())).Steps, s => s.Id.StartsWith("perimeta.routing", StringComparison.Ordinal));

    [Fact]
    public void Of_an_adjacency_that_somebody_removed_the_plan_says_that_routing_may_be_left()
    {
        var facts = new Dictionary<string, string>
        {
            ["perimeta.template.callPolicy.acme-east-us2"] = TemplateFacts.Of(new("perimeta.template.callPolicy.acme-east-us2", "of the call policy template for acme-east-us2", ["a acme-east-us2"], ["no a acme-east-us2"], ["a acme-east-us2"])),
        };

        var plan = Plan(new(Sample.Intent()) { Removes = true, Owned = new(Sample.Intent(), facts) });

        Assert.Empty(plan.Steps);
        Assert.Contains(plan.Objects, item => item is { Action: PlannedAction.LeaveAlone, What: "call-policy-set", Detail: "what the site's template did for acme-east-us2 may be there still: a person looks" });
    }

    [Theory]
    [InlineData("Metasphere CFS")]
    [InlineData("CFS\nreboot")]
    [InlineData("\"CFS\"")]
    public void A_value_that_is_no_safe_name_never_gets_into_a_line(string core)
    {
        var plan = Plan(new(Sample.Intent()), DynamicPeerRouting.No, core);

        Assert.Empty(plan.Steps);
        Assert.Contains("core adjacency", Assert.Single(plan.Findings, f => f.Code == "sbc-name-unsafe").Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab-invented-tls\n  lab-invented-profile acme-east-tls\n  lab-invented-srtp required")]
    [InlineData("call-media-policy\nrepeat-sdp-on-200ok\n  lab-invented-tls\n    lab-invented-profile acme-east-tls\n    lab-invented-srtp required")]
    public void In_which_mode_a_templates_lines_are_read_back_does_not_matter(string actual)
    {
        var lines = CommandBlocks.Intended("A", ["call-media-policy", "repeat-sdp-on-200ok", "realm R", "lab-invented-tls", "lab-invented-profile acme-east-tls", "lab-invented-srtp required", "exit", "no activate"]);

        Assert.True(ConfigDifference.Between(lines, RunningConfiguration.Read($"adjacency sip A\nrealm R\ncall-media-policy\nrepeat-sdp-on-200ok\n{actual}\n").Adjacencies[0].Node, activation: false).HoldsAllIntended);
    }

    [Fact]
    public void Another_value_of_a_templates_line_contradicts_it() => Assert.Equal(
        "lab-invented-srtp preferred instead of lab-invented-srtp required",
        Assert.Single(ConfigDifference.Between(
            CommandBlocks.Intended("A", ["lab-invented-tls", "lab-invented-srtp required"]),
            RunningConfiguration.Read("adjacency sip A\nlab-invented-tls\n  lab-invented-srtp preferred\n").Adjacencies[0].Node,
            activation: false).Lines).ToString());

    private static SystemPlan Plan(TrunkGoal goal, DynamicPeerRouting routing = DynamicPeerRouting.Yes, string core = "MetasphereCFS") => new PerimetaPlanner(
        goal,
        Sample.Site(Sample.Perimeta(routing) with { CoreAdjacency = core, Templates = new() { Tls = "tls.txt", CallPolicy = "policy.txt" } }),
        Sample.Lab,
        RunningConfiguration.Read(Sample.Running),
        TemplateTexts.Loaded).Plan("perimeta", "Perimeta", "f");
}
