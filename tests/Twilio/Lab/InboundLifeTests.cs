using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;

namespace TrunkBot.Twilio.Tests.Lab;

/// <summary>Numbers and origination URLs, with what can come between.</summary>
public sealed class InboundLifeTests
{
    private const string Spare = "+13035550188";
    private const string Greeting = "https://voice.example.com/greeting";

    private static readonly TrunkIntent Inbound = Given.Intent with { Origination = true, Numbers = [Spare] };

    private static PlannedStep Step(SystemPlan plan, string id) => plan.Steps.Single(s => s.Id == id);

    [Fact]
    public async Task A_lost_update_is_looked_at_and_sent_again_so_the_old_routing_comes_back()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var number = Step(await lab.Journey.ApplyAllAsync(), $"twilio.number.{Spare}");
        await lab.FaultAsync("lose-request", "IncomingPhoneNumbers", method: "POST");

        var undone = await lab.Journey.UndoAsync(number);

        Assert.True(undone.Succeeded, undone.Sentence);
        Assert.Equal(Greeting, await lab.VoiceUrlAsync(Spare));
    }

    [Fact]
    public async Task An_update_whose_answer_alone_is_lost_is_not_sent_twice()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var number = Step(await lab.Journey.ApplyAllAsync(), $"twilio.number.{Spare}");
        await lab.FaultAsync("lose-answer", "IncomingPhoneNumbers", method: "POST");

        var undone = await lab.Journey.UndoAsync(number);

        Assert.True(undone.Succeeded, undone.Sentence);
        Assert.Single(lab.Server.Requests, r => r.Method == "POST" && r.Path.Contains("IncomingPhoneNumbers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_number_off_the_trunk_without_its_old_routing_is_half_undone_and_a_second_undo_ends_it()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var number = Step(await lab.Journey.ApplyAllAsync(), $"twilio.number.{Spare}");
        await lab.FaultAsync("lose-request", "IncomingPhoneNumbers", count: 4, method: "POST");

        var first = await lab.Journey.UndoAsync(number);
        var seen = await lab.Journey.ObserveAsync(number);
        var second = await lab.Journey.UndoAsync(number);

        Assert.Equal(("twilio-no-answer", false), (first.FailureCode, first.OutcomeKnown));
        Assert.Equal(StepState.Partly, seen.State);
        Assert.True(second.Succeeded, second.Sentence);
        Assert.Equal(Greeting, await lab.VoiceUrlAsync(Spare));
        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(number)).State);
    }

    [Fact]
    public async Task A_process_that_died_between_detaching_and_restoring_left_a_step_half_undone()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var number = Step(await lab.Journey.ApplyAllAsync(), $"twilio.number.{Spare}");
        await lab.DeleteAsync($"/v1/Trunks/{lab.Trunk().Sid}/PhoneNumbers/{await lab.NumberSidAsync(Spare)}");

        Assert.Equal(StepState.Partly, (await lab.Journey.ObserveAsync(number)).State);
        Assert.Equal(StepState.Partly, (await lab.NewJourney().ObserveAsync(number)).State);
    }

    [Fact]
    public async Task Routing_that_changed_since_the_plan_is_neither_replaced_nor_restored()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var plan = await lab.Journey.PlanAsync();
        foreach (var step in plan.Steps.Where(s => !s.IsManual && s.Phase != StepPhase.Inbound))
        {
            Assert.True((await lab.Journey.ApplyAsync(step)).Succeeded);
        }

        await lab.PostAsync($"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}/IncomingPhoneNumbers/{await lab.NumberSidAsync(Spare)}.json", ("VoiceUrl", "https://voice.example.com/new"));
        var number = Step(plan, $"twilio.number.{Spare}");
        var result = await lab.Journey.ApplyAsync(number);

        Assert.Equal(("number-routing-changed", true), (result.FailureCode, result.OutcomeKnown));
        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(number)).State);
        Assert.True((await lab.Journey.UndoAsync(number)).Succeeded);
        Assert.Equal("https://voice.example.com/new", await lab.VoiceUrlAsync(Spare));
    }

    [Fact]
    public async Task A_number_that_somebody_else_attached_meanwhile_stays_where_it_is_on_undo()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var plan = await lab.Journey.PlanAsync();
        foreach (var step in plan.Steps.Where(s => !s.IsManual && s.Phase != StepPhase.Inbound))
        {
            Assert.True((await lab.Journey.ApplyAsync(step)).Succeeded);
        }

        await lab.PostAsync($"/v1/Trunks/{lab.Trunk().Sid}/PhoneNumbers", ("PhoneNumberSid", await lab.NumberSidAsync(Spare)));
        var number = Step(plan, $"twilio.number.{Spare}");

        Assert.True((await lab.Journey.ApplyAsync(number)).Succeeded);
        Assert.Equal($"This change did not attach {Spare}; nothing was sent.", (await lab.Journey.UndoAsync(number)).Sentence);
        Assert.Equal("trunk-has-numbers", (await lab.Journey.UndoAsync(Step(plan, "twilio.trunk"))).FailureCode);
    }

    [Fact]
    public async Task An_emergency_address_that_came_meanwhile_is_named_when_the_number_can_not_leave()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var number = Step(await lab.Journey.ApplyAllAsync(), $"twilio.number.{Spare}");
        await lab.PostAsync($"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}/IncomingPhoneNumbers/{await lab.NumberSidAsync(Spare)}.json", ("EmergencyAddressSid", "AD00000000000000000000000000000001"));

        Assert.Equal("number-has-emergency-address", (await lab.Journey.UndoAsync(number)).FailureCode);
    }

    [Fact]
    public async Task An_emergency_address_is_read_and_warned_of_before_the_number_is_attached()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        await lab.PostAsync($"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}/IncomingPhoneNumbers/{await lab.NumberSidAsync(Spare)}.json", ("EmergencyAddressSid", "AD00000000000000000000000000000001"));

        Assert.Contains("number-has-emergency-address", (await lab.Journey.PlanAsync()).Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task An_origination_url_that_was_switched_off_is_enabled_and_undo_switches_it_off_again()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        await lab.Journey.ApplyAllAsync();
        var urls = $"/v1/Trunks/{lab.Trunk().Sid}/OriginationUrls";
        var sid = (await lab.GetAsync(urls))["origination_urls"]!.AsArray().Single()!["sid"]!.ToString();
        await lab.PostAsync($"{urls}/{sid}", ("Enabled", "false"));
        var before = await lab.ContentAsync();
        var journey = lab.NewJourney();

        var step = Assert.Single((await journey.PlanAsync()).Steps);
        Assert.Equal(StepState.NotBegun, (await journey.ObserveAsync(step)).State);
        await lab.FaultAsync("lose-request", "OriginationUrls", method: "POST");
        var applied = await journey.ApplyAsync(step);

        Assert.Equal("twilio.origination.enable", step.Id);
        Assert.True(applied.Succeeded, applied.Sentence);
        Assert.Equal(StepState.Done, (await journey.ObserveAsync(step)).State);
        Assert.Empty((await journey.PlanAsync()).Steps);
        Assert.True((await journey.UndoAsync(step)).Succeeded);
        Assert.Equal(before, await lab.ContentAsync());
    }

    [Fact]
    public async Task Another_port_adds_the_new_url_and_removes_our_old_one_and_undo_gives_it_back()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        await lab.Journey.ApplyAllAsync();
        var before = await lab.ContentAsync();
        var moved = lab.NewJourney(Inbound with { LocalPort = 5070 });

        var plan = await moved.ApplyAllAsync();

        Assert.Equal(["Send inbound calls to sip:203.0.113.16:5070;transport=udp", "Send no more inbound calls to sip:203.0.113.16:5060;transport=udp"], plan.Steps.Select(s => s.Title));
        Assert.Empty((await moved.PlanAsync()).Steps);
        foreach (var step in plan.Steps)
        {
            Assert.Equal(StepState.Done, (await moved.ObserveAsync(step)).State);
        }

        foreach (var step in plan.Steps.Reverse())
        {
            var undone = await moved.UndoAsync(step);
            Assert.True(undone.Succeeded, undone.Sentence);
        }

        Assert.Equal(before, await lab.ContentAsync());
    }

    [Fact]
    public async Task A_url_of_ours_that_is_switched_off_is_not_the_step_done()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var step = Step(await lab.Journey.ApplyAllAsync(), "twilio.origination");
        await lab.PostAsync($"/v1/Trunks/{lab.Trunk().Sid}/OriginationUrls/{lab.Journey.Facts["twilio.origination.sid"]}", ("Enabled", "false"));

        Assert.Equal(StepState.Partly, (await lab.Journey.ObserveAsync(step)).State);
    }

    [Fact]
    public async Task A_url_that_twilio_refuses_is_not_called_a_bad_domain()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var plan = await lab.Journey.PlanAsync();
        foreach (var step in plan.Steps.Where(s => !s.IsManual && s.Phase != StepPhase.Inbound))
        {
            Assert.True((await lab.Journey.ApplyAsync(step)).Succeeded);
        }

        await lab.PostAsync(
            $"/v1/Trunks/{lab.Trunk().Sid}/OriginationUrls",
            ("FriendlyName", "theirs"), ("SipUrl", "sip:203.0.113.16:5060;transport=udp"), ("Priority", "1"), ("Weight", "1"), ("Enabled", "false"));

        Assert.Equal("origination-url-refused", (await lab.Journey.ApplyAsync(Step(plan, "twilio.origination"))).FailureCode);
        Assert.Contains("origination-url-foreign-disabled", (await lab.Journey.PlanAsync()).Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task A_list_that_another_trunk_came_to_use_is_not_added_to()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.Journey.ApplyAllAsync();
        var wider = lab.NewJourney(Given.Intent with { PublicAddresses = [.. Given.Intent.PublicAddresses, System.Net.IPNetwork.Parse("198.51.100.9/32")] });
        var step = Assert.Single((await wider.PlanAsync()).Steps);
        var other = lab.Server.Read().Trunks.Single(t => t.DomainName == "headoffice.pstn.twilio.com").Sid;
        await lab.PostAsync($"/v1/Trunks/{other}/IpAccessControlLists", ("IpAccessControlListSid", lab.Journey.Facts["twilio.acl.sid"]));

        var result = await wider.ApplyAsync(step);
        var again = await wider.PlanAsync();

        Assert.Equal("acl-shared", result.FailureCode);
        Assert.Contains("headoffice.pstn.twilio.com", result.Sentence, StringComparison.Ordinal);
        Assert.Contains(again.Findings, f => f is { Code: "acl-shared", Severity: TrunkBot.Trunks.Findings.FindingSeverity.Error });
        Assert.Contains((await lab.Journey.PlanAsync()).Findings, f => f is { Code: "acl-shared", Severity: TrunkBot.Trunks.Findings.FindingSeverity.Warning });
        Assert.Equal(["203.0.113.16/28"], lab.Trunk().AllowedSources);
    }
}
