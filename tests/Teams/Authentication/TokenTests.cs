using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests.Authentication;

/// <summary>The table of tokens, through the real front door.</summary>
public sealed class TokenTests(TokenTests.Door door) : IClassFixture<TokenTests.Door>
{
    public static TheoryData<string> Rows => [.. TokenTable.Rows.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Every_token_is_judged_as_the_table_says(string name)
    {
        var row = TokenTable.Rows.Single(r => r.Name == name);
        var before = door.Host.Intake.Accepted.Count;
        var counted = door.Counted.Count;

        using var response = await door.Host.PostAsync(row.Activity, headers: h => Add(h, row.Authorization));

        Assert.Equal(row.Status, (int)response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(row.Status == 202 ? 1 : 0, door.Host.Intake.Accepted.Count - before);
        if (row.Status == 202)
        {
            Assert.False(response.Headers.Contains("TrunkBot-Reference"));
            return;
        }

        var reference = Assert.Single(response.Headers.GetValues("TrunkBot-Reference"));
        var line = Assert.Single(door.Host.Log.Lines, l => l.Contains($"reference {reference}", StringComparison.Ordinal));
        Assert.Equal($"Warning TrunkBot.Teams.Authentication.Refusals 2201 An activity was refused: {row.Reasons}, reference {reference}", line.Trim());
        Assert.Equal([$"{row.Reasons.Split("; ")[0]} {row.Status}"], door.Counted.Skip(counted));
        Assert.Equal(row.Status == 401 ? "Bearer" : "", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task All_that_is_wrong_is_logged_and_the_first_of_it_counted()
    {
        var token = new Mint { Algorithm = "RS512" }.SignedBy(Keys.Stranger, "key-1").Claiming(("aud", "x"), ("exp", 5));
        var counted = door.Counted.Count;

        using var response = await door.Host.PostAsync(Mint.Activity(), headers: h => Add(h, token.Header()));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains(door.Host.Log.Lines, l => l.Contains("refused: algorithm; signature; audience; lifetime, reference", StringComparison.Ordinal));
        Assert.Equal(["algorithm 401"], door.Counted.Skip(counted));
    }

    [Fact]
    public async Task Two_authorization_headers_are_none()
    {
        var good = new Mint().Header();

        using var response = await door.Host.PostAsync(Mint.Activity(), headers: h => h.TryAddWithoutValidation("Authorization", [good, good]));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task The_body_of_a_stranger_is_not_read()
    {
        using var response = await door.Host.PostAsync("{ not json", headers: h => Add(h, new Mint().Claiming(("aud", "x")).Header()));
        using var genuine = await door.Host.PostAsync("{ not json", headers: h => Add(h, new Mint().Header()));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, genuine.StatusCode);
    }

    [Fact]
    public async Task A_token_is_never_logged()
    {
        var token = new Mint().Token();
        using var taken = await door.Host.PostAsync(Mint.Activity(), headers: h => Add(h, $"Bearer {token}"));
        using var refused = await door.Host.PostAsync(Mint.Activity(channelId: "webchat"), headers: h => Add(h, $"Bearer {token}"));

        Assert.DoesNotContain(door.Host.Log.Lines, l => l.Contains(token.Split('.')[2], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_tenants_and_channels_can_be_let_in()
    {
        await using var host = await BotHost.StartAsync(Setting.Registered(
            Setting.Of("MetadataUrl", door.Issuer.ChannelMetadata),
            Setting.Of("AllowedTenants:0", "99999999-55aa-4f6f-8a39-3a1c0f4e2d11"),
            Setting.Of("Channels:0", "webchat"),
            Setting.Of("ServiceHosts:0", "connector.example.com")));
        var token = new Mint().Claiming(("serviceurl", "https://eu.connector.example.com/"));

        using var response = await host.PostAsync(
            Mint.Activity("https://eu.connector.example.com/", "webchat", "99999999-55aa-4f6f-8a39-3a1c0f4e2d11", null), headers: h => Add(h, token.Header()));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task The_governments_cloud_has_its_own_issuer_and_hosts()
    {
        await using var host = await BotHost.StartAsync(Setting.Registered(Setting.Of("Cloud", "USGovernment"), Setting.Of("MetadataUrl", door.Issuer.ChannelMetadata)));
        const string url = "https://smba.infra.gov.teams.microsoft.us/gcch/";
        var token = new Mint().Claiming(("iss", "https://api.botframework.us"), ("serviceurl", url));

        using var theirs = await host.PostAsync(Mint.Activity(url), headers: h => Add(h, token.Header()));
        using var publics = await host.PostAsync(Mint.Activity(), headers: h => Add(h, new Mint().Header()));
        using var publicHost = await host.PostAsync(Mint.Activity(), headers: h => Add(h, token.Claiming(("serviceurl", Mint.ServiceUrl)).Header()));

        Assert.Equal(HttpStatusCode.Accepted, theirs.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, publics.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, publicHost.StatusCode);
    }

    [Fact]
    public async Task An_app_id_closes_the_labs_open_door()
    {
        await using var host = await BotHost.StartAsync(
            Setting.Registered(new("BotFramework:AllowUnauthenticatedLoopbackInLab", "true"), Setting.Of("MetadataUrl", door.Issuer.ChannelMetadata)), "Lab");

        using var unsigned = await host.PostAsync(Mint.Activity("http://localhost:3978/webchat/connector", "webchat"));
        using var signed = await host.PostAsync(Mint.Activity(), headers: h => Add(h, new Mint().Header()));

        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, signed.StatusCode);
    }

    [Fact]
    public async Task Without_an_app_id_not_even_a_good_token_helps()
    {
        await using var host = await BotHost.StartAsync([Setting.Of("MetadataUrl", door.Issuer.ChannelMetadata)]);

        using var response = await host.PostAsync(Mint.Activity(), headers: h => Add(h, new Mint().Header()));
        using var empty = await host.PostAsync(Mint.Activity(), headers: h => Add(h, new Mint().Claiming(("aud", "")).Header()));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, empty.StatusCode);
        Assert.True(response.Headers.Contains("TrunkBot-Reference"));
    }

    private static void Add(HttpRequestHeaders headers, string? authorization)
    {
        if (authorization is not null)
        {
            headers.TryAddWithoutValidation("Authorization", authorization);
        }
    }

    /// <summary>One bot that is registered, with its issuer.</summary>
    public sealed class Door : IAsyncLifetime
    {
        private readonly MeterListener listener = new();

        internal BotHost Host { get; private set; } = null!;

        internal IssuerServer Issuer { get; private set; } = null!;

        /// <summary>"reason status" of every refusal.</summary>
        internal List<string> Counted { get; } = [];

        public async ValueTask InitializeAsync()
        {
            Issuer = await IssuerServer.StartAsync();
            Host = await BotHost.StartAsync(Setting.Registered(Setting.Of("MetadataUrl", Issuer.ChannelMetadata)));
            var own = Host.Get<IMeterFactory>();
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "trunkbot.teams.refusals" && ReferenceEquals(instrument.Meter.Scope, own))
                {
                    l.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            {
                var named = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
                Counted.Add(value == 1 ? $"{named["reason"]} {named["status"]}" : "not one");
            });
            listener.Start();
        }

        public async ValueTask DisposeAsync()
        {
            listener.Dispose();
            await Host.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }
}
