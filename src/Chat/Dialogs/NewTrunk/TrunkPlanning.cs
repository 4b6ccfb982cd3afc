using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Dialogs.NewTrunk;

/// <summary>Has a plan made of a finished draft: a card that says that the systems are being read, edited into the plan or into what went wrong.</summary>
internal sealed class TrunkPlanning(
    IChangeService changes, ISites sites, ITrunkStore trunks, ICardStore cards, IBackgroundWork background, Speech speech, Incidents incidents, PlanCard planCard)
{
    /// <summary>What stands against a name: a trunk that is otherwise than drafted, or a change under way; null when it is free.</summary>
    public async Task<ParameterError?> NameErrorAsync(NewTrunkDraft draft, CancellationToken cancellationToken)
    {
        if (!draft.Answers.TryGetValue("name", out var name))
        {
            return null;
        }

        var open = await changes.ListOpenAsync(cancellationToken);
        if (open.FirstOrDefault(c => string.Equals(c.Plan.Intent.Name, name, StringComparison.OrdinalIgnoreCase)) is { } change)
        {
            return new ParameterError("name", $"{change.Id} is already at work on a trunk of that name; finish it, or say cancel {change.Id}");
        }

        // The same trunk again is welcome: its plan shows whether anything has drifted.
        return await trunks.FindAsync(name, cancellationToken) is { } trunk && !IsSame(trunk, draft.Read(sites))
            ? new ParameterError("name", $"there is a trunk of that name since {trunk.ChangeId}; choose another name, or say status {trunk.Intent.Name}")
            : null;
    }

    /// <param name="messageId">The card to edit; null: a new one.</param>
    public async Task StartAsync(
        ConversationReference where, Actor who, TrunkIntent intent, IReadOnlyList<ParameterValue> values, string? messageId, CancellationToken cancellationToken)
    {
        var reading = Message.OfCard(
            TalkCards.Reading($"Planning trunk {intent.Name}", "Reading the live systems: Twilio, Perimeta, CFS. Nothing is changed.", sites.Find(intent.Site)!),
            $"Planning trunk {intent.Name}");
        var card = messageId is null
            ? await speech.SayAsync(where, reading, cancellationToken)
            : await speech.EditAsync(where, messageId, reading, cancellationToken);
        await speech.SayAsync(where, $"The same in one line: new trunk {ParameterLine.Write(values)}", cancellationToken);
        background.Run($"planning of {intent.Name}", token => PlanAsync(where, who, intent, values, card, token));
    }

    private async Task PlanAsync(
        ConversationReference where, Actor who, TrunkIntent intent, IReadOnlyList<ParameterValue> values, string card, CancellationToken cancellationToken)
    {
        try
        {
            var change = await changes.PlanAsync(intent, values, who, cancellationToken);
            var shown = await speech.EditAsync(where, card, Message.OfCard(planCard.ForRequester(change), $"Plan {change.Id} for trunk {intent.Name}"), cancellationToken);
            await cards.AddAsync(CardRound.PlanOf(change, where, shown), cancellationToken);
        }
        catch (SystemFailureException e)
        {
            await FailAsync(e.Message, e.Code, e.Fix);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var what = $"the planning of {intent.Name}";
            await FailAsync(Incidents.Sentence(what, incidents.Report(what, e)), "internal-error", "Nothing was changed; try again.");
        }

        Task FailAsync(string sentence, string code, string fix) => speech.EditAsync(
            where,
            card,
            Message.OfCard(
                TalkCards.Note($"No plan for trunk {intent.Name}", sentence, code, fix, sites.Find(intent.Site)?.Simulated ?? false),
                $"No plan for trunk {intent.Name}: {code}"),
            cancellationToken);
    }

    private static bool IsSame(ManagedTrunk trunk, IntentReading reading) =>
        reading.Intent is not null && trunk.Values.Select(v => (v.Key, v.Text)).SequenceEqual(reading.Values.Select(v => (v.Key, v.Text)));
}
