using System.Text.Json;
using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Insights;

/// <summary>
/// After a test call, looks for what Twilio measured of it until it is complete or the time is over, and shows both sides' figures beside each other. What is looked for is stored: a
/// look is due whichever process runs, and the one whose guarded write moves it on looks.
/// </summary>
public sealed partial class InsightsWatch(
    ICallInsights insights, IInsightsSearches searches, IHealthHistory history, ITrunkStore trunks, ISites sites, IAlertStore alerts, IConversationStore conversations, INoticeStore notices, Accounts accounts, Speech speech,
    IBackgroundWork background, InsightsOptions options, TimeProvider time, ILogger<InsightsWatch> logger)
{
    /// <summary>That it is off is worth saying now and then, not after each call.</summary>
    private static readonly TimeSpan SayOffAgainAfter = TimeSpan.FromDays(7);

    /// <summary>Among so many of a trunk's newest calls is the one that is looked for.</summary>
    private const int NewestCalls = 100;

    private int _looking;

    /// <summary>Begins to look for a call. One that cannot have reached Twilio is not looked for.</summary>
    /// <param name="where">The conversation of the call's card, and the message in which it stands: the figures are shown under it. Null: under the card of <paramref name="alert"/>.</param>
    /// <param name="alert">Key of the alert that the call raises; null with <paramref name="where"/> null: they are only kept with the call.</param>
    public async Task BeginAsync(TrunkIntent trunk, SiteProfile site, TestCall call, (ConversationReference Conversation, string Card)? where, string? alert)
    {
        if (!options.Enabled || call.Outcome is CallOutcome.NotPlaced or CallOutcome.TransportError or CallOutcome.Cancelled)
        {
            return;
        }

        var now = time.GetUtcNow();
        await searches.AddAsync(
            new InsightsSearch(trunk.Name, site.Name, call.StartedAt, now + options.FirstAfter, now + options.GiveUpAfter)
            {
                Where = where?.Conversation,
                Card = where?.Card,
                Alert = alert,

                // An alert's card is for everybody.
                Language = where is null ? accounts.Language : Audience.Language.Name,
                TimeZone = where is null ? TimeZoneInfo.Utc.Id : Audience.TimeZone.Id,
            },

            // Also when the program ends just now: the call was made.
            CancellationToken.None);
    }

    /// <summary>Has the looks made that are due, if they are not being made. Returns at once; the host calls it in each of its rounds.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 0)
        {
            background.Run("Voice Insights", async token =>
            {
                try
                {
                    await LookAsync(token);
                }
                finally
                {
                    Volatile.Write(ref _looking, 0);
                }
            });
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var listed in (await searches.ListAsync(cancellationToken)).Where(IsDue))
        {
            if (await searches.ChangeAsync(listed.Key, s => IsDue(s) ? s with { NextLook = time.GetUtcNow() + options.Every } : null, cancellationToken) is not { } search)
            {
                continue;
            }

            try
            {
                await LookForAsync(search, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.LookFailed(logger, e, search.Trunk, search.CallAt);
                if (time.GetUtcNow() >= search.Until + options.GiveUpAfter)
                {
                    // The platform is away for good, say.
                    await searches.RemoveAsync(search.Key, cancellationToken);
                }
            }
        }
    }

    private bool IsDue(InsightsSearch search) => search.NextLook <= time.GetUtcNow();

    private async Task LookForAsync(InsightsSearch search, CancellationToken cancellationToken)
    {
        Audience.Enter(search.Language, search.TimeZone);
        var isLast = time.GetUtcNow() >= search.Until;
        if ((await trunks.FindAsync(search.Trunk, cancellationToken))?.Intent is not { } trunk || sites.Find(search.Site) is not { } site)
        {
            // Removed since, by a change.
            await searches.RemoveAsync(search.Key, cancellationToken);
            return;
        }

        // What was measured is kept a little after the call.
        if ((await history.CallsAsync(search.Trunk, NewestCalls, cancellationToken)).FirstOrDefault(c => c.StartedAt == search.CallAt) is not { } call)
        {
            if (isLast)
            {
                await searches.RemoveAsync(search.Key, cancellationToken);
            }

            return;
        }

        var found = await insights.FindAsync(trunk, site, call, cancellationToken);
        var isOver = isLast || found.State is InsightsState.Off or InsightsState.Several or InsightsState.Complete;

        // What was found once is not lost by a look that failed.
        found = found.Figures is null && search.Last?.Figures is not null ? search.Last : found;
        if (await PlaceOfAsync(search, cancellationToken) is { } where && (isOver || (found.Figures is not null && !(search.MessageId is not null && IsSame(found, search.Last)))))
        {
            search = search with { MessageId = await ShowAsync(trunk, site, call, found, isOver, where, search, cancellationToken) };
        }

        if (isOver)
        {
            await history.AmendCallAsync(trunk.Name, call.StartedAt, c => c with { Carrier = found }, cancellationToken);
            await searches.RemoveAsync(search.Key, cancellationToken);
            return;
        }

        await searches.ChangeAsync(search.Key, s => s with { Last = found, MessageId = search.MessageId }, CancellationToken.None);
    }

    /// <summary>Null as long as the alert has no card, and where the figures are only kept.</summary>
    private async Task<ConversationReference?> PlaceOfAsync(InsightsSearch search, CancellationToken cancellationToken) => search switch
    {
        { Where: { } where, Card: { } card } => await ThreadAsync(where, card, cancellationToken),
        { Alert: { } alert } => await alerts.NewestAsync(alert, cancellationToken) is { Where: { } where, MessageId: { } card } ? await ThreadAsync(where, card, cancellationToken) : null,
        _ => null,
    };

    /// <summary>The conversation may be reached by another way by now, after a restart or a move of the platform's.</summary>
    private async Task<ConversationReference> ThreadAsync(ConversationReference where, string card, CancellationToken cancellationToken) =>
        speech.ThreadUnder(await conversations.FindAsync(where.Key, cancellationToken) ?? where, card);

    private static bool IsSame(CallInsights one, CallInsights? other) => JsonSerializer.Serialize(one) == JsonSerializer.Serialize(other);

    private async Task<string?> ShowAsync(
        TrunkIntent trunk, SiteProfile site, TestCall call, CallInsights found, bool isOver, ConversationReference where, InsightsSearch search, CancellationToken cancellationToken)
    {
        if (found.Figures is not null)
        {
            var more = found.State == InsightsState.Complete ? ""
                : isOver ? Localized.Text($"They were not complete within {options.GiveUpAfter.TotalMinutes:0} min and are not looked for any more.")
                : Localized.Text($"They are looked at again until {CardData.Minute(search.Until)}.");
            return await speech.ShowAsync(where, search.MessageId, Card(trunk, site, call, found, more), cancellationToken);
        }

        if (found.State == InsightsState.Off)
        {
            var now = time.GetUtcNow();
            if (!(await notices.MoveMarkAsync($"insights-off:{site.Name}", "off", now, m => m is null || now - m.At >= SayOffAgainAfter, cancellationToken)).IsMoved)
            {
                return search.MessageId;
            }
        }

        await speech.SayAsync(where, Sentence(trunk, found), cancellationToken);
        return search.MessageId;
    }

    private string Sentence(TrunkIntent trunk, CallInsights found) => found.State switch
    {
        InsightsState.Off => Localized.Text("What Twilio measured of test calls can't be shown: Advanced Features of Voice Insights are off in the account (insights-off). They cost money; who may decide that switches them on in Twilio's Console, Monitor, Insights, Voice Insights settings. The bot never does."),
        InsightsState.Several => Localized.Text($"What Twilio measured of the test call of {trunk.Name} can't be shown (insights-ambiguous): {ShownText.Cut(found.Detail, 400)}."),
        InsightsState.CannotAsk => Localized.Text($"What Twilio measured of the test call of {trunk.Name} could not be read (insights-unreadable): {ShownText.Cut(found.Detail, 300)}."),
        _ => Localized.Text($"Twilio lists no such call of {trunk.Name} within {options.GiveUpAfter.TotalMinutes:0} min of its end (insights-not-listed): {ShownText.Cut(found.Detail, 300)}. Whether it lists calls to its echo numbers is not published."),
    };

    private static Message Card(TrunkIntent trunk, SiteProfile site, TestCall call, CallInsights found, string more) => Message.OfCard(
        InsightsCard.Of(trunk.Name, site, call, found, more), Localized.Text($"Twilio's figures of the test call of {trunk.Name}: {InsightsCard.Word(found.State)}"));

    private static partial class Log
    {
        [LoggerMessage(42, LogLevel.Warning, "The look for Twilio's figures of the test call of {Trunk} at {CallAt} failed; it is made again")]
        public static partial void LookFailed(ILogger logger, Exception exception, string trunk, DateTimeOffset callAt);
    }
}
