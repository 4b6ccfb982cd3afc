using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TrunkBot.Teams.Activities;

namespace TrunkBot.Teams.Authentication;

/// <summary>Checks the tokens of real channels. Both our rules and Microsoft.IdentityModel must agree to let somebody in.</summary>
internal sealed class TokenCheck(IOptions<TeamsOptions> options, ChannelKeys keys, ServiceHosts hosts, TimeProvider time)
{
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    private readonly Expected expected = new(
        CloudEndpoints.Of(options.Value).Issuer, options.Value.AppId, options.Value.EffectiveChannels, options.Value.EffectiveTenants, hosts);

    /// <summary>False: no app id is configured, so no token can be meant for this bot.</summary>
    public bool IsOn => options.Value.IsConfigured;

    /// <summary>Reads who calls. Judges nothing by itself: ask <see cref="Failures(Caller)"/> and then <see cref="Failures(Caller, Activity)"/>.</summary>
    public async Task<Caller> ReadAsync(StringValues authorization, CancellationToken cancellationToken)
    {
        var token = CallerToken.Of(authorization.Count == 1 ? authorization[0] : null);

        // The keys of one issuer never verify the token of another.
        var isChannels = string.Equals(token?.Issuer, expected.Issuer, StringComparison.Ordinal);
        var key = isChannels ? await keys.FindAsync(token?.KeyId, cancellationToken) : null;
        var now = time.GetUtcNow();
        var verdict = token is not null && key is not null ? await handler.ValidateTokenAsync(token.Jwt, ParametersOf(token, key, now)) : null;
        return new(token, key, verdict, now);
    }

    /// <summary>Every rule that the token by itself breaks; empty when it may be read on.</summary>
    public IReadOnlyList<string> Failures(Caller caller)
    {
        if (caller.Token is null)
        {
            return [CallerRules.TokenMalformed];
        }

        var failures = CallerRules.OfToken.Where(rule => !rule.Holds(caller, expected)).Select(rule => rule.Reason).ToList();
        if (failures.Count == 0 && caller.Verdict is not { IsValid: true })
        {
            failures.Add("token-refused");
        }

        return failures;
    }

    /// <summary>Every rule that the activity breaks for who sent it; empty when it may come in.</summary>
    public IReadOnlyList<string> Failures(Caller caller, Activity activity) =>
        [.. CallerRules.OfActivity.Where(rule => !rule.Holds(activity, caller, expected)).Select(rule => rule.Reason)];

    private TokenValidationParameters ParametersOf(CallerToken token, JsonWebKey key, DateTimeOffset now) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        ValidIssuer = expected.Issuer,
        ValidAudience = expected.AppId,
        RequireExpirationTime = true,

        // The library's own has no clock that can be set.
        LifetimeValidator = (_, _, _, _) => CallerRules.IsInTime(token, now),
    };
}
