using System.Text.RegularExpressions;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;

namespace TrunkBot.Twilio.Tests.Lab;

public sealed partial class RemovalTests
{
    private const string Spare = "+13035550188";

    [Fact]
    public async Task A_removal_leaves_the_account_as_it_was_before_the_trunk_and_its_undo_brings_all_of_it_back()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Origination = true, Numbers = [Spare] });
        var before = await lab.ContentAsync();
        await lab.Journey.ApplyAllAsync();
        var provisioned = await lab.ShapeAsync();

        var plan = await lab.Journey.ApplyAllAsync(lab.Journey.Removal);

        Assert.Equal(
            ["twilio.number.+13035550188.detach", "twilio.origination.remove.*", "twilio.trunk.acl.*.dissociate", "twilio.trunk.delete", "twilio.acl.delete"],
            plan.Steps.OrderBy(s => s.Phase).Select(s => Sid().Replace(s.Id, "*")));
        Assert.Equal(before, await lab.ContentAsync());
        Assert.Empty((await lab.Journey.PlanAsync(lab.Journey.Removal)).Steps);

        foreach (var step in plan.Steps.OrderBy(s => s.Phase).Reverse())
        {
            Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(step)).State);
            var result = await lab.Journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
        }

        Assert.Equal(provisioned, await lab.ShapeAsync());
    }

    [Fact]
    public async Task What_somebody_else_hung_on_the_trunk_keeps_it_and_the_plan_says_so()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Origination = true });
        await lab.Journey.ApplyAllAsync();
        await lab.PostAsync($"/v1/Trunks/{lab.Trunk().Sid}/OriginationUrls", ("FriendlyName", "by hand"), ("SipUrl", "sip:198.51.100.7:5060"), ("Priority", "20"), ("Weight", "10"), ("Enabled", "true"));

        var plan = await lab.Journey.ApplyAllAsync(lab.Journey.Removal);

        Assert.Equal(["twilio.origination.remove.*"], plan.Steps.Select(s => Sid().Replace(s.Id, "*")));
        Assert.Equal($"Twilio's trunk {lab.Trunk().Sid} is left: it has origination URL sip:198.51.100.7:5060.", Assert.Single(plan.Findings, f => f.Code == "twilio-trunk-stays").Sentence);
        Assert.True(lab.Trunk().HasAccessControlList);
    }

    [Fact]
    public async Task A_number_that_was_on_the_trunk_before_the_bot_came_stays_on_it()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Origination = true, Numbers = [Spare] });
        await lab.NewJourney(Given.Intent with { Origination = true }).ApplyAllAsync();
        await lab.PostAsync($"/v1/Trunks/{lab.Trunk().Sid}/PhoneNumbers", ("PhoneNumberSid", await lab.NumberSidAsync(Spare)));

        var plan = await lab.Journey.PlanAsync(lab.Journey.Removal);

        Assert.Contains(plan.Objects, o => o is { Action: PlannedAction.LeaveAlone, What: $"number {Spare}", Detail: "was on the trunk before the bot came" });
        Assert.Contains($"number {Spare}", Assert.Single(plan.Findings, f => f.Code == "twilio-trunk-stays").Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_public_address_is_let_in_before_the_old_one_is_not_any_more_and_inbound_calls_follow()
    {
        var old = Given.Intent with { Origination = true };
        await using var lab = await TwilioLab.StartAsync(old);
        await lab.Journey.ApplyAllAsync();
        var before = await lab.ShapeAsync();
        var moved = lab.NewJourney(old with { PublicAddresses = [System.Net.IPNetwork.Parse("198.51.100.40/32")] });
        var goal = new TrunkGoal(old with { PublicAddresses = [System.Net.IPNetwork.Parse("198.51.100.40/32")] }) { Owned = new(old, lab.Journey.Facts.ToDictionary()) };

        var plan = await moved.ApplyAllAsync(goal);

        Assert.Equal(
            ["twilio.acl.address.198.51.100.40/32", "twilio.origination", "twilio.origination.remove.*", "twilio.acl.address.remove.203.0.113.16/28"],
            plan.Steps.OrderBy(s => s.Phase).Select(s => Sid().Replace(s.Id, "*")));
        Assert.Equal(["198.51.100.40/32"], lab.Trunk().AllowedSources);
        Assert.Empty((await moved.PlanAsync(goal)).Steps);
        foreach (var step in plan.Steps.OrderBy(s => s.Phase).Reverse())
        {
            Assert.True((await moved.UndoAsync(step)).Succeeded, step.Id);
        }

        Assert.Equal(before, await lab.ShapeAsync());
    }

    [GeneratedRegex("(?<![A-Za-z0-9])[A-Z]{2}[0-9a-f]{32}")]
    private static partial Regex Sid();
}
