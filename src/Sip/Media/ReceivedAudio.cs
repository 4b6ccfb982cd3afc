namespace TrunkBot.Sip.Media;

/// <summary>
/// What was heard, on a timeline built from RTP timestamps, not arrival times: jitter, reordering and a machine that stalls move nothing. Position 0 is
/// the start of the media session; 8,000 positions are a second. Where no packet came the timeline is not covered. Not thread-safe.
/// </summary>
internal sealed class ReceivedAudio(int maxSamples)
{
    public const int SampleRate = 8_000;

    /// <summary>Timestamps may differ from what the sequence numbers say by this (another ptime, events between) before they count as started anew.</summary>
    private const int RestartSamples = SampleRate / 2;

    private short[] _samples = new short[SampleRate * 4];
    private bool[] _covered = new bool[SampleRate * 4];
    private uint _ssrc;
    private long _anchor;
    private uint _anchorTimestamp;
    private ushort _highest;
    private uint _highestTimestamp;
    private bool _any;
    private bool _paused;

    private enum Place
    {
        OnTimeline,
        Restarted,
        Stray,
    }

    /// <summary>One past the last covered position.</summary>
    public int Length { get; private set; }

    /// <summary>How early, in samples, the quickest packet came against the anchor: at most 0. Correct delays by it.</summary>
    public int QuickestTransit { get; private set; }

    public ReadOnlySpan<short> Samples => _samples.AsSpan(0, Length);

    /// <summary>True when every sample of the stretch came.</summary>
    public bool IsCovered(int start, int count) => start >= 0 && start + count <= Length && !_covered.AsSpan(start, count).Contains(false);

    /// <summary>How many samples of the stretch came.</summary>
    public int Covered(int start, int count) => _covered.AsSpan(start, count).Count(true);

    /// <summary>What was heard so far, to be judged while more is coming.</summary>
    public ReceivedAudio Copy()
    {
        var copy = (ReceivedAudio)MemberwiseClone();
        copy._samples = [.. _samples];
        copy._covered = [.. _covered];
        return copy;
    }

    /// <summary>Puts one packet's samples in place.</summary>
    /// <param name="packet">Its header. Another source, or numbers that started anew, anchor the timeline anew at the packet's arrival.</param>
    /// <param name="arrival">Arrival since the start of the session. Apart from the anchor it decides nothing: a backlog may arrive at one instant.</param>
    public void Add(RtpPacket packet, TimeSpan arrival, ReadOnlySpan<byte> payload, AudioCodec codec)
    {
        var now = (long)(arrival.TotalSeconds * SampleRate);
        var place = PlaceOf(packet, payload.Length);
        if (place == Place.Stray)
        {
            return;
        }

        if (place == Place.Restarted)
        {
            _any = true;
            _ssrc = packet.Ssrc;
            _anchor = now;
            _anchorTimestamp = packet.Timestamp;
            QuickestTransit = 0;
        }

        if (place == Place.Restarted || (short)(packet.Sequence - _highest) > 0)
        {
            _highest = packet.Sequence;
            _highestTimestamp = packet.Timestamp;
            _paused = false;
        }

        var position = PositionOf(packet.Timestamp);
        QuickestTransit = (int)Math.Min(QuickestTransit, now - position);
        if (position < 0 || position + payload.Length > maxSamples)
        {
            return;
        }

        Reserve((int)position + payload.Length);
        G711.Decode(codec, payload, _samples.AsSpan((int)position));
        _covered.AsSpan((int)position, payload.Length).Fill(true);
        Length = Math.Max(Length, (int)position + payload.Length);
    }

    /// <summary>Takes a packet in whose place there is no sound, comfort noise or a key: the audio after it may be a leap ahead and is still on the timeline.</summary>
    public void Pause(RtpPacket packet)
    {
        if (_any && packet.Ssrc == _ssrc && (short)(packet.Sequence - _highest) > 0)
        {
            _highest = packet.Sequence;
            _paused = true;
        }
    }

    private long PositionOf(uint timestamp) => _anchor + (int)(timestamp - _anchorTimestamp);

    private Place PlaceOf(RtpPacket packet, int samples)
    {
        var step = (short)(packet.Sequence - _highest);
        if (!_any || packet.Ssrc != _ssrc || Math.Abs((int)step) > RtpReceiveStatistics.MaxDropout)
        {
            return Place.Restarted;
        }

        var moved = (int)(packet.Timestamp - _highestTimestamp);
        if (Math.Abs((long)moved - ((long)step * samples)) <= RestartSamples)
        {
            return Place.OnTimeline;
        }

        // A talkspurt after suppressed silence begins with a marker and a leap forward (RFC 3551 4.1); one past the end of all calls is none.
        if ((packet.Marker || _paused) && step > 0 && moved > 0 && PositionOf(packet.Timestamp) < maxSamples)
        {
            return Place.OnTimeline;
        }

        // One that is late over a restart belongs to a timeline that is gone; it must not pull the new one with it.
        return step > 0 ? Place.Restarted : Place.Stray;
    }

    private void Reserve(int length)
    {
        if (length > _samples.Length)
        {
            var size = Math.Min(maxSamples, Math.Max(length, _samples.Length * 2));
            Array.Resize(ref _samples, size);
            Array.Resize(ref _covered, size);
        }
    }
}
