using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Twilio.Tests.Lab;

namespace TrunkBot.Twilio.Tests.Inventory;

/// <summary>A site where people do at Twilio what the bot plans: it sends nothing, and finds what they made.</summary>
public sealed class ByHandTests
{
    private const string Spare = "+13035550188";

    [Fact]
    public async Task Every_step_is_a_worksheet_and_nothing_is_sent()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Origination = true, Numbers = [Spare] }, byHand: true);

        var plan = await lab.Journey.PlanAsync();

        Assert.All(plan.Steps, s => Assert.True(s is { IsManual: true, Sends.Count: 0, UndoSends.Count: 0 }, s.Id));
        Assert.Equal(
            [
                "twilio.acl | Manage, IP access control lists | Create new=IP access control list; Friendly name (exactly so: by it the bot knows the list)=bot:acme-east:acl | Delete access control list bot:acme-east:acl again.",
                "twilio.acl.address.203.0.113.16/28 | Manage, IP access control lists, bot:acme-east:acl | Add an IP address range=; Friendly name=acme-east 203.0.113.16/28; IP address=203.0.113.16; CIDR prefix length=28 | Remove 203.0.113.16/28 from the list again.",
                "twilio.trunk | Manage, Trunks | Create new=SIP trunk; Friendly name (exactly so: by it the bot knows the trunk)=bot:acme-east:trunk; General: Secure Trunking=disabled; General: Symmetric RTP=disabled; Termination: Termination SIP URI=acme.pstn.twilio.com | Delete trunk acme.pstn.twilio.com again.",
                "twilio.trunk.acl | Manage, Trunks, acme.pstn.twilio.com, Termination, Authentication | IP access control lists: add=bot:acme-east:acl; Credential lists=none | Take access control list bot:acme-east:acl off the trunk again, and save.",
                "twilio.trunk.symmetric-rtp | trunk acme.pstn.twilio.com, General, Media settings | Symmetric RTP=disabled | ",
                "twilio.origination | Manage, Trunks, acme.pstn.twilio.com, Origination | Add new origination URL=sip:203.0.113.16:5060;transport=udp; Priority=10; Weight=10; Enabled=yes | Delete origination URL sip:203.0.113.16:5060;transport=udp again.",
                "twilio.number.+13035550188 | Manage, Trunks, acme.pstn.twilio.com, Numbers | Add a number: existing number=+13035550188 | Remove +13035550188 from the trunk (do not release it), then give it its voice routing back at Phone Numbers, Manage, Active numbers: VoiceUrl https://voice.example.com/greeting, VoiceMethod POST, VoiceFallbackMethod POST, VoiceCallerIdLookup false, VoiceReceiveMode voice, StatusCallbackMethod POST.",
            ],
            plan.Steps.Select(s => $"{s.Id} | {s.Worksheet!.Place["Twilio Console: Elastic SIP Trunking, ".Length..]} | {string.Join("; ", s.Worksheet.Rows.Select(r => $"{r.Label}={r.Value}"))} | {s.Worksheet.Undo}"));
        Assert.Equal(FindingSeverity.Info, Assert.Single(plan.Findings, f => f.Code == "applied-by-hand").Severity);
    }

    [Fact]
    public async Task What_a_person_made_is_found_with_its_SIDs_and_is_the_trunks_own()
    {
        var intent = Given.Intent with { Origination = true, Numbers = [Spare] };
        await using var lab = await TwilioLab.StartAsync(intent, byHand: true);
        var plan = await lab.Journey.PlanAsync();
        var facts = new Dictionary<string, string>();
        var account = $"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}";
        foreach (var step in plan.Steps.Where(s => s.Id != "twilio.trunk.symmetric-rtp"))
        {
            Assert.Equal(StepState.NotBegun, (await ObserveAsync(lab, step, facts)).State);
        }

        var acl = (await lab.PostAsync($"{account}/SIP/IpAccessControlLists.json", ("FriendlyName", "bot:acme-east:acl")))["sid"]!.ToString();
        await lab.PostAsync($"{account}/SIP/IpAccessControlLists/{acl}/IpAddresses.json", ("FriendlyName", "SBC"), ("IpAddress", "203.0.113.16"), ("CidrPrefixLength", "28"));
        var trunk = (await lab.PostAsync("/v1/Trunks", ("FriendlyName", "bot:acme-east:trunk"), ("DomainName", "acme.pstn.twilio.com")))["sid"]!.ToString();
        await lab.PostAsync($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", acl));

        // The Console asks for no name of a URL.
        var url = (await lab.PostAsync($"/v1/Trunks/{trunk}/OriginationUrls", ("FriendlyName", "sip:203.0.113.16:5060"), ("SipUrl", "sip:203.0.113.16:5060"), ("Priority", "10"), ("Weight", "10"), ("Enabled", "true")))["sid"]!.ToString();
        await lab.PostAsync($"/v1/Trunks/{trunk}/PhoneNumbers", ("PhoneNumberSid", await lab.NumberSidAsync(Spare)));
        foreach (var step in plan.Steps)
        {
            Assert.Equal(StepState.Done, (await ObserveAsync(lab, step, facts)).State);
        }

        Assert.Equal((acl, trunk, url), (facts["twilio.acl.sid"], facts["twilio.trunk.sid"], facts["twilio.origination.sid"]));
        Assert.Equal("true", facts["twilio.number.+13035550188.sent"]);
        Assert.Contains("https://voice.example.com/greeting", facts["twilio.number.+13035550188.before"], StringComparison.Ordinal);
        var owned = new OwnedTrunk(intent, facts);
        Assert.Empty((await lab.Journey.PlanAsync(new(intent) { Owned = owned })).Steps);
        var removal = await lab.Journey.PlanAsync(new(intent) { Removes = true, Owned = owned });
        Assert.Equal(
            [
                "twilio.number.+13035550188.detach", $"twilio.origination.remove.{url}", $"twilio.trunk.acl.{acl}.dissociate", "twilio.trunk.delete", "twilio.acl.delete",
            ],
            removal.Steps.Select(s => s.Id));
    }

    [Fact]
    public async Task What_a_person_takes_down_is_seen_to_be_gone_step_by_step_and_to_be_back()
    {
        await using var field = await Brownfield.StartAsync(byHand: true);
        var lab = field.Lab;
        var without = Brownfield.Intent with { Numbers = [] };
        var owned = await field.AdoptAsync();
        var detach = Assert.Single((await lab.NewJourney(without).PlanAsync(new(without) { Owned = owned })).Steps);
        Assert.Equal("Remove from the trunk (do not release it)=+13035550188", string.Join(';', detach.Worksheet!.Rows.Select(r => $"{r.Label}={r.Value}")));
        var facts = owned.Facts.ToDictionary();
        Assert.Equal(StepState.NotBegun, (await ObserveAsync(lab, detach, facts)).State);
        await lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/PhoneNumbers/{field.Number}");
        Assert.Equal(StepState.Done, (await ObserveAsync(lab, detach, facts)).State);
        Assert.Equal("", facts["twilio.adopted.number.+13035550188"]);

        var removal = (await lab.NewJourney(without).PlanAsync(new(without) { Removes = true, Owned = new(without, facts) })).Steps.OrderBy(s => s.Phase).ToList();

        Assert.Equal(5, removal.Count);
        Assert.Equal(
            "Create it again with friendly name \"Denver SBC\" and 203.0.113.16/28 (\"node at 203.0.113.16\").", removal[^1].Worksheet!.Undo);
        Assert.Equal(
            "Create it again: FriendlyName Acme (2019, ask Joe), DomainName acme.pstn.twilio.com, TransferMode sip-only, TransferCallerId from-transferee, Secure false, CnamLookupEnabled true.", removal[^2].Worksheet!.Undo);
        Func<Task>[] person =
        [
            () => lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{field.MainUrl}"),
            () => lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{field.SpareUrl}"),
            () => lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/IpAccessControlLists/{field.Acl}"),
            () => lab.DeleteAsync($"/v1/Trunks/{field.Trunk}"),
            () => lab.DeleteAsync($"{field.Account}/SIP/IpAccessControlLists/{field.Acl}.json"),
        ];
        foreach (var (step, act) in removal.OrderBy(s => s.Id.Contains(field.SpareUrl, StringComparison.Ordinal) ? 1 : s.Id.Contains("origination", StringComparison.Ordinal) ? 0 : 2).Zip(person))
        {
            Assert.Equal(StepState.NotBegun, (await ObserveAsync(lab, step, facts)).State);
            await act();
            Assert.Equal(StepState.Done, (await ObserveAsync(lab, step, facts)).State);
        }

        Assert.Equal("", facts[$"twilio.adopted.origination.{field.MainUrl}"]);
        await lab.PostAsync("/v1/Trunks", ("FriendlyName", "Acme (2019, ask Joe)"), ("DomainName", "acme.pstn.twilio.com"));
        Assert.Equal(StepState.NotBegun, (await ObserveAsync(lab, removal[^2], facts)).State);
    }

    [Fact]
    public async Task The_transport_is_a_worksheet_too()
    {
        await using var field = await Brownfield.StartAsync(byHand: true);
        var tls = Brownfield.Intent with { Transport = SipTransport.Tls };

        var step = (await field.Lab.NewJourney(tls).PlanAsync(new(tls) { Owned = await field.AdoptAsync() })).Steps.Single(s => s.Id == "twilio.trunk.secure");

        Assert.Equal("Twilio Console: Elastic SIP Trunking, Manage, Trunks, acme.pstn.twilio.com, General", step.Worksheet!.Place);
        Assert.Equal(("Secure Trunking", "enabled", "Set it back: Secure Trunking disabled."), (step.Worksheet.Rows[0].Label, step.Worksheet.Rows[0].Value, step.Worksheet.Undo));
    }

    private static async Task<StepObservation> ObserveAsync(TwilioLab lab, PlannedStep step, Dictionary<string, string> facts)
    {
        var seen = await lab.Journey.System.ObserveAsync(step, lab.Journey.Context with { Facts = facts.ToDictionary() }, TestContext.Current.CancellationToken);
        foreach (var (name, value) in seen.Facts ?? new Dictionary<string, string>())
        {
            facts[name] = value;
        }

        return seen;
    }
}
