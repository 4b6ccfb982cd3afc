using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace TrunkBot.SignIn;

/// <summary>Who somebody is by a provider's token.</summary>
/// <param name="User">The platform's user, such as <c>slack:T1/U1</c>; as the claims say it, not yet canonical.</param>
/// <param name="Subject">By which accounts name the person.</param>
internal sealed record SignedIn(string User, string Subject);

/// <summary>
/// The code flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636). Metadata and keys are read for each sign-in: they are rare, and nothing is ever
/// out of date.
/// </summary>
internal sealed class OpenIdProvider(IHttpClientFactory clients, IOptions<SignInOptions> options, TimeProvider time)
{
    public const string ClientName = "TrunkBot.SignIn";

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    private static readonly JsonWebTokenHandler Tokens = new() { MapInboundClaims = false };

    /// <summary>Where the browser is sent to.</summary>
    public async Task<Uri> AuthorizeUrlAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var metadata = await MetadataAsync(attempt.Link.Provider, cancellationToken);
        return new Uri(QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = attempt.Link.Provider.ClientId,
            ["redirect_uri"] = options.Value.Callback.AbsoluteUri,
            // Entra names oid only to who asks for the profile.
            ["scope"] = "openid profile",
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = attempt.Challenge,
            ["code_challenge_method"] = "S256",
        }));
    }

    /// <summary>Brings the code to the provider and judges the token that comes back.</summary>
    /// <exception cref="SignInException">The provider refused, could not be asked, or its token is not good; the message is for the log and holds no secret.</exception>
    public async Task<SignedIn> WhoAsync(Attempt attempt, string code, string? issuer, CancellationToken cancellationToken)
    {
        var provider = attempt.Link.Provider;
        var metadata = await MetadataAsync(provider, cancellationToken);
        if (issuer is not null && !string.Equals(issuer, metadata.Issuer, StringComparison.Ordinal))
        {
            throw new SignInException("the answer names another issuer (RFC 9207)");
        }

        var token = await TokenAsync(attempt, code, metadata.TokenEndpoint, cancellationToken);
        var result = await Tokens.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = metadata.Issuer,
            ValidAudience = provider.ClientId,
            IssuerSigningKeys = metadata.SigningKeys,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            TryAllIssuerSigningKeys = false,
            LifetimeValidator = (from, until, _, _) => until is { } end && time.GetUtcNow() < end + Skew && (from is not { } begin || time.GetUtcNow() > begin - Skew),
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken { } id)
        {
            throw new SignInException($"the token is not good: {result.Exception?.GetType().Name}");
        }

        // One audience: a token for several could have been handed to another of them (OpenID Connect Core 1.0, 3.1.3.7).
        if (id.Audiences.Count() != 1)
        {
            throw new SignInException("the token is for several audiences");
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(ClaimOf(id, "nonce")), Encoding.UTF8.GetBytes(attempt.Nonce)))
        {
            throw new SignInException("the token was not made for this sign-in (nonce)");
        }

        return new SignedIn($"{provider.Channel}:{string.Join('/', provider.UserClaims.Select(c => ClaimOf(id, c)))}", ClaimOf(id, provider.Subject));
    }

    private async Task<OpenIdConnectConfiguration> MetadataAsync(SignInProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            using var http = clients.CreateClient(ClientName);
            var retriever = new HttpDocumentRetriever(http) { RequireHttps = provider.MetadataUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
            var metadata = await OpenIdConnectConfigurationRetriever.GetAsync(provider.MetadataUrl, retriever, cancellationToken);
            return metadata is { Issuer.Length: > 0 } && SignInOptions.IsSafe(metadata.AuthorizationEndpoint ?? "") && SignInOptions.IsSafe(metadata.TokenEndpoint ?? "")
                ? metadata
                : throw new SignInException("the metadata lacks issuer or endpoints, or they are not https");
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidOperationException or ArgumentException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new SignInException("the metadata can't be read", e);
        }
    }

    private async Task<string> TokenAsync(Attempt attempt, string code, string endpoint, CancellationToken cancellationToken)
    {
        try
        {
            using var http = clients.CreateClient(ClientName);
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = options.Value.Callback.AbsoluteUri,
                ["client_id"] = attempt.Link.Provider.ClientId,
                ["client_secret"] = attempt.Link.Provider.ClientSecret,
                ["code_verifier"] = attempt.Verifier,
            });
            using var answer = await http.PostAsync(new Uri(endpoint), form, cancellationToken);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return answer.IsSuccessStatusCode && body.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("id_token", out var token) && token.ValueKind is JsonValueKind.String
                    ? token.GetString()!
                    : throw new SignInException($"no token for the code: {(int)answer.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new SignInException("the provider could not be asked for the token", e);
        }
    }

    private static string ClaimOf(JsonWebToken token, string name) =>
        token.TryGetPayloadValue<string>(name, out var value) && value is { Length: > 0 } ? value : throw new SignInException($"the token has no claim {name}");
}

/// <summary>A sign-in that came to nothing; the message is for the log.</summary>
internal sealed class SignInException(string message, Exception? inner = null) : Exception(message, inner);
