using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TrunkBot.WebChat.Conversations;

namespace TrunkBot.WebChat.Connector;

/// <summary>What the bot answered, or why it could not.</summary>
/// <param name="Body">JSON body of an invoke's answer; null otherwise.</param>
/// <param name="Code">Stable code of the failure; null when the bot took the activity.</param>
/// <param name="Message">A sentence with the fix; null when the bot took the activity.</param>
internal sealed record BotAnswer(JsonElement? Body, string? Code = null, string? Message = null)
{
    public bool IsTaken => Code is null;
}

/// <summary>Sends activities to the bot's front door, as a channel's service does.</summary>
internal sealed class BotClient(HttpClient http, Roster roster, IOptions<WebChatOptions> options, TimeProvider time)
{
    /// <summary>Somebody wrote a text.</summary>
    public Task<BotAnswer> SendTextAsync(LabPerson from, string conversationId, string messageId, string text, CancellationToken cancellationToken)
    {
        var activity = Begin("message", from, conversationId, messageId);
        activity["text"] = text;
        activity["textFormat"] = "plain";
        return PostAsync(activity, cancellationToken);
    }

    /// <summary>Somebody pressed an <c>Action.Execute</c>, or, without a verb, an <c>Action.Submit</c>.</summary>
    public Task<BotAnswer> SendActionAsync(LabPerson from, string conversationId, string messageId, string? verb, JsonObject data, CancellationToken cancellationToken)
    {
        var activity = Begin(verb is null ? "message" : "invoke", from, conversationId, Guid.NewGuid().ToString("N"));
        activity["replyToId"] = messageId;
        if (verb is null)
        {
            activity["value"] = data;
            return PostAsync(activity, cancellationToken);
        }

        activity["name"] = "adaptiveCard/action";
        activity["value"] = new JsonObject
        {
            ["action"] = new JsonObject { ["type"] = "Action.Execute", ["verb"] = verb, ["data"] = data },
            ["trigger"] = "manual",
        };
        return PostAsync(activity, cancellationToken);
    }

    /// <summary>The bot, with these people, is now in a conversation.</summary>
    public Task<BotAnswer> SendJoinedAsync(LabPerson by, string conversationId, IEnumerable<LabPerson> people, CancellationToken cancellationToken)
    {
        var activity = Begin("conversationUpdate", by, conversationId, Guid.NewGuid().ToString("N"));
        var members = new JsonArray(Account(options.Value.BotId, options.Value.BotName));
        foreach (var person in people)
        {
            members.Add(Account(person.Id, person.Name));
        }

        activity["membersAdded"] = members;
        return PostAsync(activity, cancellationToken);
    }

    private JsonObject Begin(string type, LabPerson from, string conversationId, string id)
    {
        var isGroup = roster.IsGroup(conversationId);
        return new()
        {
            ["type"] = type,
            ["id"] = id,
            ["timestamp"] = time.GetUtcNow().ToString("O"),
            ["channelId"] = "webchat",
            ["serviceUrl"] = options.Value.ConnectorUrl.AbsoluteUri,
            ["from"] = Account(from.Id, from.Name),
            ["recipient"] = Account(options.Value.BotId, options.Value.BotName),
            ["conversation"] = new JsonObject { ["id"] = conversationId, ["conversationType"] = isGroup ? "groupChat" : "personal", ["isGroup"] = isGroup },
            ["locale"] = "en-US",
        };
    }

    private static JsonObject Account(string id, string name) => new() { ["id"] = id, ["name"] = name };

    private async Task<BotAnswer> PostAsync(JsonObject activity, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.PostAsJsonAsync(options.Value.BotUrl, activity, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => new(await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)),
                HttpStatusCode.Accepted => new(Body: null),
                HttpStatusCode.Unauthorized => new(null, "bot-refused", "The bot refused the web chat. Start it in the environment Lab with BotFramework:AllowUnauthenticatedLoopbackInLab on."),
                _ => new(null, "bot-failed", $"The bot answered {(int)response.StatusCode}. Look into its log, then send again."),
            };
        }
        catch (HttpRequestException)
        {
            return new(null, "bot-unreachable", "The bot can't be reached. Start it, then send again.");
        }
        catch (JsonException)
        {
            return new(null, "bot-failed", "The bot's answer was not JSON. Look into its log.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, "bot-timeout", "The bot did not answer in time. It may still be working: look at the card before you press again.");
        }
    }
}
