using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using TrunkBot.WebChat.Connector;
using TrunkBot.WebChat.Conversations;

namespace TrunkBot.WebChat.Api;

/// <summary>What the page and scripts call. Described in the room's README.</summary>
internal static class ApiEndpoints
{
    private const int LongestText = 8000;

    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/webchat/api");
        api.AddEndpointFilter(LabGuard.PageOrScript);
        api.MapGet("session", Session);
        api.MapGet("events", (string? user, long? since, HttpContext context, [FromServices] EventStream events) => events.StreamAsync(user, conversationId: null, since, context));
        var conversation = api.MapGroup("conversations/{conversationId}");
        conversation.MapGet("messages", ReadAsync);
        conversation.MapGet("events", (string conversationId, string? user, long? since, HttpContext context, [FromServices] EventStream events) => events.StreamAsync(user, conversationId, since, context));
        conversation.MapPost("messages", WriteAsync);
        conversation.MapPost("actions", PressAsync);
    }

    /// <summary>A text that somebody writes.</summary>
    internal sealed record NewMessage(string? User, string? Text);

    /// <summary>A button that somebody presses. Without a verb it is an <c>Action.Submit</c>.</summary>
    internal sealed record Press(string? User, string? MessageId, string? Verb, JsonObject? Data);

    internal static IResult Problem(int status, string code, string message) => Results.Json(new { code, message }, statusCode: status);

    internal static IResult? RefusalOf(Roster roster, string? user, string? conversationId, out LabPerson person)
    {
        person = roster.FindPerson(user)!;
        return person is null ? Problem(StatusCodes.Status403Forbidden, "webchat-unknown-user", "Say who you are with user=; GET /webchat/api/session lists the people.")
            : conversationId is not null && !roster.Reads(person, conversationId) ? Problem(StatusCodes.Status403Forbidden, "webchat-not-your-conversation", "This person does not read this conversation. One reads one's own chat and the groups.")
            : null;
    }

    private static IResult Session([FromServices] Roster roster, [FromServices] IOptions<WebChatOptions> options) => Results.Ok(new
    {
        banner = options.Value.Banner,
        bot = roster.Bot,
        users = roster.People.Select(p => new { p.Id, p.Name, p.Role, personalConversationId = Roster.PersonalOf(p) }),
        conversations = roster.Groups.Select(g => new { g.Id, g.Name, isGroup = true }),
    });

    private static async Task<IResult> ReadAsync(
        string conversationId, string? user,
        [FromServices] Roster roster, [FromServices] ConversationBook book, [FromServices] Introductions introductions, CancellationToken cancellationToken)
    {
        if (RefusalOf(roster, user, conversationId, out var person) is { } refusal)
        {
            return refusal;
        }

        await introductions.IntroduceAsync(person, cancellationToken);
        var (revision, messages) = book.Read(conversationId);
        return Results.Ok(new { revision, messages = messages.Where(m => m.IsSeenBy(person.Id)).Select(m => m.ViewFor(person.Id)) });
    }

    private static async Task<IResult> WriteAsync(
        string conversationId, NewMessage message,
        [FromServices] Roster roster, [FromServices] ConversationBook book, [FromServices] Introductions introductions, [FromServices] BotClient bot, CancellationToken cancellationToken)
    {
        if (RefusalOf(roster, message.User, conversationId, out var person) is { } refusal)
        {
            return refusal;
        }

        var text = message.Text?.Trim() ?? "";
        if (text.Length is 0 or > LongestText)
        {
            return Problem(StatusCodes.Status400BadRequest, text.Length == 0 ? "text-empty" : "text-too-long", $"Write 1 to {LongestText} characters.");
        }

        await introductions.IntroduceAsync(person, cancellationToken);
        var written = book.Add(conversationId, new(person.Id, person.Name, IsBot: false), new() { Text = text });
        var answer = await bot.SendTextAsync(person, conversationId, written.Id, text, cancellationToken);
        if (!answer.IsTaken)
        {
            book.TryChange(conversationId, written.Id, m => m with { IsUndelivered = true });
            return Problem(StatusCodes.Status502BadGateway, answer.Code!, answer.Message!);
        }

        return Results.Json(written.ViewFor(person.Id), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> PressAsync(
        string conversationId, Press press,
        [FromServices] Roster roster, [FromServices] ConversationBook book, [FromServices] BotClient bot, CancellationToken cancellationToken)
    {
        if (RefusalOf(roster, press.User, conversationId, out var person) is { } refusal)
        {
            return refusal;
        }

        if (press.MessageId is not { } messageId || book.Find(conversationId, messageId) is not { Body.Card: not null } pressed || !pressed.IsSeenBy(person.Id))
        {
            return Problem(StatusCodes.Status404NotFound, "webchat-no-such-card", "There is no card with this messageId in the conversation.");
        }

        if (press.Verb is { Length: 0 or > 200 })
        {
            return Problem(StatusCodes.Status400BadRequest, "verb-form", "A verb has 1 to 200 characters; leave it out for Action.Submit.");
        }

        var answer = await bot.SendActionAsync(person, conversationId, messageId, press.Verb, press.Data ?? [], cancellationToken);
        if (!answer.IsTaken)
        {
            return Problem(StatusCodes.Status502BadGateway, answer.Code!, answer.Message!);
        }

        Show(book, roster, conversationId, messageId, person, answer.Body);
        return Results.Ok(answer.Body is { } body ? body : new { statusCode = StatusCodes.Status202Accepted } as object);
    }

    /// <summary>Lets the presser see the answer: a notice or an error as a private message, a card in the place of the pressed one.</summary>
    private static void Show(ConversationBook book, Roster roster, string conversationId, string messageId, LabPerson person, JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } answer || !answer.TryGetProperty("value", out var value))
        {
            return;
        }

        if (value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } notice)
        {
            book.Add(conversationId, roster.Bot, new() { Text = notice }, person.Id);
        }
        else if (value.ValueKind is JsonValueKind.Object && answer.TryGetProperty("type", out var type))
        {
            if (type.ValueEquals("application/vnd.microsoft.card.adaptive"))
            {
                book.TryChange(conversationId, messageId, m => m with { Views = m.Views.SetItem(person.Id, value.Clone()) });
            }
            else if (type.ValueEquals("application/vnd.microsoft.error") && value.TryGetProperty("message", out var message))
            {
                book.Add(conversationId, roster.Bot, new() { Text = message.ToString() }, person.Id, value.TryGetProperty("code", out var code) ? code.ToString() : "error");
            }
        }
    }
}
