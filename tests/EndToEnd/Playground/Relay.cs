using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrunkBot.EndToEnd.Tests.Playground;

/// <summary>One request between Playground and bot with its answer.</summary>
internal sealed record Passed(string Line, JsonNode? Body, int Status, JsonNode? Answer);

/// <summary>
/// Stands between the Playground, which sends and asks for no tokens, and the bot, which takes and sends nothing without. Signs what goes in with
/// a key of its own, as the Bot Framework does; gives the bot tokens as Entra does; lets out only what carries one of them.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    public const string AppId = "1f0a4b2e-6a51-4bd3-9c1e-0d6a5c7b8e9f";
    public const string TenantId = "7c2b9d10-55aa-4f6f-8a39-3a1c0f4e2d11";

    private const string Issuer = "https://issuer.relay.test";

    private readonly RSA key = RSA.Create(2048);
    private readonly X509Certificate2 certificate;
    private readonly string certificateFile;
    private readonly WebApplication app;
    private readonly HttpClient http = new();
    private readonly List<Passed> inbound = [];
    private readonly List<Passed> outbound = [];
    private readonly HashSet<string> issued = new(StringComparer.Ordinal);
    private Uri plain = new("http://localhost");
    private Uri secure = new("https://localhost");

    private Relay(string directory)
    {
        certificate = SelfSigned();
        certificateFile = Path.Combine(directory, "relay.pem");
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        app = builder.Build();
        app.MapGet("/keys/metadata", () => Results.Json(new { issuer = Issuer, jwks_uri = new Uri(secure, "keys/jwks") }));
        app.MapGet("/keys/jwks", () => Results.Text(Jwks(), "application/json"));
        app.MapPost("/{tenant}/oauth2/v2.0/token", GiveToken);
        app.MapPost("/api/messages", PassInAsync);
        app.Map("/relay/{**path}", PassOutAsync);
    }

    /// <summary>Where the Playground posts.</summary>
    public Uri Messages => new(plain, "api/messages");

    /// <summary>Where the bot answers.</summary>
    public Uri ServiceUrl => new(secure, "relay");

    public Uri Bot { get; set; } = new("http://localhost");

    public Uri PlaygroundUrl { get; set; } = new("http://localhost");

    /// <summary>What the bot was sent.</summary>
    public IReadOnlyList<Passed> Inbound => Copy(inbound);

    /// <summary>What the bot sent; refused ones are not in it.</summary>
    public IReadOnlyList<Passed> Outbound => Copy(outbound);

    /// <summary>What the bot sent without a token that it was given.</summary>
    public int Unsigned { get; private set; }

    /// <summary>With these the bot takes this relay for Microsoft's cloud.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["SSL_CERT_FILE"] = certificateFile,
        ["Teams__AppId"] = AppId,
        ["Teams__TenantId"] = TenantId,
        ["Teams__Credential"] = "ClientSecret",
        ["Teams__ClientSecret"] = "of-the-test",
        ["Teams__Issuer"] = Issuer,
        ["Teams__MetadataUrl"] = new Uri(secure, "keys/metadata").AbsoluteUri,
        ["Teams__Authority"] = $"{secure.AbsoluteUri}{{tenant}}",
        ["Teams__ServiceHosts__0"] = "localhost",
    };

    public static async Task<Relay> StartAsync(string directory)
    {
        var relay = new Relay(directory);
        await relay.app.StartAsync();
        foreach (var address in relay.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)))
        {
            (address.Scheme == "https" ? ref relay.secure : ref relay.plain) = new Uri($"{address.Scheme}://localhost:{address.Port}/");
        }

        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
        key.Dispose();
        certificate.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var own = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", own, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private static List<Passed> Copy(List<Passed> list)
    {
        lock (list)
        {
            return [.. list];
        }
    }

    private static async Task<string> TextOf(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync();
    }

    private static JsonNode? Parsed(string text) => text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null;

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private string Jwks()
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = "relay",
                ["n"] = Base64Url.EncodeToString(parameters.Modulus),
                ["e"] = Base64Url.EncodeToString(parameters.Exponent),
                ["endorsements"] = new JsonArray("msteams"),
            }),
        }.ToJsonString();
    }

    private string Signed(string serviceUrl)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Issuer, ["aud"] = AppId, ["serviceurl"] = serviceUrl, ["nbf"] = now, ["exp"] = now + 3600 };
        var text = $"{Encode("""{"alg":"RS256","typ":"JWT","kid":"relay"}""")}.{Encode(claims.ToJsonString())}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private async Task<IResult> GiveToken(HttpRequest request, string tenant)
    {
        var form = await request.ReadFormAsync();
        if (tenant != TenantId || form["client_id"] != AppId || form["client_secret"] != "of-the-test" || form["grant_type"] != "client_credentials")
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        }

        var token = $"relay-{Guid.NewGuid():N}";
        lock (issued)
        {
            issued.Add(token);
        }

        return Results.Json(new { token_type = "Bearer", expires_in = 3600, access_token = token });
    }

    private async Task<IResult> PassInAsync(HttpRequest request)
    {
        var text = await TextOf(request.HttpContext.Request);
        var activity = JsonNode.Parse(text)!;
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Bot, "api/messages")) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Signed(activity["serviceUrl"]!.GetValue<string>()));
        using var response = await http.SendAsync(message);
        var answer = await response.Content.ReadAsStringAsync();
        lock (inbound)
        {
            inbound.Add(new($"{activity["type"]} {activity["name"]}".Trim(), activity, (int)response.StatusCode, Parsed(answer)));
        }

        return Results.Text(answer, "application/json", statusCode: (int)response.StatusCode);
    }

    private async Task<IResult> PassOutAsync(HttpRequest request)
    {
        bool isKnown;
        lock (issued)
        {
            isKnown = AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && header.Scheme == "Bearer" && issued.Contains(header.Parameter ?? "");
        }

        if (!isKnown)
        {
            Unsigned++;
            return Results.StatusCode(401);
        }

        var text = await TextOf(request);
        var path = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget["/relay/".Length..];
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), $"{PlaygroundUrl.AbsoluteUri}_connector/{path}");
        if (text.Length > 0)
        {
            message.Content = new StringContent(text, Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(message);
        var answer = await response.Content.ReadAsStringAsync();
        lock (outbound)
        {
            outbound.Add(new($"{request.Method} {Uri.UnescapeDataString(path)}", Parsed(text), (int)response.StatusCode, Parsed(answer)));
        }

        return Results.Text(answer, "application/json", statusCode: (int)response.StatusCode);
    }
}
