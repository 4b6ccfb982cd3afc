namespace TrunkBot.Lab.Tests.Twilio;

public sealed class TrunkTests : IAsyncLifetime
{
    private Lab lab = null!;

    public async ValueTask InitializeAsync() => lab = await Lab.Start();

    public ValueTask DisposeAsync() => lab.DisposeAsync();

    [Fact]
    public async Task A_fresh_trunk_has_no_domain_and_nothing_is_secure()
    {
        var (status, trunk) = await lab.Post("/v1/Trunks");

        Assert.Equal(201, status);
        Assert.Matches("^TK[0-9a-f]{32}$", (string)trunk["sid"]!);
        Assert.Null(trunk["domain_name"]);
        Assert.Equal(
            (false, false, false, "disable-all", "from-transferee", "", Lab.Account, "2026-03-01T12:30:45Z"),
            ((bool)trunk["secure"]!, (bool)trunk["cnam_lookup_enabled"]!, (bool)trunk["symmetric_rtp_enabled"]!, (string)trunk["transfer_mode"]!,
                (string)trunk["transfer_caller_id"]!, (string)trunk["auth_type"]!, (string)trunk["account_sid"]!, (string)trunk["date_created"]!));
        Assert.Equal("""{"mode":"do-not-record","trim":"do-not-trim"}""", trunk["recording"]!.ToJsonString());
        Assert.EndsWith($"/v1/Trunks/{trunk["sid"]}/OriginationUrls", (string)trunk["links"]!["origination_urls"]!);
    }

    [Fact]
    public async Task Unknown_fields_and_Symmetric_RTP_are_ignored_without_a_word()
    {
        var (status, trunk) = await lab.Post("/v1/Trunks", ("SymmetricRtpEnabled", "true"), ("friendlyName", "x"), ("Friendlyname", "y"));

        Assert.Equal((201, false), (status, (bool)trunk["symmetric_rtp_enabled"]!));
        Assert.Null(trunk["friendly_name"]);
    }

    [Theory]
    [InlineData("acme.example.com", 21245)]
    [InlineData("acme", 21245)]
    [InlineData("ac me.pstn.twilio.com", 21245)]
    [InlineData(".pstn.twilio.com", 21245)]
    [InlineData("ACffffffffffffffffffffffffffffffff.pstn.twilio.com", 21245)]
    [InlineData("taken.pstn.twilio.com", 21248)]
    [InlineData("HEADOFFICE.pstn.twilio.com", 21248)]
    [InlineData("a.b.pstn.twilio.com", 21247)]
    public async Task A_domain_that_breaks_a_rule_is_refused_and_no_trunk_is_made(string domain, int code)
    {
        Lab.Refused(400, code, await lab.Post("/v1/Trunks", ("DomainName", domain)));
        Assert.Single((await lab.Get("/v1/Trunks")).Body["trunks"]!.AsArray());
    }

    [Fact]
    public async Task A_parent_domain_neither_goes_nor_changes_while_it_has_sub_domains()
    {
        var parent = await lab.NewTrunk("acme.pstn.twilio.com");
        var child = await lab.NewTrunk("east.acme.pstn.twilio.com");

        Lab.Refused(400, 21247, await lab.Post($"/v1/Trunks/{parent}", ("DomainName", "acme2.pstn.twilio.com")));
        Assert.Equal(400, await lab.Delete($"/v1/Trunks/{parent}"));
        Assert.Equal(204, await lab.Delete($"/v1/Trunks/{child}"));
        Assert.Equal(204, await lab.Delete($"/v1/Trunks/{parent}"));
    }

    [Theory]
    [InlineData("TransferMode", "sometimes")]
    [InlineData("Secure", "True")]
    [InlineData("CnamLookupEnabled", "1")]
    [InlineData("DisasterRecoveryMethod", "PUT")]
    public async Task A_value_that_is_none_of_the_known_is_20001(string field, string value) =>
        Lab.Refused(400, 20001, await lab.Post("/v1/Trunks", (field, value)));

    [Fact]
    public async Task An_update_changes_only_what_was_sent_and_an_empty_text_clears()
    {
        var sid = await lab.NewTrunk("acme.pstn.twilio.com");
        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        var (status, trunk) = await lab.Post($"/v1/Trunks/{sid}", ("Secure", "true"), ("FriendlyName", ""));

        Assert.Equal((200, true, "acme.pstn.twilio.com"), (status, (bool)trunk["secure"]!, (string)trunk["domain_name"]!));
        Assert.Null(trunk["friendly_name"]);
        Assert.Equal(("2026-03-01T12:30:45Z", "2026-03-01T12:31:45Z"), ((string)trunk["date_created"]!, (string)trunk["date_updated"]!));
    }

    [Fact]
    public async Task Sending_the_same_domain_again_is_no_conflict_with_itself()
    {
        var sid = await lab.NewTrunk("acme.pstn.twilio.com");
        Assert.Equal(200, (await lab.Post($"/v1/Trunks/{sid}", ("DomainName", "acme.pstn.twilio.com"))).Status);
    }

    [Fact]
    public async Task The_auth_type_follows_what_is_mapped()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        var list = await lab.NewList();
        var credentials = Lab.Sid(await lab.Post($"/2010-04-01/Accounts/{Lab.Account}/SIP/CredentialLists.json", ("FriendlyName", "c")));

        var mapped = await lab.Post($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", list));
        Assert.Equal((201, list, trunk), (mapped.Status, (string)mapped.Body["sid"]!, (string)mapped.Body["trunk_sid"]!));
        Assert.Equal("IP_ACL", await AuthType(trunk));
        await lab.Post($"/v1/Trunks/{trunk}/CredentialLists", ("CredentialListSid", credentials));
        Assert.Equal("IP_ACL,CREDENTIAL_LIST", await AuthType(trunk));
        Assert.Equal(204, await lab.Delete($"/v1/Trunks/{trunk}/IpAccessControlLists/{list}"));
        Assert.Equal("CREDENTIAL_LIST", await AuthType(trunk));
        Assert.Equal(404, await lab.Delete($"/v1/Trunks/{trunk}/IpAccessControlLists/{list}"));
    }

    [Fact]
    public async Task The_auth_type_lags_when_asked_to()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        var list = await lab.NewList();
        await lab.Control("faults", """{"kind":"auth-type-lag","count":2,"match":"/v1/Trunks/"}""");
        await lab.Post($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", list));

        Assert.Equal(["", "", "IP_ACL"], [await AuthType(trunk), await AuthType(trunk), await AuthType(trunk)]);
    }

    [Fact]
    public async Task Mapping_the_same_list_twice_is_21245()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        var list = await lab.NewList();
        await lab.Post($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", list));

        Lab.Refused(400, 21245, await lab.Post($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", list)));
        Assert.Single((await lab.Get($"/v1/Trunks/{trunk}/IpAccessControlLists")).Body["ip_access_control_lists"]!.AsArray());
    }

    [Fact]
    public async Task A_list_that_does_not_exist_cannot_be_mapped() => Lab.Refused(404, 20404,
        await lab.Post($"/v1/Trunks/{await lab.NewTrunk("acme.pstn.twilio.com")}/IpAccessControlLists", ("IpAccessControlListSid", "AL00000000000000000000000000000000")));

    [Fact]
    public async Task An_origination_URL_is_created_changed_and_deleted()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        var sid = Lab.Sid(await Origination(trunk, "sip:203.0.113.10:5060", weight: "0"));

        var (status, changed) = await lab.Post($"/v1/Trunks/{trunk}/OriginationUrls/{sid}", ("Enabled", "false"));
        Assert.Equal((200, false, 0, 10, trunk), (status, (bool)changed["enabled"]!, (int)changed["weight"]!, (int)changed["priority"]!, (string)changed["trunk_sid"]!));
        Assert.Equal(204, await lab.Delete($"/v1/Trunks/{trunk}/OriginationUrls/{sid}"));
        Assert.Equal(404, (await lab.Get($"/v1/Trunks/{trunk}/OriginationUrls/{sid}")).Status);
    }

    [Fact]
    public async Task An_origination_URL_that_breaks_a_rule_is_refused()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        await Origination(trunk, "sip:203.0.113.10");

        Lab.Refused(400, 20001, await Origination(trunk, "http://203.0.113.10"));
        Lab.Refused(400, 20001, await Origination(trunk, "sip:203.0.113.11", weight: "65536"));
        Lab.Refused(400, 20001, await lab.Post($"/v1/Trunks/{trunk}/OriginationUrls", ("SipUrl", "sip:203.0.113.12")));
        Lab.Refused(400, 21245, await Origination(trunk, "sip:203.0.113.10"));
    }

    [Fact]
    public async Task The_eleventh_origination_URL_is_21249()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        for (var host = 1; host <= 10; host++)
        {
            Lab.Sid(await Origination(trunk, $"sip:203.0.113.{host}"));
        }

        Lab.Refused(400, 21249, await Origination(trunk, "sip:203.0.113.11"));
    }

    [Fact]
    public async Task Recording_is_read_and_changed_apart()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        var (status, recording) = await lab.Post($"/v1/Trunks/{trunk}/Recording", ("Mode", "record-from-answer-dual"));

        Assert.Equal((200, """{"mode":"record-from-answer-dual","trim":"do-not-trim"}"""), (status, recording.ToJsonString()));
        Assert.Equal("record-from-answer-dual", (string)(await lab.Get($"/v1/Trunks/{trunk}")).Body["recording"]!["mode"]!);
    }

    [Fact]
    public async Task The_hundred_and_first_trunk_is_21244()
    {
        for (var number = 2; number <= 100; number++)
        {
            Lab.Sid(await lab.Post("/v1/Trunks"));
        }

        Lab.Refused(400, 21244, await lab.Post("/v1/Trunks"));
    }

    [Fact]
    public async Task A_long_list_comes_in_pages_with_absolute_links()
    {
        for (var number = 2; number <= 5; number++)
        {
            Lab.Sid(await lab.Post("/v1/Trunks"));
        }

        var next = "/v1/Trunks?PageSize=2";
        var counts = new List<int>();
        while (next is not null)
        {
            var (_, page) = await lab.Get(next);
            counts.Add(page["trunks"]!.AsArray().Count);
            Assert.Equal("trunks", (string)page["meta"]!["key"]!);
            next = (string?)page["meta"]!["next_page_url"];
            Assert.True(next is null || next.StartsWith(lab.Server.BaseAddress.ToString(), StringComparison.Ordinal));
        }

        Assert.Equal([2, 2, 1], counts);
    }

    [Theory]
    [InlineData("/v1/Trunks?PageSize=1001")]
    [InlineData("/v1/Trunks?PageSize=0")]
    [InlineData("/v1/Trunks?Page=-1")]
    public async Task A_page_outside_the_limits_is_20001(string path) => Lab.Refused(400, 20001, await lab.Get(path));

    private async Task<string> AuthType(string trunk) => (string)(await lab.Get($"/v1/Trunks/{trunk}")).Body["auth_type"]!;

    private Task<(int Status, System.Text.Json.Nodes.JsonObject Body)> Origination(string trunk, string url, string weight = "10") => lab.Post(
        $"/v1/Trunks/{trunk}/OriginationUrls", ("FriendlyName", "sbc"), ("SipUrl", url), ("Weight", weight), ("Priority", "10"), ("Enabled", "true"));
}
