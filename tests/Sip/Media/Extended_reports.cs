using System.Security.Cryptography;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Sdp;

namespace TrunkBot.Sip.Tests.Media;

/// <summary>RTCP XR (RFC 3611): the bytes are drawn by hand from the figures of its sections 4.4 to 4.7.</summary>
public sealed class Extended_reports
{
    private const uint Ours = 0x1111_1111;
    private const uint Theirs = 0x2222_2222;

    /// <summary>Seconds since the first of 1900 are 7,200 and those since the beginning of the call.</summary>
    private static readonly DateTimeOffset Origin = new(1900, 1, 1, 2, 0, 0, TimeSpan.Zero);

    /// <summary>RR of theirs without a block.</summary>
    private const string Empty = "80C90001" + "22222222";

    /// <summary>VoIP metrics about us: 12.5 % lost, 6.25 % discarded, bursts of 80 ms half lost, gaps of 2 s; round trip 90 ms, own delay 60 ms; -18 and -70 dBm0, RERL 40 dB, Gmin 16; R 85, MOS 4.1 and 3.9; enhanced, buffer 40 to 60 ms.</summary>
    private const string Metrics = "07000008" + "11111111" + "20108000" + "005007D0" + "005A003C" + "EEBA2810" + "557F2927" + "80000028" + "003C0064";

    private static readonly Dictionary<uint, RtpReceiveStatistics> Nobody = [];

    private readonly RtcpReports _reports = new(Ours, "bot@192.0.2.7", new NtpClock(Origin));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>A compound packet of theirs whose XR holds these blocks.</summary>
    private static byte[] Their(string blocks) => Convert.FromHexString($"{Empty}80CF{1 + (blocks.Length / 8):X4}22222222{blocks}");

    [Fact]
    public void Nobody_asked_so_none_is_sent()
    {
        _reports.Take(Their("04000002" + "00001C21" + "80000000"), Seconds(1.5));

        Assert.True(RtcpPacket.TryParse(_reports.Write(Seconds(5), null, Nobody), out var written));
        Assert.Null(written.Extended);
    }

    [Fact]
    public void What_was_asked_for_reads_byte_for_byte_as_RFC_3611_draws_it()
    {
        _reports.Wanted = SdpExtendedReports.Known;
        _reports.Take(Their("04000002" + "00001C21" + "80000000"), Seconds(1.5));
        var source = new RtpReceiveStatistics();
        foreach (var (sequence, timestamp, at) in new (ushort, uint, double)[] { (65_534, 0, 0), (65_535, 160, 0.021), (0, 320, 0.040), (0, 320, 0.041), (3, 800, 0.104) })
        {
            source.Add(sequence, timestamp, Seconds(at));
        }

        var bytes = _reports.Write(Seconds(5.5), null, new Dictionary<uint, RtpReceiveStatistics> { [Theirs] = source }, bye: true);

        Assert.EndsWith(
            "80CF001B" + "11111111"
            + "04000002" + "00001C25" + "80000000" // our reference time: 7,205.5 s
            + "05000003" + "22222222" + "1C218000" + "00040000" // theirs was of 7,201.5 s and came 4 s ago
            + "06E00009" + "22222222" + "FFFE0004" + "00000002" + "00000001" // 65,534 to 3: two lost, one twice
            + "00000008" + "00000020" + "00000010" + "0000000B" + "00000000" // differences of 1, 1 and 4 ms: mean 2, deviation 1.41; no TTL
            + "07000008" + "22222222" + "5500FF00" // 2 of 6 lost (85/256), none discarded; the burst all lost, the gaps not at all
            + "00280028" + "00000000" // a burst of 40 ms, two gaps of 60 and 20 ms; no round trip yet, no delay of our own
            + "7F7F7F10" + "7F7F0A7F" + "40000000" + "00000000" // levels unknown; no R without a round trip, MOS 1.0; gaps are not concealed
            + "81CB0001" + "11111111",
            Convert.ToHexString(bytes));
    }

    [Fact]
    public void Only_what_was_asked_for_is_sent()
    {
        _reports.Wanted = SdpExtendedReports.Read("stat-summary=dup pkt-loss-rle=1200", null);
        var source = new RtpReceiveStatistics();
        source.Add(9, 0, Seconds(0));

        Assert.True(RtcpPacket.TryParse(_reports.Write(Seconds(5), null, new Dictionary<uint, RtpReceiveStatistics> { [Theirs] = source }), out var written));

        var extended = written.Extended!;
        Assert.Equal((null, 0, 0), (extended.ReferenceTime, extended.Delays.Count, extended.Metrics.Count));
        Assert.Equal(new StatisticsSummary(9, 10) { Duplicates = 0 }, Assert.Single(extended.Summaries).Summary);
    }

    [Fact]
    public void What_the_far_end_reports_of_us_is_kept()
    {
        _reports.Take(Their(Metrics + "06600009" + "11111111" + "03E807D0" + "00000007" + "00000003" + "00000002" + "00000140" + "00000014" + "0000000A" + "00000000"), Seconds(5));

        var far = _reports.FarEnd;
        Assert.Equal(
            new VoipMetrics(12.5, 6.25)
            {
                BurstDensityPercent = 50,
                BurstMilliseconds = 80,
                GapMilliseconds = 2_000,
                RoundTripMilliseconds = 90,
                EndSystemDelayMilliseconds = 60,
                SignalLevelDbm0 = -18,
                NoiseLevelDbm0 = -70,
                EchoReturnLossDecibels = 40,
                R = 85,
                MosListening = 4.1,
                MosConversational = 3.9,
                Concealment = LossConcealment.Enhanced,
                JitterBufferNominalMilliseconds = 40,
                JitterBufferMaximumMilliseconds = 60,
            },
            far.Metrics);

        // Its flags say duplicates and jitter: what stands in the place of the loss is none.
        Assert.Equal(new StatisticsSummary(1_000, 2_000) { Duplicates = 3, Jitter = new TransitDifferences(0.25, 40, 2.5, 1.25) }, far.Summary);
    }

    [Theory]
    [InlineData("07000008" + "33333333" + "20108000" + "005007D0" + "005A003C" + "EEBA2810" + "557F2927" + "80000028" + "003C0064")] // of somebody else
    [InlineData("07000007" + "11111111" + "20108000" + "005007D0" + "005A003C" + "EEBA2810" + "557F2927" + "80000028")] // a word too short
    [InlineData("07000009" + "11111111" + "20108000" + "005007D0" + "005A003C" + "EEBA2810" + "557F2927" + "80000028" + "003C0064")] // longer than the packet
    public void What_is_not_about_us_or_malformed_says_nothing(string block)
    {
        _reports.Take(Their(block), Seconds(5));

        Assert.Equal((1, null), (_reports.FarEnd.ReportsReceived, _reports.FarEnd.Metrics));
    }

    [Fact]
    public void Values_that_the_RFC_does_not_allow_are_unavailable()
    {
        _reports.Take(Their("07000008" + "11111111" + "00000000" + "00000000" + "00000000" + "7F7F7F10" + "FF6509FF" + "00000000" + "00000000"), Seconds(5));

        Assert.Equal(new VoipMetrics(0, 0), _reports.FarEnd.Metrics);
    }

    [Fact]
    public void The_round_trip_is_arrival_less_LRR_less_DLRR()
    {
        _reports.Wanted = SdpExtendedReports.Known;
        _reports.Write(Seconds(1), null, Nobody);

        // Ours was of 7,201 s; the far end waited 2 s and a half, and it came 2,580 ms after ours.
        _reports.Take(Their("05000006" + "33333333" + "1C210000" + "00000000" + "11111111" + "1C210000" + "00028000"), Seconds(3.58));

        Assert.Equal(80, _reports.FarEnd.RoundTrip!.Value.TotalMilliseconds, 0.05);
    }

    [Fact]
    public void Blocks_may_come_in_a_packet_each()
    {
        _reports.Take([.. Their(Metrics), .. Their("06400009" + "11111111" + "03E807D0" + "00000000" + "00000003" + string.Concat(Enumerable.Repeat("00000000", 5)))[8..]], Seconds(5));

        Assert.Equal((12.5, 3, 1), (_reports.FarEnd.Metrics!.LossPercent, _reports.FarEnd.Summary!.Duplicates, _reports.FarEnd.ReportsReceived));
    }

    [Fact]
    public void Blocks_that_are_not_known_are_passed_over()
    {
        _reports.Take(Their("01000003" + "11111111" + "00000009" + "80FF8000" + "63FF0000" + Metrics), Seconds(5));

        Assert.Equal(12.5, _reports.FarEnd.Metrics!.LossPercent);
    }

    [Fact]
    public void Any_bytes_are_read_without_harm()
    {
        var random = new Random(3611);
        var known = Convert.FromHexString(Metrics + "05000003" + "11111111" + "1C210000" + "00000000" + "06E00009" + "11111111" + "03E807D0" + string.Concat(Enumerable.Repeat("00000001", 7)));
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = known.ToArray();
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var length = 4 * random.Next(bytes.Length / 4);
            _reports.Take(Their(Convert.ToHexString(bytes[..length])), Seconds(i));
            ExtendedReport.Read(RandomNumberGenerator.GetBytes(random.Next(0, 64)), null);
        }

        Assert.Equal(20_000, _reports.FarEnd.ReportsReceived);
    }

    [Theory]
    [InlineData("", 100, 0, 0, 0, 100)] // nothing lost: one gap
    [InlineData("50", 100, 0, 1.0 / 100, 0, 100)] // alone, with 16 and more received on both sides
    [InlineData("10 27", 100, 0, 2.0 / 100, 0, 100)] // 16 received between them: two single ones
    [InlineData("10 26", 100, 2.0 / 17, 0, 17, 41.5)] // 15 received between them: one burst
    [InlineData("0 1 2 50 96 98", 100, 5.0 / 6, 1.0 / 94, 3, 47)] // bursts at the beginning and near the end
    [InlineData("0 1", 2, 1, 0, 2, 0)] // no gap at all
    public void Losses_are_sorted_into_bursts_and_gaps(string lost, int expected, double burstDensity, double gapDensity, double burst, double gap)
    {
        var sorted = LossBursts.Of([.. lost.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)], expected);

        Assert.Equal((burstDensity, gapDensity, burst, gap), (sorted.BurstDensity, sorted.GapDensity, sorted.BurstPackets, sorted.GapPackets));
    }
}
