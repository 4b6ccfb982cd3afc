using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TrunkBot.Changes;
using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Alerts;

/// <summary>
/// The door for alerts, <c>POST /alerts/{source}</c>: 202 as soon as they are stored; 400 for what is not of the source's form, 401 with a reference for
/// who may not come in, 404 for an unknown source, 413 for too much.
/// </summary>
internal sealed partial class AlertWebhooks
{
    /// <summary>Its counters: <c>trunkbot.alerts.refusals</c> and <c>trunkbot.alerts.taken</c>, with the tag <c>source</c>, the first also with <c>reason</c>.</summary>
    public const string MeterName = "TrunkBot.Alerts";

    public const string ReferenceHeader = "TrunkBot-Reference";

    private readonly IAlertDesk desk;
    private readonly IOptions<AlertWebhookOptions> options;
    private readonly TimeProvider time;
    private readonly ILogger<AlertWebhooks> logger;
    private readonly Counter<long> refusals;
    private readonly Counter<long> taken;

    public AlertWebhooks(IAlertDesk desk, IOptions<AlertWebhookOptions> options, TimeProvider time, IMeterFactory meters, ILogger<AlertWebhooks> logger)
    {
        (this.desk, this.options, this.time, this.logger) = (desk, options, time, logger);
        var meter = meters.Create(MeterName);
        refusals = meter.CreateCounter<long>("trunkbot.alerts.refusals", "{message}", "Messages to the alert webhooks that were refused");
        taken = meter.CreateCounter<long>("trunkbot.alerts.taken", "{alert}", "Alerts that were news");
    }

    public async Task<IResult> ReceiveAsync(string source, HttpContext context)
    {
        if (!AlertSources.All.Contains(source))
        {
            return Results.NotFound();
        }

        if (!AlertCaller.Signs(source, options.Value) && AlertCaller.Refusal(source, options.Value, context.Request.Headers, [], time.GetUtcNow()) is { } stranger)
        {
            return Refuse(context, source, stranger, StatusCodes.Status401Unauthorized);
        }

        if (await BodyAsync(context) is not { } body)
        {
            return Refuse(context, source, "too-large", StatusCodes.Status413PayloadTooLarge);
        }

        if (AlertCaller.Refusal(source, options.Value, context.Request.Headers, body, time.GetUtcNow()) is { } reason)
        {
            return Refuse(context, source, reason, StatusCodes.Status401Unauthorized);
        }

        IReadOnlyList<Alert> alerts;
        try
        {
            alerts = AlertSources.Read(source, body);
        }
        catch (AlertFormatException e)
        {
            // The sender is genuine by now and may be told.
            var refused = Refuse(context, source, "malformed", StatusCodes.Status400BadRequest);
            Log.Malformed(logger, source, e.Message);
            return refused;
        }

        // Not the request's token: a sender that hangs up has sent it all the same.
        taken.Add(await desk.TakeAsync(alerts, CancellationToken.None), new KeyValuePair<string, object?>("source", source));
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    /// <summary>null when it is too large.</summary>
    private async Task<byte[]?> BodyAsync(HttpContext context)
    {
        var largest = options.Value.LargestBody;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = largest;
        }

        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return body.Length <= largest ? body.ToArray() : null;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    /// <summary>An empty answer with a reference; why stands in the log under it.</summary>
    private IResult Refuse(HttpContext context, string source, string reason, int status)
    {
        var reference = Reference.New();
        Log.Refused(logger, source, reason, reference);
        refusals.Add(1, new("source", source), new("reason", reason));
        context.Response.Headers[ReferenceHeader] = reference;
        return Results.StatusCode(status);
    }

    private static partial class Log
    {
        [LoggerMessage(1601, LogLevel.Warning, "A message to the webhook {Source} was refused: {Reason}, reference {Reference}")]
        public static partial void Refused(ILogger logger, string source, string reason, string reference);

        [LoggerMessage(1602, LogLevel.Warning, "A message of {Source} is not of its published form: {Problem}")]
        public static partial void Malformed(ILogger logger, string source, string problem);
    }
}

internal static class AlertWebhookRoutes
{
    public static IEndpointConventionBuilder MapAlertWebhooks(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/alerts/{source}", ([FromServices] AlertWebhooks webhooks, string source, HttpContext context) => webhooks.ReceiveAsync(source, context));
}
