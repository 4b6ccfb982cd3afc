using System.Collections.Concurrent;
using TrunkBot.Changes;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Hosting;

/// <summary>
/// Knows all work that goes on beside the requests, and at a stop waits for it: a dialogue with a device is not broken off between
/// two lines as long as there is time. What a piece of work throws is logged with a reference; it is the work's own part to tell people.
/// </summary>
public sealed partial class BackgroundWork(
    IHostApplicationLifetime lifetime, ClusterOptions cluster, TimeProvider time, ILogger<BackgroundWork> logger) : IBackgroundWork, IHostedService, IDisposable
{
    private static readonly TimeSpan AfterBreakingOff = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _brokenOff = new();

    /// <summary>Cancelled when the process begins to stop: nothing new is to be begun.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Cancelled when the time to finish is over (<see cref="ClusterOptions.DrainSeconds"/>).</summary>
    public CancellationToken BrokenOff => _brokenOff.Token;

    public void Run(string what, Func<CancellationToken, Task> work) => Track(Task.Run(() => GuardAsync(what, work)));

    /// <summary>Has the stop wait for a piece of work.</summary>
    public void Track(Task work)
    {
        if (_running.TryAdd(work, 0))
        {
            _ = work.ContinueWith(done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (await EndAsync(TimeSpan.FromSeconds(cluster.DrainSeconds), cancellationToken))
        {
            return;
        }

        Log.BrokenOff(logger, _running.Count);
        await _brokenOff.CancelAsync();
        await EndAsync(AfterBreakingOff, cancellationToken);
    }

    public void Dispose() => _brokenOff.Dispose();

    private async Task<bool> EndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        while (!_running.IsEmpty)
        {
            // What the work throws is its own concern.
            var all = Task.WhenAll(_running.Keys);
            await all.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!all.IsCompleted)
            {
                return false;
            }
        }

        return true;
    }

    private async Task GuardAsync(string what, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(Stopping);
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            Log.Stopped(logger, what);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, what, Reference.New());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Information, "Not finished because the process stops: {What}")]
        public static partial void Stopped(ILogger logger, string what);

        [LoggerMessage(1502, LogLevel.Error, "Failed unexpectedly: {What}; nobody was told of it; reference {Reference}")]
        public static partial void Failed(ILogger logger, Exception exception, string what, string reference);

        [LoggerMessage(1503, LogLevel.Warning, "The time to finish is over: {Count} pieces of work are broken off; what they had begun is looked at after the next start")]
        public static partial void BrokenOff(ILogger logger, int count);
    }
}
