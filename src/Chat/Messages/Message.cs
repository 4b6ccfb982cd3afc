using System.Text.Json.Nodes;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Turns;

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

    /// <summary>Who asked for the files, where the platform hands files to one person alone; null: everybody in the conversation.</summary>
    public ChannelUser? FilesFor { get; init; }

    /// <summary>Who is to be notified of it; the text or card need not name them.</summary>
    public IReadOnlyList<ChannelUser> Mentions { get; init; } = [];

    /// <summary>Who sees the card in a view of their own, which their client asks for by the verb <c>refresh</c> with the card's data; only where the channel has personal views.</summary>
    public IReadOnlyList<ChannelUser> Viewers { get; init; } = [];

    public static Message OfText(string text) => new() { Text = text, Summary = text };

    public static Message OfCard(CardContent card, string summary) => new() { Card = card, Summary = summary };
}

/// <summary>A card by the name of its template under <c>cards/</c> and the view record that fills it.</summary>
/// <param name="Name">Template name, such as <c>plan</c>.</param>
/// <param name="Data">The view as JSON. Values are data: they are inserted into the object model and escaped for their place, never pasted into text.</param>
public sealed record CardContent(string Name, JsonObject Data)
{
    /// <summary>In which it is drawn: that of those for whom it was made, wherever it is drawn then. <c>en</c> or <c>de</c>.</summary>
    public string Language { get; init; } = Audience.Language.Name;
}

/// <summary>A form as a dialog of its own (Teams dialog, Slack modal).</summary>
/// <param name="Title">What is being asked, such as "New trunk, step 1 of 3".</param>
/// <param name="Card">The card that holds the fields.</param>
/// <param name="Errors">By the id of the field: what is wrong with its value.</param>
public sealed record FormContent(string Title, CardContent Card, IReadOnlyDictionary<string, string> Errors);

/// <param name="Name">File name with extension.</param>
public sealed record MessageFile(string Name, string MediaType, byte[] Content);
