using TrunkBot.Chat.Insights;

namespace TrunkBot.Chat.Tests;

/// <summary>Searches for the carrier's figures in memory.</summary>
internal sealed class FakeSearches : IInsightsSearches
{
    private readonly SortedDictionary<string, InsightsSearch> all = new(StringComparer.Ordinal);

    public Task AddAsync(InsightsSearch search, CancellationToken cancellationToken)
    {
        all.TryAdd(search.Key, search);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<InsightsSearch>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<InsightsSearch>>([.. all.Values]);

    public Task<InsightsSearch?> ChangeAsync(string key, Func<InsightsSearch, InsightsSearch?> change, CancellationToken cancellationToken)
    {
        var changed = all.TryGetValue(key, out var standing) ? change(standing) : null;
        if (changed is not null)
        {
            all[key] = changed;
        }

        return Task.FromResult(changed);
    }

    public Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        all.Remove(key);
        return Task.CompletedTask;
    }
}
