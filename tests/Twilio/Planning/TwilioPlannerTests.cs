using System.Text.Json;
using System.Net;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Twilio.Planning;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Tests.Planning;

public sealed class TwilioPlannerTests
{
    private const string Acl = "AL00000000000000000000000000000001";
    private const string TrunkSid = "TK00000000000000000000000000000001";

    private static readonly TwilioState Empty = new() { AccountStatus = "active", AccountType = "Full", Balance = 20, Currency = "USD" };

    private static readonly AclState OwnAcl = new(Acl, "bot:acme-east:acl", [new("IP1", "203.0.113.16/28")]);

    private static readonly TrunkState OwnTrunk = new() { Sid = TrunkSid, FriendlyName = "bot:acme-east:trunk", Secure = false, SymmetricRtp = false, AuthType = "IP_ACL", Acls = [OwnAcl] };

    private static readonly TwilioState Finished = Empty with { Acls = [OwnAcl], Trunk = OwnTrunk };

    private static SystemPlan Plan(TwilioState state, TrunkIntent? intent = null) =>
        TwilioPlanner.Plan(new(intent ?? Given.Intent), Given.Site(), state, "fp");

    /// <summary>The only thing to act on: what merely informs is left out.</summary>
    private static Finding Only(SystemPlan plan) => Assert.Single(plan.Findings, f => f.Severity != FindingSeverity.Info);

    [Fact]
    public void A_new_trunk_is_list_addresses_trunk_and_mapping_with_literal_requests()
    {
        var plan = Plan(Empty);

        Assert.Equal(["termination-one-call-per-second"], plan.Findings.Select(f => f.Code));
        Assert.Equal(["twilio.acl", "twilio.acl.address.203.0.113.16/28", "twilio.trunk", "twilio.trunk.acl", "twilio.trunk.symmetric-rtp"], plan.Steps.Select(s => s.Id));
        Assert.All(plan.Steps, s => Assert.Equal(StepPhase.Twilio, s.Phase));
        Assert.Equal(
            [
                "POST https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/SIP/IpAccessControlLists.json",
                "FriendlyName=bot:acme-east:acl",
                "POST https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/SIP/IpAccessControlLists/{twilio.acl.sid}/IpAddresses.json",
                "FriendlyName=acme-east 203.0.113.16/28",
                "IpAddress=203.0.113.16",
                "CidrPrefixLength=28",
                "POST https://trunking.twilio.com/v1/Trunks",
                "FriendlyName=bot:acme-east:trunk",
                "DomainName=acme.pstn.twilio.com",
                "POST https://trunking.twilio.com/v1/Trunks/{twilio.trunk.sid}/IpAccessControlLists",
                "IpAccessControlListSid={twilio.acl.sid}",
            ],
            plan.Steps.SelectMany(s => s.Sends));
    }

    [Fact]
    public void The_undo_is_on_the_plan() => Assert.Equal(
        [
            "DELETE https://trunking.twilio.com/v1/Trunks/{twilio.trunk.sid}/IpAccessControlLists/{twilio.acl.sid}",
            "DELETE https://trunking.twilio.com/v1/Trunks/{twilio.trunk.sid}",
            "DELETE https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/SIP/IpAccessControlLists/{twilio.acl.sid}/IpAddresses/{SID of 203.0.113.16/28}.json",
            "DELETE https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/SIP/IpAccessControlLists/{twilio.acl.sid}.json",
        ],
        Plan(Empty).Steps.Reverse().SelectMany(s => s.UndoSends));

    [Fact]
    public void The_finished_state_needs_no_step()
    {
        var plan = Plan(Finished);

        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Findings);
        Assert.All(plan.Objects, o => Assert.Equal(PlannedAction.LeaveAlone, o.Action));
    }

    [Fact]
    public void Only_what_is_missing_is_added_with_the_sids_that_are_known()
    {
        var plan = Plan(Finished, Given.Intent with { PublicAddresses = [.. Given.Intent.PublicAddresses, IPNetwork.Parse("198.51.100.9/32")] });

        Assert.Equal("twilio.acl.address.198.51.100.9/32", Assert.Single(plan.Steps).Id);
        Assert.Contains($"/IpAccessControlLists/{Acl}/IpAddresses.json", plan.Steps[0].Sends[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Tls_makes_a_secure_trunk() =>
        Assert.Equal("Secure=true", Plan(Empty, Given.Intent with { Transport = SipTransport.Tls }).Steps.Single(s => s.Id == "twilio.trunk").Sends[^1]);

    [Fact]
    public void Inbound_comes_last_and_a_number_keeps_its_old_routing()
    {
        var state = Finished with { Numbers = [new("+13035550188", "PN1", null, [new("VoiceUrl", "https://voice.example.com/greeting"), new("VoiceMethod", "POST")], [])] };

        var plan = Plan(state, Given.Intent with { Origination = true, Numbers = ["+13035550188"] });

        Assert.All(plan.Steps, s => Assert.Equal(StepPhase.Inbound, s.Phase));
        Assert.Equal(
            [
                $"POST https://trunking.twilio.com/v1/Trunks/{TrunkSid}/OriginationUrls",
                "FriendlyName=bot:acme-east:origination", "SipUrl=sip:203.0.113.16:5060;transport=udp", "Priority=10", "Weight=10", "Enabled=true",
                $"POST https://trunking.twilio.com/v1/Trunks/{TrunkSid}/PhoneNumbers",
                "PhoneNumberSid=PN1",
            ],
            plan.Steps.SelectMany(s => s.Sends));
        Assert.Equal(
            [
                $"DELETE https://trunking.twilio.com/v1/Trunks/{TrunkSid}/PhoneNumbers/PN1",
                "POST https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/IncomingPhoneNumbers/PN1.json",
                "VoiceUrl=https://voice.example.com/greeting", "VoiceMethod=POST",
            ],
            plan.Steps[1].UndoSends);
        Assert.Equal("origination-address-assumed", Only(plan).Code);
    }

    [Fact]
    public void Symmetric_rtp_that_is_on_becomes_a_manual_step()
    {
        var plan = Plan(Finished with { Trunk = OwnTrunk with { SymmetricRtp = true } });

        var step = Assert.Single(plan.Steps);
        Assert.Equal(("twilio.trunk.symmetric-rtp", true), (step.Id, step.IsManual));
        Assert.Empty(step.Sends);
        Assert.Equal([new WorksheetRow("Symmetric RTP", "disabled")], step.Worksheet!.Rows);
        Assert.Equal("", step.Worksheet.Undo);
        Assert.Equal("symmetric-rtp-enabled", Only(plan).Code);
    }

    [Fact]
    public void Symmetric_rtp_that_is_not_told_is_a_warning()
    {
        var finding = Only(Plan(Finished with { Trunk = OwnTrunk with { SymmetricRtp = null } }));

        Assert.Equal(("symmetric-rtp-unknown", FindingSeverity.Warning), (finding.Code, finding.Severity));
    }

    public static TheoryData<string, string> Errors => new()
    {
        { "domain-not-ours", "foreign" }, { "credential-list-attached", "credentials" }, { "acl-ambiguous", "two" },
        { "trunk-secure-differs", "secure" }, { "trunk-tagged-elsewhere", "elsewhere" }, { "twilio-account-not-active", "suspended" },
        { "number-not-owned", "unknown-number" }, { "number-on-another-trunk", "busy-number" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void What_stops_a_plan_leaves_no_step(string code, string situation)
    {
        var state = situation switch
        {
            "foreign" => Finished with { Trunk = OwnTrunk with { FriendlyName = "Head office" } },
            "credentials" => Finished with { Trunk = OwnTrunk with { CredentialLists = ["phones"] } },
            "two" => Finished with { Acls = [OwnAcl, OwnAcl with { Sid = "AL2" }] },
            "secure" => Finished with { Trunk = OwnTrunk with { Secure = true } },
            "elsewhere" => Empty with { TaggedElsewhere = ["old.pstn.twilio.com"] },
            "suspended" => Finished with { AccountStatus = "suspended" },
            "unknown-number" => Finished with { Numbers = [new("+15550100", null, null, [], [])] },
            _ => Finished with { Numbers = [new("+15550100", "PN1", "TKother", [], [])] },
        };

        var plan = Plan(state);

        Assert.Contains(plan.Findings, f => f.Code == code && f.Severity == FindingSeverity.Error && f.Fix is not null);
        Assert.Empty(plan.Steps);
    }

    [Theory]
    [InlineData("Acme", "termination-name-invalid")]
    [InlineData("a.b", "termination-name-invalid")]
    [InlineData("-a", "termination-name-invalid")]
    [InlineData("", "termination-name-invalid")]
    public void A_bad_termination_name_is_an_error(string name, string code) =>
        Assert.Equal(code, Only(Plan(Empty, Given.Intent with { TerminationName = name })).Code);

    [Theory]
    [InlineData("https://twilio.example", "https://trunking.twilio.com")]
    [InlineData("https://api.twilio.com", "https://api.twilio.com")]
    [InlineData("https://trunking.twilio.com", "https://trunking.twilio.com")]
    [InlineData("http://api.twilio.com", "https://trunking.twilio.com")]
    [InlineData("https://api.twilio.com:8443", "https://trunking.twilio.com")]
    [InlineData("https://api.twilio.com.evil.example", "https://trunking.twilio.com")]
    [InlineData("https://api.twilio.com@evil.example", "https://trunking.twilio.com")]
    public void The_login_goes_to_the_two_hosts_of_twilio_or_to_this_machine_alone(string api, string trunking)
    {
        var site = Given.Site();

        var plan = TwilioPlanner.Plan(
            new(Given.Intent), site with { Twilio = site.Twilio with { ApiBaseUrl = new(api), TrunkingBaseUrl = new(trunking) } }, Finished, "fp");

        Assert.Equal(("twilio-base-url-not-allowed", FindingSeverity.Error), (Only(plan).Code, Only(plan).Severity));
    }

    [Fact]
    public void A_trunk_without_inbound_calls_keeps_no_origination_url_of_ours()
    {
        var trunk = OwnTrunk with
        {
            OriginationUrls = [new("OU1", "bot:acme-east:origination", "sip:203.0.113.16:5060", 10, 10, true), new("OU2", "theirs", "sip:192.0.2.1", 1, 1, true)],
        };

        var step = Assert.Single(Plan(Finished with { Trunk = trunk }).Steps);

        Assert.Equal("twilio.origination.remove.OU1", step.Id);
        Assert.Equal([$"DELETE https://trunking.twilio.com/v1/Trunks/{TrunkSid}/OriginationUrls/OU1"], step.Sends);
    }

    [Fact]
    public void Bad_addresses_and_names_are_errors()
    {
        Assert.Equal("acl-without-address", Only(Plan(Empty, Given.Intent with { PublicAddresses = [] })).Code);
        Assert.Equal("acl-address-not-ipv4", Only(Plan(Empty, Given.Intent with { PublicAddresses = [IPNetwork.Parse("2001:db8::/64")] })).Code);
        Assert.Equal("twilio-name-invalid", Only(Plan(Empty, Given.Intent with { Name = "a\nb" })).Code);
        Assert.Equal("twilio-name-invalid", Only(Plan(Empty, Given.Intent with { Name = new string('a', 60) })).Code);
    }

    [Theory]
    [InlineData("acl-extra-address")]
    [InlineData("acl-foreign")]
    [InlineData("twilio-account-trial")]
    [InlineData("twilio-balance-empty")]
    public void What_only_deserves_a_look_does_not_stop_the_plan(string code)
    {
        var state = code switch
        {
            "acl-extra-address" => Finished with { Acls = [OwnAcl with { Addresses = [.. OwnAcl.Addresses, new("IP2", "192.0.2.0/24")] }] },
            "acl-foreign" => Finished with { Trunk = OwnTrunk with { Acls = [OwnAcl, new("AL9", "Head office PBX", [])] } },
            "twilio-account-trial" => Finished with { AccountType = "Trial" },
            _ => Finished with { Balance = 0 },
        };

        var finding = Only(Plan(state));

        Assert.Equal((code, FindingSeverity.Warning), (finding.Code, finding.Severity));
    }

    [Fact]
    public void A_password_in_a_voice_url_is_a_warning_and_never_in_the_plan()
    {
        var number = StateReader.State("+15550100", new() { Sid = "PN1", Number = "+15550100", VoiceUrl = "https://me:hunter2@example.com", VoiceMethod = "POST" });

        var plan = Plan(Finished with { Numbers = [number] }, Given.Intent with { Numbers = ["+15550100"] });

        Assert.Equal("number-url-holds-password", Only(plan).Code);
        Assert.DoesNotContain("hunter2", plan.Steps[0].Payload + string.Join('\n', plan.Steps[0].UndoSends), StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_of_a_step_reads_the_same_whatever_version_made_the_plan()
    {
        var create = Plan(Empty).Steps.First(s => s.Payload.Contains("\"create-trunk\"", StringComparison.Ordinal));

        using var payload = JsonDocument.Parse(create.Payload);
        Assert.StartsWith("create trunk ", payload.RootElement.GetProperty("doing").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_balance_does_not_move_the_fingerprint()
    {
        Assert.Equal(Finished.Fingerprint(), (Finished with { Balance = 3 }).Fingerprint());
        Assert.NotEqual(Finished.Fingerprint(), (Finished with { Acls = [] }).Fingerprint());
        Assert.Equal(Finished.Fingerprint(), TwilioState.Parse(Finished.ToText()).Fingerprint());
    }

    [Theory]
    [InlineData("+16504894546", false, "dialing-not-permitted")]
    [InlineData("+16504894546", null, "dialing-permission-unknown")]
    [InlineData("+16504894546", true, null)]
    public void The_country_of_the_test_call_must_be_allowed(string number, bool? allowed, string? code)
    {
        var plan = Plan(Finished with { Dialing = new(number, "United States/Canada", allowed) });

        Assert.Equal(code is null ? [] : [code], plan.Findings.Select(f => f.Code));
        Assert.Empty(plan.Steps);
    }

    [Theory]
    [InlineData("16504894546", "United States/Canada", true)]
    [InlineData("+1 242 555 0100", "Bahamas", false)]
    [InlineData("+49 30 1", "Germany", null)]
    [InlineData("+999", null, null)]
    public void The_country_of_a_number_is_the_one_with_the_longest_code(string number, string? country, bool? allowed)
    {
        DialingCountry[] countries =
        [
            new("US", "United States/Canada", ["+1"], true, false, false), new("BS", "Bahamas", ["+1-242"], false, false, false), new("DE", "Germany", ["+49"], null, null, null), new("XX", "Nowhere", null, true, true, true),
        ];

        var state = DialingState.Of(number, countries);

        Assert.Equal((country, allowed), (state.Country, state.Allowed));
    }

    [Fact]
    public void A_dialing_permission_that_changes_does_not_make_a_plan_stale() => Assert.Equal(
        Finished.Fingerprint(), (Finished with { Dialing = new("+16504894546", "United States/Canada", false) }).Fingerprint());

    [Fact]
    public void A_login_of_another_account_stops_the_plan()
    {
        var plan = Plan(Empty with { AccountSid = "AC1", OtherAccount = "AC2" });

        Assert.Equal("twilio-account-differs", Only(plan).Code);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public void Secure_trunking_says_what_the_sites_template_must_set() => Assert.Equal(
        ["secure-needs-srtp", "termination-one-call-per-second"], Plan(Empty, Given.Intent with { Transport = SipTransport.Tls }).Findings.Select(f => f.Code));
}
