using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Twilio.Tests.Lab;

namespace TrunkBot.Twilio.Tests.Inventory;

/// <summary>What of a trunk is not as it was left, and who changed it.</summary>
public sealed class DriftTests
{
    private const string Spare = "+13035550188";

    [Fact]
    public async Task A_trunk_that_is_as_it_was_left_shows_no_difference()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Origination = true, Numbers = [Spare] });
        await lab.Journey.ApplyAllAsync();

        Assert.Empty(await CompareAsync(lab));
    }

    [Fact]
    public async Task Every_value_that_somebody_changed_is_a_row_in_Twilios_words()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Origination = true, Numbers = [Spare] });
        await lab.Journey.ApplyAllAsync();
        var (trunk, acl, url) = (lab.Journey.Facts["twilio.trunk.sid"], lab.Journey.Facts["twilio.acl.sid"], lab.Journey.Facts["twilio.origination.sid"]);
        var account = $"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}";
        var address = (await lab.GetAsync($"{account}/SIP/IpAccessControlLists/{acl}/IpAddresses.json"))["ip_addresses"]![0]!["sid"]!.ToString();
        await lab.DeleteAsync($"{account}/SIP/IpAccessControlLists/{acl}/IpAddresses/{address}.json");
        await lab.PostAsync($"{account}/SIP/IpAccessControlLists/{acl}/IpAddresses.json", ("FriendlyName", "x"), ("IpAddress", "192.0.2.1"), ("CidrPrefixLength", "32"));
        await lab.DeleteAsync($"/v1/Trunks/{trunk}/IpAccessControlLists/{acl}");
        await lab.PostAsync($"/v1/Trunks/{trunk}", ("Secure", "true"), ("FriendlyName", "mine now"));
        await lab.PostAsync($"/v1/Trunks/{trunk}/OriginationUrls/{url}", ("Enabled", "false"));
        await lab.PostAsync($"/v1/Trunks/{trunk}/OriginationUrls", ("FriendlyName", "extra"), ("SipUrl", "sip:192.0.2.9"), ("Priority", "1"), ("Weight", "1"), ("Enabled", "true"));
        var credentials = (await lab.PostAsync($"{account}/SIP/CredentialLists.json", ("FriendlyName", "dialler")))["sid"]!.ToString();
        await lab.PostAsync($"/v1/Trunks/{trunk}/CredentialLists", ("CredentialListSid", credentials));
        await lab.DeleteAsync($"/v1/Trunks/{trunk}/PhoneNumbers/{await lab.NumberSidAsync(Spare)}");
        await lab.PostAsync($"/v1/Trunks/{trunk}/PhoneNumbers", ("PhoneNumberSid", await lab.NumberSidAsync("+13035550123")));
        await lab.FaultAsync("symmetric-rtp-on", "acme");

        Assert.Equal(
            [
                $"trunk acme.pstn.twilio.com: friendly name | bot:acme-east:trunk | mine now ({trunk})",
                "trunk acme.pstn.twilio.com: secure | off | on",
                "trunk acme.pstn.twilio.com: Symmetric RTP | off | on",
                "access control list: address 203.0.113.16/28 | there | missing",
                "access control list bot:acme-east:acl: address 192.0.2.1/32 | none | there",
                "access control list bot:acme-east:acl on the trunk | mapped | not mapped",
                "credential list dialler on the trunk | none | mapped",
                "origination URL sip:203.0.113.16:5060;transport=udp | enabled | disabled",
                "origination URL sip:192.0.2.9 | none | enabled",
                "number +13035550188 | on the trunk | on no trunk",
                "number +13035550123 | not on the trunk | on the trunk",
            ],
            (await CompareAsync(lab)).Select(Row));
    }

    [Fact]
    public async Task A_trunk_that_is_gone_and_a_number_that_moved_are_told()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Origination = true, Numbers = [Spare] });
        await lab.Journey.ApplyAllAsync();
        await lab.DeleteAsync($"/v1/Trunks/{lab.Journey.Facts["twilio.trunk.sid"]}");
        var other = (await lab.PostAsync("/v1/Trunks", ("DomainName", "other.pstn.twilio.com")))["sid"]!.ToString();
        await lab.PostAsync($"/v1/Trunks/{other}/PhoneNumbers", ("PhoneNumberSid", await lab.NumberSidAsync(Spare)));

        Assert.Equal(
            ["trunk acme.pstn.twilio.com | there | missing", $"number +13035550188 | on the trunk | on another trunk, {other}"],
            (await CompareAsync(lab)).Select(Row));
    }

    [Fact]
    public async Task What_was_adopted_is_compared_with_what_it_was_then()
    {
        await using var field = await Brownfield.StartAsync();
        var owned = await field.AdoptAsync();
        await field.Lab.PostAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{field.MainUrl}", ("Weight", "10"), ("SipUrl", "sip:203.0.113.20:5060"));
        await field.Lab.DeleteAsync($"/v1/Trunks/{field.Trunk}/OriginationUrls/{field.SpareUrl}");
        await field.Lab.DeleteAsync($"{field.Account}/SIP/IpAccessControlLists/{field.Acl}.json");

        Assert.Equal(
            [
                "access control list: address 203.0.113.16/28 | there | missing",
                $"access control list Denver SBC ({field.Acl}) | there | missing",
                "origination URL sip:203.0.113.17:5060 | sip:203.0.113.17:5060 | sip:203.0.113.20:5060",
                "origination URL sip:203.0.113.17:5060: weight | 60 | 10",
                "origination URL sip:203.0.113.18:5060;edge=ashburn | there | missing",
            ],
            (await field.CompareAsync(owned)).Select(Row));
    }

    [Fact]
    public async Task Who_changed_the_trunks_objects_is_told_newest_first_and_nobody_elses()
    {
        await using var lab = await TwilioLab.StartAsync(Given.Intent with { Origination = true, Numbers = [Spare] });
        await lab.Journey.ApplyAllAsync();
        var (trunk, url) = (lab.Journey.Facts["twilio.trunk.sid"], lab.Journey.Facts["twilio.origination.sid"]);
        await lab.PostAsync($"/v1/Trunks/{trunk}", ("Secure", "true"));
        await lab.PostAsync($"/v1/Trunks/{trunk}/OriginationUrls/{url}", ("Enabled", "false"));
        await lab.PostAsync("/v1/Trunks", ("DomainName", "other.pstn.twilio.com"));

        var seen = await ChangesAsync(lab, lab.Site, DateTimeOffset.MinValue);

        const string User = "user in Twilio's Console, US0123456789abcdef0123456789abcdef, from 127.0.0.1";
        const string Key = "a login of the account (AC0123456789abcdef0123456789abcdef); Twilio does not tell whether it was this bot's key, from 127.0.0.1";
        Assert.Equal(
            [
                $"{Key} | access control list bot:acme-east:acl: ip-access-control-list.created (friendly_name not set -> bot:acme-east:acl)",
                $"{User} | origination URL of the trunk: origination-url.updated (enabled true -> false)",
                $"{User} | trunk acme.pstn.twilio.com: trunk.updated (secure false -> true)",
            ],
            seen.Where(s => s.What.Contains("secure false", StringComparison.Ordinal) || s.What.Contains("enabled true", StringComparison.Ordinal) || s.What.Contains("list.created (friendly", StringComparison.Ordinal))
                .Select(s => $"{s.Who} | {s.What}").Order(StringComparer.Ordinal));
        Assert.Equal(seen.OrderByDescending(s => s.At).Select(s => s.At), seen.Select(s => s.At));
        Assert.Contains(seen, s => s.What.StartsWith("number +13035550188: phone-number.created", StringComparison.Ordinal));
        Assert.Contains(seen, s => s.What.StartsWith("address 203.0.113.16/28 of access control list bot:acme-east:acl: ip-address.created", StringComparison.Ordinal));
        Assert.DoesNotContain(seen, s => s.What.Contains("other.pstn", StringComparison.Ordinal));
        Assert.Empty(await ChangesAsync(lab, lab.Site, seen[0].At.AddHours(1)));
    }

    [Fact]
    public async Task At_most_the_newest_fifty_are_told()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.Journey.ApplyAllAsync();
        for (var i = 0; i < 60; i++)
        {
            await lab.PostAsync($"/v1/Trunks/{lab.Journey.Facts["twilio.trunk.sid"]}", ("FriendlyName", $"change {i}"));
        }

        var seen = await ChangesAsync(lab, lab.Site, DateTimeOffset.MinValue);

        Assert.Equal(50, seen.Count);
        Assert.DoesNotContain(seen, s => s.What.Contains("trunk.created", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trunk_of_many_objects_is_asked_about_once()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.Journey.ApplyAllAsync();
        var account = $"/2010-04-01/Accounts/{lab.Site.Twilio.AccountSid}";
        for (var i = 1; i <= 20; i++)
        {
            await lab.PostAsync($"{account}/SIP/IpAccessControlLists/{lab.Journey.Facts["twilio.acl.sid"]}/IpAddresses.json", ("FriendlyName", "x"), ("IpAddress", $"192.0.2.{i}"), ("CidrPrefixLength", "32"));
        }

        var before = lab.Server.Requests.Count;
        var seen = await ChangesAsync(lab, lab.Site, DateTimeOffset.MinValue);

        Assert.Equal("?StartDate=0001-01-01T00%3A00%3A00Z&PageSize=1000", Assert.Single(lab.Server.Requests.Skip(before), r => r.Path == "/v1/Events").Query);
        Assert.Contains(seen, s => s.What.StartsWith("address 192.0.2.20/32", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SK0123456789abcdef0123456789abcdef", "account", "this bot's key (SK0123456789abcdef0123456789abcdef), from 198.51.100.9")]
    [InlineData("US0123456789abcdef0123456789abcdef", "user", "user in Twilio's Console, US0123456789abcdef0123456789abcdef, from 198.51.100.9")]
    [InlineData(null, "twilio-admin", "Twilio itself, not told, from 198.51.100.9")]
    public async Task An_actor_is_named_as_Twilio_names_it(string? actor, string type, string who)
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.Journey.ApplyAllAsync();
        var trunk = lab.Journey.Facts["twilio.trunk.sid"];
        await using var monitor = await StubServer.StartAsync(200, $$"""
            {"meta":{"key":"events","next_page_url":null},"events":[{"sid":"AE0123456789abcdef0123456789abcdef","event_date":"2026-05-01T10:00:00Z","event_type":"trunk.updated","resource_sid":"{{trunk}}",
            "actor_sid":{{(actor is null ? "null" : $"\"{actor}\"")}},"actor_type":"{{type}}","source":"api","source_ip_address":"198.51.100.9","description":"Renamed\nby hand"}]}
            """);

        var seen = Assert.Single(await ChangesAsync(lab, lab.Site with { Twilio = lab.Site.Twilio with { MonitorBaseUrl = monitor.Url } }, DateTimeOffset.MinValue));

        Assert.Equal((new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero), who, "trunk acme.pstn.twilio.com: Renamed by hand"), (seen.At, seen.Who, seen.What));
    }

    private static async Task<IReadOnlyList<ObjectDifference>> CompareAsync(TwilioLab lab)
    {
        var owned = new OwnedTrunk(lab.Intent, lab.Journey.Facts.ToDictionary());
        var read = await lab.Journey.System.ReadAsync(new(lab.Intent) { Owned = owned }, lab.Site, TestContext.Current.CancellationToken);
        return lab.Inventory.Compare(owned, lab.Site, read);
    }

    private static Task<IReadOnlyList<ChangeSeen>> ChangesAsync(TwilioLab lab, TrunkBot.Trunks.Sites.SiteProfile site, DateTimeOffset since) =>
        lab.Inventory.ChangesSinceAsync(new(lab.Intent, lab.Journey.Facts.ToDictionary()), site, since, TestContext.Current.CancellationToken);

    private static string Row(ObjectDifference difference) => $"{difference.What} | {difference.Wanted} | {difference.Found}";
}
