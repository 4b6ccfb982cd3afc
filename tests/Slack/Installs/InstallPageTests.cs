using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.Tests.Support;
using TrunkBot.Slack.Tests.WebApi;

namespace TrunkBot.Slack.Tests.Installs;

public sealed class InstallPageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_browser_is_sent_to_Slack_with_what_the_bot_needs_and_a_state_of_its_own()
    {
        await using var site = await Site.StartAsync();

        using var begun = await site.GetAsync("/slack/install");

        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        var location = begun.Headers.Location!;
        Assert.Equal("https://slack.com/oauth/v2/authorize", location.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(location.Query);
        Assert.Equal("client-1", query["client_id"].ToString());
        Assert.Equal("app_mentions:read,channels:read,chat:write,commands,files:write,groups:read,im:history,im:write,users:read", query["scope"].ToString());
        Assert.Equal("https://bot.example.com/slack/oauth", query["redirect_uri"].ToString());
        Assert.Matches("^[0-9a-f]{64}$", query["state"].ToString());
        Assert.Equal("no-store", begun.Headers.CacheControl!.ToString());
        var cookie = begun.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("__Host-trunkbot-slack-install=", cookie, StringComparison.Ordinal);
        Assert.EndsWith("; max-age=600; path=/; secure; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(query["state"].ToString(), cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_comes_back_with_Slacks_code_has_installed_the_bot()
    {
        await using var site = await Site.StartAsync();

        var (status, page) = await site.ComeBackAsync(await site.BeginAsync());

        Assert.Equal(200, status);
        Assert.Contains("<h1>Installed</h1><p>TrunkBot is installed in Voice Ops (T1). Invite it to a channel with /invite @TrunkBot, or write to it directly.</p>", page, StringComparison.Ordinal);
        Assert.Equal("""{"code":"good-code","redirect_uri":"https://bot.example.com/slack/oauth"}""", site.Slack.Of("oauth.v2.access").Single().Arguments.ToJsonString());
        Assert.Equal("xoxe.xoxb-granted-1", (await site.Book.ReadAsync("T1", Ct))!.Install.BotToken);
        Assert.Equal(["slack:T1"], site.Store.Rows.Keys);
    }

    [Fact]
    public async Task An_organisation_is_installed_under_its_own_id()
    {
        await using var site = await Site.StartAsync();
        site.Slack.Grant = () => new()
        {
            ["team"] = null,
            ["enterprise"] = new JsonObject { ["id"] = "E1", ["name"] = "Carrier" },
            ["is_enterprise_install"] = true,
            ["scope"] = "app_mentions:read,channels:read,chat:write,commands,files:write,groups:read,im:history,im:write,users:read",
        };

        var (status, page) = await site.ComeBackAsync(await site.BeginAsync());

        Assert.Equal(200, status);
        Assert.Contains("installed in Carrier (E1)", page, StringComparison.Ordinal);
        Assert.Equal(["slack:E1"], site.Store.Rows.Keys);
    }

    [Fact]
    public async Task A_state_works_once()
    {
        await using var site = await Site.StartAsync();
        var begun = await site.BeginAsync();
        await site.ComeBackAsync(begun);

        var (status, page) = await site.ComeBackAsync(begun);

        Assert.Equal(400, status);
        Assert.Contains("slack-install-state: ", page, StringComparison.Ordinal);
        Assert.Single(site.Slack.Calls);
    }

    [Fact]
    public async Task A_state_is_too_old_after_ten_minutes()
    {
        await using var site = await Site.StartAsync();
        var begun = await site.BeginAsync();
        site.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(400, (await site.ComeBackAsync(begun)).Status);
        Assert.Empty(site.Slack.Calls);
    }

    [Fact]
    public async Task Another_browser_can_not_end_what_this_one_began()
    {
        await using var site = await Site.StartAsync();
        var (mine, other) = (await site.BeginAsync(), await site.BeginAsync());

        Assert.Equal(400, (await site.ComeBackAsync((mine.State, other.Cookie))).Status);
        Assert.Equal(400, (await site.ComeBackAsync((mine.State, ""))).Status);
        Assert.Equal(400, (await site.ComeBackAsync((mine.State, "__Host-trunkbot-slack-install=forged"))).Status);
        Assert.Equal(400, (await site.ComeBackAsync(("", mine.Cookie))).Status);
        Assert.Equal(400, (await site.ComeBackAsync(($"{mine.State}&state={mine.State}", mine.Cookie))).Status);
        Assert.Empty(site.Slack.Calls);
        Assert.Empty(site.Store.Rows);
    }

    [Fact]
    public async Task A_workspace_that_is_not_allowed_is_told_so_and_its_token_is_given_back()
    {
        await using var site = await Site.StartAsync();
        site.Slack.Grant = () => new() { ["team"] = new JsonObject { ["id"] = "T9", ["name"] = "<script>alert(1)</script>\u202Eevil" }, ["scope"] = "chat:write" };

        var (status, page) = await site.ComeBackAsync(await site.BeginAsync());

        Assert.Equal(403, status);
        Assert.Contains("slack-workspace-not-allowed: This bot does not serve the workspace &lt;script&gt;alert(1)&lt;/script&gt;evil (T9). Its operator can add the id to Slack:AllowedWorkspaces.", page, StringComparison.Ordinal);
        Assert.Empty(site.Store.Rows);
        Assert.Equal("xoxe.xoxb-granted-1", site.Slack.Of("auth.revoke").Single().Token);
        Assert.DoesNotContain("xoxe.xoxb-granted-1", site.Slack.Tokens.Keys);
    }

    [Theory]
    [InlineData("T1", "E9", false, 200)]
    [InlineData("T9", "E1", false, 200)]
    [InlineData("T9", "E9", false, 403)]
    [InlineData("T1", "E9", true, 403)]
    public async Task Being_allowed_goes_by_team_or_organisation_and_a_team_does_not_allow_its_whole_organisation(string team, string enterprise, bool isWhole, int expected)
    {
        await using var site = await Site.StartAsync();
        site.Slack.Grant = () => new()
        {
            ["team"] = new JsonObject { ["id"] = team },
            ["enterprise"] = new JsonObject { ["id"] = enterprise },
            ["is_enterprise_install"] = isWhole,
            ["scope"] = "chat:write",
        };

        Assert.Equal(expected, (await site.ComeBackAsync(await site.BeginAsync())).Status);
    }

    [Fact]
    public async Task Whoever_cancels_in_Slack_is_told_that_nothing_was_changed()
    {
        await using var site = await Site.StartAsync();

        var (status, page) = await site.ComeBackAsync(await site.BeginAsync(), "error=access_denied");

        Assert.Equal(400, status);
        Assert.Contains("slack-install-cancelled: The installation was cancelled in Slack; nothing was changed.", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error=%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("code=a&code=b")]
    [InlineData("code=")]
    public async Task Whatever_else_comes_back_is_refused_and_not_repeated_on_the_page(string query)
    {
        await using var site = await Site.StartAsync();

        var (status, page) = await site.ComeBackAsync(await site.BeginAsync(), query);

        Assert.Equal(400, status);
        Assert.Contains("slack-install-refused: ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("script", page, StringComparison.Ordinal);
        Assert.Empty(site.Slack.Calls);
    }

    [Fact]
    public async Task A_code_that_Slack_does_not_take_is_said_with_Slacks_word()
    {
        await using var site = await Site.StartAsync();

        var (status, page) = await site.ComeBackAsync(await site.BeginAsync(), "code=bad-code");

        Assert.Equal(502, status);
        Assert.Contains("(oauth.v2.access: invalid_code)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("bad-code", page + site.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", page + site.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scopes_that_were_not_granted_are_named()
    {
        await using var site = await Site.StartAsync();
        site.Slack.Grant = () => new() { ["team"] = new JsonObject { ["id"] = "T1", ["name"] = "Voice Ops" }, ["scope"] = "app_mentions:read,channels:read,chat:write,commands,groups:read,im:history,im:write,users:read" };

        var (_, page) = await site.ComeBackAsync(await site.BeginAsync());

        Assert.Contains("Slack did not grant files:write: make the app&#x27;s scopes those of its manifest and install it again.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_can_be_framed_kept_or_scripted()
    {
        await using var site = await Site.StartAsync();

        using var page = await site.GetAsync("/slack/oauth");

        Assert.Equal("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("no-store", page.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task Where_OAuth_is_not_set_up_both_pages_say_so()
    {
        await using var site = await Site.StartAsync(isSetUp: false);

        foreach (var path in new[] { "/slack/install", "/slack/oauth?code=good-code" })
        {
            using var page = await site.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            Assert.Contains("slack-install-off: ", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }

        Assert.Empty(site.Slack.Calls);
    }

    /// <summary>The two pages on a loopback port.</summary>
    private sealed class Site : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

        private Site(SimulatedWebApi slack, bool isSetUp)
        {
            Slack = slack;
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");

            // As appsettings.json has it: the web server would log the query, which holds code and state.
            builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Slack:ApiUrl"] = slack.Url,
                ["Slack:ClientId"] = isSetUp ? "client-1" : "",
                ["Slack:ClientSecret"] = "hush-hush",
                ["Slack:PublicUrl"] = "https://bot.example.com",
                ["Slack:AllowedWorkspaces:0"] = "T1",
                ["Slack:AllowedWorkspaces:1"] = "E1",
            });
            builder.Services.AddSingleton<TimeProvider>(Time).AddSingleton<IInstallStore>(Store).AddSlack();
            builder.Services.AddSingleton<ITurnIntake, TestCore>().AddSingleton<IBackgroundWork, TestBackground>().AddSingleton<IHomeBoard, TestBoard>().AddSingleton<IBlockKitRenderer, WebApi.TestBlocks>();
            app = builder.Build();
            app.MapSlackInstall();
        }

        public SimulatedWebApi Slack { get; }

        public MemoryInstalls Store { get; } = new();

        public Lines Log { get; } = new();

        public TurnedTime Time { get; } = new(new DateTimeOffset(2026, 11, 25, 20, 0, 0, TimeSpan.Zero));

        public InstallBook Book => app.Services.GetRequiredService<InstallBook>();

        public static async Task<Site> StartAsync(bool isSetUp = true)
        {
            var site = new Site(await SimulatedWebApi.StartAsync(), isSetUp);
            await site.app.StartAsync();
            site.browser.BaseAddress = new(site.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            return site;
        }

        public Task<HttpResponseMessage> GetAsync(string path) => browser.GetAsync(new Uri(path, UriKind.Relative), Ct);

        public async Task<(string State, string Cookie)> BeginAsync()
        {
            using var begun = await GetAsync("/slack/install");
            return (QueryHelpers.ParseQuery(begun.Headers.Location!.Query)["state"].ToString(), begun.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        }

        public async Task<(int Status, string Page)> ComeBackAsync((string State, string Cookie) begun, string query = "code=good-code")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/slack/oauth?{query}&state={begun.State}");
            if (begun.Cookie.Length > 0)
            {
                request.Headers.Add("Cookie", begun.Cookie);
            }

            using var response = await browser.SendAsync(request, Ct);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Ct));
        }

        public async ValueTask DisposeAsync()
        {
            browser.Dispose();
            await app.DisposeAsync();
            await Slack.DisposeAsync();
        }
    }
}
