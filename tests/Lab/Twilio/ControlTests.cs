using System.Net;
using System.Text;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Tests.Twilio;

/// <summary>What is the lab's own: faults, the log, the view for the switch, and the account that outlives a restart.</summary>
public sealed class ControlTests : IAsyncLifetime
{
    private Lab lab = null!;

    public async ValueTask InitializeAsync() => lab = await Lab.Start();

    public ValueTask DisposeAsync() => lab.DisposeAsync();

    [Fact]
    public async Task The_log_holds_what_was_sent_and_no_login()
    {
        await lab.Post("/v1/Trunks", ("FriendlyName", "bot:acme:trunk"), ("DomainName", "acme.pstn.twilio.com"));
        await lab.Get("/v1/Trunks/TK0?PageSize=5");

        Assert.Equal(
            ["POST /v1/Trunks  FriendlyName=bot:acme:trunk DomainName=acme.pstn.twilio.com 201", "GET /v1/Trunks/TK0 ?PageSize=5  404"],
            lab.Server.Requests.Select(request => $"{request.Method} {request.Path} {request.Query} {string.Join(' ', request.Form.Select(pair => $"{pair.Key}={pair.Value}"))} {request.Status}"));
        var shown = await lab.Client.GetStringAsync("/lab/requests", TestContext.Current.CancellationToken);
        Assert.Contains("\"name\":\"DomainName\",\"value\":\"acme.pstn.twilio.com\"", shown);
        Assert.DoesNotContain("Basic", shown);
        Assert.DoesNotContain("key-secret", shown);
    }

    [Theory]
    [InlineData("429", 429, "application/json", "\"code\":20429")]
    [InlineData("500", 500, "application/json", "\"code\":20500")]
    [InlineData("500-problem", 500, "application/problem+json", "\"title\":\"Internal server error\"")]
    [InlineData("502-html", 502, "text/html", "Bad gateway")]
    [InlineData("503-empty", 503, null, "")]
    public async Task A_fault_happens_as_often_as_ordered_where_ordered_and_applies_nothing(string kind, int status, string? type, string text)
    {
        await lab.Control("faults", $$"""{"kind":"{{kind}}","count":1,"match":"/v1/Trunks"}""");
        Assert.Equal(200, (await lab.Get($"/2010-04-01/Accounts/{Lab.Account}/Balance.json")).Status);

        using var content = new StringContent("FriendlyName=x", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await lab.Client.PostAsync("/v1/Trunks", content, TestContext.Current.CancellationToken);
        Assert.Equal((status, type), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(text, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Single((await lab.Get("/v1/Trunks")).Body["trunks"]!.AsArray());
    }

    [Theory]
    [InlineData("/lab/reset", "Origin", "http://evil.example")]
    [InlineData("/lab/reset", "Origin", "null")]
    [InlineData("/lab/faults", "Origin", "http://evil.example")]
    [InlineData("/lab/reset", "Host", "evil.example")]
    public async Task Another_page_and_a_rebound_name_change_nothing(string path, string header, string value)
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Add(header, value);
        using var answer = await lab.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(200, (await lab.Get($"/v1/Trunks/{trunk}")).Status);
    }

    [Fact]
    public async Task A_fault_can_wait_for_a_write()
    {
        await lab.Control("faults", """{"kind":"429","method":"POST"}""");

        Assert.Equal(200, (await lab.Get("/v1/Trunks")).Status);
        Assert.Equal(429, (await lab.Post("/v1/Trunks")).Status);
        Assert.Equal(201, (await lab.Post("/v1/Trunks")).Status);
    }

    [Theory]
    [InlineData("lose-answer", 2)]
    [InlineData("lose-request", 1)]
    public async Task A_lost_connection_leaves_the_trunk_made_or_not(string kind, int trunks)
    {
        await lab.Control("faults", $$"""{"kind":"{{kind}}"}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => lab.Post("/v1/Trunks"));

        Assert.Equal(trunks, (await lab.Get("/v1/Trunks")).Body["trunks"]!.AsArray().Count);
        Assert.Null(lab.Server.Requests[0].Status);
    }

    [Fact]
    public async Task An_unknown_fault_is_refused_with_the_list_of_those_there_are()
    {
        using var content = new StringContent("""{"kind":"gremlins"}""", Encoding.UTF8, "application/json");
        using var answer = await lab.Client.PostAsync("/lab/faults", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("lose-answer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Symmetric_RTP_is_switched_as_a_person_does_in_the_Console()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        await lab.Control("faults", """{"kind":"symmetric-rtp-on","match":"acme"}""");
        Assert.Equal([false, true], lab.Server.Read().Trunks.Select(each => each.SymmetricRtp));
        await lab.Post($"/v1/Trunks/{trunk}", ("SymmetricRtpEnabled", "false"));
        Assert.True(lab.Server.Read().Trunks[1].SymmetricRtp);
        await lab.Control("faults", """{"kind":"symmetric-rtp-off","match":"acme"}""");
        Assert.False(lab.Server.Read().Trunks[1].SymmetricRtp);
    }

    [Fact]
    public async Task A_new_trunk_can_be_made_with_Symmetric_RTP_on()
    {
        await lab.Control("faults", """{"kind":"new-trunk-symmetric-rtp"}""");
        Assert.True((bool)(await lab.Post("/v1/Trunks")).Body["symmetric_rtp_enabled"]!);
        Assert.False((bool)(await lab.Post("/v1/Trunks")).Body["symmetric_rtp_enabled"]!);
    }

    [Fact]
    public async Task The_switch_sees_the_account_as_it_is_now()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        await lab.Post($"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", await lab.NewList("203.0.113.10", "28")));
        await lab.Control("account", """{"status":"suspended","balance":"-1.50"}""");

        var state = ((ITwilioView)lab.Server).Read();
        Assert.Equal((false, -1.50m), (state.AccountActive, state.Balance));
        var seen = state.Trunks[1];
        Assert.Equal((trunk, "acme.pstn.twilio.com", false, true, false), (seen.Sid, seen.DomainName, seen.Secure, seen.HasAccessControlList, seen.HasCredentialList));
        Assert.Equal(IPNetwork.Parse("203.0.113.0/28"), Assert.Single(seen.AllowedSources));
    }

    [Fact]
    public async Task The_account_outlives_a_restart_and_is_seeded_once()
    {
        var trunk = await lab.NewTrunk("acme.pstn.twilio.com");
        await lab.Restart();

        Assert.Equal(200, (await lab.Get($"/v1/Trunks/{trunk}")).Status);
        Assert.Equal(2, (await lab.Get("/v1/Trunks")).Body["trunks"]!.AsArray().Count);
    }

    [Fact]
    public async Task Reset_brings_the_first_day_back()
    {
        await lab.NewTrunk("acme.pstn.twilio.com");
        await lab.Control("faults", """{"kind":"500","count":9}""");
        await lab.Control("reset", "{}");

        Assert.Empty(lab.Server.Requests);
        Assert.Equal("headoffice.pstn.twilio.com", (string)(await lab.Get("/v1/Trunks")).Body["trunks"]![0]!["domain_name"]!);
    }

    [Fact]
    public void The_options_show_no_secret_when_they_are_printed() => Assert.DoesNotContain("hidden", new TrunkBot.Lab.Twilio.TwilioServerOptions
    {
        DatabasePath = "x",
        AccountSid = Lab.Account,
        ApiKeySid = Lab.Key,
        ApiKeySecret = "hidden",
        AuthToken = "hidden",
    }.ToString());
}
