using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Sdp;

/// <summary>Which way media flows, from the side that wrote it (RFC 3264 5.1).</summary>
internal enum SdpDirection
{
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

/// <summary>The first audio line of a session description (RFC 8866), as far as a test call needs it.</summary>
internal sealed record SdpAudio
{
    /// <summary>Where the writer wants media. The address 0.0.0.0 is hold of the old kind (RFC 3264 8.4).</summary>
    public required IPAddress Address { get; init; }

    /// <summary>0 when the media was refused.</summary>
    public required int Port { get; init; }

    /// <summary>Transport profile, such as RTP/AVP.</summary>
    public required string Profile { get; init; }

    /// <summary>Our codecs among the formats, in the writer's order.</summary>
    public required IReadOnlyList<AudioCodec> Codecs { get; init; }

    /// <summary>Payload type of telephone-event (RFC 4733), or null.</summary>
    public int? TelephoneEvent { get; init; }

    /// <summary>Milliseconds per packet that the writer asks for, or null.</summary>
    public int? Ptime { get; init; }

    public SdpDirection Direction { get; init; }

    /// <summary>Keys for SRTP that we can use, in the writer's order.</summary>
    public IReadOnlyList<SdpCrypto> Cryptos { get; init; } = [];

    /// <summary>The extended reports that the writer wants (RFC 3611 5.1); null: it says nothing of them.</summary>
    public SdpExtendedReports? ExtendedReports { get; init; }

    public IPEndPoint EndPoint => new(Address, Port);

    /// <summary>Where <c>a=rtcp</c> wants reports (RFC 3605), or null.</summary>
    public IPEndPoint? Rtcp { get; init; }

    /// <summary>Where reports go: as asked, else one port above the media (RFC 3550 11); null when the address is that of a hold.</summary>
    public IPEndPoint? RtcpEndPoint => IsNowhere ? null : Rtcp ?? (Port is > 0 and < 65_535 ? new IPEndPoint(Address, Port + 1) : null);

    /// <summary>True when the writer wants no media from us: it said so, or it gave an address that is none (RFC 3264 8.4).</summary>
    public bool IsHold => IsNowhere || Direction is SdpDirection.SendOnly or SdpDirection.Inactive;

    private bool IsNowhere => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    /// <summary>Reads a session description. False, never an exception, for what is none or has no audio with an IP address.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out SdpAudio? audio)
    {
        audio = null;
        if (body.Length > 16_384)
        {
            return false;
        }

        string? sessionAddress = null, mediaAddress = null, media = null, rtcp = null;
        var direction = SdpDirection.SendRecv;
        var maps = new Dictionary<int, string>();
        var cryptos = new List<SdpCrypto>();
        int? ptime = null;
        SdpExtendedReports? sessionReports = null, mediaReports = null;
        foreach (var raw in Encoding.UTF8.GetString(body).Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            if (line.Length < 2 || line[1] != '=')
            {
                continue;
            }

            var value = line[2..];
            switch (line[0])
            {
                case 'm' when media is not null:
                    goto done; // Only the first audio line is ours.
                case 'm' when value.StartsWith("audio ", StringComparison.Ordinal):
                    media = value;
                    break;
                case 'c' when media is null:
                    sessionAddress = value;
                    break;
                case 'c':
                    mediaAddress = value;
                    break;
                case 'a' when value.StartsWith("rtpmap:", StringComparison.OrdinalIgnoreCase):
                    ReadMap(value[7..], maps);
                    break;
                case 'a' when value.StartsWith("ptime:", StringComparison.OrdinalIgnoreCase):
                    ptime = int.TryParse(value[6..], NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms : ptime;
                    break;
                case 'a' when value.StartsWith("crypto:", StringComparison.OrdinalIgnoreCase) && media is not null:
                    if (SdpCrypto.Parse(value[7..]) is { } crypto)
                    {
                        cryptos.Add(crypto);
                    }

                    break;
                case 'a' when value.StartsWith("rtcp:", StringComparison.OrdinalIgnoreCase):
                    rtcp = value[5..];
                    break;
                case 'a' when value.StartsWith("rtcp-xr:", StringComparison.OrdinalIgnoreCase) && media is null:
                    sessionReports = SdpExtendedReports.Read(value[8..], sessionReports);
                    break;
                case 'a' when value.StartsWith("rtcp-xr:", StringComparison.OrdinalIgnoreCase):
                    mediaReports = SdpExtendedReports.Read(value[8..], mediaReports);
                    break;
                case 'a' when Enum.TryParse<SdpDirection>(value, true, out var way) && !char.IsDigit(value[0]):
                    direction = way;
                    break;
            }
        }

    done:
        if (!TryBuild(media, mediaAddress ?? sessionAddress, maps, ptime, direction, rtcp, out audio))
        {
            return false;
        }

        audio = audio with { Cryptos = cryptos, ExtendedReports = mediaReports ?? sessionReports };
        return true;
    }

    private static void ReadMap(string text, Dictionary<int, string> maps)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space > 0 && int.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var type))
        {
            maps.TryAdd(type, text[(space + 1)..].Trim().ToUpperInvariant());
        }
    }

    private static bool TryBuild(
        string? media, string? connection, Dictionary<int, string> maps, int? ptime, SdpDirection direction, string? rtcp, [NotNullWhen(true)] out SdpAudio? audio)
    {
        audio = null;
        var parts = media?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var where = connection?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (parts.Length < 4 || where.Length < 3
            || !int.TryParse(parts[1].Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65_535
            || !IPAddress.TryParse(where[2].Split('/')[0], out var address))
        {
            return false;
        }

        var codecs = new List<AudioCodec>();
        int? telephoneEvent = null;
        foreach (var format in parts.Skip(3))
        {
            if (!int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type))
            {
                continue;
            }

            // A static type may come without rtpmap; with one, the name has to agree.
            var name = maps.GetValueOrDefault(type);
            if (type is 0 or 8 && (name is null || name.StartsWith(type == 0 ? "PCMU/8000" : "PCMA/8000", StringComparison.Ordinal)))
            {
                codecs.Add((AudioCodec)type);
            }
            else if (name == "TELEPHONE-EVENT/8000")
            {
                telephoneEvent ??= type;
            }
        }

        audio = new SdpAudio
        {
            Address = address,
            Port = port,
            Profile = parts[2],
            Codecs = codecs,
            TelephoneEvent = telephoneEvent,
            Ptime = ptime,
            Direction = direction,
            Rtcp = ReadRtcp(rtcp, address),
        };
        return true;
    }

    /// <summary>PORT, or PORT IN IP4 ADDRESS (RFC 3605 2.1); null for what is malformed, which leaves the rule of one port above.</summary>
    private static IPEndPoint? ReadRtcp(string? text, IPAddress media)
    {
        var parts = text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return parts.Length is 1 or 4 && ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            && (parts.Length == 1 || IPAddress.TryParse(parts[3], out media!))
            ? new IPEndPoint(media, port)
            : null;
    }
}
