using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Dialogs.NewTrunk;

/// <summary>
/// Asks for a trunk: a form of three steps, typed answers one by one, <c>key=value</c>, or all in one line. Whatever the way, the same draft.
/// </summary>
internal sealed class NewTrunkDialog(IDialogStore dialogs, ISites sites, TrunkPlanning planning, Speech speech, TimeProvider time)
{
    private const string Kind = "new-trunk";

    public const string VerbNext = "form-next";
    public const string VerbBack = "form-back";
    public const string VerbCancel = "form-cancel";

    public async Task<bool> WaitsAsync(Turn turn, CancellationToken cancellationToken) =>
        await dialogs.FindAsync(KeyOf(turn), cancellationToken) is { Kind: Kind };

    /// <summary>Begins with what was given on the line: straight to the plan when that is everything, else the form with what is wrong beside its field.</summary>
    public async Task BeginAsync(Turn turn, IReadOnlyDictionary<string, string> given, bool showErrors, CancellationToken cancellationToken)
    {
        if (await dialogs.FindAsync(KeyOf(turn), cancellationToken) is { MessageId: { } old })
        {
            await speech.EditAsync(turn.Where, old, Closed("This form was replaced by a newer one."), cancellationToken);
        }

        var unknown = given.Keys.Where(k => TrunkParameters.Find(k) is null).Select(k => new ParameterError(k, "there is no such parameter; say help new trunk")).ToList();
        var known = given.Where(g => TrunkParameters.Find(g.Key) is not null)
            .ToDictionary(g => TrunkParameters.Find(g.Key)!.Key, g => g.Value, StringComparer.OrdinalIgnoreCase);
        var draft = NewTrunkDraft.Begin(known, sites);
        if (!showErrors)
        {
            await ShowAsync(turn, draft, [], null, cancellationToken);
        }
        else if (unknown.Count > 0)
        {
            await ShowAsync(turn, draft, [.. unknown, .. draft.ErrorsOf(draft.Step, sites)], null, cancellationToken);
        }
        else
        {
            await FinishAsync(turn, draft, null, cancellationToken);
        }
    }

    /// <summary>A typed text while the dialog waits.</summary>
    public async Task AnswerAsync(Turn turn, CancellationToken cancellationToken)
    {
        var state = await dialogs.FindAsync(KeyOf(turn), cancellationToken);
        if (state is null)
        {
            return;
        }

        var draft = DraftOf(state);
        var text = turn.Text.Trim();
        switch (text.ToLowerInvariant())
        {
            case "cancel":
                await CancelAsync(turn, state, cancellationToken);
                await speech.SayAsync(turn.Where, "Cancelled. Nothing was planned.", cancellationToken);
                return;
            case "back" when draft.Step == FormStep.WhoAndWhere:
                await speech.SayAsync(turn.Where, $"This is the first step. {Question(draft)}", cancellationToken);
                return;
            case "back":
                await GoAsync(turn, draft.At(draft.Step - 1), state, "Back.", cancellationToken);
                return;
            case "help":
                await speech.SayAsync(turn.Where, Help(draft), cancellationToken);
                return;
            case "next":
                await AdvanceAsync(turn, draft, state, "", cancellationToken);
                return;
        }

        if (IsAssignment(text))
        {
            await AssignAsync(turn, draft, state, text, cancellationToken);
        }
        else if (draft.Next is { } key)
        {
            await TakeAsync(turn, draft, state, TrunkParameters.Find(key)!, text, cancellationToken);
        }
        else
        {
            await speech.SayAsync(turn.Where, $"Every question of this step is answered. {Question(draft)}", cancellationToken);
        }
    }

    /// <summary>Next, Back or Cancel of the form card.</summary>
    public async Task<TurnOutcome> PressAsync(Turn turn, CancellationToken cancellationToken)
    {
        var state = await dialogs.FindAsync(KeyOf(turn), cancellationToken);
        if (state is null)
        {
            return TurnOutcome.Refused("form-closed", "This form is closed, or it is somebody else's. Say new trunk for one of your own.");
        }

        var draft = DraftOf(state);
        if (turn.Data.GetValueOrDefault("step") != ((int)draft.Step).ToString())
        {
            return TurnOutcome.Refused("form-out-of-date", $"The form has moved on to step {(int)draft.Step}; use its newest card.");
        }

        if (turn.Verb == VerbCancel)
        {
            await CancelAsync(turn, state, cancellationToken);
            return TurnOutcome.Told("Cancelled. Nothing was planned.");
        }

        draft = draft.WithForm(draft.Step, turn.Data, sites);
        if (turn.Verb == VerbBack)
        {
            await ShowAsync(turn, draft.At((FormStep)Math.Max(1, (int)draft.Step - 1)), [], state.MessageId, cancellationToken);
            return TurnOutcome.Nothing;
        }

        var errors = await ErrorsAsync(draft, cancellationToken);
        if (errors.Count > 0)
        {
            await ShowAsync(turn, draft, errors, state.MessageId, cancellationToken);
            return TurnOutcome.Refused("form-errors", errors.Count == 1 ? "1 field needs another look." : $"{errors.Count} fields need another look.");
        }

        if (draft.Step == NewTrunkDraft.LastStep)
        {
            return await FinishAsync(turn, draft, state.MessageId, cancellationToken)
                ? TurnOutcome.Told("The plan is being made.")
                : TurnOutcome.Refused("form-errors", "Some fields need another look.");
        }

        await ShowAsync(turn, draft.At(draft.Step + 1), [], state.MessageId, cancellationToken);
        return TurnOutcome.Nothing;
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

        var took = $"{parameter.Label}: {ShownText.Cut(given ?? "left empty", 100)}{(keeps && given is not null ? " (default)" : "")}.";
        await (next.Next is null ? AdvanceAsync(turn, next, state, took, cancellationToken) : GoAsync(turn, next, state, took, cancellationToken));
    }

    private async Task AssignAsync(Turn turn, NewTrunkDraft draft, DialogState state, string text, CancellationToken cancellationToken)
    {
        var (values, errors) = ParameterLine.Read(text);
        var problems = errors.Concat(values.Keys.Where(k => TrunkParameters.Find(k) is null).Select(k => $"there is no parameter {ShownText.Cut(k, 40)}")).ToList();
        if (problems.Count > 0)
        {
            await speech.SayAsync(turn.Where, $"I took nothing of that: {string.Join("; ", problems)}. {Question(draft)}", cancellationToken);
            return;
        }

        var next = draft;
        foreach (var (key, value) in values)
        {
            next = next.With(TrunkParameters.Find(key)!.Key, value);
        }

        var wrong = next.Read(sites).Errors.Where(e => values.Keys.Contains(e.Key, StringComparer.OrdinalIgnoreCase)).ToList();
        if (wrong.Count > 0)
        {
            await speech.SayAsync(
                turn.Where,
                $"I took nothing of that: {string.Join("; ", wrong.Select(e => $"{TrunkParameters.Find(e.Key)!.Label}: {ShownText.Cut(e.Message, 300)}"))}. {Question(draft)}",
                cancellationToken);
            return;
        }

        var took = string.Join(", ", values.Select(v => $"{TrunkParameters.Find(v.Key)!.Label}: {ShownText.Cut(v.Value, 100)}")) + ".";
        await GoAsync(turn, next.At(draft.Step), state, took, cancellationToken);
    }

    /// <summary>To the next step, or to the plan, when nothing is wrong with this one.</summary>
    private async Task AdvanceAsync(Turn turn, NewTrunkDraft draft, DialogState state, string took, CancellationToken cancellationToken)
    {
        var errors = await ErrorsAsync(draft, cancellationToken);
        if (errors.Count > 0)
        {
            var stay = draft with { Next = errors[0].Key };
            await ShowAsync(turn, stay, errors, state.MessageId, cancellationToken);
            var said = string.Join("; ", errors.Select(e => $"{TrunkParameters.Find(e.Key)?.Label ?? e.Key}: {e.Message}"));
            await speech.SayAsync(turn.Where, $"{took} {ShownText.Cut(said, 600)}. {Question(stay)}".Trim(), cancellationToken);
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
            await GoAsync(turn, draft.At(draft.Step + 1), state, $"{took} Step {(int)draft.Step + 1} of 3: {NewTrunkForm.Title(draft.Step + 1)}.".Trim(), cancellationToken);
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
    private async Task<bool> FinishAsync(Turn turn, NewTrunkDraft draft, string? messageId, CancellationToken cancellationToken)
    {
        var reading = draft.Read(sites);
        var taken = reading.Errors.Any(e => e.Key == "name") ? null : await planning.NameErrorAsync(draft, cancellationToken);
        var errors = taken is null ? reading.Errors : [taken, .. reading.Errors];
        if (errors.Count > 0 || reading.Intent is null)
        {
            var step = errors.Select(e => TrunkParameters.Find(e.Key)?.Step ?? FormStep.WhoAndWhere).Min();
            var there = errors.Where(e => (TrunkParameters.Find(e.Key)?.Step ?? step) == step).ToList();
            await ShowAsync(turn, draft.At(step) with { Next = there[0].Key }, there, messageId, cancellationToken);
            return false;
        }

        await dialogs.ClearAsync(KeyOf(turn), cancellationToken);
        await planning.StartAsync(turn.Where, turn.Who, reading.Intent, reading.Values, messageId, cancellationToken);
        return true;
    }

    private async Task ShowAsync(Turn turn, NewTrunkDraft draft, IReadOnlyList<ParameterError> errors, string? messageId, CancellationToken cancellationToken)
    {
        var card = Message.OfCard(NewTrunkForm.Card(draft, errors, sites), $"New trunk, step {(int)draft.Step} of 3: {NewTrunkForm.Title(draft.Step)}");
        var shown = messageId is null
            ? await speech.SayAsync(turn.Where, card, cancellationToken)
            : await speech.EditAsync(turn.Where, messageId, card, cancellationToken);
        await dialogs.SaveAsync(
            new DialogState(KeyOf(turn), Kind, $"{(int)draft.Step}/{draft.Next}", draft.Answers, shown, time.GetUtcNow()), cancellationToken);
    }

    private async Task CancelAsync(Turn turn, DialogState state, CancellationToken cancellationToken)
    {
        await dialogs.ClearAsync(state.Key, cancellationToken);
        if (state.MessageId is { } form)
        {
            await speech.EditAsync(turn.Where, form, Closed("Cancelled. Nothing was planned."), cancellationToken);
        }
    }

    private string Question(NewTrunkDraft draft)
    {
        if (draft.Next is not { } key)
        {
            return "Say next to go on.";
        }

        var parameter = TrunkParameters.Find(key)!;
        var fallback = IntentReader.DefaultOf(parameter, draft.Answers, draft.SiteOf(sites));
        var choices = parameter.Key == "site" ? string.Join(", ", sites.All.Select(s => s.Name)) : parameter.Restriction;
        return $"Next question: {parameter.Label}? ({choices}){(fallback is null ? parameter.Optional ? " Say default to leave it empty." : "" : $" Say default for {ShownText.Cut(fallback, 100)}.")}";
    }

    private string Help(NewTrunkDraft draft) =>
        (draft.Next is { } key ? $"{TrunkParameters.Find(key)!.Label}: {TrunkParameters.Find(key)!.Hint} " : "")
        + $"Type the answer, default, next (keeps the defaults of the rest of this step), back, cancel, or key=value for any field; help new trunk lists them. {Question(draft)}";

    private static bool IsAssignment(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && text[..equals].All(c => char.IsAsciiLetter(c) || c == '-');
    }

    private static Message Closed(string sentence) => Message.OfCard(TalkCards.Note("New trunk", sentence), sentence);

    private static NewTrunkDraft DraftOf(DialogState state)
    {
        var slash = state.Step.IndexOf('/', StringComparison.Ordinal);
        var next = state.Step[(slash + 1)..];
        return new NewTrunkDraft((FormStep)int.Parse(state.Step[..slash]), next.Length == 0 ? null : next, state.Answers);
    }

    private static string KeyOf(Turn turn) => $"{turn.Where.Key}|{turn.Who.Id}";
}
