using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace TrunkBot.WebChat.Conversations;

/// <summary>All conversations of the lab, in memory. Every change has a revision; readers who were away catch up by it.</summary>
internal sealed class ConversationBook
{
    private const int WaitingChanges = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<ChatMessage>> conversations = new(StringComparer.Ordinal);
    private readonly HashSet<Channel<ChatMessage>> followers = [];
    private readonly TimeProvider time;
    private readonly int kept;
    private readonly long first;
    private long revision;

    public ConversationBook(TimeProvider time, IOptions<WebChatOptions> options)
    {
        this.time = time;
        kept = options.Value.KeptMessages;

        // Begins at the milliseconds of the clock, so that after a restart a page with an older revision is told to begin anew.
        first = revision = time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    public ChatMessage Add(string conversationId, Author from, MessageBody body, string? to = null, string? code = null)
    {
        lock (gate)
        {
            revision++;
            var message = new ChatMessage
            {
                Id = $"m{revision}",
                ConversationId = conversationId,
                Created = revision,
                Revision = revision,
                From = from,
                At = time.GetUtcNow(),
                Body = body,
                To = to,
                Code = code,
            };
            var messages = MessagesOf(conversationId);
            messages.Add(message);
            if (messages.Count > kept)
            {
                messages.RemoveAt(0);
            }

            Tell(message);
            return message;
        }
    }

    /// <summary>Changes a message that is there and not deleted. False when there is none.</summary>
    public bool TryChange(string conversationId, string messageId, Func<ChatMessage, ChatMessage> change)
    {
        lock (gate)
        {
            var messages = MessagesOf(conversationId);
            var at = messages.FindIndex(m => string.Equals(m.Id, messageId, StringComparison.Ordinal) && !m.IsDeleted);
            if (at < 0)
            {
                return false;
            }

            messages[at] = change(messages[at]) with { Revision = ++revision };
            Tell(messages[at]);
            return true;
        }
    }

    public ChatMessage? Find(string conversationId, string messageId)
    {
        lock (gate)
        {
            return MessagesOf(conversationId).Find(m => string.Equals(m.Id, messageId, StringComparison.Ordinal) && !m.IsDeleted);
        }
    }

    /// <summary>Messages in the order in which they were written, and the revision at which they were read.</summary>
    public (long Revision, IReadOnlyList<ChatMessage> Messages) Read(string conversationId)
    {
        lock (gate)
        {
            return (revision, [.. MessagesOf(conversationId).Where(m => !m.IsDeleted)]);
        }
    }

    /// <summary>Follows all conversations from a revision on: what changed since, and then every change.</summary>
    /// <param name="since">The last revision that the reader knows; null: only what comes.</param>
    public Following Follow(long? since)
    {
        var channel = Channel.CreateBounded<ChatMessage>(WaitingChanges);
        lock (gate)
        {
            followers.Add(channel);
            var isUnknown = since < first || since > revision;
            var missed = since is null || isUnknown
                ? []
                : conversations.Values.SelectMany(m => m).Where(m => m.Revision > since).OrderBy(m => m.Revision).ToList();
            return new(this, channel, missed, isUnknown, revision);
        }
    }

    private List<ChatMessage> MessagesOf(string conversationId)
    {
        if (!conversations.TryGetValue(conversationId, out var messages))
        {
            conversations[conversationId] = messages = [];
        }

        return messages;
    }

    private void Tell(ChatMessage message)
    {
        // Who reads too slowly is cut off and catches up from the last revision it saw.
        foreach (var follower in followers.Where(f => !f.Writer.TryWrite(message)).ToList())
        {
            follower.Writer.TryComplete();
            followers.Remove(follower);
        }
    }

    private void Leave(Channel<ChatMessage> channel)
    {
        lock (gate)
        {
            followers.Remove(channel);
        }
    }

    /// <summary>One reader of changes; dispose when it leaves.</summary>
    /// <param name="Missed">What changed since the reader's revision, oldest change first, each message in its present state.</param>
    /// <param name="MustBeginAnew">The revision is not one of this book (the program was restarted): read everything again.</param>
    /// <param name="Revision">The revision from which <see cref="Changes"/> goes on.</param>
    internal sealed record Following(
        ConversationBook Book, Channel<ChatMessage> Channel, IReadOnlyList<ChatMessage> Missed, bool MustBeginAnew, long Revision) : IDisposable
    {
        public ChannelReader<ChatMessage> Changes => Channel.Reader;

        public void Dispose() => Book.Leave(Channel);
    }
}
