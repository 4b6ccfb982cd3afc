using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TrunkBot.WebChat.Tests.Support;

namespace TrunkBot.WebChat.Tests;

/// <summary>The API that the page and scripts use, over real HTTP.</summary>
public sealed class ApiTests
{
    private static readonly JsonObject Card = new() { ["type"] = "AdaptiveCard", ["version"] = "1.5", ["body"] = new JsonArray() };

    [Fact]
    public async Task A_session_names_the_people_their_chats_and_the_banner()
    {
        await using var host = await WebChatHost.StartAsync();

        var session = await host.Http.GetStringAsync("webchat/api/session", TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"banner":"LAB: identities are not checked","bot":{"id":"trunkbot","name":"TrunkBot","isBot":true},"users":[{"id":"ana","name":"Ana Ortiz","role":"requester","personalConversationId":"personal-ana"},{"id":"ben","name":"Ben Okafor","role":"approver","personalConversationId":"personal-ben"},{"id":"chris","name":"Chris Lund","role":"on-call","personalConversationId":"personal-chris"},{"id":"dana","name":"Dana Roy","role":"approver","personalConversationId":"personal-dana"}],"conversations":[{"id":"approvals","name":"Approvals","isGroup":true}]}""",
            session);
    }

    [Fact]
    public async Task People_come_from_the_settings_when_there_are_any()
    {
        await using var host = await WebChatHost.StartAsync("Lab", new("WebChat:People:0:Id", "eve"), new("WebChat:People:0:Name", "Eve Park"), new("WebChat:People:0:Role", "approver"));

        var session = (await host.Http.GetFromJsonAsync<JsonObject>("webchat/api/session", TestContext.Current.CancellationToken))!;

        Assert.Equal("eve", Assert.Single(session["users"]!.AsArray())!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_text_goes_to_the_bot_as_an_activity_of_the_protocol()
    {
        await using var host = await WebChatHost.StartAsync();

        using var response = await host.SayAsync("ana", "personal-ana", "  new trunk  ");
        var activity = await host.Bot.NextAsync("message");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("webchat", activity["channelId"]!.GetValue<string>());
        Assert.Equal("new trunk", activity["text"]!.GetValue<string>());
        Assert.Equal("plain", activity["textFormat"]!.GetValue<string>());
        Assert.Equal("""{"id":"ana","name":"Ana Ortiz"}""", activity["from"]!.ToJsonString());
        Assert.Equal("""{"id":"trunkbot","name":"TrunkBot"}""", activity["recipient"]!.ToJsonString());
        Assert.Equal("""{"id":"personal-ana","conversationType":"personal","isGroup":false}""", activity["conversation"]!.ToJsonString());
        Assert.Equal(host.Connector.AbsoluteUri, activity["serviceUrl"]!.GetValue<string>());
        var written = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        Assert.Equal(written["id"]!.GetValue<string>(), activity["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_bot_is_told_of_each_conversation_once()
    {
        await using var host = await WebChatHost.StartAsync();

        await host.ReadAsync("ana", "personal-ana");
        await host.ReadAsync("ana", "approvals");
        await host.ReadAsync("ben", "approvals");

        var joined = host.Bot.Waiting().Where(a => a["type"]!.GetValue<string>() == "conversationUpdate").ToList();
        Assert.Equal(["personal-ana", "approvals", "personal-ben"], joined.Select(a => a["conversation"]!["id"]!.GetValue<string>()));
        Assert.Equal("""[{"id":"trunkbot","name":"TrunkBot"},{"id":"ana","name":"Ana Ortiz"}]""", joined[0]["membersAdded"]!.ToJsonString());
        Assert.Equal(5, joined[1]["membersAdded"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_bot_that_was_away_is_told_of_a_conversation_at_the_next_contact()
    {
        await using var host = await WebChatHost.StartAsync();
        host.Bot.Answer = _ => Task.FromResult(Results.StatusCode(500));
        await host.ReadAsync("ana", "personal-ana");
        host.Bot.Waiting();
        host.Bot.Answer = _ => Task.FromResult(Results.StatusCode(202));

        await host.ReadAsync("ana", "personal-ana");

        Assert.Equal(2, host.Bot.Waiting().Count);
    }

    [Theory]
    [InlineData("ben", "personal-ana", "webchat-not-your-conversation")]
    [InlineData("ana", "nowhere", "webchat-not-your-conversation")]
    [InlineData("mallory", "approvals", "webchat-unknown-user")]
    [InlineData("", "approvals", "webchat-unknown-user")]
    public async Task One_reads_and_writes_only_ones_own_chat_and_the_groups(string user, string conversation, string code)
    {
        await using var host = await WebChatHost.StartAsync();

        using var read = await host.Http.GetAsync($"webchat/api/conversations/{conversation}/messages?user={user}", TestContext.Current.CancellationToken);
        using var events = await host.Http.GetAsync($"webchat/api/conversations/{conversation}/events?user={user}", TestContext.Current.CancellationToken);
        using var write = await host.SayAsync(user, conversation, "hello");
        using var press = await host.PressAsync(user, conversation, "m1", "approve");

        foreach (var response in new[] { read, events, write, press })
        {
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal(code, await CodeOfAsync(response));
        }

        Assert.Empty(host.Bot.Waiting());
    }

    [Fact]
    public async Task A_text_must_have_something_in_it_and_an_end()
    {
        await using var host = await WebChatHost.StartAsync();

        using var empty = await host.SayAsync("ana", "personal-ana", " \n ");
        using var long8001 = await host.SayAsync("ana", "personal-ana", new string('x', 8001));

        Assert.Equal("text-empty", await CodeOfAsync(empty));
        Assert.Equal("text-too-long", await CodeOfAsync(long8001));
        Assert.Equal(HttpStatusCode.BadRequest, long8001.StatusCode);
        Assert.Empty(host.Bot.Waiting());
    }

    [Theory]
    [InlineData(401, "bot-refused")]
    [InlineData(500, "bot-failed")]
    public async Task What_the_bot_does_not_take_is_kept_and_marked(int status, string code)
    {
        await using var host = await WebChatHost.StartAsync();
        host.Bot.Answer = _ => Task.FromResult(Results.StatusCode(status));

        using var response = await host.SayAsync("ana", "personal-ana", "status");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(code, await CodeOfAsync(response));
        var message = Assert.Single((await host.ReadAsync("ana", "personal-ana"))["messages"]!.AsArray())!;
        Assert.True(message["isUndelivered"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_bot_that_does_not_run_is_said()
    {
        await using var host = await WebChatHost.StartAsync();
        await host.Bot.DisposeAsync();

        using var response = await host.SayAsync("ana", "personal-ana", "status");

        Assert.Equal("bot-unreachable", await CodeOfAsync(response));
    }

    [Fact]
    public async Task A_press_is_an_invoke_and_its_answer_comes_back()
    {
        await using var host = await WebChatHost.StartAsync();
        var id = await host.Bot.SendAsync(host.Connector, "approvals", StubBot.CardActivity(Copy(), "Plan"));
        host.Bot.Answer = _ => Task.FromResult(StubBot.Error("own-change", "Somebody else must approve it."));

        using var response = await host.PressAsync("ana", "approvals", id, "approve", new() { ["id"] = "CHG-17" });
        var invoke = await host.Bot.NextAsync("invoke");

        Assert.Equal("""{"statusCode":400,"type":"application/vnd.microsoft.error","value":{"code":"own-change","message":"Somebody else must approve it."}}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("adaptiveCard/action", invoke["name"]!.GetValue<string>());
        Assert.Equal(id, invoke["replyToId"]!.GetValue<string>());
        Assert.Equal("""{"action":{"type":"Action.Execute","verb":"approve","data":{"id":"CHG-17"}},"trigger":"manual"}""", invoke["value"]!.ToJsonString());
        Assert.Equal("""{"id":"approvals","conversationType":"groupChat","isGroup":true}""", invoke["conversation"]!.ToJsonString());
        var refusal = (await host.ReadAsync("ana", "approvals"))["messages"]!.AsArray()[1]!;
        Assert.Equal("own-change", refusal["code"]!.GetValue<string>());
        Assert.True(refusal["isPrivate"]!.GetValue<bool>());
        Assert.Single((await host.ReadAsync("ben", "approvals"))["messages"]!.AsArray());
    }

    [Fact]
    public async Task A_press_without_a_verb_is_a_plain_submit()
    {
        await using var host = await WebChatHost.StartAsync();
        var id = await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(Copy(), "Form"));

        using var response = await host.PressAsync("ana", "personal-ana", id, verb: null, new() { ["verb"] = "old", ["x"] = "1" });
        var message = await host.Bot.NextAsync("message");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"verb":"old","x":"1"}""", message["value"]!.ToJsonString());
        Assert.False(message.ContainsKey("text"));
    }

    [Fact]
    public async Task A_card_as_answer_is_seen_by_the_presser_until_the_bot_edits_the_message()
    {
        await using var host = await WebChatHost.StartAsync();
        var id = await host.Bot.SendAsync(host.Connector, "approvals", StubBot.CardActivity(Copy("base"), "Plan"));
        host.Bot.Answer = _ => Task.FromResult(StubBot.Card(Copy("reason?")));
        using var press = await host.PressAsync("ben", "approvals", id, "reject");

        Assert.Equal("reason?", await LangAsync("ben"));
        Assert.Equal("base", await LangAsync("dana"));
        using var update = await host.Bot.UpdateAsync(host.Connector, "approvals", id, StubBot.CardActivity(Copy("rejected"), "Plan"));
        Assert.Equal("rejected", await LangAsync("ben"));

        async Task<string> LangAsync(string user) => (await host.ReadAsync(user, "approvals"))["messages"]![0]!["card"]!["fallbackText"]!.GetValue<string>();
    }

    [Fact]
    public async Task Only_a_card_that_one_sees_can_be_pressed()
    {
        await using var host = await WebChatHost.StartAsync();
        var text = await host.Bot.SendAsync(host.Connector, "approvals", StubBot.TextActivity("hello"));
        var secret = StubBot.CardActivity(Copy(), "For Ben");
        secret["recipient"] = new JsonObject { ["id"] = "ben" };
        using var sent = await host.Bot.PostAsync(host.Connector, "approvals", secret, "?isTargetedActivity=true");
        var secretId = (await sent.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["id"]!.GetValue<string>();

        foreach (var id in new[] { text, secretId, "m0" })
        {
            using var response = await host.PressAsync("ana", "approvals", id, "approve");
            Assert.Equal("webchat-no-such-card", await CodeOfAsync(response));
        }

        using var allowed = await host.PressAsync("ben", "approvals", secretId, "approve");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Theory]
    [InlineData("evil.example:3978", null, null)]
    [InlineData("localhost.evil.example", null, null)]
    [InlineData(null, "http://evil.example", null)]
    [InlineData(null, null, "cross-site")]
    [InlineData(null, null, "same-site")]
    public async Task Pages_of_others_can_neither_read_nor_write(string? hostHeader, string? origin, string? site)
    {
        await using var host = await WebChatHost.StartAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Get, "webchat/api/session"), (HttpMethod.Post, "webchat/api/conversations/personal-ana/messages") })
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Host = hostHeader;
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            if (site is not null)
            {
                request.Headers.Add("Sec-Fetch-Site", site);
            }

            if (method == HttpMethod.Post)
            {
                request.Content = new StringContent("""{"user":"ana","text":"status"}""", Encoding.UTF8, "application/json");
            }

            using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        Assert.Empty(host.Bot.Waiting());
    }

    [Fact]
    public async Task Nothing_is_written_without_the_header_that_a_foreign_page_cannot_set()
    {
        await using var host = await WebChatHost.StartAsync();
        host.Http.DefaultRequestHeaders.Clear();

        using var response = await host.SayAsync("ana", "personal-ana", "status");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("webchat-foreign-page", await CodeOfAsync(response));
    }

    [Fact]
    public async Task A_request_through_a_proxy_is_refused()
    {
        await using var host = await WebChatHost.StartAsync();
        host.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");

        using var response = await host.Http.GetAsync("webchat/api/session", TestContext.Current.CancellationToken);

        Assert.Equal("webchat-local-only", await CodeOfAsync(response));
    }

    [Fact]
    public async Task The_page_is_served_with_a_policy_that_lets_nothing_foreign_in()
    {
        await using var host = await WebChatHost.StartAsync();

        using var page = await host.Http.GetAsync("", TestContext.Current.CancellationToken);
        using var library = await host.Http.GetAsync("webchat/lib/adaptivecards.min.js", TestContext.Current.CancellationToken);
        var licence = await host.Http.GetStringAsync("webchat/lib/adaptivecards.LICENSE.txt", TestContext.Current.CancellationToken);

        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Equal("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("\"", page.Headers.ETag!.Tag, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, library.StatusCode);
        Assert.Contains("Permission is hereby granted, free of charge", licence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Outside_a_lab_there_is_no_web_chat(string environment)
    {
        await using var host = await WebChatHost.StartAsync(environment);

        using var page = await host.Http.GetAsync("", TestContext.Current.CancellationToken);
        using var session = await host.Http.GetAsync("webchat/api/session", TestContext.Current.CancellationToken);

        Assert.False(host.IsMapped);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, session.StatusCode);
    }

    [Theory]
    [InlineData("WebChat:ConnectorUrl", "http://198.51.100.7/webchat/connector", "webchat-not-loopback")]
    [InlineData("WebChat:BotUrl", "ftp://localhost/", "webchat-not-loopback")]
    [InlineData("WebChat:Groups:0:Id", "personal-x", "webchat-id-form")]
    [InlineData("WebChat:BotId", "ana", "webchat-id-twice")]
    [InlineData("WebChat:KeptMessages", "0", "KeptMessages")]
    public async Task Wrong_settings_are_refused_at_start(string key, string value, string says)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await WebChatHost.StartAsync("Lab", KeyValuePair.Create(key, (string?)value)));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    internal static async Task<string?> CodeOfAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["code"]?.GetValue<string>();

    private static JsonObject Copy(string mark = "")
    {
        var card = (JsonObject)Card.DeepClone();
        card["fallbackText"] = mark;
        return card;
    }
}
