using System.Globalization;
using System.Text;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Commands;

/// <summary>One intent over many trunks. Planning only reads; what follows needs its approval like any change.</summary>
internal sealed class FleetCommands(Fleets fleets, ICardStore cards, ISites sites, IBackgroundWork background, Incidents incidents, Speech speech)
{
    public const string VerbSubmit = "fleet-submit";
    public const string VerbApprove = "fleet-approve";
    public const string VerbReject = "fleet-reject";

    private const int DefaultBatch = 5;
    private const int LargestBatch = 50;

    public IEnumerable<Command> All =>
    [
        new()
        {
            Name = "fleet refresh", Needs = Roles.Engineer, Arguments = "[NAME* key=value ...]", Most = int.MaxValue, ReadsRest = true,
            Purpose = "bring many trunks to what is planned for them today, such as after Twilio added an address range; site=, canary= and batch= narrow and order it",
            Example = "fleet refresh * site=denver batch=10", Run = RefreshAsync,
        },
        new()
        {
            Name = "fleet change", Needs = Roles.Engineer, Arguments = "NAME* key=value ...", Least = 2, Most = int.MaxValue, ReadsRest = true,
            Purpose = "change many trunks alike: one plan each, one approval, the canary first, then batches", Example = "fleet change acme-* transport=tls canary=acme-east batch=5", Run = ChangeAsync,
        },
        new() { Name = "fleet show", Needs = Roles.Viewer, Arguments = "[FLT-n]", Most = 1, Purpose = "how a fleet change stands; without a number: those that are open", Example = "fleet show FLT-3", Run = ShowAsync },
        new()
        {
            Name = "fleet reject", Acts = true, Needs = Roles.Approver, Arguments = "FLT-n REASON", Least = 2, Most = int.MaxValue, ReadsRest = true,
            Purpose = "reject a fleet change as a whole", Example = "fleet reject FLT-3 not in the freeze",
            Run = (c, t) => DoAsync(c, (id, who, token) => fleets.RejectAsync(id, After(c.Rest, c.Arguments[0]).Trim(), who, token), t),
        },
        new() { Name = "fleet stop", Acts = true, Arguments = "FLT-n", Least = 1, Most = 1, Purpose = "let no further change of a fleet begin", Example = "fleet stop FLT-3", Run = (c, t) => DoAsync(c, fleets.StopAsync, t) },
        new() { Name = "fleet resume", Acts = true, Arguments = "FLT-n", Least = 1, Most = 1, Purpose = "go on with a fleet change that stopped", Example = "fleet resume FLT-3", Run = (c, t) => DoAsync(c, fleets.ResumeAsync, t) },
        new() { Name = "fleet undo", Acts = true, Arguments = "FLT-n", Least = 1, Most = 1, Purpose = "undo every change of a fleet, the last one first", Example = "fleet undo FLT-3", Run = (c, t) => DoAsync(c, fleets.UndoAsync, t) },
        new() { Name = "fleet cancel", Acts = true, Arguments = "FLT-n", Least = 1, Most = 1, Purpose = "take back a fleet change that has not begun", Example = "fleet cancel FLT-3", Run = (c, t) => DoAsync(c, fleets.CancelAsync, t) },
    ];

    public static bool Handles(string? verb) => verb?.StartsWith("fleet-", StringComparison.Ordinal) == true;

    public async Task<TurnOutcome> PressAsync(Turn turn, CancellationToken cancellationToken)
    {
        var id = turn.Data.GetValueOrDefault("fleet") ?? "";
        return turn.Verb switch
        {
            VerbSubmit => Outcome(await fleets.SubmitAsync(id, turn.Who, cancellationToken)),
            VerbApprove => Outcome(await fleets.ApproveAsync(id, turn.Data.GetValueOrDefault("hash") ?? "", turn.Who, cancellationToken)),
            VerbReject => TurnOutcome.Told(Localized.Text($"Say fleet reject {ShownText.Cut(id, 20)} and why: the requester needs to know.")),
            "fleet-stop" => Outcome(await fleets.StopAsync(id, turn.Who, cancellationToken)),
            "fleet-resume" => Outcome(await fleets.ResumeAsync(id, turn.Who, cancellationToken)),
            "fleet-undo" => Outcome(await fleets.UndoAsync(id, turn.Who, cancellationToken)),
            "fleet-cancel" => Outcome(await fleets.CancelAsync(id, turn.Who, cancellationToken)),
            "fleet-file" => await SendFileAsync(turn, id, cancellationToken),
            _ => TurnOutcome.Refused("button-unknown", Localized.Text("That button is from a card that is out of date.")),
        };
    }

    private Task RefreshAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var named = call.Arguments is [var first, ..] && !first.Contains('=', StringComparison.Ordinal) ? first : null;
        return PlanAsync(call.Turn, named ?? "*", named is null ? call.Rest : After(call.Rest, named), mayEdit: false, cancellationToken);
    }

    private Task ChangeAsync(CommandCall call, CancellationToken cancellationToken) =>
        PlanAsync(call.Turn, call.Arguments[0], After(call.Rest, call.Arguments[0]), mayEdit: true, cancellationToken);

    private async Task PlanAsync(Turn turn, string selector, string line, bool mayEdit, CancellationToken cancellationToken)
    {
        var (goal, edits, wrong) = GoalOf(selector, line, mayEdit);
        if (wrong.Count > 0)
        {
            await speech.SayAsync(
                turn.Where, Localized.Text($"Nothing is planned (parameter-wrong): {string.Join("; ", wrong.Select(w => ShownText.Cut(w, 300)))}. Correct the line and say it again."), cancellationToken);
            return;
        }

        var count = await fleets.CountAsync(goal, cancellationToken);
        var first = Message.OfText(Localized.Text($"Reading the live systems of {count} trunks and planning each. Nothing is changed."));
        var message = await speech.SayAsync(turn.Where, first, cancellationToken);
        background.Run($"fleet plan over {goal.Selector}", token => PlanAsync(turn, goal, edits, message, token));
    }

    private async Task PlanAsync(Turn turn, FleetGoal goal, string edits, string message, CancellationToken cancellationToken)
    {
        try
        {
            var (fleet, against) = await fleets.PlanAsync(goal, ShownText.Cut(goal.Site is null ? goal.Selector : $"{goal.Selector} at {goal.Site}", 80), edits, turn.Who, Progress, cancellationToken);
            if (fleet is null)
            {
                await speech.ShowAsync(turn.Where, message, Message.OfText($"{Localized.Text(against!.Sentence)} ({against.Code})"), cancellationToken);
                return;
            }

            await ShowAsync(turn, fleet, message, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await speech.LastWordAsync(turn.Where, message, Message.OfText(Localized.Text("The program was stopped before the plans were made (program-stopped). Nothing was changed; ask again when it runs.")));
            throw;
        }
        catch (Exception e)
        {
            var what = Localized.Text("the fleet plan");
            await speech.ShowAsync(turn.Where, message, Message.OfText(Incidents.Sentence(what, incidents.Report(what, e))), cancellationToken);
        }

        // Reading many trunks takes minutes: people see that it goes on. A word that does not arrive is no reason to stop.
        void Progress(int done, int all)
        {
            if (done > 0 && done % 10 == 0)
            {
                background.Run("progress of a fleet plan", token => speech.ShowAsync(turn.Where, message, Message.OfText(Localized.Text($"{done} of {all} trunks are planned. Nothing is changed.")), token));
            }
        }
    }

    private async Task ShowAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments is [var typed])
        {
            if (await fleets.FindAsync(IdOf(typed), cancellationToken) is { } fleet)
            {
                await ShowAsync(call.Turn, fleet, message: null, cancellationToken);
                return;
            }

            await speech.SayAsync(call.Turn.Where, Localized.Text($"There is no fleet \"{ShownText.Cut(typed, 20)}\" (fleet-not-found). Say fleet show for those that are open."), cancellationToken);
            return;
        }

        var open = await fleets.ListOpenAsync(cancellationToken);
        await speech.SayAsync(
            call.Turn.Where,
            open.Count == 0 ? Localized.Text("No fleet change is open.") : string.Join('\n', open.Take(30).Select(f => $"{f.Id}: {f.Selector} {f.Edits}, {f.Members.Count}, {Words.Of(f.State)}")),
            cancellationToken);
    }

    private async Task ShowAsync(Turn turn, Fleet fleet, string? message, CancellationToken cancellationToken)
    {
        var members = await fleets.MembersAsync(fleet, cancellationToken);
        var card = Message.OfCard(FleetCard.Of(fleet, members, sites, decides: false), Localized.Text($"Fleet change {fleet.Id}: {Words.Of(fleet.State)}"));
        var id = await speech.ShowAsync(turn.Where, message, card, cancellationToken);
        await cards.AddAsync(FleetCards.HomeOf(fleet, turn.Where, id), cancellationToken);
    }

    private async Task<TurnOutcome> SendFileAsync(Turn turn, string id, CancellationToken cancellationToken)
    {
        if (await fleets.FindAsync(id, cancellationToken) is not { } fleet)
        {
            return TurnOutcome.Refused("fleet-not-found", Localized.Text($"There is no fleet \"{ShownText.Cut(id, 20)}\" (fleet-not-found). Say fleet show for those that are open."));
        }

        var text = new StringBuilder($"{fleet.Id} over {fleet.Selector}: {(fleet.Edits.Length == 0 ? "as planned today" : fleet.Edits)}\nPlans {fleet.Hash}\n\n");
        foreach (var rest in fleet.Rest)
        {
            text.Append(CultureInfo.InvariantCulture, $"{rest.Trunk} at {rest.Site}: {rest.Kind}. {rest.Sentence}\n");
        }

        foreach (var change in await fleets.MembersAsync(fleet, cancellationToken))
        {
            text.Append('\n').Append(PlanText.FileOf(change));
        }

        await speech.SayAsync(
            turn.Where,
            Message.OfText(Localized.Text($"The whole plans of {fleet.Id}, hash {fleet.ShortHash}.")) with
            {
                Files = [new MessageFile($"{fleet.Id}-plans.txt", "text/plain", Encoding.UTF8.GetBytes(text.ToString()))],
                FilesFor = turn.From,
            },
            cancellationToken);
        return TurnOutcome.Nothing;
    }

    private async Task DoAsync(CommandCall call, Func<string, Changes.Actor, CancellationToken, Task<FleetReply>> act, CancellationToken cancellationToken)
    {
        var reply = await act(IdOf(call.Arguments[0]), call.Turn.Who, cancellationToken);
        await speech.SayAsync(call.Turn.Where, reply.Code is null ? Localized.Text(reply.Sentence) : $"{Localized.Text(reply.Sentence)} ({reply.Code})", cancellationToken);
    }

    private (FleetGoal Goal, string Edits, IReadOnlyList<string> Wrong) GoalOf(string selector, string line, bool mayEdit)
    {
        var (given, errors) = ParameterLine.Read(line);
        var wrong = errors.ToList();
        var edits = given.Where(g => g.Key.ToUpperInvariant() is not ("SITE" or "CANARY" or "BATCH")).ToDictionary(g => g.Key, g => g.Value, StringComparer.OrdinalIgnoreCase);
        wrong.AddRange(edits.Keys.Where(key => TrunkParameters.Find(key) is null).Select(key => $"{key}: {TrunkParameters.Unknown(key)}"));
        wrong.AddRange(edits.Keys.Where(key => TrunkParameters.Find(key) is { } p && ChangeReader.IsFixed(p.Key)).Select(key => Localized.Text($"{key}: it stays as long as a trunk lives")));
        if (!mayEdit && edits.Count > 0)
        {
            wrong.Add(Localized.Text("fleet refresh changes no parameter; say fleet change for that"));
        }
        else if (mayEdit && edits.Count == 0)
        {
            wrong.Add(Localized.Text("no parameter is named that is to change"));
        }

        var site = given.GetValueOrDefault("site");
        if (site is not null && sites.Find(site) is null)
        {
            wrong.Add(Localized.Text($"there is no site \"{ShownText.Cut(site, 40)}\"; there is {string.Join(", ", sites.All.Select(s => s.Name))}"));
        }

        var batch = DefaultBatch;
        if (given.TryGetValue("batch", out var size) && (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out batch) || batch is < 1 or > LargestBatch))
        {
            wrong.Add(Localized.Text($"batch: a number from 1 to {LargestBatch}"));
        }

        return (
            new FleetGoal(selector, site, edits, given.GetValueOrDefault("canary"), Math.Max(1, batch)),
            string.Join(' ', edits.Select(e => $"{e.Key}={e.Value}")),
            wrong);
    }

    /// <summary>A fleet's id as people type it: <c>flt-3</c> and <c>3</c> are <c>FLT-3</c>.</summary>
    private static string IdOf(string typed)
    {
        var id = typed.Trim().ToUpperInvariant();
        return id.Length > 0 && id.All(char.IsAsciiDigit) ? $"{Fleet.IdPrefix}{id}" : id;
    }

    private static string After(string rest, string argument) => rest[(rest.IndexOf(argument, StringComparison.Ordinal) + argument.Length)..].TrimStart('"', '\u201D');

    private static TurnOutcome Outcome(FleetReply reply) => reply.Code is null ? TurnOutcome.Told(Localized.Text(reply.Sentence)) : TurnOutcome.Refused(reply.Code, Localized.Text(reply.Sentence));
}
