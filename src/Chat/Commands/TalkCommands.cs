using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Commands;

/// <summary>Help, who somebody is to the bot, and the beginning of a new trunk. Help is made from the tables that the grammar and the form use.</summary>
internal sealed class TalkCommands(NewTrunkDialog newTrunk, ISites sites, Speech speech, Lazy<CommandTable> table)
{
    public IEnumerable<Command> All =>
    [
        new() { Name = "help", Arguments = "[COMMAND]", Most = 2, Purpose = "what I can do, or one command in full", Run = HelpAsync },
        new() { Name = "new trunk", Arguments = "[key=value ...]", Most = int.MaxValue, Purpose = "set up a trunk: a form, or all in one line", Run = NewTrunkAsync },
        new() { Name = "whoami", Purpose = "who you are to me and what you may approve", Run = WhoAmIAsync },
    ];

    public Message Welcome(string greeting) =>
        Message.OfCard(TalkCards.Help(greeting, [.. table.Value.Commands.Select(c => (c.Usage, c.Purpose))], sites.All.Any(s => s.Simulated)), greeting);

    private Task<string> HelpAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments.Count == 0)
        {
            return speech.SayAsync(call.Turn.Where, Welcome("What I can do:"), cancellationToken);
        }

        var asked = string.Join(' ', call.Arguments);
        var command = table.Value.Commands.FirstOrDefault(c => string.Equals(c.Name, asked, StringComparison.OrdinalIgnoreCase));
        var said = command switch
        {
            null when Nearest.To(asked, table.Value.Commands.Select(c => c.Name)) is { } near => $"I don't know \"{ShownText.Cut(asked, 60)}\". Did you mean help {near}?",
            null => $"I don't know \"{ShownText.Cut(asked, 60)}\". Say help for everything I can do.",
            { Name: "new trunk" } => NewTrunkHelp(command),
            _ => $"{command.Usage}: {command.Purpose}",
        };
        return speech.SayAsync(call.Turn.Where, said, cancellationToken);
    }

    private static string NewTrunkHelp(Command command) => string.Join('\n', (IEnumerable<string>)
    [
        $"{command.Usage}: {command.Purpose}",
        "Example: new trunk name=acme-east site=denver edges=\"umatilla, ashburn\"",
        .. TrunkParameters.All.Select(p => $"{p.Key}: {p.Label}. {p.Hint} ({p.Restriction}{(p.Optional ? "; optional" : "")})"),
    ]);

    private async Task NewTrunkAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var (values, errors) = ParameterLine.Read(call.Rest);
        if (errors.Count > 0)
        {
            await speech.SayAsync(call.Turn.Where, $"I could not read that line: {ShownText.Cut(string.Join("; ", errors), 500)}. Say help new trunk for its form.", cancellationToken);
            return;
        }

        await newTrunk.BeginAsync(call.Turn, values, showErrors: values.Count > 0, cancellationToken);
    }

    private Task<string> WhoAmIAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var who = call.Turn.Who;
        var approves = sites.All.Where(s => s.Approval.Approvers.Contains(who.Id, StringComparer.Ordinal)).Select(s => s.Name).ToList();
        var said = $"You are {ShownText.Cut(who.DisplayName, 60)}, to me {ShownText.Cut(who.Id, 100)}. "
            + (approves.Count == 0 ? "You may not approve changes of any site." : $"You may approve changes of {string.Join(", ", approves)} that are not your own.");
        return speech.SayAsync(call.Turn.Where, said, cancellationToken);
    }
}

/// <summary>All commands, in the order in which help lists them.</summary>
internal sealed class CommandTable(
    TalkCommands talk, TrunkCommands trunks, ChangeCommands changes, FollowCommands following, AlertCommands alerts, PlaceCommands places)
{
    public IReadOnlyList<Command> Commands { get; } = [.. talk.All, .. trunks.All, .. changes.All, .. following.All, .. alerts.All, .. places.All];
}
