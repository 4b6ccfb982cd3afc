namespace TrunkBot.Sip.Media;

/// <summary>What the far end says about what we sent, from its RTCP reports. Null is "not measured": it said nothing about us.</summary>
internal sealed record FarEndReport
{
    /// <summary>Packets of ours that it got, as of its last report (RFC 3550 A.3).</summary>
    public long? PacketsReceived { get; init; }

    /// <summary>Packets of ours that it lost, as of its last report. Never negative.</summary>
    public long? PacketsLost { get; init; }

    /// <summary>Interarrival jitter at the far end, mean of its reports.</summary>
    public double? JitterMilliseconds { get; init; }

    /// <summary>A - LSR - DLSR (RFC 3550 6.4.1): there and back, the quickest that was measured.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Compound packets that came.</summary>
    public int ReportsReceived { get; init; }

    /// <summary>Compound packets that we sent.</summary>
    public int ReportsSent { get; init; }

    /// <summary>How many packets the far end says that it sent, from its last sender report.</summary>
    public long? PacketsSent { get; init; }
}

/// <summary>The RTCP of one session: our reports, and what the far end's say. Not thread-safe.</summary>
/// <param name="ssrc">Ours.</param>
/// <param name="clock">Whose origin is that of all times here.</param>
internal sealed class RtcpReports(uint ssrc, string cname, NtpClock clock)
{
    /// <summary>RFC 3550 6.2: the smallest interval, halved before the first report; at the rates of one call nothing asks for more.</summary>
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(5);

    /// <summary>e - 3/2: makes up for the randomness of the interval (RFC 3550 6.3.1).</summary>
    private const double Compensation = 1.21828;

    /// <summary>A report block holds 5 bits of count.</summary>
    private const int MaxBlocks = 31;

    /// <summary>More than the longest call sends.</summary>
    private const uint MaxPackets = 100_000;

    private readonly Dictionary<uint, (uint Middle, TimeSpan At)> _senderReports = [];
    private readonly List<uint> _sent = [];
    private TimeSpan? _due;
    private uint? _firstSequence;
    private RtcpReportBlock? _last;
    private double _jitterSum;
    private int _blocks;
    private TimeSpan? _roundTrip;
    private int _received;
    private long? _farPackets;

    public FarEndReport FarEnd => new()
    {
        PacketsReceived = Received,
        PacketsLost = Last is { } last ? Math.Max(0, last.CumulativeLost) : null,
        JitterMilliseconds = _blocks == 0 ? null : _jitterSum / _blocks / 8,
        RoundTrip = _roundTrip,
        ReportsReceived = _received,
        ReportsSent = _sent.Count,
        PacketsSent = _farPackets,
    };

    /// <summary>Asked again: a report may come before our first one, which says with which number we began.</summary>
    private RtcpReportBlock? Last => _last is { } last && IsCredible(last) ? last : null;

    private long? Received => Last is { } last && _firstSequence is { } first ? Math.Max(0, (long)last.ExtendedHighest - first + 1 - last.CumulativeLost) : null;

    /// <summary>True when a report is due.</summary>
    /// <param name="random">0 to 1: spreads the reports of many sessions over half to one and a half intervals (RFC 3550 6.3.1).</param>
    public bool IsDue(TimeSpan now, double random)
    {
        var interval = MinimumInterval * ((0.5 + random) / Compensation);
        _due ??= now + (interval / 2);
        if (now < _due)
        {
            return false;
        }

        _due = now + interval;
        return true;
    }

    /// <summary>Our report.</summary>
    /// <param name="sender">What we sent so far and the RTP timestamp of now; null when nothing was sent yet.</param>
    public byte[] Write(TimeSpan now, (uint RtpTimestamp, uint Packets, uint Octets, ushort FirstSequence)? sender, IReadOnlyDictionary<uint, RtpReceiveStatistics> sources, bool bye = false)
    {
        var ntp = clock.At(now);
        _firstSequence = sender?.FirstSequence ?? _firstSequence;
        _sent.Add(NtpClock.Middle(ntp));
        var blocks = sources.Take(MaxBlocks).Select(s =>
        {
            var known = _senderReports.TryGetValue(s.Key, out var report);
            return s.Value.Report(s.Key, known ? report.Middle : 0, known ? (uint)((now - report.At).TotalSeconds * 65_536) : 0);
        }).ToList();
        return new RtcpPacket(ssrc, sender is { } s ? new RtcpSenderInfo(ntp, s.RtpTimestamp, s.Packets, s.Octets) : null, blocks, cname, bye).ToBytes();
    }

    /// <summary>Takes what came. Our own reports, echoed by a far end that loops everything, say nothing.</summary>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan arrival)
    {
        if (!RtcpPacket.TryParse(bytes, out var packet) || packet.Ssrc == ssrc)
        {
            return;
        }

        _received++;
        if (packet.Sender is { } sender && (_senderReports.Count < MaxBlocks || _senderReports.ContainsKey(packet.Ssrc)))
        {
            _senderReports[packet.Ssrc] = (NtpClock.Middle(sender.Ntp), arrival);
            _farPackets = sender.Packets;
        }

        foreach (var block in packet.Blocks.Where(b => b.Ssrc == ssrc && IsCredible(b)))
        {
            _last = block;
            _jitterSum += block.Jitter;
            _blocks++;
            TakeRoundTrip(block, arrival);
        }
    }

    /// <summary>False for a block that tells of packets that we never sent, or of more lost than there were.</summary>
    private bool IsCredible(RtcpReportBlock block) =>
        _firstSequence is not { } first
        || (block.ExtendedHighest >= first && block.ExtendedHighest - first < MaxPackets && block.CumulativeLost <= block.ExtendedHighest - first + 1);

    private void TakeRoundTrip(RtcpReportBlock block, TimeSpan arrival)
    {
        // Only of a report that we did send: some far end repeats the report of another leg of the call.
        if (block.LastSenderReport == 0 || !_sent.Contains(block.LastSenderReport))
        {
            return;
        }

        var units = (int)(NtpClock.Middle(clock.At(arrival)) - block.LastSenderReport - block.DelaySinceLastSenderReport);

        // Rounding may make a very short one negative by a unit or two; more than that is a wrong clock.
        if (units >= -65)
        {
            var trip = TimeSpan.FromSeconds(Math.Max(0, units) / 65_536.0);
            _roundTrip = _roundTrip is { } before && before < trip ? before : trip;
        }
    }
}
