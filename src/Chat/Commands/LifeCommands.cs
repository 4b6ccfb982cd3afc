using TrunkBot.Changes.Life;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Commands;

/// <summary>What becomes of a trunk that is under management: it is changed, or removed. Both only make a plan; it needs its approval like any other.</summary>
internal sealed class LifeCommands(ITrunkStore trunks, IChangeService changes, ISites sites, TrunkPlanning planning, Speech speech)
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
            Name = "remove", Needs = Roles.Engineer, Example = "remove acme-east", Arguments = "NAME", Least = 1, Most = 1,
            Purpose = "remove a trunk with everything that is its own, and nothing else", Run = RemoveAsync,
        },
    ];

    private async Task RemoveAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await FindAsync(call.Turn, call.Arguments[0], cancellationToken) is { } trunk)
        {
            await planning.StartAsync(call.Turn.Where, call.Turn.Who, new(trunk.Intent) { Removes = true, Owned = trunk.Owned }, trunk.Values, cancellationToken);
        }
    }

    private async Task ChangeAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await FindAsync(call.Turn, call.Arguments[0], cancellationToken) is not { } trunk)
        {
            return;
        }

        var rest = call.Rest[(call.Rest.IndexOf(call.Arguments[0], StringComparison.Ordinal) + call.Arguments[0].Length)..].TrimStart('"', '\u201D');
        var (given, errors) = ParameterLine.Read(rest);
        var reading = ChangeReader.Read(trunk.Values, given, sites.Find);
        if (errors.Count > 0 || reading.Intent is null)
        {
            IReadOnlyList<string> wrong = [.. errors, .. reading.Errors.Select(e => $"{e.Key}: {e.Message}")];
            await speech.SayAsync(
                call.Turn.Where, Localized.Text($"Nothing is planned (parameter-wrong): {string.Join("; ", wrong.Select(w => ShownText.Cut(w, 300)))}. Correct the line and say it again."), cancellationToken);
            return;
        }

        if (reading.Values.Select(v => (v.Key, v.Text)).SequenceEqual(trunk.Values.Select(v => (v.Key, v.Text))))
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"Trunk {trunk.Intent.Name} has these values already: nothing is planned."), cancellationToken);
            return;
        }

        await planning.StartAsync(call.Turn.Where, call.Turn.Who, new(reading.Intent) { Owned = trunk.Owned }, reading.Values, cancellationToken);
    }

    /// <summary>The trunk, when it is under management and nobody is at work on it; otherwise says what stands against it.</summary>
    private async Task<ManagedTrunk?> FindAsync(Turn turn, string name, CancellationToken cancellationToken)
    {
        var open = await changes.ListOpenAsync(cancellationToken);
        if (open.FirstOrDefault(c => string.Equals(c.Plan.Intent.Name, name, StringComparison.OrdinalIgnoreCase)) is { } change)
        {
            await speech.SayAsync(turn.Where, Localized.Text($"{change.Id} is already at work on trunk {change.Plan.Intent.Name} (trunk-busy). Finish it, or say cancel {change.Id}."), cancellationToken);
            return null;
        }

        if (await trunks.FindAsync(name, cancellationToken) is not { } trunk)
        {
            var nearest = Nearest.To(name, (await trunks.ListAsync(cancellationToken)).Select(t => t.Intent.Name));
            var suggestion = nearest is null ? Localized.Text("Say list for those there are.") : Localized.Text($"Did you mean {nearest}?");
            await speech.SayAsync(turn.Where, Localized.Text($"There is no trunk \"{ShownText.Cut(name, 40)}\" under management (trunk-unknown). {suggestion}"), cancellationToken);
            return null;
        }

        if (sites.Find(trunk.Intent.Site) is null)
        {
            await speech.SayAsync(
                turn.Where,
                Localized.Text($"Trunk {trunk.Intent.Name} belongs to site {trunk.Intent.Site}, whose profile is gone (site-unknown). Put the profile back into the sites folder."),
                cancellationToken);
            return null;
        }

        return trunk;
    }
}
