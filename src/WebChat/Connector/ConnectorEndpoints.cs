using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TrunkBot.WebChat.Conversations;

namespace TrunkBot.WebChat.Connector;

/// <summary>The part of the connector REST API (v3) that a bot needs to reply: send, reply, update, delete.</summary>
internal static class ConnectorEndpoints
{
    private const string AdaptiveCard = "application/vnd.microsoft.card.adaptive";
    private const int LongestText = 40_000;

    public static void MapConnector(this IEndpointRouteBuilder endpoints)
    {
        var activities = endpoints.MapGroup("/webchat/connector/v3/conversations/{conversationId}/activities");
        activities.AddEndpointFilter(LabGuard.ProgramsOnly);
        activities.MapPost("", Send);
        activities.MapPost("{activityId}", Send);
        activities.MapPut("{activityId}", Update);
        activities.MapDelete("{activityId}", Delete);
    }

    private static IResult Send(
        string conversationId, [FromQuery] bool? isTargetedActivity, JsonElement activity,
        [FromServices] ConversationBook book, [FromServices] Roster roster)
    {
        if (!roster.Exists(conversationId))
        {
            return NotFound("ConversationNotFound");
        }

        if (!TryReadBody(activity, out var body, out var problem))
        {
            return Problem(problem);
        }

        string? to = null;
        if (isTargetedActivity is true)
        {
            to = activity.TryGetProperty("recipient", out var recipient) ? TextOf(recipient, "id") : null;
            if (roster.FindPerson(to) is not { } person || !roster.Reads(person, conversationId))
            {
                return Problem("The recipient of a targeted message must be somebody in the conversation.");
            }
        }

        var message = book.Add(conversationId, roster.Bot, body, to);
        return Results.Json(new { id = message.Id }, statusCode: StatusCodes.Status201Created);
    }

    private static IResult Update(
        string conversationId, string activityId, JsonElement activity,
        [FromServices] ConversationBook book, [FromServices] Roster roster, [FromServices] TimeProvider time) =>
        !TryReadBody(activity, out var body, out var problem) ? Problem(problem)
        : book.Find(conversationId, activityId) is { From.IsBot: true }
          && book.TryChange(conversationId, activityId, m => m with { Body = body, EditedAt = time.GetUtcNow(), Views = m.Views.Clear() })
            ? Results.Json(new { id = activityId })
            : NotFound("ActivityNotFoundInConversation");

    private static IResult Delete(string conversationId, string activityId, [FromServices] ConversationBook book) =>
        book.Find(conversationId, activityId) is { From.IsBot: true }
        && book.TryChange(conversationId, activityId, m => m with { IsDeleted = true })
            ? Results.Ok()
            : NotFound("ActivityNotFoundInConversation");

    /// <summary>Takes what Teams would take: a text or a card, not both and not neither.</summary>
    private static bool TryReadBody(JsonElement activity, out MessageBody body, out string problem)
    {
        body = new();
        problem = "";
        if (activity.ValueKind is not JsonValueKind.Object || TextOf(activity, "type") is not "message")
        {
            problem = "Only activities of the type message can be sent.";
            return false;
        }

        JsonElement? card = null;
        var files = new List<FileLink>();
        if (activity.TryGetProperty("attachments", out var attachments) && attachments.ValueKind is JsonValueKind.Array)
        {
            foreach (var attachment in attachments.EnumerateArray())
            {
                var type = attachment.ValueKind is JsonValueKind.Object ? TextOf(attachment, "contentType") : null;
                if (type is AdaptiveCard && card is null && attachment.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.Object)
                {
                    card = content.Clone();
                }
                else if (type is { Length: > 0 } and not AdaptiveCard
                    && TextOf(attachment, "contentUrl") is { } url && url.StartsWith("data:", StringComparison.Ordinal))
                {
                    files.Add(new(TextOf(attachment, "name") ?? "file", type, url));
                }
                else
                {
                    problem = "An attachment must be one Adaptive Card with its content, or a file with a data: URL.";
                    return false;
                }
            }
        }

        var text = TextOf(activity, "text");
        body = new() { Text = text, Summary = TextOf(activity, "summary"), Card = card, Files = files };
        problem = (text, card) switch
        {
            (null or "", null) when files.Count == 0 => "The message is empty.",
            ({ Length: > 0 }, not null) => "Activity resulted into multiple activities: a message with a card carries no text.",
            ({ Length: > LongestText }, _) => "The text is too long.",
            _ => "",
        };
        return problem.Length == 0;
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static IResult Problem(string message) => Error(StatusCodes.Status400BadRequest, "BadSyntax", message);

    private static IResult NotFound(string code) => Error(StatusCodes.Status404NotFound, code, "The web chat does not know it, perhaps because it was restarted.");

    private static IResult Error(int status, string code, string message) =>
        Results.Json(new { error = new { code, message } }, statusCode: status);
}
