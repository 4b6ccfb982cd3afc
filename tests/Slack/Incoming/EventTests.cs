using System.Net;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Tests.Support;

namespace TrunkBot.Slack.Tests.Incoming;

/// <summary>What is said to the bot, and what happens to its install.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task A_mention_in_a_channel_is_a_turn_in_the_thread_under_it()
    {
        await using var host = await SlackHost.StartAsync();

        var (status, body) = await host.PostJsonAsync(Sent.Event(Sent.Mention("<@U0BOT> status acme-east")));

        Assert.Equal((HttpStatusCode.OK, ""), (status, body));
        var turn = Assert.Single(host.Core.Accepted);
        Assert.Equal("slack:Ev1", turn.Id);
        Assert.Equal(TurnKind.Text, turn.Kind);
        Assert.Equal(new ChannelUser("slack:T1/U1", "Ana Ortiz"), turn.From);
        Assert.Equal(new ConversationReference("slack", "", "T1/C1/1795348800.000100", "U0BOT", IsGroup: true), turn.Where);
        Assert.Equal("status acme-east", turn.Text);
        Assert.Equal(SlackHost.Noon, turn.At);
    }

    [Fact]
    public async Task A_mention_in_a_thread_stays_in_it()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostJsonAsync(Sent.Event(Sent.Mention("<@U0BOT> status", thread: "1795300000.000001")));

        Assert.Equal("T1/C1/1795300000.000001", Assert.Single(host.Core.Accepted).Where.ConversationId);
    }

    [Fact]
    public async Task A_direct_message_is_a_turn_of_one_flat_conversation()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostJsonAsync(Sent.Event(Sent.DirectMessage("bind <@U5> to ana &amp; co")));

        var turn = Assert.Single(host.Core.Accepted);
        Assert.Equal(new ConversationReference("slack", "", "T1/D1", "U0BOT", IsGroup: false), turn.Where);
        Assert.Equal("bind @U5 to ana & co", turn.Text);
        Assert.Equal(new ChannelUser("slack:T1/U5", "U5"), Assert.Single(turn.Mentioned));
    }

    public static TheoryData<string> NotSaidToTheBot =>
    [
        """{"type":"message","channel_type":"im","user":"U1","text":"x","ts":"1.1","channel":"D1","bot_id":"B1"}""",
        """{"type":"message","channel_type":"im","user":"U0BOT","text":"x","ts":"1.1","channel":"D1"}""",
        """{"type":"message","channel_type":"im","subtype":"message_changed","user":"U1","text":"x","ts":"1.1","channel":"D1"}""",
        """{"type":"message","channel_type":"im","user":"U1","text":"x","ts":"1.1","channel":"D1","edited":{"user":"U1","ts":"1.2"}}""",
        """{"type":"message","channel_type":"channel","user":"U1","text":"x","ts":"1.1","channel":"C1"}""",
        """{"type":"message","channel_type":"im","text":"x","ts":"1.1","channel":"D1"}""",
        """{"type":"app_mention","user":"U1/../U2","text":"<@U0BOT> x","ts":"1.1","channel":"C1"}""",
        """{"type":"app_mention","user":"U1","text":"<@U0BOT> x","ts":"1.1","channel":"C1/1.2"}""",
        """{"type":"app_mention","user":["U1"],"text":{},"ts":1.1,"channel":null}""",
        """{"type":"member_joined_channel","user":"U7","channel":"C1"}""",
        """{"type":"reaction_added","user":"U1"}""",
    ];

    [Theory]
    [MemberData(nameof(NotSaidToTheBot))]
    public async Task What_is_not_said_to_the_bot_is_acknowledged_and_is_no_turn(string happened)
    {
        await using var host = await SlackHost.StartAsync();

        var (status, _) = await host.PostJsonAsync(Sent.Event(JsonNode.Parse(happened)!.AsObject()));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(host.Core.Accepted);
    }

    [Fact]
    public async Task A_file_with_a_text_is_said_to_the_bot()
    {
        await using var host = await SlackHost.StartAsync();
        var happened = Sent.DirectMessage("list");
        happened["subtype"] = "file_share";

        await host.PostJsonAsync(Sent.Event(happened));

        Assert.Equal("list", Assert.Single(host.Core.Accepted).Text);
    }

    [Fact]
    public async Task In_an_organisation_wide_install_the_enterprise_is_the_workspace()
    {
        await using var host = await SlackHost.StartAsync();
        var payload = Sent.Event(Sent.DirectMessage("list"));
        payload["team_id"] = null;
        payload["authorizations"]![0]!["enterprise_id"] = "E1";
        payload["authorizations"]![0]!["team_id"] = null;
        payload["authorizations"]![0]!["is_enterprise_install"] = true;

        await host.PostJsonAsync(payload);

        var turn = Assert.Single(host.Core.Accepted);
        Assert.Equal(("slack:E1/U1", "E1/D1"), (turn.From.Id, turn.Where.ConversationId));
    }

    [Fact]
    public async Task Somebody_of_another_company_in_a_shared_channel_is_never_taken_for_somebody_here()
    {
        await using var host = await SlackHost.StartAsync();
        var happened = Sent.Mention("<@U0BOT> list");
        happened["user_team"] = "T9";

        await host.PostJsonAsync(Sent.Event(happened));

        Assert.Equal("slack:T9/U1", Assert.Single(host.Core.Accepted).From.Id);
    }

    [Fact]
    public async Task The_bot_that_joins_a_channel_is_a_turn_of_that_kind()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostJsonAsync(Sent.Event(new JsonObject { ["type"] = "member_joined_channel", ["user"] = "U0BOT", ["channel"] = "C4", ["channel_type"] = "C" }));

        var turn = Assert.Single(host.Core.Accepted);
        Assert.Equal((TurnKind.Joined, "T1/C4"), (turn.Kind, turn.Where.ConversationId));
    }

    [Fact]
    public async Task Who_opens_the_messages_is_greeted_by_a_turn_with_one_id_for_ever()
    {
        await using var host = await SlackHost.StartAsync();
        var happened = new JsonObject { ["type"] = "app_home_opened", ["user"] = "U1", ["channel"] = "D1", ["tab"] = "messages" };

        await host.PostJsonAsync(Sent.Event(happened, "Ev1"));
        await host.PostJsonAsync(Sent.Event(happened.DeepClone().AsObject(), "Ev2"));

        Assert.Equal(["slack:T1/D1:greeted", "slack:T1/D1:greeted"], host.Core.Accepted.Select(t => t.Id));
    }

    [Fact]
    public async Task The_Home_tab_is_drawn_at_once_and_again_when_the_trunks_were_asked()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostJsonAsync(Sent.Event(new JsonObject { ["type"] = "app_home_opened", ["user"] = "U1", ["channel"] = "D1", ["tab"] = "home" }));

        var first = await host.Api.NextAsync("views.publish");
        var second = await host.Api.NextAsync("views.publish");
        Assert.Equal("""{"user_id":"U1","view":{"type":"home","blocks":[{"type":"section","block_id":"home","text":{"type":"plain_text","text":"{\u0022who\u0022:\u0022slack:T1/U1\u0022,\u0022at\u0022:\u0022once\u0022}"}}]}}""", first.Arguments.ToJsonString());
        Assert.Contains("asked", second.Arguments.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(host.Core.Accepted);
    }

    [Theory]
    [InlineData("""{"type":"app_uninstalled"}""")]
    [InlineData("""{"type":"tokens_revoked","tokens":{"oauth":["U1"],"bot":["U0BOT"]}}""")]
    public async Task An_install_ends_with_the_app_or_its_bot_token(string happened)
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostJsonAsync(Sent.Event(JsonNode.Parse(happened)!.AsObject()));

        Assert.Equal("T1", await host.Installs.NextAsync());
    }

    [Fact]
    public async Task A_user_who_takes_back_their_own_token_ends_no_install()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostJsonAsync(Sent.Event(JsonNode.Parse("""{"type":"tokens_revoked","tokens":{"oauth":["U1"],"bot":[]}}""")!.AsObject()));
        await host.PostJsonAsync(Sent.Event(new JsonObject { ["type"] = "app_uninstalled" }, "Ev2"));

        Assert.Equal("T1", await host.Installs.NextAsync());
        Assert.False(host.Installs.HasEnded);
    }

    [Fact]
    public async Task Slack_is_answered_before_the_end_of_an_install_has_been_looked_into()
    {
        await using var host = await SlackHost.StartAsync();
        var asked = new TaskCompletionSource();
        host.Installs.Asking = () => asked.Task;

        var (status, _) = await host.PostJsonAsync(Sent.Event(new JsonObject { ["type"] = "app_uninstalled" }));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.False(host.Installs.HasEnded);
        asked.SetResult();
        Assert.Equal("T1", await host.Installs.NextAsync());
    }

    [Fact]
    public async Task An_end_of_an_install_that_failed_is_logged_and_tried_again()
    {
        await using var host = await SlackHost.StartAsync();
        var attempts = 0;
        host.Installs.Asking = () => ++attempts == 1 ? Task.FromException(new IOException("the disk is full")) : Task.CompletedTask;

        await host.PostJsonAsync(Sent.Event(new JsonObject { ["type"] = "app_uninstalled" }));
        await host.Time.PassPauseAsync(TimeSpan.FromSeconds(5));

        Assert.Equal("T1", await host.Installs.NextAsync());
        Assert.Contains(host.Log.Lines, l => l.Contains("workspace T1 could not be ended; again in 00:00:05", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("channel_left")]
    [InlineData("group_left")]
    public async Task The_bot_that_is_taken_out_of_a_channel_is_a_turn_of_that_kind(string type)
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostJsonAsync(Sent.Event(new JsonObject { ["type"] = type, ["channel"] = "C4", ["actor_id"] = "U1", ["event_ts"] = "1795348800.1" }));

        var turn = Assert.Single(host.Core.Accepted);
        Assert.Equal((TurnKind.Left, "T1/C4", "slack:Ev1"), (turn.Kind, turn.Where.ConversationId, turn.Id));
    }

    [Fact]
    public async Task A_repeat_is_taken_as_well_because_the_first_may_never_have_been_stored()
    {
        await using var host = await SlackHost.StartAsync();
        host.Core.Store = _ => Task.FromException(new IOException("the disk is full"));

        var (first, _) = await host.PostJsonAsync(Sent.Event(Sent.Mention("<@U0BOT> list")));
        host.Core.Store = _ => Task.CompletedTask;
        var (second, _) = await host.PostJsonAsync(Sent.Event(Sent.Mention("<@U0BOT> list")));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (first, second));
        Assert.Equal("slack:Ev1", Assert.Single(host.Core.Accepted).Id);
    }

    [Fact]
    public async Task An_event_that_can_not_be_stored_in_time_is_asked_for_again()
    {
        await using var host = await SlackHost.StartAsync();
        var stored = new TaskCompletionSource();
        host.Core.Store = _ => stored.Task;

        var posting = host.PostJsonAsync(Sent.Event(Sent.Mention("<@U0BOT> list")));
        await host.Time.PassPauseAsync(TimeSpan.FromMilliseconds(2300));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await posting).Status);
        stored.SetResult();
    }

    [Fact]
    public async Task A_name_that_Slack_does_not_tell_within_a_second_is_the_id()
    {
        await using var host = await SlackHost.StartAsync();
        host.Api.Answers["users.info"] = _ => new TaskCompletionSource<JsonObject>().Task;

        var posting = host.PostJsonAsync(Sent.Event(Sent.Mention("<@U0BOT> list")));
        await host.Time.PassPauseAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.OK, (await posting).Status);
        Assert.Equal("U1", Assert.Single(host.Core.Accepted).From.Name);
    }
}
