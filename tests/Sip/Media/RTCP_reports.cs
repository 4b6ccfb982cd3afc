using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Media;

public sealed class RTCP_reports
{
    private const uint Ours = 0x1111_1111;
    private const uint Theirs = 0x2222_2222;

    /// <summary>5 s after the first second of 1900 plus 2 hours: seconds 7,205, or 0x1C25.</summary>
    private static readonly DateTimeOffset Origin = new(1900, 1, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly RtcpReports _reports = new(Ours, "bot@192.0.2.7", new NtpClock(Origin));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static byte[] Their(RtcpSenderInfo? sender, params RtcpReportBlock[] blocks) => new RtcpPacket(Theirs, sender, blocks, "far", false).ToBytes();

    [Fact]
    public void A_sender_report_reads_byte_for_byte_as_RFC_3550_draws_it()
    {
        var statistics = new RtpReceiveStatistics();
        foreach (var sequence in new ushort[] { 65_534, 65_535, 0, 3 })
        {
            statistics.Add(sequence, 0, TimeSpan.Zero);
        }

        var bytes = _reports.Write(Seconds(5.5), (0x0A0B0C0D, 3, 480, 100), new Dictionary<uint, RtpReceiveStatistics> { [Theirs] = statistics }, bye: true);

        Assert.Equal(
            "81C8000C11111111" // version 2, one block, SR, 13 words
            + "00001C2580000000" + "0A0B0C0D" + "00000003" + "000001E0" // NTP 7,205.5 s, RTP timestamp, packets, octets
            + "22222222" + "55000002" + "00010003" + "00000000" + "00000000" + "00000000" // 2 of 6 lost (85/256), one wrap
            + "81CA0005" + "11111111" + "010D626F744031" + "39322E302E322E37" + "00" // SDES, CNAME bot@192.0.2.7
            + "81CB000111111111",
            Convert.ToHexString(bytes));
    }

    [Fact]
    public void What_was_written_reads_back()
    {
        var block = new RtcpReportBlock(Ours, 12, -3, 70_000, 80, 0x1C25_8000, 65_536);
        var packet = new RtcpPacket(Theirs, new RtcpSenderInfo(1, 2, 3, 4), [block, block with { Ssrc = 7 }], "far@192.0.2.1", true);

        Assert.True(RtcpPacket.TryParse(packet.ToBytes(), out var read));

        Assert.Equivalent(packet, read, strict: true);
    }

    [Fact]
    public void The_round_trip_is_arrival_less_LSR_less_DLSR()
    {
        _reports.Write(Seconds(1), (0, 1, 160, 100), new Dictionary<uint, RtpReceiveStatistics>());

        // Ours was of second 7,201; the far end waited 2 s and a half, and it came 2,580 ms after ours.
        _reports.Take(Their(null, new RtcpReportBlock(Ours, 0, 0, 100, 0, 0x1C21_0000, 163_840)), Seconds(3.58));

        Assert.Equal(80, _reports.FarEnd.RoundTrip!.Value.TotalMilliseconds, 0.05);
    }

    [Fact]
    public void The_quickest_round_trip_counts()
    {
        _reports.Write(Seconds(1), (0, 1, 160, 100), new Dictionary<uint, RtpReceiveStatistics>());
        _reports.Write(Seconds(6), (0, 1, 160, 100), new Dictionary<uint, RtpReceiveStatistics>());
        _reports.Take(Their(null, new RtcpReportBlock(Ours, 0, 0, 100, 0, 0x1C21_0000, 0)), Seconds(1.5));
        _reports.Take(Their(null, new RtcpReportBlock(Ours, 0, 0, 100, 0, 0x1C26_0000, 0)), Seconds(6.0625));
        _reports.Take(Their(null, new RtcpReportBlock(Ours, 0, 0, 100, 0, 0x1C26_0000, 0)), Seconds(9));

        Assert.Equal(62.5, _reports.FarEnd.RoundTrip!.Value.TotalMilliseconds, 0.05);
    }

    [Theory]
    [InlineData(0u, 0u)] // it had no report of ours yet
    [InlineData(0x9999_0000u, 0u)] // of another leg of the call
    [InlineData(0x1C21_0000u, 655_360u)] // it says that it waited longer than the time that passed
    public void A_block_that_belongs_to_no_report_of_ours_measures_no_round_trip(uint lastSenderReport, uint delay)
    {
        _reports.Write(Seconds(1), (0, 1, 160, 100), new Dictionary<uint, RtpReceiveStatistics>());

        _reports.Take(Their(null, new RtcpReportBlock(Ours, 0, 4, 110, 0, lastSenderReport, delay)), Seconds(2));

        Assert.Null(_reports.FarEnd.RoundTrip);
        Assert.Equal(4, _reports.FarEnd.PacketsLost);
    }

    [Fact]
    public void The_far_ends_loss_and_jitter_are_of_its_last_report_and_the_mean_of_all()
    {
        _reports.Write(Seconds(1), (0, 1, 160, 1_000), new Dictionary<uint, RtpReceiveStatistics>());
        _reports.Take(Their(new RtcpSenderInfo(9, 9, 240, 9), new RtcpReportBlock(Ours, 0, 10, 1_199, 80, 0, 0)), Seconds(5));
        _reports.Take(Their(new RtcpSenderInfo(9, 9, 480, 9), new RtcpReportBlock(Ours, 0, 25, 1_499, 40, 0, 0), new RtcpReportBlock(3, 0, 99, 9, 999, 0, 0)), Seconds(10));

        var far = _reports.FarEnd;
        Assert.Equal((25, 475, 7.5, 480, 2), (far.PacketsLost, far.PacketsReceived, far.JitterMilliseconds, far.PacketsSent, far.ReportsReceived));
    }

    [Fact]
    public void Duplicates_make_the_loss_negative_on_the_wire_and_0_in_the_measure()
    {
        _reports.Write(Seconds(1), (0, 1, 160, 1_000), new Dictionary<uint, RtpReceiveStatistics>());

        _reports.Take(Their(null, new RtcpReportBlock(Ours, 0, -2, 1_009, 0, 0, 0)), Seconds(5));

        Assert.Equal((0, 12), (_reports.FarEnd.PacketsLost, _reports.FarEnd.PacketsReceived));
    }

    [Fact]
    public void A_far_end_that_says_nothing_of_us_measures_nothing()
    {
        _reports.Take(Their(new RtcpSenderInfo(9, 9, 9, 9), new RtcpReportBlock(3, 0, 99, 9, 999, 0, 0)), Seconds(5));

        var far = _reports.FarEnd;
        Assert.Equal((1, null, null, null, null), (far.ReportsReceived, far.PacketsLost, far.PacketsReceived, far.JitterMilliseconds, far.RoundTrip));
    }

    [Theory]
    [InlineData(4_000_000_000u, 0)] // packets that we never sent
    [InlineData(999u, 0)] // from before our first
    [InlineData(1_099u, 101)] // more lost than there were
    public void A_block_that_cannot_be_true_is_passed_over(uint extendedHighest, int lost)
    {
        _reports.Write(Seconds(1), (0, 1, 160, 1_000), new Dictionary<uint, RtpReceiveStatistics>());

        _reports.Take(Their(null, new RtcpReportBlock(Ours, 0, lost, extendedHighest, 0, 0x1C21_0000, 0)), Seconds(1.5));

        Assert.Equal((null, null, null, 1), (_reports.FarEnd.PacketsReceived, _reports.FarEnd.PacketsLost, _reports.FarEnd.RoundTrip, _reports.FarEnd.ReportsReceived));
    }

    [Fact]
    public void Our_own_report_that_is_echoed_says_nothing()
    {
        var ours = _reports.Write(Seconds(1), (0, 1, 160, 100), new Dictionary<uint, RtpReceiveStatistics> { [Ours] = new() });

        _reports.Take(ours, Seconds(1.1));

        Assert.Equal((0, null), (_reports.FarEnd.ReportsReceived, _reports.FarEnd.PacketsLost));
    }

    [Fact]
    public void Our_block_names_the_far_ends_last_report_and_how_long_ago_it_was()
    {
        _reports.Take(Their(new RtcpSenderInfo(0x0000_1C25_8000_1234, 9, 9, 9)), Seconds(2));

        var bytes = _reports.Write(Seconds(3.5), null, new Dictionary<uint, RtpReceiveStatistics> { [Theirs] = new() });

        Assert.True(RtcpPacket.TryParse(bytes, out var report));
        Assert.Null(report.Sender);
        Assert.Equal((0x1C25_8000u, 98_304u), (report.Blocks[0].LastSenderReport, report.Blocks[0].DelaySinceLastSenderReport));
    }

    [Fact]
    public void The_fraction_lost_is_of_the_time_since_the_report_before()
    {
        var statistics = new RtpReceiveStatistics();
        statistics.Add(1, 0, TimeSpan.Zero);
        statistics.Add(5, 0, TimeSpan.Zero);
        Assert.Equal((153, 3), (statistics.Report(Theirs, 0, 0).FractionLost, statistics.Report(Theirs, 0, 0).CumulativeLost));

        statistics.Add(6, 0, TimeSpan.Zero);

        Assert.Equal((0, 3), (statistics.Report(Theirs, 0, 0).FractionLost, statistics.Report(Theirs, 0, 0).CumulativeLost));
    }

    [Fact]
    public void The_first_report_comes_after_half_an_interval_and_the_next_after_a_whole_one()
    {
        // With 0.5 the interval is the 5 s of RFC 3550 6.2 divided by e - 3/2: 4.1 s.
        bool Due(double seconds) => _reports.IsDue(Seconds(seconds), 0.5);

        Assert.Equal([false, false, true, false, true], [Due(0), Due(2.05), Due(2.06), Due(6.1), Due(6.2)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("80C9000122222222FF")] // a piece of a packet follows
    [InlineData("80C9000222222222")] // longer than it is
    [InlineData("81C9000122222222")] // announces a block that it lacks
    [InlineData("82C8000600000000000000000000000000000000000000000000000000000000")] // an SR with one block too few
    [InlineData("A0C9000122222222")] // padding in the first packet
    [InlineData("40C9000122222222")] // version 1
    [InlineData("81CA000122222222")] // begins with SDES
    public void What_breaks_the_rules_of_RFC_3550_A_2_is_no_report(string hex) => Assert.False(RtcpPacket.TryParse(Convert.FromHexString(hex), out _));

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(3550);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 120)];
            random.NextBytes(bytes);
            if (bytes.Length > 3)
            {
                (bytes[0], bytes[1], bytes[2], bytes[3]) = ((byte)(0x80 | (bytes[0] & 0x1F)), (byte)(200 + (i % 5)), 0, (byte)(bytes[3] % 30));
            }

            if (RtcpPacket.TryParse(bytes, out var read))
            {
                Assert.InRange(read.Blocks.Count, 0, 31);
            }
        }
    }
}
