using System.Text.Json;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Changes.Tests.Plans;

public sealed class PlanHashTests
{
    private static readonly PlannedStep Step = new()
    {
        Id = "perimeta.whitelist",
        System = "perimeta",
        Element = "den-sbc-1",
        Phase = StepPhase.Whitelist,
        Title = "Whitelist",
        Sends = ["permit-peer 54.244.51.0", "permit-peer 54.244.51.1"],
        UndoSends = ["no permit-peer 54.244.51.1", "no permit-peer 54.244.51.0"],
        Proof = "both are listed",
        Worksheet = new Worksheet("MetaView Explorer", [new WorksheetRow("Name", "Twilio")], "look", "delete"),
    };

    private static readonly TrunkPlan Plan = new()
    {
        Intent = Sample.Intent(),
        Values = Sample.Values,
        Systems =
        [
            new SystemPlan
            {
                System = "perimeta",
                Title = "Perimeta",
                Element = "den-sbc-1",
                Fingerprint = "aa",
                Objects = [new PlannedObject(PlannedAction.Create, "permit-peer")],
                Steps = [Step],
                Findings = [],
            },
        ],
        Steps = [Step],
        Findings = [new Finding("whitelist-incomplete", FindingSeverity.Warning, "Some are missing.")],
        Hash = "",
    };

    [Fact]
    public void The_hash_is_the_same_in_every_process() =>
        Assert.StartsWith("c141b554df5c58eb05c6e98ef551385ec5133196295a9a240d", PlanHash.Of(Plan), StringComparison.Ordinal);

    [Fact]
    public void The_canonical_text_has_ordered_keys_no_white_space_and_no_computed_property()
    {
        var text = PlanHash.CanonicalText(Plan);

        Assert.StartsWith("""{"findings":[{"code":"whitelist-incomplete","sentence":"Some are missing.","severity":"Warning"}],"hash":"","intent":{"adjacencyNamePattern":"{name}-{legacy}",""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("contactDomainName", text, StringComparison.Ordinal);
        Assert.DoesNotContain("isManual", text, StringComparison.Ordinal);
        Assert.Contains("\"publicAddresses\":[\"203.0.113.8/29\"]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_itself_is_not_part_of_what_is_hashed() =>
        Assert.Equal(PlanHash.Of(Plan), PlanHash.Of(Plan with { Hash = "something" }));

    [Fact]
    public void A_plan_keeps_its_hash_through_storage()
    {
        var stored = JsonSerializer.Serialize(Plan with { Hash = PlanHash.Of(Plan) }, PlanJson.Options);

        Assert.True(PlanHash.Holds(JsonSerializer.Deserialize<TrunkPlan>(stored, PlanJson.Options)!));
    }

    [Fact]
    public void Any_difference_changes_the_hash()
    {
        TrunkPlan[] different =
        [
            Plan with { Intent = Plan.Intent with { Name = "acme-west" } },
            Plan with { Intent = Plan.Intent with { Transport = SipTransport.Tcp } },
            Plan with { Intent = Plan.Intent with { PollingIntervalSeconds = 60 } },
            Plan with { Intent = Plan.Intent with { Edges = [EdgeCatalogue.Shipped.Edges[0]] } },
            Plan with { Intent = Plan.Intent with { CoreProxyAddress = System.Net.IPAddress.Parse("10.0.0.6") } },
            Plan with { Values = [new ParameterValue("name", "acme-east", ValueOrigin.Default), Plan.Values[1]] },
            WithSystem(Plan.Systems[0] with { Fingerprint = "ab" }),
            WithSystem(Plan.Systems[0] with { Element = "den-sbc-2" }),
            WithSystem(Plan.Systems[0] with { Objects = [] }),
            WithStep(Step with { Id = "other" }),
            WithStep(Step with { Phase = StepPhase.Inbound }),
            WithStep(Step with { Sends = ["permit-peer 54.244.51.1", "permit-peer 54.244.51.0"] }),
            WithStep(Step with { Sends = ["permit-peer 54.244.51.0\npermit-peer 54.244.51.1"] }),
            WithStep(Step with { UndoSends = [] }),
            WithStep(Step with { Proof = "one is listed" }),
            WithStep(Step with { Payload = "{\"a\":1}" }),
            WithStep(Step with { Worksheet = null }),
            WithStep(Step with { Worksheet = Step.Worksheet! with { Rows = [new WorksheetRow("Name", "Twili0")] } }),
            Plan with { Steps = [Step, Step] },
            Plan with { Findings = [] },
        ];

        Assert.Equal(21, different.Append(Plan).Select(PlanHash.Of).Distinct().Count());
    }

    private static TrunkPlan WithStep(PlannedStep step) => Plan with { Steps = [step] };

    private static TrunkPlan WithSystem(SystemPlan system) => Plan with { Systems = [system] };

    [Fact]
    public void What_a_finding_says_counts_and_not_how_it_is_stored()
    {
        var whole = Plan with { Findings = [new("realm-missing", FindingSeverity.Warning, $"The realm {"Red"} is not defined.")] };
        var finished = Plan with { Findings = [new("realm-missing", FindingSeverity.Warning, "The realm Red is not defined.")] };
        Assert.Equal(PlanHash.Of(finished), PlanHash.Of(whole));

        var stored = JsonSerializer.Deserialize<TrunkPlan>(JsonSerializer.Serialize(whole with { Hash = PlanHash.Of(whole) }, PlanJson.Options), PlanJson.Options)!;
        Assert.True(PlanHash.Holds(stored));
        Assert.Equal("The realm {0} is not defined.", stored.Findings[0].Sentence.Template);
    }
}
