using TrunkBot.Sip.Sdp;

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

    /// <summary>The call as the far end has it (RTCP XR), from its last report of that kind.</summary>
    public VoipMetrics? Metrics { get; init; }

    /// <summary>What the far end counted of our packets (RTCP XR), from its last report of that kind.</summary>
    public StatisticsSummary? Summary { get; init; }
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

    /// <summary>Extended reports are written about so many sources: one datagram has to hold them.</summary>
    private const int MaxExtended = 4;

    /// <summary>More than the longest call sends.</summary>
    private const uint MaxPackets = 100_000;

    private readonly Dictionary<uint, (uint Middle, TimeSpan At)> _senderReports = [];
    private readonly Dictionary<uint, (uint Middle, TimeSpan At)> _referenceTimes = [];
    private readonly List<uint> _sent = [];
    private TimeSpan? _due;
    private uint? _firstSequence;
    private RtcpReportBlock? _last;
    private double _jitterSum;
    private int _blocks;
    private TimeSpan? _roundTrip;
    private int _received;
    private long? _farPackets;
    private VoipMetrics? _metrics;
    private StatisticsSummary? _summary;

    /// <summary>The extended reports that the far end wants from us; null: none.</summary>
    public SdpExtendedReports? Wanted { get; set; }

    public FarEndReport FarEnd => new()
    {
        PacketsReceived = Received,
        PacketsLost = Last is { } last ? Math.Max(0, last.CumulativeLost) : null,
        JitterMilliseconds = _blocks == 0 ? null : _jitterSum / _blocks / 8,
        RoundTrip = _roundTrip,
        ReportsReceived = _received,
        ReportsSent = _sent.Count,
        PacketsSent = _farPackets,
        Metrics = _metrics,
        Summary = _summary,
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
    /// <param name="ptime">Milliseconds of audio in a packet that comes.</param>
    public byte[] Write(
        TimeSpan now, (uint RtpTimestamp, uint Packets, uint Octets, ushort FirstSequence)? sender, IReadOnlyDictionary<uint, RtpReceiveStatistics> sources, bool bye = false, int ptime = 20)
    {
        var ntp = clock.At(now);
        _firstSequence = sender?.FirstSequence ?? _firstSequence;
        _sent.Add(NtpClock.Middle(ntp));
        var blocks = sources.Take(MaxBlocks).Select(s =>
        {
            var known = _senderReports.TryGetValue(s.Key, out var report);
            return s.Value.Report(s.Key, known ? report.Middle : 0, known ? (uint)((now - report.At).TotalSeconds * 65_536) : 0);
        }).ToList();
        return new RtcpPacket(ssrc, sender is { } s ? new RtcpSenderInfo(ntp, s.RtpTimestamp, s.Packets, s.Octets) : null, blocks, cname, bye)
        {
            Extended = Wanted is { } wanted ? Extended(wanted, ntp, now, sources, ptime) : null,
        }.ToBytes();
    }

    /// <summary>Null when there is nothing to say. What we do not measure, such as the level of a voice, is said to be unavailable.</summary>
    private ExtendedReport? Extended(SdpExtendedReports wanted, ulong ntp, TimeSpan now, IReadOnlyDictionary<uint, RtpReceiveStatistics> sources, int ptime)
    {
        var about = sources.Where(s => s.Value.Expected > 0).Take(MaxExtended).ToList();
        var report = new ExtendedReport
        {
            ReferenceTime = wanted.RoundTrip ? ntp : null,
            Delays = wanted.RoundTrip
                ? [.. _referenceTimes.Take(MaxExtended).Select(t => new ReferenceDelay(t.Key, t.Value.Middle, (uint)((now - t.Value.At).TotalSeconds * 65_536)))]
                : [],
            Summaries = wanted.Summary ? [.. about.Select(s => (s.Key, SummaryOf(s.Value, wanted)))] : [],
            Metrics = wanted.VoipMetrics ? [.. about.Select(s => (s.Key, MetricsOf(s.Value, ptime)))] : [],
        };
        return report.ReferenceTime is null && report.Summaries.Count + report.Metrics.Count == 0 ? null : report;
    }

    private static StatisticsSummary SummaryOf(RtpReceiveStatistics source, SdpExtendedReports wanted) => new(source.Range.First, source.Range.End)
    {
        Lost = wanted.Loss ? source.Lost : null,
        Duplicates = wanted.Duplicates ? source.Duplicates : null,
        Jitter = wanted.Jitter ? source.Differences : null,
    };

    /// <summary>We have no jitter buffer, so nothing is discarded, and fill no gaps: R and MOS are those of a listener who hears them.</summary>
    private VoipMetrics MetricsOf(RtpReceiveStatistics source, int ptime)
    {
        var bursts = source.Bursts();
        return new VoipMetrics(100.0 * source.Lost / source.Expected, 0)
        {
            BurstDensityPercent = 100 * bursts.BurstDensity,
            GapDensityPercent = 100 * bursts.GapDensity,
            BurstMilliseconds = Milliseconds(bursts.BurstPackets),
            GapMilliseconds = Milliseconds(bursts.GapPackets),
            RoundTripMilliseconds = _roundTrip is { } trip ? (int)Math.Round(trip.TotalMilliseconds) : null,
            R = Rated(_roundTrip) is { } all ? (int)Math.Round(all.R) : null,
            MosListening = Rated(TimeSpan.Zero)?.Mos,
            MosConversational = Rated(_roundTrip)?.Mos,
            Concealment = LossConcealment.Disabled,
        };

        EstimatedQuality? Rated(TimeSpan? roundTrip) => EModel.Estimate(source.Lost, source.Expected, roundTrip)?.WithoutConcealment;

        int Milliseconds(double packets) => (int)Math.Min(ushort.MaxValue, Math.Round(packets * ptime));
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
            TakeRoundTrip(block.LastSenderReport, block.DelaySinceLastSenderReport, arrival);
        }

        if (packet.Extended is { } extended)
        {
            Take(extended, packet.Ssrc, arrival);
        }
    }

    private void Take(ExtendedReport extended, uint writer, TimeSpan arrival)
    {
        if (extended.ReferenceTime is { } reference && (_referenceTimes.Count < MaxExtended || _referenceTimes.ContainsKey(writer)))
        {
            _referenceTimes[writer] = (NtpClock.Middle(reference), arrival);
        }

        // Our reference time is that of our report, so both ways of measuring lead to the same list of what we sent.
        foreach (var delay in extended.Delays.Where(d => d.Ssrc == ssrc))
        {
            TakeRoundTrip(delay.LastReference, delay.Delay, arrival);
        }

        _summary = extended.Summaries.LastOrDefault(s => s.Ssrc == ssrc).Summary ?? _summary;
        _metrics = extended.Metrics.LastOrDefault(m => m.Ssrc == ssrc).Metrics ?? _metrics;
    }

    /// <summary>False for a block that tells of packets that we never sent, or of more lost than there were.</summary>
    private bool IsCredible(RtcpReportBlock block) =>
        _firstSequence is not { } first
        || (block.ExtendedHighest >= first && block.ExtendedHighest - first < MaxPackets && block.CumulativeLost <= block.ExtendedHighest - first + 1);

    /// <param name="report">The middle of the NTP time of our report (LSR, LRR).</param>
    /// <param name="delay">How long the far end had it, in 1/65536 s (DLSR, DLRR).</param>
    private void TakeRoundTrip(uint report, uint delay, TimeSpan arrival)
    {
        // Only of a report that we did send: some far end repeats the report of another leg of the call.
        if (report == 0 || !_sent.Contains(report))
        {
            return;
        }

        var units = (int)(NtpClock.Middle(clock.At(arrival)) - report - delay);

        // Rounding may make a very short one negative by a unit or two; more than that is a wrong clock.
        if (units >= -65)
        {
            var trip = TimeSpan.FromSeconds(Math.Max(0, units) / 65_536.0);
            _roundTrip = _roundTrip is { } before && before < trip ? before : trip;
        }
    }
}
