using TrunkBot.Changes.Life;

namespace TrunkBot.CommandLine;

/// <summary>A command knows no trunk under management: it does not touch the bot's database.</summary>
internal sealed class NoTrunks : ITrunkStore
{
    public Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ManagedTrunk>>([]);

    public Task<TrunkPage> PageAsync(int most, CancellationToken cancellationToken) => Task.FromResult(new TrunkPage(0, []));

    public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult<ManagedTrunk?>(null);

    public Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken) => throw new NotSupportedException("A command stores nothing.");

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException("A command stores nothing.");
}
