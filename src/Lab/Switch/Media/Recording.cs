namespace TrunkBot.Lab.Switch.Media;

/// <summary>
/// What a caller says while the test number records, put where its RTP timestamps say. Arrival decides only where the timeline begins: at the quickest packet of
/// the call. A packet that comes late (its machine stalled) still counts, as long as its place has not been played. Positions are samples since the answer. Not thread-safe.
/// </summary>
/// <param name="from">Where recording begins.</param>
/// <param name="length">How long it records; playback of it begins right after.</param>
/// <param name="silence">The code for what nobody said.</param>
internal sealed class Recording(int from, int length, byte silence)
{
    /// <summary>Packets may overtake the first one by this much.</summary>
    private const int Early = 8000;

    /// <summary>From the first packet's timestamp, less <see cref="Early"/>, to the end of the time in which playback could still use it.</summary>
    private readonly byte[] heard = Silent(Early + from + 2 * length, silence);
    private readonly HashSet<int> starts = [];
    private uint? source;
    private uint first;
    private int transit;
    private int played;

    /// <summary>Packets that fell into the time of recording and came before they would have been played.</summary>
    public int Packets => starts.Count(IsRecorded);

    /// <param name="ssrc">Another source goes on where the clock is.</param>
    /// <param name="now">Samples since the answer at which the packet came.</param>
    public void Keep(uint ssrc, uint timestamp, int now, ReadOnlySpan<byte> payload)
    {
        if (source is null)
        {
            transit = now;
            first = timestamp;
        }
        else if (source != ssrc)
        {
            first = timestamp - (uint)(now - transit);
        }

        source = ssrc;
        var place = (int)(timestamp - first);
        if (played == 0)
        {
            // Once playback runs the timeline stands: moving it would leave a piece out or play it twice.
            transit = Math.Min(transit, now - place);
        }

        if (place < -Early || place > heard.Length - Early - payload.Length || place + transit - from < played)
        {
            return;
        }

        payload.CopyTo(heard.AsSpan(Early + place));
        starts.Add(place);
    }

    /// <summary>Fills a frame of the playback.</summary>
    /// <param name="position">Samples since the beginning of playback.</param>
    public void Play(int position, Span<byte> frame)
    {
        played = Math.Max(played, position + frame.Length);
        for (var i = 0; i < frame.Length; i++)
        {
            var place = Early + from + position + i - transit;
            frame[i] = position + i < length && place >= 0 && place < heard.Length ? heard[place] : silence;
        }
    }

    private bool IsRecorded(int place) => place + transit >= from && place + transit < from + length;

    private static byte[] Silent(int length, byte silence)
    {
        var samples = new byte[length];
        Array.Fill(samples, silence);
        return samples;
    }
}
