using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Lab;

public sealed class BindingLifeTests
{
    private static PlannedStep Step(SystemPlan plan, string id) => plan.Steps.Single(s => s.Id == id);

    [Theory]
    [InlineData(ShVariant.Direct, "/services/ShService")]
    [InlineData(ShVariant.WideEms, "/mvweb/services/ShService")]
    [InlineData(ShVariant.WideSdp, "/mvweb/services/ShService")]
    public async Task A_binding_is_created_enabled_read_back_and_undone_over_every_variant(ShVariant variant, string path)
    {
        await using var lab = await CfsLab.StartAsync(s => s with { Variant = variant, Url = new(s.Url, path) });
        await lab.CreateModelAsync();

        var plan = await lab.Journey.ApplyAllAsync();

        Assert.True(lab.Binding() is { Enabled: true, SipDomainName: "acme.pstn.twilio.com", MediaGatewayModel: "Twilio" });
        await lab.ManageAsync();
        Assert.Empty((await lab.Journey.PlanAsync()).Steps);

        foreach (var step in plan.Steps.Where(s => !s.IsManual).Reverse())
        {
            var undone = await lab.Journey.UndoAsync(step);
            Assert.True(undone.Succeeded, undone.Sentence);
        }

        Assert.Null(lab.Binding());
    }

    [Fact]
    public async Task What_was_shown_for_approval_is_what_was_sent()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var create = Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create");

        await lab.Journey.ApplyAsync(create);

        Assert.Contains(string.Join('\n', create.Sends), lab.Journey.Journal.Where(j => j.Direction == WireDirection.Sent).Select(j => j.Text));
    }

    [Fact]
    public async Task A_missing_model_is_named_and_nothing_is_created()
    {
        await using var lab = await CfsLab.StartAsync();

        var result = await lab.Journey.ApplyAsync(Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create"));

        Assert.False(result.Succeeded);
        Assert.True(result.OutcomeKnown);
        Assert.Equal("rmgm-missing", result.FailureCode);
        Assert.Contains("Remote Media Gateway Model", result.Sentence, StringComparison.Ordinal);
        Assert.Null(lab.Binding());
    }

    [Fact]
    public async Task A_lost_answer_is_settled_by_reading_back_and_nothing_is_sent_twice()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.FaultAsync("lose-answer", "TwilioBinding");

        var result = await lab.Journey.ApplyAsync(Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create"));

        Assert.True(result.Succeeded, result.Sentence);
        Assert.Contains("The answer was lost", result.Sentence, StringComparison.Ordinal);
        Assert.Single(lab.Journey.Journal, j => j.Direction == WireDirection.Sent && j.Text.Contains("ShUpdate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Applying_twice_sends_once()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var create = Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create");

        await lab.Journey.ApplyAsync(create);
        var second = await lab.Journey.ApplyAsync(create);

        Assert.Equal("Configured SIP Binding TwilioBinding exists as planned. It existed as planned already; nothing was sent.", second.Sentence);
        Assert.Single(lab.Journey.Journal, j => j.Direction == WireDirection.Sent && j.Text.Contains("ShUpdate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stale_sequence_stops_and_asks_for_a_new_plan()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.FaultAsync("stale-sequence", "TwilioBinding");

        var result = await lab.Journey.ApplyAsync(Step(await lab.Journey.PlanAsync(), "metaswitch.binding.create"));

        Assert.Equal("cfs-sequence-stale", result.FailureCode);
        Assert.Null(lab.Binding());
    }

    [Fact]
    public async Task Answers_with_other_prefixes_are_read_the_same()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.FaultAsync("odd-prefixes");

        await lab.Journey.ApplyAllAsync();

        Assert.True(lab.Binding()!.Enabled);
    }

    [Fact]
    public async Task A_status_group_that_does_not_answer_says_which_setting_to_change()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var plan = await lab.Journey.PlanAsync();
        await lab.Journey.ApplyAsync(Step(plan, "metaswitch.binding.create"));
        await lab.FaultAsync("status-unsupported");

        var result = await lab.Journey.ApplyAsync(Step(plan, "metaswitch.binding.enable"));

        Assert.Equal(
            ("cfs-status-group-missing", "Set statusGroupProven to false in the site profile: enabling becomes a worksheet."),
            (result.FailureCode, result.Fix));
        Assert.False(lab.Binding()!.Enabled);
    }

    [Fact]
    public async Task A_wrong_password_is_said_as_such()
    {
        await using var lab = await CfsLab.StartAsync();
        using var services = Given.Services("wrong");
        var system = services.GetServices<INetworkSystem>().Single();

        var e = await Assert.ThrowsAsync<SystemFailureException>(() => system.ReadAsync(new(Given.Intent), lab.Site, TestContext.Current.CancellationToken));

        Assert.Equal("cfs-login-refused", e.Code);
        Assert.DoesNotContain("wrong", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_are_observed_without_changing_anything()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var plan = await lab.Journey.PlanAsync();
        var (create, enable) = (Step(plan, "metaswitch.binding.create"), Step(plan, "metaswitch.binding.enable"));

        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(create)).State);
        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(enable)).State);
        Assert.Null(lab.Binding());
        await lab.Journey.ApplyAsync(create);
        Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(create)).State);
        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(enable)).State);
        await lab.Journey.ApplyAsync(enable);
        Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(enable)).State);
        Assert.Equal(StepState.CannotTell, (await lab.Journey.ObserveAsync(Step(plan, "metaswitch.rmgm"))).State);
    }

    [Fact]
    public async Task Undoing_what_was_never_done_sends_no_update()
    {
        await using var lab = await CfsLab.StartAsync();
        var plan = await lab.Journey.PlanAsync();

        foreach (var step in plan.Steps.Where(s => !s.IsManual).Reverse())
        {
            Assert.True((await lab.Journey.UndoAsync(step)).Succeeded);
        }

        Assert.DoesNotContain("ShUpdate", lab.Journey.JournalText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undoing_the_creation_alone_disables_before_it_deletes()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var plan = await lab.Journey.ApplyAllAsync();

        var undone = await lab.Journey.UndoAsync(Step(plan, "metaswitch.binding.create"));

        Assert.True(undone.Succeeded, undone.Sentence);
        Assert.Contains("<s:RequestedStatus>Disabled</s:RequestedStatus>", lab.Journey.JournalText, StringComparison.Ordinal);
        Assert.Null(lab.Binding());
    }

    [Fact]
    public async Task Status_of_a_missing_binding_is_one_failed_line()
    {
        await using var lab = await CfsLab.StartAsync();

        var line = Assert.Single(await lab.StatusAsync());

        Assert.Equal((HealthState.Failed, "binding-missing"), (line.State, line.Code));
    }

    [Fact]
    public async Task Status_of_an_enabled_binding_whose_options_are_not_answered_shows_the_alarm()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();

        var lines = await lab.StatusAsync();

        Assert.Equal(("exists, fields as intended", HealthState.Ok), (lines[0].Detail.ToString(), lines[0].State));
        Assert.Equal(("Enabled", HealthState.Ok), (lines[1].Detail.ToString(), lines[1].State));
        Assert.Contains(lines, l => l.Code == "binding-in-alarm");
    }

    [Fact]
    public async Task What_is_not_proven_is_not_available_rather_than_good()
    {
        await using var lab = await CfsLab.StartAsync(s => s with { StatusGroupProven = false, AlarmsGroupProven = false });
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();

        var lines = await lab.StatusAsync();

        Assert.Equal([HealthState.Ok, HealthState.NotAvailable, HealthState.NotAvailable], lines.Select(l => l.State));
    }
}
