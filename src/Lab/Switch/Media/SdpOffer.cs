using System.Globalization;
using System.Net;
using System.Text;

namespace TrunkBot.Lab.Switch.Media;

/// <summary>What an offer asks for (RFC 8866, RFC 3264): where the sound goes, and the first codec in it that the test number speaks.</summary>
/// <param name="PayloadType">0 or 8; null when neither PCMU nor PCMA is offered.</param>
/// <param name="Protected">SRTP is offered (RTP/SAVP).</param>
internal sealed record SdpOffer(IPEndPoint Target, byte? PayloadType, bool Protected)
{
    /// <returns>Null when there is no audio line with an IPv4 address and a port.</returns>
    public static SdpOffer? Parse(byte[] body)
    {
        IPAddress? session = null, media = null;
        string[]? audio = null;
        var inAudio = false;
        foreach (var line in Encoding.UTF8.GetString(body).Split('\n').Select(line => line.TrimEnd('\r')))
        {
            if (line.StartsWith("m=", StringComparison.Ordinal))
            {
                inAudio = audio is null && line.StartsWith("m=audio ", StringComparison.Ordinal);
                audio ??= inAudio ? line[8..].Split(' ', StringSplitOptions.RemoveEmptyEntries) : null;
            }
            else if (line.StartsWith("c=IN IP4 ", StringComparison.Ordinal) && IPAddress.TryParse(line[9..].Split('/')[0], out var address))
            {
                session = audio is null ? address : session;
                media = inAudio ? address : media;
            }
        }

        if (audio is not [var port, var profile, .. var formats] || (media ?? session) is not { } target
            || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return null;
        }

        byte? known = formats.FirstOrDefault(format => format is "0" or "8") switch { "0" => G711.MuLaw, "8" => G711.ALaw, _ => null };
        return new SdpOffer(new IPEndPoint(target, number), known, profile.Contains("SAVP", StringComparison.Ordinal));
    }

    /// <summary>PCMU and PCMA, in Twilio's order.</summary>
    public static byte[] Offer(IPEndPoint local, long session) => Encoding.UTF8.GetBytes(string.Join("\r\n",
        "v=0",
        $"o=lab {session} 1 IN IP4 {local.Address}",
        "s=TrunkBot lab",
        $"c=IN IP4 {local.Address}",
        "t=0 0",
        $"m=audio {local.Port} RTP/AVP 0 8",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        "a=ptime:20",
        "a=sendrecv",
        ""));

    public static byte[] Answer(IPEndPoint local, byte payloadType, long session) => Encoding.UTF8.GetBytes(string.Join("\r\n",
        "v=0",
        $"o=lab {session} 1 IN IP4 {local.Address}",
        "s=TrunkBot lab",
        $"c=IN IP4 {local.Address}",
        "t=0 0",
        $"m=audio {local.Port} RTP/AVP {payloadType}",
        $"a=rtpmap:{payloadType} {(payloadType == G711.ALaw ? "PCMA" : "PCMU")}/8000",
        "a=ptime:20",
        "a=sendrecv",
        ""));
}
