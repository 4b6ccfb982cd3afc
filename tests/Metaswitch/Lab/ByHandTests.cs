using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Lab;

/// <summary>A site where people enter everything: the bot sends nothing, and reads back over Sh what they did.</summary>
public sealed class ByHandTests
{
    private static readonly TrunkGoal Slower = new(Given.Intent with { PollingIntervalSeconds = 60 }) { Owned = new(Given.Intent, new Dictionary<string, string>()) };

    private static async Task<CfsLab> StartAsync(Func<MetaswitchSite, MetaswitchSite>? change = null)
    {
        var lab = await CfsLab.StartAsync(s => (change?.Invoke(s) ?? s) with { ApplyByHand = true });
        await lab.CreateModelAsync();
        return lab;
    }

    /// <summary>What a person reads on the sheet is what is entered.</summary>
    private static Task<string> EnterAsync(CfsLab lab, PlannedStep create) => lab.UpdateAsync(0, "apply", string.Concat(
        BindingFields.Intended(Given.Intent, lab.Site.Metaswitch, new())
            .Zip(create.Worksheet!.Rows, (field, row) => $"<s:{field.Name}>{row.Value}</s:{field.Name}>")));

    private static PlannedStep Step(SystemPlan plan, string id) => plan.Steps.Single(s => s.Id == id);

    private static void SentNothing(CfsLab lab) => Assert.DoesNotContain(
        lab.Journey.Journal, j => j.Direction == WireDirection.Sent && j.Text.Contains("ShUpdate", StringComparison.Ordinal));

    [Fact]
    public async Task Every_step_is_a_worksheet_that_sends_nothing_and_the_plan_says_so()
    {
        await using var lab = await StartAsync(s => s with { Commands = new Dictionary<string, WorkCommandSite> { ["rmgm"] = new() { Path = "/bin/false" } } });

        var plan = await lab.Journey.PlanAsync();

        Assert.Equal(
            ["metaswitch.rmgm", "metaswitch.binding.create", "metaswitch.binding.enable", "metaswitch.sip-trunk", "metaswitch.translations"], plan.Steps.Select(s => s.Id));
        Assert.All(plan.Steps, s => Assert.True(s.IsManual));
        Assert.All(plan.Steps, s => Assert.Empty(s.Sends.Concat(s.UndoSends)));
        var said = plan.Findings.Single(f => f.Code == "applied-by-hand");
        Assert.Equal(
            (FindingSeverity.Info, "The bot sends nothing to cfs-den: every step there is a worksheet, and is read back when you press Done."), (said.Severity, said.Sentence.ToString()));
        var sheet = Step(plan, "metaswitch.binding.create").Worksheet!;
        Assert.Equal("MetaView Explorer: Configured SIP Bindings, new binding (exact menu position: as at your site)", sheet.Place);
        Assert.Equal(15, sheet.Rows.Count);
        Assert.Equal([new("SIP domain name", "acme.pstn.twilio.com"), new WorksheetRow("Contact address scheme", "Domain name A/AAAA lookup")], sheet.Rows.Skip(6).Take(2));
        Assert.Equal("Read back by the bot when you press Done.", sheet.Verification);
        Assert.Equal("If you created it for this step: disable Configured SIP Binding TwilioBinding, then delete it.", sheet.Undo);
    }

    [Fact]
    public async Task A_binding_that_a_person_entered_is_read_back_field_by_field_and_seen_to_go_again()
    {
        await using var lab = await StartAsync();
        var plan = await lab.Journey.PlanAsync();
        var create = Step(plan, "metaswitch.binding.create");
        var enable = Step(plan, "metaswitch.binding.enable");

        var before = await lab.Journey.ObserveAsync(create);
        await EnterAsync(lab, create);
        var made = await lab.Journey.ObserveAsync(create);
        var off = await lab.Journey.ObserveAsync(enable);
        await ByMachineAsync(lab, s => s.Enable());
        var on = await lab.Journey.ObserveAsync(enable);
        await lab.UpdateAsync(1, "apply", "<s:ProxyIPPort>5099</s:ProxyIPPort>");
        var wrong = await lab.Journey.ObserveAsync(create);

        Assert.Equal((StepState.NotBegun, "Binding TwilioBinding does not exist."), (before.State, before.Sentence));
        Assert.Equal((StepState.Done, "Binding TwilioBinding exists as planned."), (made.State, made.Sentence));
        Assert.Equal((StepState.NotBegun, "Requested status of binding TwilioBinding is Disabled."), (off.State, off.Sentence));
        Assert.Equal(StepState.Done, on.State);
        Assert.Equal((StepState.Partly, "Binding TwilioBinding exists, but Proxy IP port: wanted \"5060\", found \"5099\"."), (wrong.State, wrong.Sentence));
        SentNothing(lab);
    }

    [Fact]
    public async Task A_change_is_the_fields_that_differ_with_what_they_held_before()
    {
        await using var lab = await StartAsync();
        await EnterAsync(lab, Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create"));
        await ByMachineAsync(lab, s => s.Enable());
        await lab.ManageAsync();

        var step = Assert.Single((await lab.Journey.PlanAsync(Slower)).Steps);
        var before = await lab.Journey.ObserveAsync(step);
        await lab.UpdateAsync(1, "apply", "<s:PollingInterval>60</s:PollingInterval>");
        var after = await lab.Journey.ObserveAsync(step);

        Assert.Equal("metaswitch.binding.change", step.Id);
        Assert.Equal([new("Configured SIP binding", "TwilioBinding"), new WorksheetRow("Polling interval", "60")], step.Worksheet!.Rows);
        Assert.Equal("Set in Configured SIP Binding TwilioBinding: Polling interval back to 30.", step.Worksheet.Undo);
        Assert.Equal((StepState.NotBegun, StepState.Done), (before.State, after.State));
        SentNothing(lab);
    }

    [Fact]
    public async Task A_binding_that_a_person_deletes_is_seen_to_be_gone_and_to_come_back_as_it_was()
    {
        await using var lab = await StartAsync();
        var create = Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create");
        await EnterAsync(lab, create);
        await ByMachineAsync(lab, s => s.Enable());
        var plan = await lab.Journey.PlanAsync(lab.Journey.Removal);
        var disable = Step(plan, "metaswitch.binding.disable");
        var delete = Step(plan, "metaswitch.binding.delete");

        await ByMachineAsync(lab, s => s.Disable());
        var disabled = await lab.Journey.ObserveAsync(disable);
        var there = await lab.Journey.ObserveAsync(delete);
        await lab.UpdateAsync(1, "delete", "");
        var gone = await lab.Journey.ObserveAsync(delete);
        await EnterAsync(lab, create with { Worksheet = create.Worksheet! with { Rows = [.. create.Worksheet!.Rows.Select(r => r.Label == "Polling interval" ? r with { Value = "45" } : r)] } });
        var otherwise = await lab.Journey.ObserveAsync(delete);
        await lab.UpdateAsync(1, "apply", "<s:PollingInterval>30</s:PollingInterval>");
        var again = await lab.Journey.ObserveAsync(delete);

        Assert.Equal([new("Configured SIP binding", "TwilioBinding"), new("Status", "disable")], disable.Worksheet!.Rows);
        Assert.StartsWith("Create Configured SIP Binding TwilioBinding again: Network element name: CFS-1; MetaSwitch name: CFS-1; Name: TwilioBinding; Usage: Trunk;", delete.Worksheet!.Undo, StringComparison.Ordinal);
        Assert.Equal((StepState.Done, StepState.NotBegun, StepState.Done), (disabled.State, there.State, gone.State));
        Assert.Equal(
            (StepState.Partly, "Binding TwilioBinding is there, but not as it was: Polling interval was \"30\" and is \"45\"."), (otherwise.State, otherwise.Sentence));
        Assert.Equal(StepState.NotBegun, again.State);
        SentNothing(lab);
    }

    [Fact]
    public async Task Even_when_it_is_asked_to_a_step_by_hand_is_never_sent()
    {
        await using var lab = await StartAsync();
        var create = Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create");

        var applied = await lab.Journey.ApplyAsync(create);
        var undone = await lab.Journey.UndoAsync(create);

        Assert.Equal(("step-is-manual", "step-is-manual"), (applied.FailureCode, undone.FailureCode));
        Assert.Null(lab.Binding());
        SentNothing(lab);
    }

    [Fact]
    public async Task A_switch_that_stops_telling_the_status_leaves_it_to_a_persons_word_and_one_that_is_away_is_asked_again()
    {
        await using var lab = await StartAsync();
        var plan = await lab.Journey.PlanAsync();
        await EnterAsync(lab, Step(plan, "metaswitch.binding.create"));
        await lab.FaultAsync("status-unsupported");

        var seen = await lab.Journey.ObserveAsync(Step(plan, "metaswitch.binding.enable"));
        var away = new Journey(lab.System, Given.Intent, Given.Site(new Uri("http://127.0.0.1:1")));

        Assert.Equal(StepState.CannotTell, seen.State);
        Assert.EndsWith("Only a person can say.", seen.Sentence, StringComparison.Ordinal);
        Assert.Equal("cfs-unreachable", (await Assert.ThrowsAsync<SystemFailureException>(() => away.ObserveAsync(Step(plan, "metaswitch.binding.create")))).Code);
    }

    [Fact]
    public async Task The_sheet_of_a_binding_is_in_the_sites_own_words()
    {
        await using var lab = await StartAsync(s => s with
        {
            Worksheets = new Dictionary<string, WorksheetSite>
            {
                ["binding"] = new() { Place = "CFS-1 > SIP > Bindings > Add", Labels = new Dictionary<string, string> { ["Proxy IP address"] = "Proxy address" } },
            },
        });

        var sheet = Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create").Worksheet!;

        Assert.Equal("CFS-1 > SIP > Bindings > Add", sheet.Place);
        Assert.Contains(new("Proxy address", "10.20.0.5"), sheet.Rows);
    }

    /// <summary>The person's click in MetaView Explorer, sent here as a site would that lets the bot send.</summary>
    private static async Task ByMachineAsync(CfsLab lab, Func<BindingSteps, PlannedStep> step)
    {
        var site = lab.Site with { Metaswitch = lab.Site.Metaswitch with { ApplyByHand = false } };
        var result = await new Journey(lab.System, Given.Intent, site).ApplyAsync(step(new(site.Metaswitch, new(), "TwilioBinding")));
        Assert.True(result.Succeeded, result.Sentence);
    }
}
