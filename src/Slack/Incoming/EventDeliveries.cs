using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.Payloads;
using TrunkBot.Slack.Views;

namespace TrunkBot.Slack.Incoming;

/// <summary>
/// Events: what is said to the bot becomes a turn, stored before Slack is answered. Slack delivers an event again when it was not answered; the inbox drops
/// what it has by the event's id, so every delivery is taken, first or not.
/// </summary>
internal sealed class EventDeliveries(
    ITurnIntake intake, WorkspaceDirectory directory, HomeTab home, Removal removal, IHostApplicationLifetime lifetime, TimeProvider time)
{
    // A file or a copy to the channel beside the text; what else has a subtype (edits, joins, other bots) is not said to the bot.
    private static readonly string[] SpokenSubtypes = ["file_share", "thread_broadcast"];

    /// <summary>Whether a workspace ends its install by this.</summary>
    public static bool EndsInstall(Delivery delivery) => delivery.Kind == DeliveryKind.Event && EndsInstall(delivery.Payload.At("event"));

    public async Task<Ack> TakeAsync(JsonObject payload)
    {
        var workspace = Sender.WorkspaceOf(payload)!;
        if (payload.At("event") is not JsonObject happened || payload.TextAt("event_id") is not { Length: <= 100 } eventId)
        {
            return Ack.Empty;
        }

        if (EndsInstall(happened))
        {
            // It asks Slack, which may take longer than Slack waits.
            removal.Begin(workspace);
            return Ack.Empty;
        }

        var turn = happened.TextAt("type") switch
        {
            "app_mention" => await SaidAsync(payload, happened, workspace, eventId),
            "message" when happened.TextAt("channel_type") == "im" => await SaidAsync(payload, happened, workspace, eventId),
            "member_joined_channel" => await JoinedAsync(payload, happened, workspace, eventId),
            "channel_left" => await LeftAsync(payload, happened, workspace, eventId),
            "group_left" => await LeftAsync(payload, happened, workspace, eventId),
            "app_home_opened" => await OpenedAsync(payload, happened, workspace),
            _ => null,
        };
        if (turn is not null)
        {
            await intake.AcceptAsync(turn, lifetime.ApplicationStopping);
        }

        return Ack.Empty;
    }

    private static bool EndsInstall(JsonNode? happened) => happened.TextAt("type") switch
    {
        "app_uninstalled" => true,
        "tokens_revoked" => happened.At("tokens", "bot") is JsonArray { Count: > 0 },
        _ => false,
    };

    private async Task<Turn?> SaidAsync(JsonObject payload, JsonObject happened, string workspace, string eventId)
    {
        var subtype = happened.TextAt("subtype");
        if (happened.TextAt("bot_id") is not null
            || happened.At("edited") is not null
            || (subtype is not null && !SpokenSubtypes.Contains(subtype, StringComparer.Ordinal))
            || happened.TextAt("user") is not { } user || !Sender.IsId(user)
            || happened.TextAt("channel") is not { } channel || !Sender.IsId(channel)
            || happened.TextAt("ts") is not { } ts || !Sender.IsTs(ts))
        {
            return null;
        }

        var (bot, name) = (directory.BotAsync(workspace, payload), directory.NameAsync(workspace, user));
        if (await bot is { } own && own == user)
        {
            return null;
        }

        var text = happened.TextAt("text") ?? "";

        // In a channel the answer goes under what was asked, so that a change does not fill the channel; alone with the bot the whole conversation is one.
        var thread = happened.TextAt("thread_ts") is { } above && Sender.IsTs(above) ? above
            : happened.TextAt("type") == "app_mention" && !channel.StartsWith('D') ? ts
            : null;
        return new()
        {
            Id = $"{SlackConversation.ChannelId}:{eventId}",
            Kind = TurnKind.Text,
            From = new(Sender.UserKey(payload, workspace, user, happened.TextAt("user_team")), await name),
            Where = new SlackConversation(workspace, channel, thread).Reference(await bot ?? ""),
            Text = TypedText.Read(text, await bot),
            Mentioned = [.. TypedText.MentionedIn(text, await bot).Select(u => new ChannelUser(Sender.UserKey(payload, workspace, u, null), u))],
            At = time.GetUtcNow(),
        };
    }

    /// <summary>Somebody else who joins a channel is no reason to greet everybody in it anew.</summary>
    private async Task<Turn?> JoinedAsync(JsonObject payload, JsonObject happened, string workspace, string eventId) =>
        happened.TextAt("channel") is { } channel && Sender.IsId(channel)
        && await directory.BotAsync(workspace, payload) is { } bot && happened.TextAt("user") == bot
            ? Joined($"{SlackConversation.ChannelId}:{eventId}", new(workspace, channel), bot, bot)
            : null;

    /// <summary>The bot was taken out of a channel, or left it. Slack: <c>channel_left</c>, <c>group_left</c>; they are sent to who is gone, and to nobody else.</summary>
    private async Task<Turn?> LeftAsync(JsonObject payload, JsonObject happened, string workspace, string eventId) =>
        happened.TextAt("channel") is { } channel && Sender.IsId(channel) && await directory.BotAsync(workspace, payload) is { } bot
            ? Joined($"{SlackConversation.ChannelId}:{eventId}", new(workspace, channel), bot, bot) with { Kind = TurnKind.Left }
            : null;

    /// <summary>The Home tab is drawn; whoever opens the messages for the first time is greeted, once.</summary>
    private async Task<Turn?> OpenedAsync(JsonObject payload, JsonObject happened, string workspace)
    {
        if (happened.TextAt("user") is not { } user || !Sender.IsId(user))
        {
            return null;
        }

        var channel = happened.TextAt("channel") is { } given && Sender.IsId(given) ? given : null;
        if (channel is not null)
        {
            directory.LearnDirectMessage(workspace, user, channel);
        }

        if (happened.TextAt("tab") == "home")
        {
            home.Show(workspace, new(Sender.UserKey(payload, workspace, user, null), user), user);
            return null;
        }

        return channel is null
            ? null
            : Joined($"{SlackConversation.ChannelId}:{workspace}/{channel}:greeted", new(workspace, channel), user, await directory.BotAsync(workspace, payload) ?? "");
    }

    private Turn Joined(string id, SlackConversation where, string user, string bot) => new()
    {
        Id = id,
        Kind = TurnKind.Joined,
        From = new($"{SlackConversation.ChannelId}:{where.Workspace}/{user}", user),
        Where = where.Reference(bot),
        At = time.GetUtcNow(),
    };
}
