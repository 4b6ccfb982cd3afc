using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace TrunkBot.Teams.Authentication;

/// <summary>
/// A token as it was sent, not yet believed. Header and claims are read here by their JSON types, because the library
/// turns an array of one into its only string, and takes the last of two claims of one name.
/// </summary>
internal sealed class CallerToken
{
    private const string Scheme = "Bearer ";

    private static readonly SearchValues<char> Written = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly JsonElement header;
    private readonly JsonElement claims;

    private CallerToken(JsonWebToken jwt, JsonElement header, JsonElement claims)
    {
        Jwt = jwt;
        this.header = header;
        this.claims = claims;
    }

    /// <summary>What the library judges.</summary>
    public JsonWebToken Jwt { get; }

    public string? Algorithm => TextOf(header, "alg");

    public string? KeyId => TextOf(header, "kid");

    public string? Issuer => TextOf(claims, "iss");

    /// <summary>Null when the claim is an array, even of one.</summary>
    public string? Audience => TextOf(claims, "aud");

    /// <summary>Lower case, as the channel writes it.</summary>
    public string? ServiceUrl => TextOf(claims, "serviceurl");

    /// <summary>Seconds since 1970; null when missing or not a whole number.</summary>
    public long? Expires => SecondsOf("exp");

    /// <summary>Seconds since 1970; null when missing or not a whole number.</summary>
    public long? NotBefore => SecondsOf("nbf");

    /// <summary>The claim is there, whatever it is.</summary>
    public bool HasNotBefore => claims.TryGetProperty("nbf", out _);

    /// <summary>The token of an <c>Authorization</c> header; null when there is none or it is malformed in any way.</summary>
    public static CallerToken? Of(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var encoded = authorization[Scheme.Length..];
        var parts = encoded.Split('.');
        if (parts.Length != 3 || encoded.AsSpan().ContainsAnyExcept(Written))
        {
            return null;
        }

        try
        {
            var (header, claims) = (ObjectOf(parts[0]), ObjectOf(parts[1]));

            // "crit" names what a reader must understand (RFC 7515, 4.1.11); nothing of that kind is understood here.
            return header.TryGetProperty("crit", out _) ? null : new(new JsonWebToken(encoded), header, claims);
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement ObjectOf(string part)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
        return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : throw new FormatException();
    }

    private static string? TextOf(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private long? SecondsOf(string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var seconds) ? seconds : null;
}
