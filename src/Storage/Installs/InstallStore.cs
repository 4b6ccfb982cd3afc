using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Ports;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Installs;

/// <summary>Where the bot was installed. What it was given there comes sealed and is not read here.</summary>
internal sealed class InstallStore(IDatabase database) : IInstallStore
{
    public async Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        return await context.Installs.AsNoTracking().Where(i => i.Key == key).Select(i => i.Content).SingleOrDefaultAsync(cancellationToken);
    }

    public Task SaveAsync(string key, byte[] content, CancellationToken cancellationToken) =>
        database.UpsertAsync(key, () => new InstallRow { Key = key, Content = content }, row => row.Content = content, cancellationToken);

    public async Task<bool> TryReplaceAsync(string key, byte[] standing, byte[] content, CancellationToken cancellationToken)
    {
        // The bytes themselves are the guard: no two seals are the same, and a row that was removed and came again is another.
        await using var context = database.Open();
        return await context.Installs.Where(i => i.Key == key && i.Content == standing)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Content, content).SetProperty(i => i.Version, i => i.Version + 1), cancellationToken) == 1;
    }

    public async Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await context.Installs.Where(i => i.Key == key).ExecuteDeleteAsync(cancellationToken);
    }
}

internal sealed class InstallRow : IVersionedRow
{
    public required string Key { get; set; }

    public required byte[] Content { get; set; }

    public long Version { get; set; }
}
