using System.Net;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Media;

public sealed class What_comes_in_on_RTP
{
    private static readonly IPEndPoint There = new(IPAddress.Parse("192.0.2.1"), 4000);
    private readonly RtpReceiver _receiver = new(TimeSpan.FromSeconds(20)) { Events = 101 };
    private ushort _sequence = 65_530;

    private void Take(int payloadType, uint timestamp, double milliseconds, byte[] payload, bool marker = false, int skip = 0)
    {
        _sequence += (ushort)skip;
        var bytes = new byte[RtpPacket.HeaderBytes + payload.Length];
        RtpPacket.Write(bytes, marker, payloadType, _sequence++, timestamp, 7);
        payload.CopyTo(bytes, RtpPacket.HeaderBytes);
        _receiver.Take(bytes, TimeSpan.FromMilliseconds(milliseconds), There);
    }

    private void Sound(uint timestamp, double milliseconds) => Take(0, timestamp, milliseconds, new byte[160]);

    private void Key(string payload, uint timestamp, double milliseconds, int skip = 0) =>
        Take(101, timestamp, milliseconds, Convert.FromHexString(payload), skip: skip);

    private MediaReport Report() => _receiver.Report(new MediaReport { FramesSent = 0, PacketsSent = 0, End = 0, Audio = _receiver.Audio });

    [Fact]
    public void Keys_are_read_with_their_duration_however_many_of_their_packets_come()
    {
        Key("010800A0", 1_000, 0);
        Key("01080140", 1_000, 20);
        Key("01880320", 1_000, 100);
        Key("01880320", 1_000, 120);
        Key("01880320", 1_000, 140);
        Key("0A0800A0", 3_000, 250); // the end of this one is lost
        Key("0F880190", 5_000, 500, skip: 3); // of this one only the last came

        Assert.Equal(
            [
                new DtmfDigit('1', TimeSpan.FromMilliseconds(100), TimeSpan.Zero, 3),
                new DtmfDigit('*', TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(250), 0),
                new DtmfDigit('D', TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500), 1),
            ],
            Report().Digits);
    }

    [Theory]
    [InlineData("10880320")] // flash, no key
    [InlineData("0188")]
    [InlineData("")]
    public void What_is_no_key_is_none(string payload)
    {
        Key(payload, 1_000, 0);

        Assert.Empty(Report().Digits);
    }

    [Fact]
    public void A_straggler_of_the_key_before_is_no_third_key()
    {
        Key("01880320", 1_000, 0);
        Key("02880320", 3_000, 250);
        Key("01880320", 1_000, 260);

        Assert.Equal("12", string.Concat(Report().Digits.Select(d => d.Digit)));
    }

    [Fact]
    public void The_timestamps_of_a_key_stand_still_and_are_no_jitter()
    {
        Sound(0, 0);
        Sound(160, 20);
        for (var i = 0; i < 50; i++)
        {
            Key("01080320", 320, 40 + (20 * i));
        }

        Sound(320 + 8_000, 1_040);

        var report = Report();
        Assert.Equal((0, 0.0), (report.Lost, report.MaxJitterMilliseconds!.Value));
        Assert.True(_receiver.Audio.IsCovered(8_320, 160));
    }

    [Fact]
    public void Comfort_noise_is_counted_and_is_neither_loss_nor_sound()
    {
        Sound(0, 0);
        Take(13, 160, 20, [78]);
        Take(13, 4_160, 520, [78]);

        // Back from silence without a marker, 2 s later.
        Sound(16_160, 2_023);

        var report = Report();
        Assert.Equal((2, 0, 4, 4), (report.ComfortNoisePackets, report.Lost, report.Received, report.Expected));
        Assert.True(_receiver.Audio.IsCovered(16_160, 160));
        Assert.False(_receiver.Audio.IsCovered(160, 160));
        Assert.Equal(AudioCodec.Pcmu, report.Codec);
    }

    [Fact]
    public void Packets_from_another_address_than_the_one_we_send_to_are_heard()
    {
        Sound(0, 0);

        Assert.Equal(There, Report().FirstPacketFrom);
        Assert.Equal(160, _receiver.Audio.Length);
    }
}
