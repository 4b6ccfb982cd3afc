using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Slack.BlockKit;

namespace TrunkBot.Slack;

/// <summary>A message as Slack takes it.</summary>
/// <param name="Text">For notifications and screen readers; mrkdwn.</param>
/// <param name="Files">What goes into the thread under it.</param>
internal sealed record SlackMessage(string Text, JsonArray Blocks, IReadOnlyList<MessageFile> Files);

/// <summary>Makes the blocks of a message. What does not fit goes whole into a file, and its beginning into the message; buttons stay.</summary>
internal sealed partial class MessageBlocks(IBlockKitRenderer cards, ILogger<MessageBlocks> log)
{
    private const int SummaryLength = 3000;

    // Small enough to fit even if each of its characters is written as an escape of six.
    private const int ExcerptLength = 1500;

    public SlackMessage Of(Message message, bool isGroup)
    {
        // Alone with the bot nobody needs to be called.
        var mentions = isGroup ? string.Join(' ', message.Mentions.Select(SlackText.UserIdOf).OfType<string>().Distinct().Select(id => $"<@{id}>")) : "";
        var summary = SlackText.Escape(ShownText.Cut(message.Summary.ReplaceLineEndings(" "), SummaryLength));
        var text = mentions.Length > 0 ? $"{mentions} {summary}" : summary;
        var said = SlackText.Lines(message.Text is { Length: > 0 } ? message.Text : message.Summary);
        var content = message.Card is { } card ? cards.Render(card) : Literal(said);
        var blocks = Headed(mentions, content);
        var problems = BlockKitLimits.OfMessage(blocks);
        if (problems.Count == 0)
        {
            return new(text, blocks, message.Files);
        }

        if (message.Card is not null)
        {
            // A card that does not fit its template's data is a fault that a test should have found.
            Log.CardDoesNotFit(log, message.Card.Name, string.Join("; ", problems.Take(5)));
        }

        var whole = message.Card is null ? said : BlockText.Of(content);
        var file = new MessageFile($"{message.Card?.Name ?? "message"}.txt", "text/plain", Encoding.UTF8.GetBytes(whole));
        return new(text, Headed(mentions, Excerpt(whole, file.Name, content)), [file, .. message.Files]);
    }

    /// <summary>Blocks that show a text as it is: nothing in it is a mention, a link or an emoji.</summary>
    public static JsonArray Literal(string text) =>
        [.. SlackText.Split(text, BlockKitLimits.SectionText).Where(p => !string.IsNullOrWhiteSpace(p)).Select(Section)];

    private static JsonArray Headed(string mentions, JsonArray content) => mentions.Length == 0
        ? content
        : [new JsonObject { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = mentions } }, .. content.Select(b => b?.DeepClone())];

    private static JsonArray Excerpt(string whole, string fileName, JsonArray content)
    {
        var excerpt = new JsonArray();
        if (SlackText.Split(whole, ExcerptLength).First() is { Length: > 0 } beginning)
        {
            excerpt.Add(Section(beginning + "\n…"));
        }

        excerpt.Add(Section($"This is the beginning. The whole is in the file {fileName} in the thread."));
        foreach (var block in content.OfType<JsonObject>().Where(b => (string?)b["type"] is "actions" or "input"))
        {
            JsonArray with = [.. excerpt.Select(b => b?.DeepClone()), block.DeepClone()];
            if (BlockKitLimits.OfMessage(with).Count == 0)
            {
                excerpt = with;
            }
        }

        return excerpt;
    }

    private static JsonObject Section(string text) => new()
    {
        ["type"] = "section",
        ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = text, ["emoji"] = false },
    };

    private static partial class Log
    {
        [LoggerMessage(2521, LogLevel.Error, "The card {Card} does not fit into a message of Slack and goes as a file: {Problems}")]
        public static partial void CardDoesNotFit(ILogger logger, string card, string problems);
    }
}
