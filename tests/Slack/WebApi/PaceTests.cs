using Microsoft.Extensions.Time.Testing;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Tests.WebApi;

public sealed class PaceTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly SlackMethod Post = SlackMethods.Find("chat.postMessage");
    private static readonly SlackMethod Update = SlackMethods.Find("chat.update");

    private readonly FakeTimeProvider time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_messages_go_into_a_channel_at_once_and_then_one_a_second()
    {
        var pace = new Pace(time);

        var turns = Enumerable.Range(0, 8).Select(_ => pace.WaitAsync(Post, "T1", "C1", Hour, Ct)).ToList();
        Assert.Equal(5, turns.Count(t => t.IsCompleted));
        time.Advance(TimeSpan.FromSeconds(1));
        await turns[5];
        Assert.Equal(6, turns.Count(t => t.IsCompleted));
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.All(await Task.WhenAll(turns), Assert.True);
    }

    [Fact]
    public void Another_channel_and_another_workspace_have_turns_of_their_own()
    {
        var pace = new Pace(time);
        var busy = Enumerable.Range(0, 6).Select(_ => pace.WaitAsync(Post, "T1", "C1", Hour, Ct)).ToList();

        Assert.False(busy[5].IsCompleted);
        Assert.True(pace.WaitAsync(Post, "T1", "C2", Hour, Ct).IsCompleted);
        Assert.True(pace.WaitAsync(Post, "T2", "C1", Hour, Ct).IsCompleted);
    }

    [Fact]
    public async Task Edits_keep_the_rate_of_their_tier_fifty_a_minute_over_the_whole_workspace()
    {
        var pace = new Pace(time);

        var turns = Enumerable.Range(0, 75).Select(i => pace.WaitAsync(Update, "T1", "", Hour, Ct)).ToList();

        Assert.Equal(25, turns.Count(t => t.IsCompleted));
        time.Advance(TimeSpan.FromSeconds(59.9));
        await turns[73].WaitAsync(TimeSpan.FromSeconds(60), Ct);
        Assert.False(turns[74].IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(await turns[74].WaitAsync(TimeSpan.FromSeconds(60), Ct));
    }

    [Fact]
    public async Task Nobody_stands_in_a_queue_that_is_longer_than_they_would_wait_and_the_queue_does_not_grow_by_them()
    {
        var pace = new Pace(time);
        for (var i = 0; i < 8; i++)
        {
            _ = pace.WaitAsync(Post, "T1", "C1", TimeSpan.FromSeconds(3), Ct);
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.False(await pace.WaitAsync(Post, "T1", "C1", TimeSpan.FromSeconds(3), Ct));
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(pace.WaitAsync(Post, "T1", "C1", TimeSpan.FromSeconds(3), Ct).IsCompleted);
    }

    [Fact]
    public async Task Whoever_waits_already_waits_on_when_Slack_asks_to_stop()
    {
        var pace = new Pace(time);
        var turns = Enumerable.Range(0, 6).Select(_ => pace.WaitAsync(Post, "T1", "C1", Hour, Ct)).ToList();

        pace.Stop(Post, "T1", TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(turns[5].IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await turns[5].WaitAsync(TimeSpan.FromSeconds(60), Ct));
    }

    [Fact]
    public async Task Whoever_gives_up_leaves()
    {
        var pace = new Pace(time);
        using var cancel = new CancellationTokenSource();
        var turns = Enumerable.Range(0, 6).Select(_ => pace.WaitAsync(Post, "T1", "C1", Hour, cancel.Token)).ToList();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turns[5]);
    }
}
