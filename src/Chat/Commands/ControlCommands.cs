using System.Text;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Commands;

/// <summary>How a change is run: when it begins, pause, one step at a time, a dry run, taking it over by hand; and the locks that changes hold.</summary>
internal sealed class ControlCommands(IChangeService changes, ChangeCommands changeCommands, ISites sites, Speech speech, SlowAnswer slow, TimeProvider time)
{
    private const int MostLocks = 40;

    public IEnumerable<Command> All =>
    [
        new()
        {
            Name = "apply", Acts = true, Arguments = "CHG-n [at 02:00] [in 30m] [step by step]", Least = 1, Most = 8,
            Purpose = "begin an approved change: now, at a time, or one step at a time", Example = "apply CHG-17 at 02:00", Run = ApplyAsync,
        },
        new() { Name = "stop", Acts = true, Example = "stop CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "stop the start of a change that waits for its time; pause one that runs", Run = (c, t) => changeCommands.AskAsync(c, new Stop(), t) },
        new() { Name = "pause", Acts = true, Example = "pause CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "have a running change stop before its next step", Run = (c, t) => changeCommands.AskAsync(c, new Pause(), t) },
        new() { Name = "resume", Acts = true, Example = "resume CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "have a paused change go on", Run = (c, t) => changeCommands.AskAsync(c, new Resume(), t) },
        new() { Name = "step", Acts = true, Example = "step CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "have a paused change run one step and pause again", Run = (c, t) => changeCommands.AskAsync(c, new RunOneStep(), t) },
        new()
        {
            Name = "skip", Acts = true, Arguments = "CHG-n REASON", Least = 2, Most = int.MaxValue, ReadsRest = true, Purpose = "leave out the manual step that waits",
            Example = "skip CHG-17 the model is shared and there", Run = (c, t) => changeCommands.AskAsync(c, new SkipManualStep(ChangeCommands.TextOf(c)), t),
        },
        new() { Name = "confirm", Acts = true, Example = "confirm CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "say that what a change did works, so that it does not undo itself", Run = (c, t) => changeCommands.AskAsync(c, new Confirm(), t) },
        new() { Name = "dry run", Needs = Roles.Viewer, Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "everything that a change would do but the sends: gates, locks, a look at each step, the lines, as a file", Example = "dry run CHG-17", Run = DryRunAsync },
        new()
        {
            Name = "resolve", Acts = true, Arguments = "CHG-n NOTE", Least = 2, Most = int.MaxValue, ReadsRest = true, Purpose = "take a failed or stuck change over by hand: it ends",
            Example = "resolve CHG-17 removed the adjacency myself", Run = (c, t) => changeCommands.AskAsync(c, new Resolve(ChangeCommands.TextOf(c)), t),
        },
        new() { Name = "locks", Needs = Roles.Viewer, Purpose = "the network elements that changes hold, since when and why", Run = LocksAsync },
        new()
        {
            Name = "unlock", Acts = true, Needs = Roles.Operators | Roles.Admin, Arguments = "ELEMENT REASON", Least = 2, Most = int.MaxValue, ReadsRest = true,
            Purpose = "take the lock of an element away from a change that is at rest", Example = "unlock den-sbc-1 needed for an emergency", Run = UnlockAsync,
        },
    ];

    private async Task ApplyAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var start = StartTime.Read([.. call.Arguments.Skip(1)], Audience.TimeZone, time.GetUtcNow());
        if (start.Wrong is { } wrong)
        {
            await speech.SayAsync(call.Turn.Where, wrong, cancellationToken);
            return;
        }

        var reply = await changes.AskAsync(ChangeCommands.IdOf(call.Arguments[0]), new Apply(start.At, start.StepByStep), call.Turn.Who, cancellationToken);
        var said = reply is { Accepted: true, Change: { Start: { } set } change } ? Scheduled(change, set.At, time.GetUtcNow()) : ChangeCommands.Said(reply);
        await speech.SayAsync(call.Turn.Where, said, cancellationToken);
    }

    /// <summary>With the zone, so that nobody has to guess which night was meant.</summary>
    private static string Scheduled(Change change, DateTimeOffset at, DateTimeOffset now)
    {
        var begins = Localized.Text($"{change.Id} begins at {CardData.Minute(at)}, {Countdown.Until(at, now)}. Say stop {change.Id} to stop that.");
        return change switch
        {
            { State: ChangeState.Approved } => begins,
            { Policy.ApprovalMinutes: > 0 and var minutes } when now.AddMinutes(minutes) <= at =>
                begins + Localized.Text($" It must be approved by then, and not before {CardData.Minute(at.AddMinutes(-minutes))}: an approval carries {minutes} minutes."),
            _ => begins + Localized.Text(" It must be approved by then."),
        };
    }

    private async Task DryRunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var id = ChangeCommands.IdOf(call.Arguments[0]);
        if (await changes.FindAsync(id, cancellationToken) is not { } change)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"There is no change \"{ShownText.Cut(call.Arguments[0], 20)}\" (change-not-found). Say changes for those that are open."), cancellationToken);
            return;
        }

        if (sites.Find(change.Plan.Intent.Site) is not { } site)
        {
            await speech.SayAsync(call.Turn.Where, TrunkLookup.SiteGone(change.Plan.Intent), cancellationToken);
            return;
        }

        await slow.RunAsync(
            call.Turn.Where,
            Localized.Text($"dry run of {change.Id}"),
            Message.OfCard(TalkCards.Reading(Localized.Text($"Dry run of {change.Id}"), Localized.Text("Looking at every system and every step. Nothing is sent that changes anything."), site), Localized.Text($"Dry run of {change.Id}")),
            async (_, token) =>
            {
                var report = (await changes.DryRunAsync(change.Id, call.Turn.Who, token))!;
                var file = new MessageFile($"{change.Id}-dry-run.txt", "text/plain", Encoding.UTF8.GetBytes(DryRunText.FileOf(report)));
                await speech.SayAsync(call.Turn.Where, Message.OfText(Localized.Text($"What {change.Id} would send, step by step.")) with { Files = [file], FilesFor = call.Turn.From }, token);
                var sentence = DryRunText.Sentence(report);
                return Message.OfCard(TalkCards.Note(Localized.Text($"Dry run of {change.Id}"), sentence, simulated: site.Simulated), sentence);
            },
            cancellationToken);
    }

    private async Task LocksAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await HeldAsync(call, cancellationToken) is not { } held)
        {
            return;
        }

        var open = (await changes.ListOpenAsync(cancellationToken)).ToDictionary(c => c.Id, StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (var element in held.Take(MostLocks))
        {
            var state = open.TryGetValue(element.Holder, out var holder) ? Words.Of(holder)
                : await changes.FindAsync(element.Holder, cancellationToken) is { } ended ? Words.Of(ended) : Localized.Text("unknown");
            lines.Add(Localized.Text($"{element.Element}: {element.Holder} ({element.Reason}), {state}, since {CardData.Time(element.Since)}"));
        }

        await speech.SayAsync(
            call.Turn.Where,
            held.Count == 0 ? Localized.Text("No element is held by a change.") : string.Join('\n', lines) + (held.Count > MostLocks ? Localized.Text($"\n{held.Count - MostLocks} more") : ""),
            cancellationToken);
    }

    private async Task UnlockAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await HeldAsync(call, cancellationToken) is not { } held)
        {
            return;
        }

        var named = call.Arguments[0];
        if (held.FirstOrDefault(l => string.Equals(l.Element, named, StringComparison.OrdinalIgnoreCase)) is not { } found)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"No change holds \"{ShownText.Cut(named, 60)}\" (not-locked). Say locks for what is held."), cancellationToken);
            return;
        }

        var isAdministrator = call.Turn.Account?.May(Roles.Admin) == true;
        var reply = await changes.AskAsync(found.Holder, new Unlock(found.Element, ChangeCommands.TextOf(call), isAdministrator), call.Turn.Who, cancellationToken);
        await speech.SayAsync(call.Turn.Where, ChangeCommands.Said(reply), cancellationToken);
    }

    /// <summary>Null when they can't be read, which is said.</summary>
    private async Task<IReadOnlyList<ElementLock>?> HeldAsync(CommandCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await changes.LocksAsync(cancellationToken);
        }
        catch (SystemFailureException e)
        {
            await speech.SayAsync(call.Turn.Where, $"{Localized.Text(e.Said)} {Localized.Text(e.Fix)} ({e.Code})", cancellationToken);
            return null;
        }
    }
}
