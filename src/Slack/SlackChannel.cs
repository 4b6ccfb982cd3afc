using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.BlockKit;
using TrunkBot.Slack.Files;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack;

/// <summary>Slack, outbound. The id of a message is its <c>ts</c>.</summary>
internal sealed partial class SlackChannel(ISlackApi api, MessageBlocks blocks, FileUpload files, ILogger<SlackChannel> log) : IChannel
{
    public ChannelCapabilities Capabilities =>
        ChannelCapabilities.Cards | ChannelCapabilities.Updates | ChannelCapabilities.Forms | ChannelCapabilities.Threads | ChannelCapabilities.Files
        | ChannelCapabilities.HearsMentionsOnly;

    public bool Serves(string channel) => string.Equals(channel, SlackConversation.ChannelId, StringComparison.Ordinal);

    /// <remarks>Threads do not nest: what answers a message of a thread stands in that thread.</remarks>
    public ConversationReference ThreadUnder(ConversationReference conversation, string messageId)
    {
        var where = SlackConversation.Of(conversation);
        return where.ThreadTs is not null ? conversation : conversation with { ConversationId = (where with { ThreadTs = messageId }).ToString() };
    }

    public ConversationReference WithoutThread(ConversationReference conversation) =>
        conversation with { ConversationId = (SlackConversation.Of(conversation) with { ThreadTs = null }).ToString() };

    public async Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken)
    {
        var where = SlackConversation.Of(conversation);
        var made = blocks.Of(message, conversation.IsGroup);
        var ts = await PostAsync(where, made.Text, made.Blocks, cancellationToken);
        await AttachAsync(where, ts, made, message.Summary, cancellationToken);
        return ts;
    }

    public async Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken)
    {
        var where = SlackConversation.Of(conversation);
        var made = blocks.Of(message, conversation.IsGroup);
        await api.CallAsync(
            "chat.update",
            new()
            {
                ["channel"] = where.Channel,
                ["ts"] = messageId,
                ["text"] = made.Text,

                // Text without blocks would take the blocks away.
                ["blocks"] = made.Blocks,

                // Else Slack would look for links and names in the text, other than in a new message.
                ["parse"] = "none",
            },
            where.Workspace,
            cancellationToken);
        await AttachAsync(where, messageId, made, message.Summary, cancellationToken);
    }

    public async Task ReplyPrivatelyAsync(ConversationReference conversation, ChannelUser to, string text, CancellationToken cancellationToken)
    {
        if (!conversation.IsGroup)
        {
            await SendAsync(conversation, Message.OfText(text), cancellationToken);
            return;
        }

        var where = SlackConversation.Of(conversation);
        var user = SlackText.UserIdOf(to)
            ?? throw new ChannelException("slack-user-not-reachable: The person is not one of Slack, so nothing can be shown to them there.");

        // A file can't be private: a long text is several messages.
        foreach (var part in SlackText.Split(SlackText.Lines(text), BlockKitLimits.SectionText))
        {
            var arguments = new JsonObject
            {
                ["channel"] = where.Channel,
                ["user"] = user,
                ["text"] = SlackText.Escape(part),
                ["blocks"] = MessageBlocks.Literal(part),
            };
            InThread(arguments, where);
            await api.CallAsync("chat.postEphemeral", arguments, where.Workspace, cancellationToken);
        }
    }

    private async Task<string> PostAsync(SlackConversation where, string text, JsonArray content, CancellationToken cancellationToken)
    {
        var arguments = new JsonObject
        {
            ["channel"] = where.Channel,
            ["text"] = text,
            ["blocks"] = content,
            ["unfurl_links"] = false,
            ["unfurl_media"] = false,
        };
        InThread(arguments, where);
        var answer = await api.CallAsync("chat.postMessage", arguments, where.Workspace, cancellationToken);
        return answer["ts"] is JsonValue value && value.TryGetValue(out string? ts) && ts.Length > 0
            ? ts
            : throw new ChannelException("slack-answer-without-ts: Slack took the message and did not say under which ts, so it can't be edited later. (chat.postMessage)");
    }

    /// <summary>Brings the files into the thread. The message stands already: what goes wrong now is said there, and does not have it sent again.</summary>
    private async Task AttachAsync(SlackConversation where, string ts, SlackMessage message, string summary, CancellationToken cancellationToken)
    {
        if (message.Files.Count == 0)
        {
            return;
        }

        var thread = where.ThreadTs is null ? where with { ThreadTs = ts } : where;
        try
        {
            await files.ShareAsync(thread, message.Files, Chat.Templates.ShownText.Cut(summary, 200), cancellationToken);
        }
        catch (ChannelException e)
        {
            Log.NotAttached(log, thread.ToString(), e);
            await PostAsync(thread, SlackText.Escape(NotAttached(e)), MessageBlocks.Literal(NotAttached(e)), cancellationToken);
        }

        string NotAttached(ChannelException e) => $"{string.Join(", ", message.Files.Select(f => FileUpload.SafeName(f.Name)))} could not be attached. {e.Message}";
    }

    private static void InThread(JsonObject arguments, SlackConversation where)
    {
        if (where.ThreadTs is { } thread)
        {
            arguments["thread_ts"] = thread;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2522, LogLevel.Warning, "Files could not be attached in {Conversation}")]
        public static partial void NotAttached(ILogger logger, string conversation, Exception exception);
    }
}
