using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests;

/// <summary>What the bot says in Microsoft Teams, as it stands on the wire to a connector.</summary>
public sealed class TeamsChannelTests
{
    private const string Channel = "19:x@thread.tacv2";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ChannelUser Ben = new("msteams:00000000-0000-0000-0000-000000000021", "Ben Okafor");

    [Fact]
    public async Task What_is_sent_to_a_channel_itself_begins_a_thread_and_is_edited_there()
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.Json(new { id = $"{Channel};messageid=17", activityId = "17" }, statusCode: 201));

        var id = await room.Teams.SendAsync(room.At(Channel, "channel"), Message.OfText("hello"), None);
        await room.Teams.UpdateAsync(room.At(Channel, "channel"), id, Message.OfText("hello again"), None);

        Assert.Equal("17", id);
        var sent = await room.Connector.NextAsync();
        Assert.Equal("POST /v3/conversations", sent.Line);
        Assert.Equal(
            """{"isGroup":true,"tenantId":"t1","channelData":{"channel":{"id":"19:x@thread.tacv2"}},"activity":{"type":"message","from":{"id":"28:bot"},"text":"hello","textFormat":"plain","summary":"hello"}}""",
            sent.Body.ToJsonString(Readable));
        Assert.Equal("PUT /v3/conversations/19%3Ax%40thread.tacv2%3Bmessageid%3D17/activities/17", (await room.Connector.NextAsync()).Line);
    }

    [Theory]
    [InlineData(Channel, "channel", "17", $"{Channel};messageid=17")]
    [InlineData(Channel, "channel", "x", Channel)]
    [InlineData($"{Channel};messageid=5", "channel", "17", $"{Channel};messageid=5")]
    [InlineData("19:y@thread.v2", "groupChat", "17", "19:y@thread.v2")]
    [InlineData("a:1", "personal", "17", "a:1")]
    public async Task Threads_are_in_channels_only(string conversation, string type, string message, string thread)
    {
        await using var room = await Room.CreateAsync();

        Assert.Equal(thread, room.Teams.ThreadUnder(room.At(conversation, type), message).ConversationId);
        Assert.Equal(conversation.Split(';')[0], room.Teams.WithoutThread(room.At(conversation, type)).ConversationId);
    }

    [Fact]
    public async Task Those_who_are_mentioned_are_named_on_the_card_by_the_ids_of_the_channel()
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.Json(new { id = "29:ben", name = "Ben <b>*Okafor*</b></at>" }));

        await room.Teams.SendAsync(room.At("19:y@thread.v2", "groupChat"), Card("""{"type":"AdaptiveCard","body":[]}""") with { Mentions = [Ben] }, None);

        Assert.Equal("GET /v3/conversations/19%3Ay%40thread.v2/members/00000000-0000-0000-0000-000000000021", (await room.Connector.NextAsync()).Line);
        var card = (await room.Connector.NextAsync()).Body["attachments"]![0]!["content"]!;
        Assert.Equal(
            """{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"<at>Ben b Okafor b at</at>","wrap":true}],"msteams":{"entities":[{"type":"mention","text":"<at>Ben b Okafor b at</at>","mentioned":{"id":"29:ben","name":"Ben b Okafor b at"}}]}}""",
            card.ToJsonString(Readable));
    }

    [Fact]
    public async Task Namesakes_are_told_apart_and_who_is_no_member_is_mentioned_by_the_object_id()
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.StatusCode(404));
        room.Connector.Answers.Enqueue(Results.StatusCode(404));

        await room.Teams.SendAsync(
            room.At("19:y@thread.v2", "groupChat"), Message.OfText("1 * 2") with { Mentions = [Ben, new("msteams:22", "Ben Okafor"), new("slack:T1/U1", "No")] }, None);

        await room.Connector.NextAsync();
        await room.Connector.NextAsync();
        var sent = (await room.Connector.NextAsync()).Body;
        Assert.Equal("""<at>Ben Okafor</at>, <at>Ben Okafor 2</at> 1 \* 2""", sent["text"]!.GetValue<string>());
        Assert.Equal("markdown", sent["textFormat"]!.GetValue<string>());
        Assert.Equal(["00000000-0000-0000-0000-000000000021", "22"], sent["entities"]!.AsArray().Select(e => e!["mentioned"]!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Nobody_is_mentioned_in_a_private_chat()
    {
        await using var room = await Room.CreateAsync();

        await room.Teams.SendAsync(room.At("a:1", "personal"), Message.OfText("done") with { Mentions = [Ben] }, None);

        Assert.Equal("done", (await room.Connector.NextAsync()).Body["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Viewers_ask_for_views_of_their_own_sixty_at_most()
    {
        await using var room = await Room.CreateAsync();
        var viewers = Enumerable.Range(1, 70).Select(n => new ChannelUser($"msteams:{n}", $"{n}")).ToList();
        for (var n = 1; n <= 60; n++)
        {
            room.Connector.Answers.Enqueue(Results.Json(new { id = $"29:{n}", name = $"{n}" }));
        }

        var message = Card("""{"type":"AdaptiveCard","body":[]}""");
        message.Card!.Data["change"] = "CHG-17";
        await room.Teams.SendAsync(room.At("19:y@thread.v2", "groupChat"), message with { Viewers = viewers }, None);

        ConnectorRequest sent;
        do
        {
            sent = await room.Connector.NextAsync();
        }
        while (sent.Line.StartsWith("GET ", StringComparison.Ordinal));

        var refresh = sent.Body["attachments"]![0]!["content"]!["refresh"]!;
        Assert.Equal("""{"type":"Action.Execute","title":"Refresh","verb":"refresh","data":{"change":"CHG-17"}}""", refresh["action"]!.ToJsonString());
        Assert.Equal(60, refresh["userIds"]!.AsArray().Count);
        Assert.Equal("29:1", refresh["userIds"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Clients_that_do_not_know_Execute_send_the_same_as_a_message_and_links_are_https_only()
    {
        await using var room = await Room.CreateAsync();

        await room.Teams.SendAsync(room.At("a:1", "personal"), Card("""
            {"type":"AdaptiveCard","body":[{"type":"ActionSet","actions":[
              {"type":"Action.Execute","title":"Approve","verb":"approve","data":{"change":"CHG-17"},"associatedInputs":"none"},
              {"type":"Action.OpenUrl","title":"a","url":"http://example.com/"},{"type":"Action.OpenUrl","title":"b","url":"https://example.com/"},{"type":"Action.OpenUrl","title":"c","url":"javascript:x"}]}]}
            """), None);

        Assert.Equal(
            """[{"type":"Action.Execute","title":"Approve","verb":"approve","data":{"change":"CHG-17"},"associatedInputs":"none","fallback":{"type":"Action.Submit","title":"Approve","data":{"change":"CHG-17","verb":"approve"},"associatedInputs":"none"}},{"type":"Action.OpenUrl","title":"b","url":"https://example.com/"}]""",
            (await room.Connector.NextAsync()).Body["attachments"]![0]!["content"]!["body"]![0]!["actions"]!.ToJsonString());
    }

    [Fact]
    public async Task What_is_for_one_person_in_a_group_is_said_in_their_private_chat_which_is_made_once()
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.Json(new { id = "a:ben" }, statusCode: 201));

        await room.Teams.ReplyPrivatelyAsync(room.At(Channel, "channel"), Ben, "Dana was first.", None);
        await room.Teams.ReplyPrivatelyAsync(room.At(Channel, "channel"), Ben, "Really.", None);

        var made = await room.Connector.NextAsync();
        Assert.Equal("POST /v3/conversations", made.Line);
        Assert.Equal(
            """{"isGroup":false,"bot":{"id":"28:bot"},"members":[{"id":"00000000-0000-0000-0000-000000000021"}],"tenantId":"t1","channelData":{"tenant":{"id":"t1"}}}""", made.Body.ToJsonString());
        Assert.Equal("POST /v3/conversations/a%3Aben/activities", (await room.Connector.NextAsync()).Line);
        Assert.Equal("Really.", (await room.Connector.NextAsync()).Body["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Where_there_is_no_private_chat_the_person_is_named_in_the_group()
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.StatusCode(403));
        room.Connector.Answers.Enqueue(Results.StatusCode(404));

        await room.Teams.ReplyPrivatelyAsync(room.At("19:y@thread.v2", "groupChat"), Ben, "Dana was first.", None);

        await room.Connector.NextAsync();
        await room.Connector.NextAsync();
        var sent = await room.Connector.NextAsync();
        Assert.Equal("POST /v3/conversations/19%3Ay%40thread.v2/activities", sent.Line);
        Assert.Equal("""<at>Ben Okafor</at> Dana was first\.""", sent.Body["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Typing_is_shown_in_conversations_and_threads_but_begins_none()
    {
        await using var room = await Room.CreateAsync();

        await room.Teams.ShowTypingAsync(room.At(Channel, "channel"), None);
        await room.Teams.ShowTypingAsync(room.At($"{Channel};messageid=5", "channel"), None);

        var sent = await room.Connector.NextAsync();
        Assert.Equal("POST /v3/conversations/19%3Ax%40thread.tacv2%3Bmessageid%3D5/activities", sent.Line);
        Assert.Equal("""{"type":"typing","from":{"id":"28:bot"}}""", sent.Body.ToJsonString());
        Assert.Equal(0, room.Connector.Count);
    }

    [Theory]
    [InlineData("POST", """{"error":{"code":"Forbidden"}}""", true)]
    [InlineData("PUT", """{"error":{"code":"MessageWritesBlocked","message":"The bot was removed."}}""", true)]
    [InlineData("PUT", """{"error":{"code":"Forbidden"}}""", false)]
    public async Task A_conversation_that_is_closed_to_the_bot_is_told_from_a_message_that_it_may_not_edit(string method, string body, bool isClosed)
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.Text(body, "application/json", statusCode: 403));

        var error = await Assert.ThrowsAsync<ChannelException>(() => method == "POST"
            ? room.Teams.SendAsync(room.At("a:1", "personal"), Message.OfText("x"), None)
            : room.Teams.UpdateAsync(room.At("a:1", "personal"), "m1", Message.OfText("x"), None));

        Assert.Equal(isClosed, error.IsConversationClosed);
        Assert.Equal(1, room.Connector.Count);
    }

    [Fact]
    public async Task More_than_seven_messages_in_a_second_wait_and_other_conversations_do_not()
    {
        await using var room = await Room.CreateAsync();
        for (var n = 1; n <= 7; n++)
        {
            await room.Teams.SendAsync(room.At("a:1", "personal"), Message.OfText($"{n}"), None);
        }

        var eighth = room.Teams.SendAsync(room.At("a:1", "personal"), Message.OfText("8"), None);
        await room.Teams.SendAsync(room.At("a:2", "personal"), Message.OfText("other"), None);
        Assert.Equal([TimeSpan.FromSeconds(1)], room.Host.Time.Pauses);
        Assert.Equal(8, room.Connector.Count);
        await room.Host.Time.PassNextPauseAsync();
        await eighth;

        // Eight in two seconds: the ninth waits for the second second.
        var ninth = room.Teams.SendAsync(room.At("a:1", "personal"), Message.OfText("9"), None);
        await room.Host.Time.PassNextPauseAsync();
        await ninth;
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)], room.Host.Time.Pauses);
    }

    private static Message Card(string card) => Message.OfCard(new("x", new JsonObject { ["card"] = JsonNode.Parse(card) }), "x");

    private sealed record Room(BotHost Host, StubConnector Connector) : IAsyncDisposable
    {
        public IChannel Teams => Host.Channels.Single(c => c.Serves("msteams"));

        public static async Task<Room> CreateAsync() => new(await BotHost.StartAsync(), await StubConnector.StartAsync());

        public ConversationReference At(string conversation, string type) =>
            new("msteams", Connector.Url + "/", conversation, "28:bot", type != "personal") { ConversationType = type, TenantId = "t1" };

        public async ValueTask DisposeAsync()
        {
            await Connector.DisposeAsync();
            await Host.DisposeAsync();
        }
    }
}
