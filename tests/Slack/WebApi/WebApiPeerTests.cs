using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;
using TrunkBot.Slack.Files;

namespace TrunkBot.Slack.Tests.WebApi;

/// <summary>
/// The simulated Slack judged by Slack's own client (npm @slack/web-api): the same calls by that client and by ours arrive there as the same, and the
/// client finds in the answers what it expects. What the client does otherwise than the reference says, the test names.
/// </summary>
public sealed class WebApiPeerTests
{
    private static readonly (string Method, string Arguments)[] Script =
    [
        ("auth.test", "{}"),
        ("chat.postMessage", """{"channel":"C1","text":"a &amp; b","blocks":[{"type":"section","text":{"type":"plain_text","text":"a & b <!channel> ü","emoji":false}}],"thread_ts":"1.1","unfurl_links":false,"unfurl_media":false}"""),
        ("chat.update", """{"channel":"C1","ts":"1795376895.000001","text":"edited","blocks":[{"type":"divider"}],"parse":"none"}"""),
        ("chat.update", """{"channel":"C1","ts":"99.9","text":"of a message that is not there"}"""),
        ("chat.postEphemeral", """{"channel":"C1","user":"U1","text":"psst"}"""),
        ("conversations.open", """{"users":"U1"}"""),
        ("users.info", """{"user":"U1"}"""),
        ("views.open", """{"trigger_id":"1.2.3","view":{"type":"modal","title":{"type":"plain_text","text":"New trunk"},"blocks":[]}}"""),
        ("views.publish", """{"user_id":"U1","view":{"type":"home","blocks":[]}}"""),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Slacks_own_client_and_ours_ask_the_same_and_read_the_same_answers()
    {
        await using var theirs = await SimulatedWebApi.StartAsync();
        await using var rig = await Rig.StartAsync();

        var answers = await RunAsync(theirs, Script);
        var ours = new List<JsonObject>();
        foreach (var (method, arguments) in Script)
        {
            try
            {
                ours.Add(await rig.Api.CallAsync(method, (JsonObject)JsonNode.Parse(arguments)!, "T1", Ct));
            }
            catch (Chat.Ports.ChannelException e)
            {
                ours.Add(new() { ["failed"] = e.Message });
            }
        }

        await rig.Get<FileUpload>().ShareAsync(new("T1", "C1", "1.1"), [new MessageFile("SBC-17.txt", "text/plain", Encoding.UTF8.GetBytes("config-action ü"))], "the whole", Ct);

        Assert.Equal(Shapes(theirs), Shapes(rig.Slack));
        Assert.All(theirs.Calls.Where(c => c.Method.StartsWith("chat.", StringComparison.Ordinal)), c => Assert.Equal("application/x-www-form-urlencoded", c.ContentType));
        Assert.Equal("1795376895.000001", (string?)answers[1]!["ts"]);
        Assert.Equal("1795376895.000001", (string?)ours[1]["ts"]);
        Assert.Equal("message_not_found", (string?)answers[3]!["failed"]);
        Assert.StartsWith("slack-message-gone: ", (string?)ours[3]["failed"], StringComparison.Ordinal);
        Assert.Equal("D-U1", (string?)answers[5]!["channel"]!["id"]);
        Assert.Equal("Ana Ortiz", (string?)answers[6]!["user"]!["real_name"]);
        Assert.True((bool)answers[^1]!["ok"]!);
        Assert.Equal("config-action ü", Encoding.UTF8.GetString(theirs.Files["F1"]));
        Assert.Equal(theirs.Files["F1"], rig.Slack.Files["F1"]);
        Assert.All(rig.Slack.UploadAuthorizations, Assert.Null);
    }

    [Fact]
    public async Task Slacks_own_client_takes_the_simulated_refusals_and_429_for_what_they_are()
    {
        await using var slack = await SimulatedWebApi.StartAsync();
        slack.Tokens.Clear();
        slack.Expired[Rig.BotToken] = 0;
        slack.Next("users.info", async context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "7";
            await context.Response.CompleteAsync();
            return true;
        });

        var answers = await RunAsync(slack, [("auth.test", "{}"), ("users.info", """{"user":"U1"}""")]);

        Assert.Equal("token_expired", (string?)answers[0]!["failed"]);
        Assert.Equal("slack_webapi_platform_error", (string?)answers[0]!["code"]);
        Assert.Equal("slack_webapi_rate_limited_error", (string?)answers[1]!["code"]);
        Assert.Equal(7, (int?)answers[1]!["retryAfter"]);
    }

    private static List<string> Shapes(SimulatedWebApi slack) => [.. slack.Calls.Select(call =>
    {
        var arguments = (JsonObject)call.Arguments.DeepClone();

        // A form has no numbers and truth values.
        foreach (var (name, value) in arguments.ToList())
        {
            arguments[name] = value is JsonValue plain ? plain.ToString() : value?.DeepClone();
        }

        return $"{call.Method} {call.Token} {string.Join(' ', arguments.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value?.ToJsonString()}"))}";
    })];

    private static async Task<JsonArray> RunAsync(SimulatedWebApi slack, (string Method, string Arguments)[] calls)
    {
        var given = new JsonObject
        {
            ["url"] = slack.Url,
            ["token"] = Rig.BotToken,
            ["calls"] = new JsonArray([.. calls.Select(c => new JsonObject { ["method"] = c.Method, ["arguments"] = JsonNode.Parse(c.Arguments) })]),
            ["file"] = new JsonObject { ["name"] = "SBC-17.txt", ["text"] = "config-action ü", ["channel"] = "C1", ["thread"] = "1.1", ["comment"] = "the whole" },
        };
        var start = new ProcessStartInfo("node", ["call.cjs"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "Slack", "WebApiPeer"), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["NO_PROXY"] = "127.0.0.1";
        using var node = Process.Start(start)!;
        var (said, complained) = (node.StandardOutput.ReadToEndAsync(Ct), node.StandardError.ReadToEndAsync(Ct));
        await node.StandardInput.WriteAsync(given.ToJsonString());
        node.StandardInput.Close();
        await node.WaitForExitAsync(Ct);
        Assert.True(node.ExitCode == 0, await complained);
        return (JsonArray)JsonNode.Parse(await said)!;
    }
}
