using System.Net;

namespace TrunkBot.Lab.Tests.Twilio;

public sealed class AccountTests : IAsyncLifetime
{
    private const string Root = $"/2010-04-01/Accounts/{Lab.Account}";

    private Lab lab = null!;

    public async ValueTask InitializeAsync() => lab = await Lab.Start();

    public ValueTask DisposeAsync() => lab.DisposeAsync();

    [Fact]
    public async Task A_list_and_its_address_are_created_with_RFC_2822_dates_and_relative_links()
    {
        var list = await lab.Post($"{Root}/SIP/IpAccessControlLists.json", ("FriendlyName", "bot:acme:acl"));
        var sid = Lab.Sid(list);
        Assert.Equal("Sun, 01 Mar 2026 12:30:45 +0000", (string)list.Body["date_created"]!);
        Assert.Equal($"{Root}/SIP/IpAccessControlLists/{sid}.json", (string)list.Body["uri"]!);

        var address = await lab.Post($"{Root}/SIP/IpAccessControlLists/{sid}/IpAddresses.json", ("FriendlyName", "a"), ("IpAddress", "203.0.113.10"));
        Assert.Matches("^IP[0-9a-f]{32}$", Lab.Sid(address));
        Assert.Equal((32, sid), ((int)address.Body["cidr_prefix_length"]!, (string)address.Body["ip_access_control_list_sid"]!));
        Assert.Single((await lab.Get($"{Root}/SIP/IpAccessControlLists/{sid}/IpAddresses.json")).Body["ip_addresses"]!.AsArray());
    }

    [Theory]
    [InlineData("2001:db8::1", "32")]
    [InlineData("203.0.113", "32")]
    [InlineData("203.0.113.300", "32")]
    [InlineData("203.0.113.10", "33")]
    [InlineData("203.0.113.10", "-1")]
    public async Task An_address_that_is_no_IPv4_range_is_20001(string address, string prefix)
    {
        var list = await lab.NewList();
        Lab.Refused(400, 20001, await lab.Post($"{Root}/SIP/IpAccessControlLists/{list}/IpAddresses.json", ("FriendlyName", "a"), ("IpAddress", address), ("CidrPrefixLength", prefix)));
    }

    [Fact]
    public async Task A_name_of_256_characters_is_20001_and_one_of_255_is_not()
    {
        Lab.Refused(400, 20001, await lab.Post($"{Root}/SIP/IpAccessControlLists.json", ("FriendlyName", new string('x', 256))));
        Lab.Refused(400, 20001, await lab.Post($"{Root}/SIP/IpAccessControlLists.json"));
        Lab.Sid(await lab.Post($"{Root}/SIP/IpAccessControlLists.json", ("FriendlyName", new string('x', 255))));
    }

    [Fact]
    public async Task A_list_is_renamed_and_goes_with_its_addresses_and_associations()
    {
        var list = await lab.NewList();
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        await lab.Post($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", list));
        Assert.Equal("new", (string)(await lab.Post($"{Root}/SIP/IpAccessControlLists/{list}.json", ("FriendlyName", "new"))).Body["friendly_name"]!);
        Assert.Equal(204, await lab.Delete($"{Root}/SIP/IpAccessControlLists/{list}.json"));

        Assert.Equal("", (string)(await lab.Get($"/v1/Trunks/{trunk}")).Body["auth_type"]!);
        Lab.Refused(404, 20404, await lab.Get($"{Root}/SIP/IpAccessControlLists/{list}/IpAddresses.json"));
    }

    [Fact]
    public async Task An_address_of_another_list_is_not_found_under_this_one()
    {
        var (mine, other) = (await lab.NewList(), await lab.NewList());
        var address = (string)(await lab.Get($"{Root}/SIP/IpAccessControlLists/{other}/IpAddresses.json")).Body["ip_addresses"]![0]!["sid"]!;

        Assert.Equal(404, (await lab.Get($"{Root}/SIP/IpAccessControlLists/{mine}/IpAddresses/{address}.json")).Status);
        Assert.Equal(404, await lab.Delete($"{Root}/SIP/IpAccessControlLists/{mine}/IpAddresses/{address}.json"));
        Assert.Equal(200, (await lab.Get($"{Root}/SIP/IpAccessControlLists/{other}/IpAddresses/{address}.json")).Status);
    }

    [Fact]
    public async Task A_credential_keeps_no_password_and_asks_for_a_good_one()
    {
        var list = Lab.Sid(await lab.Post($"{Root}/SIP/CredentialLists.json", ("FriendlyName", "c")));
        Lab.Refused(400, 21240, await lab.Post($"{Root}/SIP/CredentialLists/{list}/Credentials.json", ("Username", "sbc"), ("Password", "short1A")));
        var made = await lab.Post($"{Root}/SIP/CredentialLists/{list}/Credentials.json", ("Username", "sbc"), ("Password", "Long-enough-1234"));

        Assert.Equal("sbc", (string)made.Body["username"]!);
        Assert.DoesNotContain("Long-enough", made.Body.ToJsonString());
        Assert.DoesNotContain("Long-enough", await lab.Client.GetStringAsync("/lab/requests", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Lists_of_2010_have_their_links_at_the_top_and_relative()
    {
        await lab.NewList();
        await lab.NewList();
        var (_, first) = await lab.Get($"{Root}/SIP/IpAccessControlLists.json?PageSize=2");

        Assert.Equal((0, 1, 0, 2), ((int)first["start"]!, (int)first["end"]!, (int)first["page"]!, (int)first["page_size"]!));
        Assert.Null(first["previous_page_uri"]);
        var next = (string)first["next_page_uri"]!;
        Assert.StartsWith("/2010-04-01/", next);
        var (_, second) = await lab.Get(next);
        Assert.Single(second["ip_access_control_lists"]!.AsArray());
        Assert.Null(second["next_page_uri"]);
    }

    [Fact]
    public async Task Attaching_a_number_takes_its_voice_application_and_detaching_does_not_bring_it_back()
    {
        var number = await Number("%2B13035550188");
        await lab.Post($"{Root}/IncomingPhoneNumbers/{number}.json", ("VoiceApplicationSid", "AP00000000000000000000000000000001"));
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");

        var attached = await lab.Post($"/v1/Trunks/{trunk}/PhoneNumbers", ("PhoneNumberSid", number));
        Assert.Equal((201, trunk), (attached.Status, (string)attached.Body["trunk_sid"]!));
        Assert.Null(attached.Body["voice_application_sid"]);
        Assert.Equal(204, await lab.Delete($"/v1/Trunks/{trunk}/PhoneNumbers/{number}"));
        var (_, after) = await lab.Get($"{Root}/IncomingPhoneNumbers/{number}.json");
        Assert.Null(after["trunk_sid"]);
        Assert.Null(after["voice_application_sid"]);
        Assert.Equal("", (string)after["voice_url"]!);
    }

    [Fact]
    public async Task Deleting_a_trunk_detaches_its_numbers_and_never_releases_them()
    {
        var number = await Number("%2B13035550188");
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        await lab.Post($"{Root}/IncomingPhoneNumbers/{number}.json", ("TrunkSid", trunk));
        Assert.Single((await lab.Get($"/v1/Trunks/{trunk}/PhoneNumbers")).Body["phone_numbers"]!.AsArray());

        Assert.Equal(204, await lab.Delete($"/v1/Trunks/{trunk}"));
        Assert.Null((await lab.Get($"{Root}/IncomingPhoneNumbers/{number}.json")).Body["trunk_sid"]);
    }

    [Fact]
    public async Task A_number_with_an_emergency_address_does_not_leave_its_trunk()
    {
        var number = await Number("%2B13035550188");
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        await lab.Post($"{Root}/IncomingPhoneNumbers/{number}.json", ("TrunkSid", trunk), ("EmergencyAddressSid", "AD00000000000000000000000000000001"));

        Assert.Equal(400, await lab.Delete($"/v1/Trunks/{trunk}/PhoneNumbers/{number}"));
        Assert.Equal(400, await lab.Delete($"/v1/Trunks/{trunk}"));
        Assert.Equal(trunk, (string)(await lab.Get($"{Root}/IncomingPhoneNumbers/{number}.json")).Body["trunk_sid"]!);
    }

    [Fact]
    public async Task Balance_account_and_calls_are_read()
    {
        Assert.Equal($$"""{"account_sid":"{{Lab.Account}}","balance":"20.00","currency":"USD"}""", (await lab.Get($"{Root}/Balance.json")).Body.ToJsonString());
        var (_, account) = await lab.Get($"{Root}.json");
        Assert.Equal(("active", "Full"), ((string)account["status"]!, (string)account["type"]!));
        Assert.Empty((await lab.Get($"{Root}/Calls.json?To=%2B16504894546")).Body["calls"]!.AsArray());
    }

    [Fact]
    public async Task Both_logins_are_taken_and_no_other()
    {
        foreach (var (user, secret, status) in new[]
        {
            (Lab.Account, "account-token", HttpStatusCode.OK), (Lab.Key, "account-token", HttpStatusCode.Unauthorized), ("", "", HttpStatusCode.Unauthorized),
            ("SKffffffffffffffffffffffffffffffff", "key-secret", HttpStatusCode.Unauthorized),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/Trunks") { Headers = { Authorization = Lab.Basic(user, secret) } };
            using var answer = await lab.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(status, answer.StatusCode);
        }

        lab.Client.DefaultRequestHeaders.Authorization = new("Basic", "not base64!");
        Lab.Refused(401, 20003, await lab.Get("/v1/Trunks"));
    }

    [Theory]
    [InlineData("/v1/Trunks/TK00000000000000000000000000000000")]
    [InlineData("/v1/trunks")]
    [InlineData("/v1/Nothing")]
    [InlineData("/2010-04-01/Accounts/ACffffffffffffffffffffffffffffffff/Balance.json")]
    public async Task What_is_not_there_or_spelled_in_another_case_is_20404(string path) => Lab.Refused(404, 20404, await lab.Get(path));

    [Fact]
    public async Task A_verb_that_an_operation_does_not_know_is_20004()
    {
        using var content = new StringContent("");
        using var answer = await lab.Client.PutAsync("/v1/Trunks", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Contains("20004", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<string> Number(string number) =>
        (string)(await lab.Get($"{Root}/IncomingPhoneNumbers.json?PhoneNumber={number}")).Body["incoming_phone_numbers"]![0]!["sid"]!;
}
