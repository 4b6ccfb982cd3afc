using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Dialogs.NewTrunk;

/// <summary>Has a plan made of a finished draft: a card that says that the systems are being read, edited into the plan or into what went wrong.</summary>
internal sealed class TrunkPlanning(
    IChangeService changes, ISites sites, ITrunkStore trunks, ICardStore cards, IBackgroundWork background, Speech speech, Incidents incidents,
    PlanCard planCard, ChangeCards changeCards)
{
    /// <summary>What stands against a name: a trunk that is otherwise than drafted, or a change under way; null when it is free.</summary>
    public async Task<ParameterError?> NameErrorAsync(NewTrunkDraft draft, CancellationToken cancellationToken)
    {
        if (!draft.Answers.TryGetValue("name", out var name))
        {
            return null;
        }

        var open = await changes.ListOpenAsync(cancellationToken);
        if (open.FirstOrDefault(c => c.IsOfTrunk(name)) is { } change)
        {
            return new ParameterError("name", Localized.Text($"{change.Id} is already at work on a trunk of that name; finish it, or say cancel {change.Id}"));
        }

        // The same trunk again is welcome: its plan shows whether anything has drifted.
        return await trunks.FindAsync(name, cancellationToken) is { } trunk && !IsSame(trunk, draft.Read(sites))
            ? new ParameterError("name", Localized.Text($"there is a trunk of that name since {trunk.ChangeId}; choose another name, or say status {trunk.Intent.Name}"))
            : null;
    }

    /// <summary>Plans a new trunk.</summary>
    /// <param name="messageId">The card to edit; null: a new one.</param>
    public async Task StartAsync(
        ConversationReference where, Actor who, TrunkIntent intent, IReadOnlyList<ParameterValue> values, string? messageId, CancellationToken cancellationToken)
    {
        var card = await ShowReadingAsync(where, intent, messageId, cancellationToken);
        await speech.TrySayAsync(where, Localized.Text($"The same in one line: new trunk {ParameterLine.Write(values)}"), cancellationToken);
        background.Run($"planning of {intent.Name}", token => PlanAsync(where, who, new TrunkGoal(intent), values, card, token));
    }

    /// <summary>Plans what becomes of a trunk that is there.</summary>
    public async Task StartAsync(ConversationReference where, Actor who, TrunkGoal goal, IReadOnlyList<ParameterValue> values, CancellationToken cancellationToken)
    {
        var card = await ShowReadingAsync(where, goal.Intent, null, cancellationToken);
        background.Run($"planning of {goal.Intent.Name}", token => PlanAsync(where, who, goal, values, card, token));
    }

    private Task<string> ShowReadingAsync(ConversationReference where, TrunkIntent intent, string? messageId, CancellationToken cancellationToken)
    {
        var reading = Message.OfCard(
            TalkCards.Reading(Localized.Text($"Planning trunk {intent.Name}"), Localized.Text("Reading the live systems: Twilio, Perimeta, CFS. Nothing is changed."), sites.Find(intent.Site)!),
            Localized.Text($"Planning trunk {intent.Name}"));
        return speech.ShowAsync(where, messageId, reading, cancellationToken);
    }

    private async Task PlanAsync(
        ConversationReference where, Actor who, TrunkGoal goal, IReadOnlyList<ParameterValue> values, string card, CancellationToken cancellationToken)
    {
        var intent = goal.Intent;
        Change change;
        try
        {
            await speech.TryShowTypingAsync(where, cancellationToken);
            change = await changes.PlanAsync(goal, values, who, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await speech.LastWordAsync(where, card, NoPlan(intent, Localized.Text("The program was stopped before the plan was made."), "program-stopped", Localized.Text("Nothing was changed; ask again when it runs.")));
            throw;
        }
        catch (SystemFailureException e)
        {
            await speech.ShowAsync(where, card, NoPlan(intent, Localized.Text(e.Said), e.Code, Localized.Text(e.Fix)), cancellationToken);
            return;
        }
        catch (Exception e)
        {
            var what = Localized.Text($"the planning of {intent.Name}");
            await speech.ShowAsync(where, card, NoPlan(intent, Incidents.Sentence(what, incidents.Report(what, e)), "internal-error", Localized.Text("Nothing was changed; try again.")), cancellationToken);
            return;
        }

        await ShowAsync(where, change, card, cancellationToken);
    }

    /// <summary>
    /// The plan is made, whatever happens from here on. Its card is kept before it is drawn, so that it is drawn when the channel is back, even
    /// if it is away now.
    /// </summary>
    private async Task ShowAsync(ConversationReference where, Change change, string card, CancellationToken cancellationToken)
    {
        try
        {
            await cards.AddAsync(CardRound.PlanOf(change, where, card), CancellationToken.None);
        }
        catch (Exception e)
        {
            var what = Localized.Text($"keeping the card of {change.Id}");
            var note = TalkCards.Note(
                Localized.Text($"Plan {change.Id} for trunk {change.Plan.Intent.Name}"),
                Localized.Text($"{change.Id} is planned, but it has no card. {Incidents.Sentence(what, incidents.Report(what, e))}"),
                "internal-error",
                Localized.Text($"Say plan {change.Id} to read it, or cancel {change.Id} and ask again."));
            await speech.ShowAsync(where, card, Message.OfCard(note, Localized.Text($"{change.Id} is planned, but it has no card")), cancellationToken);
            return;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            await speech.LastWordAsync(where, card, Message.OfCard(planCard.ForRequester(change), Localized.Text($"Plan {change.Id} for trunk {change.Plan.Intent.Name}")));
            return;
        }

        await changeCards.ChangedAsync(change, cancellationToken);
    }

    private Message NoPlan(TrunkIntent intent, string sentence, string code, string fix) => Message.OfCard(
        TalkCards.Note(Localized.Text($"No plan for trunk {intent.Name}"), sentence, code, fix, sites.Find(intent.Site)?.Simulated ?? false),
        Localized.Text($"No plan for trunk {intent.Name}: {code}"));

    /// <summary>Whether both mean the same trunk, however their values were spelled when they were typed.</summary>
    private bool IsSame(ManagedTrunk trunk, IntentReading reading) =>
        reading.Intent is { } intent && Meant(trunk.Values, intent).SequenceEqual(Meant(reading.Values, intent));

    private IEnumerable<(string Key, string Text)> Meant(IEnumerable<ParameterValue> values, TrunkIntent intent) =>
        from value in values
        let parameter = TrunkParameters.Find(value.Key)
        where parameter is { OfChange: false } && !parameter.IsNone(value.Text)
        let text = ParameterSpelling.Of(parameter, value.Text, sites.Find(intent.Site))
        select (value.Key, parameter.Many ? string.Join(',', text.Split(',').Order(StringComparer.Ordinal)) : text);
}
