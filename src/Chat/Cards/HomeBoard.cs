using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Chat.Cards;

/// <summary>What somebody sees who opens the bot's own page in a platform that has one (Slack: the Home tab).</summary>
public interface IHomeBoard
{
    /// <summary>The card <c>home</c> at once, with what the store knows; then, where there are trunks, once more when they were asked.</summary>
    /// <param name="show">Renders and shows it; called in the person's language and time zone.</param>
    Task DrawAsync(ChannelUser user, Func<CardContent, Task> show, CancellationToken cancellationToken);
}

/// <summary>What somebody sees who opens the bot without asking anything: their open changes, and the trunks in trouble.</summary>
internal sealed class HomeBoard(IChangeService changes, ITrunkStore trunks, ISites sites, TrunkHealth health, IHealthHistory history, PeopleBook people, Gate gate, TimeProvider time) : IHomeBoard
{
    private const int MostLines = 10;

    /// <inheritdoc/>
    public async Task DrawAsync(ChannelUser user, Func<CardContent, Task> show, CancellationToken cancellationToken)
    {
        var account = await people.FindAsync(user, cancellationToken);
        Audience.Enter(account?.Language ?? people.CommonLanguage, account?.TimeZone);
        if (gate.Against(account, Roles.Viewer, Localized.Text("This page")) is { } refusal)
        {
            await show(Card([], Localized.Text(refusal.Sentence), "", [], mayAsk: false));
            return;
        }

        var mayAsk = account!.May(Roles.Engineer);
        var own = (await changes.ListOpenAsync(cancellationToken)).Where(c => c.Requester.Id == account.Id).ToList();
        var count = own.Count == 0 ? Localized.Text("You have no open change.") : own.Count == 1 ? Localized.Text("You have 1 open change.") : Localized.Text($"You have {own.Count} open changes.");
        var (all, first) = await trunks.PageAsync(StatusCards.MostAsked, cancellationToken);
        if (all > StatusCards.MostAsked)
        {
            // As the watch saw them last: nobody waits for so many to be asked.
            var seen = await history.OverviewAsync(MostLines + 1, cancellationToken);
            await show(Card(own, count, StatusCards.Counts(seen), [.. seen.Worst.Where(t => t.State != HealthState.Ok).Select(t => Line(t.Trunk, t.State, Localized.Text(t.Sentence)))], mayAsk));
            return;
        }

        var known = first.Where(t => sites.Find(t.Intent.Site) is not null).ToList();
        await show(Card(own, count, known.Count == 0 ? Localized.Text("There is no trunk under management yet.") : Localized.Text($"Asking the systems of {Trunks(known.Count)} ..."), [], mayAsk));
        if (known.Count == 0)
        {
            return;
        }

        var reports = await health.ReadAllAsync(known.Select(t => (t.Intent, sites.Find(t.Intent.Site)!)), cancellationToken);
        List<TrunkLine> trouble = [.. reports.Where(r => r.Overall != HealthState.Ok).Select(r => Line(r.Trunk, r.Overall, Localized.Text(r.Sentence)))];
        await show(Card(own, count, trouble.Count == 0 ? Localized.Text($"{Trunks(known.Count)}, none in trouble.") : Localized.Text($"{trouble.Count} of {Trunks(known.Count)} in trouble."), trouble, mayAsk));
    }

    private CardContent Card(List<ChangeSummary> own, string changeCount, string count, List<TrunkLine> trouble, bool mayAsk) => CardData.Content("home", new HomeView(
        sites.All.Any(s => s.Simulated),
        CardData.Time(time.GetUtcNow()),
        changeCount,
        [.. own.Take(MostLines).Select(c => new ChangeLine(c.Id, c.TrunkName, Words.Of(c), CardData.Time(c.Created)))],
        own.Count > MostLines ? Localized.Text($"{own.Count - MostLines} more: say changes.") : "",
        count,
        [.. trouble.Take(MostLines)],
        trouble.Count > MostLines ? Localized.Text($"{trouble.Count - MostLines} more: say status.") : "",
        mayAsk));

    private static string Trunks(int count) => count == 1 ? Localized.Text("1 trunk") : Localized.Text($"{count} trunks");

    private static TrunkLine Line(string trunk, HealthState state, string sentence) => new(trunk, Words.Of(state), ShownText.Cut(sentence, 300));

    private sealed record HomeView(
        bool Simulated, string At, string ChangeCount, IReadOnlyList<ChangeLine> Changes, string MoreChanges, string TrunkCount, IReadOnlyList<TrunkLine> Trunks, string MoreTrunks,
        bool MayAsk);

    private sealed record ChangeLine(string Change, string Trunk, string State, string Since);

    private sealed record TrunkLine(string Trunk, string State, string Sentence);
}
