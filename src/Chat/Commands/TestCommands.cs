using TrunkBot.Changes.Audit;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Commands;

/// <summary>Test calls: through the switch, straight to an edge, in from Twilio. What may cost money is asked about first.</summary>
internal sealed class TestCommands(ITrunkProbe probe, TrunkLookup lookup, IAuditTrail audit, Speech speech, SlowAnswer slow, InsightsWatch insights, TimeProvider time)
{
    public IEnumerable<Command> All => [Test];

    private Command Test => new()
    {
        Name = "test",
        Example = "test acme-east direct umatilla",
        Arguments = "NAME [direct [EDGE] | edges | inbound] [to NUMBER]",
        Least = 1,
        Most = 12,

        // Other words behind "test" may be a phrase, such as "test call of acme-east".
        Fits = words => words.Count < 2 || TestCallOrder.Read([.. words.Skip(1)]).Order is not null,
        Purpose = "a test call that proves two-way audio: through the switch, direct from the bot to a Twilio edge, or inbound from Twilio; each can call another number",
        Run = RunAsync,
    };

    /// <param name="words">As they would be typed after the name.</param>
    /// <param name="sure">The question whether to place a call that may cost money was answered.</param>
    public async Task TestAsync(Turn turn, string name, string words, bool sure, CancellationToken cancellationToken)
    {
        if (TestCallOrder.Read(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)) is { Order: { } order })
        {
            await TestAsync(turn, name, order, sure, cancellationToken);
        }
    }

    private async Task RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var (order, unread) = TestCallOrder.Read([.. call.Arguments.Skip(1)]);
        await (order is not null
            ? TestAsync(call.Turn, call.Arguments[0], order, sure: false, cancellationToken)
            : speech.SayAsync(call.Turn.Where, unread is { Length: > 0 }
                ? Localized.Text($"I can't read \"{ShownText.Cut(unread, 40)}\" there. Say it like this: {Test.Usage}")
                : Localized.Text($"Say it like this: {Test.Usage}"), cancellationToken));
    }

    private async Task TestAsync(Turn turn, string name, TestCallOrder order, bool sure, CancellationToken cancellationToken)
    {
        if (await lookup.AnyAsync(turn, name, cancellationToken) is not var (intent, site, standing))
        {
            return;
        }

        order = order with { Origin = new(turn.Who.Id, IsScheduled: false) };
        if (CallPolicy.Against(order, intent, site) is { } refusal)
        {
            await speech.SayAsync(turn.Where, Localized.Text($"No test call: {refusal.Sentence} ({refusal.Code})"), cancellationToken);
            return;
        }

        if (!sure && order.AsksFirst(intent, site))
        {
            await speech.SayAsync(turn.Where, Message.OfCard(TestCallCards.Question(order, intent, site, standing), Localized.Text($"A test call of {intent.Name} may cost money: shall it be placed?")), cancellationToken);
            return;
        }

        await audit.AppendAsync(AuditEntry.Of(turn.Who, "test-call-started", order.ToString(), time.GetUtcNow()) with { Trunk = intent.Name }, cancellationToken);
        TestCall? placed = null;
        await slow.RunAsync(
            turn.Where,
            Localized.Text($"test call of {intent.Name}"),
            Message.OfCard(TestCallCards.Running(order, intent, site, standing), Localized.Text($"Test call of {intent.Name} is running")),
            async (edit, token) => order.EveryEdge
                ? await EdgesAsync(order, intent, site, standing, edit, token)
                : OfOne(turn, order, intent, site, standing, placed = await probe.CallAsync(order, intent, site, token)),
            cancellationToken,
            async card =>
            {
                // Of a call that Twilio places, its own leg is listed under another number than the one that was called (twilio.md section 11).
                if (placed is not null && order.Route != CallRoute.Inbound)
                {
                    await insights.BeginAsync(intent, site, placed, (turn.Where, card), alert: null);
                }
            });
    }

    private static Message OfOne(Turn turn, TestCallOrder order, TrunkIntent intent, SiteProfile site, string standing, TestCall call) =>
        Message.OfCard(TestCallCards.Result(order, intent, site, standing, call), Localized.Text($"Test call of {intent.Name}: {ShownText.Cut(Localized.Text(call.Sentence), 200)}")) with
        {
            Files = [.. call.Files.Select(f => new MessageFile(call.NameOf(f, intent.Name), f.MediaType, f.Content))],
            FilesFor = turn.From,
        };

    /// <summary>One after another: two at once would be more than the calls a second that Twilio takes, and would disturb each other's figures.</summary>
    private async Task<Message> EdgesAsync(
        TestCallOrder order, TrunkIntent intent, SiteProfile site, string standing, Func<Message, Task> edit, CancellationToken cancellationToken)
    {
        List<TestCall> calls = [];
        foreach (var each in order.Each(intent))
        {
            calls.Add(await probe.CallAsync(each, intent, site, cancellationToken));
            if (calls.Count < intent.Edges.Count)
            {
                await edit(Of(running: true));
            }
        }

        return Of(running: false);

        Message Of(bool running) => Message.OfCard(
            TestCallCards.Edges(order, intent, site, standing, calls, running),
            Localized.Text($"Test calls of {intent.Name}: {calls.Count(c => c.Passed)} of {calls.Count} edges passed"));
    }
}
