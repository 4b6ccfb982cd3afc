using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Alerts;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Places;

namespace TrunkBot.Storage.Alerts;

/// <summary>Silences. Those that are over are left where they are until the subject is silenced again.</summary>
internal sealed class SilenceStore(IDatabase database) : ISilenceStore
{
    public async Task<IReadOnlyList<Silence>> ListAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Silences.AsNoTracking().OrderBy(s => s.Key).Select(s => s.Json).ToListAsync(cancellationToken);
        return [.. rows.Select(json => JsonSerializer.Deserialize<Silence>(json, ChatJson.Options)!).Where(s => s.Until is null || now < s.Until)];
    }

    public Task SaveAsync(Silence silence, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(silence, ChatJson.Options);
        return database.UpsertAsync(silence.Key, () => new SilenceRow { Key = silence.Key }, row => row.Json = json, cancellationToken);
    }

    public async Task RemoveAsync(Silence silence, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await context.Silences.Where(s => s.Key == silence.Key).ExecuteDeleteAsync(cancellationToken);
    }
}

internal sealed class SilenceRow : KeyedRow;
