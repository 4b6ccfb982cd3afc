using System.Security.Cryptography;
using System.Text;
using TrunkBot.Chat.Messages;

namespace TrunkBot.Chat.Cards;

/// <summary>The cards of one change while they are drawn: one round at a time, and what is remembered of each card in between.</summary>
internal sealed class CardLane
{
    private readonly Dictionary<string, CardMemory> cards = new(StringComparer.Ordinal);

    /// <summary>The change went on since the last round began.</summary>
    public bool IsDirty { get; set; }

    public bool IsRunning { get; set; }

    public CardMemory Of(string card)
    {
        if (!cards.TryGetValue(card, out var memory))
        {
            memory = new CardMemory();
            cards.Add(card, memory);
        }

        return memory;
    }

    /// <summary>When a card that failed is to be tried again; null when none is, or none of them any more.</summary>
    public DateTimeOffset? NextTry() => cards.Values.Select(c => c.NextTry).Where(at => at is not null).Min();
}

/// <summary>What one card shows as far as this process knows, and how often in a row it could not be drawn.</summary>
internal sealed class CardMemory
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>With pauses of 1, 2, 4 ... 30 s: about a minute and a half. After that the catch-up of every minute goes on.</summary>
    private const int MostFailures = 8;

    /// <summary>Digest of what it shows; null when this process has not drawn it, empty when nobody knows.</summary>
    private string? digest;
    private int failures;
    private DateTimeOffset notBefore;

    public DateTimeOffset? NextTry => failures is > 0 and < MostFailures ? notBefore : null;

    public bool Shows(Message message) => digest == DigestOf(message);

    public void Drawn(Message message)
    {
        digest = DigestOf(message);
        Succeeded();
    }

    /// <summary>One try, which fails by itself.</summary>
    /// <param name="failed">Told why, for the log.</param>
    /// <returns>False when it did not succeed, or it is too soon to try it again.</returns>
    public async Task<bool> TryAsync(Func<Task> send, TimeProvider time, Action<Exception> failed, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < notBefore)
        {
            return false;
        }

        try
        {
            await send();
            Succeeded();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Failed(time.GetUtcNow());
            failed(e);
            return false;
        }
    }

    public void Succeeded()
    {
        failures = 0;
        notBefore = default;
    }

    public void Failed(DateTimeOffset now)
    {
        // What failed may have arrived all the same.
        digest = "";
        failures++;
        notBefore = now + TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(failures, MostFailures) - 1)));
    }
    private static string DigestOf(Message message) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        message.Card!.Name + message.Card.Data.ToJsonString() + string.Join(' ', message.Mentions.Concat(message.Viewers).Select(u => u.Id)))));
}
