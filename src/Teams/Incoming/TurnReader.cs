using System.Globalization;
using System.Text;
using System.Text.Json;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;

namespace TrunkBot.Teams.Incoming;

/// <summary>Makes a turn of an activity.</summary>
internal sealed class TurnReader(TimeProvider time)
{
    private const int LongestId = 400;
    private const int LongestName = 80;

    /// <summary>Why an activity can't be worked with; null when it has what every activity must have.</summary>
    public static string? MalformationOf(Activity? activity) => activity switch
    {
        null => "not an activity",
        { Type: null or "" } => "no type",
        { ChannelId: null or "" } => "no channelId",
        { Conversation.Id: null or "" } or { Conversation: null } => "no conversation.id",
        { From.Id: null or "" } or { From: null } => "no from.id",
        { ServiceUrl: null or "" } => "no serviceUrl",
        _ when activity.Id?.Length > LongestId || activity.Conversation.Id.Length > LongestId || activity.From.Id.Length > LongestId => "an id is too long",
        _ => null,
    };

    /// <summary>The turn of an activity that is no invoke; null for what says nothing to the bot.</summary>
    public Turn? Read(Activity activity)
    {
        // Some channels send the bot's own messages back.
        if (string.Equals(activity.From?.Id, activity.Recipient?.Id, StringComparison.Ordinal))
        {
            return null;
        }

        return activity.Type switch
        {
            "message" => ReadMessage(activity),
            "conversationUpdate" when AddsTheBot(activity) => Join(activity),
            "installationUpdate" when TextOf(activity.Property("action")) is "add" or "add-upgrade" => Join(activity),
            _ => null,
        };
    }

    /// <summary>The turn of a pressed <c>Action.Execute</c>; null when the value is not one.</summary>
    public Turn? ReadCardAction(Activity activity)
    {
        var action = Member(activity.Property("value"), "action");
        return TextOf(Member(action, "verb")) is { Length: > 0 } verb && TextOf(Member(action, "type")) is "Action.Execute"
            ? Begin(activity, TurnKind.Action) with { Verb = verb, Data = Flatten(Member(action, "data")), MessageId = activity.ReplyToId }
            : null;
    }

    /// <summary>True when the client asked by itself, to refresh a card: nobody pressed anything.</summary>
    public static bool IsAutomatic(Activity activity) => TextOf(Member(activity.Property("value"), "trigger")) is "automatic";

    private Turn ReadMessage(Activity activity)
    {
        var value = activity.Property("value");
        if (string.IsNullOrEmpty(activity.Text) && value.ValueKind is JsonValueKind.Object)
        {
            // A plain Action.Submit, or the fallback of an Action.Execute in an old client: the verb is one of the data.
            var data = Flatten(value);
            data.Remove("verb", out var verb);
            data.Remove("msteams");
            return Begin(activity, TurnKind.Action) with { Verb = verb ?? "", Data = data, MessageId = activity.ReplyToId };
        }

        return Begin(activity, TurnKind.Text) with { Text = WithoutMentionOfBot(activity) };
    }

    /// <summary>Somebody else who joins a conversation is no reason to greet everybody in it anew.</summary>
    private static bool AddsTheBot(Activity activity) =>
        activity.Property("membersAdded") is { ValueKind: JsonValueKind.Array } added
        && activity.Recipient?.Id is { Length: > 0 } bot
        && added.EnumerateArray().Any(member => string.Equals(TextOf(Member(member, "id")), bot, StringComparison.Ordinal));

    // Both kinds of update tell of one first contact, in either order: one key for both, so that the inbox drops the second.
    // A conversation that moved to another service URL is met anew, so that the bot learns the new one.
    private Turn Join(Activity activity)
    {
        var turn = Begin(activity, TurnKind.Joined);
        return turn with { Id = $"{turn.Where.Key}:joined:{turn.Where.ServiceUrl}" };
    }

    private Turn Begin(Activity activity, TurnKind kind)
    {
        var (channel, from, conversation) = (activity.ChannelId!, activity.From!, activity.Conversation!);
        var userId = from.AadObjectId is { Length: > 0 } stamped ? stamped : from.Id!;

        // An activity without an id has nothing by which a repeat could be known.
        var id = activity.Id is { Length: > 0 } given ? given : Guid.NewGuid().ToString("N");
        return new()
        {
            Id = $"{channel}:{conversation.Id}:{id}",
            Kind = kind,
            From = new ChannelUser($"{channel}:{userId}", ShownName(from.Name) is { Length: > 0 } name ? name : userId),
            Where = new ConversationReference(
                channel,
                activity.ServiceUrl!,
                conversation.Id!,
                activity.Recipient?.Id ?? "",
                // Where it is not said, somebody else may be reading.
                conversation.IsGroup ?? conversation.ConversationType is not "personal"),
            At = time.GetUtcNow(),
        };
    }

    /// <summary>Takes the bot's mention out by its own text: others may be mentioned too, and a pattern would also match what somebody typed.</summary>
    private static string WithoutMentionOfBot(Activity activity)
    {
        var text = activity.Text ?? "";
        if (activity.Property("entities") is { ValueKind: JsonValueKind.Array } entities)
        {
            foreach (var entity in entities.EnumerateArray())
            {
                if (TextOf(Member(entity, "type")) is "mention"
                    && activity.Recipient?.Id is { Length: > 0 } bot
                    && string.Equals(TextOf(Member(Member(entity, "mentioned"), "id")), bot, StringComparison.Ordinal)
                    && TextOf(Member(entity, "text")) is { Length: > 0 } mention
                    && text.IndexOf(mention, StringComparison.Ordinal) is >= 0 and var at)
                {
                    text = text.Remove(at, mention.Length).Insert(at, " ");
                }
            }
        }

        return text.Replace('\u00A0', ' ').Trim();
    }

    private static Dictionary<string, string> Flatten(JsonElement data)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        if (data.ValueKind is JsonValueKind.Object)
        {
            foreach (var property in data.EnumerateObject())
            {
                if (property.Value.ValueKind is not JsonValueKind.Null)
                {
                    flat[property.Name] = TextOf(property.Value) ?? property.Value.GetRawText();
                }
            }
        }

        return flat;
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? TextOf(JsonElement element) => element.ValueKind is JsonValueKind.String ? element.GetString() : null;

    /// <summary>A display name without what could turn the line around or break it.</summary>
    private static string ShownName(string? name)
    {
        var shown = new StringBuilder();
        foreach (var rune in (name ?? "").EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                && shown.Length < LongestName)
            {
                shown.Append(rune);
            }
        }

        return shown.ToString().Trim();
    }
}
