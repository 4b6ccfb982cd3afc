using System.Globalization;
using System.Text;
using System.Text.Json;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Outgoing;

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
            "conversationUpdate" when HasTheBot(activity, "membersAdded") => Begin(activity, TurnKind.Joined),
            "conversationUpdate" when HasTheBot(activity, "membersRemoved") => Begin(activity, TurnKind.Left),
            "installationUpdate" when TextOf(activity.Property("action")) is "add" or "add-upgrade" => Begin(activity, TurnKind.Joined),
            "installationUpdate" when TextOf(activity.Property("action")) is "remove" => Begin(activity, TurnKind.Left),
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

    /// <summary>The turn of <c>task/fetch</c> or <c>task/submit</c>, by which a client opens a dialog and sends it back; null when there is no verb in its data.</summary>
    public Turn? ReadTask(Activity activity) => ReadForm(activity, Member(activity.Property("value"), "data"));

    /// <summary>
    /// The turn of <c>composeExtension/fetchTask</c> or <c>composeExtension/submitAction</c>, by which a command of the compose box or of a message
    /// opens a dialog and sends it back; null for a command that the manifest does not have.
    /// </summary>
    public Turn? ReadExtension(Activity activity)
    {
        var value = activity.Property("value");
        if (activity.Name is "composeExtension/submitAction")
        {
            return ReadForm(activity, Member(value, "data"));
        }

        var message = Member(value, "messagePayload");
        return TextOf(Member(value, "commandId")) switch
        {
            "newTrunk" => Form(activity, "new-trunk", []),
            "diagnoseTrunk" => Form(activity, "diagnose-from", new() { ["text"] = MessagePayload.TextOf(message) }) is var turn && ThreadIn(turn, message) is { } thread
                ? turn with { Where = turn.Where with { ConversationId = thread } }
                : turn,
            _ => null,
        };
    }

    /// <summary>True when the client asked by itself, to refresh a card: nobody pressed anything.</summary>
    public static bool IsAutomatic(Activity activity) => TextOf(Member(activity.Property("value"), "trigger")) is "automatic";

    private Turn? ReadForm(Activity activity, JsonElement value)
    {
        var data = Flatten(value);
        data.Remove("msteams");
        return data.Remove("verb", out var verb) && verb.Length > 0 ? Form(activity, verb, data) : null;
    }

    private Turn Form(Activity activity, string verb, Dictionary<string, string> data) =>
        Begin(activity, TurnKind.Action) with { Verb = verb, Data = data, MessageId = activity.ReplyToId, CanShowForm = true };

    /// <summary>In a channel, the thread of the message on which a command was used; null when the client named it already, or there are no threads.</summary>
    private static string? ThreadIn(Turn turn, JsonElement message) =>
        TeamsConversation.IsChannelRoot(turn.Where)
        && (TextOf(Member(message, "replyToId")) ?? TextOf(Member(message, "id"))) is { Length: > 0 } root && root.All(char.IsAsciiDigit)
            ? TeamsConversation.ThreadOf(turn.Where.ConversationId, root)
            : null;

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

    /// <summary>Somebody else who comes or goes says nothing about the bot.</summary>
    private static bool HasTheBot(Activity activity, string members) =>
        activity.Property(members) is { ValueKind: JsonValueKind.Array } moved
        && activity.Recipient?.Id is { Length: > 0 } bot
        && moved.EnumerateArray().Any(member => string.Equals(TextOf(Member(member, "id")), bot, StringComparison.Ordinal));

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
                conversation.IsGroup ?? conversation.ConversationType is not "personal")
            {
                ConversationType = conversation.ConversationType,
                TenantId = conversation.TenantId ?? TextOf(Member(Member(activity.Property("channelData"), "tenant"), "id")),
            },
            At = time.GetUtcNow(),
        };
    }

    /// <summary>Takes the bot's mention out by its own text: others may be mentioned too, and a pattern would also match what somebody typed.</summary>
    private static string WithoutMentionOfBot(Activity activity)
    {
        var text = activity.Text ?? "";
        if (activity.Entities is { ValueKind: JsonValueKind.Array } entities)
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

    internal static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    internal static string? TextOf(JsonElement element) => element.ValueKind is JsonValueKind.String ? element.GetString() : null;

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
