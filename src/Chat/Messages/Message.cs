using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Messages;

/// <summary>What the bot says, whatever the channel: either text or a card, and files.</summary>
public sealed record Message
{
    /// <summary>Plain text, shown literally; null when there is a card.</summary>
    public string? Text { get; init; }

    public CardContent? Card { get; init; }

    /// <summary>For notifications and screen readers: what the message is about, in one line.</summary>
    public required string Summary { get; init; }

    public IReadOnlyList<MessageFile> Files { get; init; } = [];

    public static Message OfText(string text) => new() { Text = text, Summary = text };

    public static Message OfCard(CardContent card, string summary) => new() { Card = card, Summary = summary };
}

/// <summary>A card by the name of its template under <c>cards/</c> and the view record that fills it.</summary>
/// <param name="Name">Template name, such as <c>plan</c>.</param>
/// <param name="Data">The view as JSON. Values are data: they are inserted into the object model and escaped for their place, never pasted into text.</param>
public sealed record CardContent(string Name, JsonObject Data);

/// <param name="Name">File name with extension.</param>
public sealed record MessageFile(string Name, string MediaType, byte[] Content);
