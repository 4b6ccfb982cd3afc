using System.Data.Common;
using TrunkBot.Hosting;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.CommandLine;

/// <summary>The bot's database, for a command. The bot may be running beside it.</summary>
internal static class BotStore
{
    /// <exception cref="InputException">The database is not there, can't be read, or a setting about it is wrong; the message says which.</exception>
    public static async Task<T> ReadAsync<T>(Func<IServiceProvider, Task<T>> read)
    {
        try
        {
            await using var services = Composition.StoreAlone();
            return await read(services);
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
}
