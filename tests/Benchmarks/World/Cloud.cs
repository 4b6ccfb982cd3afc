using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Benchmarks.World;

/// <summary>
/// The platforms as far as the bot sees them, simulated on two loopback ports: keys and metadata over http (as the settings allow on this machine only), login and
/// connector over https with a certificate of this run.
/// </summary>
internal sealed class Cloud : IAsyncDisposable
{
    public const string AppId = "1f0a4b2e-6a51-4bd3-9c1e-0d6a5c7b8e9f";
    public const string Tenant = "7c2b9d10-55aa-4f6f-8a39-3a1c0f4e2d11";
    public const string Team = "T1";
    public const string BotUser = "UBOT";
    public const string SigningSecret = "of-this-benchmark";
    public const string AnaInEntra = "00000000-0000-0000-0000-000000000020";
    private const string Issuer = "https://api.botframework.com";

    private readonly WebApplication app;
    private readonly RSA key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, int> posts = new();
    private Action<string, int>? onPost;
    private Action<string>? onEdit;

    private Cloud(string folder)
    {
        var certificate = SelfSigned();
        CertificateFile = Path.Combine(folder, "cloud.pem");
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        app = builder.Build();
        app.MapGet("/metadata", () => Results.Json(new { issuer = Issuer, jwks_uri = $"{HttpUrl}keys" }));
        app.MapGet("/keys", () => Results.Text(Jwks(), "application/json"));
        app.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", (string tenant) => Results.Json(new
        {
            token_endpoint = $"{HttpsUrl}{tenant}/oauth2/v2.0/token",
            authorization_endpoint = $"{HttpsUrl}{tenant}/oauth2/v2.0/authorize",
            issuer = $"{HttpsUrl}{tenant}/v2.0",
        }));
        app.MapPost("/{tenant}/oauth2/v2.0/token", () => Results.Json(new { token_type = "Bearer", expires_in = 3600, access_token = "benchmark" }));
        app.MapPost("/v3/conversations/{conversation}/activities", TookAsync);
        app.MapPost("/v3/conversations/{conversation}/activities/{id}", TookAsync);
        app.MapPut("/v3/conversations/{conversation}/activities/{id}", (string id) =>
        {
            onEdit?.Invoke(Uri.UnescapeDataString(id));
            return Results.Json(new { id });
        });
        app.MapPost("/api/auth.test", () => Results.Json(new { ok = true, team_id = Team, user_id = BotUser, bot_id = "B1", url = "https://benchmark.slack.com/", team = "Benchmark", user = "trunkbot" }));
        app.MapPost("/api/users.info", () => Results.Json(new { ok = true, user = new { id = "U1", name = "ana", real_name = "Ana Ortiz", tz = "Etc/UTC", profile = new { display_name = "Ana Ortiz" } } }));
        app.MapPost("/api/chat.postMessage", PostMessageAsync);
    }

    public Uri HttpUrl { get; private set; } = null!;

    public Uri HttpsUrl { get; private set; } = null!;

    /// <summary>PEM file of the certificate that the programs under load are to trust.</summary>
    public string CertificateFile { get; }

    public static async Task<Cloud> StartAsync(string folder)
    {
        var cloud = new Cloud(folder);
        await cloud.app.StartAsync();
        foreach (var url in cloud.app.Urls.Select(u => new Uri(u)))
        {
            // By name: the certificate and the bot's list of hosts speak of localhost.
            var local = new UriBuilder(url) { Host = "localhost" }.Uri;
            (cloud.HttpUrl, cloud.HttpsUrl) = url.Scheme == "http" ? (local, cloud.HttpsUrl) : (cloud.HttpUrl, local);
        }

        return cloud;
    }

    /// <summary>Calls with the conversation's id and how many messages it has whenever a message arrives in one; forgets what arrived before.</summary>
    /// <param name="edited">Called with the id of each message that is edited in Teams: its conversation, a dash, and the how manieth it is there.</param>
    public void Watch(Action<string, int> seen, Action<string>? edited = null)
    {
        posts.Clear();
        (onPost, onEdit) = (seen, edited);
    }

    /// <summary>How many messages arrived in a conversation.</summary>
    public int PostsIn(string conversation) => posts.GetValueOrDefault(conversation);

    /// <summary>A token as the channel signs it, good for an hour.</summary>
    public string Token()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = Part("""{"alg":"RS256","typ":"JWT","kid":"benchmark"}""");
        var claims = Part(new JsonObject
        {
            ["serviceurl"] = HttpsUrl.AbsoluteUri, ["nbf"] = now - 60, ["exp"] = now + 3600, ["iss"] = Issuer, ["aud"] = AppId,
        }.ToJsonString());
        var signature = key.SignData(System.Text.Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{header}.{claims}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
    }

    public ValueTask DisposeAsync()
    {
        key.Dispose();
        return app.DisposeAsync();
    }

    /// <summary>That the bot types is no message.</summary>
    private async Task<IResult> TookAsync(string conversation, HttpRequest request)
    {
        using var activity = await JsonDocument.ParseAsync(request.Body);
        var id = Uri.UnescapeDataString(conversation);
        var count = activity.RootElement.GetProperty("type").GetString() == "typing" ? 0 : Count(id);
        return Results.Json(new { id = $"{id}-{count}" }, statusCode: 201);
    }

    /// <summary>The bot sends JSON, Slack's own client a form.</summary>
    private async Task<IResult> PostMessageAsync(HttpRequest request)
    {
        var channel = request.HasFormContentType
            ? (await request.ReadFormAsync())["channel"].ToString()
            : (await JsonNode.ParseAsync(request.Body))!["channel"]!.GetValue<string>();
        var count = Count(channel);
        return Results.Json(new { ok = true, channel, ts = $"1700000000.{count:000000}" });
    }

    private int Count(string conversation)
    {
        var count = posts.AddOrUpdate(conversation, 1, (_, n) => n + 1);
        onPost?.Invoke(conversation, count);
        return count;
    }

    private string Jwks()
    {
        var open = key.ExportParameters(includePrivateParameters: false);
        return JsonSerializer.Serialize(new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA", use = "sig", kid = "benchmark", n = System.Buffers.Text.Base64Url.EncodeToString(open.Modulus), e = System.Buffers.Text.Base64Url.EncodeToString(open.Exponent),
                    endorsements = new[] { "msteams" },
                },
            },
        });
    }

    private static string Part(string json) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json));

    private static X509Certificate2 SelfSigned()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));

        // Kestrel wants a key that is not ephemeral on every platform.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
