namespace TrunkBot.Lab.Twilio.Control;

/// <summary>What can be made to go wrong at <c>POST /lab/faults</c>. The lab's own, no part of Twilio.</summary>
public enum FaultKind
{
    /// <summary>429 with code 20429; nothing is applied.</summary>
    TooManyRequests,

    /// <summary>500 with a classic error body; nothing is applied.</summary>
    ServerError,

    /// <summary>502 with a page of HTML, as a broken gateway answers; nothing is applied.</summary>
    HtmlError,

    /// <summary>503 without a body; nothing is applied.</summary>
    EmptyError,

    /// <summary>500 as an RFC 9457 problem; nothing is applied.</summary>
    ProblemError,

    /// <summary>The connection is cut before anything is applied.</summary>
    LoseRequest,

    /// <summary>The request is applied, then the connection is cut without an answer.</summary>
    LoseAnswer,

    /// <summary>Reads of a trunk show the <c>auth_type</c> from before the last association change.</summary>
    AuthTypeLag,

    /// <summary>A trunk is created with Symmetric RTP on.</summary>
    NewTrunkSymmetricRtp,
}

/// <summary>The faults that wait to happen, each a number of times, on paths that contain a text.</summary>
public sealed class Faults
{
    private readonly Lock gate = new();
    private readonly List<Armed> armed = [];
    private readonly Dictionary<string, string> earlierAuthTypes = [];

    /// <param name="match">Part of the path; empty fits every path.</param>
    /// <param name="method">HTTP method; null fits every method.</param>
    public void Arm(FaultKind kind, int count, string match, string? method = null)
    {
        lock (gate)
        {
            armed.Add(new Armed(kind, match, method) { Left = count });
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            armed.Clear();
            earlierAuthTypes.Clear();
        }
    }

    /// <returns>Whether the fault happens now; it is then used up once.</returns>
    public bool Take(FaultKind kind, string method, string path) => TakeAny([kind], method, path) is not null;

    public FaultKind? TakeAny(IReadOnlyList<FaultKind> kinds, string method, string path)
    {
        lock (gate)
        {
            if (armed.FirstOrDefault(fault => kinds.Contains(fault.Kind) && path.Contains(fault.Match, StringComparison.Ordinal)
                && (fault.Method is null || string.Equals(fault.Method, method, StringComparison.OrdinalIgnoreCase))) is not { } fault)
            {
                return null;
            }

            if (--fault.Left <= 0)
            {
                armed.Remove(fault);
            }

            return fault.Kind;
        }
    }

    /// <summary>Keeps what <c>auth_type</c> was before a change, for a lag that may be asked for.</summary>
    internal void Remember(string trunk, string authType)
    {
        lock (gate)
        {
            earlierAuthTypes[trunk] = authType;
        }
    }

    internal string AuthType(string trunk, string now, string path)
    {
        lock (gate)
        {
            return earlierAuthTypes.TryGetValue(trunk, out var earlier) && earlier != now && Take(FaultKind.AuthTypeLag, "GET", path) ? earlier : now;
        }
    }

    private sealed record Armed(FaultKind Kind, string Match, string? Method)
    {
        public int Left { get; set; }
    }
}
