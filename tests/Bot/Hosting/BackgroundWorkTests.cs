using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Hosting;

namespace TrunkBot.Bot.Tests.Hosting;

public sealed class BackgroundWorkTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly ApplicationLifetime lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly BackgroundWork work;

    public BackgroundWorkTests() =>
        work = new BackgroundWork(lifetime, new ClusterOptions { DrainSeconds = 30 }, time, NullLogger<BackgroundWork>.Instance);

    [Fact]
    public async Task A_stop_waits_for_what_runs()
    {
        var step = new TaskCompletionSource();
        work.Track(step.Task);
        lifetime.StopApplication();

        var stop = work.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stop.IsCompleted);
        step.SetResult();
        await stop;

        Assert.False(work.BrokenOff.IsCancellationRequested);
    }

    [Fact]
    public async Task A_stop_waits_for_what_begins_while_it_waits()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        work.Track(first.Task);
        var stop = work.StopAsync(TestContext.Current.CancellationToken);
        work.Track(second.Task);

        first.SetResult();
        Assert.False(stop.IsCompleted);
        second.SetResult();
        await stop;
    }

    [Fact]
    public async Task What_does_not_finish_in_its_time_is_broken_off()
    {
        var step = new TaskCompletionSource();
        await using var registration = work.BrokenOff.Register(step.SetCanceled);
        work.Track(step.Task);

        var stop = work.StopAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(work.BrokenOff.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(1));
        await stop;

        Assert.True(work.BrokenOff.IsCancellationRequested);
    }

    [Fact]
    public async Task Work_that_throws_disturbs_nobody()
    {
        work.Run("status of acme", _ => throw new InvalidOperationException("a bug"));

        await work.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Chat_work_is_asked_to_stop_at_once()
    {
        var seen = new TaskCompletionSource();
        work.Run("test call of acme", async token =>
        {
            await using var registration = token.Register(seen.SetResult);
            await seen.Task;
            token.ThrowIfCancellationRequested();
        });

        lifetime.StopApplication();
        await work.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(seen.Task.IsCompletedSuccessfully);
    }

    public void Dispose() => work.Dispose();
}
