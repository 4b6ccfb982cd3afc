using System.Text.Json.Serialization;
using TrunkBot.Changes;
using TrunkBot.Chat.People;

namespace TrunkBot.Chat.Turns;

public enum TurnKind
{
    /// <summary>Somebody wrote a text.</summary>
    Text,

    /// <summary>Somebody pressed a button or sent a form of a card.</summary>
    Action,

    /// <summary>The bot was added to a conversation.</summary>
    Joined,

    /// <summary>The bot was taken out of a conversation: it can't write there any more.</summary>
    Left,
}

/// <summary>One thing that reached the bot from a channel, whatever the channel.</summary>
public sealed record Turn
{
    /// <summary>Channel and the platform's own id of what arrived (activity id, event id): the key by which a repeat is dropped.</summary>
    public required string Id { get; init; }

    public required TurnKind Kind { get; init; }

    /// <summary>Who sent it, as the platform stamped it.</summary>
    public required ChannelUser From { get; init; }

    /// <summary>Who that is to the bot: the account that the platform's user is bound to, or the platform's user where there is none.</summary>
    public Actor Who { get => field ?? new(From.Id, From.Name); init; }

    /// <summary>The account behind <see cref="Who"/>; null for somebody who is bound to none. Looked up each time a turn is handled, never stored with it.</summary>
    [JsonIgnore]
    public Account? Account { get; init; }

    public required ConversationReference Where { get; init; }

    /// <summary>Who is mentioned in the text beside the bot, as the platform stamped it; empty where the channel can't tell.</summary>
    public IReadOnlyList<ChannelUser> Mentioned { get; init; } = [];

    /// <summary>What was written, without the mention of the bot; empty for other kinds.</summary>
    public string Text { get; init; } = "";

    /// <summary>Verb of the pressed button, such as <c>approve</c>; null for other kinds.</summary>
    public string? Verb { get; init; }

    /// <summary>Data of the button merged with the card's inputs. Only ids in it are believed; everything else is looked up.</summary>
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>();

    /// <summary>Id of the message whose card was used; null for other kinds.</summary>
    public string? MessageId { get; init; }

    /// <summary>The sender's client waits for the outcome and can show <see cref="TurnOutcome.Form"/> (Teams: task/fetch and task/submit; Slack: a trigger_id or a submitted view).</summary>
    public bool CanShowForm { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>Where a conversation is, so that it can be written to later (Bot Framework: ConversationReference).</summary>
/// <param name="Channel">Channel id, such as <c>webchat</c> or <c>msteams</c>.</param>
/// <param name="ServiceUrl">Where replies are posted; empty for channels that have none.</param>
/// <param name="ConversationId">The platform's id of the conversation.</param>
/// <param name="BotId">The bot's own id in the conversation.</param>
/// <param name="IsGroup">More than one person may read it.</param>
public sealed record ConversationReference(string Channel, string ServiceUrl, string ConversationId, string BotId, bool IsGroup)
{
    /// <summary>What kind of conversation it is, in the platform's own word (Teams: <c>personal</c>, <c>groupChat</c>, <c>channel</c>); null where that is not said.</summary>
    public string? ConversationType { get; init; }

    /// <summary>The organisation that it belongs to (Teams: Entra tenant); null where that is not said.</summary>
    public string? TenantId { get; init; }

    /// <summary>When the bot said there who it is; null: not since it was let in.</summary>
    public DateTimeOffset? Greeted { get; init; }

    /// <summary>Since when the platform lets the bot write nothing there; null: it may.</summary>
    public DateTimeOffset? ClosedSince { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsClosed => ClosedSince is not null;

    /// <summary>Channel and conversation in one key.</summary>
    public string Key => $"{Channel}:{ConversationId}";
}

/// <summary>A person as a platform knows them.</summary>
/// <param name="Id">Channel and platform user id, such as <c>webchat:ana</c>, <c>msteams:{aadObjectId}</c> or <c>slack:{team}/{user}</c>. Compared ordinally.</param>
/// <param name="Name">What the platform says the person is called. Never used to decide anything.</param>
public sealed record ChannelUser(string Id, string Name);

/// <summary>What the one who pressed a button sees at once. Only the presser sees it.</summary>
public sealed record TurnOutcome
{
    /// <summary>Short private notice; null for none.</summary>
    public string? Notice { get; init; }

    /// <summary>Stable code when the press was refused; null when it had its effect.</summary>
    public string? RefusalCode { get; init; }

    /// <summary>A card that takes the place of the pressed one for everybody or, in channels that can, for the presser; null: the card is edited by the core when it changes.</summary>
    public Messages.CardContent? Card { get; init; }

    /// <summary>A form that the presser alone sees, in the place of the one that was sent; null closes it. Only for turns that <see cref="Turn.CanShowForm"/>.</summary>
    public Messages.FormContent? Form { get; init; }

    public static TurnOutcome Nothing { get; } = new();

    public static TurnOutcome Told(string notice) => new() { Notice = notice };

    public static TurnOutcome Refused(string code, string notice) => new() { RefusalCode = code, Notice = notice };
}

/// <summary>Handles one turn. The host calls it one at a time per conversation.</summary>
public interface ITurnHandler
{
    /// <summary>Does what the turn asks, sends replies through the channel, and returns what the presser of a button sees at once.</summary>
    Task<TurnOutcome> HandleAsync(Turn turn, CancellationToken cancellationToken);
}

/// <summary>Takes what arrived at a channel: stores it, drops repeats, and has it handled. Implemented by the host.</summary>
public interface ITurnIntake
{
    /// <summary>Stores the turn and returns; it is handled in the background. A repeat has no effect.</summary>
    Task AcceptAsync(Turn turn, CancellationToken cancellationToken);

    /// <summary>Stores the turn, has it handled and returns its outcome; for buttons whose presser waits. A repeat gets the first outcome.</summary>
    Task<TurnOutcome> InvokeAsync(Turn turn, CancellationToken cancellationToken);
}
