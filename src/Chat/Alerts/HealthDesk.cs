using System.Globalization;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks;

namespace TrunkBot.Chat.Alerts;

/// <summary>
/// What watching found, on its way to people: followers are told in words, and what failed is an alert like those of other sources. Each piece of news is told
/// once, whichever process has it, and also when the program is started anew.
/// </summary>
public sealed class HealthDesk(Followers followers, INoticeStore notices, IAlertDesk alerts, IAlertStore stored, ITrunkStore trunks, ISites sites, TrunkHealth health, HealthOptions options, TimeProvider time)
{
    private const string Flapping = "Flapping";

    /// <summary>What was told of a trunk of which nothing ever was.</summary>
    private const string Nothing = "";

    /// <summary>News of one trunk. The first state ever is only remembered, unless it is a failure.</summary>
    public async Task TrunkAsync(TrunkIntent trunk, HealthNews news, string sentence, CancellationToken cancellationToken)
    {
        var subject = $"health:{trunk.Name.ToUpperInvariant()}";
        var labels = new Dictionary<string, string> { ["trunk"] = trunk.Name, ["site"] = trunk.Site };
        if (await BeforeAsync(subject, news, news.State == HealthState.Failed ? Nothing : null, cancellationToken) is not { } before)
        {
            await MendAlertAsync(news, trunk.Name, $"Trunk {trunk.Name} is {Words.Of(news.State)}", ShownText.Cut(sentence, 300), labels, cancellationToken);
            await MoveAsync(subject, news, cancellationToken);
            return;
        }

        var now = Words.Of(news.State);
        var text = news.Kind switch
        {
            NewsKind.Flapping => $"Trunk {trunk.Name} is flapping: {Often}. It is {now} now; you hear of it again when it is calm.",
            NewsKind.Calm => $"Trunk {trunk.Name} is calm again. It is {now}: {ShownText.Cut(sentence, 300)}",
            _ when before == Nothing => $"Trunk {trunk.Name} is {now}: {ShownText.Cut(sentence, 300)}",
            _ => $"Trunk {trunk.Name} went from {Of(before)} to {now}: {ShownText.Cut(sentence, 300)}",
        };
        await AlertAsync(news, before, trunk.Name, news.Kind == NewsKind.Flapping ? $"Trunk {trunk.Name} is flapping" : $"Trunk {trunk.Name} is {now}", text, labels, cancellationToken);
        if (await MoveAsync(subject, news, cancellationToken))
        {
            await followers.TellAsync(trunk.Name, text, news.State == HealthState.Failed, cancellationToken);
        }
    }

    /// <summary>News of what many trunks stand behind: told once to everybody who follows any of them.</summary>
    /// <param name="sentence">Why it is down.</param>
    /// <returns>False when nothing is to be told now, because the sites of all the trunks behind it are in maintenance: to be asked again.</returns>
    public async Task<bool> DependencyAsync(DependencyName dependency, HealthNews news, string sentence, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var behind = (await trunks.ListAsync(cancellationToken))
            .Where(t => sites.Find(t.Intent.Site) is { } site && health.DependenciesOf(t.Intent, site).Contains(dependency)).Select(t => t.Intent).ToList();
        if (behind.Count > 0 && behind.Select(t => t.Site).Distinct(StringComparer.Ordinal).Select(s => sites.Find(s)!).All(s => s.Health.IsSilent(at, s.TimeZone)))
        {
            return false;
        }

        var count = dependency.IsEdge
            ? behind.Count == 1 ? "1 trunk uses it" : $"{behind.Count} trunks use it"
            : behind.Count == 1 ? "1 trunk is behind it" : $"{behind.Count} trunks are behind it";
        var isDown = news.State == HealthState.Failed;
        var state = (dependency.IsEdge, isDown) switch
        {
            (true, true) => "does not answer OPTIONS",
            (true, false) => "answers OPTIONS",
            (false, true) => "can't be read",
            (false, false) => "can be read",
        };
        var name = dependency.Title;
        var subject = SubjectOf(dependency);
        var labels = behind.Select(t => t.Site).Distinct(StringComparer.Ordinal).ToList() is [var only] ? new Dictionary<string, string> { ["site"] = only } : [];
        if (await BeforeAsync(subject, news, nameof(HealthState.Ok), cancellationToken) is not { } before)
        {
            await MendAlertAsync(news, dependency.ToString(), $"{name} {state}; {count}", ShownText.Cut(sentence, 300), labels, cancellationToken);
            await MoveAsync(subject, news, cancellationToken);
            return true;
        }

        var text = news.Kind switch
        {
            NewsKind.Flapping => $"{name} is flapping: {Often}; {count}.",
            NewsKind.Calm => $"{name} is calm again and {state}; {count}.",
            _ when isDown => $"{name} {state}; {count}: {ShownText.Cut(sentence, 300)}",
            _ => $"{name} {state} again; {count}.",
        };
        await AlertAsync(news, before, dependency.ToString(), $"{name} {(news.Kind == NewsKind.Flapping ? "is flapping" : state)}; {count}", text, labels, cancellationToken);
        if (await MoveAsync(subject, news, cancellationToken))
        {
            await followers.TellAsync([.. behind.Select(t => t.Name)], text, isDown, cancellationToken);
        }

        return true;
    }

    /// <summary>Whether people were told last that it is down, or that it flaps; an alert that fires tells them too.</summary>
    public async Task<bool> IsToldDownAsync(DependencyName dependency, CancellationToken cancellationToken) =>
        IsTrouble(await MarkAsync(SubjectOf(dependency), cancellationToken)) || await IsFiringAsync(dependency.ToString(), cancellationToken);

    private static string SubjectOf(DependencyName dependency) => $"dependency:{dependency}";

    private static bool IsTrouble(string? mark) => mark is Flapping or nameof(HealthState.Failed);

    private string Often => string.Create(CultureInfo.InvariantCulture, $"its state changed {options.FlapChanges} times within {options.FlapWindow.TotalMinutes:0} min");

    private static string Of(string mark) => Enum.TryParse<HealthState>(mark, out var state) ? Words.Of(state) : mark;

    /// <summary>What was told before; null when there is no news. An alert is taken before the mark is moved, so that one that could not be stored is news again; taken twice it is one.</summary>
    /// <param name="unlessTold">What counts as told when nothing ever was.</param>
    private async Task<string?> BeforeAsync(string subject, HealthNews news, string? unlessTold, CancellationToken cancellationToken)
    {
        var before = await MarkAsync(subject, cancellationToken) ?? unlessTold;
        return before != Value(news) ? before : null;
    }

    /// <summary>What was told last; null when nothing ever was.</summary>
    private async Task<string?> MarkAsync(string subject, CancellationToken cancellationToken) =>
        (await notices.MoveMarkAsync(subject, "", time.GetUtcNow(), _ => false, cancellationToken)).Before?.Value;

    /// <summary>Whether it was this process that moved the mark: it tells followers.</summary>
    private async Task<bool> MoveAsync(string subject, HealthNews news, CancellationToken cancellationToken) =>
        (await notices.MoveMarkAsync(subject, Value(news), time.GetUtcNow(), mark => mark?.Value != Value(news), cancellationToken)).IsMoved;

    private static string Value(HealthNews news) => news.Kind == NewsKind.Flapping ? Flapping : news.State.ToString();

    private static bool Fires(HealthNews news) => news.Kind == NewsKind.Flapping || news.State == HealthState.Failed;

    private async Task<bool> IsFiringAsync(string id, CancellationToken cancellationToken) =>
        await stored.NewestAsync(Alert.KeyOf(AlertSources.Health, id), cancellationToken) is { IsResolved: false };

    /// <summary>It fires when something fails or flaps, and is resolved when it does no more.</summary>
    private async Task AlertAsync(
        HealthNews news, string before, string id, string title, string text, Dictionary<string, string> labels, CancellationToken cancellationToken)
    {
        if (options.Alerts && (Fires(news) || IsTrouble(before) || await IsFiringAsync(id, cancellationToken)))
        {
            await TakeAsync(news, id, title, text, labels, cancellationToken);
        }
    }

    /// <summary>
    /// A process that ended between the alert and the mark left an alert that is not as the mark says, and what it said may be over since: then there is no news, and
    /// the alert alone is brought to the state that holds.
    /// </summary>
    private async Task MendAlertAsync(HealthNews news, string id, string title, string text, Dictionary<string, string> labels, CancellationToken cancellationToken)
    {
        if (options.Alerts && Fires(news) != await IsFiringAsync(id, cancellationToken))
        {
            await TakeAsync(news, id, title, text, labels, cancellationToken);
        }
    }

    private Task<int> TakeAsync(HealthNews news, string id, string title, string text, Dictionary<string, string> labels, CancellationToken cancellationToken) =>
        alerts.TakeAsync(
            [
                new Alert
                {
                    Source = AlertSources.Health,
                    Id = id,
                    Event = string.Create(CultureInfo.InvariantCulture, $"{id}:{news.Kind}:{news.State}:{news.At.ToUnixTimeMilliseconds()}"),
                    Status = Fires(news) ? AlertStatus.Firing : AlertStatus.Resolved,
                    Title = title,
                    Description = text,
                    Severity = news.Kind == NewsKind.Flapping ? Severities.Warning : Severities.Critical,
                    Since = news.At,
                    Labels = labels,
                },
            ],
            cancellationToken);
}
