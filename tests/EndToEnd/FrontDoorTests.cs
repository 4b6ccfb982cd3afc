using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>The bot behind its front door, as any Bot Framework channel sees it: activities in, connector calls out.</summary>
public sealed class FrontDoorTests
{
    [Fact]
    public async Task A_message_is_answered_once_at_its_service_url_however_often_it_is_delivered()
    {
        await using var testbed = await Testbed.StartAsync();
        await using var connector = await ConnectorStub.StartAsync();
        var activity = Activity(connector, "act-1", "whoami");

        for (var delivery = 0; delivery < 3; delivery++)
        {
            using var answer = await testbed.Http.PostAsJsonAsync(new Uri(testbed.BotUrl, "/api/messages"), activity, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            Assert.Equal("", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        await testbed.Http.PostAsJsonAsync(new Uri(testbed.BotUrl, "/api/messages"), Activity(connector, "act-2", "list"), TestContext.Current.CancellationToken);
        var (path, first) = await connector.NextAsync();
        Assert.Equal("/v3/conversations/conv-1/activities", path);
        Assert.Contains("webchat:zed", first.ToJsonString(), StringComparison.Ordinal);
        var (_, second) = await connector.NextAsync();
        Assert.DoesNotContain("webchat:zed", second.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(0, connector.Waiting);
    }

    [Fact]
    public async Task What_is_no_activity_or_comes_through_a_browser_or_proxy_is_refused()
    {
        await using var testbed = await Testbed.StartAsync();
        await using var connector = await ConnectorStub.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(testbed, new JsonObject { ["type"] = "message" }));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(testbed, Activity(connector, "a", "help"), ("X-Forwarded-For", "203.0.113.9")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(testbed, Activity(connector, "b", "help"), ("Origin", "https://evil.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(testbed, Activity(connector, "c", "help"), ("Host", "bot.example")));
        Assert.Equal(0, connector.Waiting);
    }

    private static async Task<HttpStatusCode> PostAsync(Testbed testbed, JsonObject body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(testbed.BotUrl, "/api/messages")) { Content = JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await testbed.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static JsonObject Activity(ConnectorStub connector, string id, string text) => new()
    {
        ["type"] = "message",
        ["id"] = id,
        ["channelId"] = "webchat",
        ["serviceUrl"] = connector.Url.AbsoluteUri,
        ["from"] = new JsonObject { ["id"] = "zed", ["name"] = "Zed" },
        ["recipient"] = new JsonObject { ["id"] = "trunkbot" },
        ["conversation"] = new JsonObject { ["id"] = "conv-1", ["conversationType"] = "personal" },
        ["text"] = text,
    };
}
