using System.Security.Cryptography;
using System.Text.Json;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;

namespace TrunkBot.Teams.Files;

/// <summary>
/// Files that were offered and wait for a yes. They live in this process alone: after an hour, or a restart, whoever says yes is asked to press
/// the button again, which makes the file anew.
/// </summary>
internal sealed class FileOffers(TimeProvider time)
{
    public const string ConsentCard = "application/vnd.microsoft.teams.card.file.consent";
    public const string InfoCard = "application/vnd.microsoft.teams.card.file.info";
    public const string OnlyInPrivate = "Teams lets me hand over files in a private chat only. Ask me there: add TrunkBot as an app, then say the same.";

    private const int MostBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan GoodFor = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, FileOffer> waiting = new(StringComparer.Ordinal);

    /// <summary>The message that asks whether the person wants the file.</summary>
    public Activity Offer(ConversationReference where, MessageFile file, string description)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var context = new { id };
        lock (gate)
        {
            Forget();
            waiting[id] = new FileOffer(file, where.ConversationId, time.GetUtcNow());
        }

        var content = JsonSerializer.SerializeToElement(new { description, sizeInBytes = file.Content.Length, acceptContext = context, declineContext = context });
        return Activity.Message(where.BotId, null, description, [new(ConsentCard, content, Name: file.Name)]);
    }

    /// <summary>The offered file, once: null when it was taken, declined or forgotten, or offered somewhere else.</summary>
    public MessageFile? Take(string? id, string conversationId)
    {
        lock (gate)
        {
            Forget();
            return id is not null && waiting.TryGetValue(id, out var offer) && offer.ConversationId == conversationId && waiting.Remove(id) ? offer.File : null;
        }
    }

    /// <summary>What is old, and the oldest of what is too much.</summary>
    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (id, _) in waiting.Where(w => w.Value.At <= now - GoodFor).ToList())
        {
            waiting.Remove(id);
        }

        while (waiting.Values.Sum(o => (long)o.File.Content.Length) > MostBytes)
        {
            waiting.Remove(waiting.MinBy(w => w.Value.At).Key);
        }
    }

    private sealed record FileOffer(MessageFile File, string ConversationId, DateTimeOffset At);
}
