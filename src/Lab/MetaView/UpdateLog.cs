namespace TrunkBot.Lab.MetaView;

/// <summary>One update as it reached the simulated MetaView Server: evidence of what a client sent, kept apart from what it says it sent.</summary>
/// <param name="Operation">create, update, delete, or status.</param>
/// <param name="Identity">The user identity as it was sent.</param>
/// <param name="ResultCode">What was answered, or would have been when a fault lost the answer.</param>
/// <param name="Summary">Sequence number and fields in the order sent, passwords blanked.</param>
internal sealed record LoggedUpdate(DateTimeOffset At, string Operation, string Identity, string ResultCode, string Summary);

/// <summary>The last updates over Sh, in memory only. Pulls are not kept: they change nothing.</summary>
internal sealed class UpdateLog(TimeProvider time)
{
    private const int Most = 1000;

    private readonly Lock gate = new();
    private readonly Queue<LoggedUpdate> updates = new();

    public IReadOnlyList<LoggedUpdate> Updates
    {
        get
        {
            lock (gate)
            {
                return [.. updates];
            }
        }
    }

    public void Add(ShRequest request, ShAnswer answer)
    {
        if (!request.IsUpdate)
        {
            return;
        }

        var operation = request.ServiceIndication.EndsWith("_Status", StringComparison.Ordinal) ? "status"
            : request.Action == "delete" ? "delete"
            : request.SequenceNumber == 0 ? "create"
            : "update";
        var fields = request.Group!.Elements().Select(field =>
            $"{field.Name.LocalName}={(field.Name.LocalName.Contains("Password", StringComparison.OrdinalIgnoreCase) ? "(blanked)" : field.Value)}");
        var summary = string.Join(", ", [$"sequence {request.SequenceNumber}", .. fields]);
        lock (gate)
        {
            updates.Enqueue(new LoggedUpdate(time.GetUtcNow(), operation, request.UserIdentity, answer.ResultCode, summary));
            if (updates.Count > Most)
            {
                updates.Dequeue();
            }
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            updates.Clear();
        }
    }
}
