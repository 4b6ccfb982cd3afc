using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Cards;

namespace TrunkBot.Teams.Incoming;

/// <summary>Body of the answer to <c>task/fetch</c>, <c>task/submit</c> and the same of a message extension: the dialog goes on, says something, or closes.</summary>
/// <remarks>Source: Teams, "Invoke and receive dialogs" and "Action commands".</remarks>
internal static class TaskAnswer
{
    private const int LongestTitle = 64;

    /// <returns>Null: nothing more, the dialog closes.</returns>
    public static JsonObject? Of(TurnOutcome outcome, ICardRenderer cards) => outcome switch
    {
        { Form: { } form } => Continue(form, TeamsCard.ForDialog(cards.Render(form.Card))),
        { Notice: { Length: > 0 } notice } => Message(notice),
        { RefusalCode: not null } => Message("This was refused."),
        _ => null,
    };

    public static JsonObject Message(string text) => new() { ["task"] = new JsonObject { ["type"] = "message", ["value"] = text } };

    private static JsonObject Continue(FormContent form, JsonObject card) => new()
    {
        ["task"] = new JsonObject
        {
            ["type"] = "continue",
            ["value"] = new JsonObject
            {
                ["title"] = form.Title.Length <= LongestTitle ? form.Title : form.Title[..LongestTitle],
                ["width"] = "medium",
                ["height"] = "large",
                ["card"] = new JsonObject { ["contentType"] = Attachment.AdaptiveCard, ["content"] = card },
            },
        },
    };
}
