using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using TrunkBot.Changes;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests;

/// <summary>What comes in at <c>/api/messages</c>: who may, what counts as an activity, what it becomes.</summary>
public sealed class FrontDoorTests
{
    private const string Message = """
        {"type":"message","id":"a1","channelId":"webchat","serviceUrl":"http://localhost:3978/webchat/connector",
         "from":{"id":"ana","name":"Ana Ortiz"},"recipient":{"id":"trunkbot","name":"TrunkBot"},
         "conversation":{"id":"personal-ana","conversationType":"personal","isGroup":false},"text":" status ","locale":"en-US","unknownField":{"x":[1]}}
        """;

    [Fact]
    public async Task A_message_is_taken_at_once_and_becomes_a_turn()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var turn = Assert.Single(host.Intake.Accepted);
        Assert.Equal("webchat:personal-ana:a1", turn.Id);
        Assert.Equal(TurnKind.Text, turn.Kind);
        Assert.Equal(new Actor("webchat:ana", "Ana Ortiz"), turn.Who);
        Assert.Equal(new ConversationReference("webchat", "http://localhost:3978/webchat/connector", "personal-ana", "trunkbot", IsGroup: false) { ConversationType = "personal" }, turn.Where);
        Assert.Equal("status", turn.Text);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero), turn.At);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"message\"")]
    [InlineData("{\"type\":\"message\"")]
    [InlineData("<activity/>")]
    [InlineData("""{"type":5,"channelId":"webchat","serviceUrl":"http://localhost/","from":{"id":"a"},"conversation":{"id":"c"}}""")]
    [InlineData("""{"Type":"message","channelId":"webchat","serviceUrl":"http://localhost/","from":{"id":"a"},"conversation":{"id":"c"}}""")]
    [InlineData("""{"channelId":"webchat","serviceUrl":"http://localhost/","from":{"id":"a"},"conversation":{"id":"c"}}""")]
    [InlineData("""{"type":"message","serviceUrl":"http://localhost/","from":{"id":"a"},"conversation":{"id":"c"}}""")]
    [InlineData("""{"type":"message","channelId":"webchat","from":{"id":"a"},"conversation":{"id":"c"}}""")]
    [InlineData("""{"type":"message","channelId":"webchat","serviceUrl":"http://localhost/","conversation":{"id":"c"}}""")]
    [InlineData("""{"type":"message","channelId":"webchat","serviceUrl":"http://localhost/","from":{"id":""},"conversation":{"id":"c"}}""")]
    [InlineData("""{"type":"message","channelId":"webchat","serviceUrl":"http://localhost/","from":{"id":"a"},"conversation":{}}""")]
    [InlineData("""{"type":"message","type":"invoke","channelId":"webchat","serviceUrl":"http://localhost/","from":{"id":"a"},"conversation":{"id":"c"}}""")]
    [InlineData("""{"type":"message","channelId":"webchat","serviceUrl":"http://localhost/","from":{"id":"a"},"conversation":{"id":"c"},"value":{"verb":"\ud800"}}""")]
    public async Task What_is_no_activity_is_refused_with_400(string body)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(host.Intake.Accepted);
    }

    [Fact]
    public async Task Depth_and_size_have_their_limits()
    {
        await using var host = await BotHost.StartAsync();

        using var deep = await host.PostAsync(Message.Replace("""{"x":[1]}""", string.Concat(Enumerable.Repeat("[", 500)) + string.Concat(Enumerable.Repeat("]", 500)), StringComparison.Ordinal));
        using var large = await host.PostAsync(Message.Replace(" status ", new string('x', 300_000), StringComparison.Ordinal));
        using var longId = await host.PostAsync(Message.Replace("personal-ana", new string('c', 401), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, deep.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, longId.StatusCode);
        Assert.Empty(host.Intake.Accepted);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Other_methods_than_POST_are_refused_with_405(string method)
    {
        await using var host = await BotHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "api/messages");

        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_that_a_foreign_form_could_send_is_refused(string contentType)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message, contentType);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(host.Intake.Accepted);
    }

    [Fact]
    public async Task Without_the_labs_open_door_every_request_is_refused()
    {
        await using var host = await BotHost.StartAsync(isOpen: false, environment: "Production");

        using var plain = await host.PostAsync(Message);
        using var withToken = await host.PostAsync(Message, headers: h => h.Authorization = new("Bearer", "eyJhbGciOiJub25lIn0.e30."));

        Assert.Equal(HttpStatusCode.Unauthorized, plain.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, withToken.StatusCode);
        Assert.Empty(host.Intake.Accepted);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("Development")]
    public async Task The_open_door_is_refused_at_start_outside_a_lab(string environment)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () => await BotHost.StartAsync(isOpen: true, environment));

        Assert.StartsWith("unauthenticated-outside-lab: BotFramework:AllowUnauthenticatedLoopbackInLab", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "bot.example.com")]
    [InlineData("Host", "localhost.evil.example:3978")]
    [InlineData("Host", "127.0.0.1.nip.io")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Origin", "http://localhost:3978")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task What_only_looks_local_is_refused(string header, string value)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message, headers: h => h.TryAddWithoutValidation(header, value));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(host.Intake.Accepted);
    }

    [Theory]
    [InlineData("https://smba.trafficmanager.net/emea/")]
    [InlineData("http://localhost.evil.example/")]
    [InlineData("http://localhost@evil.example/")]
    [InlineData("http://user:x@localhost/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://localhost:3978/connector?to=")]
    [InlineData("http://localhost:3978/?")]
    [InlineData("http://localhost:3978/connector#")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("not a url")]
    public async Task Replies_can_only_be_asked_for_on_this_machine(string serviceUrl)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message.Replace("http://localhost:3978/webchat/connector", serviceUrl, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(host.Intake.Accepted);
    }

    [Fact]
    public async Task A_channel_that_is_not_served_is_refused()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message.Replace("\"webchat\"", "\"directline\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("<at>TrunkBot</at> status", "<at>TrunkBot</at>", "28:app", "status")]
    [InlineData("<at>TrunkBot</at>status", "<at>TrunkBot</at>", "28:app", "status")]
    [InlineData("tell <at>TrunkBot</at> status", "<at>TrunkBot</at>", "28:app", "tell   status")]
    [InlineData("<at>Ben</at> status", "<at>Ben</at>", "29:ben", "<at>Ben</at> status")]
    [InlineData("<at>TrunkBot</at> <at>TrunkBot</at>", "<at>TrunkBot</at>", "28:app", "<at>TrunkBot</at>")]
    public async Task Only_the_mention_of_the_bot_is_taken_out(string text, string mention, string mentioned, string expected)
    {
        await using var host = await BotHost.StartAsync();
        var activity = $$$"""
            {"type":"message","id":"a1","channelId":"msteams","serviceUrl":"http://localhost:56150/_connector","recipient":{"id":"28:app"},
             "from":{"id":"29:1abc","name":"Ana Ortiz","aadObjectId":"00000000-0000-0000-0000-000000000020"},
             "conversation":{"id":"19:x@thread.tacv2;messageid=17","conversationType":"channel"},"text":"{{{text}}}",
             "entities":[{"type":"clientInfo"},7,{"type":"mention","text":"{{{mention}}}","mentioned":{"id":"{{{mentioned}}}"}}]}
            """;

        using var response = await host.PostAsync(activity);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var turn = Assert.Single(host.Intake.Accepted);
        Assert.Equal(expected, turn.Text);
        Assert.Equal("msteams:00000000-0000-0000-0000-000000000020", turn.Who.Id);
        Assert.True(turn.Where.IsGroup);
    }

    [Fact]
    public async Task A_plain_submit_is_an_action_with_its_verb_taken_from_the_data()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message.Replace("\"text\":\" status \"", """
            "replyToId":"m7","value":{"verb":"approve","msteams":{"type":"x"},"id":"CHG-17","count":3,"on":true,"nothing":null,"list":["a"]}
            """, StringComparison.Ordinal));

        var turn = Assert.Single(host.Intake.Invoked);
        Assert.Empty(host.Intake.Accepted);
        Assert.Equal(TurnKind.Action, turn.Kind);
        Assert.Equal("approve", turn.Verb);
        Assert.Equal("m7", turn.MessageId);
        Assert.Equal("count=3 id=CHG-17 list=[\"a\"] on=true", string.Join(' ', turn.Data.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}")));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData("\"conversationUpdate\"", "\"membersAdded\":[{\"id\":\"trunkbot\"}]", TurnKind.Joined)]
    [InlineData("\"conversationUpdate\"", "\"membersAdded\":[{\"id\":\"dana\"},{\"id\":\"trunkbot\"}]", TurnKind.Joined)]
    [InlineData("\"conversationUpdate\"", "\"membersAdded\":[]", null)]
    [InlineData("\"conversationUpdate\"", "\"membersAdded\":[{\"id\":\"dana\"},7,{\"id\":5}]", null)]
    [InlineData("\"conversationUpdate\"", "\"membersRemoved\":[{\"id\":\"trunkbot\"}]", TurnKind.Left)]
    [InlineData("\"conversationUpdate\"", "\"membersRemoved\":[{\"id\":\"dana\"}]", null)]
    [InlineData("\"installationUpdate\"", "\"action\":\"add\"", TurnKind.Joined)]
    [InlineData("\"installationUpdate\"", "\"action\":\"remove\"", TurnKind.Left)]
    [InlineData("\"installationUpdate\"", "\"action\":\"remove-upgrade\"", null)]
    [InlineData("\"messageReaction\"", "\"reactionsAdded\":[{\"type\":\"like\"}]", null)]
    [InlineData("\"typing\"", "\"x\":1", null)]
    [InlineData("\"somethingNew\"", "\"membersAdded\":\"x\"", null)]
    public async Task Coming_and_going_of_the_bot_is_a_turn_and_what_says_nothing_is_quietly_taken(string type, string field, TurnKind? kind)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message.Replace("\"message\"", type, StringComparison.Ordinal).Replace("\"text\":\" status \"", field, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(kind is { } expected ? [expected] : [], host.Intake.Accepted.Select(t => t.Kind));
    }

    [Fact]
    public async Task The_bots_own_words_are_not_answered()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message.Replace("\"id\":\"ana\"", "\"id\":\"trunkbot\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(host.Intake.Accepted);
    }

    [Fact]
    public async Task A_name_cannot_break_or_turn_the_line_and_a_text_keeps_what_was_written()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Message
            .Replace("Ana Ortiz", "A\\u202Ena\\n\\u0000Ortiz\\u2028", StringComparison.Ordinal)
            .Replace(" status ", "new trunk name=a\\nno adjacency", StringComparison.Ordinal));

        var turn = Assert.Single(host.Intake.Accepted);
        Assert.Equal("AnaOrtiz", turn.Who.DisplayName);
        Assert.Equal("new trunk name=a\nno adjacency", turn.Text);
    }

    [Fact]
    public async Task A_charset_that_nobody_knows_is_refused()
    {
        await using var host = await BotHost.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Message));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=klingon");

        using var response = await host.Http.PostAsync(new Uri("api/messages", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(host.Intake.Accepted);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        await using var host = await BotHost.StartAsync();
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes("""{"type":"mess"""), 0xC3, 0x28]);
        content.Headers.ContentType = new("application/json");

        using var response = await host.Http.PostAsync(new Uri("api/messages", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
