using TrunkBot.Changes.Life;

namespace TrunkBot.Metaswitch.Tests;

/// <summary>The trunks that the bot provisioned: what a test says, at first none.</summary>
internal sealed class KnownTrunks : ITrunkStore
{
    public ManagedTrunk? Only { get; set; }

    public Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ManagedTrunk>>(Only is null ? [] : [Only]);

    public Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Only?.Intent.Name == name ? Only : null);

    public Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken)
    {
        Only = trunk;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        Only = null;
        return Task.CompletedTask;
    }
}
