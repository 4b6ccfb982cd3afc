using System.Net;
using System.Text.RegularExpressions;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Twilio.Tests.Inventory;

/// <summary>The life of a trunk whose objects have the names that people gave them.</summary>
public sealed partial class AdoptedTrunkTests
{
    private static readonly IPNetwork Moved = IPNetwork.Parse("198.51.100.40/32");

    [Fact]
    public async Task An_adopted_trunk_needs_nothing()
    {
        await using var field = await Brownfield.StartAsync();
        var owned = await field.AdoptAsync();

        var plan = await field.Lab.Journey.PlanAsync(new(Brownfield.Intent) { Owned = owned });

        Assert.Empty(plan.Steps);
        Assert.DoesNotContain(plan.Findings, f => f.Severity != FindingSeverity.Info);
        Assert.DoesNotContain(plan.Findings, f => f.Code == "origination-address-assumed");
        Assert.Empty(await field.CompareAsync(owned));
        Assert.All((await field.Lab.StatusAsync()).Where(l => l.What.ToString() is not "balance"), l => Assert.Equal(HealthState.Ok, l.State));
    }

    [Fact]
    public async Task One_with_a_shared_list_and_a_credential_list_needs_nothing_either()
    {
        await using var field = await Brownfield.StartAsync();
        await SharedAsync(field);
        var credentials = (await field.Lab.PostAsync($"{field.Account}/SIP/CredentialLists.json", ("FriendlyName", "dialler")))["sid"]!.ToString();
        await field.Lab.PostAsync($"/v1/Trunks/{field.Trunk}/CredentialLists", ("CredentialListSid", credentials));
        var found = await field.FindAsync();
        var owned = new OwnedTrunk(Brownfield.Intent with { PublicAddresses = [.. found.Parameters["acl"].Split(", ").Select(IPNetwork.Parse)] }, found.Facts);

        var plan = await field.Lab.Journey.PlanAsync(new(owned.Intent) { Owned = owned });

        Assert.Empty(plan.Steps);
        Assert.Empty(await field.CompareAsync(owned));
    }

    [Fact]
    public async Task A_removal_takes_exactly_what_was_adopted_and_its_undo_makes_it_again_under_the_same_names()
    {
        await using var field = await Brownfield.StartAsync();
        await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/PhoneNumbers/{field.Number}");
        var intent = Brownfield.Intent with { Numbers = [] };
        var owned = new OwnedTrunk(intent, (await field.FindAsync()).Facts);
        var before = await field.Lab.ShapeAsync();
        var journey = field.Lab.NewJourney(intent);
        var goal = new TrunkGoal(intent) { Removes = true, Owned = owned };

        var plan = await journey.ApplyAllAsync(goal);

        Assert.Equal(
            ["twilio.origination.remove.*", "twilio.origination.remove.*", "twilio.trunk.acl.*.dissociate", "twilio.trunk.delete", "twilio.acl.delete.*"],
            plan.Steps.OrderBy(s => s.Phase).Select(s => Sid().Replace(s.Id, "*")));
        Assert.DoesNotContain("Denver SBC", await field.Lab.ShapeAsync(), StringComparison.Ordinal);
        Assert.Contains("Head office PBX", await field.Lab.ShapeAsync(), StringComparison.Ordinal);
        Assert.Empty((await journey.PlanAsync(goal)).Steps);
        foreach (var step in plan.Steps.OrderBy(s => s.Phase).Reverse())
        {
            Assert.Equal(StepState.Done, (await journey.ObserveAsync(step)).State);
            var result = await journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
        }

        Assert.Equal(Lines(before), Lines(await field.Lab.ShapeAsync()));

        // Everything has another SID now, and is still the trunk's own.
        Assert.Empty((await journey.PlanAsync(goal with { Removes = false })).Steps);
        Assert.Equal(5, (await journey.PlanAsync(goal)).Steps.Count);
        Assert.Empty(await field.CompareAsync(owned));
    }

    [Fact]
    public async Task A_number_whose_routing_of_before_nobody_knows_keeps_the_trunk_and_all_that_its_calls_need()
    {
        await using var field = await Brownfield.StartAsync();
        var goal = new TrunkGoal(Brownfield.Intent) { Removes = true, Owned = await field.AdoptAsync() };

        var plan = await field.Lab.Journey.PlanAsync(goal);

        Assert.Empty(plan.Steps);
        var stays = Assert.Single(plan.Findings, f => f.Code == "twilio-trunk-stays");
        Assert.Equal($"Twilio's trunk {field.Trunk} is left: it has number +13035550188, whose voice routing of before it was put there is not known.", stays.Sentence);
        Assert.StartsWith("`change acme-east numbers=none` takes its numbers off first, which is a decision of yours.", stays.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_a_person_names_leaves_the_trunk_and_then_the_trunk_can_go()
    {
        await using var field = await Brownfield.StartAsync();
        var owned = await field.AdoptAsync();
        var without = Brownfield.Intent with { Numbers = [] };
        var journey = field.Lab.NewJourney(without);
        var before = await field.Lab.ShapeAsync();

        var plan = await journey.ApplyAllAsync(new(without) { Owned = owned });

        Assert.Equal(["twilio.number.+13035550188.detach"], plan.Steps.Select(s => s.Id));
        Assert.Equal("+13035550188 leaves the trunk, and what its voice routing was before is not known: calls to it find nothing then.", Assert.Single(plan.Findings, f => f.Code == "number-routing-unknown").Sentence);
        var facts = Kept(owned.Facts, journey.Facts);
        Assert.DoesNotContain("twilio.adopted.number.+13035550188", facts.Keys);
        var removal = await journey.PlanAsync(new(without) { Removes = true, Owned = new(without, facts) });
        Assert.Equal(5, removal.Steps.Count);

        Assert.True((await journey.UndoAsync(plan.Steps[0])).Succeeded);
        Assert.Equal(Lines(before), Lines(await field.Lab.ShapeAsync()));
    }

    [Fact]
    public async Task New_addresses_go_into_the_adopted_list_and_inbound_calls_follow_them()
    {
        await using var field = await Brownfield.StartAsync();
        var owned = await field.AdoptAsync();
        var before = await field.Lab.ShapeAsync();
        var moved = Brownfield.Intent with { PublicAddresses = [Moved] };
        var journey = field.Lab.NewJourney(moved);
        var goal = new TrunkGoal(moved) { Owned = owned };

        var plan = await journey.ApplyAllAsync(goal);

        Assert.Equal(
            [
                "twilio.acl.address.198.51.100.40/32", "twilio.origination", "twilio.origination.remove.*", "twilio.origination.remove.*",
                "twilio.acl.address.remove.203.0.113.16/28.*",
            ],
            plan.Steps.OrderBy(s => s.Phase).Select(s => Sid().Replace(s.Id, "*")));
        Assert.Equal(["198.51.100.40/32"], field.Lab.Trunk().AllowedSources);
        Assert.Empty((await journey.PlanAsync(goal)).Steps);
        var left = new OwnedTrunk(moved, Kept(owned.Facts, journey.Facts));
        Assert.Empty((await journey.PlanAsync(new(moved) { Owned = left })).Steps);
        Assert.Empty(await field.CompareAsync(left));
        foreach (var step in plan.Steps.OrderBy(s => s.Phase).Reverse())
        {
            Assert.True((await journey.UndoAsync(step)).Succeeded, step.Id);
        }

        Assert.Equal(Lines(before), Lines(await field.Lab.ShapeAsync()));
    }

    [Fact]
    public async Task A_list_of_several_trunks_is_left_alone_and_a_new_address_gets_a_list_of_the_trunks_own()
    {
        await using var field = await Brownfield.StartAsync();
        var shared = await SharedAsync(field);
        await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/IpAccessControlLists/{field.Acl}");
        var before = Brownfield.Intent with { PublicAddresses = [IPNetwork.Parse("192.0.2.128/28")] };
        var owned = new OwnedTrunk(before, (await field.FindAsync()).Facts);
        var intent = before with { PublicAddresses = [Moved] };
        var journey = field.Lab.NewJourney(intent);

        var plan = await journey.ApplyAllAsync(new(intent) { Owned = owned });

        Assert.Equal(["twilio.acl", "twilio.acl.address.198.51.100.40/32", "twilio.trunk.acl"], plan.Steps.Select(s => s.Id));
        var finding = Assert.Single(plan.Findings, f => f.Code == "acl-shared");
        Assert.Equal($"192.0.2.128/28 can still send to the trunk: access control list {shared} (\"All SBCs\") holds it and is not the trunk's own.", finding.Sentence);
        Assert.Equal(["192.0.2.128/28", "198.51.100.40/32"], field.Lab.Trunk().AllowedSources.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["access control list All SBCs: address 192.0.2.128/28 | none | there"],
            (await field.CompareAsync(new(intent, Kept(owned.Facts, journey.Facts)))).Select(Row));
    }

    [Fact]
    public async Task Inbound_calls_are_switched_off_and_on_and_further_numbers_attached()
    {
        await using var field = await Brownfield.StartAsync();
        await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/PhoneNumbers/{field.Number}");
        var inbound = Brownfield.Intent with { Numbers = [] };
        var owned = new OwnedTrunk(inbound, (await field.FindAsync()).Facts);
        var off = field.Lab.NewJourney(inbound with { Origination = false });

        await off.ApplyAllAsync(new(inbound with { Origination = false }) { Owned = owned });

        var left = new OwnedTrunk(inbound with { Origination = false }, Kept(owned.Facts, off.Facts));
        Assert.Empty((await off.PlanAsync(new(left.Intent) { Owned = left })).Steps);
        Assert.Empty(await field.CompareAsync(left));
        var on = field.Lab.NewJourney(Brownfield.Intent);
        var plan = await on.ApplyAllAsync(new(Brownfield.Intent) { Owned = left });
        Assert.Equal(["twilio.origination", "twilio.number.+13035550188"], plan.Steps.Select(s => s.Id));
        Assert.Empty(await field.CompareAsync(new(Brownfield.Intent, Kept(left.Facts, on.Facts))));
    }

    [Fact]
    public async Task A_URL_that_was_off_when_it_was_adopted_stays_off_until_inbound_calls_are_asked_for()
    {
        await using var field = await Brownfield.StartAsync();
        foreach (var url in new[] { field.MainUrl, field.SpareUrl })
        {
            await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{url}");
        }

        await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/PhoneNumbers/{field.Number}");
        var outbound = Brownfield.Intent with { Origination = false, Numbers = [] };
        var same = await field.UrlAsync("the SBC", "sip:203.0.113.16", 5, 5, enabled: false);
        var owned = new OwnedTrunk(outbound, (await field.FindAsync()).Facts);
        Assert.Empty((await field.Lab.NewJourney(outbound).PlanAsync(new(outbound) { Owned = owned })).Steps);

        var journey = field.Lab.NewJourney(outbound with { Origination = true });
        var goal = new TrunkGoal(outbound with { Origination = true }) { Owned = owned };
        var plan = await journey.ApplyAllAsync(goal);

        Assert.Equal(["twilio.origination.enable"], plan.Steps.Select(s => s.Id));
        Assert.Empty((await journey.PlanAsync(goal)).Steps);
        var left = new OwnedTrunk(goal.Intent, Kept(owned.Facts, journey.Facts));
        Assert.Empty((await journey.PlanAsync(goal with { Owned = left })).Steps);
        Assert.Empty(await field.CompareAsync(left));
        await field.Lab.PostAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{same}", ("Enabled", "false"));
        Assert.Equal(["origination URL sip:203.0.113.16: state | enabled | disabled"], (await field.CompareAsync(left)).Select(Row));
        Assert.Equal([$"twilio.origination.enable.{same}"], (await journey.PlanAsync(goal with { Owned = left })).Steps.Select(s => s.Id));
    }

    [Fact]
    public async Task What_somebody_changed_is_put_back_as_it_was_adopted()
    {
        await using var field = await Brownfield.StartAsync();
        var owned = await field.AdoptAsync();
        var before = await field.Lab.ShapeAsync();
        await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{field.SpareUrl}");
        await field.Lab.PostAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{field.MainUrl}", ("Enabled", "false"));
        await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/IpAccessControlLists/{field.Acl}");
        await field.Lab.PostAsync($"/v1/Trunks/{field.Trunk}", ("Secure", "true"));

        var plan = await field.Lab.Journey.ApplyAllAsync(new(Brownfield.Intent) { Owned = owned });

        Assert.Equal(
            ["twilio.trunk.acl.*", "twilio.trunk.secure", "twilio.origination.enable.*", "twilio.origination.*"],
            plan.Steps.OrderBy(s => s.Phase).Select(s => Sid().Replace(s.Id, "*")));
        Assert.Equal(Lines(before), Lines(await field.Lab.ShapeAsync()));
        Assert.Empty(await field.CompareAsync(owned));
    }

    [Fact]
    public async Task A_URL_that_was_gone_while_its_address_left_the_trunk_does_not_come_back_with_it()
    {
        await using var field = await Brownfield.StartAsync();
        var owned = await field.AdoptAsync();
        foreach (var url in new[] { field.MainUrl, field.SpareUrl })
        {
            await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{url}");
        }

        var moved = Brownfield.Intent with { PublicAddresses = [Moved] };
        var journey = field.Lab.NewJourney(moved);
        await journey.ApplyAllAsync(new(moved) { Owned = owned });
        var left = new OwnedTrunk(moved, Kept(owned.Facts, journey.Facts));

        Assert.Empty((await journey.PlanAsync(new(moved) { Owned = left })).Steps);
        Assert.Equal("sip:198.51.100.40:5060;transport=udp", (await field.Lab.GetAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls"))["origination_urls"]!.AsArray().Single()!["sip_url"]!.ToString());
    }

    [Fact]
    public async Task The_transport_is_switched_right_before_the_adjacencies_come_into_service_and_back()
    {
        await using var field = await Brownfield.StartAsync();
        var owned = await field.AdoptAsync();
        var before = await field.Lab.ShapeAsync();
        var tls = Brownfield.Intent with { Transport = SipTransport.Tls, LocalPort = 5061 };
        var journey = field.Lab.NewJourney(tls);

        var plan = await journey.ApplyAllAsync(new(tls) { Owned = owned });

        var step = Assert.Single(plan.Steps, s => s.Id == "twilio.trunk.secure");
        Assert.Equal(StepPhase.AdjacencyActivate, step.Phase);
        Assert.Equal([$"POST {field.Lab.Server.BaseAddress}v1/Trunks/{field.Trunk}", "Secure=true"], step.Sends);
        Assert.Equal([$"POST {field.Lab.Server.BaseAddress}v1/Trunks/{field.Trunk}", "Secure=false"], step.UndoSends);
        Assert.Equal(
            ["twilio.trunk.secure", "twilio.origination", "twilio.origination.remove.*", "twilio.origination.remove.*"],
            plan.Steps.OrderBy(s => s.Phase).Select(s => Sid().Replace(s.Id, "*")));
        Assert.Contains(plan.Findings, f => f is { Code: "trunk-secure-switched", Severity: FindingSeverity.Warning });
        Assert.True((await field.Lab.GetAsync($"/v1/Trunks/{field.Trunk}"))["secure"]!.GetValue<bool>());
        Assert.Empty((await journey.PlanAsync(new(tls) { Owned = owned })).Steps);
        foreach (var done in plan.Steps.OrderBy(s => s.Phase).Reverse())
        {
            Assert.True((await journey.UndoAsync(done)).Succeeded, done.Id);
        }

        Assert.Equal(Lines(before), Lines(await field.Lab.ShapeAsync()));
    }

    [Fact]
    public async Task A_list_whose_name_another_list_has_is_not_deleted()
    {
        await using var field = await Brownfield.StartAsync();
        await field.ListAsync("Denver SBC", ("192.0.2.1", "32"));
        await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/PhoneNumbers/{field.Number}");
        var intent = Brownfield.Intent with { Numbers = [] };

        var plan = await field.Lab.NewJourney(intent).PlanAsync(new(intent) { Removes = true, Owned = new(intent, (await field.FindAsync()).Facts) });

        Assert.DoesNotContain(plan.Steps, s => s.Id.StartsWith("twilio.acl.delete", StringComparison.Ordinal));
        Assert.Contains(plan.Objects, o => o is { Action: PlannedAction.LeaveAlone, What: "access control list Denver SBC", Detail: "another list of the account has the same name, and could be taken for it by the undo" });
    }

    [Fact]
    public async Task A_foreign_trunk_is_not_the_bots_without_its_facts()
    {
        await using var field = await Brownfield.StartAsync();

        var plan = await field.Lab.Journey.PlanAsync(new(Brownfield.Intent) { Owned = new(Brownfield.Intent, new Dictionary<string, string>()) });

        Assert.Equal("domain-not-ours", Assert.Single(plan.Findings, f => f.Severity == FindingSeverity.Error).Code);
        Assert.Empty(plan.Steps);
    }

    /// <summary>A list that another trunk uses, too.</summary>
    private static async Task<string> SharedAsync(Brownfield field)
    {
        var shared = await field.ListAsync("All SBCs", ("192.0.2.130", "28"));
        var other = (await field.Lab.PostAsync("/v1/Trunks", ("DomainName", "other.pstn.twilio.com")))["sid"]!.ToString();
        foreach (var trunk in new[] { field.Trunk, other })
        {
            await field.Lab.PostAsync($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", shared));
        }

        return shared;
    }

    /// <summary>What was made again stands elsewhere in the lists.</summary>
    private static IEnumerable<string> Lines(string shape) => shape.Split('\n').Order(StringComparer.Ordinal);

    /// <summary>As the engine keeps facts: the later word counts, an empty one takes back.</summary>
    private static Dictionary<string, string> Kept(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        before.Where(f => !now.ContainsKey(f.Key)).Concat(now).Where(f => f.Value.Length > 0).ToDictionary(f => f.Key, f => f.Value);

    private static string Row(TrunkBot.Changes.Inventory.ObjectDifference difference) => $"{difference.What} | {difference.Wanted} | {difference.Found}";

    [GeneratedRegex("(?<![A-Za-z0-9])[A-Z]{2}[0-9a-f]{32}")]
    private static partial Regex Sid();
}
