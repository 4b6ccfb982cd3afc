using System.Text.Json.Nodes;

namespace TrunkBot.Slack.Payloads;

internal enum DeliveryKind
{
    /// <summary>Something happened (<c>event_callback</c>). Slack sends it again when it is not acknowledged.</summary>
    Event,

    /// <summary>Somebody used a slash command.</summary>
    Command,

    /// <summary>Somebody pressed a button, sent a form, or used a shortcut.</summary>
    Interaction,
}

/// <summary>One thing that Slack delivered, whether over HTTP or a WebSocket.</summary>
internal sealed record Delivery(DeliveryKind Kind, JsonObject Payload);

/// <summary>What Slack is answered within 3 s.</summary>
/// <param name="Body">Body of the answer; null for an empty one.</param>
/// <param name="Status">As HTTP says it. Over a WebSocket, 200 and 403 acknowledge; anything else does not, so that Slack delivers again.</param>
internal sealed record Ack(JsonObject? Body, int Status = 200)
{
    public static Ack Empty { get; } = new((JsonObject?)null);

    /// <summary>It could not be stored; whoever can deliver it again is to do so.</summary>
    public static Ack Later { get; } = new(null, 503);

    /// <summary>It is for another app or from a workspace that may not use this one.</summary>
    public static Ack Refused(string reason) => new(null, 403) { Reason = reason };

    /// <summary>Why it was refused; null when it was not.</summary>
    public string? Reason { get; private init; }
}
