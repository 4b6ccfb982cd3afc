using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Diagnosis;

namespace TrunkBot.Chat.Commands;

/// <summary>
/// Commands about trunks: list and diagnose. They only look, but for the test call of a diagnosis. A trunk whose change is still
/// open or failed can be looked at too, by what that change intends.
/// </summary>
internal sealed class TrunkCommands(
    ITrunkStore trunks, ISites sites, TrunkDiagnosis diagnosis, TrunkLookup lookup, Gate gate, IAuditTrail audit, Speech speech, SlowAnswer slow,
    TimeProvider time)
{
    public IEnumerable<Command> All =>
    [
        new() { Name = "list", Needs = Roles.Viewer, Purpose = "the trunks under management", Run = ListAsync },
        new() { Name = "diagnose", Needs = Roles.Viewer, Example = "diagnose acme-east call", Arguments = "NAME [call]", Least = 1, Most = 3, Purpose = "every check of a trunk in the order of a call's way; with call, also a test call", Run = DiagnoseAsync },
    ];

    /// <param name="sure">Also a call that may cost money is to be placed.</param>
    public async Task DiagnoseAsync(Turn turn, string name, bool withCall, CancellationToken cancellationToken, bool sure = false)
    {
        if (withCall && gate.Against(turn.Account, Roles.Operators, Localized.Text("diagnose with a test call")) is { } refusal)
        {
            await speech.TellAsync(turn, refusal, cancellationToken);
            return;
        }

        if (await lookup.AnyAsync(turn, name, cancellationToken) is not var (intent, site, standing))
        {
            return;
        }

        if (withCall && !sure && TestCallOrder.ThroughSwitch.AsksFirst(intent, site))
        {
            await speech.SayAsync(
                turn.Where,
                Localized.Text($"Nothing is diagnosed yet: a call to {ShownText.Cut(intent.TestNumber, 40)} may cost money. Say diagnose {intent.Name} call yes to place it beside the checks, or diagnose {intent.Name} for the checks alone."),
                cancellationToken);
            return;
        }

        var managed = await trunks.FindAsync(intent.Name, cancellationToken) is not null;
        await audit.AppendAsync(AuditEntry.Of(turn.Who, "diagnosis-started", withCall ? "with a test call" : "", time.GetUtcNow()) with { Trunk = intent.Name }, cancellationToken);
        await slow.RunAsync(
            turn.Where,
            Localized.Text($"diagnosis of {intent.Name}"),
            Message.OfCard(TalkCards.Reading(Localized.Text($"Diagnosing {intent.Name}"), Localized.Text("Asking every system and every edge."), site), Localized.Text($"Diagnosing {intent.Name}")),
            async (edit, token) =>
            {
                var call = withCall ? new TestCallOrder { Origin = new(turn.Who.Id, IsScheduled: false) } : null;
                var report = await diagnosis.RunAsync(intent, site, call, first => edit(Of(first, running: true)), token);
                return Of(report, running: false);
            },
            cancellationToken);

        Message Of(DiagnosisReport report, bool running) =>
            Message.OfCard(HealthCards.Diagnosis(report, site, standing, managed, running), Localized.Text($"Diagnosis of {intent.Name}: {ShownText.Cut(Localized.Text(report.Sentence), 200)}"));
    }

    private async Task DiagnoseAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if ((call.Arguments.Count >= 2 && !string.Equals(call.Arguments[1], "call", StringComparison.OrdinalIgnoreCase))
            || (call.Arguments.Count == 3 && !string.Equals(call.Arguments[2], "yes", StringComparison.OrdinalIgnoreCase)))
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text("Say it like this: diagnose NAME [call]"), cancellationToken);
            return;
        }

        await DiagnoseAsync(call.Turn, call.Arguments[0], call.Arguments.Count >= 2, cancellationToken, sure: call.Arguments.Count == 3);
    }

    private async Task ListAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var (count, first) = await trunks.PageAsync(HealthCards.MostListed, cancellationToken);
        await (count == 0
            ? speech.SayAsync(call.Turn.Where, NoTrunks, cancellationToken)
            : speech.SayAsync(call.Turn.Where, Message.OfCard(HealthCards.List(first, count, first.Any(IsSimulated)), Localized.Text($"{count} trunks under management")), cancellationToken));
    }

    public static string NoTrunks => Localized.Text("There is no trunk under management yet. Say new trunk to set one up.");

    private bool IsSimulated(ManagedTrunk trunk) => sites.Find(trunk.Intent.Site)?.Simulated ?? false;
}
