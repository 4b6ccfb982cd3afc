using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Insights;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Places;

namespace TrunkBot.Storage.Health;

/// <summary>Searches for the carrier's figures of test calls, one row each; a few at a time.</summary>
internal sealed class InsightsSearchStore(IDatabase database) : IInsightsSearches
{
    public Task AddAsync(InsightsSearch search, CancellationToken cancellationToken) =>
        database.UpsertAsync(search.Key, () => new InsightsSearchRow { Key = search.Key, Json = Write(search) }, _ => { }, cancellationToken);

    public async Task<IReadOnlyList<InsightsSearch>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.InsightsSearches.AsNoTracking().OrderBy(s => s.Key).Select(s => s.Json).ToListAsync(cancellationToken);
        return [.. rows.Select(Read)];
    }

    public async Task<InsightsSearch?> ChangeAsync(string key, Func<InsightsSearch, InsightsSearch?> change, CancellationToken cancellationToken)
    {
        InsightsSearch? changed = null;
        return await database.ChangeAsync<InsightsSearchRow>(key, Apply, cancellationToken) ? changed : null;

        bool Apply(InsightsSearchRow row)
        {
            changed = change(Read(row.Json));
            row.Json = changed is null ? row.Json : Write(changed);
            return changed is not null;
        }
    }

    public async Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await context.InsightsSearches.Where(s => s.Key == key).ExecuteDeleteAsync(cancellationToken);
    }

    private static string Write(InsightsSearch search) => JsonSerializer.Serialize(search, ChatJson.Options);

    private static InsightsSearch Read(string json) => JsonSerializer.Deserialize<InsightsSearch>(json, ChatJson.Options)!;
}

internal sealed class InsightsSearchRow : KeyedRow;
