using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Conversation;

/// <summary>Handles one turn: a command, the next answer of a dialog, a pressed button, or somebody who joined.</summary>
internal sealed class ConversationHandler(
    PeopleBook people, Gate gate, CommandTable table, TalkCommands talk, PeopleCommands peopleCommands, NewTrunkDialog newTrunk, ButtonVerbs verbs,
    IConversationStore conversations, ISites sites, Origins origins, Speech speech, Incidents incidents, TimeProvider time)
    : ITurnHandler
{
    private readonly CommandGrammar grammar = new(table.Commands, Phrases.Every);

    /// <inheritdoc/>
    public async Task<TurnOutcome> HandleAsync(Turn turn, CancellationToken cancellationToken)
    {
        try
        {
            turn = await WithAccountAsync(turn, cancellationToken);
            Audience.Enter(turn.Where.IsGroup ? people.CommonLanguage : turn.Account?.Language ?? people.CommonLanguage, ZoneOf(turn));
            var here = await LearnAsync(turn, cancellationToken);
            switch (turn.Kind)
            {
                case TurnKind.Left:
                    return TurnOutcome.Nothing;
                case TurnKind.Joined:
                    await GreetAsync(here, turn.Account, cancellationToken);
                    return TurnOutcome.Nothing;
                case TurnKind.Action:
                    return await verbs.PressAsync(turn, cancellationToken);
                default:
                    await SayAsync(turn, cancellationToken);
                    return TurnOutcome.Nothing;
            }
        }
        catch (ChannelException e) when (e.IsConversationClosed)
        {
            return TurnOutcome.Refused("conversation-closed-to-bot", Localized.Text("I can't write in this conversation. Add TrunkBot to it and try again."));
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

    /// <summary>Who it is comes from the platform's user each time, whatever was stored: a binding may have come or gone since.</summary>
    private async Task<Turn> WithAccountAsync(Turn turn, CancellationToken cancellationToken)
    {
        var account = await people.FindAsync(turn.From, cancellationToken);
        return turn with { Account = account, Who = (account?.Actor ?? new Actor(turn.From.Id, turn.From.Name)) with { Via = origins.Of(turn) } };
    }

    /// <summary>The asker's, where nobody else reads; else that of the sites, when all have the same.</summary>
    private string? ZoneOf(Turn turn) => !turn.Where.IsGroup ? turn.Account?.TimeZone
        : sites.All.Select(s => s.TimeZone).Distinct(StringComparer.Ordinal).ToList() is [var one] ? one : null;

    /// <summary>Keeps where the conversation is now; whatever arrives from it shows that the bot is let in, but for the news that it was taken out.</summary>
    /// <returns>The whole conversation, not the thread of the turn, as it was known before with what is new.</returns>
    private async Task<ConversationReference> LearnAsync(Turn turn, CancellationToken cancellationToken)
    {
        var whole = speech.WithoutThread(turn.Where);
        var known = await conversations.FindAsync(whole.Key, cancellationToken);
        var here = turn.Kind == TurnKind.Left ? whole with { ClosedSince = turn.At } : whole with
        {
            Greeted = known?.Greeted,
            ConversationType = whole.ConversationType ?? known?.ConversationType,
            TenantId = whole.TenantId ?? known?.TenantId,
        };
        if (here != known)
        {
            await conversations.SaveAsync(here, cancellationToken);
        }

        return here;
    }

    /// <summary>A platform tells of one first contact in several ways: only the first is answered.</summary>
    private async Task GreetAsync(ConversationReference here, Account? account, CancellationToken cancellationToken)
    {
        if (here.Greeted is null)
        {
            await speech.SayAsync(here, talk.Welcome(Localized.Text($"Hello, I am TrunkBot. I set up, test and watch SIP trunks between the CFS, the Perimeta and Twilio. {WhatIsHere(here)}").Trim(), account), cancellationToken);
            await conversations.SaveAsync(here with { Greeted = time.GetUtcNow() }, cancellationToken);
        }
    }

    private string WhatIsHere(ConversationReference here) => speech.Can(here, ChannelCapabilities.HearsMentionsOnly) switch
    {
        false => "",
        true when !here.IsGroup => Localized.Text("Just type: nobody else reads this. Forms open beside the chat."),
        true when speech.Can(here, ChannelCapabilities.Threads) && here.ConversationType is not "groupChat" =>
            Localized.Text("Here I hear only what mentions me, and answer in its thread. This can be where approvers are asked and where alerts arrive."),
        true => Localized.Text("Here I hear only what mentions me. Everybody in this chat reads what I answer."),
    };

    private async Task SayAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (await peopleCommands.AnswerAsync(turn, cancellationToken))
        {
            return;
        }

        var waiting = turn.Account?.May(Roles.Engineer) == true ? await newTrunk.WaitingAsync(turn, cancellationToken) : null;
        if (waiting is not null && IsForDialog(turn.Text))
        {
            await newTrunk.AnswerAsync(turn, grammar.NearestTo(turn.Text), cancellationToken);
            return;
        }

        var reading = grammar.Read(turn.Text);

        // Somebody who is bound to no account learns only that: no command's form, no name that is near.
        if (gate.Against(turn.Account, reading.Command?.Needs ?? (turn.Account is null ? Roles.Viewer : Roles.None), reading.Command?.Name ?? Localized.Text("That")) is { } refusal)
        {
            await speech.TellAsync(turn, refusal, cancellationToken);
            return;
        }

        if (reading.Problem is { } problem)
        {
            var asAnswer = waiting?.AsAssignment(turn.Text) is { } assignment ? Localized.Text($"{(problem.EndsWith('.') ? "" : ".")} As the answer to the question, say {assignment}.") : "";
            await speech.SayAsync(turn.Where, problem + asAnswer, cancellationToken);
            return;
        }

        await reading.Command!.Run(new CommandCall(turn, reading.Arguments, reading.Rest), cancellationToken);
    }

    /// <summary>While a dialog waits, whatever begins like a command is one, but for the dialog's own words; everything else is an answer.</summary>
    private bool IsForDialog(string text) =>
        text.Trim().ToLowerInvariant() is "cancel" or "back" or "help" or "next" or "default" || !grammar.IsCommand(text);
}
