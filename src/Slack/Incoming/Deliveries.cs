using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Changes;
using TrunkBot.Slack.Payloads;

namespace TrunkBot.Slack.Incoming;

/// <summary>Takes what Slack delivers, the same way whether it came over HTTP or a WebSocket, and says within 3 s what to answer, whatever happens.</summary>
internal sealed partial class Deliveries(
    EventDeliveries events, CommandDeliveries commands, InteractionDeliveries interactions, IOptions<SlackOptions> options, TimeProvider time, ILogger<Deliveries> log)
{
    /// <summary>For those who answer by themselves in time.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    public async Task<Ack> TakeAsync(Delivery delivery)
    {
        if (ReasonAgainst(delivery) is { } reason)
        {
            return Ack.Refused(reason);
        }

        var taking = BeginAsync(delivery);
        try
        {
            return await taking.WaitAsync(options.Value.AnswerWithin + Grace, time);
        }
        catch (TimeoutException) when (!taking.IsCompleted)
        {
            // An event that is stored after all is dropped when it comes again. Nothing else comes again; what it does is still done.
            Log.Slow(log, delivery.Kind);
            return delivery.Kind == DeliveryKind.Event ? Ack.Later : Ack.Empty;
        }
    }

    /// <summary>Never throws: an HTTP error would show as a riddle in the client.</summary>
    private async Task<Ack> BeginAsync(Delivery delivery)
    {
        try
        {
            return delivery.Kind switch
            {
                DeliveryKind.Event => await events.TakeAsync(delivery.Payload),
                DeliveryKind.Command => await commands.TakeAsync(delivery.Payload),
                _ => await interactions.TakeAsync(delivery.Payload),
            };
        }
#pragma warning disable CA1031 // Slack is owed an answer whatever happened; the exception is in the log under the reference.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var reference = Reference.New();
            Log.Failed(log, e, delivery.Kind, reference);
            return delivery.Kind switch
            {
                DeliveryKind.Event => Ack.Later,
                DeliveryKind.Command => new(Ephemeral.Body($"This could not be taken, and nothing was done (not-handled). Try again. Reference: {reference}")),
                _ => Ack.Empty,
            };
        }
    }

    private string? ReasonAgainst(Delivery delivery)
    {
        if (options.Value.AppId is { Length: > 0 } app && delivery.Payload.TextAt("api_app_id") != app)
        {
            return "app";
        }

        if (Sender.WorkspaceOf(delivery.Payload) is null)
        {
            return "workspace-missing";
        }

        // Who is not allowed any more may still leave.
        return options.Value.AllowedWorkspaces is { Count: > 0 } allowed
            && !EventDeliveries.EndsInstall(delivery)
            && !Sender.IdsOf(delivery.Payload).Any(id => allowed.Contains(id, StringComparer.Ordinal))
            ? "workspace"
            : null;
    }

    private static partial class Log
    {
        [LoggerMessage(2404, LogLevel.Error, "What Slack delivered ({Kind}) could not be taken, reference {Reference}")]
        public static partial void Failed(ILogger logger, Exception exception, DeliveryKind kind, string reference);

        [LoggerMessage(2405, LogLevel.Warning, "What Slack delivered ({Kind}) was not taken in time")]
        public static partial void Slow(ILogger logger, DeliveryKind kind);
    }
}
