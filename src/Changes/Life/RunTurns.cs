namespace TrunkBot.Changes.Life;

/// <summary>
/// One run per change in this process: a second one waits for its turn and then does what is left. Between processes
/// the version of the change and the tickets of the journal decide.
/// </summary>
internal sealed class RunTurns
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public async Task<IDisposable> EnterAsync(string changeId, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(changeId, out entry!))
            {
                _entries[changeId] = entry = new Entry();
            }

            entry.Users++;
        }

        try
        {
            await entry.Turn.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Leave(changeId, entry);
            throw;
        }

        return new Held(this, changeId, entry);
    }

    private void Leave(string changeId, Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Users == 0)
            {
                _entries.Remove(changeId);
                entry.Turn.Dispose();
            }
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Held(RunTurns turns, string changeId, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Turn.Release();
            turns.Leave(changeId, entry);
        }
    }
}
