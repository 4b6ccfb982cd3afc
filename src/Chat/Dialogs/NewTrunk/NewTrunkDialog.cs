using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Dialogs.NewTrunk;

/// <summary>
/// Asks for a trunk: a form of three steps, typed answers one by one, <c>key=value</c>, or all in one line. Whatever the way, the same draft.
/// The form is a dialog where the asker's client waits for one; where the channel has dialogs but cannot open one unasked, a card invites to it;
/// elsewhere the form is a card in the conversation.
/// </summary>
internal sealed class NewTrunkDialog(IDialogStore dialogs, ISites sites, TrunkPlanning planning, Speech speech, TimeProvider time)
{
    private const string Kind = "new-trunk";
    private static string Cancelled => Localized.Text("Cancelled. Nothing was planned.");

    public const string VerbOpen = "form-open";
    public const string VerbNext = "form-next";
    public const string VerbBack = "form-back";
    public const string VerbCancel = "form-cancel";

    /// <summary>
    /// How long typed texts count as answers after the last one. Whoever comes back later has other things in mind, and a form that nobody closed must
    /// not swallow what they say. The form's own buttons stay good: they can't be meant for anything else.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>The draft that waits for this person's next answer; null when there is none. One that was left alone too long is closed here.</summary>
    public async Task<NewTrunkDraft?> WaitingAsync(Turn turn, CancellationToken cancellationToken)
    {
        // What stands in no message can only be answered in the dialog: whoever closed that has other things in mind.
        if (await dialogs.FindAsync(KeyOf(turn), cancellationToken) is not { Kind: Kind, MessageId: not null } state)
        {
            return null;
        }

        if (time.GetUtcNow() - state.Updated <= Patience)
        {
            return NewTrunkDraft.Of(state);
        }

        await CloseAsync(turn, state, Localized.Text("Closed, because nobody answered for an hour. Nothing was planned; say new trunk to begin again."), cancellationToken);
        return null;
    }

    /// <summary>Begins with what was given on the line: straight to the plan when that is everything, else the form with what is wrong beside its field.</summary>
    public async Task<TurnOutcome> BeginAsync(Turn turn, IReadOnlyDictionary<string, string> given, bool showErrors, CancellationToken cancellationToken)
    {
        if (await dialogs.FindAsync(KeyOf(turn), cancellationToken) is { MessageId: { } old })
        {
            await speech.CloseAsync(turn.Where, old, Closed(Localized.Text("This form was replaced by a newer one.")), cancellationToken);
        }

        var unknown = given.Keys.Where(k => TrunkParameters.Find(k) is null).Select(k => new ParameterError(k, TrunkParameters.Unknown(k))).ToList();
        var known = given.Where(g => TrunkParameters.Find(g.Key) is not null)
            .ToDictionary(g => TrunkParameters.Find(g.Key)!.Key, g => g.Value, StringComparer.OrdinalIgnoreCase);
        var draft = NewTrunkDraft.Begin(known, sites);
        return showErrors switch
        {
            false => await ShowAsync(turn, draft, [], null, cancellationToken),
            true when unknown.Count > 0 => await ShowAsync(turn, draft, [.. unknown, .. draft.ErrorsOf(draft.Step, sites)], null, cancellationToken),
            true => await FinishAsync(turn, draft, null, cancellationToken),
        };
    }

    /// <summary>A typed text while the dialog waits.</summary>
    /// <param name="command">The command that the text is near to; null for none.</param>
    public async Task AnswerAsync(Turn turn, string? command, CancellationToken cancellationToken)
    {
        var state = await dialogs.FindAsync(KeyOf(turn), cancellationToken);
        if (state is null)
        {
            return;
        }

        var draft = NewTrunkDraft.Of(state);
        var text = turn.Text.Trim();
        switch (text.ToLowerInvariant())
        {
            case "cancel":
                await CloseAsync(turn, state, Cancelled, cancellationToken);
                await speech.SayAsync(turn.Where, Cancelled, cancellationToken);
                return;
            case "back" when draft.Step == FormStep.WhoAndWhere:
                await speech.SayAsync(turn.Where, Localized.Text($"This is the first step. {Question(draft)}"), cancellationToken);
                return;
            case "back":
                await GoAsync(turn, draft.At(draft.Step - 1), state, Localized.Text("Back."), cancellationToken);
                return;
            case "help":
                await speech.SayAsync(turn.Where, NewTrunkQuestions.Help(draft, sites), cancellationToken);
                return;
            case "next":
                await AdvanceAsync(turn, draft, state, "", cancellationToken);
                return;
        }

        if (NewTrunkQuestions.IsAssignment(text))
        {
            await AssignAsync(turn, draft, state, text, cancellationToken);
        }
        else if (draft.Next == "name" && command is not null)
        {
            await speech.SayAsync(turn.Where, NewTrunkQuestions.NotTheName(draft, text, command, sites), cancellationToken);
        }
        else if (draft.Next is { } key)
        {
            await TakeAsync(turn, draft, state, TrunkParameters.Find(key)!, text, cancellationToken);
        }
        else
        {
            await speech.SayAsync(turn.Where, Localized.Text($"Every question of this step is answered. {Question(draft)}"), cancellationToken);
        }
    }

    /// <summary>Next, Back or Cancel of the form, or the button that opens it.</summary>
    public async Task<TurnOutcome> PressAsync(Turn turn, CancellationToken cancellationToken)
    {
        var state = await dialogs.FindAsync(KeyOf(turn), cancellationToken);
        if (state is null)
        {
            return TurnOutcome.Refused("form-closed", Localized.Text("This form is closed, or it is somebody else's. Say new trunk for one of your own."));
        }

        var draft = NewTrunkDraft.Of(state);
        if (turn.Verb == VerbOpen)
        {
            return turn.CanShowForm
                ? await ShowAsync(turn, draft, [], state.MessageId, cancellationToken)
                : TurnOutcome.Refused("form-needs-dialog", Localized.Text("Your app can't open the form. Type the answers instead; say help for the next question."));
        }

        if (turn.Data.GetValueOrDefault("step") != ((int)draft.Step).ToString())
        {
            var moved = Localized.Text($"The form has moved on to step {(int)draft.Step}");
            return turn.CanShowForm
                ? await ShowAsync(turn, draft, [], state.MessageId, cancellationToken, $"{moved}.")
                : TurnOutcome.Refused("form-out-of-date", Localized.Text($"{moved}; use its newest card."));
        }

        if (turn.Verb == VerbCancel)
        {
            await CloseAsync(turn, state, Cancelled, cancellationToken);
            return turn.CanShowForm ? TurnOutcome.Nothing : TurnOutcome.Told(Cancelled);
        }

        var shown = draft;
        draft = draft.WithForm(draft.Step, turn.Data, sites);
        if (turn.Verb == VerbBack)
        {
            return await ShowAsync(turn, draft.At((FormStep)Math.Max(1, (int)draft.Step - 1)), [], state.MessageId, cancellationToken);
        }

        var errors = await ErrorsAsync(draft, cancellationToken);
        var note = NewTrunkQuestions.NoteOf(draft, draft.NewDefaults(shown, sites), sites);
        if (errors.Count > 0)
        {
            return await ShowWrongAsync(turn, draft, errors, state.MessageId, note, cancellationToken);
        }

        if (note.Length > 0)
        {
            var outcome = await ShowAsync(turn, draft, [], state.MessageId, cancellationToken, note);
            return turn.CanShowForm ? outcome : TurnOutcome.Told(note);
        }

        return draft.Step == NewTrunkDraft.LastStep
            ? await FinishAsync(turn, draft, state.MessageId, cancellationToken)
            : await ShowAsync(turn, draft.At(draft.Step + 1), [], state.MessageId, cancellationToken);
    }

    private async Task TakeAsync(Turn turn, NewTrunkDraft draft, DialogState state, TrunkParameter parameter, string text, CancellationToken cancellationToken)
    {
        var keeps = string.Equals(text, "default", StringComparison.OrdinalIgnoreCase);
        var given = keeps ? IntentReader.DefaultOf(parameter, draft.Answers, draft.SiteOf(sites)) : text;
        var next = keeps ? draft.After(parameter.Key) : draft.With(parameter.Key, text);
        var wrong = keeps && given is null && parameter.Optional ? null
            : next.Read(sites).Errors.FirstOrDefault(e => e.Key == parameter.Key)?.Message
                ?? (parameter.Key == "name" ? (await planning.NameErrorAsync(next, cancellationToken))?.Message : null);
        if (wrong is not null)
        {
            await speech.SayAsync(turn.Where, $"{parameter.Label}: {ShownText.Cut(wrong, 300)}. {Question(draft)}", cancellationToken);
            return;
        }

        var took = $"{parameter.Label}: {ShownText.Cut(given ?? Localized.Text("left empty"), 100)}{(keeps && given is not null ? Localized.Text(" (default)") : "")}.";
        await (next.Next is null ? AdvanceAsync(turn, next, state, took, cancellationToken) : GoAsync(turn, next, state, took, cancellationToken));
    }

    private async Task AssignAsync(Turn turn, NewTrunkDraft draft, DialogState state, string text, CancellationToken cancellationToken)
    {
        var (values, errors) = ParameterLine.Read(text);
        var problems = errors.Concat(values.Keys.Where(k => TrunkParameters.Find(k) is null).Select(TrunkParameters.Unknown)).ToList();
        if (problems.Count > 0)
        {
            await speech.SayAsync(turn.Where, Localized.Text($"I took nothing of that: {ShownText.Cut(string.Join("; ", problems), 600)}. {Question(draft)}"), cancellationToken);
            return;
        }

        var next = draft;
        foreach (var (key, value) in values)
        {
            next = next.With(TrunkParameters.Find(key)!.Key, value);
        }

        var wrong = next.Read(sites).Errors.Where(e => values.Keys.Contains(e.Key, StringComparer.OrdinalIgnoreCase)).ToList();
        if (values.ContainsKey("name") && wrong.All(e => e.Key != "name") && await planning.NameErrorAsync(next, cancellationToken) is { } taken)
        {
            wrong.Add(taken);
        }

        if (wrong.Count > 0)
        {
            await speech.SayAsync(turn.Where, Localized.Text($"I took nothing of that: {NewTrunkQuestions.Errors(wrong)}. {Question(draft)}"), cancellationToken);
            return;
        }

        await GoAsync(turn, next.At(draft.Step), state, $"{NewTrunkQuestions.Values(values)}.", cancellationToken);
    }

    /// <summary>To the next step, or to the plan, when nothing is wrong with this one.</summary>
    private async Task AdvanceAsync(Turn turn, NewTrunkDraft draft, DialogState state, string took, CancellationToken cancellationToken)
    {
        var errors = await ErrorsAsync(draft, cancellationToken);
        if (errors.Count > 0)
        {
            var stay = draft with { Next = errors[0].Key };
            await ShowAsync(turn, stay, errors, state.MessageId, cancellationToken);
            await speech.SayAsync(turn.Where, $"{took} {NewTrunkQuestions.Errors(errors)}. {Question(stay)}".Trim(), cancellationToken);
        }
        else if (draft.Step == NewTrunkDraft.LastStep)
        {
            if (took.Length > 0)
            {
                await speech.SayAsync(turn.Where, took, cancellationToken);
            }

            await FinishAsync(turn, draft, state.MessageId, cancellationToken);
        }
        else
        {
            await GoAsync(turn, draft.At(draft.Step + 1), state, Localized.Text($"{took} Step {(int)draft.Step + 1} of 3: {NewTrunkForm.Title(draft.Step + 1)}.").Trim(), cancellationToken);
        }
    }

    private async Task GoAsync(Turn turn, NewTrunkDraft draft, DialogState state, string said, CancellationToken cancellationToken)
    {
        await ShowAsync(turn, draft, [], state.MessageId, cancellationToken);
        await speech.SayAsync(turn.Where, $"{said} {Question(draft)}", cancellationToken);
    }

    private async Task<IReadOnlyList<ParameterError>> ErrorsAsync(NewTrunkDraft draft, CancellationToken cancellationToken)
    {
        var errors = draft.ErrorsOf(draft.Step, sites);
        return draft.Step == FormStep.WhoAndWhere && errors.All(e => e.Key != "name") && await planning.NameErrorAsync(draft, cancellationToken) is { } taken
            ? [taken, .. errors]
            : errors;
    }

    /// <summary>Has the plan made, or shows the first step in which something is wrong.</summary>
    private async Task<TurnOutcome> FinishAsync(Turn turn, NewTrunkDraft draft, string? messageId, CancellationToken cancellationToken)
    {
        var reading = draft.Read(sites);
        var taken = reading.Errors.Any(e => e.Key == "name") ? null : await planning.NameErrorAsync(draft, cancellationToken);
        var errors = taken is null ? reading.Errors : [taken, .. reading.Errors];
        if (errors.Count > 0 || reading.Intent is null)
        {
            var step = errors.Select(e => TrunkParameters.Find(e.Key)?.Step ?? FormStep.WhoAndWhere).Min();
            var there = errors.Where(e => (TrunkParameters.Find(e.Key)?.Step ?? step) == step).ToList();
            return await ShowWrongAsync(turn, draft.At(step) with { Next = there[0].Key }, there, messageId, "", cancellationToken);
        }

        // In this order: when the channel is away, the answers are still there for another try.
        await planning.StartAsync(turn.Where, turn.Who, reading.Intent, reading.Values, messageId, cancellationToken);
        await dialogs.ClearAsync(KeyOf(turn), cancellationToken);
        return turn.CanShowForm ? TurnOutcome.Nothing : TurnOutcome.Told(Localized.Text("The plan is being made."));
    }

    /// <summary>In a dialog the errors stand beside their fields; whoever pressed a card's button is also told that there are some.</summary>
    private async Task<TurnOutcome> ShowWrongAsync(
        Turn turn, NewTrunkDraft draft, IReadOnlyList<ParameterError> errors, string? messageId, string note, CancellationToken cancellationToken)
    {
        var outcome = await ShowAsync(turn, draft, errors, messageId, cancellationToken, note);
        return turn.CanShowForm
            ? outcome
            : TurnOutcome.Refused("form-errors", errors.Count == 1 ? Localized.Text("1 field needs another look.") : Localized.Text($"{errors.Count} fields need another look."));
    }

    private async Task<TurnOutcome> ShowAsync(
        Turn turn, NewTrunkDraft draft, IReadOnlyList<ParameterError> errors, string? messageId, CancellationToken cancellationToken, string note = "")
    {
        var title = Localized.Text($"New trunk, step {(int)draft.Step} of 3: {NewTrunkForm.Title(draft.Step)}");
        var card = NewTrunkForm.Card(draft, errors, note, sites);
        var shown = messageId;
        if (!turn.CanShowForm)
        {
            var asCard = Message.OfCard(speech.Can(turn.Where, ChannelCapabilities.Forms) ? NewTrunkForm.Invitation(draft, errors, sites) : card, title);
            shown = await speech.ShowAsync(turn.Where, messageId, asCard, cancellationToken);
        }

        await dialogs.SaveAsync(new DialogState(KeyOf(turn), Kind, draft.Place, draft.Answers, shown, time.GetUtcNow()), cancellationToken);
        return turn.CanShowForm ? new TurnOutcome { Form = new FormContent(title, card, NewTrunkForm.ErrorsByField(draft.Step, errors)) } : TurnOutcome.Nothing;
    }

    private async Task CloseAsync(Turn turn, DialogState state, string sentence, CancellationToken cancellationToken)
    {
        await dialogs.ClearAsync(state.Key, cancellationToken);
        if (state.MessageId is { } form)
        {
            await speech.CloseAsync(turn.Where, form, Closed(sentence), cancellationToken);
        }
    }

    private string Question(NewTrunkDraft draft) => NewTrunkQuestions.Question(draft, sites);

    private static Message Closed(string sentence) => Message.OfCard(TalkCards.Note(Localized.Text("New trunk"), sentence), sentence);

    private static string KeyOf(Turn turn) => $"{turn.Where.Key}|{turn.Who.Id}";
}
