using Microsoft.IdentityModel.Tokens;

namespace TrunkBot.Teams.Authentication;

/// <summary>What is known of who sent a request; every rule looks at this.</summary>
/// <param name="Token">Null: none, or malformed.</param>
/// <param name="Key">The channel's key of the token's <c>kid</c>; null when there is none, or the token is not the channel's.</param>
/// <param name="Verdict">What the library says; null when there was nothing to judge by.</param>
/// <param name="At">When the request came.</param>
internal sealed record Caller(CallerToken? Token, JsonWebKey? Key, TokenValidationResult? Verdict, DateTimeOffset At);

/// <summary>What a caller must show.</summary>
/// <param name="Tenants">Compared without case: they are GUIDs.</param>
internal sealed record Expected(string Issuer, string AppId, IReadOnlyList<string> Channels, IReadOnlyList<string> Tenants, ServiceHosts Hosts);
