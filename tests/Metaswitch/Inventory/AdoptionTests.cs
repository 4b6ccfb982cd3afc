using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Metaswitch.Tests.Lab;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Metaswitch.Tests.Inventory;

/// <summary>A trunk that people built and the bot took over: what nobody confirmed to it is asked for once, and their objects are its own.</summary>
public sealed class AdoptionTests
{
    private const string Model = "metaswitch.rmgm.unconfirmed";
    private const string Trunk = "metaswitch.sip-trunk.unconfirmed";
    private const string Routing = "metaswitch.translations.unconfirmed";

    private static Dictionary<string, string> Facts(params string[] open) => open.ToDictionary(f => f, _ => "yes");

    private static TrunkGoal Goal(Dictionary<string, string> facts, TrunkIntent? wanted = null) => new(wanted ?? Given.Intent) { Owned = new(Given.Intent, facts) };

    /// <summary>As the engine keeps them when a change is done: the later word counts, an empty one takes back.</summary>
    private static Dictionary<string, string> Kept(Dictionary<string, string> before, IEnumerable<StepObservation> seen) =>
        before.Concat(seen.SelectMany(s => s.Facts ?? new Dictionary<string, string>())).GroupBy(f => f.Key).Where(f => f.Last().Value.Length > 0).ToDictionary(f => f.Key, f => f.Last().Value);

    private static async Task<CfsLab> AdoptedAsync(Dictionary<string, string> facts, params (string Element, string Value)[] otherwise)
    {
        var lab = await CfsLab.StartAsync();
        await lab.BuildByHandAsync(otherwise);
        await lab.ManageAsync(facts: facts);
        return lab;
    }

    [Fact]
    public async Task An_adopted_trunk_that_is_consistent_needs_no_automatic_step_and_what_is_confirmed_is_not_asked_again()
    {
        var facts = Facts(Model, Trunk, Routing);
        await using var lab = await AdoptedAsync(facts);

        var plan = await lab.Journey.PlanAsync(Goal(facts));
        List<StepObservation> seen = [];
        foreach (var step in plan.Steps)
        {
            seen.Add(await lab.Journey.ObserveAsync(step));
        }

        Assert.Equal(["metaswitch.rmgm", "metaswitch.sip-trunk", "metaswitch.translations"], plan.Steps.Select(s => s.Id));
        Assert.All(plan.Steps, s => Assert.True(s.IsManual));
        Assert.Contains(plan.Findings, f => f is { Code: "cfs-work-unconfirmed", Severity: FindingSeverity.Warning });
        Assert.All(seen, s => Assert.Equal(StepState.CannotTell, s.State));
        facts = Kept(facts, seen);
        Assert.Empty(facts);
        await lab.ManageAsync(facts: facts);
        Assert.Empty((await lab.Journey.PlanAsync(Goal(facts))).Steps);
    }

    [Theory]
    [InlineData(Model, "metaswitch.rmgm", "rmgm")]
    [InlineData(Trunk, "metaswitch.sip-trunk", "sip-trunk")]
    [InlineData(Routing, "metaswitch.translations", "translations")]
    public async Task Only_the_piece_of_work_that_is_not_confirmed_yet_is_asked_for(string fact, string step, string named)
    {
        await using var lab = await AdoptedAsync(Facts(fact));

        var plan = await lab.Journey.PlanAsync(Goal(Facts(fact)));

        Assert.Equal([step], plan.Steps.Select(s => s.Id));
        Assert.Equal("Take back only what you created or changed for this step.", plan.Steps[0].Worksheet!.Undo);
        Assert.Equal(
            $"Binding TwilioBinding was adopted, and nobody has confirmed to the bot yet: {named}.", plan.Findings.Single(f => f.Code == "cfs-work-unconfirmed").Sentence);
    }

    [Fact]
    public async Task A_change_of_an_adopted_binding_touches_nothing_but_its_fields_and_its_undo_puts_their_values_back()
    {
        var facts = Facts(Model, Trunk, Routing);
        await using var lab = await AdoptedAsync(facts, ("UseDNForIdentification", "False"), ("ProxyIPPort", "5080"));
        var before = await lab.FieldsAsync();

        var plan = await lab.Journey.PlanAsync(Goal(facts));
        var change = Assert.Single(plan.Steps, s => !s.IsManual);
        var applied = await lab.Journey.ApplyAsync(change);
        var after = await lab.FieldsAsync();
        var undone = await lab.Journey.UndoAsync(change);

        // What the change puts right stops no plan.
        Assert.DoesNotContain(plan.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.True(applied.Succeeded, applied.Sentence);
        Assert.Equal("lab", after.Single(f => f.Name == "NATStatus").Value);
        Assert.DoesNotContain(change.Sends, l => l.Contains("NATStatus", StringComparison.Ordinal));
        Assert.Equal(("True", "5060"), (after.Single(f => f.Name == "UseDNForIdentification").Value, after.Single(f => f.Name == "ProxyIPPort").Value));
        Assert.True(undone.Succeeded, undone.Sentence);
        Assert.Equal(before, await lab.FieldsAsync());
    }

    [Fact]
    public async Task An_adopted_binding_is_removed_by_its_name_and_made_again_by_the_undo()
    {
        await using var lab = await AdoptedAsync(Facts(Model, Trunk, Routing));
        var before = await lab.FieldsAsync();

        var plan = await lab.Journey.ApplyAllAsync(new(Given.Intent) { Removes = true, Owned = new(Given.Intent, Facts(Model, Trunk, Routing)) });
        var gone = lab.Binding();
        foreach (var step in plan.Steps.Where(s => !s.IsManual).OrderByDescending(s => s.Phase).ThenByDescending(s => s.Id == "metaswitch.binding.delete"))
        {
            Assert.True((await lab.Journey.UndoAsync(step)).Succeeded);
        }

        Assert.Null(gone);
        Assert.Equal(before, await lab.FieldsAsync());
        Assert.True(lab.Binding()!.Enabled);
    }

    [Fact]
    public void Another_trunk_group_of_a_SIP_trunk_that_only_the_database_shows_is_a_worksheet()
    {
        var found = new BindingSnapshot
        {
            Name = "TwilioBinding",
            Fields = BindingFields.Intended(Given.Intent, Given.Site().Metaswitch, new()),
            RequestedStatus = "Enabled",
            Shadow = new([], [], [], [], [new("TwilioTrunk", "CFS-1", "TwilioBinding")], []),
        };
        var planner = new MetaswitchPlanner(new());

        var same = planner.Plan(Goal(Facts(Model, Trunk, Routing)), Given.Site(), found, "fp");
        var other = planner.Plan(Goal(Facts(Model, Trunk, Routing), Given.Intent with { TrunkGroup = "412" }), Given.Site(), found, "fp");

        Assert.DoesNotContain(same.Steps, s => s.Id == "metaswitch.sip-trunk");
        var step = other.Steps.Single(s => s.Id == "metaswitch.sip-trunk");
        Assert.Equal([new("SIP trunk name", "TwilioTrunk"), new WorksheetRow("Trunk group number", "412")], step.Worksheet!.Rows);
        Assert.Equal("""{"kind":"manual","row":null,"command":null,"confirms":"sip-trunk"}""", step.Payload);
    }

    [Fact]
    public void A_model_that_the_shadow_database_shows_in_another_binding_stays()
    {
        var found = new BindingSnapshot { Name = "TwilioBinding", ModelUsedBy = [], Shadow = new([], [], [], ["NorthernBinding"], [], []) };

        var plan = new MetaswitchPlanner(new()).Plan(new(Given.Intent) { Removes = true, Owned = new(Given.Intent, Facts()) }, Given.Site(), found, "fp");

        Assert.Contains(new PlannedObject(PlannedAction.LeaveAlone, "Remote Media Gateway Model Twilio", "also used by binding NorthernBinding"), plan.Objects);
        Assert.DoesNotContain(plan.Steps, s => s.Id == "metaswitch.rmgm.retire");
    }
}
