using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;

namespace TrunkBot.Teams.Incoming;

/// <summary>The bot's front door.</summary>
public static class MessagesEndpoint
{
    /// <summary>
    /// Takes activities at <paramref name="pattern"/>: 401 for who may not come in, 400 for what is no activity, 405 for what is no POST,
    /// 202 at once for messages and updates (ignored when they say nothing to the bot), 200 with the answer's body for <c>adaptiveCard/action</c>, 501 for other invokes.
    /// </summary>
    public static IEndpointConventionBuilder MapBotFrameworkMessages(this IEndpointRouteBuilder endpoints, string pattern = "/api/messages") =>
        endpoints.MapPost(pattern, ([FromServices] FrontDoor door, HttpContext context) => door.ReceiveAsync(context));
}

internal sealed partial class FrontDoor(
    LoopbackGate gate, TurnReader reader, ITurnIntake intake, InvokeAnswering invokes, IOptions<BotFrameworkOptions> options, ILogger<FrontDoor> log)
{
    // A whole message may have about 100 KB; a form with pasted configuration has room.
    private const long LargestBody = 256 * 1024;

    private static readonly string[] Channels = ["webchat", "msteams"];

    public async Task<IResult> ReceiveAsync(HttpContext context)
    {
        if (gate.Refusals(context) is { Count: > 0 } refusals)
        {
            return Refuse(string.Join("; ", refusals));
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

        if (!Channels.Contains(activity!.ChannelId, StringComparer.Ordinal))
        {
            return Refuse("the channel is not served");
        }

        // Replies go where this says: it must not lead anywhere else.
        return !options.Value.AllowUnauthenticatedLoopbackInLab || !Loopback.IsServiceUrl(activity.ServiceUrl)
            ? Refuse("the serviceUrl is not on this machine")
            : await TakeAsync(activity, context.RequestAborted);
    }

    private async Task<IResult> TakeAsync(Activity activity, CancellationToken cancellationToken)
    {
        var isCardAction = activity is { Type: "invoke", Name: "adaptiveCard/action" };
        Turn? turn;
        bool isAutomatic;
        try
        {
            turn = isCardAction ? reader.ReadCardAction(activity) : reader.Read(activity);
            isAutomatic = isCardAction && TurnReader.IsAutomatic(activity);
        }
        catch (InvalidOperationException)
        {
            return Malformed("a text is not Unicode");
        }

        if (isCardAction)
        {
            return Results.Json(await invokes.AnswerAsync(turn, isAutomatic), ActivityJson.Options);
        }

        if (activity.Type is "invoke")
        {
            return Results.StatusCode(StatusCodes.Status501NotImplemented);
        }

        if (turn is not null)
        {
            await intake.AcceptAsync(turn, cancellationToken);
        }

        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    private IResult Refuse(string reason)
    {
        Log.Refused(log, reason);
        return Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    private IResult Malformed(string reason)
    {
        Log.Malformed(log, reason);
        return Results.StatusCode(StatusCodes.Status400BadRequest);
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "An activity was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(2202, LogLevel.Information, "An activity was malformed: {Reason}")]
        public static partial void Malformed(ILogger logger, string reason);
    }
}
