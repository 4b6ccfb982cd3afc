using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Plans;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Fleets;

/// <summary>Fleet changes, whole as JSON. Their changes are rows of their own.</summary>
internal sealed class FleetStore(IDatabase database) : IFleetStore
{
    public async Task<Fleet> AddAsync(Fleet draft, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var row = new FleetRow { IsOpen = draft.IsOpen, Json = "{}", Version = 1 };
        context.Fleets.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        var fleet = draft with { Id = $"{Fleet.IdPrefix}{row.Number}" };
        row.Json = Write(fleet);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return fleet;
    }

    public async Task<(Fleet Fleet, long Version)?> FindAsync(string fleetId, CancellationToken cancellationToken)
    {
        if (NumberOf(fleetId) is not { } number)
        {
            return null;
        }

        await using var context = database.Open();
        return await context.Fleets.AsNoTracking().SingleOrDefaultAsync(f => f.Number == number, cancellationToken) is { } row ? (Read(row), row.Version) : null;
    }

    public async Task<bool> UpdateAsync(Fleet fleet, long version, CancellationToken cancellationToken)
    {
        var number = NumberOf(fleet.Id) ?? throw new ArgumentException($"{fleet.Id} is not the id of a fleet.", nameof(fleet));
        var (json, isOpen) = (Write(fleet), fleet.IsOpen);
        await using var context = database.Open();
        return await context.Fleets.Where(f => f.Number == number && f.Version == version).ExecuteUpdateAsync(
            set => set.SetProperty(f => f.Json, json).SetProperty(f => f.IsOpen, isOpen).SetProperty(f => f.Version, version + 1), cancellationToken) == 1;
    }

    public async Task<IReadOnlyList<Fleet>> ListAsync(bool onlyOpen, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Fleets.AsNoTracking().Where(f => f.IsOpen || !onlyOpen).OrderByDescending(f => f.Number).ToListAsync(cancellationToken);
        return [.. rows.Select(Read)];
    }

    private static string Write(Fleet fleet) => JsonSerializer.Serialize(fleet, PlanJson.Options);

    private static Fleet Read(FleetRow row) => JsonSerializer.Deserialize<Fleet>(row.Json, PlanJson.Options)!;

    private static int? NumberOf(string fleetId) =>
        fleetId.StartsWith(Fleet.IdPrefix, StringComparison.OrdinalIgnoreCase) && int.TryParse(fleetId.AsSpan(Fleet.IdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}

internal sealed class FleetRow
{
    /// <summary>The number in <c>FLT-3</c>.</summary>
    public int Number { get; set; }

    public bool IsOpen { get; set; }

    public required string Json { get; set; }

    public long Version { get; set; }
}
