using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Chat.Places;

/// <summary>
/// Tells followers what becomes of their trunks. Each notice is stored before it is said; during somebody's quiet hours theirs wait, and come as one
/// message when the hours are over. A silenced trunk has no notices.
/// </summary>
public sealed partial class Followers(
    IPlaceStore places, INoticeStore notices, ISilenceStore silences, IConversationStore conversations, Speech speech, IBackgroundWork background,
    TimeProvider time, ILogger<Followers> logger, INoticeBell? bell = null) : IChangeObserver, IDisposable
{
    private const int MostLines = 30;

    /// <summary>Two deliveries at once would say the same twice.</summary>
    private readonly SemaphoreSlim one = new(1);

    /// <summary>Changes whose beginning and end followers hear of; the steps between are on the change's card.</summary>
    private static string? Told(ChangeState state) => state switch
    {
        ChangeState.Applying => "has begun",
        ChangeState.Done => "is done",
        ChangeState.Failed => "failed",
        ChangeState.Undone => "is undone",
        ChangeState.Stuck => "is stuck: a person must act",
        ChangeState.Resolved => "was resolved by hand",
        _ => null,
    };

    /// <inheritdoc/>
    public async Task ChangedAsync(Change change, CancellationToken cancellationToken)
    {
        if (Told(change.State) is not { } became)
        {
            return;
        }

        // Each state is seen many times, and one that failed may fail again after a retry: what comes in between moves the mark.
        var move = await notices.MoveMarkAsync(
            $"change:{change.Id}", change.State.ToString(), time.GetUtcNow(), mark => mark?.Value != change.State.ToString(), cancellationToken);
        if (move.IsMoved)
        {
            var trunk = change.Plan.Intent.Name;
            await KeepAsync([trunk], $"{change.Id} for trunk {trunk} {became}.", canNotWait: false, cancellationToken);

            // A platform that is slow must not hold up the change.
            background.Run($"notices of {change.Id}", SayNowAsync);
        }
    }

    /// <summary>Tells all followers of a trunk, unless it is silenced.</summary>
    /// <param name="canNotWait">It breaks through quiet hours.</param>
    public Task TellAsync(string trunk, string text, bool canNotWait, CancellationToken cancellationToken) => TellAsync([trunk], text, canNotWait, cancellationToken);

    /// <summary>Tells everybody who follows one of the trunks, once, however many of them they follow.</summary>
    public async Task TellAsync(IReadOnlyList<string> trunks, string text, bool canNotWait, CancellationToken cancellationToken)
    {
        if (await KeepAsync(trunks, text, canNotWait, cancellationToken))
        {
            await SayNowAsync(cancellationToken);
        }
    }

    /// <summary>Has what may be said now said, in whichever process says it. The host calls it every minute too, for quiet hours that ended and platforms that came back.</summary>
    public Task SayNowAsync(CancellationToken cancellationToken) => bell?.RingAsync() ?? DeliverAsync(cancellationToken);

    private async Task<bool> KeepAsync(IReadOnlyList<string> trunks, string text, bool canNotWait, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var about = trunks.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var follows = (await places.FollowsAsync(cancellationToken)).Where(f => about.Contains(f.Trunk)).ToList();
        var silent = follows.Count == 0 ? [] : await silences.ListAsync(now, cancellationToken);
        var followers = follows.Where(f => !silent.Any(s => s.IsOfTrunk(f.Trunk))).DistinctBy(f => (f.Where.Key, f.Person)).ToList();
        if (followers.Count == 0)
        {
            return false;
        }

        await notices.AddAsync([.. followers.Select(f => new Notice(0, f.Trunk, f.Where, f.Person, text, canNotWait, now))], cancellationToken);
        return true;
    }

    /// <summary>Says what may be said now, here.</summary>
    public async Task DeliverAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            var waiting = await notices.ListAsync(cancellationToken);
            if (waiting.Count == 0)
            {
                return;
            }

            var now = time.GetUtcNow();
            var quiet = (await places.QuietAsync(cancellationToken)).Where(q => q.IsQuiet(now)).Select(q => q.Person).ToHashSet(StringComparer.Ordinal);
            foreach (var conversation in waiting.Where(n => n.CanNotWait || n.Person is null || !quiet.Contains(n.Person)).GroupBy(n => n.Where.Key, StringComparer.Ordinal))
            {
                await SayAsync([.. conversation], cancellationToken);
            }
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task SayAsync(IReadOnlyList<Notice> together, CancellationToken cancellationToken)
    {
        try
        {
            var where = await conversations.FindAsync(together[0].Where.Key, cancellationToken) ?? together[0].Where;
            var lines = together.TakeLast(MostLines).Select(n => $"{CardData.Time(n.At)}: {n.Text}");
            var cut = together.Count > MostLines ? $"\n{together.Count - MostLines} older ones are left out." : "";
            await speech.SayAsync(
                where, together.Count == 1 ? together[0].Text : $"{together.Count} things happened to trunks that you follow:\n{string.Join('\n', lines)}{cut}", cancellationToken);
        }
        catch (ChannelException e)
        {
            // One conversation that is away holds up no other; its notices stay.
            LogNotSaid(logger, together[0].Where.Key, together.Count, e);
            return;
        }

        await notices.RemoveAsync(together, cancellationToken);
    }

    [LoggerMessage(30, LogLevel.Warning, "Follower {Conversation} could not be told {Count} notices; it is tried again in a minute")]
    private static partial void LogNotSaid(ILogger logger, string conversation, int count, Exception error);
}
