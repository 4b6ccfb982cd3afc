using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrunkBot.Sip;
using TrunkBot.Sip.Results;

namespace TrunkBot.CommandLine;

/// <summary>Results of the <c>sip</c> commands as JSON (docs/command-line.md). Version 1 only ever gains members; units are in the names; what was not measured is null.</summary>
internal static class SipJson
{
    private const int Version = 1;

    /// <param name="write">Writes the members after <c>version</c>.</param>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();

        // Not for a page: so that an apostrophe in a sentence stays one.
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public static string Of(OptionsRequest request, OptionsResult answer) => Write(json =>
    {
        json.WriteString("state", Name(answer.State));
        json.WriteString("target", request.Target.ToString());
        json.WriteStartObject("signalling");
        Number(json, "finalStatus", answer.Status);
        json.WriteString("finalReason", answer.Reason);
        json.WriteString("reasonHeader", answer.ReasonHeader);
        json.WriteString("twilioError", answer.TwilioError);
        Number(json, "roundTripMilliseconds", answer.RoundTripMilliseconds);
        Address(json, "remoteAddress", answer.Peer);
        json.WriteEndObject();
        ServerJson.Write(json, answer.Tls, answer.Skipped);
        Failure(json, "failure", answer.Failure);
        Trace(json, answer.Trace);
    });

    private static void Failure(Utf8JsonWriter json, string name, SipFailure? failure)
    {
        if (failure is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("code", failure.Code);
        json.WriteString("sentence", failure.Sentence);
        json.WriteEndObject();
    }

    private static void Trace(Utf8JsonWriter json, IReadOnlyList<SipTraceLine> trace)
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

    private static void Number(Utf8JsonWriter json, string name, double? value)
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

    private static void Milliseconds(Utf8JsonWriter json, string name, TimeSpan? time) => Number(json, name, time is { } t ? Math.Round(t.TotalMilliseconds, 3) : null);

    private static void Address(Utf8JsonWriter json, string name, IPEndPoint? address) => json.WriteString(name, address?.ToString());

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
