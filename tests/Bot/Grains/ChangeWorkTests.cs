using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Grains;

namespace TrunkBot.Bot.Tests.Grains;

public sealed class ChangeWorkTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> references = [];
    private int runs;

    [Fact]
    public async Task Work_that_fails_is_tried_again()
    {
        var work = Work(() => ++runs < 3 ? throw new TimeoutException("the store is away") : Task.CompletedTask);

        work.Wake();
        await EndAsync(work);

        Assert.Equal(3, runs);
        Assert.Empty(references);
    }

    [Fact]
    public async Task Work_that_fails_for_ever_although_the_store_works_is_broken_off_with_a_reference()
    {
        var rests = false;
        var work = Work(
            () => rests ? Task.CompletedTask : FailAsync(),
            reference =>
            {
                references.Add(reference);
                rests = true;
                return Task.CompletedTask;
            });

        work.Wake();
        await EndAsync(work);

        Assert.Equal(6, runs);
        Assert.Matches("^[A-Z2-9]{8}$", Assert.Single(references));
    }

    [Fact]
    public async Task Work_goes_on_when_the_store_is_back_however_long_it_was_away()
    {
        var work = Work(() => ++runs < 50 ? throw new TimeoutException("the store is away") : Task.CompletedTask, _ => throw new TimeoutException("the store is away"));

        work.Wake();
        await EndAsync(work);

        Assert.Equal(50, runs);
    }

    [Fact]
    public async Task What_is_asked_for_while_it_works_is_done_after()
    {
        var going = new TaskCompletionSource();
        var work = Work(() => ++runs == 1 ? going.Task : Task.CompletedTask);

        work.Wake();
        work.Wake();
        work.Wake();
        going.SetResult();
        await EndAsync(work);

        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_stop_ends_the_tries()
    {
        var work = Work(FailAsync);

        work.Wake();
        await stop.CancelAsync();
        await work.Running;

        Assert.Equal(1, runs);
    }

    public void Dispose() => stop.Dispose();

    private ChangeWork Work(Func<Task> run, Func<string, Task>? breakOff = null) => new(
        "CHG-1",
        run,
        breakOff ?? (reference =>
        {
            references.Add(reference);
            return Task.CompletedTask;
        }),
        time,
        NullLogger.Instance,
        stop.Token);

    private Task FailAsync()
    {
        runs++;
        throw new InvalidOperationException("a bug");
    }

    private async Task EndAsync(ChangeWork work)
    {
        while (!work.Running.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }
    }
}
