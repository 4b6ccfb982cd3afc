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
}
