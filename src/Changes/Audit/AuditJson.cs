using System.Text.Encodings.Web;
using System.Text.Json;

namespace TrunkBot.Changes.Audit;

/// <summary>Records as JSON lines: one object a line, every field that the hash is made of, so that a file can be checked by itself (docs/audit.md).</summary>
public static class AuditJson
{
    // Every character outside ASCII is escaped: no line separator of Unicode and no control character can break a line or hide in one.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    /// <summary>One record with the line break that ends it.</summary>
    public static string Line(AuditRecord record) => JsonSerializer.Serialize(record, Options) + "\n";

    /// <exception cref="JsonException">It is no record.</exception>
    public static AuditRecord Read(string line) => JsonSerializer.Deserialize<AuditRecord>(line, Options) ?? throw new JsonException("The line holds no record.");
}
