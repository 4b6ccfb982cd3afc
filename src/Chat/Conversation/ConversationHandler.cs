using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Conversation;

/// <summary>Handles one turn: a command, the next answer of a dialog, a pressed button, or somebody who joined.</summary>
internal sealed class ConversationHandler(
    CommandTable table, TalkCommands talk, NewTrunkDialog newTrunk, ButtonVerbs verbs, IConversationStore conversations, Speech speech, Incidents incidents)
    : ITurnHandler
{
    private readonly CommandGrammar grammar = new(table.Commands);

    /// <inheritdoc/>
    public async Task<TurnOutcome> HandleAsync(Turn turn, CancellationToken cancellationToken)
    {
        try
        {
            await conversations.SaveAsync(turn.Where, cancellationToken);
            switch (turn.Kind)
            {
                case TurnKind.Joined:
                    await speech.SayAsync(
                        turn.Where, talk.Welcome("Hello, I am TrunkBot. I set up, test and watch SIP trunks between the CFS, the Perimeta and Twilio."), cancellationToken);
                    return TurnOutcome.Nothing;
                case TurnKind.Action:
                    return await verbs.PressAsync(turn, cancellationToken);
                default:
                    await SayAsync(turn, cancellationToken);
                    return TurnOutcome.Nothing;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var said = Incidents.Sentence("that", incidents.Report($"turn {turn.Id}", e));
            if (turn.Kind == TurnKind.Text)
            {
                // Even after the channel refused something: a plain text may pass where a card or an edit does not.
                await speech.TrySayAsync(turn.Where, said, cancellationToken);
            }

            return TurnOutcome.Refused("internal-error", said);
        }
    }

    private async Task SayAsync(Turn turn, CancellationToken cancellationToken)
    {
        var waiting = await newTrunk.WaitingAsync(turn, cancellationToken);
        if (waiting is not null && IsForDialog(turn.Text))
        {
            await newTrunk.AnswerAsync(turn, grammar.NearestTo(turn.Text), cancellationToken);
            return;
        }

        var reading = grammar.Read(turn.Text);
        if (reading.Problem is { } problem)
        {
            var asAnswer = waiting?.AsAssignment(turn.Text) is { } assignment ? $"{(problem.EndsWith('.') ? "" : ".")} As the answer to the question, say {assignment}." : "";
            await speech.SayAsync(turn.Where, problem + asAnswer, cancellationToken);
            return;
        }

        await reading.Command!.Run(new CommandCall(turn, reading.Arguments, reading.Rest), cancellationToken);
    }

    /// <summary>While a dialog waits, whatever begins like a command is one, but for the dialog's own words; everything else is an answer.</summary>
    private bool IsForDialog(string text) =>
        text.Trim().ToLowerInvariant() is "cancel" or "back" or "help" or "next" or "default" || !grammar.IsCommand(text);
}
