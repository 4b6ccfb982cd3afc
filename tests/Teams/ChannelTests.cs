using System.Text;
using Microsoft.AspNetCore.Http;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests;

/// <summary>What the bot says, as it stands on the wire to a connector.</summary>
public sealed class ChannelTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_text_is_sent_as_plain_text_and_its_id_comes_back()
    {
        await using var room = await Room.CreateAsync();

        var id = await room.WebChat.SendAsync(room.At("personal-ana"), Message.OfText("**not bold**"), None);

        var sent = await room.Connector.NextAsync();
        Assert.Equal("m42", id);
        Assert.Equal("POST /v3/conversations/personal-ana/activities", sent.Line);
        Assert.Equal("""{"type":"message","from":{"id":"trunkbot"},"text":"**not bold**","textFormat":"plain","summary":"**not bold**"}""", sent.Body.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task A_card_goes_without_text_and_with_a_summary()
    {
        await using var room = await Room.CreateAsync();

        await room.Teams.SendAsync(room.At("19:x@thread.tacv2;messageid=17"), Message.OfCard(new("plan", []), "Plan for acme-east"), None);

        var sent = await room.Connector.NextAsync();
        Assert.Equal("POST /v3/conversations/19%3Ax%40thread.tacv2%3Bmessageid%3D17/activities", sent.Line);
        Assert.Equal(
            """{"type":"message","from":{"id":"trunkbot"},"summary":"Plan for acme-east","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","fallbackText":"plan"}}]}""",
            sent.Body.ToJsonString());
    }

    [Fact]
    public async Task An_edit_puts_the_whole_activity_in_the_place_of_the_old()
    {
        await using var room = await Room.CreateAsync();

        await room.WebChat.UpdateAsync(room.At("a/../b?x"), "m/1", Message.OfCard(new("progress", []), "2 of 9 done"), None);

        var sent = await room.Connector.NextAsync();
        Assert.Equal("PUT /v3/conversations/a%2F..%2Fb%3Fx/activities/m%2F1", sent.Line);
        Assert.Equal("progress", sent.Body["attachments"]![0]!["content"]!["fallbackText"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_file_travels_inside_the_message_of_the_web_chat()
    {
        await using var room = await Room.CreateAsync();

        await room.WebChat.SendAsync(
            room.At("personal-ana"),
            new() { Card = new("plan", []), Summary = "Plan", Files = [new("CHG-17-perimeta.txt", "text/plain", Encoding.UTF8.GetBytes("adjacency sip x\n"))] },
            None);

        var attachments = (await room.Connector.NextAsync()).Body["attachments"]!.AsArray();
        Assert.Equal(2, attachments.Count);
        Assert.Equal("""{"contentType":"text/plain","contentUrl":"data:text/plain;base64,YWRqYWNlbmN5IHNpcCB4Cg==","name":"CHG-17-perimeta.txt"}""", attachments[1]!.ToJsonString());
    }

    [Fact]
    public async Task A_private_reply_names_its_only_reader()
    {
        await using var room = await Room.CreateAsync();

        await room.WebChat.ReplyPrivatelyAsync(room.At("approvals", isGroup: true), new ChannelUser("webchat:ben", "Ben Okafor"), "Dana was first.", None);

        var sent = await room.Connector.NextAsync();
        Assert.Equal("POST /v3/conversations/approvals/activities?isTargetedActivity=true", sent.Line);
        Assert.Equal("""{"id":"ben","name":"Ben Okafor"}""", sent.Body["recipient"]!.ToJsonString());
        Assert.Equal("Dana was first.", sent.Body["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(412)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task A_connector_that_asks_to_come_again_is_asked_again_after_growing_pauses(int status)
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.StatusCode(status));
        room.Connector.Answers.Enqueue(Results.StatusCode(status));

        var send = room.WebChat.SendAsync(room.At("approvals"), Message.OfText("x"), None);
        await room.Host.Time.PassNextPauseAsync();
        await room.Host.Time.PassNextPauseAsync();

        Assert.Equal("m42", await send);
        Assert.Equal(3, room.Connector.Count);
        Assert.InRange(room.Host.Time.Pauses[0].TotalMilliseconds, 250, 500);
        Assert.InRange(room.Host.Time.Pauses[1].TotalMilliseconds, 500, 1000);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("86400", 60)]
    public async Task The_pause_that_a_connector_asks_for_is_kept_up_to_a_minute(string retryAfter, int seconds)
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(new Later(retryAfter));

        var send = room.WebChat.SendAsync(room.At("approvals"), Message.OfText("x"), None);
        if (seconds > 0)
        {
            await room.Host.Time.PassNextPauseAsync();
        }

        Assert.Equal("m42", await send);
        Assert.Equal(seconds == 0 ? [] : [TimeSpan.FromSeconds(seconds)], room.Host.Time.Pauses);
    }

    [Fact]
    public async Task After_five_attempts_it_gives_up_and_says_so()
    {
        await using var room = await Room.CreateAsync();
        for (var i = 0; i < 5; i++)
        {
            room.Connector.Answers.Enqueue(Results.StatusCode(429));
        }

        var send = room.WebChat.SendAsync(room.At("approvals"), Message.OfText("x"), None);
        for (var i = 0; i < 4; i++)
        {
            await room.Host.Time.PassNextPauseAsync();
        }

        var error = await Assert.ThrowsAsync<ChannelException>(() => send);
        Assert.Equal("connector-refused: The channel answered 429 after 5 attempts.", error.Message);
        Assert.Equal(5, room.Connector.Count);
    }

    [Theory]
    [InlineData(400, "connector-refused: ")]
    [InlineData(403, "conversation-closed-to-bot: ")]
    [InlineData(404, "activity-not-found: ")]
    [InlineData(413, "message-too-large: ")]
    [InlineData(500, "connector-refused: ")]
    [InlineData(307, "connector-refused: ")]
    public async Task Other_refusals_are_final_and_have_their_codes(int status, string code)
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.StatusCode(status));

        var error = await Assert.ThrowsAsync<ChannelException>(() => room.WebChat.UpdateAsync(room.At("approvals"), "m1", Message.OfText("x"), None));

        Assert.StartsWith(code, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, room.Connector.Count);
    }

    [Fact]
    public async Task An_answer_without_an_id_is_said()
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.Text("ok"));

        var error = await Assert.ThrowsAsync<ChannelException>(() => room.WebChat.SendAsync(room.At("approvals"), Message.OfText("x"), None));

        Assert.StartsWith("connector-answer-without-id: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connector_that_is_not_there_is_said()
    {
        await using var room = await Room.CreateAsync();
        await room.Connector.DisposeAsync();

        var error = await Assert.ThrowsAsync<ChannelException>(() => room.WebChat.SendAsync(room.At("approvals"), Message.OfText("x"), None));

        Assert.StartsWith("connector-unreachable: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://smba.trafficmanager.net/emea/")]
    [InlineData("http://localhost.evil.example/")]
    [InlineData("")]
    public async Task Nothing_is_sent_to_a_stored_address_that_is_not_on_this_machine(string serviceUrl)
    {
        await using var room = await Room.CreateAsync();

        var error = await Assert.ThrowsAsync<ChannelException>(() => room.WebChat.SendAsync(room.At("approvals") with { ServiceUrl = serviceUrl }, Message.OfText("x"), None));

        Assert.StartsWith("service-url-not-allowed: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_channel_serves_its_own_conversations()
    {
        await using var room = await Room.CreateAsync();

        Assert.True(room.WebChat.Serves("webchat"));
        Assert.False(room.WebChat.Serves("WebChat"));
        Assert.True(room.Teams.Serves("msteams"));
        Assert.False(room.Teams.Serves("slack"));
    }

    private sealed record Later(string RetryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = 429;
            httpContext.Response.Headers.RetryAfter = RetryAfter;
            return Task.CompletedTask;
        }
    }

    private sealed record Room(BotHost Host, StubConnector Connector) : IAsyncDisposable
    {
        public IChannel WebChat => Host.Channels.Single(c => c.Serves("webchat"));

        public IChannel Teams => Host.Channels.Single(c => c.Serves("msteams"));

        public static async Task<Room> CreateAsync() => new(await BotHost.StartAsync(), await StubConnector.StartAsync());

        public ConversationReference At(string conversation, bool isGroup = false) => new("webchat", Connector.Url + "/", conversation, "trunkbot", isGroup);

        public async ValueTask DisposeAsync()
        {
            await Connector.DisposeAsync();
            await Host.DisposeAsync();
        }
    }
}
