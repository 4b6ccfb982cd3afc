using System.Collections.Immutable;
using System.Text.Json;

namespace TrunkBot.WebChat.Conversations;

/// <summary>One message of a conversation, as it is now.</summary>
internal sealed record ChatMessage
{
    public required string Id { get; init; }

    public required string ConversationId { get; init; }

    /// <summary>Revision at which it was written.</summary>
    public required long Created { get; init; }

    /// <summary>Revision of its last change.</summary>
    public required long Revision { get; init; }

    public required Author From { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? EditedAt { get; init; }

    public MessageBody Body { get; init; } = new();

    /// <summary>The one person who sees it; null: everybody in the conversation.</summary>
    public string? To { get; init; }

    /// <summary>Stable code of a refusal; null when it is none.</summary>
    public string? Code { get; init; }

    public bool IsUndelivered { get; init; }

    public bool IsDeleted { get; init; }

    /// <summary>Cards that an answer to a button put in the place of the message's own, for the presser alone. An edit by the bot ends them.</summary>
    public ImmutableDictionary<string, JsonElement> Views { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    public bool IsSeenBy(string userId) => To is null || string.Equals(To, userId, StringComparison.Ordinal) || string.Equals(From.Id, userId, StringComparison.Ordinal);

    public MessageView ViewFor(string userId) => new(
        Id,
        ConversationId,
        Revision,
        From,
        At,
        EditedAt,
        IsDeleted ? null : Body.Text,
        IsDeleted ? null : Body.Summary,
        IsDeleted ? null : Views.TryGetValue(userId, out var card) ? card : Body.Card,
        IsDeleted ? [] : Body.Files,
        To is not null,
        Code,
        IsUndelivered,
        IsDeleted);

    /// <summary>What to call the step from <paramref name="since"/> to now: <c>created</c>, <c>private</c> (created, for one reader), <c>updated</c> or <c>deleted</c>.</summary>
    public string ChangeSince(long since) => this switch
    {
        { IsDeleted: true } => "deleted",
        _ when Created <= since => "updated",
        { To: not null } => "private",
        _ => "created",
    };
}

/// <param name="Id">Of a person or of the bot.</param>
internal sealed record Author(string Id, string Name, bool IsBot);

/// <summary>What a message says.</summary>
internal sealed record MessageBody
{
    public string? Text { get; init; }

    public string? Summary { get; init; }

    /// <summary>An Adaptive Card; null: none.</summary>
    public JsonElement? Card { get; init; }

    public IReadOnlyList<FileLink> Files { get; init; } = [];
}

/// <param name="Url">A data: URL.</param>
internal sealed record FileLink(string Name, string MediaType, string Url);

/// <summary>A message as one reader sees it; the shape that the API speaks.</summary>
/// <param name="Revision">Grows with every change anywhere in the chat, also over a restart.</param>
/// <param name="At">When it was written.</param>
/// <param name="EditedAt">When it was last edited; null: never.</param>
/// <param name="IsPrivate">Only this reader sees it.</param>
/// <param name="Code">Stable code of a refusal; null when it is none.</param>
/// <param name="IsUndelivered">The bot did not take it.</param>
internal sealed record MessageView(
    string Id,
    string ConversationId,
    long Revision,
    Author From,
    DateTimeOffset At,
    DateTimeOffset? EditedAt,
    string? Text,
    string? Summary,
    JsonElement? Card,
    IReadOnlyList<FileLink> Files,
    bool IsPrivate,
    string? Code,
    bool IsUndelivered,
    bool IsDeleted);
