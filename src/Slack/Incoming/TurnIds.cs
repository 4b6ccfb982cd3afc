using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TrunkBot.Slack.Payloads;

namespace TrunkBot.Slack.Incoming;

/// <summary>Ids of commands and interactions, which Slack gives none: the same delivery gets the same id, another one another.</summary>
internal static class TurnIds
{
    /// <summary>By the <c>trigger_id</c>, which is made for each action anew; where there is none, by all that was sent.</summary>
    public static string Of(JsonObject payload) => payload.TextAt("trigger_id") is { Length: <= 200 } trigger
        ? $"{SlackConversation.ChannelId}:{trigger}"
        : $"{SlackConversation.ChannelId}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(payload.ToJsonString())))}";
}
