using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Twilio;

namespace TrunkBot.Twilio.Tests.Lab;

/// <summary>What the lab's Twilio must do as Twilio does it, asked over HTTP as anybody would.</summary>
public sealed class SimulatorTests : IAsyncLifetime
{
    private const string Account = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trunkbot-simulator-");
    private readonly HttpClient _http = new();
    private readonly Clock _clock = new();
    private TwilioServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        var account = Given.Site().Twilio;
        _server = await TwilioServer.StartAsync(
            new()
            {
                DatabasePath = Path.Combine(_folder.FullName, "twilio.db"), AccountSid = account.AccountSid, ApiKeySid = account.ApiKeySid!, ApiKeySecret = Given.Secret, TimeProvider = _clock,
            },
            TestContext.Current.CancellationToken);
        _http.BaseAddress = _server.BaseAddress;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.ApiKeySid}:{Given.Secret}")));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    private async Task<string> TrunkAsync(string? domain = null) => (await PostAsync("/v1/Trunks", domain is null ? [] : [("DomainName", domain)])).Body!["sid"]!.ToString();

    private async Task<string> AclAsync() => (await PostAsync($"{Account}/SIP/IpAccessControlLists.json", ("FriendlyName", "x"))).Body!["sid"]!.ToString();

    private static int? Code((HttpStatusCode Status, JsonNode? Body) answer) => (int?)answer.Body?["code"];

    [Fact]
    public async Task Error_21245_is_a_domain_without_suffix_and_a_repeated_association()
    {
        Assert.Equal(21245, Code(await PostAsync("/v1/Trunks", ("DomainName", "acme"))));
        var (trunk, acl) = (await TrunkAsync(), await AclAsync());
        Assert.Equal(HttpStatusCode.Created, (await PostAsync($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", acl))).Status);
        Assert.Equal(21245, Code(await PostAsync($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", acl))));
    }

    [Fact]
    public async Task Errors_21247_and_21248_guard_domains()
    {
        Assert.Equal(21248, Code(await PostAsync("/v1/Trunks", ("DomainName", "taken.pstn.twilio.com"))));
        Assert.Equal(21247, Code(await PostAsync("/v1/Trunks", ("DomainName", "a.acme.pstn.twilio.com"))));
        var parent = await TrunkAsync("acme.pstn.twilio.com");
        await TrunkAsync("a.acme.pstn.twilio.com");
        Assert.Equal(21247, Code(await PostAsync($"/v1/Trunks/{parent}", ("DomainName", "other.pstn.twilio.com"))));
    }

    [Fact]
    public async Task Error_21249_comes_with_the_eleventh_origination_url()
    {
        var trunk = await TrunkAsync();
        for (var url = 1; url <= 10; url++)
        {
            Assert.Equal(HttpStatusCode.Created, (await AddAsync(url)).Status);
        }

        Assert.Equal(21249, Code(await AddAsync(11)));

        Task<(HttpStatusCode Status, JsonNode? Body)> AddAsync(int url) => PostAsync($"/v1/Trunks/{trunk}/OriginationUrls",
            ("Weight", "10"), ("Priority", "10"), ("Enabled", "true"), ("FriendlyName", "x"), ("SipUrl", $"sip:203.0.113.{url}"));
    }

    [Fact]
    public async Task Error_21634_keeps_a_number_with_an_emergency_address_on_its_trunk()
    {
        var number = (await GetAsync($"{Account}/IncomingPhoneNumbers.json"))["incoming_phone_numbers"]![0]!;
        await PostAsync($"{Account}/IncomingPhoneNumbers/{number["sid"]}.json", ("EmergencyAddressSid", "AD0123456789abcdef0123456789abcdef"));

        using var response = await _http.DeleteAsync(new Uri($"/v1/Trunks/{number["trunk_sid"]}/PhoneNumbers/{number["sid"]}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("21634", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_20001_20404_and_20429_are_the_classic_body()
    {
        Assert.Equal(20001, Code(await PostAsync("/v1/Trunks", ("TransferMode", "some"))));
        Assert.Equal((HttpStatusCode.NotFound, 20404), ((await PostAsync("/v1/Trunks/TK0123456789abcdef0123456789abcdef")).Status, (int)(await GetAsync("/v1/trunks"))["code"]!));
        _server.Faults.Arm(TrunkBot.Lab.Twilio.Control.FaultKind.TooManyRequests, 1, "");
        var busy = await PostAsync("/v1/Trunks");
        Assert.Equal((HttpStatusCode.TooManyRequests, 20429), (busy.Status, Code(busy)));
        Assert.Equal("https://www.twilio.com/docs/errors/20429", busy.Body!["more_info"]!.ToString());
    }

    [Fact]
    public async Task A_fresh_trunk_has_no_domain_and_a_field_that_is_unknown_changes_nothing_and_is_no_error()
    {
        var (status, trunk) = await PostAsync("/v1/Trunks", ("SymmetricRtpEnabled", "true"), ("friendlyName", "x"), ("Colour", "red"));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal((null, null, false, ""), ((string?)trunk!["domain_name"], (string?)trunk["friendly_name"], (bool)trunk["symmetric_rtp_enabled"]!, (string)trunk["auth_type"]!));
        var updated = await PostAsync($"/v1/Trunks/{trunk["sid"]}", ("SymmetricRtpEnabled", "true"));
        Assert.Equal((HttpStatusCode.OK, false), (updated.Status, (bool)updated.Body!["symmetric_rtp_enabled"]!));
    }

    [Fact]
    public async Task Auth_type_is_computed_from_the_lists_and_may_lag()
    {
        var (trunk, acl) = (await TrunkAsync(), await AclAsync());
        var credentials = (await PostAsync($"{Account}/SIP/CredentialLists.json", ("FriendlyName", "x"))).Body!["sid"]!.ToString();
        await PostAsync($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", acl));
        _server.Faults.Arm(TrunkBot.Lab.Twilio.Control.FaultKind.AuthTypeLag, 1, "");

        Assert.Equal("", (await GetAsync($"/v1/Trunks/{trunk}"))["auth_type"]!.ToString());
        Assert.Equal("IP_ACL", (await GetAsync($"/v1/Trunks/{trunk}"))["auth_type"]!.ToString());
        await PostAsync($"/v1/Trunks/{trunk}/CredentialLists", ("CredentialListSid", credentials));
        Assert.Equal("IP_ACL,CREDENTIAL_LIST", (await GetAsync($"/v1/Trunks/{trunk}"))["auth_type"]!.ToString());
    }

    [Fact]
    public async Task Lists_have_two_shapes_and_dates_two_formats()
    {
        await TrunkAsync();
        await AclAsync();
        var trunks = await GetAsync("/v1/Trunks?PageSize=1");
        var lists = await GetAsync($"{Account}/SIP/IpAccessControlLists.json?PageSize=1");

        Assert.Equal(("trunks", $"{_server.BaseAddress}v1/Trunks?PageSize=1&Page=1&PageToken=PT1"), ((string)trunks["meta"]!["key"]!, (string)trunks["meta"]!["next_page_url"]!));
        Assert.Equal($"{Account}/SIP/IpAccessControlLists.json?PageSize=1&Page=1&PageToken=PT1", (string)lists["next_page_uri"]!);
        Assert.Equal(("2026-05-01T10:00:00Z", "Fri, 01 May 2026 10:00:00 +0000"), ((string)trunks["trunks"]![0]!["date_created"]!, (string)lists["ip_access_control_lists"]![0]!["date_created"]!));
    }

    [Fact]
    public async Task Attaching_a_number_takes_its_voice_application_away()
    {
        var number = (await GetAsync($"{Account}/IncomingPhoneNumbers.json"))["incoming_phone_numbers"]!.AsArray().Single(n => n!["trunk_sid"] is null)!["sid"]!.ToString();
        await PostAsync($"{Account}/IncomingPhoneNumbers/{number}.json", ("VoiceApplicationSid", "AP0123456789abcdef0123456789abcdef"));

        await PostAsync($"/v1/Trunks/{await TrunkAsync()}/PhoneNumbers", ("PhoneNumberSid", number));

        Assert.Null((await GetAsync($"{Account}/IncomingPhoneNumbers/{number}.json"))["voice_application_sid"]);
    }

    [Fact]
    public async Task A_call_to_a_number_of_a_trunk_has_two_legs_with_SIDs_of_their_own()
    {
        await PostAsync($"{Account}/Calls.json", ("To", "+13035550123"), ("From", "+13035550188"), ("Twiml", "<Response><Echo/></Response>"));

        var calls = (await GetAsync($"{Account}/Calls.json?From=%2B13035550188&StartTime%3E=2026-05-01"))["calls"]!.AsArray();
        Assert.Equal(["trunking-originating sip:+13035550123@198.51.100.7", "outbound-api +13035550123"], calls.Select(c => $"{c!["direction"]} {c["to"]}"));
        Assert.NotEqual(calls[0]!["sid"]!.ToString(), calls[1]!["sid"]!.ToString());
        Assert.NotNull(calls[0]!["trunk_sid"]);
        Assert.Equal(21210, Code(await PostAsync($"{Account}/Calls.json", ("To", "+13035550123"), ("From", "+19995550100"), ("Twiml", "<Response/>"))));
    }

    [Fact]
    public async Task Summaries_come_late_and_partial_ones_only_to_who_asks_for_all()
    {
        await PostAsync($"{Account}/Calls.json", ("To", "+13035550123"), ("From", "+13035550188"), ("Twiml", "<Response><Echo/></Response>"));
        var leg = (await GetAsync($"{Account}/Calls.json"))["calls"]!.AsArray().Single(c => c!["trunk_sid"] is not null)!["sid"]!.ToString();

        Assert.Equal(20404, (int)(await GetAsync($"/v1/Voice/{leg}/Summary"))["code"]!);
        _clock.Now += TimeSpan.FromMinutes(5);
        Assert.Equal("partial", (await GetAsync($"/v1/Voice/{leg}/Summary"))["processing_state"]!.ToString());
        Assert.Empty((await GetAsync("/v1/Voice/Summaries?CallType=trunking"))["call_summaries"]!.AsArray());
        Assert.Single((await GetAsync("/v1/Voice/Summaries?CallType=trunking&ProcessingState=all"))["call_summaries"]!.AsArray());
        _clock.Now += TimeSpan.FromMinutes(30);
        Assert.Equal("complete", (await GetAsync("/v1/Voice/Summaries?CallType=trunking"))["call_summaries"]![0]!["processing_state"]!.ToString());
    }

    [Fact]
    public async Task Who_changed_a_trunk_is_told()
    {
        var trunk = await TrunkAsync("acme.pstn.twilio.com");
        await PostAsync($"/v1/Trunks/{trunk}", ("Secure", "true"));

        var events = (await GetAsync($"/v1/Events?ResourceSid={trunk}"))["events"]!.AsArray();

        Assert.Equal(["trunk.updated", "trunk.created"], events.Select(e => e!["event_type"]!.ToString()));
        Assert.Equal("api", events[0]!["source"]!.ToString());
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 5, 1, 10, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
