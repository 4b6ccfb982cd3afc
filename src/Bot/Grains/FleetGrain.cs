using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Life;
using TrunkBot.Hosting;

namespace TrunkBot.Grains;

/// <summary>One fleet: what there is to do for it is worked out by one at a time. Key: the fleet's id.</summary>
public interface IFleetGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="Fleets.TendAsync"/>
    [ResponseTimeout("00:30:00")]
    Task TendAsync();
}

/// <inheritdoc cref="IFleetGrain"/>
public sealed class FleetGrain(Fleets fleets) : Grain, IFleetGrain
{
    public Task TendAsync() => fleets.TendAsync(this.GetPrimaryKeyString(), CancellationToken.None);
}

/// <summary>Has a fleet see to what is next when one of its changes went on. What is missed is made up for within a minute.</summary>
public sealed class FleetBell(IGrainFactory grains, BackgroundWork running) : IChangeObserver
{
    public Task ChangedAsync(Change change, CancellationToken cancellationToken)
    {
        if (change.Fleet is { } fleet)
        {
            running.Run($"fleet {fleet}", _ => grains.GetGrain<IFleetGrain>(fleet).TendAsync());
        }

        return Task.CompletedTask;
    }
}
