using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace TrunkBot.Lab.Twilio.Account;

/// <summary>The account on disk (SQLite). One connection, one caller at a time: a simulator is read more often than it is hurried.</summary>
public sealed class ResourceStore : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS resource (
            number INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parent TEXT,
            created TEXT NOT NULL, updated TEXT NOT NULL, fields TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS association (
            number INTEGER PRIMARY KEY AUTOINCREMENT, trunk TEXT NOT NULL, sid TEXT NOT NULL, created TEXT NOT NULL, UNIQUE (trunk, sid));
        """;

    private static readonly string[] History = [Kind.Call, Kind.AuditEvent];

    private readonly Lock gate = new();
    private readonly SqliteConnection connection;
    private readonly TimeProvider time;

    public ResourceStore(string path, TimeProvider time)
    {
        this.time = time;
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Run("PRAGMA journal_mode=WAL; " + Schema);
    }

    /// <summary>Runs <paramref name="work"/> alone; what it wrote stays only if it ends without an exception.</summary>
    public T Alone<T>(Func<T> work)
    {
        lock (gate)
        {
            Run("BEGIN IMMEDIATE");
            try
            {
                var result = work();
                Run("COMMIT");
                return result;
            }
            catch
            {
                Run("ROLLBACK");
                throw;
            }
        }
    }

    public Resource Add(string kind, string? parent, JsonObject fields, string? sid = null)
    {
        var now = time.GetUtcNow();
        var added = new Resource(sid ?? kind + RandomNumberGenerator.GetHexString(32, lowercase: true), kind, parent, now, now, fields);
        Run("INSERT INTO resource (sid, kind, parent, created, updated, fields) VALUES ($sid, $kind, $parent, $now, $now, $fields)",
            ("$sid", added.Sid), ("$kind", kind), ("$parent", parent), ("$now", Stamp(now)), ("$fields", fields.ToJsonString()));
        return added;
    }

    public void Save(Resource resource) =>
        Run("UPDATE resource SET updated = $now, fields = $fields WHERE sid = $sid",
            ("$sid", resource.Sid), ("$now", Stamp(time.GetUtcNow())), ("$fields", resource.Fields.ToJsonString()));

    /// <summary>Takes away the object, what hangs on it, and every association with it.</summary>
    public void Remove(string sid) =>
        Run("DELETE FROM association WHERE trunk = $sid OR sid = $sid; DELETE FROM resource WHERE sid = $sid OR parent = $sid", ("$sid", sid));

    public Resource? Find(string kind, string sid) => Query("WHERE kind = $kind AND sid = $sid", ("$kind", kind), ("$sid", sid)).FirstOrDefault();

    public IReadOnlyList<Resource> All(string kind) => Query("WHERE kind = $kind", ("$kind", kind));

    public IReadOnlyList<Resource> Children(string kind, string parent) =>
        Query("WHERE kind = $kind AND parent = $parent", ("$kind", kind), ("$parent", parent));

    /// <summary>The lists of <paramref name="kind"/> that are mapped to the trunk.</summary>
    public IReadOnlyList<Resource> Associated(string kind, string trunk) =>
        Query("WHERE kind = $kind AND sid IN (SELECT sid FROM association WHERE trunk = $trunk)", ("$kind", kind), ("$trunk", trunk));

    /// <returns>False when the association was there already.</returns>
    public bool Associate(string trunk, string sid) =>
        Run("INSERT OR IGNORE INTO association (trunk, sid, created) VALUES ($trunk, $sid, $now)",
            ("$trunk", trunk), ("$sid", sid), ("$now", Stamp(time.GetUtcNow()))) == 1;

    /// <returns>False when there was none.</returns>
    public bool Dissociate(string trunk, string sid) =>
        Run("DELETE FROM association WHERE trunk = $trunk AND sid = $sid", ("$trunk", trunk), ("$sid", sid)) == 1;

    /// <summary>Everything but history (calls, who changed what), as text that <see cref="Load"/> takes back.</summary>
    public string Dump() => JsonSerializer.Serialize(new Content(
        [.. Query("").Where(resource => !History.Contains(resource.Kind)).Select(resource => new Row(resource.Sid, resource.Kind, resource.Parent, resource.Created, resource.Updated, resource.Fields.ToJsonString()))],
        [.. Pairs()]));

    /// <summary>Puts back what <see cref="Dump"/> gave, in place of everything but history.</summary>
    public void Load(string dump)
    {
        var content = JsonSerializer.Deserialize<Content>(dump)!;
        Run($"DELETE FROM association; DELETE FROM resource WHERE kind NOT IN ({string.Join(", ", History.Select(kind => $"'{kind}'"))})");
        foreach (var row in content.Resources)
        {
            Run("INSERT INTO resource (sid, kind, parent, created, updated, fields) VALUES ($sid, $kind, $parent, $created, $updated, $fields)",
                ("$sid", row.Sid), ("$kind", row.Kind), ("$parent", row.Parent), ("$created", Stamp(row.Created)), ("$updated", Stamp(row.Updated)), ("$fields", row.Fields));
        }

        foreach (var pair in content.Associations)
        {
            Associate(pair.Trunk, pair.Sid);
        }
    }

    public void Empty() => Run("DELETE FROM association; DELETE FROM resource");

    public void Dispose()
    {
        lock (gate)
        {
            connection.Dispose();
        }
    }

    private List<Pair> Pairs()
    {
        using var command = Command("SELECT trunk, sid FROM association ORDER BY number", []);
        using var reader = command.ExecuteReader();
        var pairs = new List<Pair>();
        while (reader.Read())
        {
            pairs.Add(new Pair(reader.GetString(0), reader.GetString(1)));
        }

        return pairs;
    }

    private static string Stamp(DateTimeOffset moment) => moment.ToString("O", CultureInfo.InvariantCulture);

    private List<Resource> Query(string where, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        using var command = Command($"SELECT sid, kind, parent, created, updated, fields FROM resource {where} ORDER BY number", parameters);
        using var reader = command.ExecuteReader();
        var found = new List<Resource>();
        while (reader.Read())
        {
            found.Add(new Resource(
                reader.GetString(0),
                reader.GetString(1),
                reader.IsDBNull(2) ? null : reader.GetString(2),
                DateTimeOffset.Parse(reader.GetString(3), CultureInfo.InvariantCulture),
                DateTimeOffset.Parse(reader.GetString(4), CultureInfo.InvariantCulture),
                JsonNode.Parse(reader.GetString(5))!.AsObject()));
        }

        return found;
    }

    private int Run(string sql, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text comes from this file; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, (object?)value ?? DBNull.Value);
        }

        return command;
    }

    private sealed record Content(IReadOnlyList<Row> Resources, IReadOnlyList<Pair> Associations);

    private sealed record Row(string Sid, string Kind, string? Parent, DateTimeOffset Created, DateTimeOffset Updated, string Fields);

    private sealed record Pair(string Trunk, string Sid);
}
