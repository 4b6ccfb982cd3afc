using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Media;

public sealed class RTP_reception
{
    private readonly RtpReceiveStatistics _statistics = new();

    private void Feed(params (int Sequence, double Milliseconds)[] packets)
    {
        foreach (var (sequence, at) in packets)
        {
            _statistics.Add((ushort)sequence, (uint)(sequence * 160), TimeSpan.FromMilliseconds(at));
        }
    }

    [Fact]
    public void Nothing_received_is_not_measured_rather_than_0()
    {
        Assert.Null(_statistics.JitterMilliseconds);
        Assert.Null(_statistics.MeanJitterMilliseconds);
        Assert.Equal(0, _statistics.Expected);
    }

    [Fact]
    public void A_steady_stream_has_no_loss_and_no_jitter()
    {
        Feed((10, 0), (11, 20), (12, 40), (13, 60));

        Assert.Equal((4, 4, 0, 0, 0), (_statistics.Received, _statistics.Expected, _statistics.Lost, _statistics.Duplicates, _statistics.Reordered));
        Assert.Equal(0, _statistics.JitterMilliseconds);
    }

    [Fact]
    public void Gaps_are_lost_duplicates_and_latecomers_are_told_apart()
    {
        Feed((10, 0), (11, 20), (14, 80), (13, 81), (13, 82), (16, 120));

        Assert.Equal((6, 7, 2, 1, 1), (_statistics.Received, _statistics.Expected, _statistics.Lost, _statistics.Duplicates, _statistics.Reordered));
    }

    [Fact]
    public void Sequence_numbers_wrap_around()
    {
        _statistics.Add(65_534, 0, TimeSpan.Zero);
        _statistics.Add(65_535, 160, TimeSpan.FromMilliseconds(20));
        _statistics.Add(1, 480, TimeSpan.FromMilliseconds(60));
        _statistics.Add(0, 320, TimeSpan.FromMilliseconds(61));

        Assert.Equal((4, 4, 0, 1), (_statistics.Received, _statistics.Expected, _statistics.Lost, _statistics.Reordered));
    }

    [Fact]
    public void A_sender_that_starts_anew_is_not_thousands_of_lost_packets()
    {
        Feed((10, 0), (11, 20), (30_000, 40), (30_001, 60));

        Assert.Equal((4, 0), (_statistics.Expected, _statistics.Lost));
    }

    [Fact]
    public void Packets_older_than_the_first_extend_the_stretch_backwards()
    {
        Feed((11, 0), (10, 1), (12, 20));

        Assert.Equal((3, 0, 1), (_statistics.Expected, _statistics.Lost, _statistics.Reordered));
    }

    [Fact]
    public void Jitter_follows_RFC_3550()
    {
        // D is 8, then -8 ms: J = 8/16 = 0.5, then 0.5 + (8 - 0.5)/16 = 0.96875 ms.
        Feed((1, 0), (2, 28), (3, 40));

        Assert.Equal(0.96875, _statistics.JitterMilliseconds!.Value, 9);
        Assert.Equal(0.96875, _statistics.MaxJitterMilliseconds!.Value, 9);
        Assert.Equal(0.734375, _statistics.MeanJitterMilliseconds!.Value, 9);
    }

    [Fact]
    public void Jitter_is_not_shaken_by_a_timestamp_that_wraps()
    {
        _statistics.Add(1, uint.MaxValue - 79, TimeSpan.Zero);
        _statistics.Add(2, 80, TimeSpan.FromMilliseconds(20));

        Assert.Equal(0, _statistics.JitterMilliseconds!.Value, 6);
    }

    [Fact]
    public void A_packet_is_read_back_as_it_was_written()
    {
        var bytes = new byte[12 + 160];
        RtpPacket.Write(bytes, true, 8, 65_000, 4_000_000_000, 0xDEADBEEF);

        Assert.True(RtpPacket.TryParse(bytes, out var packet));
        Assert.Equal(new RtpPacket(true, 8, 65_000, 4_000_000_000, 0xDEADBEEF, 12, 160), packet);
    }

    [Fact]
    public void Contributing_sources_extension_and_padding_are_no_payload()
    {
        byte[] bytes = [0xB1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, /* csrc */ 0, 0, 0, 4, /* extension */ 0xBE, 0xDE, 0, 1, 1, 2, 3, 4, /* payload */ 9, 9, 9, /* padding */ 0, 2];

        Assert.True(RtpPacket.TryParse(bytes, out var packet));
        Assert.Equal((24, 3), (packet.PayloadOffset, packet.PayloadLength));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80000001000000020000")]
    [InlineData("400000010000000200000003")]
    [InlineData("8F0000010000000200000003")]
    [InlineData("900000010000000200000003BEDE0010")]
    [InlineData("A00000010000000200000003FF")]
    [InlineData("A0000001000000020000000300")]
    public void What_is_no_RTP_is_refused(string hex) => Assert.False(RtpPacket.TryParse(Convert.FromHexString(hex), out _));

    [Fact]
    public void The_timeline_follows_timestamps_and_not_arrivals()
    {
        var audio = new ReceivedAudio(16_000);
        var loud = Enumerable.Repeat((byte)0x80, 160).ToArray();

        Hear(audio, 1, 1_000, 100, loud: loud);
        Hear(audio, 3, 1_320, 115, loud: loud);

        Assert.Equal(800 + 480, audio.Length);
        Assert.True(audio.IsCovered(800, 160));
        Assert.False(audio.IsCovered(960, 160));
        Assert.True(audio.IsCovered(1_120, 160));
        Assert.Equal(-200, audio.QuickestTransit);
    }

    [Theory]
    [InlineData(2u, 2, 1_160u)]
    [InlineData(1u, 2, 900_000u)]
    [InlineData(1u, 4_000, 1_160u)]
    [InlineData(1u, 2, 4_294_878_296u)]
    public void A_new_source_or_a_leap_of_its_numbers_is_placed_by_its_arrival(uint ssrc, ushort sequence, uint timestamp)
    {
        var audio = new ReceivedAudio(16_000);
        Hear(audio, 1, 1_000, 0);

        Hear(audio, sequence, timestamp, 1_000, ssrc);

        Assert.True(audio.IsCovered(8_000, 160));
        Assert.False(audio.IsCovered(160, 160));
    }

    [Fact]
    public void A_backlog_that_arrives_at_one_instant_keeps_every_sample_and_one_delay()
    {
        var audio = new ReceivedAudio(80_000);
        Hear(audio, 0, 0, 0);

        for (var i = 1; i <= 100; i++)
        {
            Hear(audio, (ushort)i, (uint)(i * 160), 2_000);
        }

        Assert.Equal(101 * 160, audio.Length);
        Assert.True(audio.IsCovered(0, 101 * 160));
        Assert.Equal(0, audio.QuickestTransit);
    }

    [Fact]
    public void A_burst_at_the_start_is_placed_by_its_first_packet_and_corrected_by_its_quickest()
    {
        var audio = new ReceivedAudio(80_000);

        for (var i = 0; i < 100; i++)
        {
            Hear(audio, (ushort)(65_500 + i), unchecked(uint.MaxValue - 799 + (uint)(i * 160)), 2_000);
        }

        Assert.True(audio.IsCovered(16_000, 100 * 160));
        Assert.Equal(-99 * 160, audio.QuickestTransit);
    }

    [Fact]
    public void Suppressed_silence_is_a_gap_and_no_restart()
    {
        var audio = new ReceivedAudio(80_000);
        Hear(audio, 1, 0, 0);

        Hear(audio, 2, 24_000, 3_700, marker: true);

        Assert.True(audio.IsCovered(24_000, 160));
        Assert.False(audio.IsCovered(29_600, 160));
    }

    [Fact]
    public void A_straggler_of_a_timeline_that_is_gone_does_not_pull_the_new_one_with_it()
    {
        var audio = new ReceivedAudio(80_000);
        Hear(audio, 1, 0, 0);
        Hear(audio, 3, 500_000, 1_000);

        Hear(audio, 2, 160, 1_005);
        Hear(audio, 4, 500_160, 1_020);

        Assert.True(audio.IsCovered(8_000, 320));
        Assert.Equal(8_320, audio.Length);
    }

    private static void Hear(ReceivedAudio audio, ushort sequence, uint timestamp, double milliseconds, uint ssrc = 1, bool marker = false, byte[]? loud = null) =>
        audio.Add(new RtpPacket(marker, 0, sequence, timestamp, ssrc, 12, 160), TimeSpan.FromMilliseconds(milliseconds), loud ?? new byte[160], AudioCodec.Pcmu);

    [Fact]
    public void What_comes_after_the_limit_is_not_kept()
    {
        var audio = new ReceivedAudio(8_000);

        Hear(audio, 1, 0, 990);

        Assert.Equal(0, audio.Length);
    }
}
