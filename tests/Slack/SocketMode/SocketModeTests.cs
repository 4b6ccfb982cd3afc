using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.SocketMode;
using TrunkBot.Slack.Tests.Peers;
using TrunkBot.Slack.Tests.Support;
using TrunkBot.Slack.Views;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Tests.SocketMode;

/// <summary>What Slack delivers over WebSockets, against a simulated Slack.</summary>
public sealed class SocketModeTests
{
    [Fact]
    public async Task Over_a_WebSocket_the_same_turns_come_and_the_same_answers_go()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await StartAsync(slack);
        var link = await slack.NextLinkAsync();

        var said = await link.DeliverAsync("events_api", Sent.Event(Sent.Mention("<@U0BOT> list")));
        var command = await link.DeliverAsync("slash_commands", new JsonObject(Sent.Command("status").Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))));
        host.Core.Answer = _ => Task.FromResult(new TurnOutcome { Form = TestBlocks.Form("New trunk", 1, ["name"], ("name", "taken")) });
        var form = new Modals(new TestBlocks()).Form(TestBlocks.Form("New trunk", 1, ["name"]), "T1/C1", 1);
        var sent = await link.DeliverAsync("interactive", Sent.Submission(form, ("name#1", "name", Sent.Typed("x"))));

        Assert.Equal("list", Assert.Single(host.Core.Accepted).Text);
        Assert.Equal(["status", ""], host.Core.Invoked.Select(t => t.Text));
        Assert.Equal(["envelope_id"], said.Select(m => m.Key));
        Assert.Equal(["envelope_id"], command.Select(m => m.Key));
        Assert.Equal("""{"response_action":"errors","errors":{"name#1":"taken"}}""", sent["payload"]!.ToJsonString());
    }

    [Fact]
    public async Task What_could_not_be_stored_is_not_acknowledged_and_what_is_for_another_app_is()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await StartAsync(slack, new KeyValuePair<string, string?>("Slack:AppId", "A1"));
        var link = await slack.NextLinkAsync();
        var tried = new TaskCompletionSource();
        host.Core.Store = _ =>
        {
            tried.SetResult();
            return Task.FromException(new IOException("the disk is full"));
        };
        var foreign = Sent.Event(Sent.Mention("<@U0BOT> list"));
        foreign["api_app_id"] = "A2";

        var unstored = await link.BeginAsync("events_api", Sent.Event(Sent.Mention("<@U0BOT> list")));
        await tried.Task.WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
        await link.DeliverAsync("events_api", foreign);
        host.Core.Store = _ => Task.CompletedTask;
        await link.DeliverAsync("events_api", Sent.Event(Sent.Mention("<@U0BOT> list")));

        Assert.False(unstored.IsCompleted);
        Assert.Single(host.Core.Accepted);
        Assert.Contains(host.Log.Lines, l => l.Contains("refused: app", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("warning")]
    [InlineData("refresh_requested")]
    public async Task Before_Slack_closes_a_connection_the_next_one_is_open(string reason)
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await StartAsync(slack);
        var first = await slack.NextLinkAsync();

        await first.SayAsync(new() { ["type"] = "disconnect", ["reason"] = reason });
        var second = await slack.NextLinkAsync();
        await first.Closed;
        await second.DeliverAsync("events_api", Sent.Event(Sent.Mention("<@U0BOT> list")));

        Assert.Single(host.Core.Accepted);
    }

    [Fact]
    public async Task What_the_old_connection_still_brings_is_taken_while_the_next_one_opens()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await StartAsync(slack);
        var first = await slack.NextLinkAsync();
        slack.RefusedLinks = 1;

        await first.SayAsync(new() { ["type"] = "disconnect", ["reason"] = "warning" });
        await first.DeliverAsync("events_api", Sent.Event(Sent.Mention("<@U0BOT> list")));

        Assert.Single(host.Core.Accepted);
        Assert.False(first.IsClosed);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_opened_again_after_a_pause_of_up_to_a_second()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await StartAsync(slack);
        var first = await slack.NextLinkAsync();

        first.Break();
        await host.Time.PassPausesOfAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));

        await slack.NextLinkAsync();
    }

    [Fact]
    public async Task Each_failure_doubles_the_pause()
    {
        await using var slack = await FakeSlack.StartAsync();
        slack.RefusedLinks = 3;
        await using var host = await StartAsync(slack);

        await host.Time.PassPausesOfAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        await host.Time.PassPausesOfAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        await host.Time.PassPausesOfAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));

        await slack.NextLinkAsync();
    }

    [Fact]
    public async Task When_Socket_Mode_is_switched_off_it_stops_and_says_so_in_log_and_health()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await StartAsync(slack);
        var link = await slack.NextLinkAsync();

        // Its acknowledgement says that the bot has heard the hello before it.
        await link.DeliverAsync("events_api", Sent.Event(Sent.Mention("<@U0BOT> list"), "Ev0"));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(host));

        await link.SayAsync(new() { ["type"] = "disconnect", ["reason"] = "link_disabled" });
        await link.Closed;

        await host.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<SocketModeService>().Single().ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(host));
        Assert.Contains(host.Log.Lines, l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("link_disabled", StringComparison.Ordinal));
        Assert.False(slack.HasMoreLinks);
    }

    [Fact]
    public async Task As_many_connections_as_the_settings_say_are_open()
    {
        await using var slack = await FakeSlack.StartAsync();
        await using var host = await StartAsync(slack, new KeyValuePair<string, string?>("Slack:SocketConnections", "3"));

        var links = new[] { await slack.NextLinkAsync(), await slack.NextLinkAsync(), await slack.NextLinkAsync() };
        foreach (var (link, n) in links.Select((l, n) => (l, n)))
        {
            await link.DeliverAsync("events_api", Sent.Event(Sent.Mention("<@U0BOT> list"), $"Ev{n}"));
        }

        Assert.Equal(["slack:Ev0", "slack:Ev1", "slack:Ev2"], host.Core.Accepted.Select(t => t.Id));
    }

    [Fact]
    public async Task An_address_that_is_not_Slacks_is_not_used()
    {
        await using var slack = await FakeSlack.StartAsync();
        slack.LinkAddress = "wss://slack.com.example.com/link";
        await using var host = await StartAsync(slack);

        await host.Time.PassPausesOfAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));

        Assert.Contains(host.Log.Lines, l => l.Contains("not one of its own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_app_level_token_no_connection_is_opened_and_nothing_is_wrong()
    {
        await using var host = await SlackHost.StartAsync();

        Assert.Equal(HealthStatus.Healthy, await HealthAsync(host));
        Assert.DoesNotContain(host.Api.Calls, c => c.Method == "apps.connections.open");
    }

    private static async Task<HealthStatus> HealthAsync(SlackHost host) =>
        (await host.Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["slack"].Status;

    private static Task<SlackHost> StartAsync(FakeSlack slack, params KeyValuePair<string, string?>[] settings) => SlackHost.StartAsync(
        new Dictionary<string, string?>(settings.Prepend(new("Slack:SocketConnections", "1")).GroupBy(s => s.Key).Select(g => g.Last()))
        {
            ["Slack:AppToken"] = "xapp-1", ["Slack:BotToken"] = "xoxb-1", ["Slack:ApiUrl"] = slack.ApiUrl,
        },
        services => services.AddSingleton<ISlackApi>(new RelayedApi(slack)));

    /// <summary>The simulated Web API without the product's client, whose patience has a clock of its own.</summary>
    private sealed class RelayedApi(FakeSlack slack) : ISlackApi
    {
        public async Task<JsonObject> CallAsync(string method, JsonObject arguments, string workspace, CancellationToken cancellationToken)
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(slack.ApiUrl + method)) { Content = new StringContent(arguments.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new("Bearer", workspace == ISlackApi.App ? "xapp-1" : "xoxb-1");
            using var answer = await http.SendAsync(request, cancellationToken);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
            return body["ok"]!.GetValue<bool>() ? body : throw new TrunkBot.Chat.Ports.ChannelException($"slack-refused: {body["error"]}");
        }
    }
}
