using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Inventory;
using TrunkBot.Metaswitch.Shadow;
using TrunkBot.Metaswitch.Tests.Lab;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Inventory;

public sealed class DriftTests
{
    private static readonly MetaswitchSite Site = Given.Site().Metaswitch with { Shadow = new() { Host = "localhost" } };

    private static readonly BindingSnapshot AsLeft = new()
    {
        Name = "TwilioBinding",
        Fields = [.. BindingFields.Intended(Given.Intent, Site, new()), new("NATStatus", "Off")],
        RequestedStatus = "Active",
        Shadow = new([], [], ["NorthernBinding"], ["NorthernBinding"], [new("TwilioTrunk", "CFS-1", "TwilioBinding")], []) { KnowsTrunks = true },
    };

    private static IReadOnlyList<ObjectDifference> Of(BindingSnapshot found, MetaswitchSite? site = null) => BindingDrift.Of(Given.Intent, site ?? Site, new(), found);

    [Fact]
    public void Nothing_differs_as_it_was_left_whatever_fields_nobody_intends() => Assert.Empty(Of(AsLeft));

    [Fact]
    public void Fields_and_the_requested_status_are_named_as_MetaView_Explorer_names_them() => Assert.Equal(
        [
            new("Configured SIP Binding TwilioBinding, Proxy IP address", "10.20.0.5", "10.1.1.1 x"),
            new("Configured SIP Binding TwilioBinding, Polling interval", "30", "missing"),
            new ObjectDifference("Configured SIP Binding TwilioBinding, Requested status", "Enabled", "Disabled"),
        ],
        Of(AsLeft with
        {
            Fields = [.. AsLeft.Fields!.Where(f => f.Name != "PollingInterval").Select(f => f.Name == "ProxyIPAddress" ? f with { Value = "10.1.1.1\nx" } : f)],
            RequestedStatus = "Disabled",
        }));

    [Fact]
    public void A_binding_that_is_gone_is_missing() => Assert.Equal(
        [new ObjectDifference("Configured SIP Binding TwilioBinding", "there", "missing")], Of(AsLeft with { Fields = null, RequestedStatus = null }));

    [Fact]
    public void What_the_switch_does_not_tell_is_no_difference() => Assert.Empty(
        Of(AsLeft with { RequestedStatus = null, StatusGroupAnswers = false, Shadow = ShadowFacts.Unreadable("away") }));

    [Fact]
    public void A_SIP_trunk_that_is_gone_or_names_another_binding_and_others_that_took_the_domain_are_shown()
    {
        Assert.Equal([new ObjectDifference("SIP trunk TwilioTrunk", "there", "missing")], Of(AsLeft with { Shadow = AsLeft.Shadow! with { Trunks = [] } }));
        Assert.Equal(
            [
                new("SIP trunk TwilioTrunk, Configured SIP binding", "TwilioBinding", "Other"),
                new("SIP trunk New, names Configured SIP Binding TwilioBinding", "none", "there"),
                new ObjectDifference("Configured SIP Binding Copy, SIP domain or contact of acme.pstn.twilio.com", "none", "there"),
            ],
            Of(AsLeft with
            {
                Shadow = AsLeft.Shadow! with { SameSipDomain = ["Copy"], SameContact = ["Copy"], Trunks = [new("TwilioTrunk", "CFS-1", "Other"), new("New", "CFS-1", "CFS-1/TwilioBinding")] },
            }));
    }

    [Fact]
    public void A_copy_that_does_not_tell_or_lags_too_much_misses_no_SIP_trunk()
    {
        var none = AsLeft with { Shadow = AsLeft.Shadow! with { Trunks = [] } };

        Assert.Empty(Of(none with { Shadow = none.Shadow! with { KnowsTrunks = false } }));
        Assert.Empty(Of(none, Site with { Shadow = Site.Shadow! with { ProvesTrunks = false } }));
    }

    [Fact]
    public void Whether_the_database_tells_makes_no_plan_stale() => Assert.Equal(
        (AsLeft with { Shadow = AsLeft.Shadow! with { KnowsTrunks = false } }).Fingerprint(), AsLeft.Fingerprint());

    [Fact]
    public async Task What_somebody_changed_on_the_switch_is_shown_and_a_plan_puts_it_right()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        await lab.ManageAsync();
        await lab.UpdateAsync(1, "apply", "<s:ProxyIPPort>5099</s:ProxyIPPort>");
        var owned = new OwnedTrunk(Given.Intent, lab.Journey.Facts.ToDictionary());
        var goal = new TrunkGoal(Given.Intent) { Owned = owned };

        var snapshot = await lab.System.ReadAsync(goal, lab.Site, TestContext.Current.CancellationToken);
        var difference = Assert.Single(lab.Inventory.Compare(owned, lab.Site, snapshot));
        await lab.Journey.ApplyAllAsync(goal);

        Assert.Equal(new("Configured SIP Binding TwilioBinding, Proxy IP port", "5060", "5099"), difference);
        Assert.Empty(lab.Inventory.Compare(owned, lab.Site, await lab.System.ReadAsync(goal, lab.Site, TestContext.Current.CancellationToken)));
        Assert.Empty(await lab.Inventory.ChangesSinceAsync(owned, lab.Site, DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken));
    }
}
