using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip.Results;

/// <summary>What results as JSON have in common. Version 1 only ever gains members; units are in the names; what was not measured is null.</summary>
public static class ResultJson
{
    private const int Version = 1;

    /// <param name="write">Writes the members after <c>version</c>.</param>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();

        // Not for a page: so that an apostrophe in a sentence stays one.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Who answered: the members <c>tls</c>, the certificate that was shown (null without TLS), and <c>skipped</c>, the servers that were tried before.</summary>
    internal static void Server(Utf8JsonWriter json, SipTlsPeer? tls, IReadOnlyList<SkippedTarget> skipped)
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
            Address(json, "peer", peer);
            Failure(json, failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The member <c>failure</c>.</summary>
    internal static void Failure(Utf8JsonWriter json, SipFailure? failure)
    {
        if (failure is null)
        {
            json.WriteNull("failure");
            return;
        }

        json.WriteStartObject("failure");
        json.WriteString("code", failure.Code);
        json.WriteString("sentence", failure.Sentence);
        json.WriteEndObject();
    }

    /// <summary>The member <c>trace</c>.</summary>
    internal static void Trace(Utf8JsonWriter json, IReadOnlyList<SipTraceLine> trace)
    {
        json.WriteStartArray("trace");
        foreach (var line in trace)
        {
            json.WriteStartObject();
            json.WriteString("time", line.Time.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("direction", line.Sent ? "sent" : "received");
            Address(json, "peer", line.Peer);
            json.WriteString("firstLine", line.FirstLine);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    internal static void Milliseconds(Utf8JsonWriter json, string name, TimeSpan? time) => Number(json, name, time is { } t ? Math.Round(t.TotalMilliseconds, 3) : null);

    internal static void Address(Utf8JsonWriter json, string name, IPEndPoint? address) => json.WriteString(name, address?.ToString());

    internal static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
