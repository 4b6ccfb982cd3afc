using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace TrunkBot.Teams.Tests.Authentication;

/// <summary>Makes tokens byte by byte, without the library that judges them. What is not said otherwise is good.</summary>
internal sealed record Mint
{
    public const string AppId = "1f0a4b2e-6a51-4bd3-9c1e-0d6a5c7b8e9f";
    public const string TenantId = "7c2b9d10-55aa-4f6f-8a39-3a1c0f4e2d11";
    public const string Issuer = "https://api.botframework.com";
    public const string EntraIssuer = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/";
    public const string ServiceUrl = "https://smba.trafficmanager.net/emea/";

    /// <summary>The clock of every judge.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);

    public string Algorithm { get; init; } = "RS256";

    public string? KeyId { get; init; } = "key-1";

    /// <summary>Of the token's header, besides alg and kid.</summary>
    public JsonObject MoreHeader { get; init; } = [];

    public JsonObject Claims { get; init; } = GoodClaims(Now);

    /// <summary>By default with the channel's key by RS256.</summary>
    public Func<byte[], byte[]> Sign { get; init; } = With(Keys.Channel, HashAlgorithmName.SHA256);

    public static JsonObject GoodClaims(DateTimeOffset now) => new()
    {
        ["serviceurl"] = ServiceUrl,
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.ToUnixTimeSeconds() + 3600,
        ["iss"] = Issuer,
        ["aud"] = AppId,
    };

    public static Func<byte[], byte[]> With(RSA key, HashAlgorithmName hash, RSASignaturePadding? padding = null) =>
        data => key.SignData(data, hash, padding ?? RSASignaturePadding.Pkcs1);

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    /// <summary>The good token with other claims; null takes one away.</summary>
    public Mint Claiming(params (string Name, JsonNode? Value)[] claims)
    {
        var changed = Claims.DeepClone().AsObject();
        foreach (var (name, value) in claims)
        {
            changed.Remove(name);
            if (value is not null)
            {
                changed[name] = value;
            }
        }

        return this with { Claims = changed };
    }

    public Mint SignedBy(RSA key, string? kid) => this with { KeyId = kid, Sign = With(key, HashAlgorithmName.SHA256) };

    public string Token(string? claimsText = null)
    {
        var header = MoreHeader.DeepClone().AsObject();
        header["alg"] = Algorithm;
        header["typ"] = "JWT";
        if (KeyId is not null)
        {
            header["kid"] = KeyId;
        }

        var signed = $"{Encode(header.ToJsonString())}.{Encode(claimsText ?? Claims.ToJsonString())}";
        return $"{signed}.{Encode(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public string Header() => $"Bearer {Token()}";

    public static string Activity(string serviceUrl = ServiceUrl, string channelId = "msteams", string? conversationTenant = TenantId, string? channelTenant = TenantId)
    {
        var activity = new JsonObject
        {
            ["type"] = "message",
            ["id"] = "a1",
            ["channelId"] = channelId,
            ["serviceUrl"] = serviceUrl,
            ["from"] = new JsonObject { ["id"] = "29:1abc", ["name"] = "Ana Ortiz", ["aadObjectId"] = "00000000-0000-0000-0000-000000000020" },
            ["recipient"] = new JsonObject { ["id"] = $"28:{AppId}", ["name"] = "TrunkBot" },
            ["conversation"] = new JsonObject { ["id"] = "a:1", ["conversationType"] = "personal" },
            ["text"] = "status",
        };
        if (conversationTenant is not null)
        {
            activity["conversation"]!["tenantId"] = conversationTenant;
        }

        if (channelTenant is not null)
        {
            activity["channelData"] = new JsonObject { ["tenant"] = new JsonObject { ["id"] = channelTenant } };
        }

        return activity.ToJsonString();
    }
}
