using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Authentication;
using TrunkBot.Teams.Outgoing;

namespace TrunkBot.Teams.Incoming;

/// <summary>The bot's front door.</summary>
public static class MessagesEndpoint
{
    /// <summary>
    /// Takes activities at <paramref name="pattern"/>: 401 or 403 for who may not come in, with a reference to the log in a header, 400 for what is no activity, 405 for what is no POST,
    /// 202 at once for messages and updates (ignored when they say nothing to the bot), 200 with the answer's body for invokes, 501 for those that the bot does not know.
    /// </summary>
    public static IEndpointConventionBuilder MapBotFrameworkMessages(this IEndpointRouteBuilder endpoints, string pattern = "/api/messages") =>
        endpoints.MapPost(pattern, ([FromServices] FrontDoor door, HttpContext context) => door.ReceiveAsync(context));
}

internal sealed partial class FrontDoor(
    LoopbackGate gate, TokenCheck tokens, Refusals refusals, TurnReader reader, ITurnIntake intake, Invokes invokes, InvokeAnswering presses, Members members,
    ILogger<FrontDoor> log)
{
    // A whole message may have about 100 KB; a form with pasted configuration has room.
    private const long LargestBody = 256 * 1024;

    private static readonly string[] Channels = ["webchat", "msteams"];

    public async Task<IResult> ReceiveAsync(HttpContext context)
    {
        // A stranger's body is not read.
        var caller = tokens.IsOn ? await tokens.ReadAsync(context.Request.Headers.Authorization, context.RequestAborted) : null;
        if (caller is not null && tokens.Failures(caller) is { Count: > 0 } failures)
        {
            return refusals.Answer(context, failures);
        }

        if (caller is null && gate.Refusals(context) is { Count: > 0 } reasons)
        {
            return RefuseUnsigned(context, reasons);
        }

        if (!context.Request.HasJsonContentType())
        {
            return Malformed("the content type is not application/json");
        }

        Activity? activity;
        try
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = LargestBody;
            }

            activity = await context.Request.ReadFromJsonAsync<Activity>(ActivityJson.Options, context.RequestAborted);
        }
        catch (JsonException)
        {
            return Malformed("not JSON of an activity");
        }
        catch (InvalidOperationException)
        {
            return Malformed("the charset is unknown");
        }
        catch (BadHttpRequestException e)
        {
            return Results.StatusCode(e.StatusCode);
        }

        if (TurnReader.MalformationOf(activity) is { } malformation)
        {
            return Malformed(malformation);
        }

        if (caller is not null)
        {
            return tokens.Failures(caller, activity!) is { Count: > 0 } broken
                ? refusals.Answer(context, broken)
                : await TakeAsync(activity!, context.RequestAborted);
        }

        if (!Channels.Contains(activity!.ChannelId, StringComparer.Ordinal))
        {
            return RefuseUnsigned(context, ["the channel is not served"]);
        }

        // Replies go where this says: it must not lead anywhere else.
        return Loopback.IsServiceUrl(activity.ServiceUrl)
            ? await TakeAsync(activity, context.RequestAborted)
            : RefuseUnsigned(context, ["the serviceUrl is not on this machine"]);
    }

    private async Task<IResult> TakeAsync(Activity activity, CancellationToken cancellationToken)
    {
        members.Learn(activity);
        try
        {
            if (activity.Type is "invoke")
            {
                return await invokes.AnswerAsync(activity) ?? Results.StatusCode(StatusCodes.Status501NotImplemented);
            }

            switch (reader.Read(activity))
            {
                case { Kind: TurnKind.Action } press:
                    presses.Begin(press);
                    break;
                case { } turn:
                    await intake.AcceptAsync(turn, cancellationToken);
                    break;
            }

            return Results.StatusCode(StatusCodes.Status202Accepted);
        }
        catch (InvalidOperationException)
        {
            return Malformed("a text is not Unicode");
        }
    }

    private IResult RefuseUnsigned(HttpContext context, IReadOnlyList<string> reasons) => refusals.Answer(context, reasons, "unsigned");

    private IResult Malformed(string reason)
    {
        Log.Malformed(log, reason);
        return Results.StatusCode(StatusCodes.Status400BadRequest);
    }

    private static partial class Log
    {
        [LoggerMessage(2202, LogLevel.Information, "An activity was malformed: {Reason}")]
        public static partial void Malformed(ILogger logger, string reason);
    }
}
