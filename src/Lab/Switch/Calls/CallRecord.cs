using TrunkBot.Lab.Switch.Path;

namespace TrunkBot.Lab.Switch.Calls;

/// <summary>One call or OPTIONS that the switch judged: evidence kept apart from what a client says happened.</summary>
/// <param name="Method"><c>INVITE</c> or <c>OPTIONS</c>.</param>
/// <param name="Caller">The user in From; empty when there is none.</param>
/// <param name="Target">The request line's URI.</param>
public sealed record CallRecord(string Method, string CallId, string Caller, string Target, DateTimeOffset At, Judgement Judgement)
{
    /// <summary>The final status sent to the caller; null while there is none, or when it was silence.</summary>
    public int? FinalStatus { get; init; }

    public DateTimeOffset? RangAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary><c>PCMU</c> or <c>PCMA</c>; null for what never had sound.</summary>
    public string? Codec { get; init; }

    public bool Acknowledged { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary><c>caller</c>, <c>switch</c>, <c>sbc</c> (its adjacency went), or null while the call stands or never stood.</summary>
    public string? EndedBy { get; init; }

    /// <summary>RTP packets from the caller; null for what never had sound.</summary>
    public long? PacketsReceived { get; init; }

    public long? PacketsSent { get; init; }

    /// <summary>Those that fell into the time of recording and were played back.</summary>
    public long? PacketsRecorded { get; init; }
}
