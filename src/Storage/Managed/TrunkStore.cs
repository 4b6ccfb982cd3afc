using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Managed;

/// <summary>The trunks under management, by name without regard to case.</summary>
internal sealed class TrunkStore(IDatabase database) : ITrunkStore
{
    public async Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Trunks.AsNoTracking().OrderBy(t => t.Key).ToListAsync(cancellationToken);
        return [.. rows.Select(TrunkOf)];
    }

    public async Task<TrunkPage> PageAsync(int most, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Trunks.AsNoTracking().OrderBy(t => t.Key).Take(most).ToListAsync(cancellationToken);
        return new(rows.Count < most ? rows.Count : await context.Trunks.CountAsync(cancellationToken), [.. rows.Select(TrunkOf)]);
    }

    public async Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        return await context.Trunks.OrderBy(t => t.Key).Select(t => t.Key).ToListAsync(cancellationToken);
    }

    public async Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        await using var context = database.Open();
        return await context.Trunks.AsNoTracking().SingleOrDefaultAsync(t => t.Key == key, cancellationToken) is { } row ? TrunkOf(row) : null;
    }

    public Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken)
    {
        var (key, json) = (KeyOf(trunk.Intent.Name), JsonSerializer.Serialize(trunk, PlanJson.Options));
        return database.UpsertAsync(key, () => new TrunkRow { Key = key, Json = json }, row => row.Json = json, cancellationToken);
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        await using var context = database.Open();
        await context.Trunks.Where(t => t.Key == key).ExecuteDeleteAsync(cancellationToken);
    }

    private static string KeyOf(string name) => name.ToUpperInvariant();

    private static ManagedTrunk TrunkOf(TrunkRow row) => JsonSerializer.Deserialize<ManagedTrunk>(row.Json, PlanJson.Options)!;
}

internal sealed class TrunkRow : IVersionedRow
{
    /// <summary>The name in upper case.</summary>
    public required string Key { get; set; }

    public required string Json { get; set; }

    public long Version { get; set; }
}
