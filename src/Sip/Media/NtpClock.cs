namespace TrunkBot.Sip.Media;

/// <summary>
/// NTP timestamps of RTCP (RFC 3550 4): seconds since 1900 in the upper 32 bits, fractions in the lower. Set once by the wall clock, then steady: a clock
/// that is corrected during a call must not change a round trip.
/// </summary>
internal sealed class NtpClock(DateTimeOffset origin)
{
    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The NTP timestamp of an instant.</summary>
    /// <param name="sinceOrigin">Since the origin of this clock.</param>
    public ulong At(TimeSpan sinceOrigin) => (ulong)(((UInt128)(origin + sinceOrigin - Epoch).Ticks << 32) / (UInt128)TimeSpan.TicksPerSecond);

    /// <summary>The middle 32 bits, which LSR repeats: 1/65536 s.</summary>
    public static uint Middle(ulong ntp) => (uint)(ntp >> 16);
}
