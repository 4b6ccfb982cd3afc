using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Teams.Tests.Authentication;

/// <summary>OpenID metadata and keys of two issuers on a loopback port: <c>/channel</c> as the Bot Framework, <c>/entra</c> as Entra.</summary>
internal sealed class IssuerServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private IssuerServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/{issuer}/metadata", (string issuer) =>
        {
            MetadataReads++;
            return IsDown
                ? Results.StatusCode(503)
                : Results.Json(new { issuer = issuer == "channel" ? Mint.Issuer : Mint.EntraIssuer, jwks_uri = $"{Url}/{issuer}/keys" });
        });
        app.MapGet("/channel/keys", () => Results.Text(new JsonObject { ["keys"] = new JsonArray([.. ChannelKeys.Select(k => k.DeepClone())]) }.ToJsonString(), "application/json"));
        app.MapGet("/entra/keys", () => Results.Text(new JsonObject { ["keys"] = new JsonArray(Jwk(Keys.Entra, "entra-1")) }.ToJsonString(), "application/json"));
    }

    public string Url { get; private set; } = "";

    public string ChannelMetadata => $"{Url}/channel/metadata";

    public int MetadataReads { get; private set; }

    public bool IsDown { get; set; }

    /// <summary>What the channel's issuer publishes now.</summary>
    public List<JsonObject> ChannelKeys { get; } =
    [
        Jwk(Keys.Channel, "key-1", "msteams", "webchat"),
        Jwk(Keys.Bare, "key-bare"),
        Jwk(Keys.WebChat, "key-webchat", "webchat"),
        EllipticJwk(),
    ];

    public static async Task<IssuerServer> StartAsync()
    {
        var server = new IssuerServer();
        await server.app.StartAsync();
        server.Url = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    public static JsonObject Jwk(RSA key, string kid, params string[] endorsements)
    {
        var publicKey = key.ExportParameters(includePrivateParameters: false);
        var jwk = new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = kid, ["n"] = Mint.Encode(publicKey.Modulus!), ["e"] = Mint.Encode(publicKey.Exponent!) };
        if (endorsements.Length > 0)
        {
            jwk["endorsements"] = new JsonArray([.. endorsements.Select(e => (JsonNode)e)]);
        }

        return jwk;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static JsonObject EllipticJwk()
    {
        var point = Keys.Elliptic.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["kty"] = "EC", ["use"] = "sig", ["kid"] = "key-ec", ["crv"] = "P-256", ["x"] = Mint.Encode(point.X!), ["y"] = Mint.Encode(point.Y!), ["endorsements"] = new JsonArray("msteams"),
        };
    }
}

/// <summary>Real keys, made once for all tests of this run.</summary>
internal static class Keys
{
    public static readonly RSA Channel = RSA.Create(2048);
    public static readonly RSA Bare = RSA.Create(2048);
    public static readonly RSA WebChat = RSA.Create(2048);
    public static readonly RSA Entra = RSA.Create(2048);

    /// <summary>Published by nobody.</summary>
    public static readonly RSA Stranger = RSA.Create(2048);

    public static readonly ECDsa Elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
}
