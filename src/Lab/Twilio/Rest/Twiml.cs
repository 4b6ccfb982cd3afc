using System.Buffers.Binary;
using System.Xml;
using System.Xml.Linq;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>The two verbs of TwiML that the lab's Twilio knows: Echo, and Play of a WAV file (16-bit PCM, mono, 8 kHz) on this machine.</summary>
internal static class Twiml
{
    private const int HeaderBytes = 44;
    private const int LongestFile = 4_000_000;

    /// <returns>The samples to play; null for Echo.</returns>
    public static short[]? Play(string? twiml)
    {
        XElement? verb;
        try
        {
            verb = XDocument.Parse(twiml ?? "").Root?.Elements().FirstOrDefault();
        }
        catch (XmlException)
        {
            throw new TwilioRefusalException(400, 12100, "The TwiML can't be parsed");
        }

        return verb?.Name.LocalName switch
        {
            "Echo" => null,
            "Play" when Uri.TryCreate(verb.Value, UriKind.Absolute, out var url) && url.IsLoopback => Load(url),
            "Play" => throw new TwilioRefusalException(400, 12300, "The lab's Twilio plays files of this machine alone"),
            _ => throw new TwilioRefusalException(400, 12200, "The lab's Twilio knows Echo and Play"),
        };
    }

    private static short[] Load(Uri url)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = LongestFile };
            using var answer = http.Send(new HttpRequestMessage(HttpMethod.Get, url));
            answer.EnsureSuccessStatusCode();
            using var content = answer.Content.ReadAsStream();
            using var file = new MemoryStream();
            content.CopyTo(file);
            var samples = file.GetBuffer().AsSpan(0, (int)file.Length)[Math.Min(HeaderBytes, (int)file.Length)..];
            var read = new short[samples.Length / 2];
            for (var i = 0; i < read.Length; i++)
            {
                read[i] = BinaryPrimitives.ReadInt16LittleEndian(samples[(2 * i)..]);
            }

            return read;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            throw new TwilioRefusalException(400, 12300, $"{url} can't be loaded");
        }
    }
}
