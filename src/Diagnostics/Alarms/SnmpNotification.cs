using System.Formats.Asn1;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Diagnostics.Alarms;

/// <summary>A message is no notification that is understood; the sentence says why.</summary>
public sealed class SnmpFormatException(string message) : Exception(message);

/// <summary>
/// One SNMP notification: a trap of version 1 (RFC 1157 section 4.1.6), or a trap or inform of version 2c (RFC 3416 sections 4.2.6 and 4.2.7, community of RFC 1901). Version 3 is
/// not understood. Written from the RFCs, with .NET's reader of BER.
/// </summary>
public sealed class SnmpNotification
{
    private const string SysUpTime = "1.3.6.1.2.1.1.3.0";
    private const string SnmpTrapOid = "1.3.6.1.6.3.1.1.4.1.0";
    private const string SnmpTrapEnterprise = "1.3.6.1.6.3.1.1.4.3.0";
    private const string SnmpTrapAddress = "1.3.6.1.6.3.18.1.3.0";

    /// <summary>coldStart, warmStart, linkDown, linkUp, authenticationFailure and egpNeighborLoss are 1 to 6 below it (RFC 3584 section 3.1).</summary>
    private const string SnmpTraps = "1.3.6.1.6.3.1.1.5";

    private const int EnterpriseSpecific = 6;

    private static readonly Asn1Tag V1Trap = new(TagClass.ContextSpecific, 4, isConstructed: true);
    private static readonly Asn1Tag Response = new(TagClass.ContextSpecific, 2, isConstructed: true);
    private static readonly Asn1Tag Inform = new(TagClass.ContextSpecific, 6, isConstructed: true);
    private static readonly Asn1Tag V2Trap = new(TagClass.ContextSpecific, 7, isConstructed: true);

    private readonly List<(string Oid, string? Value)> variables = [];

    private SnmpNotification(int version, byte[] community) => (Version, Community) = (version == 0 ? "1" : "2c", community);

    public string Version { get; }

    /// <summary>A secret.</summary>
    public byte[] Community { get; }

    /// <summary>OID of what happened; of version 1, as RFC 3584 section 3.1 makes it.</summary>
    public string Trap { get; private set; } = "";

    /// <summary>What acknowledges an inform; null for a trap, of which nobody waits to hear.</summary>
    public byte[]? Answer { get; private set; }

    /// <exception cref="SnmpFormatException">It is none of these.</exception>
    public static SnmpNotification Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            var reader = new AsnReader(message, AsnEncodingRules.BER);
            var outer = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var version = outer.ReadInteger();
            if (version != 0 && version != 1)
            {
                throw new SnmpFormatException(version == 3 ? "it is of version 3, which is not understood; have the device send version 2c" : "it is of no version that there is");
            }

            var notification = new SnmpNotification((int)version, outer.ReadOctetString());
            notification.ReadPdu(outer, isV1: version == 0);
            outer.ThrowIfNotEmpty();
            return notification.Trap.Length > 0 ? notification : throw new SnmpFormatException("it has no snmpTrapOID");
        }
        catch (Exception e) when (e is AsnContentException or OverflowException or ArgumentException)
        {
            throw new SnmpFormatException("it is no SNMP message");
        }
    }

    /// <returns>
    /// Fields <c>trap</c>, <c>version</c>, <c>uptime</c> in hundredths of a second, <c>enterprise</c> and <c>agent</c> where they are said, each varbind under its OID, and <c>text</c> with all of them.
    /// </returns>
    public Alarm ToAlarm(string from, DateTimeOffset at) => new(AlertSources.Snmp, from, at, Alarm.FieldsOf(
    [
        ("trap", Trap),
        ("version", Version),
        ("uptime", Of(SysUpTime)),
        ("enterprise", Of(SnmpTrapEnterprise)),
        ("agent", Of(SnmpTrapAddress)),
        ("text", string.Join(' ', variables.Where(v => v.Oid is not (SysUpTime or SnmpTrapOid)).Select(v => $"{v.Oid}={v.Value}"))),
        .. variables.Select(v => (v.Oid, v.Value)),
    ]));

    private string? Of(string oid) => variables.FirstOrDefault(v => v.Oid == oid).Value;

    private void ReadPdu(AsnReader outer, bool isV1)
    {
        var tag = outer.PeekTag();
        if (isV1 && tag.HasSameClassAndValue(V1Trap))
        {
            var trap = outer.ReadSequence(V1Trap);
            var enterprise = trap.ReadObjectIdentifier();
            var agent = new IPAddress(trap.ReadOctetString(new Asn1Tag(TagClass.Application, 0)));
            var (generic, specific) = (trap.ReadInteger(), trap.ReadInteger());
            variables.Add((SysUpTime, Text(trap.ReadInteger(new Asn1Tag(TagClass.Application, 3)))));
            Trap = generic == EnterpriseSpecific ? $"{enterprise}.0.{Text(specific)}" : $"{SnmpTraps}.{Text(generic + 1)}";
            variables.AddRange([(SnmpTrapEnterprise, enterprise), (SnmpTrapAddress, agent.ToString())]);
            ReadVariables(trap);
        }
        else if (!isV1 && (tag.HasSameClassAndValue(V2Trap) || tag.HasSameClassAndValue(Inform)))
        {
            var isInform = tag.HasSameClassAndValue(Inform);
            var pdu = outer.ReadSequence(isInform ? Inform : V2Trap);
            var request = pdu.ReadInteger();
            pdu.ReadInteger();
            pdu.ReadInteger();
            var list = pdu.PeekEncodedValue();
            ReadVariables(pdu);
            Trap = Of(SnmpTrapOid) ?? "";
            Answer = isInform ? AnswerTo(request, list.Span) : null;
        }
        else
        {
            throw new SnmpFormatException("it is neither a trap nor an inform");
        }
    }

    private void ReadVariables(AsnReader pdu)
    {
        var list = pdu.ReadSequence();
        pdu.ThrowIfNotEmpty();
        while (list.HasData)
        {
            var pair = list.ReadSequence();
            variables.Add((pair.ReadObjectIdentifier(), Value(pair)));
            pair.ThrowIfNotEmpty();
        }
    }

    // SMIv2's types (RFC 2578 section 7.1) as texts.
    private static string? Value(AsnReader pair)
    {
        var tag = pair.PeekTag();
        return (tag.TagClass, tag.TagValue) switch
        {
            (TagClass.Universal, (int)UniversalTagNumber.Integer) => Text(pair.ReadInteger()),
            (TagClass.Universal, (int)UniversalTagNumber.OctetString) => Text(pair.ReadOctetString()),
            (TagClass.Universal, (int)UniversalTagNumber.ObjectIdentifier) => pair.ReadObjectIdentifier(),
            (TagClass.Application, 0) => pair.ReadOctetString(tag) is { Length: 4 or 16 } address ? new IPAddress(address).ToString() : throw new AsnContentException(),
            (TagClass.Application, 1 or 2 or 3 or 6) => Text(pair.ReadInteger(tag)),
            (TagClass.Application, 4) => Text(pair.ReadOctetString(tag)),

            // null, or that there is no such object.
            _ => Nothing(pair),
        };
    }

    private static string? Nothing(AsnReader pair)
    {
        pair.ReadEncodedValue();
        return null;
    }

    private static string Text(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>As text if it is one, else in hexadecimal.</summary>
    private static string Text(byte[] octets)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets).TrimEnd('\0');
            if (text.All(c => !char.IsControl(c) || c is '\r' or '\n' or '\t'))
            {
                return text;
            }
        }
        catch (DecoderFallbackException)
        {
            // Then it is no text.
        }

        return $"0x{Convert.ToHexString(octets)}";
    }

    // The same request and variables, without an error (RFC 3416 section 4.2.7).
    private byte[] AnswerTo(BigInteger request, ReadOnlySpan<byte> list)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteOctetString(Community);
            using (writer.PushSequence(Response))
            {
                writer.WriteInteger(request);
                writer.WriteInteger(0);
                writer.WriteInteger(0);
                writer.WriteEncodedValue(list);
            }
        }

        return writer.Encode();
    }
}
