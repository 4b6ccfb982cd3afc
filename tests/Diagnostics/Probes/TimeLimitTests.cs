using Microsoft.Extensions.Time.Testing;
using TrunkBot.Diagnostics.Probes;

namespace TrunkBot.Diagnostics.Tests.Probes;

public sealed class TimeLimitTests
{
    private readonly FakeTimeProvider time = new();

    private Task<(string? Value, Missed? Problem)> Run(Func<CancellationToken, Task<string>> check) =>
        TimeLimit.RunAsync(check, TimeSpan.FromSeconds(20), time, Given.Ct);

    [Fact]
    public async Task A_value_in_time_has_no_problem() => Assert.Equal(("fine", null), await Run(_ => Task.FromResult("fine")));

    [Fact]
    public async Task A_check_that_does_not_heed_its_token_ends_at_the_limit_and_not_before()
    {
        var running = Run(_ => new TaskCompletionSource<string>().Task);
        time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal((null, new Missed("no answer within 20 s", IsLate: true)), await running);
    }

    [Fact]
    public async Task A_check_that_heeds_its_token_says_the_same()
    {
        var running = Run(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, token);
            return "";
        });
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal((null, new Missed("no answer within 20 s", IsLate: true)), await running);
    }

    [Fact]
    public async Task The_text_of_an_exception_is_never_shown() =>
        Assert.Equal((null, new Missed("the check broke off (IOException)", IsLate: false)), await Run(_ => throw new IOException("https://user:s3cret@host")));
}
