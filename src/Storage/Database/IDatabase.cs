using Microsoft.EntityFrameworkCore;

namespace TrunkBot.Storage.Database;

/// <summary>The database as the stores see it: all that differs between database products is behind this.</summary>
internal interface IDatabase
{
    /// <summary>A context for one unit of work; the caller disposes of it.</summary>
    BotDatabase Open();

    /// <summary>Whether a write failed because a row with that key was there already.</summary>
    bool IsDuplicate(DbUpdateException exception);

    /// <summary>Brings the schema to the newest version. To be awaited before anything else.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);
}
