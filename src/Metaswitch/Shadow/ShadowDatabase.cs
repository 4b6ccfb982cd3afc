using System.Data;
using Npgsql;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Shadow;

/// <summary>
/// Reads the shadow configuration database: in one read-only transaction, with a short time-out, nothing but SELECT. Built from what
/// published readers do with other tables, not tried on a real switch.
/// </summary>
public sealed class ShadowDatabase(ISecrets secrets)
{
    public const string Unreadable = "shadow-database-unreadable";

    /// <summary>More bindings than any switch has; a table that is none of ours stays harmless.</summary>
    private const int MostRows = 50_000;

    private const int LongestValue = 300;

    /// <summary>All bindings and SIP trunks of the site's switch.</summary>
    /// <exception cref="SystemFailureException">The database can't be read (<c>shadow-database-unreadable</c>), or its secret is missing.</exception>
    public async Task<ShadowInventory> ReadAsync(MetaswitchSite site, CancellationToken cancellationToken)
    {
        var shadow = site.Shadow ?? throw new ArgumentException("the site has no shadow database", nameof(site));
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(shadow));
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            return await ReadAsync(connection, shadow, site.MetaSwitchName, cancellationToken);
        }
        catch (SecretNotFoundException e)
        {
            throw new SystemFailureException(BindingReader.SecretMissing, e.Said, "Configure the secret.", e);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            var words = e is PostgresException refused ? $"{refused.MessageText} ({refused.SqlState})" : e.InnerException is null ? e.Message : $"{e.Message}: {e.InnerException.Message}";
            throw new SystemFailureException(
                Unreadable,
                $"The shadow database {shadow.Database} on {shadow.Host} can't be read: {PlainText.OneLine(words)}",
                "Check metaswitch.shadow in the site profile. Without it inventory, conflicts and proof of SIP trunks are not available.",
                e);
        }
    }

    /// <summary>A session in which nothing can be written, whatever the user may do.</summary>
    internal string ConnectionString(ShadowDatabaseSite shadow) => new NpgsqlConnectionStringBuilder
    {
        Host = shadow.Host,
        Port = shadow.Port,
        Database = shadow.Database,
        Username = shadow.User,
        Password = shadow.Password is { } password ? secrets.Reveal(password) : null,
        SslMode = shadow.Tls switch
        {
            DatabaseTls.Off => SslMode.Disable,
            DatabaseTls.Encrypted => SslMode.Require,
            _ => SslMode.VerifyFull,
        },
        RootCertificate = shadow.CaFile,
        Timeout = shadow.TimeoutSeconds,
        CommandTimeout = shadow.TimeoutSeconds,
        Options = $"-c default_transaction_read_only=on -c statement_timeout={shadow.TimeoutSeconds * 1000}",
        ApplicationName = "trunkbot",
        Pooling = false,
    }.ConnectionString;

    private static async Task<ShadowInventory> ReadAsync(NpgsqlConnection connection, ShadowDatabaseSite shadow, string switchName, CancellationToken cancellationToken)
    {
        List<string> missing = [];
        var bindings = await TableAsync(connection, shadow, shadow.BindingTable,
            [("Name", false), ("MetaSwitchName", false), ("SIPDomainName", false), ("ContactDomainName", false), ("ProxyIPAddress", false), ("MediaGatewayModel", false)],
            missing, cancellationToken);
        var trunks = await TableAsync(connection, shadow, shadow.TrunkTable,
            [("TrunkName", true), ("MetaSwitchName", false), ("ConfiguredSIPBinding", true)], missing, cancellationToken);
        return new(
            OfSwitch([.. bindings.Rows.Select(r => new ShadowBinding(r[0], r[1], r[2], r[3], Host(r[4]), r[5]))], b => b.SwitchName, switchName),
            OfSwitch([.. trunks.Rows.Select(r => new ShadowTrunk(r[0], r[1], r[2]))], t => t.SwitchName, switchName),
            missing)
        {
            KnowsTrunks = trunks.Has("TrunkName") && trunks.Has("ConfiguredSIPBinding"),
        };
    }

    /// <summary>An address that is kept as <c>inet</c> is written with its prefix length when it is turned into text.</summary>
    private static string? Host(string? address) => address?.EndsWith("/32", StringComparison.Ordinal) == true ? address[..^3] : address;

    /// <summary>One database may hold several switches. Where none is spelt like ours, nothing is known of which is which.</summary>
    private static List<T> OfSwitch<T>(List<T> rows, Func<T, string?> switchOf, string name)
    {
        var ours = rows.Where(r => string.Equals(switchOf(r), name, StringComparison.OrdinalIgnoreCase)).ToList();
        return ours.Count > 0 ? ours : rows;
    }

    private static async Task<Table> TableAsync(
        NpgsqlConnection connection, ShadowDatabaseSite shadow, string table, IReadOnlyList<(string Field, bool Loosely)> fields, List<string> missing, CancellationToken cancellationToken)
    {
        if (await ColumnsAsync(connection, table, cancellationToken) is not { } found)
        {
            missing.Add($"There is no table {table}, or the user may not read it.");
            return new([], []);
        }

        var columns = fields.ToDictionary(f => f.Field, f => ShadowColumns.Find(found.Columns, f.Field, shadow.Columns.GetValueOrDefault(f.Field), f.Loosely));
        missing.AddRange(columns.Where(c => c.Value is null && c.Key != "MetaSwitchName").Select(c =>
            $"Table {table} has no single column for {c.Key}: name it in metaswitch.shadow.columns."));

        // Identifiers are those that the database named itself, quoted by the client; there is no text of anybody else in the statement.
        using var quote = new NpgsqlCommandBuilder();
        var list = string.Join(", ", fields.Select(f => columns[f.Field] is { } column ? $"left({quote.QuoteIdentifier(column)}::text, {LongestValue})" : "NULL::text"));
        await using var command = new NpgsqlCommand($"SELECT {list} FROM {quote.QuoteIdentifier(found.Schema)}.{quote.QuoteIdentifier(found.Table)} LIMIT {MostRows}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string?[]> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add([.. Enumerable.Range(0, fields.Count).Select(i => reader.IsDBNull(i) || string.IsNullOrWhiteSpace(reader.GetString(i)) ? null : PlainText.OneLine(reader.GetString(i)))]);
        }

        if (rows.Count == MostRows)
        {
            missing.Add($"Table {table} has more than {MostRows} rows; the rest was not read.");
        }

        return new([.. columns.Where(c => c.Value is not null).Select(c => c.Key)], rows);
    }

    private static async Task<(string Schema, string Table, List<string> Columns)?> ColumnsAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT table_schema::text, table_name::text, column_name::text FROM information_schema.columns
            WHERE lower(table_name) = lower(@table)
            ORDER BY table_schema <> 'public', table_schema, table_name, ordinal_position
            """,
            connection);
        command.Parameters.AddWithValue("table", table);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        (string Schema, string Table, List<string> Columns)? found = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            found ??= (reader.GetString(0), reader.GetString(1), []);
            if (found.Value.Schema == reader.GetString(0) && found.Value.Table == reader.GetString(1))
            {
                found.Value.Columns.Add(reader.GetString(2));
            }
        }

        return found;
    }

    private sealed record Table(IReadOnlyList<string> Fields, IReadOnlyList<string?[]> Rows)
    {
        public bool Has(string field) => Fields.Contains(field);
    }
}
