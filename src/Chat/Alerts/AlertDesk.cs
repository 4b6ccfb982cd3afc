using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Chat.Alerts;

/// <summary>Alerts on their way to a card, as the host sees to them.</summary>
public interface IAlertDesk
{
    /// <summary>Stores what a source said and has the cards drawn. Returns when everything is stored. A repeat has no effect.</summary>
    /// <returns>How many of them were news.</returns>
    Task<int> TakeAsync(IReadOnlyList<Alert> arrived, CancellationToken cancellationToken);

    /// <summary>Brings an alert's card to its state, tells followers, starts the diagnosis. Not to be called twice at once for one alert.</summary>
    /// <exception cref="ChannelException">The platform refused; it is tried again with the next <see cref="CatchUpAsync"/>.</exception>
    Task DrawAsync(string id, CancellationToken cancellationToken);

    /// <summary>Has every alert drawn whose card is behind, and forgets old events. The host calls it at start and once a minute.</summary>
    Task CatchUpAsync(CancellationToken cancellationToken);
}

/// <summary>
/// From a message of a source to a card in the right place: matched to a trunk, stored, posted or edited, followers told, diagnosis started. What
/// is stored is drawn again until it stands, also after a restart.
/// </summary>
internal sealed partial class AlertDesk(
    IAlertStore alerts, ISilenceStore silences, ITrunkStore trunks, ISites sites, PlaceBook places, IConversationStore conversations, Followers followers,
    INoticeStore notices, AlertMatching matching, AlertDiagnosis diagnosis, IAlertBell bell, Speech speech, Accounts accounts, TimeProvider time, IOptions<AlertOptions> options,
    ILogger<AlertDesk> logger) : IAlertDesk
{
    /// <summary>Sources repeat a message for hours and days at most.</summary>
    private static readonly TimeSpan EventsKept = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public async Task<int> TakeAsync(IReadOnlyList<Alert> arrived, CancellationToken cancellationToken)
    {
        if (arrived.Count == 0)
        {
            return 0;
        }

        var known = (await trunks.ListAsync(cancellationToken)).Select(t => t.Intent).ToList();
        var news = 0;
        foreach (var alert in arrived)
        {
            var now = time.GetUtcNow();
            var match = matching.Match(alert, known);
            var customer = CustomerOf(alert, match);
            var taken = await alerts.TakeAsync(alert, now, before => AlertRecord.After(before, alert, match, customer, now, options.Value.SameCardFor), cancellationToken);
            if (taken is not null)
            {
                news++;
                Log.Taken(logger, taken.Id, alert.Source, alert.Status, taken.Trunk ?? "none");
                bell.Ring(taken.Id);
            }
        }

        return news;
    }

    /// <inheritdoc/>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await alerts.BehindAsync(cancellationToken))
        {
            bell.Ring(id);
        }

        await alerts.ForgetEventsAsync(time.GetUtcNow() - EventsKept, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DrawAsync(string id, CancellationToken cancellationToken)
    {
        // Its card is for everybody, whoever it was that rang.
        Audience.Enter(accounts.Language, null);
        if (await alerts.FindAsync(id, cancellationToken) is not { } stored)
        {
            return;
        }

        if (stored.Record.IsResolved)
        {
            await EndSilencesAsync(stored.Record, cancellationToken);
        }

        var silence = (await silences.ListAsync(time.GetUtcNow(), cancellationToken)).FirstOrDefault(s => s.IsOf(stored.Record));
        if (silence is null)
        {
            await TellFollowersAsync(stored.Record, cancellationToken);
        }

        var posted = await ShowAsync(stored, silence, cancellationToken);
        if (posted is { DiagnosisWanted: true } && silence is null)
        {
            await diagnosis.StartAsync(posted, cancellationToken);
        }
    }

    /// <returns>The record with the message in which its card stands; null while it was not posted.</returns>
    private async Task<AlertRecord?> ShowAsync(StoredAlert stored, Silence? silence, CancellationToken cancellationToken)
    {
        var record = stored.Record;
        var message = Message.OfCard(AlertCard.Of(record, sites.Find(record.Site ?? ""), silence), AlertCard.Summary(record));
        if (record is { Where: { } stands, MessageId: { } messageId })
        {
            if (stored.Shows == stored.Version)
            {
                return record;
            }

            var where = await conversations.FindAsync(stands.Key, cancellationToken) ?? stands;
            var now = await speech.EditAsync(where, messageId, message, cancellationToken);
            await alerts.ShownAsync(record.Id, stored.Version, cancellationToken);
            return now == messageId ? record : await alerts.ChangeAsync(record.Id, r => r with { MessageId = now }, cancellationToken);
        }

        if (silence is not null)
        {
            // It is posted when the silence is over, if it still fires then.
            return null;
        }

        if (record.IsResolved)
        {
            await alerts.ShownAsync(record.Id, stored.Version, cancellationToken);
            return null;
        }

        if (await places.AlertsAsync(record.Site, record.Customer, cancellationToken) is not { } place)
        {
            Log.NoPlace(logger, record.Id);
            return null;
        }

        var sent = await speech.SayAsync(place, message, cancellationToken);

        // Whoever gives up by now: a card that stands and is not known to would be posted once more.
        var known = await alerts.ChangeAsync(record.Id, r => r with { Where = place, MessageId = sent }, CancellationToken.None);

        // Of what was said since the card was made nothing is shown yet: it is drawn again.
        if (await alerts.FindAsync(record.Id, cancellationToken) is { } after && after.Version == stored.Version + 1)
        {
            await alerts.ShownAsync(record.Id, after.Version, cancellationToken);
        }
        else
        {
            bell.Ring(record.Id);
        }

        return known;
    }

    private async Task TellFollowersAsync(AlertRecord record, CancellationToken cancellationToken)
    {
        var state = $"{(record.IsResolved ? "resolved" : "firing")} {record.Count}";
        // What the bot's own watch saw it told followers itself.
        if (record.Trunk is not { } trunk || record.Alert.Source == AlertSources.Health
            || await notices.MoveMarkAsync($"alert:{record.Id}", state, time.GetUtcNow(), m => m?.Value != state, cancellationToken) is not { IsMoved: true })
        {
            return;
        }

        await followers.TellAsync(
            trunk,
            $"{record.Id}, trunk {trunk}: {(record.IsResolved ? "resolved" : $"alert of severity {record.Alert.Severity}")}: {ShownText.Cut(record.Alert.Title, 200)}",
            record.Alert.Severity == Severities.Critical && !record.IsResolved,
            cancellationToken);
    }

    private async Task EndSilencesAsync(AlertRecord record, CancellationToken cancellationToken)
    {
        var over = (await silences.ListAsync(time.GetUtcNow(), cancellationToken)).Where(s => s.Until is null && string.Equals(s.Alert, record.Id, StringComparison.Ordinal));
        foreach (var silence in over)
        {
            await silences.RemoveAsync(silence, cancellationToken);
        }
    }

    /// <summary>Whose trunk it is, by the site's patterns; else as the alert says, which only chooses among places that an admin bound.</summary>
    private string? CustomerOf(Alert alert, AlertMatch match) =>
        (match.Trunk is { } trunk ? sites.Find(trunk.Site)?.CustomerOf(trunk.Name) : null) ?? alert.Labels.GetValueOrDefault("customer");

    private static partial class Log
    {
        [LoggerMessage(41, LogLevel.Information, "Alert {AlertId} from {Source} is {Status}; trunk {Trunk}")]
        public static partial void Taken(ILogger logger, string alertId, string source, AlertStatus status, string trunk);

        [LoggerMessage(42, LogLevel.Warning, "alerts-no-place: Alert {AlertId} is posted nowhere, because no conversation is for alerts; an admin says here is alerts")]
        public static partial void NoPlace(ILogger logger, string alertId);
    }
}
