using System.Text.Json;

namespace TrunkBot.Lab.Perimeta.Cli;

/// <summary>What became of a line that arrived.</summary>
internal enum LineOutcome
{
    Accepted,
    Refused,
    Dropped,
    Hung,
}

/// <summary>
/// Every line that arrived, one JSON object each: evidence of what was sent that is independent of the sender's own records.
/// </summary>
internal sealed class SessionLog(string dataDirectory, TimeProvider time)
{
    private readonly string _path = PathIn(dataDirectory);

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "perimeta", "session.log");

    /// <param name="mode">Where the line was typed: <c>menu</c>, <c>exec</c> or the name of a configuration mode.</param>
    public void Write(string session, string user, string mode, string line, LineOutcome outcome, string? answer)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("time", time.GetUtcNow());
            writer.WriteString("session", session);
            writer.WriteString("user", user);
            writer.WriteString("mode", mode);
            writer.WriteString("line", line);
            writer.WriteString("outcome", outcome.ToString());
            writer.WriteString("answer", answer);
            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');

        // One write in append mode: lines of two sessions do not mix.
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);
        file.Write(buffer.ToArray());
    }
}
