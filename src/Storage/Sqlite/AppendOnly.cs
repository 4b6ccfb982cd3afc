using Microsoft.EntityFrameworkCore.Migrations;

namespace TrunkBot.Storage.Sqlite;

/// <summary>Triggers that refuse to change or delete rows of a table: what was sent, decided and done stays as it was written.</summary>
internal static class AppendOnly
{
    /// <summary>Holds the audit records from before there was a chain until <see cref="UnchainedAudit"/> has chained them.</summary>
    public const string Aside = "audit_unchained";

    public static void MakeAppendOnly(this MigrationBuilder migration, params string[] tables)
    {
        foreach (var table in tables)
        {
            foreach (var act in new[] { "UPDATE", "DELETE" })
            {
                migration.Sql(
                    $"CREATE TRIGGER {table}_no_{act.ToLowerInvariant()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;");
            }
        }
    }

    public static void SetAuditAside(this MigrationBuilder migration) => migration.Sql(
        $"DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP INDEX IX_audit_ChangeId; ALTER TABLE audit RENAME TO {Aside};");

    /// <summary>
    /// No record of the audit is changed. Deleted are only those up to <c>audit_head.CutTo</c>, which is set by a cut by age, in the transaction that writes the
    /// record of the cut. The row of the newest record stays.
    /// </summary>
    public static void GuardAudit(this MigrationBuilder migration) => migration.Sql(
        """
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
            WHEN OLD.Sequence > COALESCE((SELECT CutTo FROM audit_head WHERE Id = 1), 0) BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
        CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'audit_head holds the newest audit record'); END;
        """);

    /// <summary>Back to a trail without a chain; what the chain knew beside is lost.</summary>
    public static void UnguardAudit(this MigrationBuilder migration)
    {
        migration.Sql(
            $"""
            DROP TABLE IF EXISTS {Aside};
            ALTER TABLE audit RENAME TO audit_chained;
            DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_head_no_delete; DROP INDEX IX_audit_ChangeId;
            CREATE TABLE audit (
                Sequence INTEGER NOT NULL CONSTRAINT PK_audit PRIMARY KEY AUTOINCREMENT, At TEXT NOT NULL, Who TEXT NOT NULL, What TEXT NOT NULL,
                ChangeId TEXT NULL, PlanHash TEXT NULL, Detail TEXT NOT NULL);
            INSERT INTO audit SELECT Sequence, replace(replace(At, 'T', ' '), 'Z', '+00:00'), Who, What, ChangeId, PlanHash, Detail FROM audit_chained;
            DROP TABLE audit_chained;
            CREATE INDEX IX_audit_ChangeId ON audit (ChangeId);
            """);
        migration.MakeAppendOnly("audit");
    }
}
