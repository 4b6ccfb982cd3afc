using System.Buffers.Binary;

namespace TrunkBot.Sip.Media;

/// <summary>Digits on their way out as telephone events (RFC 4733 2.5). Takes the packet times of the audio while a key is down. Not thread-safe.</summary>
internal sealed class DtmfSender(string digits, int payloadType)
{
    public const int PayloadBytes = 4;

    /// <summary>How long a key is down, and how long the pause after it: above the least of 40 ms that every receiver takes (ITU-T Q.24).</summary>
    private const int ToneSamples = 100 * 8;
    private const int PauseSamples = 100 * 8;

    /// <summary>The end is said three times, because a lost one would leave the key down (RFC 4733 2.5.1.4).</summary>
    private const int Ends = 3;

    /// <summary>-8 dBm0: a level that every line bears.</summary>
    private const byte Volume = 8;

    private int _next;
    private int? _start;
    private int _ended;
    private int _quietUntil;

    public int PayloadType => payloadType;

    /// <summary>Writes the event packet that goes out in place of audio; null when this packet time is the audio's.</summary>
    /// <param name="position">Position of the packet on our timeline.</param>
    /// <param name="samples">Samples of a packet.</param>
    /// <returns>Position whose timestamp the packet bears, and whether it begins an event.</returns>
    public (int Position, bool Begins)? Take(int position, int samples, Span<byte> payload)
    {
        if (_start is null && (_next == digits.Length || position < _quietUntil))
        {
            return null;
        }

        var begins = _start is null;
        var start = _start ??= position;
        var tone = Math.Max(samples, ToneSamples / samples * samples);
        var duration = Math.Min(position + samples - start, tone);
        var ends = duration == tone;
        payload[0] = (byte)DtmfKeys.CodeOf(digits[_next]);
        payload[1] = (byte)((ends ? 0x80 : 0) | Volume);
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)duration);
        if (ends && ++_ended == Ends)
        {
            _start = null;
            _ended = 0;
            _next++;
            _quietUntil = position + samples + PauseSamples;
        }

        return (start, begins);
    }
}
