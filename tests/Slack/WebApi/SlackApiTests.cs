using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Tests.WebApi;

public sealed class SlackApiTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_method_that_writes_gets_JSON_in_UTF8_with_the_token_in_the_header()
    {
        await using var rig = await Rig.StartAsync();

        var answer = await rig.PostAsync();

        var call = Assert.Single(rig.Slack.Calls);
        Assert.Equal("application/json; charset=utf-8", call.ContentType);
        Assert.Equal("Bearer xoxb-fixed", call.Authorization);
        Assert.Equal("""{"channel":"C1","text":"hello"}""", call.Arguments.ToJsonString());
        Assert.Equal("1795376895.000001", (string?)answer["ts"]);
    }

    [Fact]
    public async Task A_method_that_reads_gets_a_form_whose_objects_are_JSON()
    {
        await using var rig = await Rig.StartAsync();

        await rig.Api.CallAsync("users.info", new() { ["user"] = "U1 & U2", ["include_locale"] = true, ["more"] = new JsonArray("a") }, "T1", Ct);

        var call = Assert.Single(rig.Slack.Calls);
        Assert.Equal("application/x-www-form-urlencoded", call.ContentType);
        Assert.Equal("""{"user":"U1 \u0026 U2","include_locale":"true","more":["a"]}""", call.Arguments.ToJsonString());
    }

    [Fact]
    public async Task The_app_level_token_speaks_for_the_app()
    {
        await using var rig = await Rig.StartAsync(("Slack:AppToken", "xapp-fixed"));

        var answer = await rig.Api.CallAsync("apps.connections.open", [], ISlackApi.App, Ct);

        Assert.Equal("wss://127.0.0.1/link", (string?)answer["url"]);
        Assert.Equal("xapp-fixed", rig.Slack.Calls.Single().Token);
    }

    [Fact]
    public async Task Without_an_app_level_token_nothing_is_asked()
    {
        await using var rig = await Rig.StartAsync();

        Assert.StartsWith("slack-app-token-missing: ", await FailureAsync(rig.Api.CallAsync("apps.connections.open", [], ISlackApi.App, Ct)), StringComparison.Ordinal);
        Assert.Empty(rig.Slack.Calls);
    }

    [Fact]
    public async Task A_method_that_is_not_in_the_table_is_a_fault_of_ours()
    {
        await using var rig = await Rig.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => rig.Api.CallAsync("chat.meMessage", [], "T1", Ct));
    }

    [Theory]
    [InlineData("not_in_channel", "slack-not-in-channel: The bot is not a member of this channel. Invite the bot there: /invite @TrunkBot. (chat.postMessage: not_in_channel)")]
    [InlineData("channel_not_found", "slack-channel-not-found: Slack knows no such conversation, or it is private and the bot is not in it. Invite the bot there: /invite @TrunkBot. (chat.postMessage: channel_not_found)")]
    [InlineData("is_archived", "slack-channel-archived: The channel is archived. Take it out of the archive, or use another one. (chat.postMessage: is_archived)")]
    [InlineData("msg_blocks_too_long", "slack-message-too-long: Slack refused the message for its length. The long part belongs in a file. (chat.postMessage: msg_blocks_too_long)")]
    [InlineData("invalid_auth", "slack-token-refused: Slack does not accept the bot's token any more. Install the app in this workspace again (docs/operations.md). (chat.postMessage: invalid_auth)")]
    [InlineData("token_expired", "slack-token-expired: The bot's token has expired and could not be renewed. Install the app in this workspace again (docs/operations.md). (chat.postMessage: token_expired)")]
    [InlineData("user_not_in_channel", "slack-user-not-reachable: Slack can't show this to that person, who has left the conversation or the workspace, or is a bot. (chat.postMessage: user_not_in_channel)")]
    [InlineData("restricted_action", "slack-posting-restricted: A setting of the workspace or the channel does not let the bot post here. Ask an admin of the workspace. (chat.postMessage: restricted_action)")]
    [InlineData("something_new", "slack-refused: Slack refused what the bot asked for. (chat.postMessage: something_new)")]
    [InlineData("xoxb-fixed <!channel>\nand so on", "slack-refused: Slack refused what the bot asked for. (chat.postMessage: unknown_error)")]
    public async Task A_refusal_says_what_it_means_and_what_to_do(string error, string sentence)
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Refuse("chat.postMessage", error);

        Assert.Equal(sentence, await FailureAsync(rig.PostAsync()));
        Assert.Single(rig.Slack.Calls);
    }

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Refuse("files.getUploadURLExternal", "missing_scope", new() { ["needed"] = "files:write", ["provided"] = "chat:write" });

        var failure = await FailureAsync(rig.Api.CallAsync("files.getUploadURLExternal", new() { ["filename"] = "a.txt", ["length"] = 1 }, "T1", Ct));

        Assert.Equal("slack-scope-missing: The bot's token lacks the scope files:write. Add it to the app (OAuth & Permissions, Scopes) and install it again. (files.getUploadURLExternal: missing_scope)", failure);
        Assert.Contains("provided: chat:write", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Slack_finds_wrong_with_blocks_is_in_the_log()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Refuse("chat.postMessage", "invalid_blocks", new() { ["response_metadata"] = new JsonObject { ["messages"] = new JsonArray("[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]") } });

        Assert.StartsWith("slack-blocks-refused: ", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
        Assert.Contains("Warning 2504 Slack's reasons for refusing chat.postMessage: [ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("message_not_found")]
    [InlineData("cant_update_message")]
    [InlineData("edit_window_closed")]
    public async Task A_message_that_can_not_be_edited_any_more_is_gone(string error)
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Refuse("chat.update", error);

        var failure = await Assert.ThrowsAsync<ChannelException>(() => rig.Api.CallAsync("chat.update", new() { ["channel"] = "C1", ["ts"] = "1.1", ["text"] = "x" }, "T1", Ct));

        Assert.True(failure.IsMessageGone);
        Assert.StartsWith("slack-message-gone: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_429_the_message_is_posted_once_the_time_is_over_that_Slack_asks_for()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Next("chat.postMessage", TooMany(30));

        var posting = rig.PostAsync();
        var pause = await rig.Time.PassAsync(p => p > TimeSpan.FromSeconds(20));
        await posting;

        Assert.Equal(TimeSpan.FromSeconds(30), pause);
        Assert.Equal(2, rig.Slack.Calls.Count);
        Assert.Single(rig.Slack.Messages);
    }

    [Fact]
    public async Task While_Slack_asks_to_wait_others_do_not_ask_either()
    {
        await using var rig = await Rig.StartAsync(("Slack:LongestWait", "00:00:20"));
        rig.Slack.Next("chat.postMessage", TooMany(30));

        var first = await FailureAsync(rig.PostAsync());
        var second = await FailureAsync(rig.PostAsync("C2"));
        await rig.Api.CallAsync("users.info", new() { ["user"] = "U1" }, "T1", Ct);

        Assert.Equal("slack-rate-limited: Slack asks to wait longer than the bot does. Try again in a minute. (chat.postMessage: ratelimited)", first);
        Assert.Equal(first, second);
        Assert.Equal(["chat.postMessage", "users.info"], rig.Slack.Calls.Select(c => c.Method));
    }

    [Fact]
    public async Task A_dialog_is_not_opened_late()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Next("views.open", TooMany(3));

        Assert.StartsWith("slack-rate-limited: ", await FailureAsync(rig.Api.CallAsync("views.open", new() { ["trigger_id"] = "1.2" }, "T1", Ct)), StringComparison.Ordinal);
        Assert.Single(rig.Slack.Calls);
    }

    [Fact]
    public async Task An_edit_that_met_trouble_at_Slack_is_made_again()
    {
        await using var rig = await Rig.StartAsync();
        var ts = (string?)(await rig.PostAsync())["ts"];
        rig.Slack.Next("chat.update", Results.StatusCode(503));
        rig.Slack.Refuse("chat.update", "internal_error");

        var editing = rig.Api.CallAsync("chat.update", new() { ["channel"] = "C1", ["ts"] = ts, ["text"] = "edited" }, "T1", Ct);
        await rig.Time.PassAsync(p => p <= TimeSpan.FromSeconds(0.5));
        await rig.Time.PassAsync(p => p <= TimeSpan.FromSeconds(1));
        await editing;

        Assert.Equal("edited", (string?)rig.Slack.Messages[ts!]["text"]);
        Assert.Equal(3, rig.Slack.Of("chat.update").Count);
    }

    [Fact]
    public async Task A_message_that_may_have_been_posted_is_not_posted_again()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Next("chat.postMessage", Results.StatusCode(502));
        rig.Slack.Refuse("chat.postMessage", "fatal_error");

        Assert.Equal("slack-answer-unreadable: What answered did not speak as Slack does (status 502). It may have been done all the same, so it was not asked again: look before you repeat it. (chat.postMessage)", await FailureAsync(rig.PostAsync()));
        Assert.StartsWith("slack-unavailable: ", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
        Assert.Equal(2, rig.Slack.Calls.Count);
    }

    [Fact]
    public async Task Nobody_waits_forever_for_Slack_and_the_message_is_not_posted_again()
    {
        await using var rig = await Rig.StartAsync();
        var arrived = new TaskCompletionSource();
        rig.Slack.Next("chat.postMessage", async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, rig.Time, context.RequestAborted);
            return true;
        });

        var posting = rig.PostAsync();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        await rig.Time.PassAsync(p => p == TimeSpan.FromSeconds(15));

        Assert.StartsWith("slack-timeout: Slack did not answer in time. It may have been done all the same", await FailureAsync(posting), StringComparison.Ordinal);
        Assert.Single(rig.Slack.Calls);
    }

    [Fact]
    public async Task What_never_left_this_machine_is_sent_again()
    {
        await using var rig = await Rig.StartAsync(("Slack:ApiAttempts", "2"));
        var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        rig.Get<Microsoft.Extensions.Options.IOptions<SlackOptions>>().Value.ApiUrl = new($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/api/");
        closed.Stop();

        var posting = rig.PostAsync();
        await rig.Time.PassAsync(p => p <= TimeSpan.FromSeconds(0.5));

        Assert.Equal("slack-unreachable: Slack can't be reached. Check the way to 127.0.0.1. (chat.postMessage)", await FailureAsync(posting));
        Assert.Contains("comes again after attempt 1", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>a proxy's page</html>")]
    [InlineData("[1, 2]")]
    [InlineData("""{"hello":"world"}""")]
    [InlineData("")]
    public async Task What_does_not_speak_as_Slack_does_is_not_believed(string body)
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Next("chat.postMessage", Results.Text(body));

        Assert.StartsWith("slack-answer-unreadable: ", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Next("chat.postMessage", Results.Text($$"""{"ok":true,"ts":"1.1","filler":"{{new string('x', 2 * 1024 * 1024)}}"}"""));

        Assert.StartsWith("slack-timeout: ", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Next("chat.postMessage", Results.Redirect("/api/chat.update", permanent: false, preserveMethod: true));

        Assert.Contains("(status 307)", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
        Assert.Empty(rig.Slack.Of("chat.update"));
    }

    [Fact]
    public async Task No_token_and_no_text_is_ever_in_the_log_or_in_what_people_are_told()
    {
        await using var rig = await Rig.StartAsync(("Slack:ApiAttempts", "1"));
        rig.Slack.Refuse("chat.postMessage", "not_in_channel", new() { ["response_metadata"] = new JsonObject { ["messages"] = new JsonArray("why") } });
        rig.Slack.Next("chat.postMessage", Results.StatusCode(500));
        rig.Slack.Next("chat.postMessage", TooMany(600));

        var told = await FailureAsync(rig.PostAsync()) + await FailureAsync(rig.PostAsync()) + await FailureAsync(rig.PostAsync());
        await Task.WhenAll(rig.PostAsync("C3").ContinueWith(_ => { }, Ct, TaskContinuationOptions.None, TaskScheduler.Default));

        Assert.DoesNotContain("xoxb", told + rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hello", told + rig.Log.Text, StringComparison.Ordinal);
        Assert.Contains("Warning 2501 ", rig.Log.Text, StringComparison.Ordinal);
    }

    private static TooManyRequests TooMany(int seconds) => new TooManyRequests(seconds);

    private static async Task<string> FailureAsync(Task task) => (await Assert.ThrowsAsync<ChannelException>(() => task)).Message;

    private sealed class TooManyRequests(int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = 429;
            httpContext.Response.Headers.RetryAfter = $"{seconds}";
            return Task.CompletedTask;
        }
    }
}
