using TrunkBot.Changes.Life;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Commands;

/// <summary>What becomes of a trunk that is under management: it is changed, or removed. Both only make a plan; it needs its approval like any other.</summary>
internal sealed class LifeCommands(TrunkLookup lookup, ISites sites, TrunkPlanning planning, Speech speech)
{
    public IEnumerable<Command> All =>
    [
        new()
        {
            Name = "change", Needs = Roles.Engineer, Arguments = "NAME key=value ...", Least = 2, Most = int.MaxValue, ReadsRest = true,
            Purpose = "change a trunk: what is new is built before what is old goes", Example = "change acme-east edges=+dublin", Run = ChangeAsync,
        },
        new()
        {
            Name = "remove", Needs = Roles.Engineer, Example = "remove acme-east", Arguments = "NAME [ticket=NUMBER]", Least = 1, Most = 2,
            Purpose = "remove a trunk with everything that is its own, and nothing else", Run = RemoveAsync,
        },
    ];

    private async Task RemoveAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await lookup.FreeAsync(call.Turn, call.Arguments[0], cancellationToken) is not { } trunk)
        {
            return;
        }

        var (given, errors) = ParameterLine.Read(string.Join(' ', call.Arguments.Skip(1)));
        var ticket = given.GetValueOrDefault(TrunkParameters.Ticket);
        IReadOnlyList<string> wrong =
        [
            .. errors, .. given.Keys.Where(k => k != TrunkParameters.Ticket).Select(k => $"{k}: {Localized.Text("a trunk is removed as a whole")}"),
            .. ticket is not null && IntentReader.Wrong(TrunkParameters.Find(TrunkParameters.Ticket)!, ticket, sites.Find(trunk.Intent.Site)) is { } message ? [$"{TrunkParameters.Ticket}: {message}"] : Array.Empty<string>(),
        ];
        if (wrong.Count > 0)
        {
            await SayWrongAsync(call, wrong, cancellationToken);
            return;
        }

        IReadOnlyList<ParameterValue> values = ticket is null ? trunk.Values : [.. trunk.Values, new(TrunkParameters.Ticket, ticket, ValueOrigin.Typed)];
        await planning.StartAsync(call.Turn.Where, call.Turn.Who, new(trunk.Intent) { Removes = true, Owned = trunk.Owned }, values, cancellationToken);
    }

    private async Task ChangeAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await lookup.FreeAsync(call.Turn, call.Arguments[0], cancellationToken) is not { } trunk)
        {
            return;
        }

        var rest = call.Rest[(call.Rest.IndexOf(call.Arguments[0], StringComparison.Ordinal) + call.Arguments[0].Length)..].TrimStart('"', '\u201D');
        var (given, errors) = ParameterLine.Read(rest);
        var reading = ChangeReader.Read(trunk.Values, given, sites.Find);
        if (errors.Count > 0 || reading.Intent is null)
        {
            IReadOnlyList<string> wrong = [.. errors, .. reading.Errors.Select(e => $"{e.Key}: {e.Message}")];
            await SayWrongAsync(call, wrong, cancellationToken);
            return;
        }

        if (reading.Values.Select(v => (v.Key, v.Text)).SequenceEqual(trunk.Values.Select(v => (v.Key, v.Text))))
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"Trunk {trunk.Intent.Name} has these values already: nothing is planned."), cancellationToken);
            return;
        }

        await planning.StartAsync(call.Turn.Where, call.Turn.Who, new(reading.Intent) { Owned = trunk.Owned }, reading.Values, cancellationToken);
    }

    private Task<string> SayWrongAsync(CommandCall call, IReadOnlyList<string> wrong, CancellationToken cancellationToken) => speech.SayAsync(
        call.Turn.Where, Localized.Text($"Nothing is planned (parameter-wrong): {string.Join("; ", wrong.Select(w => ShownText.Cut(w, 300)))}. Correct the line and say it again."), cancellationToken);
}
