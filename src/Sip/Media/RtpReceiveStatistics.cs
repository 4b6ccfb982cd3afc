namespace TrunkBot.Sip.Media;

/// <summary>
/// What arrived from one synchronisation source: extended sequence numbers (RFC 3550 A.1, A.3) and interarrival jitter (A.8).
/// Not thread-safe.
/// </summary>
internal sealed class RtpReceiveStatistics
{
    private const int ClockRate = 8_000;

    /// <summary>Milliseconds of a unit of that clock.</summary>
    private const double Unit = 1000.0 / ClockRate;

    /// <summary>A jump forward beyond this is a restart of the sender, not loss (RFC 3550 A.1, MAX_DROPOUT).</summary>
    public const int MaxDropout = 3_000;

    private readonly HashSet<long> _seen = [];
    private long _first;
    private long _highest;
    private long _expectedBefore;
    private long _uniqueBefore;
    private bool _any;
    private double _transit;
    private bool _hasTransit;
    private double _jitter;
    private double _maxJitter;
    private double _jitterSum;
    private double _leastDifference = double.MaxValue;
    private double _mostDifference;
    private double _differenceSum;
    private double _squareSum;
    private long _jitterCount;
    private long _expectedAtReport;
    private long _receivedAtReport;

    /// <summary>All packets, duplicates included.</summary>
    public long Received { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Packets that came after one with a higher sequence number.</summary>
    public long Reordered { get; private set; }

    /// <summary>From the first to the highest sequence number.</summary>
    public long Expected => _expectedBefore + (_any ? _highest - _first + 1 : 0);

    /// <summary>Expected less those that came, each counted once. Never negative.</summary>
    public long Lost => Math.Max(0, Expected - _uniqueBefore - _seen.Count);

    /// <summary>The last value of J in milliseconds; null before the second packet.</summary>
    public double? JitterMilliseconds => _jitterCount == 0 ? null : _jitter * 1000 / ClockRate;

    /// <summary>The highest value that J had, in milliseconds.</summary>
    public double? MaxJitterMilliseconds => _jitterCount == 0 ? null : _maxJitter * 1000 / ClockRate;

    /// <summary>The mean of J over all packets, in milliseconds: what tshark shows as mean jitter.</summary>
    public double? MeanJitterMilliseconds => _jitterCount == 0 ? null : _jitterSum / _jitterCount * 1000 / ClockRate;

    /// <summary>Relative transit times (RFC 3611 4.6); null before the second packet.</summary>
    public TransitDifferences? Differences
    {
        get
        {
            var mean = _differenceSum / _jitterCount;
            return _jitterCount == 0 ? null : new TransitDifferences(
                _leastDifference * Unit, _mostDifference * Unit, mean * Unit, Math.Sqrt(Math.Max(0, (_squareSum / _jitterCount) - (mean * mean))) * Unit);
        }
    }

    /// <summary>First sequence number since the sender last started, and one more than the highest.</summary>
    public (ushort First, ushort End) Range => ((ushort)_first, (ushort)(_highest + 1));

    /// <summary>The losses since the sender last started, in bursts and gaps.</summary>
    public LossBursts Bursts()
    {
        var expected = _any ? _highest - _first + 1 : 0;
        List<long> lost = [];
        for (var at = 0L; at < expected; at++)
        {
            if (!_seen.Contains(_first + at))
            {
                lost.Add(at);
            }
        }

        return LossBursts.Of(lost, expected);
    }

    /// <summary>Counts one packet.</summary>
    /// <param name="sequence">Sequence number of the header.</param>
    /// <param name="timestamp">RTP timestamp of the header, 8 per millisecond.</param>
    /// <param name="arrival">When it came, from any fixed origin.</param>
    /// <param name="timed">False for packets whose timestamp is not the time of their sending: those of a telephone event (RFC 4733 2.2).</param>
    /// <returns>False for a duplicate, whose payload is to be dropped.</returns>
    public bool Add(ushort sequence, uint timestamp, TimeSpan arrival, bool timed = true)
    {
        Received++;
        var extended = Extend(sequence);
        if (!_seen.Add(extended))
        {
            Duplicates++;
            return false;
        }

        if (extended < _highest)
        {
            Reordered++;
            _first = Math.Min(_first, extended);
        }
        else
        {
            _highest = extended;
        }

        if (timed)
        {
            AddJitter(timestamp, arrival);
        }

        return true;
    }

    /// <summary>The block for our RTCP report (RFC 3550 6.4.1, A.3). Each begins a new interval for the fraction lost.</summary>
    /// <param name="lastSenderReport">LSR, or 0.</param>
    /// <param name="delay">DLSR, or 0.</param>
    public RtcpReportBlock Report(uint ssrc, uint lastSenderReport, uint delay)
    {
        var expected = Expected - _expectedAtReport;
        var lost = expected - (Received - _receivedAtReport);
        (_expectedAtReport, _receivedAtReport) = (Expected, Received);
        return new RtcpReportBlock(
            ssrc,
            (byte)(expected <= 0 || lost <= 0 ? 0 : Math.Min(255, lost * 256 / expected)),
            (int)Math.Clamp(Expected - Received, -0x80_0000, 0x7F_FFFF),
            (uint)_highest,
            (uint)_jitter,
            lastSenderReport,
            delay);
    }

    private long Extend(ushort sequence)
    {
        if (!_any)
        {
            _any = true;
            _first = _highest = sequence;
            return sequence;
        }

        // The signed distance from the highest seen: at most half the number space, so wrap-around is natural.
        var distance = (short)(sequence - (ushort)(_highest & 0xFFFF));
        if (distance is > MaxDropout or < -MaxDropout)
        {
            _expectedBefore = Expected;
            _uniqueBefore += _seen.Count;
            _seen.Clear();
            _first = _highest = sequence;
            _hasTransit = false;
            return sequence;
        }

        return _highest + distance;
    }

    private void AddJitter(uint timestamp, TimeSpan arrival)
    {
        // Relative transit time in timestamp units, wrapped to 32 bits as the RTP timestamp is.
        var units = arrival.TotalSeconds * ClockRate;
        var transit = units - timestamp;
        if (_hasTransit)
        {
            var difference = Math.Abs(Math.IEEERemainder(transit - _transit, 4_294_967_296.0));
            _leastDifference = Math.Min(_leastDifference, difference);
            _mostDifference = Math.Max(_mostDifference, difference);
            _differenceSum += difference;
            _squareSum += difference * difference;
            _jitter += (difference - _jitter) / 16;
            _maxJitter = Math.Max(_maxJitter, _jitter);
            _jitterSum += _jitter;
            _jitterCount++;
        }

        _transit = transit;
        _hasTransit = true;
    }
}
