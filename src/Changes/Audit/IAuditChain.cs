namespace TrunkBot.Changes.Audit;

/// <summary>The audit trail as a whole: looked through, exported, checked, and cut where a site wants that.</summary>
public interface IAuditChain
{
    /// <summary>Acts, newest first; without the records of the journal's tickets.</summary>
    Task<IReadOnlyList<AuditRecord>> FindAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Every record of a time, oldest first, one after another.</summary>
    /// <param name="from">null: from the first.</param>
    /// <param name="before">null: to the last.</param>
    IAsyncEnumerable<AuditRecord> ReadAsync(DateTimeOffset? from, DateTimeOffset? before, CancellationToken cancellationToken);

    /// <summary>Whether every record is as it was written, where it was written, and vouches for what it did. Reads everything; takes seconds for 100,000 records.</summary>
    /// <param name="expected">A hash that somebody kept: the trail must hold the record with it. null: not asked.</param>
    Task<AuditVerdict> VerifyAsync(string? expected, CancellationToken cancellationToken);

    /// <summary>The newest of the records from the front that are all older than that; null when there is none to cut.</summary>
    Task<AuditRecord?> LastBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Takes the records up to one away and leaves a record in their place that holds its hash. The only way in which records go.</summary>
    /// <param name="last">As <see cref="LastBeforeAsync"/> gave it.</param>
    /// <param name="detail">Where they are now.</param>
    Task CutAsync(AuditRecord last, string detail, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>Which acts: those of a trunk, of a change or of somebody.</summary>
/// <param name="Limit">Most records.</param>
/// <param name="Before">Only those with a smaller sequence; null: from the newest.</param>
public sealed record AuditQuery(int Limit, long? Before = null)
{
    public string? Trunk { get; init; }

    public string? ChangeId { get; init; }

    /// <summary>An account, or a user of a platform.</summary>
    public string? Who { get; init; }
}

/// <summary>What a check of the trail found.</summary>
/// <param name="Good">How many records, from the first, are good.</param>
/// <param name="Newest">The last good one: its hash, kept elsewhere, shows later that nothing up to here was touched. null when there is none.</param>
/// <param name="Break">The first thing that is wrong; null when all is well.</param>
public sealed record AuditVerdict(long Good, AuditRecord? Newest, AuditBreak? Break)
{
    public bool IsWhole => Break is null;

    /// <summary>In one sentence.</summary>
    public string Sentence => (Break, Newest) switch
    {
        (null, null) => "The audit trail is empty.",
        (null, { } newest) => $"The audit trail is whole: {Records(Good)}, the newest {newest.Sequence} of {newest.At} with hash {newest.Hash}.",
        ({ Sequence: null } broken, _) => $"The audit trail is broken: {broken.Sentence} {Records(Good)} {(Good == 1 ? "is" : "are")} good.",
        ({ } broken, _) => $"The audit trail is broken at record {broken.Sequence}: {broken.Sentence} {Records(Good)} before it {(Good == 1 ? "is" : "are")} good.",
    };

    private static string Records(long count) => count == 1 ? "1 record" : $"{count} records";
}

/// <param name="Code">Stable code, such as <c>audit-edited</c>.</param>
/// <param name="Sequence">The first record that is not as it was written, or is not there; null where it is about no record.</param>
/// <param name="Sentence">What differs.</param>
public sealed record AuditBreak(string Code, long? Sequence, string Sentence);
