namespace TrunkBot.Sip.Media;

/// <summary>
/// What was heard, on a timeline built from RTP timestamps, not arrival times: jitter and reordering move nothing. Position 0 is
/// the start of the media session; 8,000 positions are a second. Where no packet came the timeline is not covered. Not thread-safe.
/// </summary>
internal sealed class ReceivedAudio(int maxSamples)
{
    public const int SampleRate = 8_000;

    /// <summary>A source whose timestamps run away from the clock by more than this has restarted them.</summary>
    private const int ReanchorSamples = SampleRate / 2;

    private short[] _samples = new short[SampleRate * 4];
    private bool[] _covered = new bool[SampleRate * 4];
    private uint _ssrc;
    private long _anchor;
    private uint _anchorTimestamp;
    private bool _any;

    /// <summary>One past the last covered position.</summary>
    public int Length { get; private set; }

    /// <summary>How early, in samples, the quickest packet came against the anchor: at most 0. Correct delays by it.</summary>
    public int QuickestTransit { get; private set; }

    public ReadOnlySpan<short> Samples => _samples.AsSpan(0, Length);

    /// <summary>True when every sample of the stretch came.</summary>
    public bool IsCovered(int start, int count) => start >= 0 && start + count <= Length && !_covered.AsSpan(start, count).Contains(false);

    /// <summary>Puts one packet's samples in place.</summary>
    /// <param name="ssrc">Source; a change anchors the timeline anew.</param>
    /// <param name="timestamp">RTP timestamp of the first sample.</param>
    /// <param name="arrival">Arrival since the start of the session.</param>
    public void Add(uint ssrc, uint timestamp, TimeSpan arrival, ReadOnlySpan<byte> payload, AudioCodec codec)
    {
        var now = (long)(arrival.TotalSeconds * SampleRate);
        var position = _anchor + (int)(timestamp - _anchorTimestamp);
        if (!_any || ssrc != _ssrc || Math.Abs(position - now) > ReanchorSamples)
        {
            _any = true;
            _ssrc = ssrc;
            _anchor = position = now;
            _anchorTimestamp = timestamp;
            QuickestTransit = 0;
        }

        QuickestTransit = (int)Math.Min(QuickestTransit, now - position);
        if (position < 0 || position + payload.Length > maxSamples)
        {
            return;
        }

        Reserve((int)position + payload.Length);
        for (var i = 0; i < payload.Length; i++)
        {
            _samples[position + i] = G711.Decode(codec, payload[i]);
            _covered[position + i] = true;
        }

        Length = Math.Max(Length, (int)position + payload.Length);
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
