using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Payloads;

namespace TrunkBot.Slack.Views;

/// <summary>What a view of ours remembers in its <c>private_metadata</c>, which users neither see nor change; 3000 characters at most.</summary>
/// <param name="Where">Id of the conversation that it belongs to.</param>
/// <param name="Verb">What sending it does.</param>
/// <param name="Data">Goes with that verb.</param>
/// <param name="Revision">Number of the drawing.</param>
internal sealed record ViewState(string Where, string Verb, IReadOnlyDictionary<string, string> Data, int Revision)
{
    public string Write() => JsonSerializer.Serialize(this);

    [JsonIgnore]
    public SlackConversation Conversation => SlackConversation.Of(new ConversationReference(SlackConversation.ChannelId, "", Where, "", IsGroup: true));

    /// <summary>Of a view in a payload; null when it is none of ours.</summary>
    public static ViewState? Of(JsonNode? view)
    {
        try
        {
            return view.TextAt("private_metadata") is { } metadata && JsonSerializer.Deserialize<ViewState>(metadata) is { Where: not null, Verb: not null, Data: not null } state
                && state.Conversation is not null
                ? state
                : null;
        }
        catch (Exception e) when (e is JsonException or ChannelException)
        {
            return null;
        }
    }
}
