using Microsoft.EntityFrameworkCore;

namespace TrunkBot.Storage.Database;

/// <summary>The database as the stores see it: all that differs between database products is behind this.</summary>
internal interface IDatabase
{
    /// <summary>A context for one unit of work; the caller disposes of it.</summary>
    BotDatabase Open();

    /// <summary>
    /// To be held by a transaction that appends to the audit trail, from before it has a connection: such transactions follow on each other in all silos anyway, and
    /// while they wait for that they must not take the connections from those who only read.
    /// </summary>
    Task<IDisposable?> TakeTurnAsync(CancellationToken cancellationToken);

    /// <summary>Whether a write failed because a row with that key was there already.</summary>
    bool IsDuplicate(DbUpdateException exception);

    /// <summary>
    /// SQL by which a transaction keeps the ticket <c>{0}</c> to itself until it ends, so that a ticket is not closed while a line is written under it. Null where a
    /// transaction that writes is alone in the database anyway.
    /// </summary>
    string? HoldTicket { get; }

    /// <summary>Brings the schema to the newest version. To be awaited before anything else; of several processes one does it and the others wait.</summary>
    /// <exception cref="StorageException">The database can't be used, or is of a newer program.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);
}
