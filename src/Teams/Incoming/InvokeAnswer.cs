using System.Text.Json.Nodes;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;

namespace TrunkBot.Teams.Incoming;

/// <summary>Body of the answer to <c>adaptiveCard/action</c>. The HTTP status is 200 whatever <see cref="StatusCode"/> says.</summary>
/// <remarks>Source: Teams, "Universal Actions for Adaptive Cards", response format; types as in the SDK's constants.</remarks>
/// <param name="StatusCode">200, 400 or 500.</param>
/// <param name="Type">Which of the three forms <paramref name="Value"/> has.</param>
/// <param name="Value">The card, the notice as a string, or <c>{code, message}</c>.</param>
internal sealed record InvokeAnswer(int StatusCode, string Type, JsonNode Value)
{
    public const string MessageType = "application/vnd.microsoft.activity.message";
    public const string ErrorType = "application/vnd.microsoft.error";

    /// <param name="card">The finished card of the outcome; null when it has none.</param>
    public static InvokeAnswer Of(TurnOutcome outcome, JsonObject? card) => outcome switch
    {
        { RefusalCode: "internal-error" } => Error(500, outcome.RefusalCode, outcome.Notice ?? ""),
        { RefusalCode: { } code } => Error(400, code, outcome.Notice ?? "This was refused."),
        _ when card is not null => new(200, Attachment.AdaptiveCard, card),
        _ => Notice(outcome.Notice ?? ""),
    };

    public static InvokeAnswer Notice(string text) => new(200, MessageType, JsonValue.Create(text));

    public static InvokeAnswer Error(int status, string code, string message) =>
        new(status, ErrorType, new JsonObject { ["code"] = code, ["message"] = message });
}
