using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Payloads;
using TrunkBot.Slack.Views;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Incoming;

/// <summary>Pressed buttons, forms that were sent or closed, and shortcuts, whose <c>callback_id</c> is the verb that they stand for.</summary>
internal sealed class InteractionDeliveries(
    Answering answering, WorkspaceDirectory directory, ITurnIntake intake, ISlackApi api, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int LongestAlert = 3000;

    public async Task<Ack> TakeAsync(JsonObject payload)
    {
        if (payload.TextAt("user", "id") is not { } user || !Sender.IsId(user))
        {
            return Ack.Empty;
        }

        var workspace = Sender.WorkspaceOf(payload)!;
        var place = new Place(workspace, payload.TextAt("trigger_id"), payload.TextAt("response_url"));
        switch (payload.TextAt("type"))
        {
            case "block_actions":
                await PressedAsync(payload, place, user);
                return Ack.Empty;
            case "view_submission":
                return await SentAsync(payload, place, user);
            case "view_closed":
                await ClosedAsync(payload, user);
                return Ack.Empty;
            case "shortcut" when payload.TextAt("callback_id") is { } verb:
                await InDirectMessageAsync(place, user, where => Begin(payload, user, where) with { Verb = verb });
                return Ack.Empty;
            case "message_action" when payload.TextAt("callback_id") is { } verb && ThreadOf(payload, workspace, "message") is { } where:
                await answering.AnswerAsync(
                    Begin(payload, user, where) with { Verb = verb, Data = new Dictionary<string, string> { ["text"] = TextOf(payload.At("message")) }, MessageId = payload.TextAt("message", "ts") },
                    place);
                return Ack.Empty;
            default:
                return Ack.Empty;
        }
    }

    private async Task PressedAsync(JsonObject payload, Place place, string user)
    {
        // A button of ours carries an object; a link, and an input that tells of each change, does not.
        if (payload.ObjectsAt("actions").FirstOrDefault() is not { } action || action.TextAt("type") != "button" || action.TextAt("value") is null)
        {
            return;
        }

        var view = payload.At("view");
        var data = StateValues.Read(view is null ? payload.At("state") : view.At("state"));
        foreach (var (name, value) in StateValues.DataOf(action))
        {
            data[name] = value;
        }

        Turn Pressed(SlackConversation where) =>
            Begin(payload, user, where) with { Verb = Modals.VerbOf(action), Data = data, MessageId = view is null ? payload.TextAt("container", "message_ts") : null };

        if (ViewState.Of(view) is { } state)
        {
            await answering.AnswerAsync(
                Pressed(state.Conversation), place with { ViewId = view.TextAt("id"), ViewHash = view.TextAt("hash"), Revision = state.Revision });
        }
        else if (view is not null)
        {
            await InDirectMessageAsync(place, user, Pressed);
        }
        else if (ConversationOf(payload, place.Workspace) is { } where)
        {
            await answering.AnswerAsync(Pressed(where), place with { IsMessage = true });
        }
    }

    private Task<Ack> SentAsync(JsonObject payload, Place place, string user)
    {
        var view = payload.At("view");
        if (ViewState.Of(view) is not { } state)
        {
            return Task.FromResult(Ack.Empty);
        }

        var data = StateValues.Read(view.At("state"));
        foreach (var (name, value) in state.Data)
        {
            data[name] = value;
        }

        var blockOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var block in view.ObjectsAt("blocks").Where(b => b.TextAt("type") == "input"))
        {
            if (block.TextAt("element", "action_id") is { } field && block.TextAt("block_id") is { } id)
            {
                blockOf[field] = id;
            }
        }

        var turn = Begin(payload, user, state.Conversation) with { Verb = state.Verb, Data = data };
        return answering.SubmitAsync(turn, place with { ViewId = view.TextAt("id"), ViewHash = view.TextAt("hash"), Revision = state.Revision }, state, blockOf);
    }

    /// <summary>Whoever closes a form has given it up, as by its Cancel button; nobody waits for an answer.</summary>
    private async Task ClosedAsync(JsonObject payload, string user)
    {
        if (ViewState.Of(payload.At("view")) is { } state)
        {
            var turn = Begin(payload, user, state.Conversation) with { Verb = Modals.VerbCancel, Data = state.Data, CanShowForm = false };
            await intake.AcceptAsync(turn, lifetime.ApplicationStopping);
        }
    }

    /// <summary>What has no conversation of its own (the Home tab, a global shortcut) goes on in the direct message with the bot.</summary>
    private async Task InDirectMessageAsync(Place place, string user, Func<SlackConversation, Turn> turn)
    {
        if (await directory.DirectMessageAsync(place.Workspace, user) is { } channel && Sender.IsId(channel))
        {
            await answering.AnswerAsync(turn(new(place.Workspace, channel)), place);
        }
        else if (place.Trigger is not null)
        {
            var view = Modals.Saying("TrunkBot", "There is no direct message with you to go on in (slack-no-direct-message), and nothing was done. Write to the bot directly, or try again.");
            await api.CallAsync("views.open", new() { ["trigger_id"] = place.Trigger, ["view"] = view }, place.Workspace, lifetime.ApplicationStopping);
        }
    }

    private Turn Begin(JsonObject payload, string user, SlackConversation where)
    {
        var workspace = Sender.WorkspaceOf(payload)!;
        return new()
        {
            Id = TurnIds.Of(payload),
            Kind = TurnKind.Action,
            From = new(
                Sender.UserKey(payload, workspace, user, payload.TextAt("user", "team_id")), payload.TextAt("user", "name") ?? payload.TextAt("user", "username") ?? user),
            Where = where.Reference(directory.KnownBot(workspace)),
            CanShowForm = payload.TextAt("trigger_id") is not null,
            At = time.GetUtcNow(),
        };
    }

    /// <summary>Where the card stands whose button was pressed. A message above a thread names itself as its thread.</summary>
    private static SlackConversation? ConversationOf(JsonObject payload, string workspace)
    {
        var channel = payload.TextAt("container", "channel_id") ?? payload.TextAt("channel", "id");
        var message = payload.TextAt("container", "message_ts");
        var thread = payload.TextAt("container", "thread_ts") ?? payload.TextAt("message", "thread_ts");
        return Sender.IsId(channel) ? new(workspace, channel!, Sender.IsTs(thread) && thread != message ? thread : null) : null;
    }

    /// <summary>The thread under a message, or the one in which it stands.</summary>
    private static SlackConversation? ThreadOf(JsonObject payload, string workspace, string message)
    {
        var channel = payload.TextAt("channel", "id");
        var thread = payload.TextAt(message, "thread_ts") ?? payload.TextAt(message, "ts") ?? payload.TextAt("message_ts");
        return Sender.IsId(channel) && Sender.IsTs(thread) ? new(workspace, channel!, thread) : null;
    }

    /// <summary>Everything that a message says in words: alerts often say it in attachments or blocks only.</summary>
    private static string TextOf(JsonNode? message)
    {
        var text = new StringBuilder(message.TextAt("text"));
        Collect(message.At("attachments"), text);
        Collect(message.At("blocks"), text);
        var typed = TypedText.Read(text.ToString(), bot: "");
        return typed.Length <= LongestAlert ? typed : typed[..LongestAlert];
    }

    private static void Collect(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                {
                    Collect(item, text);
                }

                break;
            case JsonObject element:
                foreach (var name in (string[])["pretext", "title", "text", "value", "fallback"])
                {
                    if (element.TextAt(name) is { } said)
                    {
                        text.Append('\n').Append(said);
                    }
                }

                foreach (var name in (string[])["text", "fields", "elements", "blocks"])
                {
                    Collect(element.At(name), text);
                }

                break;
        }
    }
}
