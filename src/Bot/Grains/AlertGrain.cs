using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Ports;
using TrunkBot.Hosting;

namespace TrunkBot.Grains;

/// <summary>One alert: its card is drawn by one at a time. Key: the alert's id.</summary>
public interface IAlertGrain : IGrainWithStringKey
{
    Task DrawAsync();
}

/// <inheritdoc cref="IAlertGrain"/>
public sealed partial class AlertGrain(IAlertDesk desk, BackgroundWork running, ILogger<AlertGrain> logger) : Grain, IAlertGrain
{
    public async Task DrawAsync()
    {
        var id = this.GetPrimaryKeyString();
        try
        {
            // A stop waits for it: between a card that was posted and the store that knows where, nothing may end in order.
            await desk.DrawAsync(id, running.BrokenOff);
        }
        catch (ChannelException e)
        {
            Log.NotDrawn(logger, id, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1311, LogLevel.Warning, "The card of {AlertId} could not be shown; it is tried again in a minute")]
        public static partial void NotDrawn(ILogger logger, string alertId, Exception error);
    }
}

/// <summary>Rings by a call to the alert's grain, beside whoever rings. What fails is drawn again within a minute.</summary>
public sealed class GrainAlertBell(IGrainFactory grains, BackgroundWork running) : IAlertBell
{
    public void Ring(string alertId) => running.Run($"card of {alertId}", _ => grains.GetGrain<IAlertGrain>(alertId).DrawAsync());
}
