using System.Buffers.Binary;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Media.Srtp;

namespace TrunkBot.Sip.Tests.Media.Srtp;

public sealed class Protected_packets
{
    private static readonly MasterKey Key = new([.. Enumerable.Range(1, 30).Select(i => (byte)i)]);
    private static readonly byte[] Report = new RtcpPacket(7, new RtcpSenderInfo(1, 2, 3, 4), [], "bot", false).ToBytes();

    private static byte[] Packet(ushort sequence, uint ssrc = 7, string payload = "0102030405")
    {
        var bytes = new byte[12 + (payload.Length / 2)];
        RtpPacket.Write(bytes, false, 0, sequence, sequence * 160u, ssrc);
        Convert.FromHexString(payload).CopyTo(bytes, 12);
        return bytes;
    }

    private static string? Open(SrtpReceiver receiver, byte[] packet)
    {
        var copy = packet.ToArray();
        return receiver.UnprotectRtp(copy) is { } length ? Convert.ToHexString(copy, 0, length) : null;
    }

    [Theory]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag80, 10)]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag32, 4)]
    public void What_one_end_protects_the_other_opens(SrtpSuite suite, int tag)
    {
        using var sender = new SrtpSender(Key, suite);
        using var receiver = new SrtpReceiver(Key, suite);
        var plain = Packet(5);

        var wire = sender.ProtectRtp(plain);

        Assert.Equal(plain.Length + tag, wire.Length);
        Assert.NotEqual(plain[12..], wire[12..plain.Length]);
        Assert.Equal(Convert.ToHexString(plain), Open(receiver, wire));

        var report = sender.ProtectRtcp(Report);
        Assert.Equal(Report.Length + 14, report.Length);
        Assert.Equal(Report.Length, receiver.UnprotectRtcp(report));
        Assert.Equal(Report, report[..Report.Length]);
    }

    [Fact]
    public void Every_changed_bit_and_every_cut_is_refused()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag32);
        using var receiver = new SrtpReceiver(Key, SrtpSuite.AesCm128HmacSha1Tag32);
        byte[] rtp = sender.ProtectRtp(Packet(5)), rtcp = sender.ProtectRtcp(Report);

        for (var bit = 0; bit < 8 * rtp.Length; bit++)
        {
            var changed = rtp.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Open(receiver, changed));
        }

        for (var bit = 0; bit < 8 * rtcp.Length; bit++)
        {
            var changed = rtcp.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(receiver.UnprotectRtcp(changed));
        }

        Assert.All(Enumerable.Range(0, rtp.Length), n => Assert.Null(Open(receiver, rtp[..n])));
        Assert.All(Enumerable.Range(0, rtcp.Length), n => Assert.Null(receiver.UnprotectRtcp(rtcp.AsSpan(0, n).ToArray())));
        Assert.NotNull(Open(receiver, rtp));
    }

    [Fact]
    public void Another_key_opens_nothing()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        using var receiver = new SrtpReceiver(MasterKey.Draw(), SrtpSuite.AesCm128HmacSha1Tag80);

        Assert.Null(Open(receiver, sender.ProtectRtp(Packet(5))));
        Assert.Null(receiver.UnprotectRtcp(sender.ProtectRtcp(Report)));
    }

    [Fact]
    public void A_packet_counts_once_and_one_that_is_64_behind_counts_no_more()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        using var receiver = new SrtpReceiver(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        var wire = Enumerable.Range(0, 100).Select(i => sender.ProtectRtp(Packet((ushort)i))).ToList();

        Assert.NotNull(Open(receiver, wire[0]));
        Assert.Null(Open(receiver, wire[0]));
        Assert.NotNull(Open(receiver, wire[99]));
        Assert.NotNull(Open(receiver, wire[36]));
        Assert.Null(Open(receiver, wire[36]));
        Assert.Null(Open(receiver, wire[35]));
        Assert.NotNull(Open(receiver, wire[98]));
        Assert.Null(Open(receiver, wire[99]));
    }

    [Fact]
    public void A_report_counts_once()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        using var receiver = new SrtpReceiver(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        var wire = sender.ProtectRtcp(Report);

        Assert.NotNull(receiver.UnprotectRtcp(wire.ToArray()));
        Assert.Null(receiver.UnprotectRtcp(wire));
    }

    [Fact]
    public void Sequence_numbers_go_round_with_loss_and_disorder_at_the_turn()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        using var receiver = new SrtpReceiver(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        var wire = new Dictionary<int, byte[]>();
        for (var i = 65_530; i < 65_545; i++)
        {
            wire[i] = sender.ProtectRtp(Packet((ushort)i));
        }

        foreach (var i in new[] { 65_530, 65_531, 65_538, 65_535, 65_536, 65_534, 65_544 })
        {
            Assert.Equal(Convert.ToHexString(Packet((ushort)i)), Open(receiver, wire[i]));
        }

        // 8 means 65,544 now, which is another packet with another key stream.
        Assert.NotEqual(Convert.ToHexString(wire[65_544]), Convert.ToHexString(new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80).ProtectRtp(Packet(8))));
    }

    [Fact]
    public void Header_extensions_and_contributors_stay_readable()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        using var receiver = new SrtpReceiver(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        var plain = Convert.FromHexString("91000005000000A000000007" + "00000009" + "BEDE0001" + "11223344" + "AABBCCDD");

        var wire = sender.ProtectRtp(plain);

        Assert.Equal(plain[..24], wire[..24]);
        Assert.NotEqual(plain[24..], wire[24..28]);
        Assert.Equal(Convert.ToHexString(plain), Open(receiver, wire));
    }

    [Fact]
    public void A_stranger_cannot_shut_out_the_far_end()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        using var receiver = new SrtpReceiver(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        for (uint ssrc = 100; ssrc < 200; ssrc++)
        {
            var forged = new byte[40];
            Packet(60_000, ssrc).CopyTo(forged, 0);
            Assert.Null(Open(receiver, forged));
        }

        var high = sender.ProtectRtp(Packet(1));
        BinaryPrimitives.WriteUInt16BigEndian(high.AsSpan(2), 60_000);
        Assert.Null(Open(receiver, high));
        Assert.NotNull(Open(receiver, sender.ProtectRtp(Packet(2))));
    }

    [Fact]
    public void A_key_that_stays_keeps_its_counters_and_a_new_one_begins_anew()
    {
        using var layer = new SrtpLayer();
        var keys = new SrtpKeys(Key, MasterKey.Draw(), SrtpSuite.AesCm128HmacSha1Tag80);
        static uint Index(byte[] rtcp) => BinaryPrimitives.ReadUInt32BigEndian(rtcp.AsSpan(rtcp.Length - 14)) & 0x7FFF_FFFF;

        layer.Take(keys);
        var first = Index(layer.Protect(Report, rtcp: true));
        layer.Take(keys with { Ours = new MasterKey([.. Enumerable.Range(1, 30).Select(i => (byte)i)]), Theirs = MasterKey.Draw() });
        var second = Index(layer.Protect(Report, rtcp: true));
        layer.Take(keys with { Ours = MasterKey.Draw() });

        Assert.Equal((0u, 1u, 0u), (first, second, Index(layer.Protect(Report, rtcp: true))));
    }

    [Fact]
    public void Before_its_keys_are_known_nothing_goes_out_and_what_comes_is_early()
    {
        using var layer = new SrtpLayer();
        Span<byte> packet = Packet(1);

        Assert.False(layer.TryOpen(ref packet, rtcp: false));
        Assert.Equal((1, 0), (layer.Early, layer.Refused));
        Assert.Throws<InvalidOperationException>(() => layer.Protect(Packet(1), rtcp: false));
    }
}
