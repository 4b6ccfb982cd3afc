using TrunkBot.Changes;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Schedules;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests.Schedules;

/// <summary>From the command to the call, its result and its alert. It is noon in UTC and five in the morning in Denver, on a Sunday.</summary>
public sealed class ScheduledTestsTests : IDisposable
{
    private static readonly ConversationReference OnCall = new("webchat", "", "on-call", "bot", true);

    private readonly TestEnvironment env = TestEnvironment.Create();
    private int calls;

    public ScheduledTestsTests()
    {
        Site = env.Site with { TimeZone = "America/Denver", Health = new(), Approval = env.Site.Approval with { MaintenanceWindows = [] } };
        env.AddTrunk();
        env.Probe.Call = () =>
        {
            calls++;
            return TestEnvironment.GoodCall;
        };
    }

    private SiteProfile Site
    {
        get => env.Sites.All[0];
        set => env.Sites.All = [value];
    }

    private ScheduledTests Tests => env.Get<ScheduledTests>();

    [Fact]
    public async Task A_schedule_is_answered_with_its_next_time_on_the_sites_clock_and_is_in_the_audit()
    {
        Assert.Equal(
            "Test calls of acme-east are scheduled: daily 06:00, on the clock of America/Denver. The next is at 2026-11-22 06:07 America/Denver. A call that fails is an alert. No conversation takes the alerts of that site yet: say here is alerts in the one that shall.",
            await env.ReplyToAsync("schedule acme-east daily 06:00"));

        var entry = Assert.Single(env.Changes.Audit, a => a.What == "test-calls-scheduled");
        Assert.Equal(("ana", "acme-east", "daily 06:00 (0 6 * * *)"), (entry.Who, entry.Trunk, entry.Detail));
        Assert.Equal(
            "acme-east: daily 06:00, by Ana Ortiz since 2026-11-22 12:00 UTC. Next: 2026-11-22 06:07 America/Denver. Last: none yet.",
            await env.ReplyToAsync("schedules"));
        Assert.Equal("No test calls of acme-east are scheduled any more; they were daily 06:00.", await env.ReplyToAsync("unschedule acme-east"));
        Assert.Equal("No test calls are scheduled. Say schedule NAME daily 06:00, for example.", await env.ReplyToAsync("schedules"));
    }

    [Theory]
    [InlineData("schedule nope daily 06:00", "There is no trunk \"nope\" under management (trunk-unknown). Say list for those there are.")]
    [InlineData("schedule acme-east", "No test calls of acme-east are scheduled. Say schedule acme-east daily 06:00, for example.")]
    [InlineData("schedule acme-east soon", "I don't understand the time \"soon\" (schedule-wrong). Say daily 06:00, weekdays 06:00, mon,thu 22:15, hourly, every 4h, or cron in five fields, such as 0 6 * * 1-5.")]
    [InlineData("schedule acme-east \"*/5 * * * *\"", "That is too often (schedule-too-often): at least 15 min must lie between two calls of a trunk.")]
    [InlineData("schedule acme-east 0 6 30 2 *", "There is no such day: that time never comes (schedule-wrong).")]
    [InlineData("unschedule acme-est", "No test calls of \"acme-est\" are scheduled. Did you mean acme-east?")]
    [InlineData("unschedule acme-east", "No test calls of \"acme-east\" are scheduled. Say schedules for those that are.")]
    [InlineData("tests acme-east", "No test call of acme-east is known.")]
    public async Task What_can_t_be_scheduled_is_said(string text, string reply) => Assert.Equal(reply, await env.ReplyToAsync(text));

    [Fact]
    public async Task A_number_that_may_cost_money_is_not_called_unasked()
    {
        env.AddTrunk("name=costly site=denver edges=umatilla test-number=13035550199");

        Assert.Equal(
            "Nothing is scheduled: calls to 13035550199 may cost money, and only Twilio's free echo numbers are called without somebody asking each time (unasked-call-costs).",
            await env.ReplyToAsync("schedule costly daily 06:00"));
    }

    [Fact]
    public async Task It_calls_once_when_due_however_many_processes_look()
    {
        await env.ReplyToAsync("schedule acme-east daily 06:00");
        Assert.Empty(await Tests.SitesDueAsync(Ct));

        await UntilAsync("06:07:59");
        Assert.Equal(["denver"], await Tests.SitesDueAsync(Ct));
        await Task.WhenAll(RunAsync(), RunAsync(), RunAsync());

        Assert.Equal(1, calls);
        Assert.Equal(RunResult.Passed, Last.Result);
        Assert.Empty(await Tests.SitesDueAsync(Ct));
        Assert.Contains(env.Changes.Audit, a => a is { Who: AuditEntry.Program, What: "test-call-started", Trunk: "acme-east", Detail: "scheduled by ana: daily 06:00" });
    }

    [Fact]
    public async Task Calls_that_fail_are_one_alert_with_one_card_until_one_passes()
    {
        await env.SayAsync("here is alerts", TestEnvironment.Dana, OnCall);
        await env.ReplyToAsync("schedule acme-east hourly");
        env.Probe.Call = () => TestEnvironment.GoodCall with { Outcome = CallOutcome.Rejected, FinalStatus = 403, Audio = AudioVerdict.NotMeasured, Sentence = "The call was rejected: 403 Forbidden." };

        await UntilAsync("05:10", run: true);
        await UntilAsync("06:10", run: true);
        await UntilAsync("07:10", run: true);

        var card = Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
        Assert.Contains("Scheduled test calls of trunk acme-east fail\nALR-1. Firing.", env.TextOf(card), StringComparison.Ordinal);
        Assert.Contains("3 calls in a row, scheduled hourly. The last: The call was rejected: 403 Forbidden.", env.TextOf(card), StringComparison.Ordinal);
        Assert.Equal(3, (await env.Schedules.FindAsync("acme-east", Ct))!.Failures);

        env.Probe.Call = () => TestEnvironment.GoodCall;
        await UntilAsync("08:10", run: true);

        Assert.Contains("ALR-1. Resolved at", env.TextOf(card), StringComparison.Ordinal);
        await UntilAsync("09:10", run: true);
        Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
    }

    [Fact]
    public async Task What_Twilio_measured_of_a_call_that_fails_stands_under_its_alert_and_of_one_that_passes_with_the_call()
    {
        env.Get<InsightsOptions>().Enabled = true;
        env.Channel.HasThreads = true;
        env.Insights.Answers.Enqueue(new CallInsights(InsightsState.Complete, "complete") { Figures = new() { CallId = "CA1", LastSipResponse = "403" } });
        await env.SayAsync("here is alerts", TestEnvironment.Dana, OnCall);
        await env.ReplyToAsync("schedule acme-east hourly");
        env.Probe.Call = () => Kept(TestEnvironment.GoodCall with { Outcome = CallOutcome.Rejected, FinalStatus = 403, Audio = AudioVerdict.NotMeasured, Sentence = "The call was rejected: 403 Forbidden." });
        await UntilAsync("05:10", run: true);
        await LookAsync("05:13");

        var alert = Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
        var figures = Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "insights");
        Assert.Equal($"{OnCall.ConversationId}/{alert.Id}", figures.Conversation);
        Assert.Contains("Call at Twilio: CA1", env.TextOf(figures), StringComparison.Ordinal);

        env.Probe.Call = () => Kept(TestEnvironment.GoodCall);
        await UntilAsync("06:10", run: true);
        await LookAsync("06:13");

        Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "insights");
        Assert.All(env.History.Calls, c => Assert.Equal("CA1", c.Carrier?.Figures?.CallId));

        TestCall Kept(TestCall call)
        {
            env.History.Calls.Add(call with { StartedAt = env.Time.GetUtcNow() });
            return env.History.Calls[^1];
        }

        async Task LookAsync(string clock)
        {
            await UntilAsync(clock);
            env.Get<InsightsWatch>().Wake();
            await env.Background.AllAsync();
        }
    }

    [Fact]
    public async Task An_alert_ends_with_its_schedule()
    {
        await env.SayAsync("here is alerts", TestEnvironment.Dana, OnCall);
        await env.ReplyToAsync("schedule acme-east hourly");
        env.Probe.Call = () => TestEnvironment.GoodCall with { Outcome = CallOutcome.NotPlaced, Audio = AudioVerdict.NotMeasured, Sentence = "The test call was not placed." };
        await UntilAsync("05:10", run: true);
        var card = Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
        Assert.Contains("Scheduled test calls of trunk acme-east can't be placed", env.TextOf(card), StringComparison.Ordinal);

        await env.SayAsync("unschedule acme-east");

        Assert.Contains("ALR-1. Resolved at", env.TextOf(card), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_missed_while_the_bot_was_down_is_not_made_up_for_and_followers_hear_of_it_once()
    {
        await env.SayAsync("follow acme-east");
        await env.ReplyToAsync("schedule acme-east daily 06:00");

        env.Time.Advance(TimeSpan.FromHours(50));
        await RunAsync();
        await RunAsync();

        Assert.Equal((0, RunResult.Missed), (calls, Last.Result));
        Assert.Equal(
            "No scheduled test call of trunk acme-east: the bot was down or busy at its time and 2 earlier ones; it is not made up for (test-missed).",
            Assert.Single(env.Channel.Messages, m => m.Message.Text?.StartsWith("No scheduled", StringComparison.Ordinal) == true).Message.Text);
        Assert.Contains("Last: 2026-11-24 06:07 America/Denver, missed: the bot was down or busy", await env.ReplyToAsync("schedule acme-east"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maintenance_of_either_kind_and_a_change_at_work_skip_it()
    {
        await env.ReplyToAsync("schedule acme-east hourly");
        var sunday = new WeeklyWindow { Days = [DayOfWeek.Sunday], From = new(5, 0), To = new(6, 30) };
        Site = Site with { Health = new HealthPolicy { Silences = [sunday] } };
        await UntilAsync("05:10", run: true);
        Assert.Equal((RunResult.Skipped, "site denver is in maintenance (test-in-maintenance)"), (Last.Result, Last.Detail));

        Site = Site with { Health = new(), Approval = env.Site.Approval with { MaintenanceWindows = [sunday with { From = new(6, 0), To = new(7, 0) }] } };
        await UntilAsync("06:10", run: true);
        Assert.Equal(RunResult.Skipped, Last.Result);

        var change = await env.Changes.PlanAsync(new TrunkGoal(env.Stores.Trunks[0].Intent), [], TestEnvironment.Ana, Ct);
        await env.Changes.SetAsync(change with { State = ChangeState.Applying });
        await UntilAsync("07:10", run: true);
        Assert.Contains("is at work on it (trunk-busy)", Last.Detail, StringComparison.Ordinal);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task A_trunk_that_is_gone_takes_its_schedule_along()
    {
        await env.ReplyToAsync("schedule acme-east hourly");
        env.Stores.Trunks.Clear();

        await UntilAsync("05:10", run: true);

        Assert.Empty(await env.Schedules.ListAsync(Ct));
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task The_last_calls_say_who_asked_and_what_was_measured()
    {
        env.History.Calls.Add(TestEnvironment.GoodCall with { Origin = new("ana", IsScheduled: true) });
        env.History.Calls.Add(TestEnvironment.GoodCall with { Outcome = CallOutcome.NotPlaced, Audio = AudioVerdict.NotMeasured, Sentence = "Not placed.", Origin = new("ben", IsScheduled: false) });

        Assert.Equal(
            """
            The last test calls of acme-east, the newest first:
            2026-11-22 12:00:00 UTC: passed; post-dial delay 412 ms, jitter 2.5 ms, lost 1, scheduled by ana: Two-way audio: 96 % of our own signal came back.
            2026-11-22 12:00:00 UTC: not placed, asked for by ben: Not placed.
            """,
            await env.ReplyToAsync("tests acme-east"));
    }

    [Fact]
    public async Task Who_may_only_look_schedules_nothing()
    {
        var before = env.Channel.Messages.Count;
        await env.SayAsync("schedule acme-east daily 06:00", new Actor("vera", "Vera Vogt"), TestEnvironment.Chat with { ConversationId = "vera" });

        Assert.Contains("(role-missing)", Assert.Single(env.Channel.Messages.Skip(before)).Message.Text, StringComparison.Ordinal);
        Assert.Empty(await env.Schedules.ListAsync(Ct));
    }

    public void Dispose() => env.Dispose();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ScheduledRun Last => env.Schedules.FindAsync("acme-east", Ct).Result!.Last!;

    private Task RunAsync() => Tests.RunDueAsync("denver", CancellationToken.None, Ct);

    /// <summary>The clock goes on to that time of the Sunday in Denver.</summary>
    private async Task UntilAsync(string clock, bool run = false)
    {
        var then = new DateTimeOffset(DateTime.Parse($"2026-11-22T{clock}", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(-7));
        env.Time.SetUtcNow(then);
        if (run)
        {
            await RunAsync();
            await env.MinuteAsync();
        }
    }
}
