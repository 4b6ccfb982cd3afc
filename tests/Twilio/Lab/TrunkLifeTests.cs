using System.Text.RegularExpressions;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks;

namespace TrunkBot.Twilio.Tests.Lab;

public sealed class TrunkLifeTests
{
    private const string Spare = "+13035550188";

    private static readonly TrunkIntent Inbound = Given.Intent with { Origination = true, Numbers = [Spare] };

    private static async Task UndoAllAsync(Journey journey, SystemPlan plan)
    {
        foreach (var step in plan.Steps.Where(s => !s.IsManual).Reverse())
        {
            var result = await journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
        }
    }

    [Fact]
    public async Task A_trunk_is_provisioned_read_back_and_a_second_run_changes_nothing()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);

        await lab.Journey.ApplyAllAsync();

        var trunk = lab.Trunk();
        Assert.Equal(["203.0.113.16/28"], trunk.AllowedSources);
        Assert.Equal(trunk.Sid, lab.Journey.Facts["twilio.trunk.sid"]);
        Assert.Empty((await lab.Journey.PlanAsync()).Steps);
        Assert.DoesNotContain(Given.Secret, lab.Journey.JournalText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_leaves_the_account_as_it_was()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var before = await lab.ContentAsync();

        var plan = await lab.Journey.ApplyAllAsync();
        Assert.NotEqual(before, await lab.ContentAsync());
        await UndoAllAsync(lab.Journey, plan);

        Assert.Equal(before, await lab.ContentAsync());
    }

    [Fact]
    public async Task Undo_works_without_the_facts_of_the_run_that_did_it()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var before = await lab.ContentAsync();

        var plan = await lab.Journey.ApplyAllAsync();
        await UndoAllAsync(lab.NewJourney(), plan);

        Assert.Equal(before, await lab.ContentAsync());
    }

    [Fact]
    public async Task Whatever_step_is_the_last_undo_leaves_the_account_as_it_was()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var before = await lab.ContentAsync();
        var count = (await lab.Journey.PlanAsync()).Steps.Count;

        for (var done = 0; done < count; done++)
        {
            var journey = lab.NewJourney();
            var plan = await journey.PlanAsync();
            foreach (var step in plan.Steps.Where(s => !s.IsManual).Take(done))
            {
                Assert.True((await journey.ApplyAsync(step)).Succeeded);
            }

            await UndoAllAsync(journey, plan);
            Assert.Equal(before, await lab.ContentAsync());
        }

        Assert.Equal(7, count);
    }

    [Theory]
    [InlineData("lose-answer")]
    [InlineData("lose-request")]
    [InlineData("429")]
    [InlineData("500")]
    [InlineData("502-html")]
    [InlineData("503-empty")]
    [InlineData("500-problem")]
    public async Task A_fault_at_any_write_makes_nothing_twice_and_undo_meets_the_same_and_leaves_nothing(string fault)
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var before = await lab.ContentAsync();
        var plan = await lab.Journey.PlanAsync();

        foreach (var step in plan.Steps.Where(s => !s.IsManual))
        {
            await lab.FaultAsync(fault, method: "POST");
            var result = await lab.Journey.ApplyAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
        }

        Assert.Empty((await lab.Journey.PlanAsync()).Steps);
        Assert.Equal(["203.0.113.16/28"], lab.Trunk().AllowedSources);
        var lists = await lab.GetAsync($"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}/SIP/IpAccessControlLists.json");
        Assert.Equal(2, lists["ip_access_control_lists"]!.AsArray().Count);
        Assert.Equal(2, lab.Server.Read().Trunks.Count);

        foreach (var step in plan.Steps.Where(s => !s.IsManual).Reverse())
        {
            foreach (var method in step.UndoSends.Select(l => l.Split(' ')[0]).Where(m => m is "POST" or "DELETE"))
            {
                await lab.FaultAsync(fault, method: method);
            }

            var result = await lab.Journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"undo {step.Id}: {result.Sentence}");
        }

        Assert.Equal(before, await lab.ContentAsync());
    }

    [Theory]
    [InlineData("twilio.acl", "IpAccessControlLists.json")]
    [InlineData("twilio.trunk", "/v1/Trunks")]
    public async Task A_create_whose_answer_is_lost_is_found_not_repeated(string id, string path)
    {
        await using var lab = await TwilioLab.StartAsync();
        var plan = await lab.Journey.PlanAsync();
        var step = plan.Steps.Single(s => s.Id == id);

        // The first request of the step reads; the second writes.
        var journal = new List<WireExchange>();
        var context = lab.Journey.Context with
        {
            Record = exchange =>
            {
                journal.Add(exchange);
                if (exchange.Direction == WireDirection.Sent && exchange.Text.StartsWith("POST", StringComparison.Ordinal) && journal.Count(j => j.Text.StartsWith("POST", StringComparison.Ordinal)) == 1)
                {
                    lab.Server.Faults.Arm(TrunkBot.Lab.Twilio.Control.FaultKind.LoseAnswer, 1, path);
                }
            },
        };
        var result = await lab.Journey.System.ApplyAsync(step, context, TestContext.Current.CancellationToken);

        Assert.True(result.Succeeded, result.Sentence);
        Assert.Single(journal, j => j.Text.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_shown_for_approval_is_what_was_sent()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var plan = await lab.Journey.ApplyAllAsync();

        var shown = string.Join('\n', plan.Steps.SelectMany(s => s.Sends))
            .Replace("{twilio.acl.sid}", lab.Journey.Facts["twilio.acl.sid"], StringComparison.Ordinal)
            .Replace("{twilio.trunk.sid}", lab.Journey.Facts["twilio.trunk.sid"], StringComparison.Ordinal);
        var sent = string.Join('\n', lab.Journey.Journal.Where(j => j.Direction == WireDirection.Sent && j.Text.StartsWith("POST", StringComparison.Ordinal)).Select(j => j.Text));

        Assert.Equal(shown, sent);
        Assert.Contains(lab.Server.Requests, r => r.Method == "POST" && r.Path == "/v1/Trunks"
            && r.Form.SequenceEqual([new("FriendlyName", "bot:acme-east:trunk"), new("DomainName", "acme.pstn.twilio.com")]));
    }

    [Fact]
    public async Task Steps_are_observed_without_changing_anything()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var before = await lab.ContentAsync();
        var plan = await lab.Journey.PlanAsync();

        foreach (var step in plan.Steps)
        {
            Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(step)).State);
        }

        Assert.Equal(before, await lab.ContentAsync());
        await lab.Journey.ApplyAllAsync();
        var later = lab.NewJourney();
        foreach (var step in plan.Steps)
        {
            Assert.Equal(StepState.Done, (await later.ObserveAsync(step)).State);
        }
    }

    [Fact]
    public async Task A_domain_of_another_account_fails_clearly_and_leaves_nothing()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { TerminationName = "taken" });
        var plan = await lab.Journey.PlanAsync();

        var result = await lab.Journey.ApplyAsync(plan.Steps.Single(s => s.Id == "twilio.trunk"));

        Assert.Equal(("domain-taken", true), (result.FailureCode, result.OutcomeKnown));
        Assert.Contains("21248", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_of_a_foreign_trunk_in_our_account_stops_the_plan()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { TerminationName = "headoffice" });

        var plan = await lab.Journey.PlanAsync();

        Assert.Contains("domain-not-ours", plan.Findings.Select(f => f.Code));
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public async Task A_number_of_another_trunk_stops_the_plan()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Numbers = ["+13035550123"] });

        Assert.Contains("number-on-another-trunk", (await lab.Journey.PlanAsync()).Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task Auth_type_that_lags_is_waited_for()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.FaultAsync("auth-type-lag", count: 3);

        await lab.Journey.ApplyAllAsync();

        Assert.True(lab.Trunk().HasAccessControlList);
    }

    [Fact]
    public async Task Symmetric_rtp_on_a_new_trunk_waits_for_a_person_and_the_trunk_stands()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.FaultAsync("new-trunk-symmetric-rtp");

        var plan = await lab.Journey.ApplyAllAsync();

        var step = Assert.Single(plan.Steps, s => s.IsManual);
        Assert.Equal("twilio.trunk.symmetric-rtp", step.Id);
        Assert.True(lab.HasTrunk);
        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(step)).State);
        await lab.FaultAsync("symmetric-rtp-off", "acme");
        Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(step)).State);
    }

    [Fact]
    public async Task Symmetric_rtp_that_is_off_on_a_new_trunk_is_seen_as_done_without_a_person_and_leaves_nothing_to_undo()
    {
        await using var lab = await TwilioLab.StartAsync();

        var plan = await lab.Journey.ApplyAllAsync();

        var step = Assert.Single(plan.Steps, s => s.IsManual);
        Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(step)).State);
        Assert.Equal(("", 0), (step.Worksheet!.Undo, step.UndoSends.Count));
        Assert.Empty((await lab.Journey.PlanAsync()).Steps);
    }

    [Fact]
    public async Task The_manual_step_for_symmetric_rtp_is_checked_when_it_is_said_to_be_done()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.Journey.ApplyAllAsync();
        await lab.FaultAsync("symmetric-rtp-on", "acme");
        var step = Assert.Single((await lab.Journey.PlanAsync()).Steps);

        Assert.True(step.IsManual);
        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(step)).State);
        await lab.FaultAsync("symmetric-rtp-off", "acme");
        Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(step)).State);
    }

    [Fact]
    public async Task A_list_that_another_trunk_uses_is_never_taken_apart()
    {
        await using var lab = await TwilioLab.StartAsync();
        var plan = await lab.Journey.ApplyAllAsync();
        var acl = lab.Journey.Facts["twilio.acl.sid"];
        var other = lab.Server.Read().Trunks.Single(t => t.DomainName == "headoffice.pstn.twilio.com").Sid;
        await lab.PostAsync($"/v1/Trunks/{other}/IpAccessControlLists", ("IpAccessControlListSid", acl));

        await UndoAllAsync(lab.Journey, plan);

        Assert.False(lab.HasTrunk);
        Assert.Contains("203.0.113.16/28", lab.Server.Read().Trunks.Single(t => t.Sid == other).AllowedSources.Select(n => n.ToString()));
    }

    [Fact]
    public async Task A_trunk_with_somebody_elses_number_is_not_deleted()
    {
        await using var lab = await TwilioLab.StartAsync();
        var plan = await lab.Journey.ApplyAllAsync();
        var number = (await lab.GetAsync($"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}/IncomingPhoneNumbers.json"))["incoming_phone_numbers"]!
            .AsArray().Single(n => (string)n!["phone_number"]! == Spare)!["sid"]!.ToString();
        await lab.PostAsync($"/v1/Trunks/{lab.Trunk().Sid}/PhoneNumbers", ("PhoneNumberSid", number));

        var result = await lab.Journey.UndoAsync(plan.Steps.Single(s => s.Id == "twilio.trunk"));

        Assert.Equal("trunk-has-numbers", result.FailureCode);
        Assert.True(lab.HasTrunk);
    }

    [Fact]
    public async Task Undoing_what_was_never_done_writes_nothing()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        var plan = await lab.Journey.PlanAsync();

        await UndoAllAsync(lab.Journey, plan);

        Assert.All(lab.Server.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task Status_of_a_finished_trunk_is_ok_in_every_line()
    {
        await using var lab = await TwilioLab.StartAsync(Inbound);
        await lab.Journey.ApplyAllAsync();

        var lines = await lab.StatusAsync();

        Assert.All(lines, l => Assert.Equal(HealthState.Ok, l.State));
        Assert.Equal(
            [
                "account", "balance", "trunk acme.pstn.twilio.com", "trunk acme.pstn.twilio.com: authentication", "trunk acme.pstn.twilio.com: access control list",
                "trunk acme.pstn.twilio.com: credential lists", "trunk acme.pstn.twilio.com: secure trunking", "trunk acme.pstn.twilio.com: Symmetric RTP", "origination URL", "number +13035550188",
            ],
            lines.Select(l => l.What));
    }

    [Fact]
    public async Task Status_names_what_is_missing()
    {
        await using var lab = await TwilioLab.StartAsync();
        Assert.Contains("twilio-trunk-missing", (await lab.StatusAsync()).Select(l => l.Code));

        await lab.Journey.ApplyAllAsync();
        await lab.FaultAsync("symmetric-rtp-on", "acme");
        var account = $"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}";
        var list = await lab.PostAsync($"{account}/SIP/CredentialLists.json", ("FriendlyName", "phones"));
        await lab.PostAsync($"/v1/Trunks/{lab.Trunk().Sid}/CredentialLists", ("CredentialListSid", list["sid"]!.ToString()));

        Assert.Equal(["credential-list-attached", "symmetric-rtp-enabled"], (await lab.StatusAsync()).Select(l => l.Code).OfType<string>());
    }

    [Fact]
    public async Task A_diagnosis_also_asks_whether_the_test_number_may_be_called_and_which_alerts_the_trunk_has()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.Journey.ApplyAllAsync();
        Assert.Equal(["Ok: calls to United States/Canada: allowed"], await DeeperAsync());

        await lab.LabAsync("/lab/alerts", new { code = "32222", text = "TLS version not allowed", resourceSid = lab.Trunk().Sid });
        await lab.LabAsync("/lab/alerts", new { code = "32201", text = "of somebody else's trunk", resourceSid = "TK0" });
        await lab.LabAsync("/lab/dialing", new { isoCode = "US", lowRisk = false });

        Assert.Equal(
            ["Failed: calls to United States/Canada: +16504894546 may not be called (twilio-geo-permission)", "Attention: alerts of the last hour: 1 x 32222 TLS version not allowed, last ... (tls-version-refused)"],
            await DeeperAsync());

        async Task<IEnumerable<string>> DeeperAsync() => (await lab.StatusDeeperAsync()).Select(l =>
            Regex.Replace($"{l.State}: {l.What}: {l.Detail}{(l.Code is null ? "" : $" ({l.Code})")}", "last [0-9:]+ UTC", "last ..."));
    }
}
