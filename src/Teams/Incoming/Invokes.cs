using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Cards;
using TrunkBot.Teams.Files;
using TrunkBot.Teams.Outgoing;

namespace TrunkBot.Teams.Incoming;

/// <summary>What a client waits for: pressed buttons, dialogs, commands of the message extension, and the answer to an offered file.</summary>
internal sealed class Invokes(TurnReader reader, InvokeAnswering answering, FileConsent consent, ICardRenderer cards)
{
    private const string Refresh = "refresh";

    /// <returns>The answer; null for an invoke that the bot does not know.</returns>
    /// <exception cref="InvalidOperationException">A text is not Unicode.</exception>
    public async Task<IResult?> AnswerAsync(Activity activity)
    {
        switch (activity.Name)
        {
            case "adaptiveCard/action":
                return Json(await AnswerCardAsync(activity));
            case "task/fetch" or "task/submit":
                return await AnswerTaskAsync(reader.ReadTask(activity), "The button sent no verb. Ask for the card again.");
            case "composeExtension/fetchTask" or "composeExtension/submitAction":
                return await AnswerTaskAsync(reader.ReadExtension(activity), "TrunkBot does not know this command. Its app is older or newer than the bot: install the app again.");
            case "fileConsent/invoke":
                consent.Take(activity);
                return Results.Ok();
            default:
                return null;
        }
    }

    private async Task<InvokeAnswer> AnswerCardAsync(Activity activity)
    {
        if (reader.ReadCardAction(activity) is not { } turn)
        {
            return InvokeAnswer.Error(400, "card-action-malformed", "The button sent no Action.Execute with a verb. Ask for the card again.");
        }

        // Nobody pressed anything: nothing may change, or the edit of the card would have all clients ask again, and so on.
        var isAutomatic = TurnReader.IsAutomatic(activity);
        if (isAutomatic && turn.Verb is not Refresh)
        {
            return InvokeAnswer.Error(400, "card-refresh-not-supported", "This card does not refresh by itself. It is edited when its subject changes.");
        }

        var outcome = await answering.HearAsync(turn, isAsked: !isAutomatic);
        return isAutomatic && outcome is { Card: null, RefusalCode: null }
            ? InvokeAnswer.Error(500, "card-refresh-late", "Your view of this card is not ready. Refresh the card, or wait until it changes.")
            : InvokeAnswer.Of(outcome, outcome.Card is { } card ? Finished(card, turn, activity) : null);
    }

    /// <summary>In Teams, the view goes on being asked for by the one who sees it.</summary>
    private JsonObject Finished(CardContent content, Turn turn, Activity activity)
    {
        var card = cards.Render(content);
        if (turn.Where.Channel is not "msteams")
        {
            return card;
        }

        TeamsCard.ForMessage(card);
        if (turn.Verb is Refresh)
        {
            TeamsCard.Refresh(card, TeamsChannel.RefreshDataOf(content), [activity.From!.Id!]);
        }

        return card;
    }

    private async Task<IResult> AnswerTaskAsync(Turn? turn, string malformed)
    {
        var answer = turn is null ? TaskAnswer.Message(malformed) : TaskAnswer.Of(await answering.HearAsync(turn, isAsked: true), cards);
        return answer is null ? Results.Ok() : Json(answer);
    }

    private static IResult Json<T>(T body) => Results.Json(body, ActivityJson.Options);
}
