using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using TrunkBot.Teams.Activities;

namespace TrunkBot.Teams.Authentication;

/// <summary>One rule about a token by itself.</summary>
/// <param name="Reason">Stable name for log and metric.</param>
internal sealed record TokenRule(string Reason, Func<Caller, Expected, bool> Holds);

/// <summary>One rule about an activity and the token it came with.</summary>
/// <param name="Reason">Stable name for log and metric.</param>
internal sealed record ActivityRule(string Reason, Func<Activity, Caller, Expected, bool> Holds);

/// <summary>
/// Row by row what the Bot Framework demands of a channel's request ("Authenticate requests with the Bot Connector API"), and what we demand on top.
/// The README of this room says where Microsoft's own SDKs are laxer.
/// </summary>
internal static class CallerRules
{
    /// <summary>The caller is genuine, but may not come in.</summary>
    public static readonly IReadOnlyList<string> ReasonsOfGenuineCallers = ["channel", "tenant"];

    /// <summary>There is no token, or none that could be asked anything.</summary>
    public const string TokenMalformed = "token-malformed";

    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public static readonly IReadOnlyList<TokenRule> OfToken =
    [
        new("algorithm", (caller, _) => caller.Token?.Algorithm is SecurityAlgorithms.RsaSha256),
        new("issuer", (caller, expected) => Same(caller.Token?.Issuer, expected.Issuer)),
        new("key-unknown", (caller, _) => caller.Key is not null),
        new("signature", (caller, _) => caller.Verdict is { Exception: not (SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException) }),
        new("audience", (caller, expected) => Same(caller.Token?.Audience, expected.AppId)),
        new("lifetime", (caller, _) => IsInTime(caller.Token, caller.At)),
    ];

    public static readonly IReadOnlyList<ActivityRule> OfActivity =
    [
        new("service-url-claim", (activity, caller, _) => Same(caller.Token?.ServiceUrl, activity.ServiceUrl)),
        new("endorsement", (activity, caller, _) => IsEndorsed(caller.Key, activity.ChannelId)),
        new("channel", (activity, _, expected) => expected.Channels.Contains(activity.ChannelId, StringComparer.Ordinal)),
        new("tenant", (activity, _, expected) => TenantOf(activity) is { } tenant && expected.Tenants.Contains(tenant, StringComparer.OrdinalIgnoreCase)),
        new("service-url", (activity, _, expected) => expected.Hosts.AllowServiceUrl(activity.ServiceUrl)),
    ];

    /// <summary>An end is asked for; a beginning must hold when there is one.</summary>
    public static bool IsInTime(CallerToken? token, DateTimeOffset now) =>
        token?.Expires is { } end
        && now.ToUnixTimeSeconds() - (long)Skew.TotalSeconds < end
        && (!token.HasNotBefore || (token.NotBefore is { } begin && begin <= now.ToUnixTimeSeconds() + (long)Skew.TotalSeconds));

    private static bool Same(string? claim, string? expected) => claim is not null && string.Equals(claim, expected, StringComparison.Ordinal);

    // The channels that may use the key. JsonWebKeySet keeps them; SigningKeys has lost them.
    private static bool IsEndorsed(JsonWebKey? key, string? channelId) =>
        key is not null
        && key.AdditionalData.TryGetValue("endorsements", out var data)
        && data is JsonElement { ValueKind: JsonValueKind.Array } endorsements
        && endorsements.EnumerateArray().Any(e => e.ValueKind is JsonValueKind.String && Same(e.GetString(), channelId));

    /// <summary>Teams says it in two places, not always in both; when they differ it is nobody's.</summary>
    private static string? TenantOf(Activity activity)
    {
        var conversation = activity.Conversation?.TenantId;
        var channel = activity.Property("channelData") is { ValueKind: JsonValueKind.Object } data
            && data.TryGetProperty("tenant", out var tenant) && tenant.ValueKind is JsonValueKind.Object
            && tenant.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String
                ? id.GetString()
                : null;
        return conversation is null || channel is null || string.Equals(conversation, channel, StringComparison.OrdinalIgnoreCase) ? conversation ?? channel : null;
    }
}
