using TrunkBot.Changes;

namespace TrunkBot.Grains;

/// <summary>
/// Does the work of one change as often as it is woken, one run at a time. A failure that is not of the change itself is tried
/// again, because the store may come back; what fails still when the store works is an error of the program, and is brought to an
/// end that people see.
/// </summary>
/// <param name="run">Does what there is to do.</param>
/// <param name="breakOff">Brings the change to rest under a reference; throws while the store does not work.</param>
internal sealed partial class ChangeWork(
    string changeId, Func<Task> run, Func<string, Task> breakOff, TimeProvider time, ILogger logger, CancellationToken stopping)
{
    /// <summary>Tries before the change is brought to rest, if the store can be written.</summary>
    public const int MostFailures = 6;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private bool _moreWork;

    /// <summary>The work that is going on; completed when there is none.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Sees to it that what there is to do is being done. Returns at once.</summary>
    public void Wake()
    {
        _moreWork = true;
        if (Running.IsCompleted)
        {
            Running = WorkAsync();
        }
    }

    private async Task WorkAsync()
    {
        var failures = 0;
        while (_moreWork && !stopping.IsCancellationRequested)
        {
            _moreWork = false;
            try
            {
                await run();
                failures = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                Log.Stopped(logger, changeId);
            }
            catch (Exception e)
            {
                _moreWork = true;
                var reference = Reference.New();
                Log.Failed(logger, e, changeId, ++failures, reference);
                if (failures < MostFailures || !await TryBreakOffAsync(reference))
                {
                    await Task.Delay(RetryAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                }
            }
        }
    }

    private async Task<bool> TryBreakOffAsync(string reference)
    {
        try
        {
            await breakOff(reference);
            return true;
        }
        catch (Exception e)
        {
            // The store is what fails: nothing can be written down, and the change goes on when it is back.
            Log.StoreFails(logger, e, changeId);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "{ChangeId} is left where it stands because the process stops; it goes on at the next start")]
        public static partial void Stopped(ILogger logger, string changeId);

        [LoggerMessage(1202, LogLevel.Error, "The work of {ChangeId} was interrupted by a failure of our own, {Failures} times in a row; reference {Reference}")]
        public static partial void Failed(ILogger logger, Exception exception, string changeId, int failures, string reference);

        [LoggerMessage(1203, LogLevel.Error, "The store can't be written, so the work of {ChangeId} is tried again until it can")]
        public static partial void StoreFails(ILogger logger, Exception exception, string changeId);
    }
}
