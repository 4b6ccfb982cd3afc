using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using TrunkBot.Slack.Payloads;

namespace TrunkBot.Slack.Incoming;

/// <summary>Where Slack sends events, slash commands and interactions: one URL takes all.</summary>
public static class SlackEndpoint
{
    /// <summary>
    /// Takes what Slack sends to <paramref name="pattern"/>: 401 for who may not come in and 403 for another app's, with a reference to the log in a header;
    /// 400 for what is none of Slack's payloads, 413 for what is too large; else 200 within 3 s. 503 asks Slack to send an event again.
    /// </summary>
    public static IEndpointConventionBuilder MapSlack(this IEndpointRouteBuilder endpoints, string pattern = "/slack/events") =>
        endpoints.MapPost(pattern, ([FromServices] SlackDoor door, HttpContext context) => door.ReceiveAsync(context));
}

/// <summary>The HTTP side: who sent it, then what it is.</summary>
internal sealed partial class SlackDoor(RequestSignature signature, Refusals refusals, Deliveries deliveries, ILogger<SlackDoor> log)
{
    // A view may have 250 KB, and three times that when it is written as a form.
    private const int LargestBody = 1024 * 1024;

    public async Task<IResult> ReceiveAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (signature.FailureOf(headers) is { } failure)
        {
            return refusals.Answer(context, failure, StatusCodes.Status401Unauthorized);
        }

        if (await ReadAsync(context.Request, context.RequestAborted) is not { } body)
        {
            return refusals.Answer(context, "too-large", StatusCodes.Status413PayloadTooLarge);
        }

        if (!signature.IsOf(headers, body))
        {
            return refusals.Answer(context, "signature", StatusCodes.Status401Unauthorized);
        }

        return Text(body) is not { } text ? Malformed("not UTF-8")
            : context.Request.HasJsonContentType() ? await TakeJsonAsync(context, text)
            : context.Request.HasFormContentType ? await TakeFormAsync(context, text)
            : Malformed("the content type is neither JSON nor a form");
    }

    private async Task<IResult> TakeJsonAsync(HttpContext context, string text)
    {
        if (StateValues.Parse(text) is not { } payload)
        {
            return Malformed("not an object of JSON");
        }

        switch (payload.TextAt("type"))
        {
            case "url_verification":
                return Results.Json(new JsonObject { ["challenge"] = payload.TextAt("challenge") });
            case "event_callback":
                return await AnswerAsync(context, new(DeliveryKind.Event, payload));
            case "app_rate_limited":
                Log.RateLimited(log, payload.TextAt("team_id"));
                return Results.Ok();
            default:
                return Malformed("a type of payload that is not known");
        }
    }

    private async Task<IResult> TakeFormAsync(HttpContext context, string text)
    {
        var fields = QueryHelpers.ParseQuery(text);
        if (fields.TryGetValue("payload", out var payloads))
        {
            return payloads is [{ } json] && StateValues.Parse(json) is { } payload
                ? await AnswerAsync(context, new(DeliveryKind.Interaction, payload))
                : Malformed("the payload is not an object of JSON");
        }

        // Slack asks now and then whether the certificate is good; nobody said anything.
        if (fields.TryGetValue("ssl_check", out var check) && check == "1")
        {
            return Results.Ok();
        }

        return fields.ContainsKey("command")
            ? await AnswerAsync(context, new(DeliveryKind.Command, new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value.ToString())))))
            : Malformed("neither a payload nor a command");
    }

    private async Task<IResult> AnswerAsync(HttpContext context, Delivery delivery)
    {
        var ack = await deliveries.TakeAsync(delivery);
        return ack switch
        {
            { Reason: { } reason } => refusals.Answer(context, reason, ack.Status),
            { Body: { } body } => Results.Json(body, statusCode: ack.Status),
            _ => Results.StatusCode(ack.Status),
        };
    }

    /// <summary>The body as it is; null when it is too large.</summary>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > LargestBody)
        {
            return null;
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length <= LargestBody && !read.IsCompleted)
            {
                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var body = read.Buffer.Length <= LargestBody ? read.Buffer.ToArray() : null;

            // Said to be read, so that the connection is good for Slack's next request.
            request.BodyReader.AdvanceTo(read.Buffer.End);
            return body;
        }
    }

    private static string? Text(byte[] body)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private IResult Malformed(string reason)
    {
        Log.Malformed(log, reason);
        return Results.StatusCode(StatusCodes.Status400BadRequest);
    }

    private static partial class Log
    {
        [LoggerMessage(2402, LogLevel.Information, "Something of Slack's was malformed: {Reason}")]
        public static partial void Malformed(ILogger logger, string reason);

        [LoggerMessage(2403, LogLevel.Warning, "Slack holds back events of workspace {Workspace}: more than 30 000 in an hour")]
        public static partial void RateLimited(ILogger logger, string? workspace);
    }
}
