using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrunkBot.Lab.Script;

/// <summary>The play can't go on; the message says what was waited for or refused.</summary>
internal sealed class ScriptException(string message) : Exception(message);

/// <summary>One message of the web chat as a person sees it.</summary>
internal sealed record SeenMessage(string Id, long Revision, string From, bool IsBot, bool IsPrivate, string? Code, string? Text, JsonElement? Card)
{
    /// <summary>All lines of it, in reading order.</summary>
    public IReadOnlyList<string> Lines => Card is { } card ? CardReader.Lines(card) : Text?.Split('\n') ?? [];

    public bool Says(string words) => Lines.Any(l => l.Contains(words, StringComparison.OrdinalIgnoreCase));

    public CardButton? Button(string verb) => Card is { } card ? CardReader.Buttons(card).FirstOrDefault(b => b.Verb == verb) : null;
}

/// <summary>Speaks to the web chat through the endpoints that its page uses.</summary>
internal sealed class ChatClient(HttpClient http, Uri address, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(150);

    /// <summary>Somebody writes something.</summary>
    public async Task SayAsync(string user, string conversation, string text, CancellationToken cancellationToken) =>
        await PostAsync($"{conversation}/messages", new JsonObject { ["user"] = user, ["text"] = text }, cancellationToken);

    /// <summary>Somebody presses a button, with what the card's inputs hold unless <paramref name="typed"/> says otherwise. Returns what only the presser is told.</summary>
    public async Task<string?> PressAsync(
        string user, string conversation, SeenMessage message, string verb, IReadOnlyDictionary<string, string>? typed, CancellationToken cancellationToken)
    {
        var button = message.Button(verb) ?? throw new ScriptException($"{user} looked for the button \"{verb}\" and found none on: {string.Join(" / ", message.Lines.Take(4))}");
        var data = (JsonObject)button.Data.DeepClone();
        foreach (var (id, value) in CardReader.Inputs(message.Card!.Value))
        {
            data[id] = value;
        }

        foreach (var (id, value) in typed ?? new Dictionary<string, string>())
        {
            data[id] = value;
        }

        var answer = await PostAsync(
            $"{conversation}/actions",
            new JsonObject { ["user"] = user, ["messageId"] = message.Id, ["verb"] = verb, ["data"] = data },
            cancellationToken);
        return answer?["value"] switch
        {
            JsonValue notice => notice.ToString(),
            JsonObject error when error["message"] is { } text => text.ToString(),
            _ => null,
        };
    }

    public async Task<IReadOnlyList<SeenMessage>> ReadAsync(string user, string conversation, CancellationToken cancellationToken)
    {
        var page = await http.GetFromJsonAsync<JsonElement>(new Uri(address, $"/webchat/api/conversations/{conversation}/messages?user={user}"), cancellationToken);
        return [.. page.GetProperty("messages").EnumerateArray().Where(m => !m.GetProperty("isDeleted").GetBoolean()).Select(Seen)];
    }

    /// <summary>Looks until a message is as wanted.</summary>
    /// <exception cref="ScriptException">It did not come within the limit.</exception>
    public async Task<SeenMessage> WaitAsync(
        string user, string conversation, string what, Func<SeenMessage, bool> wanted, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var messages = await ReadAsync(user, conversation, cancellationToken);
            if (messages.LastOrDefault(m => m.IsBot && wanted(m)) is { } found)
            {
                return found;
            }

            if (time.GetElapsedTime(began) > limit)
            {
                var last = messages.Count == 0 ? "nothing" : string.Join(Environment.NewLine, messages[^1].Lines);
                throw new ScriptException($"{user} waited {limit.TotalSeconds:0} s for {what}. The last thing there was:{Environment.NewLine}{last}");
            }

            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    private async Task<JsonNode?> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/webchat/api/conversations/{path}"));
        request.Headers.Add("X-TrunkBot-WebChat", "1");
        request.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? text.Length == 0 ? null : JsonNode.Parse(text)
            : throw new ScriptException($"the web chat answered {(int)response.StatusCode} to {path}: {text}");
    }

    private static SeenMessage Seen(JsonElement m)
    {
        var from = m.GetProperty("from");
        return new SeenMessage(
            m.GetProperty("id").GetString()!,
            m.GetProperty("revision").GetInt64(),
            from.GetProperty("name").GetString()!,
            from.GetProperty("isBot").GetBoolean(),
            m.GetProperty("isPrivate").GetBoolean(),
            m.GetProperty("code").GetString(),
            m.GetProperty("text").GetString(),
            m.GetProperty("card") is { ValueKind: JsonValueKind.Object } card ? card : null);
    }
}
