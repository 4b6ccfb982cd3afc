namespace TrunkBot.Lab.Twilio.Control;

/// <summary>One request as it reached the simulated Twilio: evidence of what a client sent, kept apart from what it says it sent.</summary>
/// <param name="Form">Name and value pairs in the order sent, passwords blanked. Headers are not kept: one of them is the login.</param>
/// <param name="Status">The answer; null when the lab cut the connection.</param>
public sealed record LoggedRequest(DateTimeOffset At, string Method, string Path, string Query, IReadOnlyList<KeyValuePair<string, string>> Form, int? Status);

/// <summary>The last requests, in memory only.</summary>
public sealed class RequestLog
{
    private const int Most = 5000;

    private readonly Lock gate = new();
    private readonly Queue<LoggedRequest> requests = new();

    public IReadOnlyList<LoggedRequest> Requests
    {
        get
        {
            lock (gate)
            {
                return [.. requests];
            }
        }
    }

    internal void Add(LoggedRequest request)
    {
        lock (gate)
        {
            requests.Enqueue(request);
            if (requests.Count > Most)
            {
                requests.Dequeue();
            }
        }
    }

    internal void Clear()
    {
        lock (gate)
        {
            requests.Clear();
        }
    }
}
