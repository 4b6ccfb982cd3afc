using System.Globalization;
using System.Text.Json;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip.Results;

/// <summary>Who answered, in every result as JSON: the certificate that was shown, and the servers that were tried before.</summary>
public static class ServerJson
{
    /// <summary>Writes the members <c>tls</c> (null without TLS) and <c>skipped</c>.</summary>
    public static void Write(Utf8JsonWriter json, SipTlsPeer? tls, IReadOnlyList<SkippedTarget> skipped)
    {
        if (tls is null)
        {
            json.WriteNull("tls");
        }
        else
        {
            json.WriteStartObject("tls");
            json.WriteString("version", tls.Version);
            json.WriteString("cipherSuite", tls.CipherSuite);
            json.WriteString("subject", tls.Subject);
            json.WriteString("issuer", tls.Issuer);
            json.WriteStartArray("names");
            foreach (var name in tls.Names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteString("notBefore", tls.NotBefore.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("notAfter", tls.NotAfter.ToString("O", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteStartArray("skipped");
        foreach (var (peer, failure) in skipped)
        {
            json.WriteStartObject();
            json.WriteString("peer", peer.ToString());
            json.WriteStartObject("failure");
            json.WriteString("code", failure.Code);
            json.WriteString("sentence", failure.Sentence);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
