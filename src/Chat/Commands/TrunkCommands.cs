using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Diagnosis;

namespace TrunkBot.Chat.Commands;

/// <summary>
/// Commands about trunks: list, test, diagnose. All of them only look, but for the test call. A trunk whose change is still
/// open or failed can be looked at too, by what that change intends.
/// </summary>
internal sealed class TrunkCommands(
    ITrunkStore trunks, ISites sites, TrunkDiagnosis diagnosis, ITrunkProbe probe, TrunkLookup lookup, Gate gate, IAuditTrail audit, Speech speech, SlowAnswer slow, InsightsWatch insights,
    TimeProvider time)
{
    public IEnumerable<Command> All =>
    [
        new() { Name = "list", Needs = Roles.Viewer, Purpose = "the trunks under management", Run = ListAsync },
        new() { Name = "test", Example = "test acme-east", Arguments = "NAME", Least = 1, Most = 1, Purpose = "a test call through the trunk that proves two-way audio", Run = (c, t) => TestAsync(c.Turn, c.Arguments[0], t) },
        new() { Name = "diagnose", Needs = Roles.Viewer, Example = "diagnose acme-east call", Arguments = "NAME [call]", Least = 1, Most = 2, Purpose = "every check of a trunk in the order of a call's way; with call, also a test call", Run = DiagnoseAsync },
    ];

    public async Task TestAsync(Turn turn, string name, CancellationToken cancellationToken)
    {
        if (await lookup.AnyAsync(turn, name, cancellationToken) is not var (intent, site, standing))
        {
            return;
        }

        await audit.AppendAsync(AuditEntry.Of(turn.Who, "test-call-started", "", time.GetUtcNow()) with { Trunk = intent.Name }, cancellationToken);
        TestCall? placed = null;
        await slow.RunAsync(
            turn.Where,
            Localized.Text($"test call of {intent.Name}"),
            Message.OfCard(HealthCards.TestCallRunning(intent, site, standing), Localized.Text($"Test call of {intent.Name} is running")),
            async (_, token) =>
            {
                CallOrigin.Enter(new CallOrigin(turn.Who.Id, IsScheduled: false));
                var call = placed = await probe.CallAsync(intent, site, token);
                return Message.OfCard(HealthCards.TestCall(intent.Name, site, standing, call), Localized.Text($"Test call of {intent.Name}: {ShownText.Cut(call.Sentence, 200)}"));
            },
            cancellationToken,
            card =>
            {
                if (placed is not null)
                {
                    insights.Start(intent, site, placed, speech.ThreadUnder(turn.Where, card));
                }
            });
    }

    public async Task DiagnoseAsync(Turn turn, string name, bool withCall, CancellationToken cancellationToken)
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

        await audit.AppendAsync(AuditEntry.Of(turn.Who, "diagnosis-started", withCall ? "with a test call" : "", time.GetUtcNow()) with { Trunk = intent.Name }, cancellationToken);
        await slow.RunAsync(
            turn.Where,
            Localized.Text($"diagnosis of {intent.Name}"),
            Message.OfCard(TalkCards.Reading(Localized.Text($"Diagnosing {intent.Name}"), Localized.Text("Asking every system and every edge."), site), Localized.Text($"Diagnosing {intent.Name}")),
            async (edit, token) =>
            {
                CallOrigin.Enter(new CallOrigin(turn.Who.Id, IsScheduled: false));
                var report = await diagnosis.RunAsync(intent, site, withCall, first => edit(Of(first, running: true)), token);
                return Of(report, running: false);
            },
            cancellationToken);

        Message Of(DiagnosisReport report, bool running) =>
            Message.OfCard(HealthCards.Diagnosis(report, site, standing, running), Localized.Text($"Diagnosis of {intent.Name}: {ShownText.Cut(report.Sentence, 200)}"));
    }

    private async Task DiagnoseAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments.Count == 2 && !string.Equals(call.Arguments[1], "call", StringComparison.OrdinalIgnoreCase))
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text("Say it like this: diagnose NAME [call]"), cancellationToken);
            return;
        }

        await DiagnoseAsync(call.Turn, call.Arguments[0], call.Arguments.Count == 2, cancellationToken);
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
