using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Places;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Places;

/// <summary>What conversations are for, who follows what, and when people want quiet.</summary>
internal sealed class PlaceStore(IDatabase database) : IPlaceStore
{
    public Task<IReadOnlyList<Place>> PlacesAsync(CancellationToken cancellationToken) => ListAsync<PlaceRow, Place>(cancellationToken);

    public Task SaveAsync(Place place, CancellationToken cancellationToken) => SaveAsync<PlaceRow>(place.Key, JsonSerializer.Serialize(place, ChatJson.Options), cancellationToken);

    public Task RemoveAsync(Place place, CancellationToken cancellationToken) => RemoveAsync<PlaceRow>(place.Key, cancellationToken);

    public Task<IReadOnlyList<Follow>> FollowsAsync(CancellationToken cancellationToken) => ListAsync<FollowRow, Follow>(cancellationToken);

    public Task SaveAsync(Follow follow, CancellationToken cancellationToken) => SaveAsync<FollowRow>(follow.Key, JsonSerializer.Serialize(follow, ChatJson.Options), cancellationToken);

    public Task RemoveAsync(Follow follow, CancellationToken cancellationToken) => RemoveAsync<FollowRow>(follow.Key, cancellationToken);

    public Task<IReadOnlyList<QuietHours>> QuietAsync(CancellationToken cancellationToken) => ListAsync<QuietRow, QuietHours>(cancellationToken);

    public Task SaveAsync(QuietHours quiet, CancellationToken cancellationToken) => SaveAsync<QuietRow>(quiet.Person, JsonSerializer.Serialize(quiet, ChatJson.Options), cancellationToken);

    public Task RemoveQuietAsync(string person, CancellationToken cancellationToken) => RemoveAsync<QuietRow>(person, cancellationToken);

    private async Task<IReadOnlyList<T>> ListAsync<TRow, T>(CancellationToken cancellationToken)
        where TRow : KeyedRow
    {
        await using var context = database.Open();
        var rows = await context.Set<TRow>().AsNoTracking().OrderBy(r => r.Key).Select(r => r.Json).ToListAsync(cancellationToken);
        return [.. rows.Select(json => JsonSerializer.Deserialize<T>(json, ChatJson.Options)!)];
    }

    private Task SaveAsync<TRow>(string key, string json, CancellationToken cancellationToken)
        where TRow : KeyedRow, new() =>
        database.UpsertAsync(key, () => new TRow { Key = key }, row => row.Json = json, cancellationToken);

    private async Task RemoveAsync<TRow>(string key, CancellationToken cancellationToken)
        where TRow : KeyedRow
    {
        await using var context = database.Open();
        await context.Set<TRow>().Where(r => r.Key == key).ExecuteDeleteAsync(cancellationToken);
    }
}

/// <summary>A record under a key of its own.</summary>
internal abstract class KeyedRow : IVersionedRow
{
    public string Key { get; set; } = "";

    public string Json { get; set; } = "";

    public long Version { get; set; }
}

internal sealed class PlaceRow : KeyedRow;

internal sealed class FollowRow : KeyedRow;

internal sealed class QuietRow : KeyedRow;
