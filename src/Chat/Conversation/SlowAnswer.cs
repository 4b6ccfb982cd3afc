using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Conversation;

/// <summary>Answers that take longer than a turn may: a card at once, edited when there is more, and always brought to an end.</summary>
internal sealed class SlowAnswer(Speech speech, IBackgroundWork background, Incidents incidents)
{
    /// <param name="what">For log and refusals, such as "status of acme-east".</param>
    /// <param name="first">What is shown at once.</param>
    /// <param name="work">Gives the last edit of the card; may edit it in between.</param>
    public async Task RunAsync(
        ConversationReference where,
        string what,
        Message first,
        Func<Func<Message, Task>, CancellationToken, Task<Message>> work,
        CancellationToken cancellationToken)
    {
        var card = await speech.SayAsync(where, first, cancellationToken);
        background.Run(what, async token =>
        {
            Message last;
            try
            {
                last = await work(async between => card = await speech.EditAsync(where, card, between, token), token);
            }
            catch (SystemFailureException e)
            {
                last = Message.OfCard(TalkCards.Note($"No {what}", e.Message, e.Code, e.Fix), $"No {what}: {e.Code}");
            }
            catch (Exception e) when (e is not OperationCanceledException || !token.IsCancellationRequested)
            {
                last = Message.OfCard(TalkCards.Note($"No {what}", Incidents.Sentence($"the {what}", incidents.Report(what, e)), "internal-error", "Try again."), $"No {what}");
            }

            await speech.EditAsync(where, card, last, token);
        });
    }
}
