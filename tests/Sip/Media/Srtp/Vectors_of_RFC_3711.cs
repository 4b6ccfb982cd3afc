using TrunkBot.Sip.Media.Srtp;

namespace TrunkBot.Sip.Tests.Media.Srtp;

/// <summary>RFC 3711 appendix B, and a whole packet of each kind as other implementations publish it.</summary>
public sealed class Vectors_of_RFC_3711
{
    private static readonly MasterKey Key = new(Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139" + "0EC675AD498AFEEBB6960B3AABE6"));

    [Fact]
    public void B_2_the_key_stream_of_AES_in_counter_mode()
    {
        using var mode = new CounterMode(Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C"));
        var stream = new byte[0xFF02 * 16];
        mode.Apply(Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"), stream);

        string Block(int number) => Convert.ToHexString(stream.AsSpan(16 * number, 16));
        Assert.Equal(
            ["E03EAD0935C95E80E166B16DD92B4EB4", "D23513162B02D0F72A43A2FE4A5F97AB", "41E95B3BB0A2E8DD477901E4FCA894C0"],
            new[] { 0, 1, 2 }.Select(Block));
        Assert.Equal(
            ["EC8CDF7398607CB0F2D21675EA9EA1E4", "362B7C3C6773516318A077D7FC5073AE", "6A2CC3787889374FBEB4C81B17BA6C44"],
            new[] { 0xFEFF, 0xFF00, 0xFF01 }.Select(Block));
    }

    [Theory]
    [InlineData(0, 16, "C61E7A93744F39EE10734AFE3FF7A087")]
    [InlineData(2, 14, "30CBBC08863D8C85D49DB34A9AE1")]
    [InlineData(
        1, 94,
        "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF72270986371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2")]
    public void B_3_the_derived_keys(byte label, int bytes, string expected) => Assert.Equal(expected, Convert.ToHexString(Key.Derive(label, bytes)));

    [Fact]
    public void A_packet_of_RTP_as_libsrtp_protects_it()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        var plain = Convert.FromHexString("800F1234DECAFBADCAFEBABE" + "ABABABABABABABABABABABABABABABAB");

        Assert.Equal("800F1234DECAFBADCAFEBABE" + "4E55DC4CE79978D88CA4D215949D2402" + "B78D6ACC99EA179B8DBB", Convert.ToHexString(sender.ProtectRtp(plain)));
    }

    [Fact]
    public void A_packet_of_RTCP_as_libsrtp_protects_it()
    {
        using var sender = new SrtpSender(Key, SrtpSuite.AesCm128HmacSha1Tag80);
        var plain = Convert.FromHexString("81C8000BCAFEBABE" + "ABABABABABABABABABABABABABABABAB");

        // libsrtp counts from 1, the RFC (3.2.1) from 0.
        sender.ProtectRtcp(plain);

        Assert.Equal("81C8000BCAFEBABE" + "7128035BE487B9BDBEF89041F977A5A8" + "80000001" + "993E08CD54D6C1230798", Convert.ToHexString(sender.ProtectRtcp(plain)));
    }
}
