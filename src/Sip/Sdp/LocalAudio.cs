using System.Net;
using System.Net.Sockets;
using System.Text;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Sdp;

/// <summary>Our side of a session: what our offer or answer says (RFC 8866).</summary>
internal sealed record LocalAudio
{
    /// <summary>Address for media and origin.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Even RTP port.</summary>
    public required int Port { get; init; }

    /// <summary>In the order we prefer.</summary>
    public required IReadOnlyList<AudioCodec> Codecs { get; init; }

    /// <summary>Same for all descriptions of a call.</summary>
    public required long SessionId { get; init; }

    /// <summary>One more for each change (RFC 3264 8).</summary>
    public required int Version { get; init; }

    /// <summary>Payload type of telephone-event, or null to leave it out.</summary>
    public int? TelephoneEvent { get; init; }

    /// <summary>Milliseconds per packet that we wish to get.</summary>
    public int Ptime { get; init; } = 20;

    public SdpDirection Direction { get; init; }

    /// <summary>Our keys for SRTP, the one we prefer first; none for plain RTP.</summary>
    public IReadOnlyList<SdpCrypto> Cryptos { get; init; } = [];

    /// <summary>The extended reports that we want to get (RFC 3611 5.1); null asks for none.</summary>
    public SdpExtendedReports? ExtendedReports { get; init; }

    public byte[] ToBytes()
    {
        var family = Address.AddressFamily == AddressFamily.InterNetworkV6 ? "IP6" : "IP4";
        var text = new StringBuilder()
            .Append("v=0\r\n")
            .Append("o=- ").Append(SessionId).Append(' ').Append(Version).Append(" IN ").Append(family).Append(' ').Append(Address).Append("\r\n")
            .Append("s=-\r\n")
            .Append("c=IN ").Append(family).Append(' ').Append(Address).Append("\r\n")
            .Append("t=0 0\r\n")
            .Append("m=audio ").Append(Port).Append(Cryptos.Count == 0 ? " RTP/AVP" : " RTP/SAVP");
        foreach (var codec in Codecs)
        {
            text.Append(' ').Append((int)codec);
        }

        text.Append(TelephoneEvent is null ? "" : $" {TelephoneEvent}").Append("\r\n");
        foreach (var codec in Codecs)
        {
            text.Append("a=rtpmap:").Append((int)codec).Append(codec == AudioCodec.Pcmu ? " PCMU/8000\r\n" : " PCMA/8000\r\n");
        }

        if (TelephoneEvent is not null)
        {
            text.Append("a=rtpmap:").Append(TelephoneEvent).Append(" telephone-event/8000\r\na=fmtp:").Append(TelephoneEvent).Append(" 0-15\r\n");
        }

        foreach (var crypto in Cryptos)
        {
            text.Append("a=crypto:").Append(crypto.ToLine()).Append("\r\n");
        }

        if (ExtendedReports is not null)
        {
            text.Append("a=").Append(ExtendedReports.ToLine()).Append("\r\n");
        }

        text.Append("a=ptime:").Append(Ptime).Append("\r\na=").Append(Direction.ToString().ToLowerInvariant()).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
