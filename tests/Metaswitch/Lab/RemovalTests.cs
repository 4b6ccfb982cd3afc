using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;

namespace TrunkBot.Metaswitch.Tests.Lab;

public sealed class RemovalTests
{
    [Fact]
    public async Task A_removal_leads_calls_away_first_deletes_the_binding_and_can_be_undone()
    {
        await using var lab = await CfsLab.StartAsync(site => site with { StatusGroupProven = true });
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        await lab.ManageAsync();
        var fields = await lab.FieldsAsync();

        var plan = await lab.Journey.ApplyAllAsync(lab.Journey.Removal);

        Assert.Equal(
            ["metaswitch.translations.retire", "metaswitch.sip-trunk.retire", "metaswitch.binding.disable", "metaswitch.binding.delete", "metaswitch.rmgm.retire"],
            plan.Steps.OrderBy(s => s.Phase).Select(s => s.Id));
        var again = await lab.Journey.PlanAsync(lab.Journey.Removal);
        Assert.DoesNotContain(again.Steps, s => !s.IsManual);
        Assert.Contains(new PlannedObject(PlannedAction.LeaveAlone, "Configured SIP Binding TwilioBinding", "does not exist any more"), again.Objects);

        foreach (var step in plan.Steps.Where(s => !s.IsManual).OrderBy(s => s.Phase).Reverse())
        {
            var result = await lab.Journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
        }

        Assert.Equal(fields, await lab.FieldsAsync());
        Assert.Contains(await lab.StatusAsync(), l => l.State == Diagnostics.HealthState.Ok);
    }

    [Fact]
    public async Task A_model_that_another_trunk_uses_stays_and_the_plan_says_whose_it_is()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.ManageAsync(Given.Intent with { Name = "beta", BindingName = "Beta" });
        await lab.ManageAsync();

        var plan = await lab.Journey.PlanAsync(lab.Journey.Removal);

        Assert.Contains(new PlannedObject(PlannedAction.LeaveAlone, "Remote Media Gateway Model Twilio", "also used by beta"), plan.Objects);
        Assert.DoesNotContain(plan.Steps, s => s.Id == "metaswitch.rmgm.retire");
    }

    [Fact]
    public async Task A_switch_that_does_not_show_the_status_has_a_person_disable_the_binding()
    {
        await using var lab = await CfsLab.StartAsync(site => site with { StatusGroupProven = false });
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();

        var step = (await lab.Journey.PlanAsync(lab.Journey.Removal)).Steps.Single(s => s.Id == "metaswitch.binding.disable");

        Assert.Equal([new("Configured SIP binding", "TwilioBinding"), new("Status", "disable")], step.Worksheet!.Rows);
    }

    [Fact]
    public async Task A_change_sends_only_the_field_that_differs_and_its_undo_the_old_value()
    {
        await using var lab = await CfsLab.StartAsync(site => site with { StatusGroupProven = true });
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        await lab.ManageAsync();
        var before = await lab.FieldsAsync();
        var goal = new TrunkGoal(Given.Intent with { CoreProxyPort = 5090 }) { Owned = new(Given.Intent, lab.Journey.Facts.ToDictionary()) };

        var step = Assert.Single((await lab.Journey.ApplyAllAsync(goal)).Steps);

        Assert.Equal("metaswitch.binding.change", step.Id);
        Assert.Contains(step.Sends, l => l.Contains("ProxyIPPort>5090<", StringComparison.Ordinal));
        Assert.DoesNotContain(step.Sends, l => l.Contains("ContactDomainName", StringComparison.Ordinal));
        Assert.Equal("5090", (await lab.FieldsAsync()).Single(f => f.Name == "ProxyIPPort").Value);
        Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(step)).State);
        Assert.True((await lab.Journey.UndoAsync(step)).Succeeded);
        Assert.Equal(before, await lab.FieldsAsync());
    }

    [Fact]
    public async Task A_binding_that_somebody_changed_is_named_before_it_is_removed()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        await lab.UpdateAsync(1, "apply", "<s:ProxyIPPort>5099</s:ProxyIPPort>");

        var drift = Assert.Single((await lab.Journey.PlanAsync(lab.Journey.Removal)).Findings, f => f.Code == "binding-drifted");

        Assert.Contains("5099", drift.Sentence, StringComparison.Ordinal);
    }
}
