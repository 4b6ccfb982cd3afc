using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Teams.Activities;

/// <summary>
/// One activity of the Bot Framework Activity protocol, in or out. The typed core is what every activity has;
/// fields that only some types have stay in <see cref="Properties"/> and are read per type, because unknown fields must be accepted (rule A2005).
/// Names and values are compared ordinally.
/// </summary>
/// <remarks>Source: protocol-activity.md of microsoft/Agents; shapes of botframework-channel.json (v3).</remarks>
public sealed record Activity
{
    /// <summary>Such as <c>message</c>, <c>invoke</c>, <c>conversationUpdate</c>. Unknown types are ignored (A2014).</summary>
    public string? Type { get; init; }

    /// <summary>The channel's own id. Not set when sending (A2031).</summary>
    public string? Id { get; init; }

    public string? ChannelId { get; init; }

    /// <summary>Where replies are posted. Not set when sending (A2041).</summary>
    public string? ServiceUrl { get; init; }

    public ChannelAccount? From { get; init; }

    /// <summary>The bot for what comes in; set when sending only for a message that one person alone sees.</summary>
    public ChannelAccount? Recipient { get; init; }

    public ConversationAccount? Conversation { get; init; }

    /// <summary>Of an invoke: the message that holds the pressed card.</summary>
    public string? ReplyToId { get; init; }

    /// <summary>Of a message: what was written. A message with a card carries none.</summary>
    public string? Text { get; init; }

    /// <summary><c>plain</c> or <c>markdown</c>.</summary>
    public string? TextFormat { get; init; }

    /// <summary>For notifications and screen readers.</summary>
    public string? Summary { get; init; }

    /// <summary>Of an invoke: which one, such as <c>adaptiveCard/action</c>.</summary>
    public string? Name { get; init; }

    public IReadOnlyList<Attachment>? Attachments { get; init; }

    /// <summary>What the text's parts mean, such as mentions.</summary>
    public JsonElement? Entities { get; init; }

    /// <summary>Whatever else was sent.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Properties { get; init; }

    /// <summary>A message of the bot, its text shown literally.</summary>
    public static Activity Message(string botId, string? text, string summary, IReadOnlyList<Attachment> attachments)
    {
        var hasText = text is { Length: > 0 };
        return new()
        {
            Type = "message",
            From = botId.Length > 0 ? new(botId) : null,
            Text = hasText ? text : null,
            TextFormat = hasText ? "plain" : null,
            Summary = summary,
            Attachments = attachments.Count > 0 ? attachments : null,
        };
    }

    /// <summary>Reads a field that only some types have; undefined when it is not there.</summary>
    public JsonElement Property(string name) =>
        Properties is not null && Properties.TryGetValue(name, out var value) ? value : default;
}

/// <summary>A person or a bot in a channel.</summary>
/// <param name="Id">The channel's own id, such as <c>29:…</c> in Teams (differs per bot).</param>
/// <param name="Name">For showing only.</param>
/// <param name="AadObjectId">Entra object id, stamped by Teams; null in other channels.</param>
public sealed record ChannelAccount(string? Id, string? Name = null, string? AadObjectId = null);

/// <summary>Where an activity belongs.</summary>
/// <param name="Id">The channel's own id; in Teams with <c>;messageid=</c> for a thread.</param>
/// <param name="ConversationType"><c>personal</c>, <c>groupChat</c> or <c>channel</c>. Not set when sending (A2302).</param>
/// <param name="IsGroup">More than one person may read it.</param>
/// <param name="TenantId">Entra tenant, stamped by Teams; null in other channels. Not set when sending.</param>
public sealed record ConversationAccount(string? Id, string? ConversationType = null, bool? IsGroup = null, string? TenantId = null);

/// <summary>A card or a file of a message.</summary>
/// <param name="ContentType">Media type; <see cref="AdaptiveCard"/> for cards.</param>
/// <param name="Content">The card.</param>
/// <param name="ContentUrl">Where the file is; a data: URL in the web chat.</param>
/// <param name="Name">File name.</param>
public sealed record Attachment(string ContentType, JsonElement? Content = null, string? ContentUrl = null, string? Name = null)
{
    public const string AdaptiveCard = "application/vnd.microsoft.card.adaptive";
}

/// <summary>What the connector answers to a sent activity.</summary>
public sealed record ResourceResponse(string? Id);

/// <summary>A conversation to be made: a private chat (<see cref="IsGroup"/> false, one member), or a thread in a channel (<see cref="IsGroup"/> true, the channel in <see cref="ChannelData"/>).</summary>
public sealed record ConversationParameters
{
    public required bool IsGroup { get; init; }

    public ChannelAccount? Bot { get; init; }

    public IReadOnlyList<ChannelAccount>? Members { get; init; }

    public string? TenantId { get; init; }

    /// <summary>The tenant of a private chat, or the channel of a thread.</summary>
    public JsonElement? ChannelData { get; init; }

    /// <summary>The first message of a thread.</summary>
    public Activity? Activity { get; init; }
}

/// <summary>A conversation that was made.</summary>
/// <param name="ActivityId">Of its first message; null for a private chat.</param>
public sealed record ConversationResourceResponse(string? Id, string? ActivityId = null);
