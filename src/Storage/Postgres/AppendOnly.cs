using Microsoft.EntityFrameworkCore.Migrations;

namespace TrunkBot.Storage.Postgres;

/// <summary>Triggers that refuse to change, delete or truncate rows of a table: what was sent, decided and done stays as it was written.</summary>
internal static class AppendOnly
{
    public static void MakeAppendOnly(this MigrationBuilder migration, params string[] tables)
    {
        migration.Sql(
            "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END; $$;");
        foreach (var table in tables)
        {
            migration.Sql($"CREATE TRIGGER {table}_no_rewriting BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();");
            migration.Sql($"CREATE TRIGGER {table}_no_truncating BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();");
        }
    }

    /// <summary>
    /// No record of the audit is changed. Deleted are only those up to <c>audit_head.CutTo</c>, which is set by a cut by age, in the transaction that writes the
    /// record of the cut. The row of the newest record stays.
    /// </summary>
    public static void GuardAudit(this MigrationBuilder migration) => migration.Sql(
        """
        CREATE OR REPLACE FUNCTION refuse_cutting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD."Sequence" > COALESCE((SELECT "CutTo" FROM audit_head WHERE "Id" = 1), 0) THEN RAISE EXCEPTION 'audit is append-only'; END IF;
            RETURN OLD;
        END; $$;
        CREATE TRIGGER audit_no_rewriting BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
        CREATE TRIGGER audit_no_cutting BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_cutting();
        CREATE TRIGGER audit_no_truncating BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
        CREATE TRIGGER audit_head_no_deleting BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
        CREATE TRIGGER audit_head_no_truncating BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
        """);
}
