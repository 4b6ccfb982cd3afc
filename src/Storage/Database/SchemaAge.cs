using Microsoft.EntityFrameworkCore;

namespace TrunkBot.Storage.Database;

/// <summary>
/// Whether this program may work on a database that a newer one has migrated, as happens in the middle of a rolling upgrade. Migrations only add: columns that may
/// be null or have a default, tables, indexes. One that older programs can't work with says so in its name, which every program can read.
/// </summary>
internal static class SchemaAge
{
    /// <summary>How the name of a migration ends after which older programs must not start, such as <c>20270301120000_LocksByRegionBreaksOlder</c>.</summary>
    public const string BreaksOlder = "BreaksOlder";

    /// <summary>Runs the migrations that the database lacks. Where none lacks, which is so at nearly every start, EF Core's migrator is not even asked: it would take seconds.</summary>
    /// <exception cref="StorageException">A newer program has changed the database in a way that this one does not know.</exception>
    public static async Task UpdateAsync(BotDatabase context, CancellationToken cancellationToken)
    {
        var (known, applied) = (context.Database.GetMigrations(), (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList());
        if (applied.Except(known, StringComparer.Ordinal).FirstOrDefault(m => m.EndsWith(BreaksOlder, StringComparison.Ordinal)) is { } migration)
        {
            throw new StorageException(
                $"the database was changed by a newer version of the program (migration {migration}) so that this one can't work with it; start the newer version, or restore the backup from before the upgrade");
        }

        if (known.Except(applied, StringComparer.Ordinal).Any())
        {
            await context.Database.MigrateAsync(cancellationToken);
        }
    }
}
