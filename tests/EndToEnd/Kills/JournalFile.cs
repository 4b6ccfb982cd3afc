using Microsoft.Data.Sqlite;

namespace TrunkBot.EndToEnd.Tests.Kills;

/// <summary>
/// The bot's journal as a dead process left it, read from a copy: whoever opens the file itself would repair it, and that is for the bot to do.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("journal-");
    private readonly SqliteConnection connection;

    public JournalFile(string database)
    {
        var copy = Path.Combine(folder.FullName, Path.GetFileName(database));
        foreach (var part in new[] { "", "-wal" }.Where(p => File.Exists(database + p)))
        {
            File.Copy(database + part, copy + part);
        }

        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString());
        connection.Open();
    }

    /// <summary>Where the work stood, by the last ticket.</summary>
    public string Standing()
    {
        var last = Rows(
            """
            SELECT t.Purpose, o.Ticket, (SELECT e.Direction FROM journal_exchanges e WHERE e.Ticket = t.Ticket ORDER BY e.Sequence DESC LIMIT 1)
            FROM journal_tickets t LEFT JOIN journal_outcomes o ON o.Ticket = t.Ticket ORDER BY t.Sequence DESC LIMIT 1
            """).FirstOrDefault();
        return last switch
        {
            null => "no ticket yet",
            [_, not null, _] => "between two tickets",
            [var purpose, _, null] => $"{purpose}: ticket open, nothing sent",
            [var purpose, _, "Sent"] => $"{purpose}: sent, no answer noted",
            _ => $"{last[0]}: answered, not closed",
        };
    }

    /// <summary>Everything that was sent, each with the name of its step's system.</summary>
    public IReadOnlyList<(string Step, string Text)> Sent() =>
        [.. Rows("SELECT t.StepId, e.Text FROM journal_exchanges e JOIN journal_tickets t ON t.Ticket = e.Ticket WHERE e.Direction = 'Sent' ORDER BY e.Sequence").Select(r => (r[0]!, r[1]!))];

    /// <summary>Whether the card of a change at one of these ends was drawn, as the store has it.</summary>
    public bool IsDrawn(string change, IEnumerable<string> ends) => Rows(
        "SELECT 'CHG-' || h.Number, h.State FROM changes h JOIN cards c ON c.Subject = 'change:CHG-' || h.Number WHERE c.View = 'progress' AND c.Shows = h.Version")
        .Any(r => r[0] == change && ends.Contains(r[1]));

    public int Tickets => Rows("SELECT Ticket FROM journal_tickets").Count;

    public void Dispose()
    {
        connection.Dispose();
        folder.Delete(recursive: true);
    }

    private List<string?[]> Rows(string sql)
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
}
