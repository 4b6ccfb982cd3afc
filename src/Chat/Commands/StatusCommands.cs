using System.Globalization;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Charts;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Commands;

/// <summary>How trunks are, and how one was over some time. Only looks.</summary>
internal sealed class StatusCommands(ITrunkStore trunks, ISites sites, TrunkHealth health, IHealthHistory history, TrunkLookup lookup, Speech speech, SlowAnswer slow, TimeProvider time)
{
    private const int MostHours = 9600;
    private static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    public IEnumerable<Command> All =>
    [
        new() { Name = "status", Needs = Roles.Viewer, Example = "status acme-east 7d", Arguments = "[NAME [24h|7d] [dark]]", Most = 3, Fits = words => words.Count < 2 || Period(words[1]) is not null, Purpose = "how every trunk is, or one: each system and each edge; with a time, a chart of it", Run = RunAsync },
    ];

    public async Task OfOneAsync(Turn turn, string name, CancellationToken cancellationToken)
    {
        if (await lookup.AnyAsync(turn, name, cancellationToken) is not var (intent, site, standing))
        {
            return;
        }

        await slow.RunAsync(
            turn.Where,
            Localized.Text($"status of {intent.Name}"),
            Message.OfCard(TalkCards.Reading(Localized.Text($"Status of {intent.Name}"), Localized.Text("Asking every system and every edge."), site), Localized.Text($"Reading the status of {intent.Name}")),
            async (_, token) =>
            {
                var report = await health.ReadAsync(intent, site, token);
                var figures = await FiguresAsync(intent, Lately, token);
                var call = await history.CallsAsync(intent.Name, 1, token);
                var card = StatusCards.Status(standing, site, report, await history.FindAsync(intent.Name, token), call.Count > 0 ? call[0] : null, figures);
                return Message.OfCard(card, $"{intent.Name}: {Words.Of(report.Overall)}. {Localized.Text(report.Sentence)}");
            },
            cancellationToken);
    }

    private async Task RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        switch (call.Arguments)
        {
            case []:
                await OfAllAsync(call.Turn, cancellationToken);
                return;
            case [var name]:
                await OfOneAsync(call.Turn, name, cancellationToken);
                return;
            case [var name, var period] when Period(period) is { } asked:
                await ChartAsync(call.Turn, name, asked, dark: false, cancellationToken);
                return;
            case [var name, var period, var word] when Period(period) is { } asked && string.Equals(word, "dark", StringComparison.OrdinalIgnoreCase):
                await ChartAsync(call.Turn, name, asked, dark: true, cancellationToken);
                return;
            default:
                await speech.SayAsync(call.Turn.Where, Localized.Text("Say it like this: status NAME 24h, or 7d, from 1h to 400d; and dark for a dark picture."), cancellationToken);
                return;
        }
    }

    /// <summary>From what was kept: no system is asked.</summary>
    private async Task ChartAsync(Turn turn, string name, TimeSpan period, bool dark, CancellationToken cancellationToken)
    {
        if (await lookup.AnyAsync(turn, name, cancellationToken) is not var (intent, site, _))
        {
            return;
        }

        var figures = await FiguresAsync(intent, period, cancellationToken);
        var card = StatusCards.Chart(intent.Name, site, figures);
        await speech.SayAsync(
            turn.Where,
            figures.IsEmpty
                ? Message.OfCard(card, Localized.Text($"Chart of {intent.Name}: nothing was measured"))
                : Message.OfCard(card, $"{intent.Name}. {StatusCards.Sentence(figures)}") with
                {
                    Files = [new($"{intent.Name}-{time.GetUtcNow().ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}.png", "image/png", HealthChart.Png(figures, StatusCards.ChartWords(intent.Name, figures), Audience.TimeZone, dark))],
                    FilesFor = turn.From,
                },
            cancellationToken);
    }

    private async Task OfAllAsync(Turn turn, CancellationToken cancellationToken)
    {
        var (count, all) = await trunks.PageAsync(StatusCards.MostAsked, cancellationToken);
        if (count == 0)
        {
            await speech.SayAsync(turn.Where, TrunkCommands.NoTrunks, cancellationToken);
            return;
        }

        if (count > StatusCards.MostAsked)
        {
            var seen = await history.OverviewAsync(StatusCards.MostNamed, cancellationToken);
            await speech.SayAsync(turn.Where, Message.OfCard(StatusCards.Overview(seen, sites.All.Any(s => s.Simulated), time.GetUtcNow()), Localized.Text($"Status of {count} trunks")), cancellationToken);
            return;
        }

        var known = all.Where(t => sites.Find(t.Intent.Site) is not null).ToList();
        IReadOnlyList<ManagedTrunk> lost = [.. all.Except(known)];
        if (known.Count == 0)
        {
            await speech.SayAsync(turn.Where, Message.OfCard(StatusCards.Overview([], lost, simulated: false, time.GetUtcNow()), Localized.Text($"Status of {all.Count} trunks")), cancellationToken);
            return;
        }

        await slow.RunAsync(
            turn.Where,
            Localized.Text("status of all trunks"),
            Message.OfCard(TalkCards.Reading(Localized.Text("Status"), Localized.Text($"Asking the systems of {(known.Count == 1 ? Localized.Text("1 trunk") : Localized.Text($"{known.Count} trunks"))}."), SiteOf(known[0])), Localized.Text("Reading the status of all trunks")),
            async (_, token) =>
            {
                var worstFirst = await health.ReadAllAsync(known.Select(t => (t.Intent, SiteOf(t))), token);
                return Message.OfCard(StatusCards.Overview(worstFirst, lost, known.Any(t => SiteOf(t).Simulated), time.GetUtcNow()), Localized.Text($"Status of {all.Count} trunks"));
            },
            cancellationToken);

        SiteProfile SiteOf(ManagedTrunk trunk) => sites.Find(trunk.Intent.Site)!;
    }

    private async Task<HealthFigures> FiguresAsync(TrunkIntent intent, TimeSpan period, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return HealthFigures.Of(await history.ReadAsync(intent.Name, now - period, cancellationToken), now, period);
    }

    /// <summary>Reads <c>24h</c> and <c>7d</c>; null when it is neither, or too long or short.</summary>
    private static TimeSpan? Period(string typed)
    {
        var unit = typed.Length > 1 ? char.ToLowerInvariant(typed[^1]) : ' ';
        if (unit is not ('h' or 'd') || !int.TryParse(typed.AsSpan(0, typed.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MostHours)
        {
            return null;
        }

        var hours = unit == 'd' ? number * 24 : number;
        return hours is >= 1 and <= MostHours ? TimeSpan.FromHours(hours) : null;
    }
}
