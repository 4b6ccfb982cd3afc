using System.Net;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Media;

public sealed class A_sent_stream
{
    private static readonly IPEndPoint There = new(IPAddress.Parse("192.0.2.1"), 4000);
    private readonly FakeTimeProvider _time = new();
    private readonly List<(RtpPacket Header, byte[] Payload)> _wire = [];
    private readonly TonePairSignal _signal = new(new TestSignal(TestTones.A, 5));
    private readonly RtpSender _sender;

    public A_sent_stream() => _sender = new RtpSender(
        (packet, _) =>
        {
            Assert.True(RtpPacket.TryParse(packet, out var header));
            _wire.Add((header, packet[RtpPacket.HeaderBytes..].ToArray()));
            return true;
        },
        _time, 7, AudioCodec.Pcmu, _signal.Frame);

    private void Run(int milliseconds)
    {
        for (var at = 0; at < milliseconds; at += 5)
        {
            _sender.SendDue(TimeSpan.Zero);
            _time.Advance(TimeSpan.FromMilliseconds(5));
        }
    }

    private static MediaDestination To(IPEndPoint? remote, int ptime = 20) => new(remote, null, AudioCodec.Pcmu) { Ptime = ptime, EventsOut = 97 };

    [Theory]
    [InlineData(10, 120)]
    [InlineData(20, 60)]
    [InlineData(30, 40)]
    [InlineData(40, 30)]
    [InlineData(60, 20)]
    public void Packets_are_as_long_as_the_far_end_wishes_and_hold_the_same_sound(int ptime, int packets)
    {
        _sender.MoveTo(To(There, ptime));

        Run(1_200);

        Assert.Equal(packets, _wire.Count);
        Assert.All(_wire.Zip(_wire.Skip(1)), p => Assert.Equal((uint)(ptime * 8), p.Second.Header.Timestamp - p.First.Header.Timestamp));
        Assert.Equal(
            Enumerable.Range(0, 60).SelectMany(_signal.Frame).Select(s => G711.Encode(AudioCodec.Pcmu, s)),
            _wire.SelectMany(p => p.Payload));
        Assert.Equal(60, _sender.Frames);
    }

    [Fact]
    public void A_key_is_five_packets_of_growing_duration_and_its_end_is_said_three_times()
    {
        _sender.MoveTo(To(There));
        Assert.True(_sender.Press("5#"));

        Run(600);

        var events = _wire.Where(p => p.Header.PayloadType == 97).ToList();
        Assert.Equal(
            ["050800A0", "05080140", "050801E0", "05080280", "05880320", "05880320", "05880320", "0B0800A0", "0B080140", "0B0801E0", "0B080280", "0B880320", "0B880320", "0B880320"],
            events.Select(e => Convert.ToHexString(e.Payload)));
        Assert.Equal([true, false, false, false, false, false, false, true], events.Take(8).Select(e => e.Header.Marker));
        Assert.Single(events.Take(7).Select(e => e.Header.Timestamp).Distinct());

        // 140 ms for the first, 100 ms of pause, then the second.
        Assert.Equal(240 * 8u, events[7].Header.Timestamp - events[0].Header.Timestamp);
        Assert.Equal(Enumerable.Range(0, 30), _wire.Select(p => (ushort)(p.Header.Sequence - _wire[0].Header.Sequence)).Select(s => (int)s));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 16, 17, 18], _sender.Withheld.Order());
    }

    [Fact]
    public void A_key_in_packets_of_60_ms_fits_into_one_and_still_ends_three_times()
    {
        _sender.MoveTo(To(There, 60));
        _sender.Press("1");

        Run(360);

        Assert.Equal(["018801E0", "018801E0", "018801E0"], _wire.Where(p => p.Header.PayloadType == 97).Select(e => Convert.ToHexString(e.Payload)));
    }

    [Fact]
    public void Keys_cannot_be_pressed_where_the_far_end_takes_no_events()
    {
        _sender.MoveTo(To(There) with { EventsOut = null });

        Assert.False(_sender.Press("1"));
    }

    [Fact]
    public void A_hold_passes_unsent_and_is_measured_and_a_marker_ends_it()
    {
        _sender.MoveTo(To(There));
        Run(100);
        _sender.MoveTo(To(null));
        Run(200);
        _sender.MoveTo(To(There));
        Run(100);

        Assert.Equal((10, 200.0, 20), (_wire.Count, _sender.Held.TotalMilliseconds, _sender.Frames));
        Assert.Equal([true, false, false, false, false, true, false, false, false, false], _wire.Select(p => p.Header.Marker));
        Assert.Equal(Enumerable.Range(5, 10), _sender.Withheld.Order());
        Assert.Equal(300 * 8u, _wire[5].Header.Timestamp - _wire[0].Header.Timestamp);
    }
}
