using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Messages;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Insights;

namespace TrunkBot.Chat.Tests.Insights;

/// <summary>After a test call: what Twilio measured, first partial, then complete, beside what we measured.</summary>
public sealed class InsightsWatchTests : IDisposable
{
    private static readonly CallInsights NotListed = new(InsightsState.NotListed, "Twilio lists no call to +16504894546 over trunk TK1 at that time");

    private static readonly CallInsights Partial = new(InsightsState.Partial, "partial") { Figures = new() { CallId = "CA1", PostDialDelayMilliseconds = 203, FromUs = new("PCMU", 480, null, null) } };

    private static readonly CallInsights Complete = new(InsightsState.Complete, "complete")
    {
        Figures = Partial.Figures! with { DisconnectedBy = "caller", Tags = ["high_jitter"], ToUs = new("PCMU", 500, 1, 0.44) },
    };

    private readonly TestEnvironment env = TestEnvironment.Create();

    public InsightsWatchTests()
    {
        env.AddTrunk();
        env.Insights.Time = env.Time;
        env.Get<InsightsOptions>().Enabled = true;
        env.History.Calls.Add(TestEnvironment.GoodCall);
    }

    [Fact]
    public async Task Figures_come_as_one_card_that_is_edited_until_they_are_complete()
    {
        Answer(NotListed, Partial, Partial, Complete);

        await env.SayAsync("test acme-east");
        await PassAsync(minutes: 60);

        var card = Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "insights");
        Assert.Equal(1, card.Edits);
        Assert.Equal(
            """
            Simulated lab: no real network is touched.
            Twilio's figures
            acme-east at Denver (simulated lab), call of 2026-11-22 12:00:00 UTC
            Complete. We measure at our phone, Twilio at its edge: switch and SBC lie between.
            Measure
            Ours
            Twilio
            Answer
            200
            not told
            Post-dial delay
            412 ms
            203 ms
            Codec
            PCMU
            PCMU
            Packets of ours
            500
            480
            Lost of ours
            not measured
            not told
            Jitter of ours
            not measured
            not measured
            Packets of Twilio's
            499
            500
            Lost of Twilio's
            1
            1
            Jitter of Twilio's
            2.5 ms
            0.4 ms
            Hung up by
            us
            caller
            Call at Twilio: CA1
            Tags: high_jitter
            [Status]

            """,
            env.TextOf(card));
        Assert.Equal(InsightsState.Complete, env.History.Calls[0].Carrier?.State);
        Assert.Equal([180, 180, 180], env.Insights.Asked.Zip(env.Insights.Asked.Skip(1), (a, b) => (b - a).TotalSeconds));
    }

    [Fact]
    public async Task Partial_figures_say_how_long_they_are_looked_at_and_when_the_time_is_over()
    {
        Answer(Partial);

        await env.SayAsync("test acme-east");
        await PassAsync(minutes: 2);

        var card = Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "insights");
        Assert.Contains("They are looked at again until 2026-11-22 12:45 UTC.", env.TextOf(card), StringComparison.Ordinal);
        await PassAsync(minutes: 60);
        Assert.Contains("They were not complete within 45 min and are not looked for any more.", env.TextOf(card), StringComparison.Ordinal);
        Assert.Equal(InsightsState.Partial, env.History.Calls[0].Carrier?.State);
    }

    [Fact]
    public async Task A_look_that_fails_loses_nothing_that_was_found_before()
    {
        Answer(Partial, new(InsightsState.CannotAsk, "no answer (twilio-unreachable)"), Complete);

        await env.SayAsync("test acme-east");
        await PassAsync(minutes: 60);

        Assert.Equal(InsightsState.Complete, env.History.Calls[0].Carrier?.State);
        Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "insights");
    }

    [Fact]
    public async Task A_call_that_Twilio_does_not_list_is_said_when_the_time_is_over()
    {
        Answer(NotListed);

        await env.SayAsync("test acme-east");
        await PassAsync(minutes: 60);

        Assert.Equal(
            "Twilio lists no such call of acme-east within 45 min of its end (insights-not-listed): Twilio lists no call to +16504894546 over trunk TK1 at that time. Whether it lists calls to its echo numbers is not published.",
            env.Channel.Messages[^1].Message.Text);
        Assert.Contains("Twilio lists no such call (insights-not-listed).", await env.ReplyToAsync("tests acme-east"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_calls_that_fit_are_named_and_none_is_taken()
    {
        Answer(new CallInsights(InsightsState.Several, "2 calls fit that time, and nothing tells which is ours: CA1, CA2"));

        await env.SayAsync("test acme-east");
        await PassAsync(minutes: 60);

        Assert.Equal("What Twilio measured of the test call of acme-east can't be shown (insights-ambiguous): 2 calls fit that time, and nothing tells which is ours: CA1, CA2.", env.Channel.Messages[^1].Message.Text);
        Assert.Single(env.Insights.Asked);
    }

    [Fact]
    public async Task That_it_is_switched_off_is_said_once_a_week()
    {
        Answer(new CallInsights(InsightsState.Off, "off"));

        Assert.Contains("(insights-off)", (await SaidAfterATestAsync()).Text, StringComparison.Ordinal);
        Assert.Equal("test-call", (await SaidAfterATestAsync()).Card?.Name);
        env.Time.Advance(TimeSpan.FromDays(8));
        Assert.Contains("(insights-off)", (await SaidAfterATestAsync()).Text, StringComparison.Ordinal);

        async Task<Message> SaidAfterATestAsync()
        {
            await env.SayAsync("test acme-east");
            await PassAsync(minutes: 5);
            return env.Channel.Messages[^1].Message;
        }
    }

    [Fact]
    public async Task A_call_that_never_was_is_not_looked_for()
    {
        Answer(NotListed);
        env.Probe.Call = () => TestEnvironment.GoodCall with { Outcome = CallOutcome.NotPlaced };

        await env.SayAsync("test acme-east");
        await PassAsync(minutes: 60);

        Assert.Empty(env.Insights.Asked);
    }

    [Fact]
    public async Task Whoever_runs_later_goes_on_and_each_look_is_made_by_one_of_them()
    {
        Answer(Partial, Complete);
        await env.SayAsync("test acme-east");
        await PassAsync(minutes: 2);

        // Another process, which knows what is stored and no more, beside the first.
        var other = ActivatorUtilities.CreateInstance<InsightsWatch>(env.Services);
        for (var minute = 0; minute < 10; minute++)
        {
            env.Time.Advance(TimeSpan.FromMinutes(1));
            other.Wake();
            env.Get<InsightsWatch>().Wake();
            await env.Background.AllAsync();
        }

        Assert.Equal(2, env.Insights.Asked.Count);
        var card = Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "insights");
        Assert.Equal(1, card.Edits);
        Assert.Contains("Complete. We measure", env.TextOf(card), StringComparison.Ordinal);
        Assert.Empty(await env.Searches.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_process_that_dies_while_it_looks_leaves_the_next_look_to_others()
    {
        Answer(Complete);
        await env.SayAsync("test acme-east");
        env.Time.Advance(TimeSpan.FromMinutes(2));
        var search = Assert.Single(await env.Searches.ListAsync(CancellationToken.None));

        // It took the look upon itself, and nothing came of it.
        await env.Searches.ChangeAsync(search.Key, s => s with { NextLook = env.Time.GetUtcNow() + TimeSpan.FromMinutes(3) }, CancellationToken.None);
        await PassAsync(minutes: 2);
        Assert.Empty(env.Insights.Asked);
        await PassAsync(minutes: 1);

        Assert.Equal(InsightsState.Complete, env.History.Calls[0].Carrier?.State);
    }

    [Fact]
    public async Task A_platform_that_is_away_gets_its_card_with_a_later_look()
    {
        Answer(Complete);
        await env.SayAsync("test acme-east");
        env.Channel.Failures = 1;
        await PassAsync(minutes: 2);
        Assert.DoesNotContain(env.Channel.Messages, m => m.Message.Card?.Name == "insights");

        await PassAsync(minutes: 3);

        Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "insights");
    }

    [Fact]
    public async Task Of_a_trunk_that_is_gone_nothing_is_looked_for_any_more()
    {
        Answer(Complete);
        await env.SayAsync("test acme-east");
        env.Stores.Trunks.Clear();

        await PassAsync(minutes: 5);

        Assert.Empty(env.Insights.Asked);
        Assert.Empty(await env.Searches.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Who_asked_in_German_reads_German_figures()
    {
        Answer(Partial);
        await env.SayAsync("language de");
        await env.SayAsync("test acme-east");

        await PassAsync(minutes: 2);

        Assert.Contains("Teilweise", env.TextOf(Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "insights")), StringComparison.Ordinal);
    }

    public void Dispose() => env.Dispose();

    /// <summary>What the host does once a minute.</summary>
    private async Task PassAsync(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            env.Time.Advance(TimeSpan.FromMinutes(1));
            env.Get<InsightsWatch>().Wake();
            await env.Background.AllAsync();
        }
    }

    private void Answer(params CallInsights[] answers)
    {
        foreach (var answer in answers)
        {
            env.Insights.Answers.Enqueue(answer);
        }
    }
}
