using System.Net;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Tests.Support;

namespace TrunkBot.Slack.Tests.Incoming;

/// <summary>Commands, buttons and shortcuts: the turn that each becomes, and how its outcome reaches the one who acted.</summary>
public sealed class InteractionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_command_is_a_turn_in_the_channel_and_answered_with_an_empty_200()
    {
        await using var host = await SlackHost.StartAsync();

        var answer = await host.PostCommandAsync("status <@U5|ben> acme-east");

        Assert.Equal((HttpStatusCode.OK, ""), answer);
        var turn = Assert.Single(host.Core.Invoked);
        Assert.Equal("slack:13345224609.738474920.8088930838d88f008e0", turn.Id);
        Assert.Equal((TurnKind.Text, "status @U5 acme-east"), (turn.Kind, turn.Text));
        Assert.Equal(new ChannelUser("slack:T1/U1", "ana"), turn.From);
        Assert.Equal(new ConversationReference("slack", "", "T1/C1", "", IsGroup: true), turn.Where);
        Assert.Equal("slack:T1/U5", Assert.Single(turn.Mentioned).Id);
        Assert.True(turn.CanShowForm);
    }

    [Fact]
    public async Task A_command_without_a_text_asks_for_help()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostCommandAsync("");

        Assert.Equal("help", Assert.Single(host.Core.Invoked).Text);
    }

    [Fact]
    public async Task A_command_of_an_organisation_wide_install_is_of_the_enterprise()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostCommandAsync("list", ("enterprise_id", "E1"), ("is_enterprise_install", "true"));

        Assert.Equal("E1/C1", Assert.Single(host.Core.Invoked).Where.ConversationId);
    }

    [Fact]
    public async Task A_form_opens_as_a_modal_with_its_buttons_at_the_foot()
    {
        await using var host = await SlackHost.StartAsync();
        host.Core.Answer = _ => Task.FromResult(new TurnOutcome { Form = TestBlocks.Form("New trunk, step 1 of 3: who and where", 1, ["name"]) });

        await host.PostCommandAsync("new trunk");

        var opened = await host.Api.NextAsync("views.open");
        Assert.Equal(("T1", "13345224609.738474920.8088930838d88f008e0"), (opened.Workspace, opened.Arguments["trigger_id"]!.GetValue<string>()));
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""
                    {
                      "type": "modal",
                      "title": { "type": "plain_text", "text": "New trunk, step 1 of 3:…", "emoji": false },
                      "close": { "type": "plain_text", "text": "Cancel", "emoji": false },
                      "callback_id": "form",
                      "submit": { "type": "plain_text", "text": "Next", "emoji": false },
                      "notify_on_close": true,
                      "private_metadata": "{\"Where\":\"T1/C1\",\"Verb\":\"form-next\",\"Data\":{\"step\":\"1\"},\"Revision\":1}",
                      "blocks": [
                        { "type": "input", "block_id": "name#1", "label": { "type": "plain_text", "text": "name" }, "element": { "type": "plain_text_input", "action_id": "name" } },
                        { "type": "actions", "block_id": "form-buttons#1", "elements": [ { "type": "button", "action_id": "form-back", "text": { "type": "plain_text", "text": "Back" }, "value": "{\"step\":\"1\"}" } ] }
                      ]
                    }
                    """),
                opened.Arguments["view"]),
            opened.Arguments["view"]!.ToJsonString());
    }

    [Fact]
    public async Task A_form_that_is_not_ready_within_a_second_is_a_view_that_loads_and_is_then_edited_by_its_hash()
    {
        await using var host = await SlackHost.StartAsync();
        var core = new TaskCompletionSource<TurnOutcome>();
        host.Core.Answer = _ => core.Task;

        var posting = host.PostCommandAsync("new trunk");
        await host.Time.PassPauseAsync(Second);
        var opened = await host.Api.NextAsync("views.open");
        core.SetResult(new() { Form = TestBlocks.Form("New trunk", 1, ["name"]) });
        var updated = await host.Api.NextAsync("views.update");
        await posting;

        Assert.Contains("Loading", opened.Arguments["view"]!["blocks"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(("V1", "h2"), (updated.Arguments["view_id"]!.GetValue<string>(), updated.Arguments["hash"]!.GetValue<string>()));
        Assert.Equal("New trunk", updated.Arguments["view"]!["title"]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_refuses_a_form_that_loads_is_said_in_its_place()
    {
        await using var host = await SlackHost.StartAsync();
        var core = new TaskCompletionSource<TurnOutcome>();
        host.Core.Answer = _ => core.Task;

        var posting = host.PostCommandAsync("new trunk");
        await host.Time.PassPauseAsync(Second);
        await host.Api.NextAsync("views.open");
        core.SetResult(TurnOutcome.Refused("not-allowed", "You may not set up trunks."));
        var updated = await host.Api.NextAsync("views.update");
        await posting;

        Assert.Equal("You may not set up trunks.", updated.Arguments["view"]!["blocks"]![0]!["text"]!["text"]!.GetValue<string>());
        Assert.Null(updated.Arguments["view"]!["submit"]);
    }

    [Fact]
    public async Task A_button_is_a_turn_with_its_data_and_what_was_entered()
    {
        await using var host = await SlackHost.StartAsync();
        var state = new JsonObject
        {
            ["b"] = new JsonObject { ["reason"] = Sent.Typed("too early"), ["empty"] = Sent.Typed(null) },
            ["c"] = new JsonObject
            {
                ["edges"] = JsonNode.Parse("""{"type":"checkboxes","selected_options":[{"value":"umatilla"},{"value":"ashburn"}]}"""),
                ["site"] = JsonNode.Parse("""{"type":"static_select","selected_option":{"value":"denver"}}"""),
                ["none"] = JsonNode.Parse("""{"type":"static_select","selected_option":null}"""),
                ["change"] = Sent.Typed("CHG-1"),
            },
        };

        var answer = await host.PostPayloadAsync(Sent.Press("reject:2", """{"change":"CHG-17","hash":"ab12","n":3}""", state));

        Assert.Equal((HttpStatusCode.OK, ""), answer);
        var turn = Assert.Single(host.Core.Invoked);
        Assert.Equal((TurnKind.Action, "reject", "slack:trigger-7"), (turn.Kind, turn.Verb, turn.Id));
        Assert.Equal(new ChannelUser("slack:T1/U2", "ben"), turn.From);
        Assert.Equal(("T1/C2", "1795348700.000900"), (turn.Where.ConversationId, turn.MessageId));
        Assert.Equal(
            "change=CHG-17 edges=umatilla,ashburn empty= hash=ab12 n=3 none= reason=too early site=denver",
            string.Join(' ', turn.Data.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}")));
    }

    [Theory]
    [InlineData("1795348000.000001", "T1/C2/1795348000.000001")]
    [InlineData("1795348700.000900", "T1/C2")]
    public async Task A_button_in_a_thread_is_of_that_thread_and_one_above_a_thread_is_not(string thread, string conversation)
    {
        await using var host = await SlackHost.StartAsync();
        var press = Sent.Press("approve", """{"change":"CHG-17"}""");
        press["message"] = new JsonObject { ["thread_ts"] = thread };

        await host.PostPayloadAsync(press);

        Assert.Equal(conversation, Assert.Single(host.Core.Invoked).Where.ConversationId);
    }

    [Theory]
    [InlineData("""{"type":"button","action_id":"link"}""")]
    [InlineData("""{"type":"plain_text_input","action_id":"reason","value":"x"}""")]
    public async Task A_link_and_an_input_are_no_turns(string action)
    {
        await using var host = await SlackHost.StartAsync();
        var press = Sent.Press("approve", "{}");
        press["actions"] = new JsonArray(JsonNode.Parse(action));

        var (status, _) = await host.PostPayloadAsync(press);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(host.Core.Invoked);
    }

    [Fact]
    public async Task A_refusal_reaches_the_presser_alone_where_there_is_no_answer_url()
    {
        await using var host = await SlackHost.StartAsync();
        host.Core.Answer = _ => Task.FromResult(TurnOutcome.Refused("approver-is-requester", "You asked for CHG-17 yourself."));
        var press = Sent.Press("approve", """{"change":"CHG-17"}""");
        press.Remove("response_url");

        await host.PostPayloadAsync(press);

        Assert.Equal(("T1/C2", "slack:T1/U2", "You asked for CHG-17 yourself."), await host.Channel.NextToldAsync());
    }

    [Fact]
    public async Task A_slow_press_is_answered_in_time_and_its_outcome_follows()
    {
        await using var host = await SlackHost.StartAsync();
        var core = new TaskCompletionSource<TurnOutcome>();
        host.Core.Answer = _ => core.Task;
        var press = Sent.Press("approve", """{"change":"CHG-17"}""");
        press.Remove("response_url");

        var posting = host.PostPayloadAsync(press);
        await host.Time.WaitForPausesAsync(TimeSpan.FromMilliseconds(2300), TimeSpan.FromSeconds(2));
        host.Time.Advance(TimeSpan.FromMilliseconds(2300));
        Assert.Equal((HttpStatusCode.OK, ""), await posting);
        core.SetResult(TurnOutcome.Told("CHG-17 is approved."));

        Assert.Equal("This takes a little longer. The work goes on; the result follows here.", (await host.Channel.NextToldAsync()).Text);
        Assert.Equal("CHG-17 is approved.", (await host.Channel.NextToldAsync()).Text);
    }

    [Fact]
    public async Task What_fails_is_said_with_a_reference_that_is_in_the_log()
    {
        await using var host = await SlackHost.StartAsync();
        host.Core.Answer = _ => Task.FromException<TurnOutcome>(new IOException("the disk is full"));
        var press = Sent.Press("approve", """{"change":"CHG-17"}""");
        press.Remove("response_url");

        var (status, _) = await host.PostPayloadAsync(press);

        Assert.Equal(HttpStatusCode.OK, status);
        var text = (await host.Channel.NextToldAsync()).Text;
        Assert.DoesNotContain("disk", text, StringComparison.Ordinal);
        var reference = text.Split("reference ")[1][..8];
        Assert.Contains(host.Log.Lines, l => l.Contains(reference, StringComparison.Ordinal) && l.Contains("the disk is full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_global_shortcut_goes_on_in_the_direct_message_with_the_bot()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostPayloadAsync(Shortcut());

        var turn = Assert.Single(host.Core.Invoked);
        Assert.Equal(("new-trunk", "T1/D1", true), (turn.Verb, turn.Where.ConversationId, turn.CanShowForm));
        Assert.Equal("""{"users":"U1"}""", (await host.Api.NextAsync("conversations.open")).Arguments.ToJsonString());
    }

    [Fact]
    public async Task Without_a_direct_message_the_shortcut_says_so()
    {
        await using var host = await SlackHost.StartAsync();
        host.Api.Answers["conversations.open"] = _ => Task.FromException<JsonObject>(new TrunkBot.Chat.Ports.ChannelException("slack-refused: cannot_dm_bot"));

        await host.PostPayloadAsync(Shortcut());

        Assert.Contains("slack-no-direct-message", (await host.Api.NextAsync("views.open")).Arguments.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(host.Core.Invoked);
    }

    [Fact]
    public async Task A_message_shortcut_brings_the_words_of_the_alert_and_answers_in_its_thread()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostPayloadAsync(JsonNode.Parse("""
            {
              "type": "message_action", "callback_id": "diagnose-from", "api_app_id": "A1", "team": { "id": "T1" }, "user": { "id": "U1", "name": "ana" },
              "channel": { "id": "C9" }, "trigger_id": "t9", "response_url": "https://hooks.slack.com/app/9", "message_ts": "1795348000.000001",
              "message": { "type": "message", "ts": "1795348000.000001", "text": "Alert &amp; more", "attachments": [
                { "title": "SIP down", "fields": [ { "title": "trunk", "value": "acme-east" } ] } ],
                "blocks": [ { "type": "section", "text": { "type": "mrkdwn", "text": "see <https://grafana.example.com|Grafana>" } } ] }
            }
            """)!.AsObject());

        var turn = Assert.Single(host.Core.Invoked);
        Assert.Equal(("diagnose-from", "T1/C9/1795348000.000001", "1795348000.000001"), (turn.Verb, turn.Where.ConversationId, turn.MessageId));
        Assert.Equal("Alert & more\nSIP down\ntrunk\nacme-east\nsee Grafana", turn.Data["text"]);
    }

    [Fact]
    public async Task A_button_on_the_Home_tab_goes_on_in_the_direct_message()
    {
        await using var host = await SlackHost.StartAsync();
        var press = Sent.Press("new-trunk", "{}");
        press["container"] = new JsonObject { ["type"] = "view", ["view_id"] = "V9" };
        press["view"] = new JsonObject { ["type"] = "home", ["id"] = "V9" };
        press.Remove("channel");

        await host.PostPayloadAsync(press);

        Assert.Equal(("new-trunk", "T1/D1"), (Assert.Single(host.Core.Invoked).Verb, host.Core.Invoked.Single().Where.ConversationId));
    }

    private static JsonObject Shortcut() => new()
    {
        ["type"] = "shortcut",
        ["callback_id"] = "new-trunk",
        ["api_app_id"] = "A1",
        ["team"] = new JsonObject { ["id"] = "T1" },
        ["user"] = new JsonObject { ["id"] = "U1", ["username"] = "ana" },
        ["trigger_id"] = "t8",
    };
}
