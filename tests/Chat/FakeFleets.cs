using TrunkBot.Changes.Fleets;

namespace TrunkBot.Chat.Tests;

/// <summary>Fleets in memory.</summary>
internal sealed class FakeFleets : IFleetStore
{
    private readonly Dictionary<string, (Fleet Fleet, long Version)> all = [];

    public Task<Fleet> AddAsync(Fleet draft, CancellationToken cancellationToken)
    {
        var fleet = draft with { Id = $"FLT-{all.Count + 1}" };
        all[fleet.Id] = (fleet, 1);
        return Task.FromResult(fleet);
    }

    public Task<(Fleet Fleet, long Version)?> FindAsync(string fleetId, CancellationToken cancellationToken) =>
        Task.FromResult(all.TryGetValue(fleetId, out var found) ? found : ((Fleet, long)?)null);

    public Task<bool> UpdateAsync(Fleet fleet, long version, CancellationToken cancellationToken)
    {
        var isFirst = all[fleet.Id].Version == version;
        if (isFirst)
        {
            all[fleet.Id] = (fleet, version + 1);
        }

        return Task.FromResult(isFirst);
    }

    public Task<IReadOnlyList<Fleet>> ListAsync(bool onlyOpen, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Fleet>>([.. all.Values.Select(f => f.Fleet).Where(f => f.IsOpen || !onlyOpen).Reverse()]);
}
