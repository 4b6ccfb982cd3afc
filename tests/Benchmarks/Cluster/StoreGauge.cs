using Npgsql;

namespace TrunkBot.Benchmarks.Cluster;

/// <summary>Size and rows of the tables that grow with changes and with turns.</summary>
/// <param name="Database">Bytes of the whole database.</param>
/// <param name="Sizes">Bytes of each table with its indexes and what is kept beside it.</param>
/// <param name="Rows">Of the audit and the journal.</param>
internal sealed record StoreReading(long Database, IReadOnlyDictionary<string, long> Sizes, IReadOnlyDictionary<string, long> Rows)
{
    /// <summary>What is kept of changes. The others keep turns, conversations and dialogs.</summary>
    private static readonly string[] OfChanges =
        ["changes", "decisions", "journal_tickets", "journal_exchanges", "journal_outcomes", "audit", "audit_head", "cards", "element_locks", "trunks"];

    public long Changes => Sizes.Where(s => OfChanges.Contains(s.Key)).Sum(s => s.Value);

    public long Audit => Rows["audit"];

    public long Journal => Rows.Where(r => r.Key != "audit").Sum(r => r.Value);
}

/// <summary>Where a change stands, as the database has it.</summary>
internal sealed record SeenChange(int Number, string Trunk, string State);

/// <summary>Looks into the database beside the bot.</summary>
internal sealed class StoreGauge(NpgsqlDataSource database)
{
    private static readonly string[] Counted = ["audit", "journal_tickets", "journal_exchanges", "journal_outcomes"];

    /// <summary>The changes with a greater number, and those of these numbers.</summary>
    public async Task<IReadOnlyList<SeenChange>> SeeAsync(int after, int[] numbers)
    {
        await using var command = database.CreateCommand("""SELECT "Number", "TrunkName", "State" FROM changes WHERE "Number" > $1 OR "Number" = ANY($2)""");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = numbers });
        await using var reader = await command.ExecuteReaderAsync();
        var seen = new List<SeenChange>();
        while (await reader.ReadAsync())
        {
            seen.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }

        return seen;
    }

    /// <summary>JSON of what went wrong with a change.</summary>
    public async Task<string> TroubleAsync(int number)
    {
        await using var command = database.CreateCommand("""SELECT COALESCE("Body"::json ->> 'trouble', '') FROM changes WHERE "Number" = $1""");
        command.Parameters.Add(new() { Value = number });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>After a VACUUM, so that what is dead and may be written over is not counted twice.</summary>
    public async Task<StoreReading> ReadAsync()
    {
        await using (var vacuum = database.CreateCommand("VACUUM"))
        {
            await vacuum.ExecuteNonQueryAsync();
        }

        var sizes = new Dictionary<string, long>();
        await using (var command = database.CreateCommand("SELECT relname::text, pg_total_relation_size(relid) FROM pg_stat_user_tables"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                sizes[reader.GetString(0)] = reader.GetInt64(1);
            }
        }

        var rows = new Dictionary<string, long>();
        foreach (var table in Counted)
        {
            rows[table] = await ScalarAsync($"SELECT count(*) FROM {table}");
        }

        return new(await ScalarAsync("SELECT pg_database_size(current_database())"), sizes, rows);
    }

    /// <summary>The silos' connections at work, and those of them that wait for a lock.</summary>
    public async Task<(long Busy, long Waiting)> ConnectionsAsync()
    {
        const string OfSilos = "FROM pg_stat_activity WHERE application_name = 'TrunkBot' AND state <> 'idle'";
        return (await ScalarAsync($"SELECT count(*) {OfSilos}"), await ScalarAsync($"SELECT count(*) {OfSilos} AND wait_event_type = 'Lock'"));
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
