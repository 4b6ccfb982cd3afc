using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Tests.Authentication;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests.Connector;

/// <summary>The bot's own tokens: by the real MSAL, over real TLS, from a stand-in for Entra to a stand-in for Teams.</summary>
public sealed class OutboundTokenTests
{
    [Fact]
    public async Task A_message_carries_a_token_of_the_bots_own_tenant_and_one_is_enough_for_many()
    {
        await using var room = await Room.StartAsync();

        await room.SendAsync();
        await room.SendAsync();

        var asked = Assert.Single(room.Cloud.TokenRequests);
        Assert.Equal(("login.microsoftonline.com", $"POST /{Mint.TenantId}/oauth2/v2.0/token"), (asked.Host, asked.Line));
        var form = QueryHelpers.ParseQuery(asked.Body);
        Assert.Equal("client_credentials", form["grant_type"]);
        Assert.Equal(Mint.AppId, form["client_id"]);
        Assert.Equal(Setting.Secret, form["client_secret"]);
        Assert.Contains("https://api.botframework.com/.default", form["scope"].ToString(), StringComparison.Ordinal);
        Assert.Equal(
            [
                ("smba.trafficmanager.net", "POST /emea/v3/conversations/19%3Ax/activities", "Bearer token-1"),
                ("smba.trafficmanager.net", "POST /emea/v3/conversations/19%3Ax/activities", "Bearer token-1"),
            ],
            room.Cloud.Sent.Select(s => (s.Host, s.Line, s.Authorization)));
    }

    [Fact]
    public async Task The_governments_cloud_has_its_own_authority_and_scope()
    {
        await using var room = await Room.StartAsync(Setting.Of("Cloud", "USGovernment"));

        await room.SendAsync("https://smba.infra.gov.teams.microsoft.us/gcch/");

        var asked = Assert.Single(room.Cloud.TokenRequests);
        Assert.Equal("login.microsoftonline.us", asked.Host);
        Assert.Contains("https://api.botframework.us/.default", QueryHelpers.ParseQuery(asked.Body)["scope"].ToString(), StringComparison.Ordinal);
        Assert.Equal("Bearer token-1", Assert.Single(room.Cloud.Sent).Authorization);
    }

    [Fact]
    public async Task An_authority_of_ones_own_is_asked_without_looking_it_up_in_Microsofts_directory()
    {
        await using var room = await Room.StartAsync(Setting.Of("Authority", "https://login.example.com/{tenant}"), Setting.Of("Scope", "api://connector/.default"));

        await room.SendAsync();

        Assert.Equal(("login.example.com", $"POST /{Mint.TenantId}/oauth2/v2.0/token"), Assert.Single(room.Cloud.TokenRequests.Select(r => (r.Host, r.Line))));
    }

    [Fact]
    public async Task A_refused_token_is_dropped_and_the_message_sent_once_more_at_once()
    {
        await using var room = await Room.StartAsync();
        await room.SendAsync();
        room.Cloud.Answers.Enqueue(401);

        await room.SendAsync();
        await room.SendAsync();

        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-2", "Bearer token-2"], room.Cloud.Sent.Select(s => s.Authorization));
        Assert.Equal(2, room.Cloud.TokenRequests.Count);
        Assert.Empty(room.Host.Time.Pauses);
    }

    [Fact]
    public async Task A_second_refusal_is_final_and_has_its_code()
    {
        await using var room = await Room.StartAsync();
        room.Cloud.Answers.Enqueue(401);
        room.Cloud.Answers.Enqueue(401);

        var error = await Assert.ThrowsAsync<ChannelException>(() => room.SendAsync());

        Assert.StartsWith("connector-token-not-accepted: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, room.Cloud.Sent.Count);
    }

    [Fact]
    public async Task A_refused_token_does_not_use_up_the_attempts_on_a_busy_connector()
    {
        await using var room = await Room.StartAsync(new KeyValuePair<string, string?>("BotFramework:ConnectorAttempts", "2"));
        room.Cloud.Answers.Enqueue(401);
        room.Cloud.Answers.Enqueue(429);

        var send = room.SendAsync();
        await room.Host.Time.PassNextPauseAsync();
        await send;

        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-2"], room.Cloud.Sent.Select(s => s.Authorization));
    }

    [Theory]
    [InlineData("https://smba.trafficmanager.net.evil.example/emea/")]
    [InlineData("https://evil.trafficmanager.net/")]
    [InlineData("https://smba.trafficmanager.net@evil.example/")]
    [InlineData("https://user:x@smba.trafficmanager.net/")]
    [InlineData("https://evil.example\\.smba.trafficmanager.net/")]
    [InlineData("https://evil.example#.smba.trafficmanager.net/")]
    [InlineData("http://smba.trafficmanager.net/emea/")]
    [InlineData("http://localhost:3978/webchat/connector")]
    [InlineData("smba.trafficmanager.net")]
    [InlineData("https://[::1/")]
    [InlineData("")]
    public async Task Nothing_goes_to_an_address_that_is_not_allowed_and_no_token_is_asked_for(string serviceUrl)
    {
        await using var room = await Room.StartAsync();

        var error = await Assert.ThrowsAsync<ChannelException>(() => room.SendAsync(serviceUrl));

        Assert.StartsWith("service-url-not-allowed: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(room.Cloud.Sent);
        Assert.Empty(room.Cloud.TokenRequests);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_token()
    {
        await using var room = await Room.StartAsync();
        room.Cloud.Answers.Enqueue(307);

        var error = await Assert.ThrowsAsync<ChannelException>(() => room.SendAsync());

        Assert.StartsWith("connector-refused: ", error.Message, StringComparison.Ordinal);
        Assert.Single(room.Cloud.Sent);
    }

    [Fact]
    public async Task Without_an_app_id_nothing_is_sent_anywhere()
    {
        await using var cloud = await CloudServer.StartAsync();
        await using var host = await BotHost.StartAsync([], configure: cloud.Divert);

        var error = await Assert.ThrowsAsync<ChannelException>(() => Room.SendAsync(host, Mint.ServiceUrl));

        Assert.StartsWith("service-url-not-allowed: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(cloud.Sent);
    }

    [Fact]
    public async Task A_refusal_of_Entra_has_its_code_and_repeats_nothing_of_what_was_sent()
    {
        await using var room = await Room.StartAsync();
        room.Cloud.Refusal = request => new JsonObject { ["error"] = "invalid_client", ["error_description"] = $"AADSTS7000215: {request.Body}" }.ToJsonString();

        var error = await Assert.ThrowsAsync<ChannelException>(() => room.SendAsync());

        Assert.Equal(
            "connector-token-missing: Entra gave the bot no token (invalid_client). Check Teams:Credential and what belongs to it; the log has Entra's correlation id.",
            error.Message);
        Assert.Null(error.InnerException);
        Assert.Empty(room.Cloud.Sent);
        Assert.Contains(room.Host.Log.Lines, l => l.StartsWith("Error TrunkBot.Teams.Connector.ConnectorTokens 2104 Entra gave no token: invalid_client, status 401, correlation id ", StringComparison.Ordinal));
        room.ShowsNoSecret();
    }

    [Fact]
    public async Task Neither_token_nor_secret_is_logged_at_any_level()
    {
        await using var room = await Room.StartAsync();
        room.Cloud.Answers.Enqueue(401);
        await room.SendAsync();
        room.Cloud.Answers.Enqueue(403);
        await Assert.ThrowsAsync<ChannelException>(() => room.SendAsync());

        Assert.Contains(room.Host.Log.Lines, l => l.StartsWith("Trace ", StringComparison.Ordinal));
        room.ShowsNoSecret();
    }

    [Theory]
    [InlineData("bot.pfx")]
    [InlineData("bot.pem")]
    public async Task A_certificate_signs_for_the_bot_instead_of_a_secret(string fileName)
    {
        var folder = Directory.CreateTempSubdirectory("trunkbot-certificate-");
        try
        {
            using var key = RSA.Create(2048);
            using var own = new CertificateRequest("CN=trunkbot", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
            var file = Path.Combine(folder.FullName, fileName);
            if (fileName.EndsWith("pfx", StringComparison.Ordinal))
            {
                await File.WriteAllBytesAsync(file, own.Export(X509ContentType.Pfx, "pass"), TestContext.Current.CancellationToken);
            }
            else
            {
                await File.WriteAllTextAsync(file, $"{own.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", TestContext.Current.CancellationToken);
            }

            await using var room = await Room.StartAsync(
                Setting.Of("Credential", "Certificate"), Setting.Of("ClientSecret", ""), Setting.Of("CertificateFile", file), Setting.Of("CertificatePassword", "pass"));
            await room.SendAsync();

            var form = QueryHelpers.ParseQuery(Assert.Single(room.Cloud.TokenRequests).Body);
            Assert.False(form.ContainsKey("client_secret"));
            var assertion = form["client_assertion"].ToString().Split('.');
            var claims = JsonNode.Parse(Base64Url.DecodeFromChars(assertion[1]))!;
            Assert.Equal(Mint.AppId, claims["iss"]!.GetValue<string>());
            var padding = JsonNode.Parse(Base64Url.DecodeFromChars(assertion[0]))!["alg"]!.GetValue<string>() == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
            Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{assertion[0]}.{assertion[1]}"), Base64Url.DecodeFromChars(assertion[2]), HashAlgorithmName.SHA256, padding));
            Assert.Equal("Bearer token-1", Assert.Single(room.Cloud.Sent).Authorization);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_managed_identity_asks_its_machine()
    {
        await using var room = await Room.StartAsync(Setting.Of("Credential", "ManagedIdentity"), Setting.Of("ClientSecret", ""));

        await room.SendAsync();
        await room.SendAsync();

        var asked = Assert.Single(room.Cloud.TokenRequests);
        Assert.Equal("169.254.169.254", asked.Host);
        Assert.StartsWith("GET /metadata/identity/oauth2/token?", asked.Line, StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(asked.Line[asked.Line.IndexOf('?', StringComparison.Ordinal)..]);
        Assert.Equal("https://api.botframework.com", query["resource"]);
        Assert.Equal(Mint.AppId, query["client_id"]);
        Assert.Equal(["Bearer token-1", "Bearer token-1"], room.Cloud.Sent.Select(s => s.Authorization));
    }

    private sealed record Room(BotHost Host, CloudServer Cloud) : IAsyncDisposable
    {
        public static async Task<Room> StartAsync(params KeyValuePair<string, string?>[] settings)
        {
            var cloud = await CloudServer.StartAsync();
            return new(await BotHost.StartAsync(Setting.Registered(settings), configure: cloud.Divert), cloud);
        }

        public static Task<string> SendAsync(BotHost host, string serviceUrl) =>
            host.Channels.Single(c => c.Serves("msteams")).SendAsync(
                new ConversationReference("msteams", serviceUrl, "19:x", $"28:{Mint.AppId}", IsGroup: true), Message.OfText("x"), CancellationToken.None);

        public Task<string> SendAsync(string serviceUrl = Mint.ServiceUrl) => SendAsync(Host, serviceUrl);

        public void ShowsNoSecret()
        {
            Assert.DoesNotContain(Host.Log.Lines, l => l.Contains(Setting.Secret, StringComparison.Ordinal) || l.Contains(Uri.EscapeDataString(Setting.Secret), StringComparison.Ordinal));
            Assert.DoesNotContain(Host.Log.Lines, l => l.Contains("token-1", StringComparison.Ordinal) || l.Contains("token-2", StringComparison.Ordinal));
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Cloud.DisposeAsync();
        }
    }
}
