using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrunkBot.WebChat.Tests.Support;

namespace TrunkBot.WebChat.Tests;

/// <summary>The connector REST API as a bot sees it, and the stream that tells readers of what it does.</summary>
public sealed class ConnectorTests
{
    [Fact]
    public async Task A_sent_message_can_be_edited_and_deleted_by_the_id_that_came_back()
    {
        await using var host = await WebChatHost.StartAsync();
        var id = await host.Bot.SendAsync(host.Connector, "approvals", StubBot.TextActivity("one"));

        using var edited = await host.Bot.UpdateAsync(host.Connector, "approvals", id, StubBot.TextActivity("two"));
        var message = Assert.Single((await host.ReadAsync("ben", "approvals"))["messages"]!.AsArray())!;
        Assert.Equal(HttpStatusCode.OK, edited.StatusCode);
        Assert.Equal("two", message["text"]!.GetValue<string>());
        Assert.NotNull(message["editedAt"]);

        using var deleted = await host.Bot.DeleteAsync(host.Connector, "approvals", id);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Empty((await host.ReadAsync("ben", "approvals"))["messages"]!.AsArray());
        using var late = await host.Bot.UpdateAsync(host.Connector, "approvals", id, StubBot.TextActivity("three"));
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
    }

    [Fact]
    public async Task The_bot_cannot_edit_what_a_person_wrote()
    {
        await using var host = await WebChatHost.StartAsync();
        using var said = await host.SayAsync("ana", "personal-ana", "status");
        var id = (await said.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["id"]!.GetValue<string>();

        using var edited = await host.Bot.UpdateAsync(host.Connector, "personal-ana", id, StubBot.TextActivity("help"));
        using var deleted = await host.Bot.DeleteAsync(host.Connector, "personal-ana", id);

        Assert.Equal(HttpStatusCode.NotFound, edited.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, deleted.StatusCode);
    }

    [Theory]
    [InlineData("""{"type":"message"}""")]
    [InlineData("""{"type":"typing","text":"x"}""")]
    [InlineData("""[]""")]
    [InlineData("""{"type":"message","text":"both","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{}}]}""")]
    [InlineData("""{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":"card"}]}""")]
    [InlineData("""{"type":"message","attachments":[{"contentType":"text/plain","contentUrl":"http://203.0.113.9/x","name":"x"}]}""")]
    [InlineData("""{"type":"message","attachments":["x"]}""")]
    public async Task What_Teams_would_not_take_is_refused(string activity)
    {
        await using var host = await WebChatHost.StartAsync();
        using var http = new HttpClient();
        using var content = new StringContent(activity, System.Text.Encoding.UTF8, "application/json");

        using var response = await http.PostAsync(new Uri($"{host.Connector}/v3/conversations/approvals/activities"), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty((await host.ReadAsync("ben", "approvals"))["messages"]!.AsArray());
    }

    [Fact]
    public async Task A_conversation_that_is_not_there_takes_no_message()
    {
        await using var host = await WebChatHost.StartAsync();

        using var response = await host.Bot.PostAsync(host.Connector, "personal-mallory", StubBot.TextActivity("x"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_targeted_message_is_seen_by_its_recipient_alone()
    {
        await using var host = await WebChatHost.StartAsync();
        var activity = StubBot.TextActivity("Ben was faster.");
        activity["recipient"] = new JsonObject { ["id"] = "dana" };

        using var sent = await host.Bot.PostAsync(host.Connector, "approvals", activity, "?isTargetedActivity=true");

        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        Assert.Empty((await host.ReadAsync("ben", "approvals"))["messages"]!.AsArray());
        Assert.True(Assert.Single((await host.ReadAsync("dana", "approvals"))["messages"]!.AsArray())!["isPrivate"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_targeted_message_needs_a_recipient_who_is_there()
    {
        await using var host = await WebChatHost.StartAsync();
        var activity = StubBot.TextActivity("x");
        activity["recipient"] = new JsonObject { ["id"] = "ben" };

        using var elsewhere = await host.Bot.PostAsync(host.Connector, "personal-ana", activity, "?isTargetedActivity=true");
        using var nobody = await host.Bot.PostAsync(host.Connector, "approvals", StubBot.TextActivity("x"), "?isTargetedActivity=true");

        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, nobody.StatusCode);
    }

    [Fact]
    public async Task A_browser_cannot_speak_as_the_bot()
    {
        await using var host = await WebChatHost.StartAsync();
        host.Http.DefaultRequestHeaders.Add("Origin", host.Url.GetLeftPart(UriPartial.Authority));

        using var response = await host.Http.PostAsJsonAsync("webchat/connector/v3/conversations/approvals/activities", StubBot.TextActivity("x"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_reader_is_told_of_every_change_that_it_may_see()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var events = await EventReader.OpenAsync(host, "webchat/api/events?user=ana");

        var id = await host.Bot.SendAsync(host.Connector, "approvals", StubBot.TextActivity("one"));
        await host.Bot.SendAsync(host.Connector, "personal-ben", StubBot.TextActivity("not for Ana"));
        (await host.Bot.UpdateAsync(host.Connector, "approvals", id, StubBot.TextActivity("two"))).Dispose();
        var secret = StubBot.TextActivity("secret");
        secret["recipient"] = new JsonObject { ["id"] = "ana" };
        (await host.Bot.PostAsync(host.Connector, "approvals", secret, "?isTargetedActivity=true")).Dispose();
        (await host.Bot.DeleteAsync(host.Connector, "approvals", id)).Dispose();

        Assert.Equal(("created", "one"), await events.NextAsync());
        Assert.Equal(("updated", "two"), await events.NextAsync());
        Assert.Equal(("private", "secret"), await events.NextAsync());
        Assert.Equal(("deleted", null), await events.NextAsync());
    }

    [Fact]
    public async Task A_reader_that_comes_back_gets_what_it_missed()
    {
        await using var host = await WebChatHost.StartAsync();
        var first = await host.Bot.SendAsync(host.Connector, "approvals", StubBot.TextActivity("one"));
        var revision = (await host.ReadAsync("ben", "approvals"))["revision"]!.GetValue<long>();
        await host.Bot.SendAsync(host.Connector, "approvals", StubBot.TextActivity("two"));
        (await host.Bot.UpdateAsync(host.Connector, "approvals", first, StubBot.TextActivity("one, edited"))).Dispose();

        await using var events = await EventReader.OpenAsync(host, "webchat/api/conversations/approvals/events?user=ben", revision);

        Assert.Equal(("created", "two"), await events.NextAsync());
        Assert.Equal(("updated", "one, edited"), await events.NextAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9_000_000_000_000_000)]
    public async Task A_reader_from_before_a_restart_is_told_to_begin_anew(long revision)
    {
        await using var host = await WebChatHost.StartAsync();

        await using var events = await EventReader.OpenAsync(host, "webchat/api/events?user=ben", revision);

        Assert.Equal("reset", (await events.NextAsync()).Kind);
    }
}
