using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using TrunkBot.Lab;

namespace TrunkBot.Tests.Support;

/// <summary>
/// All that the lab's three systems hold, as text that can be compared: the SBC's configuration byte for byte, every object of the switch, and every object
/// and association of the Twilio account down to the last field, read from its store and not through its interface.
/// </summary>
internal static partial class LabWorld
{
    // Calls, alerts and the record of who changed what: history, which nothing takes back.
    private static readonly HashSet<string> History = ["CA", "NO", "AE"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="data">The lab's data folder.</param>
    /// <remarks>Without SIDs, dates and sequence numbers: what is deleted and made again has others. SIDs in other objects are told by what they name.</remarks>
    public static string Read(LabHost lab, string data) => string.Join('\n', [.. Sbc(data).Prepend("SBC"), .. Cfs(lab).Prepend("CFS"), .. Twilio(data).Prepend("Twilio")]);

    /// <summary>Only the lines that one of both does not have, each with a sign; empty when they are the same.</summary>
    public static string Difference(string before, string after)
    {
        if (before == after)
        {
            return "";
        }

        var (left, right) = (before.Split('\n').ToList(), after.Split('\n').ToList());
        foreach (var line in left.ToList().Where(right.Remove))
        {
            left.Remove(line);
        }

        return left.Count + right.Count == 0 ? "the same lines in another order" : string.Join('\n', [.. left.Select(l => $"- {l}"), .. right.Select(l => $"+ {l}")]);
    }

    private static string[] Sbc(string data) => File.ReadAllText(Path.Combine(data, "perimeta", "running.config")).Split('\n');

    private static IEnumerable<string> Cfs(LabHost lab)
    {
        var cfs = JsonSerializer.SerializeToNode(lab.Context.Console!.Read(), Json)!.AsObject();
        foreach (var (kind, objects) in cfs)
        {
            foreach (var line in objects!.AsArray().Select(Line).Order(StringComparer.Ordinal))
            {
                yield return $"{kind} {line}";
            }
        }

        static string Line(JsonNode? thing)
        {
            if (thing is JsonObject fields)
            {
                foreach (var name in new[] { "sequenceNumber", "statusSequenceNumber", "alarmState", "alarmReason" })
                {
                    fields.Remove(name);
                }
            }

            return thing!.ToJsonString();
        }
    }

    private static IEnumerable<string> Twilio(string data)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "twilio.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        var objects = Rows(connection, "SELECT sid, kind, parent, fields FROM resource ORDER BY number").Where(r => !History.Contains(r[1]!)).ToList();
        var names = objects.ToDictionary(r => r[0]!, r => $"{r[1]}({NameOf(JsonNode.Parse(r[3]!)!)})");
        return
        [
            .. objects.Select(r => $"{names[r[0]!]} of {Named(r[2] ?? "the account")} {Named(r[3]!)}").Order(StringComparer.Ordinal),
            .. Rows(connection, "SELECT trunk, sid FROM association").Select(r => $"{Named(r[0]!)} has {Named(r[1]!)}").Order(StringComparer.Ordinal),
        ];

        string Named(string text) => Sid().Replace(text, sid => names.GetValueOrDefault(sid.Value, "nothing that is there"));
    }

    private static string NameOf(JsonNode fields) =>
        new[] { "domain_name", "sip_url", "phone_number", "ip_address", "friendly_name" }.Select(n => fields[n]?.ToString()).FirstOrDefault(n => !string.IsNullOrEmpty(n)) ?? "";

    private static List<string?[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text comes from this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string?[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]);
        }

        return rows;
    }

    [GeneratedRegex("(TK|AL|IP|CL|CR|OU|PN)[0-9a-f]{32}")]
    private static partial Regex Sid();
}
