using System.Globalization;

namespace TrunkBot.Changes.Audit;

/// <summary>Walks along the chain, record after record from the first that is there, and stops at the first that is not as it was written. Pure.</summary>
/// <param name="before">What the first record follows on.</param>
public sealed class AuditWalk(AuditHead before)
{
    private AuditRecord? _doubtful;

    /// <summary>How many are good.</summary>
    public long Good { get; private set; }

    /// <summary>The newest good one.</summary>
    public AuditRecord? Last { get; private set; }

    /// <summary>Takes the next record. Not null: what is wrong; nothing more may be given then.</summary>
    public AuditBreak? Take(AuditRecord record)
    {
        if (_doubtful is { } doubtful)
        {
            // The record after it knows what the hash was.
            return Edited(doubtful, record.Previous);
        }

        var (sequence, hash) = Newest;
        if (record.Sequence != sequence + 1)
        {
            return Missing(sequence, record);
        }

        var isItself = record.Computed() == record.Hash;
        if (record.Previous != hash)
        {
            return isItself ? Replaced(record)
                : (record with { Previous = hash }).Computed() == record.Hash ? new("audit-edited", record.Sequence, "Its field previous was edited; the others are as they were written.")
                : new("audit-moved", record.Sequence, "Its fields are not those that its hash was made of, and the record before it is not the one that it names: another was put in its place.");
        }

        if (!isItself)
        {
            _doubtful = record;
            return null;
        }

        Last = record;
        Good++;
        return null;
    }

    /// <summary>After the last record.</summary>
    /// <param name="newest">What the store kept of the newest record when the walk began; null when it kept nothing.</param>
    public AuditBreak? End(AuditHead? newest)
    {
        if (_doubtful is { } doubtful)
        {
            return Edited(doubtful, newest?.Hash);
        }

        var (sequence, hash) = Newest;
        if (newest is null)
        {
            return new("audit-head-missing", sequence, "The row that keeps the newest hash (table audit_head) is not there.");
        }

        return newest.Sequence > sequence ? new("audit-missing", sequence + 1, $"The end was cut off: the newest record that was written is {newest.Sequence}, with hash {newest.Hash}.")
            : newest.Sequence < sequence ? new("audit-moved", newest.Sequence + 1, $"It was put behind the newest record that the program wrote, {newest.Sequence}.")
            : newest.Hash != hash ? new("audit-moved", sequence, $"It is not the record that was written as {sequence}: that had hash {newest.Hash}.")
            : null;
    }

    /// <summary>After the last record of a part of the trail, of which nobody kept where it ends.</summary>
    public AuditBreak? End() => _doubtful is { } doubtful ? Edited(doubtful, null) : null;

    private AuditHead Newest => Last is { } last ? new(last.Sequence, last.Hash) : before;

    // It stands where it was written and is whole, so the one before it is not what it was when this one was written.
    private AuditBreak Replaced(AuditRecord record)
    {
        if (Last is not { } forged)
        {
            return new("audit-missing", record.Sequence, $"What was cut off before it did not end with the record that it names, which has hash {record.Previous}.");
        }

        Good--;
        return new("audit-edited", forged.Sequence, $"It was rewritten together with its hash: record {record.Sequence} names one with hash {record.Previous}.");
    }

    private static AuditBreak Missing(long before, AuditRecord found) => found.Sequence <= before
        ? new("audit-moved", found.Sequence, $"It stands there though the records up to {before} were cut off.")
        : new("audit-missing", before + 1, found.Sequence - before == 2 ? "It is not there." : $"Records {before + 1} to {found.Sequence - 1} are not there.");

    private static AuditBreak Edited(AuditRecord record, string? known) => known == record.Computed()
        ? new("audit-edited", record.Sequence, "Its field hash was edited; the others are as they were written.")
        : new("audit-edited", record.Sequence, known is null
            ? "Its fields are not those that its hash was made of."
            : known == record.Hash
            ? "One or more of its fields were edited after it was written: their hash is another than the one that it holds, which the record after it names."
            : "Its fields were edited after it was written, and its hash too.");
}

/// <summary>What is kept of the newest record apart from it.</summary>
public sealed record AuditHead(long Sequence, string Hash)
{
    /// <summary>What the first record of a trail follows on.</summary>
    /// <param name="cut">The newest record of a cut, which vouches for that; null when nothing was cut.</param>
    public static AuditHead Before(AuditRecord? cut) =>
        cut is { Covers: { } covers, Digest: { } digest } && Evidence.Read(covers) is (Evidence.Records, _, var name)
        && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new(sequence, digest)
            : new(0, AuditRecord.Nothing);
}
