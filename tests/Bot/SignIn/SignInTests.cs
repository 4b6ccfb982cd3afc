using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.SignIn;
using TrunkBot.Storage;

namespace TrunkBot.Bot.Tests.SignIn;

/// <summary>The sign-in over HTTP, against a simulated provider: it binds the chat user who asked to the account that the token names, or nobody.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private const string Oid = "6f0c1f2e-0000-4000-8000-00000000a0a0";

    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly ChannelUser InSlack = new("slack:T1/U1", "anybody");
    private static readonly ChannelUser InTeams = new($"msteams:{Oid}", "anybody");

    private readonly FakeTimeProvider time = new(Noon);
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly string directory = Directory.CreateTempSubdirectory("trunkbot-sign-in-").FullName;
    private SimulatedProvider provider = null!;
    private WebApplication app = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PeopleBook People => app.Services.GetRequiredService<PeopleBook>();

    [Fact]
    public async Task Who_signs_in_over_the_link_from_Slack_is_bound()
    {
        var (status, page) = await SignInAsync(InSlack);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("slack:T1/U1 is ana (Ana Ortiz) from now on.", page, StringComparison.Ordinal);
        Assert.Equal("ana", (await People.FindAsync(InSlack, Ct))!.Id);
        Assert.Equal("ana", Assert.Single(await app.Services.GetRequiredService<IPeopleStore>().BindingsOfAsync("ana", Ct)).By);
        Assert.Equal("ana user-bound slack:T1/U1 to ana, by signing in with slack", await SqlAsync("SELECT Who || ' ' || What || ' ' || Detail FROM audit"));
    }

    [Fact]
    public async Task Who_signs_in_over_the_link_from_Teams_is_bound()
    {
        var (status, _) = await SignInAsync(InTeams, claims => claims["oid"] = Oid);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("ana", (await People.FindAsync(InTeams, Ct))!.Id);
    }

    [Theory]
    [InlineData("nonce", "another", "sign-in-failed")]
    [InlineData("nonce", null, "sign-in-failed")]
    [InlineData("aud", "another-client", "sign-in-failed")]
    [InlineData("aud", new[] { SimulatedProvider.ClientId, "another-client" }, "sign-in-failed")]
    [InlineData("aud", null, "sign-in-failed")]
    [InlineData("iss", "https://evil.example", "sign-in-failed")]
    [InlineData("exp", 1795346000L, "sign-in-failed")]
    [InlineData("exp", null, "sign-in-failed")]
    [InlineData("nbf", 1795350000L, "sign-in-failed")]
    [InlineData("https://slack.com/user_id", "U2", "sign-in-other-user")]
    [InlineData("https://slack.com/team_id", "T2", "sign-in-other-user")]
    [InlineData("https://slack.com/user_id", null, "sign-in-failed")]
    [InlineData("sub", "nobody", "sign-in-no-account")]
    [InlineData("sub", null, "sign-in-failed")]
    public async Task A_token_with_one_defect_binds_nobody(string claim, object? value, string code)
    {
        var (_, page) = await SignInAsync(InSlack, claims => claims[claim] = value);

        Assert.Contains($"({code})", page, StringComparison.Ordinal);
        await NobodyIsBoundAsync();
    }

    [Fact]
    public async Task A_token_signed_with_another_key_binds_nobody()
    {
        provider.SignWithForeignKey = true;

        Assert.Equal(HttpStatusCode.BadGateway, (await SignInAsync(InSlack)).Status);
        await NobodyIsBoundAsync();
    }

    [Theory]
    [InlineData("alg", "none")]
    [InlineData("alg", "HS256")]
    [InlineData("alg", "RS512")]
    [InlineData("kid", "unknown")]
    public async Task A_token_with_another_header_binds_nobody(string name, string value)
    {
        provider.Header[name] = value;

        Assert.Equal(HttpStatusCode.BadGateway, (await SignInAsync(InSlack)).Status);
        await NobodyIsBoundAsync();
    }

    [Fact]
    public async Task A_state_is_good_once()
    {
        var attempt = await BeginAsync(InSlack);
        Claim(attempt);
        Assert.Equal(HttpStatusCode.OK, (await EndAsync(attempt.State, provider.CodeFor(attempt.Asked), attempt.Cookie)).Status);

        var (status, page) = await EndAsync(attempt.State, provider.CodeFor(attempt.Asked), attempt.Cookie);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("(sign-in-state)", page, StringComparison.Ordinal);
        Assert.Equal(1, provider.TokensAsked);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("__Host-trunkbot-sign-in=another")]
    public async Task Another_browser_ends_nothing_and_the_code_goes_nowhere(string? cookie)
    {
        var attempt = await BeginAsync(InSlack);
        Claim(attempt);

        var (_, page) = await EndAsync(attempt.State, provider.CodeFor(attempt.Asked), cookie);

        Assert.Contains("(sign-in-state)", page, StringComparison.Ordinal);
        Assert.Equal(0, provider.TokensAsked);
        await NobodyIsBoundAsync();
    }

    [Fact]
    public async Task A_code_of_another_sign_in_binds_nobody()
    {
        var first = await BeginAsync(InSlack);
        var second = await BeginAsync(InTeams);
        Claim(second);

        Assert.Equal(HttpStatusCode.BadGateway, (await EndAsync(second.State, provider.CodeFor(first.Asked), second.Cookie)).Status);
        await NobodyIsBoundAsync();
    }

    [Fact]
    public async Task A_state_and_a_link_are_good_for_ten_minutes()
    {
        var attempt = await BeginAsync(InSlack);
        var link = LinkFor(InTeams);
        time.Advance(TimeSpan.FromMinutes(10));

        Assert.Contains("(sign-in-state)", (await EndAsync(attempt.State, "code", attempt.Cookie)).Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(link, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(link, null, Ct)).StatusCode);
    }

    [Fact]
    public async Task Looking_at_a_link_does_not_use_it_up_but_going_on_does_and_a_newer_one_does()
    {
        var old = LinkFor(InSlack);
        var link = LinkFor(InSlack);

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(old, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(link, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(link, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await http.PostAsync(link, null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(link, null, Ct)).StatusCode);
    }

    [Fact]
    public async Task Who_is_bound_already_stays_bound_to_that_account()
    {
        await People.BindAsync("slack:T1/U1", "ben", new("dana", "Dana"), "by an admin in chat", Ct);

        var (status, page) = await SignInAsync(InSlack);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("(already-bound)", page, StringComparison.Ordinal);
        Assert.Equal("ben", (await People.FindAsync(InSlack, Ct))!.Id);
    }

    [Fact]
    public async Task A_refusal_of_the_provider_is_said_without_its_words()
    {
        var attempt = await BeginAsync(InSlack);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{app.Urls.Single()}/sign-in/callback?state={attempt.State}&error=<script>alert(1)</script>");
        request.Headers.Add("Cookie", attempt.Cookie);

        using var answer = await http.SendAsync(request, Ct);

        var page = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Contains("(sign-in-cancelled)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("script", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_kept_nowhere_and_framed_nowhere_and_the_cookie_is_the_browsers_own()
    {
        using var page = await http.GetAsync(LinkFor(InSlack), Ct);
        using var begun = await http.PostAsync(LinkFor(InSlack), null, Ct);

        Assert.Equal("no-store", page.Headers.CacheControl!.ToString());
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.Matches("^__Host-trunkbot-sign-in=[A-Za-z0-9_-]{43}; max-age=600; path=/; secure; samesite=lax; httponly$", begun.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public void There_is_no_link_for_users_of_a_channel_without_a_provider() =>
        Assert.Null(app.Services.GetRequiredService<ISignIn>().LinkFor(new ChannelUser("webchat:ana", "Ana")));

    public async ValueTask InitializeAsync()
    {
        provider = await SimulatedProvider.StartAsync(Ct);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Dictionary<string, string?> settings = new() { ["SignIn:PublicUrl"] = "http://127.0.0.1" };
        foreach (var (name, channel) in new[] { ("entra", "msteams"), ("slack", "slack") })
        {
            settings[$"SignIn:Providers:{name}:Channel"] = channel;
            settings[$"SignIn:Providers:{name}:MetadataUrl"] = $"{provider.Url}/.well-known/openid-configuration";
            settings[$"SignIn:Providers:{name}:ClientId"] = SimulatedProvider.ClientId;
            settings[$"SignIn:Providers:{name}:ClientSecret"] = SimulatedProvider.ClientSecret;
        }

        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<TimeProvider>(time).AddStorage(directory).AddSingleton<PeopleBook>().AddSignIn();
        builder.Services.AddSingleton(new Accounts(new PeopleOptions
        {
            Accounts =
            {
                ["ana"] = new AccountOptions { Name = "Ana Ortiz", Subjects = { ["slack"] = "U1-at-slack", ["entra"] = Oid } },
                ["ben"] = new AccountOptions { Name = "Ben" },
            },
        }));
        app = builder.Build();
        app.MapSignIn();
        await app.Services.MigrateAsync(Ct);
        await app.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await provider.DisposeAsync();
        http.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<(HttpStatusCode Status, string Page)> SignInAsync(ChannelUser user, Action<Dictionary<string, object?>>? edit = null)
    {
        var attempt = await BeginAsync(user);
        Claim(attempt);
        edit?.Invoke(provider.Claims);
        return await EndAsync(attempt.State, provider.CodeFor(attempt.Asked), attempt.Cookie);
    }

    /// <summary>A good token of Ana for that attempt.</summary>
    private void Claim((Dictionary<string, string> Asked, string State, string Cookie) attempt) => provider.Claims = new()
    {
        ["iss"] = provider.Url,
        ["aud"] = SimulatedProvider.ClientId,
        ["sub"] = "U1-at-slack",
        ["iat"] = Noon.ToUnixTimeSeconds(),
        ["exp"] = Noon.AddMinutes(5).ToUnixTimeSeconds(),
        ["nonce"] = attempt.Asked["nonce"],
        ["https://slack.com/team_id"] = "T1",
        ["https://slack.com/user_id"] = "U1",
    };

    private async Task<(Dictionary<string, string> Asked, string State, string Cookie)> BeginAsync(ChannelUser user)
    {
        using var answer = await http.PostAsync(LinkFor(user), null, Ct);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.StartsWith($"{provider.Url}/authorize?", answer.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        var asked = QueryHelpers.ParseQuery(answer.Headers.Location.Query).ToDictionary(q => q.Key, q => q.Value.ToString());
        Assert.Equal(("code", SimulatedProvider.ClientId, "openid profile", "http://127.0.0.1/sign-in/callback"), (asked["response_type"], asked["client_id"], asked["scope"], asked["redirect_uri"]));
        return (asked, asked["state"], answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    private async Task<(HttpStatusCode Status, string Page)> EndAsync(string state, string code, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{app.Urls.Single()}/sign-in/callback?state={state}&code={code}");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var answer = await http.SendAsync(request, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>The link, at the port on which the bot of this test listens.</summary>
    private Uri LinkFor(ChannelUser user) => new(app.Urls.Single() + app.Services.GetRequiredService<ISignIn>().LinkFor(user)!.AbsolutePath);

    private async Task NobodyIsBoundAsync() => Assert.Equal("0", await SqlAsync("SELECT (SELECT count(*) FROM bindings) + (SELECT count(*) FROM audit)"));

    private async Task<string?> SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "trunkbot.db")};Pooling=False");
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (await command.ExecuteScalarAsync(Ct))?.ToString();
    }
}
