namespace TrunkBot.Sip.Transactions;

/// <summary>The base timers of RFC 3261 table 4; all others follow from them.</summary>
public sealed record SipTimers
{
    /// <summary>Round-trip estimate; first retransmission after this.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest interval between retransmissions of a non-INVITE request.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a message may stay in the network.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timers B, F, H, J, L and M.</summary>
    public TimeSpan Transaction => 64 * T1;

    /// <summary>Timer D on unreliable transports: at least 32 s.</summary>
    public static TimeSpan TimerD { get; } = TimeSpan.FromSeconds(32);
}
