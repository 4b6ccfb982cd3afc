using System.Globalization;
using System.Text.Json.Serialization;

namespace TrunkBot.Changes.Audit;

/// <summary>
/// One record of the audit trail as it is kept and exported: who did what, and the hash that chains it to the record before. Immutable. The names of its fields
/// in an export are those of the canonical text (docs/audit.md).
/// </summary>
public sealed record AuditRecord
{
    /// <summary>Stands for the record before the first.</summary>
    public const string Nothing = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Counts from 1 without a gap.</summary>
    [JsonPropertyName("sequence")]
    public required long Sequence { get; init; }

    /// <summary>Hash of the record before.</summary>
    [JsonPropertyName("previous")]
    public required string Previous { get; init; }

    /// <summary>UTC with microseconds, as text: what is hashed is what is kept.</summary>
    [JsonPropertyName("at")]
    public required string At { get; init; }

    [JsonPropertyName("who")]
    public required string Who { get; init; }

    [JsonPropertyName("what")]
    public required string What { get; init; }

    [JsonPropertyName("change")]
    public string? ChangeId { get; init; }

    [JsonPropertyName("trunk")]
    public string? Trunk { get; init; }

    [JsonPropertyName("plan")]
    public string? PlanHash { get; init; }

    [JsonPropertyName("policy")]
    public string? PolicyVersion { get; init; }

    [JsonPropertyName("number")]
    public string? TicketNumber { get; init; }

    [JsonPropertyName("detail")]
    public required string Detail { get; init; }

    [JsonPropertyName("channel")]
    public string? Channel { get; init; }

    [JsonPropertyName("user")]
    public string? FromUser { get; init; }

    [JsonPropertyName("conversation")]
    public string? Conversation { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>What of other tables this record vouches for; see <see cref="Evidence"/>.</summary>
    [JsonPropertyName("covers")]
    public string? Covers { get; init; }

    /// <summary>Hash of what <see cref="Covers"/> names.</summary>
    [JsonPropertyName("digest")]
    public string? Digest { get; init; }

    /// <summary>Lower-case hex SHA-256 of the canonical text of all fields above.</summary>
    [JsonPropertyName("hash")]
    public required string Hash { get; init; }

    /// <summary>The record that follows on another.</summary>
    public static AuditRecord After(long sequence, string previous, AuditEntry entry, Evidence? evidence)
    {
        var record = new AuditRecord
        {
            Sequence = sequence + 1,
            Previous = previous,
            At = TimeOf(entry.At),
            Who = CanonicalText.Storable(entry.Who),
            What = CanonicalText.Storable(entry.What),
            ChangeId = Storable(entry.ChangeId),
            Trunk = Storable(entry.Trunk),
            PlanHash = Storable(entry.PlanHash),
            PolicyVersion = Storable(entry.PolicyVersion),
            TicketNumber = Storable(entry.TicketNumber),
            Detail = CanonicalText.Storable(entry.Detail),
            Channel = Storable(entry.Via?.Channel),
            FromUser = Storable(entry.Via?.User),
            Conversation = Storable(entry.Via?.Conversation),
            Message = Storable(entry.Via?.Message),
            Text = Storable(entry.Via?.Text),
            Covers = Storable(evidence?.Covers),
            Digest = Storable(evidence?.Digest),
            Hash = "",
        };
        return record with { Hash = record.Computed() };
    }

    /// <summary>The hash that the fields have now.</summary>
    public string Computed() => Canonical().Hash();

    /// <summary>The text whose hash it is.</summary>
    public CanonicalText Canonical() => new CanonicalText("trunkbot-audit-1")
        .Add("sequence", Sequence).Add("previous", Previous).Add("at", At).Add("who", Who).Add("what", What)
        .Add("change", ChangeId).Add("trunk", Trunk).Add("plan", PlanHash).Add("policy", PolicyVersion).Add("number", TicketNumber).Add("detail", Detail)
        .Add("channel", Channel).Add("user", FromUser).Add("conversation", Conversation).Add("message", Message).Add("text", Text)
        .Add("covers", Covers).Add("digest", Digest);

    public AuditEntry Entry() => new(DateTimeOffset.Parse(At, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), Who, What, ChangeId, PlanHash, Detail)
    {
        Trunk = Trunk,
        PolicyVersion = PolicyVersion,
        TicketNumber = TicketNumber,
        Via = Channel is null ? null : new Origin(Channel, FromUser ?? "", Conversation ?? "", Message ?? "", Text ?? ""),
    };

    /// <summary>As times stand in <see cref="At"/>: their order is the order of the texts.</summary>
    public static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string? Storable(string? text) => text is null ? null : CanonicalText.Storable(text);
}

/// <summary>What a record vouches for beside its own fields: rows of another table, by a hash over them.</summary>
/// <param name="Covers">Kind and name, such as <c>decision:0:CHG-17</c>.</param>
/// <param name="Digest">Lower-case hex SHA-256.</param>
public sealed record Evidence(string Covers, string Digest)
{
    /// <summary><c>ticket:ID</c>: that a step was about to be sent.</summary>
    public const string Ticket = "ticket";

    /// <summary><c>exchanges:COUNT:ID</c>: what a process that died had sent and received under the ticket.</summary>
    public const string Exchanges = "exchanges";

    /// <summary><c>outcome:COUNT:ID</c>: everything sent and received under the ticket, and how it ended.</summary>
    public const string Outcome = "outcome";

    /// <summary><c>decision:ORDINAL:CHANGE</c>.</summary>
    public const string Decision = "decision";

    /// <summary><c>records:LAST</c>: the records up to that one were exported and cut off; the digest is the last one's hash.</summary>
    public const string Records = "records";

    /// <summary>The parts of what is covered; null for a text that is none.</summary>
    public static (string Kind, int Count, string Name)? Read(string covers) => covers.Split(':', 3) switch
    {
        [Ticket, ..] => (Ticket, 0, covers[(Ticket.Length + 1)..]),
        [Exchanges or Outcome or Decision, var count, var name] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => (covers[..covers.IndexOf(':')], number, name),
        [Records, var last] => (Records, 0, last),
        _ => null,
    };
}
