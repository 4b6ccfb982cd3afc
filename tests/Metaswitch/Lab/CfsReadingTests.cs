using System.Text.Json;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Lab;

/// <summary>What the command line reads of a binding, and what a plan finds out about the switch before it believes the site profile.</summary>
public sealed class CfsReadingTests
{
    private static Func<MetaswitchSite, MetaswitchSite> Unproven => s => s with { StatusGroupProven = false, AlarmsGroupProven = false };

    [Fact]
    public async Task A_binding_that_people_made_is_read_with_its_groups_as_text()
    {
        await using var lab = await CfsLab.StartAsync(Unproven);
        await lab.FaultAsync("extra-fields", "NATStatus");

        var read = await lab.Bindings.ReadAsync(lab.Site, "NorthernBinding", TestContext.Current.CancellationToken);

        Assert.StartsWith("Configured SIP Binding NorthernBinding on cfs-den (site denver), sequence number 41\n  Network element name         CFS-1\n", read!.ToText(), StringComparison.Ordinal);
        Assert.Contains("\n  SIP domain name              northern.example\n", read.ToText(), StringComparison.Ordinal);
        Assert.Contains("\n  NATStatus                    lab  (not known to this program)\n", read.ToText(), StringComparison.Ordinal);
        Assert.Contains("\nStatus: a pull works on this switch, sequence number 7; set statusGroupProven to true in the site profile\n", read.ToText(), StringComparison.Ordinal);
        Assert.Contains("\n  Requested status  Enabled\n  Actual status     Active\n", read.ToText(), StringComparison.Ordinal);
        Assert.Contains("\n  Alarm state  Clear\n", read.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_as_JSON_has_stable_names()
    {
        await using var lab = await CfsLab.StartAsync();

        using var json = JsonDocument.Parse((await lab.Bindings.ReadAsync(lab.Site, "NorthernBinding", TestContext.Current.CancellationToken))!.ToJson());
        var root = json.RootElement;

        Assert.Equal(41, root.GetProperty("sequenceNumber").GetInt32());
        Assert.Equal("NorthernBinding", root.GetProperty("binding").GetString());
        var contact = root.GetProperty("fields").EnumerateArray().Single(f => f.GetProperty("element").GetString() == "ContactDomainName");
        Assert.Equal(("Contact domain name", "gw1.northern.example"), (contact.GetProperty("label").GetString(), contact.GetProperty("value").GetString()));
        Assert.Equal("answers", root.GetProperty("status").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Groups_that_are_refused_are_said_to_be_with_the_setting_that_disagrees()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.FaultAsync("status-unsupported");

        var read = await lab.Bindings.ReadAsync(lab.Site, "NorthernBinding", TestContext.Current.CancellationToken);

        Assert.Equal((GroupState.Refused, "set statusGroupProven to false in the site profile"), (read!.Status.State, read.Status.Fix));
        Assert.Equal((GroupState.Refused, "set alarmsGroupProven to false in the site profile"), (read.Alarms.State, read.Alarms.Fix));
    }

    [Fact]
    public async Task A_binding_that_is_not_there_is_null_and_a_name_that_can_not_be_is_refused()
    {
        await using var lab = await CfsLab.StartAsync();

        Assert.Null(await lab.Bindings.ReadAsync(lab.Site, "Nobody", TestContext.Current.CancellationToken));
        var e = await Assert.ThrowsAsync<SystemFailureException>(() => lab.Bindings.ReadAsync(lab.Site, "a b", TestContext.Current.CancellationToken));
        Assert.Equal("cfs-name-invalid", e.Code);
    }

    [Fact]
    public async Task A_pull_of_a_named_binding_proves_the_status_group_and_enabling_is_automatic()
    {
        await using var lab = await CfsLab.StartAsync(s => Unproven(s) with { ProbeBinding = "NorthernBinding" });
        await lab.CreateModelAsync();

        var plan = await lab.Journey.ApplyAllAsync();

        Assert.False(plan.Steps.Single(s => s.Id == "metaswitch.binding.enable").IsManual);
        Assert.True(lab.Binding()!.Enabled);
        Assert.Equal(HealthState.Ok, (await lab.StatusAsync())[1].State);
    }

    [Theory]
    [InlineData("NorthernBinding")]
    [InlineData(null)]
    public async Task Where_the_group_is_refused_enabling_is_a_worksheet_whatever_the_site_profile_believes(string? probe)
    {
        await using var lab = await CfsLab.StartAsync(s => s with { ProbeBinding = probe });
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAsync((await lab.Journey.PlanAsync()).Steps.Single(s => s.Id == "metaswitch.binding.create"));
        await lab.FaultAsync("status-unsupported");

        var plan = await lab.NewJourney().PlanAsync();

        Assert.True(plan.Steps.Single(s => s.Id == "metaswitch.binding.enable").IsManual);
        Assert.Contains("cfs-status-group-missing", plan.Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task A_probe_that_is_not_there_stops_the_plan()
    {
        await using var lab = await CfsLab.StartAsync(s => s with { ProbeBinding = "Nobody" });

        var e = await Assert.ThrowsAsync<SystemFailureException>(() => lab.Journey.PlanAsync());

        Assert.Equal("cfs-probe-missing", e.Code);
    }
}
