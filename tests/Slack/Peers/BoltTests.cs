using System.Text;
using System.Text.Json.Nodes;
using TrunkBot.Slack.Payloads;
using TrunkBot.Slack.Tests.Support;

namespace TrunkBot.Slack.Tests.Peers;

/// <summary>
/// One script, sent by a simulated Slack to a reference app on Slack's own framework Bolt and to the bot: both must give the same answers and make the same
/// calls, over HTTP and over a WebSocket. Where they differ, the script says what and why.
/// </summary>
public sealed class BoltTests
{
    [Fact]
    public async Task Over_HTTP_Bolt_does_what_the_script_says()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var bolt = await BoltApp.StartAsync("http", slack);

        Assert.Equal(Expected(Script.Rows, bolt: true), await OverHttpAsync(slack, bolt.Url, TimeProvider.System));
    }

    [Fact]
    public async Task Over_HTTP_the_bot_does_what_the_script_says()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await ScriptedBot.StartAsync(slack);

        Assert.Equal(Expected(Script.Rows, bolt: false), await OverHttpAsync(slack, host.Url, host.Time));
    }

    [Fact]
    public async Task Over_a_WebSocket_Bolt_does_what_the_script_says()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var bolt = await BoltApp.StartAsync("socket", slack);

        Assert.Equal(Expected(Script.Rows.Where(r => !r.IsOfHttpAlone), bolt: true), await OverLinkAsync(slack));
    }

    [Fact]
    public async Task Over_a_WebSocket_the_bot_does_what_the_script_says()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await ScriptedBot.StartAsync(slack, overWebSocket: true);

        Assert.Equal(Expected(Script.Rows.Where(r => !r.IsOfHttpAlone), bolt: false), await OverLinkAsync(slack));
    }

    [Fact]
    public void Where_we_differ_from_Bolt_the_script_says_why() => Assert.All(Script.Rows, r => Assert.Equal(r.BoltDoes is null, r.Because is null));

    private static IEnumerable<string> Expected(IEnumerable<ScriptRow> rows, bool bolt) =>
        [.. rows.Select(r => $"{r.Name}: {(bolt ? r.BoltDoes ?? r.Expected : r.Expected)}"), "no more calls"];

    private static async Task<List<string>> OverHttpAsync(FakeSlack slack, Uri bot, TimeProvider clock)
    {
        using var http = new HttpClient();
        return await RunAsync(slack, Script.Rows, async (row, payload) =>
        {
            var (body, type) = row.Kind switch
            {
                DeliveryKind.Event => (payload.ToJsonString(), "application/json"),
                DeliveryKind.Interaction => ($"payload={Uri.EscapeDataString(payload.ToJsonString())}", "application/x-www-form-urlencoded"),
                _ => (string.Join('&', payload.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value!.ToString())}")), "application/x-www-form-urlencoded"),
            };
            var stamp = $"{clock.GetUtcNow().ToUnixTimeSeconds() + row.Skew}";
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot, "slack/events")) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };

            // As Slack sends it: Bolt takes no form that names a charset.
            request.Content.Headers.ContentType = new(type);
            request.Headers.Add("X-Slack-Request-Timestamp", stamp);
            request.Headers.Add("X-Slack-Signature", SlackHost.Sign(body, stamp, row.IsSignedWrongly ? "another" : SlackHost.Secret));
            if (row.Retry > 0)
            {
                request.Headers.Add("X-Slack-Retry-Num", $"{row.Retry}");
                request.Headers.Add("X-Slack-Retry-Reason", "http_timeout");
            }

            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var said = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return $"{(int)answer.StatusCode}{Shapes.Of(said.StartsWith('{') ? JsonNode.Parse(said) : null)}";
        });
    }

    private static async Task<List<string>> OverLinkAsync(FakeSlack slack)
    {
        var link = await slack.NextLinkAsync();
        return await RunAsync(slack, Script.Rows.Where(r => !r.IsOfHttpAlone), async (row, payload) =>
        {
            var type = row.Kind switch { DeliveryKind.Event => "events_api", DeliveryKind.Command => "slash_commands", _ => "interactive" };
            var ack = await link.DeliverAsync(type, payload, row.Retry);
            return $"200{Shapes.Of(ack["payload"] is JsonObject { Count: > 0 } body ? body : null)}";
        });
    }

    /// <summary>Each row waits for as many calls as it is about to make; what comes beyond is found by the next row, or at the end.</summary>
    private static async Task<List<string>> RunAsync(FakeSlack slack, IEnumerable<ScriptRow> rows, Func<ScriptRow, JsonObject, Task<string>> send)
    {
        var done = new List<string>();
        foreach (var row in rows)
        {
            var payload = row.Payload.DeepClone().AsObject();
            if (payload.ContainsKey("response_url"))
            {
                payload["response_url"] = new Uri(slack.Url, "response/1").ToString();
            }

            var answer = await send(row, payload);
            var calls = new List<string>();
            var expected = (slack.IsDrivingBolt ? row.BoltDoes ?? row.Expected : row.Expected).Split("; ");

            // With another answer there will be other calls: not to be waited for.
            for (var n = 1; n < expected.Length && answer == expected[0]; n++)
            {
                calls.Add(Shapes.Of(await slack.NextCallAsync()));
            }

            done.Add($"{row.Name}: {string.Join("; ", calls.Prepend(answer))}");
        }

        done.Add(slack.HasMoreCalls ? $"more calls: {Shapes.Of(await slack.NextCallAsync())}" : "no more calls");
        return done;
    }
}
