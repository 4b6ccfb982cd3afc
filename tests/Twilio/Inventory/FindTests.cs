using TrunkBot.Trunks.Findings;
using TrunkBot.Twilio.Tests.Lab;

namespace TrunkBot.Twilio.Tests.Inventory;

public sealed class FindTests
{
    [Fact]
    public async Task A_trunk_that_people_built_is_told_in_parameters_words_and_facts()
    {
        await using var field = await Brownfield.StartAsync();

        var found = await field.FindAsync();

        Assert.Equal(("twilio", "acme"), (found.System, found.Termination));
        Assert.Equal(
            new Dictionary<string, string> { ["termination"] = "acme", ["acl"] = "203.0.113.16/28", ["origination"] = "yes", ["numbers"] = "+13035550188" },
            found.Parameters);
        Assert.Equal(
            [
                $"trunk acme.pstn.twilio.com ({field.Trunk}), secure off, named Acme (2019, ask Joe)",
                $"access control list Denver SBC ({field.Acl}), 1 address: 203.0.113.16/28",
                $"origination URL sip:203.0.113.17:5060 ({field.MainUrl}), priority 1, weight 60, enabled",
                $"origination URL sip:203.0.113.18:5060;edge=ashburn ({field.SpareUrl}), priority 2, weight 40, enabled",
                $"number +13035550188 ({field.Number})",
            ],
            found.Objects);
        Assert.Equal(
            [
                $"twilio.adopted.acl.{field.Acl}", "twilio.adopted.number.+13035550188", .. new[] { field.MainUrl, field.SpareUrl }.Order(StringComparer.Ordinal).Select(u => $"twilio.adopted.origination.{u}"),
                "twilio.adopted.trunk", "twilio.adopted.trunk.name",
            ],
            found.Facts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((field.Trunk, "Denver SBC", field.Number), (found.Facts["twilio.adopted.trunk"], found.Facts[$"twilio.adopted.acl.{field.Acl}"], found.Facts["twilio.adopted.number.+13035550188"]));
        Assert.Empty(found.Findings);
    }

    [Fact]
    public async Task Without_a_name_every_trunk_is_listed_by_one_request()
    {
        await using var field = await Brownfield.StartAsync();
        await field.Lab.PostAsync("/v1/Trunks", ("FriendlyName", "no domain yet"));
        await field.Lab.PostAsync("/v1/Trunks", ("DomainName", "west.acme.pstn.twilio.com"));
        var before = field.Lab.Server.Requests.Count;

        var found = await field.FindAllAsync();

        Assert.Equal(["GET /v1/Trunks"], field.Lab.Server.Requests.Skip(before).Select(r => $"{r.Method} {r.Path}"));
        Assert.Equal(["acme", "headoffice", "west.acme"], found.Select(f => f.Termination));
        Assert.Equal([$"trunk acme.pstn.twilio.com ({field.Trunk}), secure off, named Acme (2019, ask Joe)"], found[0].Objects);
        Assert.Equal(["termination=acme"], found[0].Parameters.Select(p => $"{p.Key}={p.Value}"));
        Assert.Empty(found[0].Facts);
        Assert.Equal("termination-name-invalid", Assert.Single(found[2].Findings).Code);
    }

    [Theory]
    [InlineData("acme")]
    [InlineData(" ACME.pstn.twilio.com ")]
    public async Task A_name_is_taken_as_people_type_it(string typed)
    {
        await using var field = await Brownfield.StartAsync();

        Assert.Equal("acme", Assert.Single(await field.FindAllAsync(("termination", typed))).Termination);
        Assert.Empty(await field.FindAllAsync(("termination", "acme-west")));
    }

    [Fact]
    public async Task A_trunk_that_nobody_may_use_and_that_sends_calls_elsewhere_says_so()
    {
        await using var lab = await TwilioLab.StartAsync();
        var trunk = (await lab.PostAsync("/v1/Trunks", ("DomainName", "Acme.pstn.twilio.com"), ("Secure", "true")))["sid"]!.ToString();
        await lab.PostAsync($"/v1/Trunks/{trunk}/OriginationUrls", ("FriendlyName", "old"), ("SipUrl", "sip:192.0.2.9:5060"), ("Priority", "1"), ("Weight", "1"), ("Enabled", "false"));
        await lab.PostAsync($"/v1/Trunks/{trunk}/PhoneNumbers", ("PhoneNumberSid", await lab.NumberSidAsync("+13035550188")));
        await lab.FaultAsync("symmetric-rtp-on", "acme");

        var found = Assert.Single(await lab.Inventory.FindAsync(lab.Site, new Dictionary<string, string> { ["termination"] = "acme" }, TestContext.Current.CancellationToken));

        Assert.Equal(
            new Dictionary<string, string> { ["termination"] = "acme", ["origination"] = "no", ["numbers"] = "none", ["transport"] = "tls" },
            found.Parameters);
        Assert.Equal(
            ["numbers-without-origination", "origination-url-disabled", "origination-url-elsewhere", "symmetric-rtp-enabled", "trunk-without-acl"],
            found.Findings.Select(f => f.Code).Order(StringComparer.Ordinal));
        Assert.Equal($"Trunk {trunk} has neither an access control list nor a credential list: nobody may send calls to it.", found.Findings.Single(f => f.Code == "trunk-without-acl").Sentence);
        Assert.Equal("Origination URL sip:192.0.2.9:5060 sends inbound calls to 192.0.2.9, which is in no access control list of the trunk.", found.Findings.Single(f => f.Code == "origination-url-elsewhere").Sentence);
    }

    [Fact]
    public async Task Lists_of_several_trunks_credential_lists_and_addresses_that_no_parameter_takes_are_told()
    {
        await using var field = await Brownfield.StartAsync();
        var shared = await field.ListAsync("All SBCs", ("198.51.100.0", "24"), ("10.1.2.3", "32"));
        var other = (await field.Lab.PostAsync("/v1/Trunks", ("DomainName", "other.pstn.twilio.com")))["sid"]!.ToString();
        foreach (var trunk in new[] { field.Trunk, other })
        {
            await field.Lab.PostAsync($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", shared));
        }

        var credentials = (await field.Lab.PostAsync($"{field.Account}/SIP/CredentialLists.json", ("FriendlyName", "dialler")))["sid"]!.ToString();
        await field.Lab.PostAsync($"/v1/Trunks/{field.Trunk}/CredentialLists", ("CredentialListSid", credentials));
        await field.UrlAsync("by name", "sip:sbc.example.com", 3, 10);

        var found = await field.FindAsync();

        Assert.Equal("203.0.113.16/28, 198.51.100.0/24", found.Parameters["acl"]);
        Assert.Contains($"access control list All SBCs ({shared}), 2 addresses: 198.51.100.0/24, 10.1.2.3/32; also of other.pstn.twilio.com", found.Objects);
        Assert.Contains("credential list dialler", found.Objects);
        Assert.Equal(
            ["acl-shared Warning", "credential-list-attached Warning", "found-value-not-usable Warning", "origination-url-elsewhere Info", "several-acls Info"],
            found.Findings.Select(f => $"{f.Code} {f.Severity}").Order(StringComparer.Ordinal));
        Assert.DoesNotContain($"twilio.adopted.acl.{shared}", found.Facts.Keys);
        Assert.Equal(FindingSeverity.Warning, (await field.Lab.Journey.PlanAsync(new(Brownfield.Intent) { Owned = new(Brownfield.Intent, found.Facts) })).Findings.Single(f => f.Code == "credential-list-attached").Severity);
    }
}
