using TrunkBot.Chat.Ports;
using TrunkBot.Grains;

namespace TrunkBot.Hosting;

/// <summary>Runs work beside the turns. What a piece of work throws is logged with a reference; it is the work's own part to tell people.</summary>
public sealed partial class BackgroundWork(IHostApplicationLifetime lifetime, ILogger<BackgroundWork> logger) : IBackgroundWork
{
    public void Run(string what, Func<CancellationToken, Task> work) => _ = Task.Run(() => GuardAsync(what, work));

    private async Task GuardAsync(string what, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
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

        [LoggerMessage(1502, LogLevel.Error, "Failed unexpectedly: {What}; reference {Reference}")]
        public static partial void Failed(ILogger logger, Exception exception, string what, string reference);
    }
}
