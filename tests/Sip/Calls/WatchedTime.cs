using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Fake time that tells when something begins to wait: to move it on sooner would be in vain, to move it on blindly might be too much.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Forgets the waits that have begun already.</summary>
    public void Forget()
    {
        while (waits.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>Until something begins to wait for just that long.</summary>
    public async Task BeginsToWaitAsync(TimeSpan length)
    {
        while (await waits.Reader.ReadAsync(TestContext.Current.CancellationToken) != length)
        {
        }
    }
}
