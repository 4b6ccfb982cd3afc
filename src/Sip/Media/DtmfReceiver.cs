using System.Buffers.Binary;

namespace TrunkBot.Sip.Media;

/// <summary>Keys that the far end pressed, from its telephone events (RFC 4733). Not thread-safe.</summary>
internal sealed class DtmfReceiver
{
    /// <summary>More keys than a person presses in a call are somebody who wants our memory.</summary>
    private const int MaxDigits = 256;

    private readonly List<DtmfDigit> _digits = [];
    private (uint Ssrc, uint Timestamp)? _current;

    public IReadOnlyList<DtmfDigit> Digits => [.. _digits];

    /// <summary>Takes one event packet; all packets of one key bear the timestamp of its beginning.</summary>
    public void Take(RtpPacket packet, ReadOnlySpan<byte> payload, TimeSpan arrival)
    {
        if (payload.Length < DtmfSender.PayloadBytes || DtmfKeys.KeyOf(payload[0]) is not { } key || _digits.Count >= MaxDigits)
        {
            return;
        }

        var ends = (payload[1] & 0x80) != 0;
        var duration = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) / 8.0);
        if (_current != (packet.Ssrc, packet.Timestamp))
        {
            // A straggler of a key before belongs to none that is still open.
            if (_current is { } current && current.Ssrc == packet.Ssrc && (int)(packet.Timestamp - current.Timestamp) < 0)
            {
                return;
            }

            _current = (packet.Ssrc, packet.Timestamp);
            _digits.Add(new DtmfDigit(key, duration, arrival, ends ? 1 : 0));
            return;
        }

        var last = _digits[^1];
        _digits[^1] = last with { Duration = duration > last.Duration ? duration : last.Duration, EndPackets = last.EndPackets + (ends ? 1 : 0) };
    }
}
