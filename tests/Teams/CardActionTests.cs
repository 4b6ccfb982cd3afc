using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests;

/// <summary>Every row of the answer table of <c>adaptiveCard/action</c>.</summary>
public sealed class CardActionTests
{
    [Fact]
    public async Task A_press_reaches_the_core_with_verb_data_and_message()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke());

        var turn = Assert.Single(host.Intake.Invoked);
        Assert.Equal("webchat:approvals:i1", turn.Id);
        Assert.Equal(TurnKind.Action, turn.Kind);
        Assert.Equal("approve", turn.Verb);
        Assert.Equal("m7", turn.MessageId);
        Assert.Equal("CHG-17", turn.Data["id"]);
        Assert.Equal("ok", turn.Data["comment"]);
        Assert.Empty(host.Intake.Accepted);
    }

    [Fact]
    public async Task A_notice_is_a_message_for_the_presser() =>
        await AnswersAsync(TurnOutcome.Told("Approved."), """{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":"Approved."}""");

    [Fact]
    public async Task No_outcome_is_an_empty_message() =>
        await AnswersAsync(TurnOutcome.Nothing, """{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":""}""");

    [Fact]
    public async Task A_refusal_is_an_error_with_its_code() =>
        await AnswersAsync(TurnOutcome.Refused("own-change", "Somebody else must approve it."), """{"statusCode":400,"type":"application/vnd.microsoft.error","value":{"code":"own-change","message":"Somebody else must approve it."}}""");

    [Fact]
    public async Task A_card_takes_the_place_of_the_pressed_one() =>
        await AnswersAsync(new TurnOutcome { Card = new CardContent("reject-reason", []) }, """{"statusCode":200,"type":"application/vnd.microsoft.card.adaptive","value":{"type":"AdaptiveCard","fallbackText":"reject-reason"}}""");

    [Fact]
    public async Task What_fails_unexpectedly_shows_a_reference_and_nothing_of_its_inside()
    {
        await using var host = await BotHost.StartAsync();
        host.Intake.Answer = _ => throw new InvalidOperationException("password=hunter2");

        using var response = await host.PostAsync(Invoke());
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(500, answer["statusCode"]!.GetValue<int>());
        Assert.Equal("internal-error", answer["value"]!["code"]!.GetValue<string>());
        Assert.Matches("^Something unexpected happened here \\(reference [A-Z2-9]{8}\\)", answer["value"]!["message"]!.GetValue<string>());
        Assert.DoesNotContain("hunter2", answer.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"action":{"type":"Action.Execute","data":{}}}""")]
    [InlineData("""{"action":{"type":"Action.Execute","verb":""}}""")]
    [InlineData("""{"action":{"type":"Action.Submit","verb":"approve"}}""")]
    [InlineData("""{"action":"approve"}""")]
    [InlineData("""[]""")]
    public async Task A_press_without_a_verb_does_nothing_and_says_so(string value)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke(value));

        Assert.Equal(
            """{"statusCode":400,"type":"application/vnd.microsoft.error","value":{"code":"card-action-malformed","message":"The button sent no Action.Execute with a verb. Ask for the card again."}}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(host.Intake.Invoked);
    }

    [Fact]
    public async Task A_refresh_that_nobody_pressed_changes_nothing()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke("""{"action":{"type":"Action.Execute","verb":"approve"},"trigger":"automatic"}"""));

        Assert.Contains("\"code\":\"card-refresh-not-supported\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(host.Intake.Invoked);
    }

    [Fact]
    public async Task A_client_that_refreshes_by_itself_gets_the_view_of_its_user_and_goes_on_asking()
    {
        await using var host = await BotHost.StartAsync();
        host.Intake.Answer = _ => Task.FromResult(new TurnOutcome { Card = new CardContent("approval", new JsonObject { ["change"] = "CHG-17" }) });

        using var response = await host.PostAsync(
            Invoke("""{"action":{"type":"Action.Execute","verb":"refresh","data":{"change":"CHG-17"}},"trigger":"automatic"}""").Replace("\"webchat\"", "\"msteams\"", StringComparison.Ordinal));

        Assert.Equal(
            """{"statusCode":200,"type":"application/vnd.microsoft.card.adaptive","value":{"type":"AdaptiveCard","fallbackText":"approval","refresh":{"action":{"type":"Action.Execute","title":"Refresh","verb":"refresh","data":{"change":"CHG-17"}},"userIds":["ben"]}}}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("refresh", Assert.Single(host.Intake.Invoked).Verb);
    }

    [Fact]
    public async Task A_refresh_that_is_late_is_an_error_and_nothing_is_posted_afterwards()
    {
        await using var host = await BotHost.StartAsync();
        await using var connector = await StubConnector.StartAsync();
        var work = new TaskCompletionSource<TurnOutcome>();
        host.Intake.Answer = _ => work.Task;

        var post = host.PostAsync(Invoke("""{"action":{"type":"Action.Execute","verb":"refresh","data":{"change":"CHG-17"}},"trigger":"automatic"}""", serviceUrl: connector.Url));
        await host.Time.PassNextPauseAsync();
        using var response = await post;
        work.SetResult(TurnOutcome.Told("must not be said"));

        Assert.Contains("\"code\":\"card-refresh-late\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        host.Intake.Answer = _ => Task.FromResult(TurnOutcome.Nothing);
        using var next = await host.PostAsync(Invoke());
        Assert.Equal(0, connector.Count);
    }

    [Fact]
    public async Task A_press_from_an_old_client_is_answered_in_private()
    {
        await using var host = await BotHost.StartAsync();
        await using var connector = await StubConnector.StartAsync();
        host.Intake.Answer = _ => Task.FromResult(TurnOutcome.Refused("own-change", "Somebody else must approve it."));

        using var response = await host.PostAsync(Invoke(serviceUrl: connector.Url, value: """{"verb":"approve","change":"CHG-17"}""").Replace("\"invoke\"", "\"message\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("Somebody else must approve it.", (await connector.NextAsync()).Body["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("task/other")]
    [InlineData("composeExtension/query")]
    [InlineData("signin/verifyState")]
    [InlineData("AdaptiveCard/action")]
    public async Task Other_invokes_are_not_implemented(string name)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke(name: name));

        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
        Assert.Empty(host.Intake.Invoked);
    }

    [Fact]
    public async Task Long_work_goes_on_after_the_answer_and_its_outcome_follows_privately()
    {
        await using var host = await BotHost.StartAsync();
        await using var connector = await StubConnector.StartAsync();
        var work = new TaskCompletionSource<TurnOutcome>();
        host.Intake.Answer = _ => work.Task;

        var post = host.PostAsync(Invoke(serviceUrl: connector.Url));
        await host.Time.PassNextPauseAsync();
        using var response = await post;
        Assert.Equal(
            """{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":"This takes a little longer. The work goes on; the result follows here."}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        work.SetResult(TurnOutcome.Refused("plan-stale", "The SBC changed meanwhile."));
        var sent = await connector.NextAsync();

        Assert.Equal("POST /v3/conversations/approvals/activities?isTargetedActivity=true", sent.Line);
        Assert.Equal("The SBC changed meanwhile.", sent.Body["text"]!.GetValue<string>());
        Assert.Equal("ben", sent.Body["recipient"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_card_that_comes_late_leaves_the_card_that_everybody_sees_as_it_is()
    {
        await using var host = await BotHost.StartAsync();
        await using var connector = await StubConnector.StartAsync();

        foreach (var notice in new[] { "Say why.", "Say why, please." })
        {
            var work = new TaskCompletionSource<TurnOutcome>();
            host.Intake.Answer = _ => work.Task;
            var post = host.PostAsync(Invoke(serviceUrl: connector.Url));
            await host.Time.PassNextPauseAsync();
            using var response = await post;
            work.SetResult(new TurnOutcome { Card = new CardContent("reject-reason", []), Notice = notice });

            // An edit of the card would come between the two notices.
            var sent = await connector.NextAsync();
            Assert.Equal("POST /v3/conversations/approvals/activities?isTargetedActivity=true", sent.Line);
            Assert.Equal(notice, sent.Body["text"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Text_that_is_not_Unicode_is_refused_wherever_it_stands()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke("""{"action":{"type":"Action.Execute","verb":"approve"},"trigger":"\ud800"}"""));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(host.Intake.Invoked);
    }

    private static async Task AnswersAsync(TurnOutcome outcome, string body)
    {
        await using var host = await BotHost.StartAsync();
        host.Intake.Answer = _ => Task.FromResult(outcome);

        using var response = await host.PostAsync(Invoke());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string Invoke(
        string value = """{"action":{"type":"Action.Execute","id":"b","title":"Approve","verb":"approve","data":{"id":"CHG-17","comment":"ok"}},"trigger":"manual"}""",
        string name = "adaptiveCard/action",
        string serviceUrl = "http://localhost:3978/webchat/connector") => $$"""
        {"type":"invoke","name":"{{name}}","id":"i1","channelId":"webchat","serviceUrl":"{{serviceUrl}}","replyToId":"m7",
         "from":{"id":"ben","name":"Ben Okafor"},"recipient":{"id":"trunkbot"},"conversation":{"id":"approvals","conversationType":"groupChat","isGroup":true},"value":{{value}}}
        """;
}
