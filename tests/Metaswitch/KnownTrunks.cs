using TrunkBot.Changes.Life;

namespace TrunkBot.Metaswitch.Tests;

/// <summary>The trunks that the bot provisioned: what a test says, at first none.</summary>
internal sealed class KnownTrunks : ITrunkStore
{
    private readonly Dictionary<string, ManagedTrunk> _trunks = [];

    public Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ManagedTrunk>>([.. _trunks.Values]);

    public Task<TrunkPage> PageAsync(int most, CancellationToken cancellationToken) => Task.FromResult(new TrunkPage(_trunks.Count, [.. _trunks.Values.Take(most)]));

    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([.. _trunks.Keys.Select(k => k.ToUpperInvariant())]);

    public Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_trunks.GetValueOrDefault(name));

    public Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken)
    {
        _trunks[trunk.Intent.Name] = trunk;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        _trunks.Remove(name);
        return Task.CompletedTask;
    }
}
