using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Tests.Lab;

/// <summary>The steps that change and remove: each alone, with faults, and all of them in the order in which a trunk is taken down.</summary>
public sealed class ChangeAndRemovalStepsTests
{
    private const string Spare = "+13035550188";
    private const string Greeting = "https://voice.example.com/greeting";

    private static readonly TrunkIntent Inbound = Given.Intent with { Origination = true, Numbers = [Spare] };

    /// <summary>Every kind of step that can be tried alone against the provisioned trunk.</summary>
    public static TheoryData<string> Kinds => ["disable-origination", "enable-origination", "remove-origination", "detach-number", "dissociate-acl", "remove-acl-address", "change-trunk"];

    private static PlannedStep Planned(TwilioLab lab, TwilioStep step) => Planned(lab.Site.Twilio, step);

    internal static PlannedStep Planned(TwilioSite site, TwilioStep step) => new()
    {
        Id = "twilio.test",
        System = "twilio",
        Element = "twilio-den",
        Phase = StepPhase.Twilio,
        Title = step.Doing,
        Sends = [.. step.Sends(site).SelectMany(r => r.Lines(site))],
        UndoSends = [.. step.UndoSends(site).SelectMany(r => r.Lines(site))],
        Proof = "read back",
        Payload = step.ToPayload(),
    };

    /// <summary>A lab with the trunk in it, and what its planner reads.</summary>
    private static async Task<(TwilioLab Lab, TwilioState State, SystemPlan Made)> ProvisionedAsync()
    {
        var lab = await TwilioLab.StartAsync(Inbound);
        var made = await lab.Journey.ApplyAllAsync();
        var read = await lab.Journey.System.ReadAsync(new(Inbound), lab.Site, TestContext.Current.CancellationToken);
        return (lab, TwilioState.Parse(read.Content), made);
    }

    internal static TwilioStep Step(string kind, TwilioState state, SystemPlan made)
    {
        var (trunk, acl) = (state.Trunk!, state.Acls[0]);
        var (url, number) = (trunk.OriginationUrls[0], state.Numbers[0]);
        var saved = made.Steps.Select(TwilioStep.Parse).OfType<AttachNumber>().Single();
        return kind switch
        {
            "disable-origination" => new DisableOrigination(trunk.Sid, url.Sid, url.SipUrl),
            "enable-origination" => new EnableOrigination(trunk.Sid, url.Sid, url.SipUrl),
            "remove-origination" => new RemoveOrigination(trunk.Sid, url.Sid, url.FriendlyName!, url.SipUrl, url.Priority!.Value, url.Weight!.Value, url.Enabled!.Value),
            "detach-number" => new DetachNumber(trunk.Sid, Spare, number.Sid!, number.Routing, saved.Routing, saved.Withheld),
            "dissociate-acl" => new DissociateAcl(trunk.Sid, acl.Sid, acl.FriendlyName),
            "remove-acl-address" => new RemoveAclAddress(acl.Sid, acl.FriendlyName, acl.Addresses[0].Sid, acl.Addresses[0].FriendlyName!, acl.Addresses[0].Address!, 28),
            "delete-acl" => new DeleteAcl(acl.Sid, acl.FriendlyName, [.. acl.Addresses.Select(AclEntry.Of)]),
            "change-trunk" => new ChangeTrunk(trunk.Sid,
                new() { FriendlyName = trunk.FriendlyName, Secure = false, TransferMode = "disable-all", DisasterRecoveryUrl = "" },
                new() { FriendlyName = "bot:acme-west:trunk", Secure = true, TransferMode = "sip-only", DisasterRecoveryUrl = "https://voice.example.com/dr" }),
            _ => new DeleteTrunk(trunk.Sid, trunk.Settings!, trunk.SymmetricRtp),
        };
    }

    private static async Task EnableLaterAsync(TwilioLab lab, TwilioState state) =>
        await lab.PostAsync($"/v1/Trunks/{state.Trunk!.Sid}/OriginationUrls/{state.Trunk.OriginationUrls[0].Sid}", ("Enabled", "false"));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_step_is_done_read_back_and_undone_to_what_was_there(string kind)
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        if (kind == "enable-origination")
        {
            await EnableLaterAsync(lab, state);
        }

        var before = await lab.ShapeAsync();
        var step = Planned(lab, Step(kind, state, made));

        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(step)).State);
        var done = await lab.Journey.ApplyAsync(step);
        Assert.True(done.Succeeded, done.Sentence);
        Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(step)).State);
        Assert.NotEqual(before, await lab.ShapeAsync());

        var undone = await lab.Journey.UndoAsync(step);
        Assert.True(undone.Succeeded, undone.Sentence);
        Assert.Equal(before, await lab.ShapeAsync());
        Assert.Equal(StepState.NotBegun, (await lab.Journey.ObserveAsync(step)).State);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_shown_for_approval_is_what_is_sent(string kind)
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        if (kind == "enable-origination")
        {
            await EnableLaterAsync(lab, state);
        }

        var step = Planned(lab, Step(kind, state, made));
        var journey = lab.NewJourney();

        Assert.True((await journey.ApplyAsync(step)).Succeeded);

        Assert.Equal(string.Join('\n', step.Sends), string.Join('\n', journey.Journal
            .Where(j => j.Direction == WireDirection.Sent && !j.Text.StartsWith("GET", StringComparison.Ordinal)).Select(j => j.Text)));
    }

    [Fact]
    public async Task A_trunk_is_taken_down_to_nothing_and_undo_brings_all_of_it_back_with_new_SIDs()
    {
        await using var empty = await TwilioLab.StartAsync(Inbound);
        var nothing = await empty.ShapeAsync();
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var before = await lab.ShapeAsync();
        var steps = Teardown(lab, state, made);

        foreach (var step in steps)
        {
            var result = await lab.Journey.ApplyAsync(step);
            Assert.True(result.Succeeded, $"{step.Title}: {result.Sentence}");
        }

        Assert.Equal(nothing, await lab.ShapeAsync());
        Assert.Equal(Greeting, await lab.VoiceUrlAsync(Spare));

        foreach (var step in steps.Reverse())
        {
            var result = await lab.Journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"undo {step.Title}: {result.Sentence}");
        }

        Assert.Equal(before, await lab.ShapeAsync());
        Assert.NotEqual(state.Trunk!.Sid, lab.Trunk().Sid);
        Assert.Empty((await lab.NewJourney().PlanAsync()).Steps);
    }

    [Theory]
    [InlineData("lose-answer")]
    [InlineData("lose-request")]
    [InlineData("429")]
    [InlineData("500-problem")]
    public async Task A_fault_at_any_write_of_taking_down_or_undoing_makes_and_loses_nothing(string fault)
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var before = await lab.ShapeAsync();
        var steps = Teardown(lab, state, made);

        foreach (var step in steps)
        {
            await ArmAsync(step.Sends);
            var result = await lab.Journey.ApplyAsync(step);
            Assert.True(result.Succeeded, $"{step.Title}: {result.Sentence}");
        }

        Assert.False(lab.HasTrunk);
        foreach (var step in steps.Reverse())
        {
            await ArmAsync(step.UndoSends);
            var result = await lab.NewJourney().UndoAsync(step);
            Assert.True(result.Succeeded, $"undo {step.Title}: {result.Sentence}");
        }

        Assert.Equal(before, await lab.ShapeAsync());

        async Task ArmAsync(IReadOnlyList<string> lines)
        {
            foreach (var method in lines.Select(l => l.Split(' ')[0]).Where(m => m is "POST" or "DELETE"))
            {
                await lab.FaultAsync(fault, method: method);
            }
        }
    }

    private static PlannedStep[] Teardown(TwilioLab lab, TwilioState state, SystemPlan made) =>
    [
        .. new[] { "disable-origination", "detach-number" }.Select(k => Planned(lab, Step(k, state, made))),
        Planned(lab, (RemoveOrigination)Step("remove-origination", state, made) with { Enabled = false }),
        .. new[] { "dissociate-acl", "delete-trunk", "delete-acl" }.Select(k => Planned(lab, Step(k, state, made))),
    ];

    [Fact]
    public async Task A_trunk_with_something_on_it_is_not_deleted()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var delete = Planned(lab, Step("delete-trunk", state, made));

        Assert.Equal("trunk-has-numbers", (await lab.Journey.ApplyAsync(delete)).FailureCode);
        Assert.True((await lab.Journey.ApplyAsync(Planned(lab, Step("detach-number", state, made)))).Succeeded);
        Assert.Equal("trunk-has-origination-urls", (await lab.Journey.ApplyAsync(delete)).FailureCode);
        Assert.True((await lab.Journey.ApplyAsync(Planned(lab, Step("remove-origination", state, made)))).Succeeded);
        var last = await lab.Journey.ApplyAsync(delete);

        Assert.Equal(("trunk-has-lists", $"Trunk {state.Trunk!.Sid} still has the lists bot:acme-east:acl, which this change did not remove; it was not deleted."), (last.FailureCode, last.Sentence));
        Assert.DoesNotContain(lab.Server.Requests, r => r.Method == "DELETE" && r.Path == $"/v1/Trunks/{state.Trunk.Sid}");
    }

    [Fact]
    public async Task A_trunk_that_somebody_changed_meanwhile_is_not_deleted()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        foreach (var kind in new[] { "detach-number", "remove-origination", "dissociate-acl" })
        {
            Assert.True((await lab.Journey.ApplyAsync(Planned(lab, Step(kind, state, made)))).Succeeded);
        }

        await lab.PostAsync($"/v1/Trunks/{state.Trunk!.Sid}", ("TransferMode", "enable-all"));
        var result = await lab.Journey.ApplyAsync(Planned(lab, Step("delete-trunk", state, made)));

        Assert.Equal(("trunk-changed", $"Trunk {state.Trunk.Sid} was not deleted: its TransferMode changed since it was planned."), (result.FailureCode, result.Sentence));
        Assert.True(lab.HasTrunk);
    }

    [Fact]
    public async Task A_deleted_trunk_comes_back_with_its_recording_and_transfer_mode_and_says_what_the_api_can_not_set()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var trunk = state.Trunk!.Sid;
        await lab.PostAsync($"/v1/Trunks/{trunk}/Recording", ("Mode", "record-from-ringing"), ("Trim", "trim-silence"));
        await lab.PostAsync($"/v1/Trunks/{trunk}", ("TransferMode", "sip-only"), ("DisasterRecoveryUrl", "https://voice.example.com/dr"), ("DisasterRecoveryMethod", "GET"));
        await lab.FaultAsync("symmetric-rtp-on", "acme");
        foreach (var kind in new[] { "detach-number", "remove-origination", "dissociate-acl" })
        {
            Assert.True((await lab.Journey.ApplyAsync(Planned(lab, Step(kind, state, made)))).Succeeded);
        }

        var read = TwilioState.Parse((await lab.Journey.System.ReadAsync(new(Inbound), lab.Site, TestContext.Current.CancellationToken)).Content);
        var step = Planned(lab, new DeleteTrunk(trunk, read.Trunk!.Settings!, read.Trunk.SymmetricRtp));
        var before = await lab.ShapeAsync();
        Assert.True((await lab.Journey.ApplyAsync(step)).Succeeded);

        var undone = await lab.Journey.UndoAsync(step);

        var sid = undone.Facts["twilio.trunk.sid"];
        Assert.Equal(sid, lab.Trunk().Sid);
        Assert.NotEqual(trunk, sid);
        Assert.Equal($"Trunk acme.pstn.twilio.com is there as before; its SID is new: {sid}; Symmetric RTP is off now and was on.", undone.Sentence);
        Assert.Equal(before.Replace("symmetric_rtp_enabled=true", "symmetric_rtp_enabled=false", StringComparison.Ordinal), await lab.ShapeAsync());
    }

    [Fact]
    public async Task A_disaster_recovery_url_with_a_password_is_never_kept_and_undo_says_that_it_is_missing()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        await lab.PostAsync($"/v1/Trunks/{state.Trunk!.Sid}", ("DisasterRecoveryUrl", "https://me:hush@voice.example.com/dr"));
        foreach (var kind in new[] { "detach-number", "remove-origination", "dissociate-acl" })
        {
            Assert.True((await lab.Journey.ApplyAsync(Planned(lab, Step(kind, state, made)))).Succeeded);
        }

        var content = (await lab.Journey.System.ReadAsync(new(Inbound), lab.Site, TestContext.Current.CancellationToken)).Content;
        var step = Planned(lab, new DeleteTrunk(state.Trunk.Sid, TwilioState.Parse(content).Trunk!.Settings!, SymmetricRtp: false));
        Assert.True((await lab.Journey.ApplyAsync(step)).Succeeded);

        Assert.Equal("trunk-url-not-restored", (await lab.Journey.UndoAsync(step)).FailureCode);
        Assert.DoesNotContain("hush", content + step.Payload + lab.Journey.JournalText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_a_trunk_uses_or_that_holds_something_else_by_now_is_not_deleted()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var delete = Planned(lab, Step("delete-acl", state, made));
        var list = $"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}/SIP/IpAccessControlLists/{state.Acls[0].Sid}";

        var used = await lab.Journey.ApplyAsync(delete);
        Assert.Equal(("acl-in-use", $"Access control list {state.Acls[0].Sid} was not deleted: acme.pstn.twilio.com uses it."), (used.FailureCode, used.Sentence));
        Assert.True((await lab.Journey.ApplyAsync(Planned(lab, Step("dissociate-acl", state, made)))).Succeeded);
        await lab.PostAsync($"{list}/IpAddresses.json", ("FriendlyName", "guest"), ("IpAddress", "198.51.100.9"), ("CidrPrefixLength", "32"));
        Assert.Equal("acl-changed", (await lab.Journey.ApplyAsync(delete)).FailureCode);
        Assert.DoesNotContain(lab.Server.Requests, r => r.Method == "DELETE" && r.Path == $"{list}.json");
    }

    [Fact]
    public async Task An_address_in_a_list_that_another_trunk_uses_stays()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var other = lab.Server.Read().Trunks.Single(t => t.DomainName == "headoffice.pstn.twilio.com").Sid;
        await lab.PostAsync($"/v1/Trunks/{other}/IpAccessControlLists", ("IpAccessControlListSid", state.Acls[0].Sid));

        var result = await lab.Journey.ApplyAsync(Planned(lab, Step("remove-acl-address", state, made)));

        Assert.Equal(("acl-shared", $"203.0.113.16/28 was not removed: headoffice.pstn.twilio.com uses access control list {state.Acls[0].Sid} too."), (result.FailureCode, result.Sentence));
        Assert.Equal(["203.0.113.16/28"], lab.Trunk().AllowedSources);
    }

    [Fact]
    public async Task An_address_in_the_middle_of_its_range_is_put_back_as_it_was()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        await lab.PostAsync($"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}/SIP/IpAccessControlLists/{state.Acls[0].Sid}/IpAddresses.json",
            ("FriendlyName", "by hand"), ("IpAddress", "198.51.100.42"), ("CidrPrefixLength", "29"));
        var before = await lab.ShapeAsync();
        var read = TwilioState.Parse((await lab.Journey.System.ReadAsync(new(Inbound), lab.Site, TestContext.Current.CancellationToken)).Content);
        var entry = read.Acls[0].Addresses.Single(a => a.Range == "198.51.100.40/29");
        var step = Planned(lab, new RemoveAclAddress(read.Acls[0].Sid, read.Acls[0].FriendlyName, entry.Sid, entry.FriendlyName!, entry.Address!, 29));

        Assert.True((await lab.Journey.ApplyAsync(step)).Succeeded);
        Assert.True((await lab.Journey.UndoAsync(step)).Succeeded);

        Assert.Equal(before, await lab.ShapeAsync());
        Assert.Equal(new AclEntry("by hand", "198.51.100.42", 29), AclEntry.Of(entry));
    }

    [Fact]
    public async Task A_number_with_an_emergency_address_stays_on_the_trunk_and_nothing_is_sent()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        await lab.PostAsync($"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}/IncomingPhoneNumbers/{state.Numbers[0].Sid}.json", ("EmergencyAddressSid", "AD0123456789abcdef0123456789abcdef"));

        var result = await lab.Journey.ApplyAsync(Planned(lab, Step("detach-number", state, made)));

        Assert.Equal("number-has-emergency-address", result.FailureCode);
        Assert.DoesNotContain(lab.Server.Requests, r => r.Method == "DELETE");
    }

    [Fact]
    public async Task A_number_without_saved_routing_is_taken_off_and_that_is_said()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var detach = (DetachNumber)Step("detach-number", state, made) with { Restore = [], Withheld = ["VoiceUrl"] };

        var result = await lab.Journey.ApplyAsync(Planned(lab, detach));

        Assert.Equal($"{Spare} is off the trunk; no old voice routing was saved, so none was set. VoiceUrl held a password, which is never kept: enter it again in Twilio's Console.", result.Sentence);
        Assert.Equal("", await lab.VoiceUrlAsync(Spare));
    }

    [Fact]
    public async Task A_number_that_somebody_moved_is_left_there()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var other = lab.Server.Read().Trunks.Single(t => t.DomainName == "headoffice.pstn.twilio.com").Sid;
        await lab.PostAsync($"/v1/Trunks/{other}/PhoneNumbers", ("PhoneNumberSid", state.Numbers[0].Sid!));
        var step = Planned(lab, Step("detach-number", state, made));

        Assert.Equal("number-on-another-trunk", (await lab.Journey.ApplyAsync(step)).FailureCode);
        Assert.Equal("number-on-another-trunk", (await lab.Journey.UndoAsync(step)).FailureCode);
    }

    [Fact]
    public async Task A_number_detached_but_without_its_routing_is_half_done_and_a_retry_ends_it()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        await lab.FaultAsync("lose-request", "IncomingPhoneNumbers", count: 4, method: "POST");
        var step = Planned(lab, Step("detach-number", state, made));

        var first = await lab.Journey.ApplyAsync(step);
        Assert.Equal(("twilio-no-answer", false), (first.FailureCode, first.OutcomeKnown));
        Assert.Equal(StepState.Partly, (await lab.Journey.ObserveAsync(step)).State);
        Assert.True((await lab.Journey.ApplyAsync(step)).Succeeded);
        Assert.Equal(Greeting, await lab.VoiceUrlAsync(Spare));
    }

    [Fact]
    public async Task An_origination_url_that_is_gone_can_not_be_enabled_again_and_undo_says_so()
    {
        var (lab, state, made) = await ProvisionedAsync();
        await using var disposed = lab;
        var step = Planned(lab, Step("disable-origination", state, made));
        Assert.True((await lab.Journey.ApplyAsync(step)).Succeeded);
        await lab.DeleteAsync($"/v1/Trunks/{state.Trunk!.Sid}/OriginationUrls/{state.Trunk.OriginationUrls[0].Sid}");

        Assert.Equal("twilio-not-found", (await lab.Journey.UndoAsync(step)).FailureCode);
    }
}
