using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.Tests.Rest;

public sealed class TwilioClientTests
{
    private const string OneTrunk = """{"trunks":[{"sid":"TK1"}],"meta":{"key":"trunks","next_page_url":null}}""";

    private static async Task<T> With<T>(StubServer server, Func<TwilioSession, Task<T>> act)
    {
        await using var services = Given.Services();
        return await act(new(services.GetRequiredService<TwilioClient>(), Given.Site(server.Url).Twilio, null));
    }

    private static Task<IReadOnlyList<Trunk>> List(TwilioSession session) =>
        session.ListAsync(TwilioCalls.Trunks(), TestContext.Current.CancellationToken);

    private static async Task<bool> Post(TwilioSession session)
    {
        await session.PostAsync(TwilioCalls.AttachNumber("TK1", "PN1"), TestContext.Current.CancellationToken);
        return true;
    }

    [Fact]
    public async Task The_api_key_is_the_login_and_the_body_is_a_form()
    {
        await using var server = await StubServer.StartAsync(201, "{}");

        await With(server, Post);

        var seen = Assert.Single(server.Seen);
        Assert.Equal("Basic U0swMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjpzM2NyM3QvK3dvcmQ=", seen.Authorization);
        Assert.Equal("application/x-www-form-urlencoded; charset=utf-8", seen.ContentType);
        Assert.Equal("PhoneNumberSid=PN1", seen.Body);
    }

    [Fact]
    public async Task A_429_is_repeated_for_a_write_too()
    {
        await using var server = await StubServer.StartAsync((_, number, http) =>
            number < 3 ? StubServer.Answer(http, 429, """{"code":20429,"message":"slow down"}""") : StubServer.Answer(http, 201, "{}"));

        Assert.True(await With(server, Post));
        Assert.Equal(3, server.Seen.Count);
    }

    [Fact]
    public async Task A_429_that_does_not_end_is_given_up_after_three_retries()
    {
        await using var server = await StubServer.StartAsync(429, "");

        var e = await Assert.ThrowsAsync<TwilioException>(() => With(server, Post));

        Assert.Equal(TwilioTrouble.RateLimited, e.Trouble);
        Assert.Equal(4, server.Seen.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task A_read_is_repeated_after_a_server_error_or_a_cut_connection(int status)
    {
        await using var server = await StubServer.StartAsync((_, number, http) =>
            number > 1 ? StubServer.Answer(http, 200, OneTrunk) : status == 0 ? StubServer.Cut(http) : StubServer.Answer(http, status, "oops"));

        Assert.Equal("TK1", Assert.Single(await With(server, List)).Sid);
        Assert.Equal(2, server.Seen.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(0)]
    public async Task A_write_whose_answer_is_lost_is_not_sent_again_blindly(int status)
    {
        await using var server = await StubServer.StartAsync((_, _, http) => status == 0 ? StubServer.Cut(http) : StubServer.Answer(http, status, ""));

        var e = await Assert.ThrowsAsync<TwilioException>(() => With(server, Post));

        Assert.Equal(TwilioTrouble.Lost, e.Trouble);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_lost_create_is_looked_for_before_it_is_sent_again()
    {
        await using var server = await StubServer.StartAsync((request, number, http) => request.Method == "POST"
            ? number < 4 ? StubServer.Answer(http, 500, "") : StubServer.Answer(http, 201, """{"sid":"TK7"}""")
            : StubServer.Answer(http, 200, """{"trunks":[],"meta":{"key":"trunks"}}"""));

        var (found, wasThere) = await With(server, session => session.FindOrCreateAsync(
            async () => (await List(session)).Count > 0 ? new Trunk { Sid = "TKx" } : null,
            TwilioCalls.CreateTrunk("n", "d", secure: false),
            TestContext.Current.CancellationToken));

        Assert.Equal(("TK7", false), (found.Sid, wasThere));
        Assert.Equal(["GET", "POST", "GET", "POST"], server.Seen.Select(s => s.Method));
    }

    [Fact]
    public async Task A_delete_of_what_is_gone_is_done()
    {
        await using var server = await StubServer.StartAsync(404, """{"code":20404,"message":"gone"}""");

        await With(server, async session =>
        {
            await session.DeleteAsync(TwilioCalls.DeleteTrunk("TK1"), TestContext.Current.CancellationToken);
            return true;
        });

        Assert.Equal("DELETE", Assert.Single(server.Seen).Method);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_so_the_login_goes_nowhere_else()
    {
        await using var other = await StubServer.StartAsync(200, OneTrunk);
        await using var server = await StubServer.StartAsync((_, _, http) =>
        {
            http.Response.Headers.Location = other.Url.ToString();
            return StubServer.Answer(http, 302, "");
        });

        var e = await Assert.ThrowsAsync<TwilioException>(() => With(server, List));

        Assert.Equal(TwilioTrouble.Unreadable, e.Trouble);
        Assert.Empty(other.Seen);
    }

    [Fact]
    public async Task Pages_of_trunking_are_followed_on_the_configured_host()
    {
        await using var server = await StubServer.StartAsync((request, _, http) => StubServer.Answer(http, 200, request.PathAndQuery.Contains("PageToken", StringComparison.Ordinal)
            ? """{"trunks":[{"sid":"TK2"}],"meta":{"key":"trunks","next_page_url":null}}"""
            : """{"trunks":[{"sid":"TK1"}],"meta":{"key":"trunks","next_page_url":"https://trunking.twilio.com/v1/Trunks?PageSize=1000&Page=1&PageToken=PT1"}}"""));

        Assert.Equal(["TK1", "TK2"], (await With(server, List)).Select(t => t.Sid));
        Assert.Equal(["/v1/Trunks?PageSize=1000", "/v1/Trunks?PageSize=1000&Page=1&PageToken=PT1"], server.Seen.Select(s => s.PathAndQuery));
    }

    [Fact]
    public async Task Pages_of_2010_04_01_are_followed_by_their_relative_link()
    {
        await using var server = await StubServer.StartAsync((_, number, http) => StubServer.Answer(http, 200, number == 2
            ? """{"ip_access_control_lists":[{"sid":"AL2"}],"next_page_uri":null}"""
            : """{"ip_access_control_lists":[{"sid":"AL1"}],"next_page_uri":"/2010-04-01/Accounts/AC1/SIP/IpAccessControlLists.json?Page=1"}"""));

        var lists = await With(server, s => s.ListAsync(
            TwilioCalls.AccessControlLists(s.Site), TestContext.Current.CancellationToken));

        Assert.Equal(["AL1", "AL2"], lists.Select(l => l.Sid));
    }

    [Theory]
    [InlineData("""{"trunks":[],"meta":{"key":"trunks","next_page_url":"https://evil.example/v1/Trunks?Page=1"}}""")]
    [InlineData("""{"trunks":[],"meta":{"key":"trunks","next_page_url":"http://trunking.twilio.com/v1/Trunks?Page=1"}}""")]
    [InlineData("""{"trunks":[],"meta":{"key":"trunks","next_page_url":"/v1/Trunks?PageSize=1000"}}""")]
    [InlineData("""{"trunks":[],"meta":{"key":"trunks","next_page_url":"http://"}}""")]
    [InlineData("""{"trunks":[{"sid":"TK1"}""")]
    [InlineData("""{"nothing":true}""")]
    [InlineData("<html>")]
    public async Task A_list_that_leads_astray_or_can_not_be_read_is_refused(string body)
    {
        await using var server = await StubServer.StartAsync(200, body);

        var e = await Assert.ThrowsAsync<TwilioException>(() => With(server, List));

        Assert.Equal(TwilioTrouble.Unreadable, e.Trouble);
        Assert.Single(server.Seen);
    }

    [Theory]
    [InlineData(401, """{"code":20003,"message":"Authenticate"}""", "twilio-login-refused")]
    [InlineData(403, """{"code":20403,"message":"suspended"}""", "twilio-account-suspended")]
    [InlineData(404, """{"code":20404,"message":"no"}""", "twilio-not-found")]
    [InlineData(429, "", "twilio-rate-limited")]
    [InlineData(500, "", "twilio-no-answer")]
    [InlineData(200, "<html>", "twilio-answer-unreadable")]
    [InlineData(400, """{"code":20001,"message":"bad"}""", "twilio-refused")]
    public async Task Reading_fails_with_a_stable_code_and_a_fix(int status, string body, string code)
    {
        await using var server = await StubServer.StartAsync(status, body);
        await using var services = Given.Services();

        var e = await Assert.ThrowsAsync<SystemFailureException>(() => services.GetRequiredService<INetworkSystem>()
            .ReadAsync(new(Given.Intent), Given.Site(server.Url), TestContext.Current.CancellationToken));

        Assert.Equal(code, e.Code);
        Assert.False(e.Fix.IsEmpty);
        Assert.DoesNotContain(Given.Secret, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_host_that_is_neither_twilios_nor_this_machine()
    {
        // No secret is configured: it is not even looked up.
        await using var services = Given.Services(secret: "");
        var site = Given.Site(new Uri("https://trunking.example"));

        var e = await Assert.ThrowsAsync<SystemFailureException>(() => services.GetRequiredService<INetworkSystem>()
            .ReadAsync(new(Given.Intent), site, TestContext.Current.CancellationToken));

        Assert.Equal("twilio-base-url-not-allowed", e.Code);
        Assert.Contains("trunking.example", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_after_a_lost_create_is_not_believed_before_another_look()
    {
        // The create worked, its answer is lost, and the list shows it late: only then does "taken" come, and the trunk with it.
        await using var server = await StubServer.StartAsync((request, number, http) => request.Method == "POST"
            ? number == 2 ? StubServer.Cut(http) : StubServer.Answer(http, 400, """{"code":21248,"message":"taken"}""")
            : StubServer.Answer(http, 200, number > 4 ? OneTrunk : """{"trunks":[],"meta":{"key":"trunks"}}"""));

        var (found, wasThere) = await With(server, session => session.FindOrCreateAsync(
            async () => await List(session) is [var first, ..] ? first : null,
            TwilioCalls.CreateTrunk("n", "d", secure: false),
            TestContext.Current.CancellationToken));

        Assert.Equal(("TK1", true), (found.Sid, wasThere));
        Assert.Equal(["GET", "POST", "GET", "POST", "GET"], server.Seen.Select(s => s.Method));
    }

    [Theory]
    [InlineData("http://127.0.0.1:15080/v1/Trunks", null)]
    [InlineData("http://localhost:15080/v1/Trunks", null)]
    [InlineData("https://trunking.twilio.com/v1/Trunks", "http://proxy.example:3128/")]
    public void The_environments_proxy_is_for_twilio_and_not_for_this_machine(string url, string? through)
    {
        var proxy = new ProxyBeyondThisMachine(new System.Net.WebProxy("http://proxy.example:3128"));

        Assert.Equal(through, proxy.GetProxy(new Uri(url))?.ToString());
        Assert.Equal(through is null, proxy.IsBypassed(new Uri(url)));
    }

    [Fact]
    public async Task A_missing_secret_is_not_available_rather_than_failed()
    {
        await using var server = await StubServer.StartAsync(200, "{}");
        await using var services = Given.Services(secret: "");

        var line = Assert.Single(await services.GetRequiredService<IStatusReader>()
            .ReadAsync(Given.Intent, Given.Site(server.Url), TestContext.Current.CancellationToken));

        Assert.Equal((HealthState.NotAvailable, "secret-not-configured"), (line.State, line.Code));
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task One_write_at_a_time_for_an_account_and_reads_are_not_held_up()
    {
        var (inside, most) = (0, 0);
        var first = new TaskCompletionSource();
        await using var server = await StubServer.StartAsync(async (request, number, http) =>
        {
            if (request.Method != "POST")
            {
                // The read that lets the first write end: it gets here while that is under way.
                first.TrySetResult();
                await StubServer.Answer(http, 200, OneTrunk);
                return;
            }

            most = Math.Max(most, Interlocked.Increment(ref inside));
            await first.Task;
            Interlocked.Decrement(ref inside);
            await StubServer.Answer(http, 201, "{}");
        });
        await using var services = Given.Services();
        var session = new TwilioSession(services.GetRequiredService<TwilioClient>(), Given.Site(server.Url).Twilio, null);

        var writes = Enumerable.Range(0, 5).Select(_ => Post(session)).ToList();
        await List(session);
        await Task.WhenAll(writes);

        Assert.Equal((1, 6), (most, server.Seen.Count));
    }

    [Fact]
    public async Task Two_accounts_do_not_wait_for_each_other()
    {
        var both = new TaskCompletionSource();
        var inside = 0;
        await using var server = await StubServer.StartAsync(async (_, _, http) =>
        {
            if (Interlocked.Increment(ref inside) == 2)
            {
                both.SetResult();
            }

            await both.Task;
            await StubServer.Answer(http, 201, "{}");
        });
        await using var services = Given.Services();
        var client = services.GetRequiredService<TwilioClient>();
        var site = Given.Site(server.Url).Twilio;

        await Task.WhenAll(Post(new(client, site, null)), Post(new(client, site with { AccountSid = "AC99999999999999999999999999999999" }, null))).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(2, server.Seen.Count);
    }

    [Fact]
    public async Task The_auth_token_is_the_login_where_no_api_key_is_given()
    {
        await using var server = await StubServer.StartAsync(201, "{}");
        await using var services = Given.Services();

        await Post(new(services.GetRequiredService<TwilioClient>(), Given.Site(server.Url).Twilio with { ApiKeySid = null }, null));

        // AC0123456789abcdef0123456789abcdef:s3cr3t/+word
        Assert.Equal("Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjpzM2NyM3QvK3dvcmQ=", Assert.Single(server.Seen).Authorization);
    }

    [Fact]
    public async Task Pages_are_read_to_the_end_each_once()
    {
        await using var server = await StubServer.StartAsync((_, number, http) => StubServer.Answer(http, 200,
            $$$"""{"trunks":[{"sid":"TK{{{number}}}"}],"meta":{"key":"trunks","next_page_url":{{{(number < 150 ? $"\"/v1/Trunks?Page={number}\"" : "null")}}} }}"""));

        var trunks = await With(server, List);

        Assert.Equal((150, "TK1", "TK150", 150), (trunks.Count, trunks[0].Sid, trunks[^1].Sid, server.Seen.Count));
    }

    [Fact]
    public async Task Pages_that_do_not_end_are_given_up_after_two_hundred()
    {
        await using var server = await StubServer.StartAsync((_, number, http) => StubServer.Answer(http, 200,
            $$$"""{"trunks":[],"meta":{"key":"trunks","next_page_url":"/v1/Trunks?Page={{{number}}}"}}"""));

        var e = await Assert.ThrowsAsync<TwilioException>(() => With(server, List));

        Assert.Equal((TwilioTrouble.Unreadable, 200), (e.Trouble, server.Seen.Count));
    }

    [Theory]
    [InlineData("//evil.example/2010-04-01/x.json")]
    [InlineData("https://api.twilio.com.evil.example/2010-04-01/x.json")]
    [InlineData("https://api.twilio.com@evil.example/2010-04-01/x.json")]
    [InlineData("https://trunking.twilio.com/v1/Trunks")]
    [InlineData("file:///etc/passwd")]
    public async Task A_relative_link_that_leaves_the_host_takes_no_login_along(string link)
    {
        await using var server = await StubServer.StartAsync(200, $$"""{"ip_access_control_lists":[],"next_page_uri":"{{link}}"}""");

        var e = await Assert.ThrowsAsync<TwilioException>(() => With(server, s => s.ListAsync(TwilioCalls.AccessControlLists(s.Site), TestContext.Current.CancellationToken)));

        Assert.Equal(TwilioTrouble.Unreadable, e.Trouble);
        Assert.Single(server.Seen);
    }

    [Theory]
    [InlineData("https://api.twilio.com", "https://trunking.twilio.com", null, true)]
    [InlineData("https://api.dublin.ie1.twilio.com", "https://trunking.dublin.ie1.twilio.com", null, true)]
    [InlineData("https://api.ie1.twilio.com", "https://trunking.twilio.com", null, false)]
    [InlineData("https://api.dublin.us1.twilio.com", "https://trunking.twilio.com", null, false)]
    [InlineData("https://trunking.twilio.com", "https://trunking.twilio.com", null, false)]
    [InlineData("https://api.twilio.com:8443", "https://trunking.twilio.com", null, false)]
    [InlineData("http://api.twilio.com", "https://trunking.twilio.com", null, false)]
    [InlineData("https://api.twilio.com", "https://trunking.twilio.com", "https://voice.example", false)]
    public void The_login_goes_to_the_products_own_host_and_to_no_other(string api, string trunking, string? voice, bool allowed)
    {
        var site = Given.Site().Twilio with { ApiBaseUrl = new(api), TrunkingBaseUrl = new(trunking), VoiceBaseUrl = voice is null ? null : new(voice) };

        Assert.Equal(allowed, Enum.GetValues<TwilioProduct>().All(p => TwilioRequest.MayTakeLogin(site, p)));
    }

    [Fact]
    public void A_lab_on_this_machine_stands_in_for_every_host_and_a_region_is_the_same_for_all()
    {
        var lab = Given.Site(new("http://127.0.0.1:15080")).Twilio;
        var dublin = Given.Site().Twilio with { ApiBaseUrl = new("https://api.dublin.ie1.twilio.com"), TrunkingBaseUrl = new("https://trunking.dublin.ie1.twilio.com") };

        Assert.Equal("http://127.0.0.1:15080/v1/DialingPermissions/Countries?PageSize=1000", TwilioCalls.DialingPermissions().Url(lab).ToString());
        Assert.Equal("https://monitor.dublin.ie1.twilio.com/v1/Alerts?PageSize=1000", TwilioCalls.Alerts().Url(dublin).ToString());
        Assert.Equal("https://insights.twilio.com/v1/Voice/CA1/Summary", TwilioCalls.Summary("CA1").Url(Given.Site().Twilio).ToString());
    }
}
