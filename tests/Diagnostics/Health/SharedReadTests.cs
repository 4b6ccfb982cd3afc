using Microsoft.Extensions.Time.Testing;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class SharedReadTests
{
    private readonly FakeTimeProvider time = new();
    private readonly SharedRead<string> shared;
    private int reads;

    public SharedReadTests() => shared = new(time);

    [Fact]
    public async Task Those_who_ask_meanwhile_and_shortly_after_share_one_read_of_a_system()
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = Enumerable.Range(0, 40).Select(_ => Get("sbc-1", () => answer.Task)).ToList();
        answer.SetResult("as it is");

        Assert.All(await Task.WhenAll(asking), a => Assert.Equal("as it is", a));
        time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.Equal("as it is", await Get("sbc-1", () => Task.FromResult("later")));
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task Another_system_and_an_old_read_are_read()
    {
        await Get("sbc-1", () => Task.FromResult("one"));
        Assert.Equal("two", await Get("sbc-2", () => Task.FromResult("two")));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("three", await Get("sbc-1", () => Task.FromResult("three")));
    }

    [Fact]
    public async Task A_system_in_trouble_is_not_asked_by_all_of_them()
    {
        await Assert.ThrowsAsync<IOException>(() => Get("sbc-1", () => throw new IOException("away")));
        await Assert.ThrowsAsync<IOException>(() => Get("sbc-1", () => Task.FromResult("fine")));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("fine", await Get("sbc-1", () => Task.FromResult("fine")));
    }

    [Fact]
    public async Task Who_gives_up_does_not_take_it_from_the_others()
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var giveUp = new CancellationTokenSource();
        var first = shared.GetAsync("sbc-1", TimeSpan.FromSeconds(20), () => answer.Task, giveUp.Token);
        var second = Get("sbc-1", () => throw new InvalidOperationException("it was being read"));
        await giveUp.CancelAsync();
        answer.SetResult("as it is");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal("as it is", await second);
    }

    private Task<string> Get(string element, Func<Task<string>> read) => shared.GetAsync(
        element,
        TimeSpan.FromSeconds(20),
        () =>
        {
            Interlocked.Increment(ref reads);
            return read();
        },
        Given.Ct);
}
