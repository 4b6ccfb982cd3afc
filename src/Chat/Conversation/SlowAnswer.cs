using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Conversation;

/// <summary>Answers that take longer than a turn may: a card at once, edited when there is more, and always brought to an end.</summary>
internal sealed class SlowAnswer(Speech speech, IBackgroundWork background, Incidents incidents)
{
    /// <param name="what">For log and refusals, such as "status of acme-east".</param>
    /// <param name="first">What is shown at once.</param>
    /// <param name="work">Gives the last edit of the card; may edit it in between. Its files go into the thread under the card.</param>
    /// <param name="then">Goes on from the card that stands, by its message; null: nothing does.</param>
    public async Task RunAsync(
        ConversationReference where,
        string what,
        Message first,
        Func<Func<Message, Task>, CancellationToken, Task<Message>> work,
        CancellationToken cancellationToken,
        Func<string, Task>? then = null)
    {
        var card = await speech.SayAsync(where, first, cancellationToken);
        background.Run(what, async token =>
        {
            try
            {
                await speech.TryShowTypingAsync(where, token);
                var last = await LastAsync(what, between => BetweenAsync(between, token), work, token);
                card = await speech.ShowAsync(where, card, last with { Files = [] }, token);
                if (then is not null)
                {
                    // Before anything that the end of the program could break off.
                    await then(card);
                }

                if (last.Files.Count > 0)
                {
                    // Below the card, which is an edit: what a platform attaches to one is shown late or never.
                    await speech.SayAsync(speech.ThreadUnder(where, card), Message.OfText(last.Summary) with { Files = last.Files, FilesFor = last.FilesFor }, token);
                }

            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                await speech.LastWordAsync(where, card, Message.OfCard(
                    TalkCards.Note(Localized.Text($"No {what}"), Localized.Text("The program was stopped before this was finished."), "program-stopped", Localized.Text("Ask again when it runs.")), Localized.Text($"No {what}: the program was stopped")));
                throw;
            }
        });

        async Task BetweenAsync(Message between, CancellationToken token) => card = await speech.ShowAsync(where, card, between, token);
    }

    private async Task<Message> LastAsync(
        string what, Func<Message, Task> between, Func<Func<Message, Task>, CancellationToken, Task<Message>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(between, cancellationToken);
        }
        catch (SystemFailureException e)
        {
            return Message.OfCard(TalkCards.Note(Localized.Text($"No {what}"), Localized.Text(e.Said), e.Code, Localized.Text(e.Fix)), Localized.Text($"No {what}: {e.Code}"));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Message.OfCard(TalkCards.Note(Localized.Text($"No {what}"), Incidents.Sentence(Localized.Text($"the {what}"), incidents.Report(what, e)), "internal-error", Localized.Text("Try again.")), Localized.Text($"No {what}"));
        }
    }
}
