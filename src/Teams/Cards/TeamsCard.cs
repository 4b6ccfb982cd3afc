using System.Text.Json.Nodes;
using TrunkBot.Teams.Activities;

namespace TrunkBot.Teams.Cards;

/// <summary>What Teams wants of a finished Adaptive Card beside its content. All of it changes the card in place.</summary>
/// <remarks>Source: Teams, "Universal Actions for Adaptive Cards" and "Up to date cards"; Adaptive Cards, <c>fallback</c>.</remarks>
internal static class TeamsCard
{
    /// <summary>Most users for whom Teams lets a card refresh.</summary>
    public const int MostViewers = 60;

    /// <summary>How many of those who are mentioned are named on the card: the whole card must stay small.</summary>
    private const int MostMentions = 20;

    /// <summary>For a card in a conversation: clients that do not know <c>Action.Execute</c> send the same as a message.</summary>
    public static JsonObject ForMessage(JsonObject card)
    {
        foreach (var action in Executes(card))
        {
            action["fallback"] ??= Submit(action);
        }

        return WithHttpsLinksOnly(card);
    }

    /// <summary>For a card in a dialog, where <c>Action.Execute</c> does not work: each becomes the <c>Action.Submit</c> that says the same.</summary>
    public static JsonObject ForDialog(JsonObject card)
    {
        foreach (var action in Executes(card))
        {
            var submit = Submit(action);
            action.Clear();
            foreach (var (name, value) in submit)
            {
                action[name] = value?.DeepClone();
            }
        }

        return WithHttpsLinksOnly(card);
    }

    /// <summary>Has the clients of these users ask for a view of their own.</summary>
    /// <param name="data">What their clients send along with the verb <c>refresh</c>.</param>
    /// <param name="userIds">The channel's own ids (<c>29:…</c>); those beyond <see cref="MostViewers"/> are left out.</param>
    public static void Refresh(JsonObject card, JsonObject data, IReadOnlyList<string> userIds)
    {
        if (userIds.Count > 0)
        {
            card["refresh"] = new JsonObject
            {
                ["action"] = new JsonObject { ["type"] = "Action.Execute", ["title"] = "Refresh", ["verb"] = "refresh", ["data"] = data },
                ["userIds"] = new JsonArray([.. userIds.Take(MostViewers).Select(id => (JsonNode)id)]),
            };
        }
    }

    /// <summary>Names people at the head of the card, so that Teams notifies them.</summary>
    public static void Mention(JsonObject card, IReadOnlyList<ChannelAccount> people)
    {
        var mentions = Mentions.Of([.. people.Take(MostMentions)]);
        if (mentions.Count == 0 || card["body"] is not JsonArray body)
        {
            return;
        }

        body.Insert(0, new JsonObject { ["type"] = "TextBlock", ["text"] = string.Join(", ", mentions.Select(m => m.Text)), ["wrap"] = true });
        var msteams = card["msteams"] as JsonObject ?? [];
        msteams["entities"] = new JsonArray([.. mentions.Select(m => (JsonNode)m.ToJson())]);
        card["msteams"] = msteams;
    }

    private static JsonObject Submit(JsonObject execute)
    {
        var data = execute["data"]?.DeepClone() as JsonObject ?? [];
        data["verb"] = execute["verb"]?.DeepClone();
        var submit = new JsonObject { ["type"] = "Action.Submit", ["title"] = execute["title"]?.DeepClone(), ["data"] = data };
        foreach (var name in (string[])["id", "style", "associatedInputs", "tooltip"])
        {
            if (execute[name] is { } value)
            {
                submit[name] = value.DeepClone();
            }
        }

        return submit;
    }

    /// <summary>A link that leads anywhere but to https is left out.</summary>
    private static JsonObject WithHttpsLinksOnly(JsonObject card)
    {
        foreach (var actions in Objects(card).SelectMany(o => o.Select(p => p.Value)).OfType<JsonArray>().ToList())
        {
            foreach (var link in actions.OfType<JsonObject>().Where(a => TypeOf(a) is "Action.OpenUrl" && !IsHttps(a["url"])).ToList())
            {
                actions.Remove(link);
            }
        }

        return card;
    }

    private static bool IsHttps(JsonNode? url) => Uri.TryCreate(url?.ToString(), UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps;

    private static List<JsonObject> Executes(JsonObject card) => [.. Objects(card).Where(o => TypeOf(o) is "Action.Execute")];

    private static string? TypeOf(JsonObject element) => element["type"] is JsonValue type && type.TryGetValue(out string? name) ? name : null;

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject element => element.Select(p => p.Value).SelectMany(Objects).Prepend(element),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };
}
