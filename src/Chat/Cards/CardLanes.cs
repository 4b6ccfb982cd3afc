using System.Collections.Concurrent;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Chat.Cards;

/// <summary>
/// Draws the cards of each subject in rounds: one after another, at most one a second. States that were overtaken are skipped, and the last one always arrives.
/// </summary>
/// <param name="bell">Has a subject drawn in one process of several; null: here.</param>
/// <param name="what">For the log, such as <c>cards of CHG-17</c>.</param>
/// <param name="draw">One round of all cards of a subject. Gives when there has to be another one though nothing changes; null for never.</param>
internal sealed class CardLanes(
    Func<string, string> what, Func<string, CardLane, CancellationToken, Task<DateTimeOffset?>> draw, IBackgroundWork background, TimeProvider time, ICardBell? bell)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, CardLane> lanes = new(StringComparer.Ordinal);

    /// <summary>The subject went on: its cards are drawn soon.</summary>
    public void Wake(string subject)
    {
        if (bell is null)
        {
            Draw(subject);
        }
        else
        {
            bell.Ring(subject);
        }
    }

    /// <summary>Has them drawn here, whoever asks how often. Returns at once.</summary>
    public void Draw(string subject)
    {
        var lane = lanes.GetOrAdd(subject, _ => new CardLane());
        lock (lane)
        {
            lane.IsDirty = true;
            if (lane.IsRunning)
            {
                return;
            }

            lane.IsRunning = true;
        }

        background.Run(what(subject), token => DrainAsync(subject, lane, token));
    }

    private async Task DrainAsync(string subject, CardLane lane, CancellationToken cancellationToken)
    {
        do
        {
            lock (lane)
            {
                lane.IsDirty = false;
            }
        }
        while (await WaitAsync(lane, await draw(subject, lane, cancellationToken), cancellationToken));
    }

    /// <summary>Waits at least a pause. False when there is nothing more to draw.</summary>
    private async Task<bool> WaitAsync(CardLane lane, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        for (var waited = false; ; waited = true)
        {
            lock (lane)
            {
                if (cancellationToken.IsCancellationRequested || (!lane.IsDirty && next is null))
                {
                    lane.IsRunning = false;
                    return false;
                }

                if (waited && (lane.IsDirty || time.GetUtcNow() >= next))
                {
                    return true;
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
