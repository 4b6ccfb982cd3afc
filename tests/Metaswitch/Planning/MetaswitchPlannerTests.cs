using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Planning;

public sealed class MetaswitchPlannerTests
{
    private static readonly BindingSnapshot Absent = new() { Name = "TwilioBinding" };

    private static BindingSnapshot Existing(string? status = "Enabled") => Absent with
    {
        Fields = [.. BindingFields.Intended(Given.Intent, Given.Site().Metaswitch, new()), new("NATStatus", "Off")],
        RequestedStatus = status,
        Confirmed = new("Twilio", "TwilioTrunk", null, "16504894546"),
    };

    private static SystemPlan Plan(BindingSnapshot found, TrunkIntent? intent = null, SiteProfile? site = null) =>
        new MetaswitchPlanner(new()).Plan(new(intent ?? Given.Intent), site ?? Given.Site(), found, "fp");

    private static SiteProfile Unproven()
    {
        var site = Given.Site();
        return site with { Metaswitch = site.Metaswitch with { StatusGroupProven = false } };
    }

    [Fact]
    public void A_new_binding_comes_with_its_worksheets_in_the_seeds_order()
    {
        var plan = Plan(Absent);

        Assert.Equal(
            [
                ("metaswitch.rmgm", StepPhase.MediaGatewayModel, true),
                ("metaswitch.binding.create", StepPhase.Binding, false),
                ("metaswitch.binding.enable", StepPhase.Binding, false),
                ("metaswitch.sip-trunk", StepPhase.SipTrunk, true),
                ("metaswitch.translations", StepPhase.Translations, true),
            ],
            plan.Steps.Select(s => (s.Id, s.Phase, s.IsManual)));
        Assert.All(plan.Steps, s => Assert.Equal(("metaswitch", "cfs-den"), (s.System, s.Element)));
        Assert.Equal("fp", plan.Fingerprint);
    }

    [Fact]
    public void The_create_step_shows_the_exact_request_with_the_secret_by_name()
    {
        var sends = Plan(Absent).Steps.Single(s => s.Id == "metaswitch.binding.create").Sends;

        Assert.Equal(
            [
                "POST http://127.0.0.1:8087/mvweb/services/ShService",
                "Content-Type: text/xml;charset=UTF-8",
                "Authorization: Basic {secret:denver-metaview}",
                "",
                "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\">",
            ],
            sends.Take(5));
        Assert.Contains("              <u:SequenceNumber>0</u:SequenceNumber>".Trim(), sends.Select(s => s.Trim()));
        Assert.Contains("<s:SIPDomainName>acme.pstn.twilio.com</s:SIPDomainName>", sends.Select(s => s.Trim()));
    }

    [Fact]
    public void Undo_is_disable_then_delete_with_a_number_pulled_then()
    {
        var plan = Plan(Absent);
        var delete = plan.Steps.Single(s => s.Id == "metaswitch.binding.create").UndoSends.Select(s => s.Trim()).ToList();
        var disable = plan.Steps.Single(s => s.Id == "metaswitch.binding.enable").UndoSends.Select(s => s.Trim()).ToList();

        Assert.Contains("<s:Meta_ConfiguredSIPBinding_BaseInformation Action=\"delete\" />", delete);
        Assert.Contains("<u:SequenceNumber>{pulled sequence number + 1}</u:SequenceNumber>", delete);
        Assert.Contains("<s:RequestedStatus>Disabled</s:RequestedStatus>", disable);
    }

    [Fact]
    public void The_fix_bit_is_on_the_worksheet_and_holds_the_plan()
    {
        var plan = Plan(Absent);
        var hold = Assert.Single(plan.Findings);

        Assert.Equal(
            [new("Model name", "Twilio"), new("Fix bits (SIP) → Use E164 numbers", "ticked"), new WorksheetRow("All other fix bits, codecs, timers", "as in the site's usual SIP model")],
            plan.Steps[0].Worksheet!.Rows);
        Assert.Equal(("fix-bit-unconfirmed", FindingSeverity.Hold), (hold.Code, hold.Severity));
    }

    [Fact]
    public void The_sip_trunk_worksheet_names_place_binding_and_trunk_group()
    {
        var sheet = Plan(Absent, Given.Intent with { TrunkGroup = "412" }).Steps.Single(s => s.Id == "metaswitch.sip-trunk").Worksheet!;

        Assert.Equal("MetaView Explorer: Signaling / SIP", sheet.Place);
        Assert.Equal(
            [
                new("SIP trunk name", "TwilioTrunk"), new("Configured SIP binding", "TwilioBinding"), new("Trunk group number", "412"),
                new("Call directions, billing, other rows", "as in the site's usual SIP trunk"), new WorksheetRow("Status", "enable after the binding is green"),
            ],
            sheet.Rows);
    }

    [Theory]
    [InlineData(null, "write down which table calls go to at the chosen point", "the table written down above")]
    [InlineData("Main", "Main", "table Main")]
    public void The_translations_worksheet_keeps_the_old_table(string? current, string old, string rest)
    {
        var site = Given.Site();
        var sheet = Plan(Absent, site: site with { Metaswitch = site.Metaswitch with { CurrentTranslationTable = current } }).Steps[^1].Worksheet!;

        Assert.Equal(
            [
                new("Table that calls go to now", old), new("New table", "TwilioTest, decides by dialed (destination) number"),
                new("Entry 16504894546", "SIP trunk TwilioTrunk"), new("Any other number", rest), new WorksheetRow("The chosen point", "point it at table TwilioTest"),
            ],
            sheet.Rows);
    }

    [Fact]
    public void Enabling_is_a_worksheet_where_the_status_group_is_not_proven()
    {
        var step = Plan(Absent, site: Unproven()).Steps.Single(s => s.Id == "metaswitch.binding.enable");

        Assert.True(step.IsManual);
        Assert.Empty(step.Sends);
        Assert.Equal([new("Configured SIP binding", "TwilioBinding"), new WorksheetRow("Status", "enable")], step.Worksheet!.Rows);
    }

    [Fact]
    public void A_finished_binding_needs_no_step_and_manual_objects_count_as_confirmed()
    {
        var plan = Plan(Existing());

        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Findings);
        Assert.Equal(
            [
                new(PlannedAction.LeaveAlone, "Remote Media Gateway Model Twilio", "not readable; confirmed when the bot last provisioned this trunk"),
                new(PlannedAction.LeaveAlone, "Configured SIP Binding TwilioBinding", "as intended; further fields left alone: NATStatus"),
                new(PlannedAction.LeaveAlone, "SIP trunk TwilioTrunk", "not readable; confirmed when the bot last provisioned this trunk"),
                new PlannedObject(PlannedAction.LeaveAlone, "translations for 16504894546", "not readable; confirmed when the bot last provisioned this trunk"),
            ],
            plan.Objects);
    }

    [Fact]
    public void A_binding_that_is_not_enabled_yet_goes_on_from_there() => Assert.Equal(
        ["metaswitch.binding.enable"],
        Plan(Existing("Disabled")).Steps.Select(s => s.Id));

    [Fact]
    public void Another_test_number_on_a_live_trunk_is_one_more_entry_in_the_translations()
    {
        var step = Assert.Single(Plan(Existing(), Given.Intent with { TestNumber = "14154758378" }).Steps);

        Assert.Equal("metaswitch.translations", step.Id);
        Assert.Equal("Remove the entry 14154758378 from table TwilioTest.", step.Worksheet!.Undo);
    }

    [Fact]
    public void Another_trunk_group_on_a_live_trunk_is_a_worksheet_of_its_own()
    {
        var step = Assert.Single(Plan(Existing(), Given.Intent with { TrunkGroup = "412" }).Steps);

        Assert.Equal("metaswitch.sip-trunk", step.Id);
        Assert.Equal([new("SIP trunk name", "TwilioTrunk"), new WorksheetRow("Trunk group number", "412")], step.Worksheet!.Rows);
        Assert.Equal("Set the trunk group number of TwilioTrunk back to the site's usual.", step.Worksheet.Undo);
    }

    [Fact]
    public void Another_sip_trunk_is_created_and_routed_to() => Assert.Equal(
        ["metaswitch.sip-trunk", "metaswitch.translations"],
        Plan(Existing(), Given.Intent with { SipTrunkName = "TwilioTrunk2" }).Steps.Select(s => s.Id));

    [Fact]
    public void What_nobody_confirmed_is_said_to_be_unchecked_and_asked_for()
    {
        var plan = Plan(Existing() with { Confirmed = null });

        Assert.Equal(["metaswitch.rmgm", "metaswitch.sip-trunk", "metaswitch.translations"], plan.Steps.Select(s => s.Id));
        Assert.All(plan.Steps, s => Assert.Equal("Take back only what you created or changed for this step.", s.Worksheet!.Undo));
        Assert.Contains(plan.Findings, f => f is { Code: "cfs-work-unconfirmed", Severity: FindingSeverity.Warning });
        Assert.Contains(plan.Findings, f => f is { Code: "fix-bit-unconfirmed", Severity: FindingSeverity.Hold });
    }

    [Theory]
    [InlineData("ContactAddressScheme", "IP address", "contact-not-a-domain")]
    [InlineData("ContactDomainName", "other.pstn.us2.twilio.com", "contact-of-another-trunk")]
    [InlineData("SIPDomainName", "acme.pstn.us2.twilio.com", "sip-domain-wrong")]
    [InlineData("UseDNForIdentification", "False", "use-dn-off")]
    [InlineData("PollPeerDevice", "False", "polling-off")]
    [InlineData("PollingInterval", "5", "polling-too-fast")]
    public void A_field_found_that_would_hurt_is_named_as_such(string element, string value, string code)
    {
        var found = Existing() with { Fields = [.. Existing().Fields!.Select(f => f.Name == element ? f with { Value = value } : f)] };

        Assert.Contains(code, Plan(found).Findings.Select(f => f.Code));
    }

    [Fact]
    public void Where_the_status_can_not_be_read_a_finished_binding_needs_no_step_but_a_look()
    {
        var plan = Plan(Existing(null), site: Unproven());

        Assert.Empty(plan.Steps);
        Assert.Equal("binding-status-not-readable", Assert.Single(plan.Findings).Code);
    }

    [Fact]
    public void A_different_binding_stops_the_plan_and_shows_the_difference()
    {
        var found = Existing() with { Fields = [.. Existing().Fields!.Select(f => f.Name == "ProxyIPAddress" ? f with { Value = "10.1.1.1" } : f)] };

        var plan = Plan(found);

        Assert.Empty(plan.Steps);
        Assert.Equal(["proxy-not-core-address", "binding-exists-different"], plan.Findings.Select(f => f.Code));
        var error = plan.Findings[^1];
        Assert.Contains("The bot changes only the binding of a trunk that it manages", error.Fix, StringComparison.Ordinal);
        Assert.Equal("Configured SIP Binding TwilioBinding exists and is not as intended: Proxy IP address: wanted \"10.20.0.5\", found \"10.1.1.1\".", error.Sentence);
    }

    [Fact]
    public void A_line_break_in_a_name_gives_an_error_and_no_line()
    {
        var plan = Plan(Absent, Given.Intent with { BindingName = "Twilio\nno adjacency" });

        Assert.Empty(plan.Steps);
        Assert.Equal("cfs-name-invalid", Assert.Single(plan.Findings).Code);
        Assert.All(plan.Objects, o => Assert.DoesNotContain('\n', o.What));
    }

    [Fact]
    public void The_fingerprint_follows_fields_and_status()
    {
        Assert.NotEqual(Absent.Fingerprint(), Existing().Fingerprint());
        Assert.NotEqual(Existing("Disabled").Fingerprint(), Existing().Fingerprint());
        Assert.Equal(Existing().Fingerprint(), BindingSnapshot.Parse(Existing().ToText()).Fingerprint());
    }
}
