using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Routes;
using TrunkBot.Chat.Schedules;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Commands;

/// <summary>Help and the beginning of a new trunk. Help is made from the tables that the grammar and the form use.</summary>
internal sealed class TalkCommands(NewTrunkDialog newTrunk, ISites sites, Speech speech, Lazy<CommandTable> table)
{
    public IEnumerable<Command> All =>
    [
        new() { Name = "help", Needs = Roles.None, Arguments = "[COMMAND]", Most = 2, Purpose = "what I can do for you, or one command in full", Example = "help new trunk", Run = HelpAsync },
        new()
        {
            Name = "new trunk", Needs = Roles.Engineer, Arguments = "[key=value ...]", Most = int.MaxValue, ReadsRest = true,
            Purpose = "set up a trunk: a form, or all in one line", Example = "new trunk name=acme-east site=denver edges=\"umatilla, ashburn\"", Run = NewTrunkAsync,
        },
    ];

    /// <summary>What one may do here by topic, and nothing that one may not: all of it with its purposes is more than a card holds, and more than anybody reads.</summary>
    /// <param name="account">For whom; null: somebody who is bound to no account.</param>
    public Message Welcome(string greeting, Account? account)
    {
        var said = account is null ? Localized.Text($"{greeting} I don't know yet which account you are: say whoami.") : greeting;
        var topics = table.Value.Topics.Select(t => (t.Name, Names: string.Join(", ", For(account, t.Commands).Select(c => c.Name)))).Where(t => t.Names.Length > 0);
        return Message.OfCard(TalkCards.Help(said, [.. topics], sites.All.Any(s => s.Simulated)), said);
    }

    private static IEnumerable<Command> For(Account? account, IEnumerable<Command> commands) => commands.Where(c => c.Needs == Roles.None || account?.May(c.Needs) == true);

    private Task<string> HelpAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments.Count == 0)
        {
            return speech.SayAsync(call.Turn.Where, Welcome(Localized.Text("What I can do, by topic. Say help with a topic, or with a command."), call.Turn.Account), cancellationToken);
        }

        IReadOnlyList<Command> own = [.. For(call.Turn.Account, table.Value.Commands)];
        var asked = string.Join(' ', call.Arguments);
        if (own.All(c => !string.Equals(c.Name, asked, StringComparison.OrdinalIgnoreCase))
            && table.Value.Topics.FirstOrDefault(t => string.Equals(t.Name, asked, StringComparison.OrdinalIgnoreCase)) is { Commands: { } about })
        {
            var title = Localized.Text($"Commands about {asked.ToLowerInvariant()}:");
            var shown = For(call.Turn.Account, about).Select(c => (c.Usage, Localized.Text(c.Purpose)));
            return speech.SayAsync(call.Turn.Where, Message.OfCard(TalkCards.Help(title, [.. shown], sites.All.Any(s => s.Simulated)), title), cancellationToken);
        }

        var said = new CommandGrammar(own, Phrases.Every).Find(asked) switch
        {
            null when Nearest.To(asked, own.Select(c => c.Name)) is { } near => Localized.Text($"I don't know \"{ShownText.Cut(asked, 60)}\". Did you mean help {near}?"),
            null => Localized.Text($"I don't know \"{ShownText.Cut(asked, 60)}\". Say help for everything I can do."),
            { Name: "new trunk" } command => NewTrunkHelp(command),
            { } command => HelpOf(command),
        };
        return speech.SayAsync(call.Turn.Where, said, cancellationToken);
    }

    private static string HelpOf(Command command) =>
        $"{command.Usage}: {Localized.Text(command.Purpose)}{(command.Example.Length == 0 ? "" : Localized.Text($"\nExample: {command.Example}"))}";

    private static string NewTrunkHelp(Command command) => string.Join('\n', (IEnumerable<string>)
    [
        HelpOf(command),
        .. TrunkParameters.All.Select(p => $"{p.Key}: {Localized.Text(p.Label)}. {Localized.Text(p.Hint)} ({Localized.Text(p.Restriction)}{(p.Optional ? Localized.Text("; optional") : "")})"),
    ]);

    private async Task NewTrunkAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var (values, errors) = ParameterLine.Read(call.Rest);
        if (errors.Count > 0)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"I could not read that line: {ShownText.Cut(string.Join("; ", errors), 500)}. Say help new trunk for its form."), cancellationToken);
            return;
        }

        await newTrunk.BeginAsync(call.Turn, values, showErrors: values.Count > 0, cancellationToken);
    }
}

/// <summary>All commands by topic, in the order in which help lists them.</summary>
internal sealed class CommandTable(
    TalkCommands talk, TrunkCommands trunks, TestCommands tests, StatusCommands status, LifeCommands life, FleetCommands fleets, InventoryCommands inventory, ChangeCommands changes, ApprovalCommands approvals, ControlCommands control, AuditCommands audit,
    FollowCommands following, AlertCommands alerts, PlaceCommands places, PeopleCommands people, ScheduleCommands schedules, RouteCommands routes)
{
    public IReadOnlyList<(string Name, IReadOnlyList<Command> Commands)> Topics { get; } =
    [
        ("start", [.. talk.All]),
        ("trunks", [.. status.All, .. trunks.All, .. tests.All, .. schedules.All, .. routes.All, .. life.All, .. inventory.All]),
        ("work", [.. changes.All]),
        ("decisions", [.. approvals.All]),
        ("running", [.. control.All]),
        ("fleets", [.. fleets.All]),
        ("records", [.. audit.All]),
        ("notices", [.. following.All]),
        ("alerts", [.. alerts.All]),
        ("places", [.. places.All]),
        ("people", [.. people.All]),
    ];

    public IReadOnlyList<Command> Commands => field ??= [.. Topics.SelectMany(t => t.Commands)];
}
