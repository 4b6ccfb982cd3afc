namespace TrunkBot.Lab.Switch.Calls;

/// <summary>The last calls and OPTIONS, oldest first.</summary>
internal sealed class CallLog
{
    private const int Most = 2000;

    private readonly Lock gate = new();
    private readonly List<CallRecord> records = [];
    private int dropped;

    public IReadOnlyList<CallRecord> Records
    {
        get
        {
            lock (gate)
            {
                return [.. records];
            }
        }
    }

    /// <returns>The number under which the record can be changed.</returns>
    public int Add(CallRecord record)
    {
        lock (gate)
        {
            records.Add(record);
            if (records.Count > Most)
            {
                records.RemoveAt(0);
                dropped++;
            }

            return dropped + records.Count - 1;
        }
    }

    /// <summary>The record under that number; null when it is among those that were dropped.</summary>
    public CallRecord? Find(int number)
    {
        lock (gate)
        {
            return number >= dropped ? records[number - dropped] : null;
        }
    }

    public void Change(int number, Func<CallRecord, CallRecord> change)
    {
        lock (gate)
        {
            if (number >= dropped)
            {
                records[number - dropped] = change(records[number - dropped]);
            }
        }
    }
}
