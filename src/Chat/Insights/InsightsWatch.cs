using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
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
/// After a test call, looks for what Twilio measured of it until it is complete or the time is over, and shows both sides' figures beside each other. It is a convenience: the
/// end of the program ends the search, and nobody takes it up again.
/// </summary>
public sealed class InsightsWatch(
    ICallInsights insights, IHealthHistory history, INoticeStore notices, Speech speech, IBackgroundWork background, InsightsOptions options, TimeProvider time)
{
    /// <summary>That it is off is worth saying now and then, not after each call.</summary>
    private static readonly TimeSpan SayOffAgainAfter = TimeSpan.FromDays(7);

    /// <summary>Returns at once. A call that cannot have reached Twilio is not looked for.</summary>
    /// <param name="where">Where to show it, such as the thread under the call's card; null: it is only kept with the call.</param>
    public void Start(TrunkIntent trunk, SiteProfile site, TestCall call, ConversationReference? where)
    {
        if (options.Enabled && call.Outcome is not (CallOutcome.NotPlaced or CallOutcome.TransportError or CallOutcome.Cancelled))
        {
            background.Run($"Voice Insights of {trunk.Name}", token => WatchAsync(trunk, site, call, where, token));
        }
    }

    private async Task WatchAsync(TrunkIntent trunk, SiteProfile site, TestCall call, ConversationReference? where, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + options.GiveUpAfter;
        string? shown = null;
        CallInsights? last = null;
        try
        {
            for (var wait = options.FirstAfter; ; wait = options.Every)
            {
                await Task.Delay(wait, time, cancellationToken);
                var found = await insights.FindAsync(trunk, site, call, cancellationToken);
                var isOver = found.State is InsightsState.Off or InsightsState.Several or InsightsState.Complete || time.GetUtcNow() >= until;

                // What was found once is not lost by a look that failed.
                found = found.Figures is null && last?.Figures is not null ? last : found;
                if (where is not null && (isOver || found.Figures is not null) && !(found == last && !isOver))
                {
                    shown = await ShowAsync(trunk, site, call, found, isOver, where, shown, until, cancellationToken);
                }

                last = found;
                if (isOver)
                {
                    await history.AmendCallAsync(trunk.Name, call.StartedAt, c => c with { Carrier = found }, cancellationToken);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (shown is not null && last is not null)
            {
                await speech.LastWordAsync(where!, shown, Card(trunk, site, call, last, Localized.Text("The program was stopped before Twilio's figures were complete; they are not looked for any more.")));
            }

            throw;
        }
    }

    private async Task<string?> ShowAsync(
        TrunkIntent trunk, SiteProfile site, TestCall call, CallInsights found, bool isOver, ConversationReference where, string? shown, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (found.Figures is not null)
        {
            var more = found.State == InsightsState.Complete ? ""
                : isOver ? Localized.Text($"They were not complete within {options.GiveUpAfter.TotalMinutes:0} min and are not looked for any more.")
                : Localized.Text($"They are looked at again until {CardData.Minute(until)}, as long as the bot runs.");
            return await speech.ShowAsync(where, shown, Card(trunk, site, call, found, more), cancellationToken);
        }

        if (found.State == InsightsState.Off)
        {
            var now = time.GetUtcNow();
            if (!(await notices.MoveMarkAsync($"insights-off:{site.Name}", "off", now, m => m is null || now - m.At >= SayOffAgainAfter, cancellationToken)).IsMoved)
            {
                return shown;
            }
        }

        await speech.SayAsync(where, Sentence(trunk, found), cancellationToken);
        return shown;
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
}
