using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Chat.Alerts;

/// <summary>What on-call does with alerts: acknowledge, silence, look again, call. By the buttons of the card, and silences also by words.</summary>
internal sealed class AlertCommands(
    IAlertStore alerts, ISilenceStore silences, ITrunkStore trunks, AlertMatching matching, TrunkCommands trunkCommands, TestCommands testCommands, IAlertBell bell, IAuditTrail audit, Speech speech,
    TimeProvider time)
{
    /// <summary>Beginning of the verbs of an alert's card.</summary>
    private const string Prefix = "alert-";

    private const string DiagnoseFrom = "diagnose-from";

    public IEnumerable<Command> All =>
    [
        new() { Name = "silences", Needs = Roles.Viewer, Purpose = "which trunks and alerts are silenced, until when and by whom", Run = ListAsync },
        new() { Name = "silence", Acts = true, Example = "silence acme-east 4h", Arguments = "NAME|ALR-n 1h|4h", Least = 2, Most = 2, Purpose = "no notices of a trunk or an alert for so many hours (1 to 72)", Run = SilenceAsync },
        new() { Name = "unsilence", Acts = true, Example = "unsilence acme-east", Arguments = "NAME|ALR-n", Least = 1, Most = 1, Purpose = "notices of a trunk or an alert again", Run = UnsilenceAsync },
    ];

    public static bool Handles(string? verb) => verb is DiagnoseFrom || verb?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    public async Task<TurnOutcome> PressAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (turn.Verb == DiagnoseFrom)
        {
            return await DiagnoseFromAsync(turn, cancellationToken);
        }

        if (await alerts.FindAsync(turn.Data.GetValueOrDefault("alert") ?? "", cancellationToken) is not { Record: var record })
        {
            return TurnOutcome.Refused("alert-unknown", Localized.Text("There is no such alert any more."));
        }

        // What comes of it belongs under the card, wherever the platform says that the button was.
        var below = record is { Where: { } where, MessageId: { } messageId } ? turn with { Where = speech.ThreadUnder(where, messageId) } : turn;
        switch (turn.Verb)
        {
            case "alert-acknowledge":
                return await AcknowledgeAsync(turn, record, cancellationToken);
            case "alert-silence-1h":
                return await SilenceAsync(turn, record, TimeSpan.FromHours(1), cancellationToken);
            case "alert-silence-4h":
                return await SilenceAsync(turn, record, TimeSpan.FromHours(4), cancellationToken);
            case "alert-silence-resolved":
                return await SilenceAsync(turn, record, span: null, cancellationToken);
            case "alert-open":
                // Slack tells of a link that was opened, too.
                return TurnOutcome.Nothing;
            case "alert-test" when record.Trunk is { } trunk:
                await testCommands.TestAsync(below, trunk, words: "", sure: false, cancellationToken);
                return TurnOutcome.Nothing;
            case "alert-diagnose" when record.Trunk is { } trunk:
                await trunkCommands.DiagnoseAsync(below, trunk, withCall: false, cancellationToken);
                return TurnOutcome.Nothing;
            case "alert-test" or "alert-diagnose":
                return TurnOutcome.Refused("alert-without-trunk", Localized.Text($"It is not known which trunk {record.Id} is about: {record.Why}. Say test NAME or diagnose NAME."));
            default:
                return TurnOutcome.Refused("button-unknown", Localized.Text("That button is from a card that is out of date."));
        }
    }

    private async Task<TurnOutcome> AcknowledgeAsync(Turn turn, AlertRecord record, CancellationToken cancellationToken)
    {
        var taken = new Acknowledgement(turn.Who.Id, turn.Who.DisplayName, time.GetUtcNow());
        var mine = await alerts.ChangeAsync(record.Id, r => r.Acknowledged is null && !r.IsResolved ? r with { Acknowledged = taken } : null, cancellationToken);
        if (mine is null)
        {
            var now = (await alerts.FindAsync(record.Id, cancellationToken))!.Record;
            return now.Acknowledged is { } first
                ? TurnOutcome.Refused("alert-taken", Localized.Text($"{ShownText.Cut(first.Name, 60)} acknowledged {record.Id} at {CardData.Time(first.At)}."))
                : TurnOutcome.Refused("alert-resolved", Localized.Text($"{record.Id} is resolved; there is nothing to acknowledge."));
        }

        await AuditAsync(turn, "alert-acknowledged", record, "", cancellationToken);
        bell.Ring(record.Id);
        return TurnOutcome.Told(Localized.Text($"{record.Id} is yours. Its source is not told: acknowledge it there too if it pages others."));
    }

    /// <param name="span">null: until it is resolved.</param>
    private async Task<TurnOutcome> SilenceAsync(Turn turn, AlertRecord record, TimeSpan? span, CancellationToken cancellationToken)
    {
        if (record.IsResolved)
        {
            return TurnOutcome.Refused("alert-resolved", Localized.Text($"{record.Id} is resolved; there is nothing to silence."));
        }

        var now = time.GetUtcNow();
        var silence = new Silence(record.Trunk ?? record.Id, record.Trunk is not null, now + span, record.Id, turn.Who.Id, turn.Who.DisplayName, now);
        await silences.SaveAsync(silence, cancellationToken);
        await AuditAsync(turn, "alert-silenced", record, $"; {AlertCard.Subject(silence)} {AlertCard.Until(silence)}", cancellationToken);
        await RedrawAsync(record.Id, cancellationToken);
        return TurnOutcome.Told(Localized.Text($"No notices of {AlertCard.Subject(silence)} {AlertCard.Until(silence)}. Say unsilence {silence.Subject} to end it."));
    }

    private async Task SilenceAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (Hours(call.Arguments[1]) is not { } span)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text("Say it like this: silence acme-east 4h. From 1h to 72h."), cancellationToken);
            return;
        }

        var alert = await alerts.FindAsync(call.Arguments[0], cancellationToken);
        var trunk = alert is null ? await trunks.FindAsync(call.Arguments[0], cancellationToken) : null;
        if (alert is null && trunk is null)
        {
            await speech.SayAsync(
                call.Turn.Where, Localized.Text($"There is no trunk and no alert \"{ShownText.Cut(call.Arguments[0], 40)}\" (trunk-unknown). Say list for the trunks there are."), cancellationToken);
            return;
        }

        var now = time.GetUtcNow();
        var silence = new Silence(alert?.Record.Id ?? trunk!.Intent.Name, alert is null, now + span, alert?.Record.Id, call.Turn.Who.Id, call.Turn.Who.DisplayName, now);
        await silences.SaveAsync(silence, cancellationToken);
        await audit.AppendAsync(AuditEntry.Of(call.Turn.Who, "alert-silenced", $"{AlertCard.Subject(silence)} {AlertCard.Until(silence)}", now) with { Trunk = alert is null ? trunk!.Intent.Name : alert.Record.Trunk }, cancellationToken);
        if (alert is not null)
        {
            await RedrawAsync(alert.Record.Id, cancellationToken);
        }

        await speech.SayAsync(call.Turn.Where, Localized.Text($"No notices of {AlertCard.Subject(silence)} {AlertCard.Until(silence)}."), cancellationToken);
    }

    private async Task UnsilenceAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var silence = (await silences.ListAsync(now, cancellationToken)).FirstOrDefault(s => string.Equals(s.Subject, call.Arguments[0], StringComparison.OrdinalIgnoreCase));
        if (silence is null)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"\"{ShownText.Cut(call.Arguments[0], 40)}\" is not silenced. Say silences for what is."), cancellationToken);
            return;
        }

        await silences.RemoveAsync(silence, cancellationToken);
        await audit.AppendAsync(AuditEntry.Of(call.Turn.Who, "alert-unsilenced", AlertCard.Subject(silence), now) with { Trunk = silence.IsTrunk ? silence.Subject : null }, cancellationToken);
        if (silence.Alert is { } id)
        {
            await RedrawAsync(id, cancellationToken);
        }

        await speech.SayAsync(call.Turn.Where, Localized.Text($"Notices of {AlertCard.Subject(silence)} come again. What still fires is posted within a minute."), cancellationToken);
    }

    private async Task ListAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var all = await silences.ListAsync(time.GetUtcNow(), cancellationToken);
        await speech.SayAsync(
            call.Turn.Where,
            all.Count == 0 ? Localized.Text("Nothing is silenced.") : string.Join('\n', all.Select(s => Localized.Text($"{AlertCard.Subject(s)} {AlertCard.Until(s)}, by {ShownText.Cut(s.Name, 60)} since {CardData.Time(s.At)}"))),
            cancellationToken);
    }

    /// <summary>A message of somebody else's as the question: the trunk that it names is diagnosed where the message stands.</summary>
    private async Task<TurnOutcome> DiagnoseFromAsync(Turn turn, CancellationToken cancellationToken)
    {
        var text = turn.Data.GetValueOrDefault("text") ?? "";
        var asked = new Alert
        {
            Source = "message",
            Id = turn.Id,
            Event = turn.Id,
            Status = AlertStatus.Firing,
            Title = text.Length > 4000 ? text[..4000] : text,
        };
        var match = matching.Match(asked, [.. (await trunks.ListAsync(cancellationToken)).Select(t => t.Intent)]);
        if (match.Trunk is { } trunk)
        {
            await trunkCommands.DiagnoseAsync(turn, trunk.Name, withCall: false, cancellationToken);
            return TurnOutcome.Told(Localized.Text($"Diagnosing {trunk.Name}, {match.Why}."));
        }

        return match.Candidates.Count > 0
            ? TurnOutcome.Refused("alert-without-trunk", Localized.Text($"That message is about more than one trunk. Say {string.Join(Localized.Text(" or "), match.Candidates.Take(5).Select(n => $"diagnose {n}"))}."))
            : TurnOutcome.Refused("alert-without-trunk", Localized.Text("That message names no trunk under management. Say diagnose NAME; list shows the names. docs/on-call.md says how to make a rule."));
    }

    /// <summary>The alert itself is as it was; what its card says beside it is not.</summary>
    private async Task RedrawAsync(string id, CancellationToken cancellationToken)
    {
        await alerts.ShownAsync(id, 0, cancellationToken);
        bell.Ring(id);
    }

    private Task AuditAsync(Turn turn, string what, AlertRecord record, string more, CancellationToken cancellationToken) => audit.AppendAsync(
        AuditEntry.Of(turn.Who, what, Localized.Text($"{record.Id}, trunk {record.Trunk ?? Localized.Text("not known")}, {record.Alert.Key}{more}"), time.GetUtcNow()) with { Trunk = record.Trunk }, cancellationToken);

    private static TimeSpan? Hours(string typed) =>
        typed.EndsWith('h') && int.TryParse(typed[..^1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var hours) && hours is >= 1 and <= 72
            ? TimeSpan.FromHours(hours)
            : null;
}
