using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.BlockKit;
using TrunkBot.Slack.Tests.WebApi;

namespace TrunkBot.Slack.Tests.Outgoing;

public sealed class SlackChannelTests
{
    private static readonly ChannelUser Ana = new("slack:T1/U1", "Ana Ortiz");
    private static readonly ChannelUser Ben = new("slack:T1/U2", "Ben");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_is_posted_literally_with_its_summary_for_notifications()
    {
        await using var rig = await Rig.StartAsync();

        var ts = await rig.Channel.SendAsync(Rig.Where(), Message.OfText("acme-east: 2 < 3 & *up* :fire:\nnext line"), Ct);

        Assert.Equal("1795376895.000001", ts);
        Assert.Equal(
            """{"channel":"C1","text":"acme-east: 2 &lt; 3 &amp; *up* :fire: next line","blocks":[{"type":"section","text":{"type":"plain_text","text":"acme-east: 2 < 3 & *up* :fire:\nnext line","emoji":false}}],"unfurl_links":false,"unfurl_media":false}""",
            Json(rig.Slack.Of("chat.postMessage").Single().Arguments));
    }

    [Fact]
    public async Task The_welcome_can_say_that_only_mentions_are_heard_in_channels()
    {
        await using var rig = await Rig.StartAsync();

        Assert.True(rig.Channel.Capabilities.HasFlag(ChannelCapabilities.HearsMentionsOnly));
    }

    [Fact]
    public async Task A_card_is_posted_as_its_blocks_in_the_thread_with_its_summary()
    {
        await using var rig = await Rig.StartAsync();

        await rig.Channel.SendAsync(Rig.Where("T1/C1/1795376890.000100"), Message.OfCard(new("plan", []), "Plan for acme-east"), Ct);

        var sent = rig.Slack.Of("chat.postMessage").Single().Arguments;
        Assert.Equal("Plan for acme-east", (string?)sent["text"]);
        Assert.Equal("1795376890.000100", (string?)sent["thread_ts"]);
        Assert.Equal("plan", (string?)sent["blocks"]![0]!["text"]!["text"]);
        Assert.Equal("approve", (string?)sent["blocks"]![1]!["elements"]![0]!["action_id"]);
    }

    [Fact]
    public async Task An_edit_sends_blocks_too_or_Slack_would_take_them_away()
    {
        await using var rig = await Rig.StartAsync();
        var ts = await rig.Channel.SendAsync(Rig.Where("T1/C1/1.1"), Message.OfCard(new("progress", []), "Step 1"), Ct);

        await rig.Channel.UpdateAsync(Rig.Where("T1/C1/1.1"), ts, Message.OfCard(new("result", []), "Done <b>"), Ct);

        var sent = rig.Slack.Of("chat.update").Single().Arguments;
        Assert.Equal(["channel", "ts", "text", "blocks", "parse"], sent.Select(a => a.Key));
        Assert.Equal("Done &lt;b&gt;", (string?)sent["text"]);
        Assert.Equal("none", (string?)sent["parse"]);
        Assert.Equal("result", (string?)rig.Slack.Messages[ts]["blocks"]![0]!["text"]!["text"]);
    }

    [Fact]
    public async Task An_edit_of_a_message_that_was_deleted_says_that_it_is_gone()
    {
        await using var rig = await Rig.StartAsync();

        var failure = await Assert.ThrowsAsync<ChannelException>(() => rig.Channel.UpdateAsync(Rig.Where(), "9.9", Message.OfText("x"), Ct));

        Assert.True(failure.IsMessageGone);
    }

    [Fact]
    public async Task Whoever_is_to_be_notified_is_mentioned_in_front_of_card_and_notification()
    {
        await using var rig = await Rig.StartAsync();
        var message = Message.OfCard(new("approval", []), "CHG-1 waits for you") with { Mentions = [Ana, Ben, Ana, new("msteams:1", "x"), new("slack:T1/U1> <!channel", "y")] };

        await rig.Channel.SendAsync(Rig.Where(), message, Ct);
        await rig.Channel.SendAsync(Rig.Where("T1/D1", isGroup: false), message, Ct);

        var (group, alone) = (rig.Slack.Calls.First().Arguments, rig.Slack.Calls.Last().Arguments);
        Assert.Equal("<@U1> <@U2> CHG-1 waits for you", (string?)group["text"]);
        Assert.Equal("""{"type":"section","text":{"type":"mrkdwn","text":"<@U1> <@U2>"}}""", Json(group["blocks"]![0]!));
        Assert.Equal("header", (string?)group["blocks"]![1]!["type"]);
        Assert.Equal("CHG-1 waits for you", (string?)alone["text"]);
        Assert.Equal("header", (string?)alone["blocks"]![0]!["type"]);
    }

    [Theory]
    [InlineData("<!channel> and <@U1>", "&lt;!channel&gt; and &lt;@U1&gt;", "<!channel> and <@U1>")]
    [InlineData("<https://evil.example|status>", "&lt;https://evil.example|status&gt;", "<https://evil.example|status>")]
    [InlineData("&lt;already&gt;", "&amp;lt;already&amp;gt;", "&lt;already&gt;")]
    [InlineData("\u202Egnp.exe\u202C \u0007bell", "gnp.exe bell", "gnp.exe bell")]
    [InlineData("a\r\nb\u2028c", "a b c", "a\nb\nc")]
    public async Task Hostile_text_stays_text(string text, string inText, string inBlock)
    {
        await using var rig = await Rig.StartAsync();

        await rig.Channel.SendAsync(Rig.Where(), Message.OfText(text), Ct);

        var sent = rig.Slack.Calls.Single().Arguments;
        Assert.Equal(inText, (string?)sent["text"]);
        Assert.Equal(inBlock, (string?)sent["blocks"]![0]!["text"]!["text"]);
        Assert.Equal("plain_text", (string?)sent["blocks"]![0]!["text"]!["type"]);
        Assert.False((bool?)sent["blocks"]![0]!["text"]!["emoji"]);
    }

    [Fact]
    public async Task A_long_text_is_split_behind_lines_into_blocks_and_nothing_is_lost()
    {
        await using var rig = await Rig.StartAsync();
        var text = string.Join('\n', Enumerable.Range(1, 120).Select(i => $"line {i:D3} {new string('x', 60)}"));

        await rig.Channel.SendAsync(Rig.Where(), Message.OfText(text), Ct);

        var sent = rig.Slack.Calls.Single().Arguments;
        var parts = ((JsonArray)sent["blocks"]!).Select(b => (string)b!["text"]!["text"]!).ToList();
        Assert.Equal(3, parts.Count);
        Assert.All(parts, p => Assert.StartsWith("line ", p, StringComparison.Ordinal));
        Assert.Equal(text, string.Join('\n', parts));
        Assert.Empty(BlockKitLimits.OfMessage((JsonArray)sent["blocks"]!));
        Assert.Equal(3001, ((string)sent["text"]!).Length);
    }

    [Fact]
    public async Task A_text_that_no_message_holds_is_its_beginning_and_a_file_with_all_of_it()
    {
        await using var rig = await Rig.StartAsync();
        var text = string.Join('\n', Enumerable.Range(1, 400).Select(i => $"line {i:D3} {new string('x', 60)}"));

        var ts = await rig.Channel.SendAsync(Rig.Where(), Message.OfText(text), Ct);

        var blocks = (JsonArray)rig.Slack.Messages[ts]["blocks"]!;
        Assert.StartsWith("line 001 ", (string)blocks[0]!["text"]!["text"]!, StringComparison.Ordinal);
        Assert.EndsWith("\n…", (string)blocks[0]!["text"]!["text"]!, StringComparison.Ordinal);
        Assert.Equal("This is the beginning. The whole is in the file message.txt in the thread.", (string?)blocks[1]!["text"]!["text"]);
        Assert.Equal(text, Encoding.UTF8.GetString(rig.Slack.Files["F1"]));
        Assert.Equal(ts, (string?)rig.Slack.Of("files.completeUploadExternal").Single().Arguments["thread_ts"]);
    }

    [Fact]
    public async Task A_name_of_ten_thousand_units_without_a_blank_is_cut_behind_a_whole_character()
    {
        await using var rig = await Rig.StartAsync();
        var name = string.Concat(Enumerable.Repeat("👩‍🚒", 2000)); // five units each

        var ts = await rig.Channel.SendAsync(Rig.Where(), Message.OfText(name), Ct);

        Assert.Equal(string.Concat(Enumerable.Repeat("👩‍🚒", 300)) + "\n…", (string?)rig.Slack.Messages[ts]["blocks"]![0]!["text"]!["text"]);
        Assert.Equal(name, Encoding.UTF8.GetString(rig.Slack.Files["F1"]));
    }

    [Fact]
    public async Task A_card_that_does_not_fit_goes_as_its_beginning_its_buttons_and_a_file_and_the_log_blames_the_card()
    {
        await using var rig = await Rig.StartAsync();
        var sections = new JsonArray([.. Enumerable.Range(1, 6).Select(i => Section($"part {i} &lt;x&gt; " + new string('y', 2900)))]);
        sections.Add(JsonNode.Parse("""{"type":"actions","elements":[{"type":"button","action_id":"approve","text":{"type":"plain_text","text":"Approve"}}]}"""));

        var ts = await rig.Channel.SendAsync(Rig.Where(), Message.OfCard(new("blocks", new() { ["blocks"] = sections }), "Plan"), Ct);

        var blocks = (JsonArray)rig.Slack.Messages[ts]["blocks"]!;
        Assert.Equal(["section", "section", "actions"], blocks.Select(b => (string)b!["type"]!));
        Assert.StartsWith("part 1 <x> y", (string?)blocks[0]!["text"]!["text"], StringComparison.Ordinal);
        Assert.Contains("\npart 6 <x> y", Encoding.UTF8.GetString(rig.Slack.Files["F1"]), StringComparison.Ordinal);
        Assert.Contains("Error 2521 The card blocks does not fit into a message of Slack and goes as a file: blocks: 17", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_go_into_the_thread_under_the_message_with_a_safe_name_and_their_summary()
    {
        await using var rig = await Rig.StartAsync();
        var message = Message.OfText("The chart of <acme>") with
        {
            Files = [new("../etc/pass:wd\u202E.png", "image/png", [1, 2, 3]), new("SBC-17.txt", "text/plain", "config"u8.ToArray()), new("call-4.wav", "audio/wav", "RIFF"u8.ToArray())],
        };

        var ts = await rig.Channel.SendAsync(Rig.Where(), message, Ct);

        Assert.Equal("""{"filename":"_etc_pass_wd.png","length":"3","alt_txt":"The chart of <acme>"}""", Json(rig.Slack.Of("files.getUploadURLExternal")[0].Arguments));
        Assert.Equal("""{"filename":"SBC-17.txt","length":"6"}""", Json(rig.Slack.Of("files.getUploadURLExternal")[1].Arguments));
        Assert.Equal("""{"filename":"call-4.wav","length":"4"}""", Json(rig.Slack.Of("files.getUploadURLExternal")[2].Arguments));
        Assert.Equal(
            $$"""{"files":[{"id":"F1","title":"_etc_pass_wd.png"},{"id":"F2","title":"SBC-17.txt"},{"id":"F3","title":"call-4.wav"}],"channel_id":"C1","initial_comment":"The chart of &lt;acme&gt;","thread_ts":"{{ts}}"}""",
            Json(rig.Slack.Of("files.completeUploadExternal").Single().Arguments));
        Assert.Equal([1, 2, 3], rig.Slack.Files["F1"]);
        Assert.Equal("RIFF"u8, rig.Slack.Files["F3"]);
        Assert.All(rig.Slack.UploadAuthorizations, Assert.Null);
    }

    [Fact]
    public async Task In_a_thread_files_go_into_that_thread()
    {
        await using var rig = await Rig.StartAsync();

        await rig.Channel.SendAsync(Rig.Where("T1/C1/1.1"), Message.OfText("x") with { Files = [new("a.txt", "text/plain", [1])] }, Ct);

        Assert.Equal("1.1", (string?)rig.Slack.Of("files.completeUploadExternal").Single().Arguments["thread_ts"]);
    }

    [Fact]
    public async Task A_file_that_can_not_be_attached_is_said_in_the_thread_and_the_message_is_not_sent_again()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Refuse("files.completeUploadExternal", "missing_scope", new() { ["needed"] = "files:write" });

        var ts = await rig.Channel.SendAsync(Rig.Where(), Message.OfText("x") with { Files = [new("a.txt", "text/plain", [1])] }, Ct);

        var note = rig.Slack.Of("chat.postMessage")[1].Arguments;
        Assert.Equal(ts, (string?)note["thread_ts"]);
        Assert.StartsWith("a.txt could not be attached. slack-scope-missing: ", (string?)note["text"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/upload/F1")]
    [InlineData("https://files.slack.com/upload/F1")] // the bot speaks to this machine, so to this machine alone
    [InlineData("http://127.0.0.1@evil.example/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("upload/F1")]
    public async Task Bytes_go_nowhere_but_to_Slack(string address)
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.UploadUrl = address;

        await rig.Channel.SendAsync(Rig.Where(), Message.OfText("x") with { Files = [new("a.txt", "text/plain", [1])] }, Ct);

        Assert.Contains("slack-upload-refused: Slack named no address of its own for the file, so it was sent nowhere.", (string?)rig.Slack.Of("chat.postMessage")[1].Arguments["text"], StringComparison.Ordinal);
        Assert.Empty(rig.Slack.UploadAuthorizations);
    }

    [Fact]
    public async Task A_private_answer_is_seen_by_one_person_in_the_thread_where_they_asked()
    {
        await using var rig = await Rig.StartAsync();

        await rig.Channel.ReplyPrivatelyAsync(Rig.Where("T1/C1/1.1"), Ana, "Only <approvers> may", Ct);

        Assert.Equal(
            """{"channel":"C1","user":"U1","text":"Only &lt;approvers&gt; may","blocks":[{"type":"section","text":{"type":"plain_text","text":"Only <approvers> may","emoji":false}}],"thread_ts":"1.1"}""",
            Json(rig.Slack.Of("chat.postEphemeral").Single().Arguments));
    }

    [Fact]
    public async Task A_long_private_answer_is_several_because_a_file_would_not_be_private()
    {
        await using var rig = await Rig.StartAsync();

        await rig.Channel.ReplyPrivatelyAsync(Rig.Where(), Ana, string.Concat(Enumerable.Repeat("0123456789", 700)), Ct);

        Assert.Equal([3000, 3000, 1000], rig.Slack.Of("chat.postEphemeral").Select(c => ((string)c.Arguments["text"]!).Length));
    }

    [Fact]
    public async Task Alone_with_somebody_a_private_answer_is_a_message()
    {
        await using var rig = await Rig.StartAsync();

        await rig.Channel.ReplyPrivatelyAsync(Rig.Where("T1/D1", isGroup: false), Ana, "no", Ct);

        Assert.Equal("chat.postMessage", rig.Slack.Calls.Single().Method);
    }

    [Fact]
    public async Task A_private_answer_to_somebody_who_is_not_Slacks_is_not_given_to_everybody()
    {
        await using var rig = await Rig.StartAsync();

        var failure = await Assert.ThrowsAsync<ChannelException>(() => rig.Channel.ReplyPrivatelyAsync(Rig.Where(), new("webchat:ana", "Ana"), "no", Ct));

        Assert.StartsWith("slack-user-not-reachable: ", failure.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Slack.Calls);
    }

    [Fact]
    public async Task Threads_do_not_nest_and_can_be_left()
    {
        await using var rig = await Rig.StartAsync();

        var thread = rig.Channel.ThreadUnder(Rig.Where("E1/C1"), "1.1");

        Assert.Equal("E1/C1/1.1", thread.ConversationId);
        Assert.Equal("E1/C1/1.1", rig.Channel.ThreadUnder(thread, "2.2").ConversationId);
        Assert.Equal("E1/C1", rig.Channel.WithoutThread(thread).ConversationId);
        Assert.Equal("E1/C1", rig.Channel.WithoutThread(Rig.Where("E1/C1")).ConversationId);
    }

    [Theory]
    [InlineData("C1")]
    [InlineData("T1/")]
    [InlineData("T1/C1/")]
    [InlineData("T1/C1/1.1/2.2")]
    public async Task A_conversation_that_names_no_place_is_refused(string id)
    {
        await using var rig = await Rig.StartAsync();

        var failure = await Assert.ThrowsAsync<ChannelException>(() => rig.Channel.SendAsync(Rig.Where(id), Message.OfText("x"), Ct));

        Assert.StartsWith("slack-conversation-unreadable: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_was_taken_without_a_ts_is_said_so()
    {
        await using var rig = await Rig.StartAsync();
        rig.Slack.Next("chat.postMessage", Results.Json(new { ok = true }));

        var failure = await Assert.ThrowsAsync<ChannelException>(() => rig.Channel.SendAsync(Rig.Where(), Message.OfText("x"), Ct));

        Assert.StartsWith("slack-answer-without-ts: ", failure.Message, StringComparison.Ordinal);
    }

    private static JsonObject Section(string mrkdwn) => new() { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = mrkdwn } };

    private static string Json(JsonNode node) => node.ToJsonString(Slack.WebApi.SlackWire.Json);
}
