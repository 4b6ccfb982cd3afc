using CsCheck;
using TrunkBot.Diagnostics.Alarms;

namespace TrunkBot.Diagnostics.Tests.Alarms;

/// <summary>Datagrams as net-snmp's snmptrap and snmpinform sent them to a socket that kept them; that it still sends such ones is tested with the real programs in the Bot's tests.</summary>
public sealed class SnmpNotificationTests
{
    // snmptrap -v 1 -c public HOST 1.3.6.1.4.1.99999 192.0.2.7 6 17 4242 1.3.6.1.4.1.99999.1.1 s AcmeAdjacency 1.3.6.1.4.1.99999.1.2 i -5
    private const string V1 = "305702010004067075626C6963A44A06082B06010401868D1F4004C000020702010602011143021092302E301B060A2B06010401868D1F0101040D41636D6541646A6163656E6379300F060A2B06010401868D1F01020201FB";

    // snmptrap -v 1 -c public HOST 1.3.6.1.4.1.99999 192.0.2.7 2 0 4242
    private const string V1LinkDown = "302902010004067075626C6963A41C06082B06010401868D1F4004C0000207020102020100430210923000";

    // snmptrap -v 2c -c public HOST 4242 1.3.6.1.4.1.99999.0.18 with a value of each type
    private const string V2 = "3082010902010104067075626C6963A781FB02046A51FCAD0201000201003081EC300E06082B06010201010300430210923018060A2B060106030101040100060A2B06010401868D1F0012301B060A2B06010401868D1F0101040D41636D6541646A6163656E6379300F060A2B06010401868D1F01020201FB3013060A2B06010401868D1F0103420500EE6B28003017060A2B06010401868D1F0104460900FFFFFFFFFFFFFFFF3013060A2B06010401868D1F0105410500EE6B2801300F060A2B06010401868D1F010643014D3012060A2B06010401868D1F01074004C00002083017060A2B06010401868D1F010806092B06010401868D1F073011060A2B06010401868D1F0109040300FF10";

    // snmpinform -v 2c -c public HOST 4242 1.3.6.1.6.3.1.1.5.4
    private const string Inform = "304402010104067075626C6963A63702047861AB740201000201003029300E06082B06010201010300430210923017060A2B06010603010104010006092B0601060301010504";

    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(V1,
        "1.3.6.1.2.1.1.3.0=4242 1.3.6.1.4.1.99999.1.1=AcmeAdjacency 1.3.6.1.4.1.99999.1.2=-5 1.3.6.1.6.3.1.1.4.3.0=1.3.6.1.4.1.99999 1.3.6.1.6.3.18.1.3.0=192.0.2.7 agent=192.0.2.7 enterprise=1.3.6.1.4.1.99999 "
        + "text=1.3.6.1.6.3.1.1.4.3.0=1.3.6.1.4.1.99999 1.3.6.1.6.3.18.1.3.0=192.0.2.7 1.3.6.1.4.1.99999.1.1=AcmeAdjacency 1.3.6.1.4.1.99999.1.2=-5 trap=1.3.6.1.4.1.99999.0.17 uptime=4242 version=1")]
    [InlineData(V1LinkDown,
        "1.3.6.1.2.1.1.3.0=4242 1.3.6.1.6.3.1.1.4.3.0=1.3.6.1.4.1.99999 1.3.6.1.6.3.18.1.3.0=192.0.2.7 agent=192.0.2.7 enterprise=1.3.6.1.4.1.99999 "
        + "text=1.3.6.1.6.3.1.1.4.3.0=1.3.6.1.4.1.99999 1.3.6.1.6.3.18.1.3.0=192.0.2.7 trap=1.3.6.1.6.3.1.1.5.3 uptime=4242 version=1")]
    [InlineData(V2,
        "1.3.6.1.2.1.1.3.0=4242 1.3.6.1.4.1.99999.1.1=AcmeAdjacency 1.3.6.1.4.1.99999.1.2=-5 1.3.6.1.4.1.99999.1.3=4000000000 1.3.6.1.4.1.99999.1.4=18446744073709551615 1.3.6.1.4.1.99999.1.5=4000000001 1.3.6.1.4.1.99999.1.6=77 "
        + "1.3.6.1.4.1.99999.1.7=192.0.2.8 1.3.6.1.4.1.99999.1.8=1.3.6.1.4.1.99999.7 1.3.6.1.4.1.99999.1.9=0x00FF10 1.3.6.1.6.3.1.1.4.1.0=1.3.6.1.4.1.99999.0.18 "
        + "text=1.3.6.1.4.1.99999.1.1=AcmeAdjacency 1.3.6.1.4.1.99999.1.2=-5 1.3.6.1.4.1.99999.1.3=4000000000 1.3.6.1.4.1.99999.1.4=18446744073709551615 1.3.6.1.4.1.99999.1.5=4000000001 1.3.6.1.4.1.99999.1.6=77 "
        + "1.3.6.1.4.1.99999.1.7=192.0.2.8 1.3.6.1.4.1.99999.1.8=1.3.6.1.4.1.99999.7 1.3.6.1.4.1.99999.1.9=0x00FF10 trap=1.3.6.1.4.1.99999.0.18 uptime=4242 version=2c")]
    [InlineData(Inform, "1.3.6.1.2.1.1.3.0=4242 1.3.6.1.6.3.1.1.4.1.0=1.3.6.1.6.3.1.1.5.4 text= trap=1.3.6.1.6.3.1.1.5.4 uptime=4242 version=2c")]
    public void A_notification_has_these_fields(string datagram, string expected)
    {
        var alarm = SnmpNotification.Read(Convert.FromHexString(datagram)).ToAlarm("192.0.2.9", Noon);

        Assert.Equal(expected, string.Join(' ', alarm.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}")));
    }

    [Fact]
    public void An_inform_is_acknowledged_with_what_it_said_and_a_trap_is_not()
    {
        var inform = SnmpNotification.Read(Convert.FromHexString(Inform));

        // Of the message only the kind of PDU is another one: A2, response, in the place of A6.
        Assert.Equal(Inform.Replace("A6", "A2", StringComparison.Ordinal), Convert.ToHexString(inform.Answer!));
        Assert.Equal("public"u8.ToArray(), inform.Community);
        Assert.Null(SnmpNotification.Read(Convert.FromHexString(V2)).Answer);
    }

    [Theory]
    [InlineData("", "it is no SNMP message")]
    [InlineData("30", "it is no SNMP message")]
    [InlineData("3003020103", "it is of version 3, which is not understood; have the device send version 2c")]
    [InlineData("3003020109", "it is of no version that there is")]
    [InlineData("301002010104067075626C6963A003020100", "it is neither a trap nor an inform")]
    [InlineData("301802010104067075626C6963A70B0201010201000201003000", "it has no snmpTrapOID")]
    public void What_is_none_is_refused_with_the_reason(string datagram, string why) =>
        Assert.Equal(why, Assert.Throws<SnmpFormatException>(() => SnmpNotification.Read(Convert.FromHexString(datagram))).Message);

    [Fact]
    public void A_notification_with_bytes_changed_is_read_or_refused()
    {
        Gen.Select(Pick(V1, V1LinkDown, V2, Inform), Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[0, 6], Gen.Int[0, 400]).Sample((datagram, changes, length) =>
        {
            var bytes = Convert.FromHexString(datagram);
            foreach (var (at, value) in changes)
            {
                bytes[at % bytes.Length] = value;
            }

            try
            {
                _ = SnmpNotification.Read(bytes.AsMemory(0, Math.Min(length, bytes.Length))).ToAlarm("h", Noon);
            }
            catch (SnmpFormatException)
            {
                // Refused, with a reason.
            }
        });
    }

    private static Gen<string> Pick(params string[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);
}
