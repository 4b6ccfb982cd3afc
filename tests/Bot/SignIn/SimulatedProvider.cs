using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace TrunkBot.Bot.Tests.SignIn;

/// <summary>
/// A <b>simulated</b> OpenID provider on this machine, with real RSA keys: metadata, keys, and the token endpoint, which checks code, secret, redirect
/// and PKCE as a provider must. What stands in the token is the test's choice. No real provider was ever asked.
/// </summary>
internal sealed class SimulatedProvider : IAsyncDisposable
{
    public const string ClientId = "trunkbot-client";
    public const string ClientSecret = "client-s3cret";

    private readonly WebApplication app;
    private readonly RSA own = RSA.Create(2048);
    private readonly RSA foreign = RSA.Create(2048);
    private readonly Dictionary<string, (string Challenge, string Redirect)> codes = [];

    private SimulatedProvider(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    /// <summary>What the next token says; values of null are left out.</summary>
    public Dictionary<string, object?> Claims { get; set; } = [];

    public Dictionary<string, object?> Header { get; } = new() { ["alg"] = "RS256", ["kid"] = "own", ["typ"] = "JWT" };

    public bool SignWithForeignKey { get; set; }

    public int TokensAsked { get; private set; }

    public static async Task<SimulatedProvider> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new SimulatedProvider(builder.Build());
        provider.app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = provider.Url,
            authorization_endpoint = $"{provider.Url}/authorize",
            token_endpoint = $"{provider.Url}/token",
            jwks_uri = $"{provider.Url}/keys",
        }));
        provider.app.MapGet("/keys", () => Results.Json(new { keys = new[] { provider.PublicKey() } }));
        provider.app.MapPost("/token", provider.Token);
        await provider.app.StartAsync(cancellationToken);
        provider.Url = provider.app.Urls.Single();
        return provider;
    }

    /// <summary>What the person's browser does at the provider: signs in, and comes back with a code.</summary>
    public string CodeFor(IReadOnlyDictionary<string, string> asked)
    {
        Assert.Equal("S256", asked["code_challenge_method"]);
        var code = $"code-{codes.Count}";
        codes[code] = (asked["code_challenge"], asked["redirect_uri"]);
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        own.Dispose();
        foreign.Dispose();
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        TokensAsked++;
        var form = await request.ReadFormAsync();
        var isGood = codes.Remove(form["code"].ToString(), out var expected)
            && form["client_id"] == ClientId && form["client_secret"] == ClientSecret && form["grant_type"] == "authorization_code"
            && form["redirect_uri"] == expected.Redirect
            && Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) == expected.Challenge;
        return isGood ? Results.Json(new { id_token = Sign(), token_type = "Bearer", access_token = "x" }) : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
    }

    private string Sign()
    {
        var payload = Claims.Where(c => c.Value is not null).ToDictionary(c => c.Key, c => c.Value);
        var text = $"{Base64UrlEncoder.Encode(JsonSerializer.Serialize(Header))}.{Base64UrlEncoder.Encode(JsonSerializer.Serialize(payload))}";
        return $"{text}.{Base64UrlEncoder.Encode((SignWithForeignKey ? foreign : own).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private object PublicKey()
    {
        var key = own.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", kid = "own", n = Base64UrlEncoder.Encode(key.Modulus!), e = Base64UrlEncoder.Encode(key.Exponent!) };
    }
}
