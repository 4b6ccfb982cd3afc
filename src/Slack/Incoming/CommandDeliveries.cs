using System.Text.Json.Nodes;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Payloads;

namespace TrunkBot.Slack.Incoming;

/// <summary>Slash commands: <c>/trunk status acme-east</c> is the text <c>status acme-east</c>, and without a text <c>help</c>.</summary>
internal sealed class CommandDeliveries(WorkspaceDirectory directory, Answering answering, TimeProvider time)
{
    public async Task<Ack> TakeAsync(JsonObject payload)
    {
        if (payload.TextAt("user_id") is not { } user || !Sender.IsId(user) || payload.TextAt("channel_id") is not { } channel || !Sender.IsId(channel))
        {
            return Ack.Empty;
        }

        var workspace = Sender.WorkspaceOf(payload)!;
        var text = payload.TextAt("text") ?? "";
        var typed = TypedText.Read(text, bot: "");
        var turn = new Turn
        {
            Id = TurnIds.Of(payload),
            Kind = TurnKind.Text,
            From = new(Sender.UserKey(payload, workspace, user, null), payload.TextAt("user_name") ?? user),
            Where = new SlackConversation(workspace, channel).Reference(directory.KnownBot(workspace)),
            Text = typed.Length == 0 ? "help" : typed,
            Mentioned = [.. TypedText.MentionedIn(text, bot: "").Select(u => new ChannelUser(Sender.UserKey(payload, workspace, u, null), u))],
            CanShowForm = payload.TextAt("trigger_id") is not null,
            At = time.GetUtcNow(),
        };
        await answering.AnswerAsync(turn, new(workspace, payload.TextAt("trigger_id"), payload.TextAt("response_url")));
        return Ack.Empty;
    }
}
