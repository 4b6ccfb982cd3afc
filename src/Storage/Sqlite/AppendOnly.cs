using Microsoft.EntityFrameworkCore.Migrations;

namespace TrunkBot.Storage.Sqlite;

/// <summary>Triggers that refuse to change or delete rows of a table: what was sent, decided and done stays as it was written.</summary>
internal static class AppendOnly
{
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
}
