namespace TrunkBot.Sip.Media;

/// <summary>Losses sorted into bursts and the gaps between them (RFC 3611 4.7.2).</summary>
/// <param name="BurstDensity">Of the packets in bursts, the part that was lost, 0 to 1.</param>
/// <param name="GapDensity">Of the packets in gaps, the part that was lost, 0 to 1.</param>
/// <param name="BurstPackets">Mean length of a burst in packets; 0: there was none.</param>
/// <param name="GapPackets">Mean length of a gap in packets.</param>
internal sealed record LossBursts(double BurstDensity, double GapDensity, double BurstPackets, double GapPackets)
{
    /// <summary>So many packets received in a row end a burst; the value that the RFC recommends. A lost packet that has as many on both sides belongs to a gap.</summary>
    public const int Gmin = 16;

    /// <param name="lost">Positions of the lost packets among all that were expected, ascending, from 0.</param>
    /// <param name="expected">How many were expected.</param>
    public static LossBursts Of(IReadOnlyList<long> lost, long expected)
    {
        long burstPackets = 0, burstLost = 0, bursts = 0, gaps = 0, gapFrom = 0;
        for (var i = 0; i < lost.Count;)
        {
            var end = i;
            while (end + 1 < lost.Count && lost[end + 1] - lost[end] <= Gmin)
            {
                end++;
            }

            if (end > i)
            {
                bursts++;
                burstLost += end - i + 1;
                burstPackets += lost[end] - lost[i] + 1;
                gaps += lost[i] > gapFrom ? 1 : 0;
                gapFrom = lost[end] + 1;
            }

            i = end + 1;
        }

        gaps += expected > gapFrom ? 1 : 0;
        var gapPackets = expected - burstPackets;
        return new LossBursts(
            Part(burstLost, burstPackets), Part(lost.Count - burstLost, gapPackets), Part(burstPackets, bursts), Part(gapPackets, gaps));
    }

    private static double Part(long of, long whole) => whole == 0 ? 0 : (double)of / whole;
}
