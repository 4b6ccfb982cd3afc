using System.Data.Common;
using TrunkBot.Changes.Life;
using TrunkBot.Hosting;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.CommandLine;

/// <summary>Reads from the bot's database, which may be running beside it.</summary>
internal static class StoreReading
{
    /// <exception cref="InputException">The database can't be read; the message says why and never holds its password.</exception>
    public static async Task<T> ReadAsync<TStore, T>(Func<TStore, Task<T>> read)
        where TStore : notnull
    {
        try
        {
            await using var services = Composition.StoreAlone();
            return await read(services.GetRequiredService<TStore>());
        }
        catch (Exception e) when (TrunkBotHost.Reason(e) is { } reason)
        {
            throw new InputException(reason);
        }
        catch (SecretNotFoundException e)
        {
            throw new InputException($"Storage:Password: {e.Message}", e);
        }
        catch (Exception e) when ((e as DbException ?? e.InnerException as DbException) is { } failure)
        {
            throw new InputException($"the database can't be read: {failure.Message}. Is it there, and of this version? The bot brings it up to date when it starts", e);
        }
    }

    /// <summary>A trunk under management.</summary>
    /// <exception cref="InputException">There is none of that name, or the database can't be read.</exception>
    public static Task<TrunkIntent> TrunkAsync(string name, CancellationToken cancellationToken) => ReadAsync(async (ITrunkStore trunks) =>
    {
        if (await trunks.FindAsync(name, cancellationToken) is { } trunk)
        {
            return trunk.Intent;
        }

        var near = Nearest.To(name, await trunks.KeysAsync(cancellationToken)) is { } key ? (await trunks.FindAsync(key, cancellationToken))?.Intent.Name : null;
        throw new InputException($"there is no trunk \"{name}\" under management{(near is null ? "" : $"; did you mean {near}?")} (trunk-unknown)");
    });
}
