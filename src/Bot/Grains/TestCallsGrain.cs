using Orleans.Concurrency;
using TrunkBot.Chat.Schedules;
using TrunkBot.Hosting;

namespace TrunkBot.Grains;

/// <summary>The scheduled test calls of one site, one after another. Key: the site's name.</summary>
public interface ITestCallsGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the calls that are due are being placed. Returns at once.</summary>
    [AlwaysInterleave]
    Task WakeAsync();
}

/// <inheritdoc cref="ITestCallsGrain"/>
public sealed partial class TestCallsGrain(ScheduledTests tests, BackgroundWork running, ILogger<TestCallsGrain> logger) : Grain, ITestCallsGrain
{
    private Task _work = Task.CompletedTask;

    public Task WakeAsync()
    {
        if (_work.IsCompleted)
        {
            DelayDeactivation(TimeSpan.FromHours(1));
            _work = RunAsync();
            running.Track(_work);
        }

        return Task.CompletedTask;
    }

    private async Task RunAsync()
    {
        try
        {
            await tests.RunDueAsync(this.GetPrimaryKeyString(), running.Stopping, running.BrokenOff);
        }
        catch (Exception e) when (!running.BrokenOff.IsCancellationRequested)
        {
            Log.Failed(logger, e, this.GetPrimaryKeyString());
        }
        catch (OperationCanceledException)
        {
            // The program ends: the schedule says that its call began, and no more.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1321, LogLevel.Error, "The scheduled test calls of site {Site} failed unexpectedly; what is due still is looked at again within a minute")]
        public static partial void Failed(ILogger logger, Exception exception, string site);
    }
}
