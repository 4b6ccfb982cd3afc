using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrunkBot.Sip;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Transport.Tls;

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
        Server(json, answer.Tls, answer.Skipped);
        Failure(json, "failure", answer.Failure);
        Trace(json, answer.Trace);
    });

    public static string Of(CallResult call) => Write(json =>
    {
        json.WriteString("outcome", Name(call.Outcome));
        json.WriteString("startedAt", call.StartedAt.ToString("O", CultureInfo.InvariantCulture));
        json.WriteStartObject("signalling");
        Number(json, "finalStatus", call.FinalStatus);
        json.WriteString("finalReason", call.FinalReason);
        json.WriteString("reasonHeader", call.ReasonHeader);
        json.WriteString("warning", call.Warning);
        json.WriteString("retryAfter", call.RetryAfter);
        json.WriteString("twilioError", call.TwilioError);
        json.WriteString("redirectedTo", call.RedirectedTo);
        Milliseconds(json, "postDialDelayMilliseconds", call.PostDialDelay);
        Milliseconds(json, "earlyMediaAfterMilliseconds", call.EarlyMediaAfter);
        Milliseconds(json, "answerDelayMilliseconds", call.AnswerDelay);
        Milliseconds(json, "sessionDisconnectDelayMilliseconds", call.SessionDisconnectDelay);
        Milliseconds(json, "talkTimeMilliseconds", call.TalkTime);
        json.WriteString("hungUpBy", call.HungUpBy is { } by ? Name(by) : null);
        Address(json, "remoteAddress", call.RemoteSignalling);
        Address(json, "seenAs", call.SeenAs);
        json.WriteString("remoteContact", call.RemoteContact);
        json.WriteEndObject();
        json.WriteStartObject("media");
        Address(json, "remoteAddress", call.RemoteMedia);
        Address(json, "firstRtpFrom", call.FirstRtpFrom);
        Milliseconds(json, "firstRtpAfterMilliseconds", call.FirstRtpAfter);
        json.WriteString("codec", call.Codec?.ToString().ToUpperInvariant());
        Number(json, "ptimeMilliseconds", call.Ptime);
        Number(json, "packetsSent", call.PacketsSent);
        Number(json, "packetsReceived", call.PacketsReceived);
        Number(json, "packetsExpected", call.PacketsExpected);
        Number(json, "packetsLost", call.PacketsLost);
        Number(json, "packetsDuplicate", call.PacketsDuplicate);
        Number(json, "packetsReordered", call.PacketsReordered);
        Number(json, "meanJitterMilliseconds", call.JitterMilliseconds);
        Number(json, "maxJitterMilliseconds", call.MaxJitterMilliseconds);
        Milliseconds(json, "machineLateMilliseconds", call.MachineLate);
        json.WriteEndObject();
        json.WriteStartObject("audio");
        json.WriteString("verdict", Name(call.Audio.Verdict));
        json.WriteString("sentence", call.Audio.Sentence);
        Number(json, "ownSignalHeardPercent", call.Audio.HeardOwnSignalPercent);
        Milliseconds(json, "ownSignalHeardMilliseconds", call.Audio.OwnSignalHeard);
        Milliseconds(json, "firstHeardAfterMilliseconds", call.Audio.FirstHeardAfter);
        Milliseconds(json, "echoDelayMilliseconds", call.Audio.EchoDelay);
        Number(json, "levelDbm0", call.Audio.LevelDbm0);
        Number(json, "nonSilentPercent", call.Audio.NonSilentPercent);
        json.WriteEndObject();
        Server(json, call.Tls, call.Skipped);
        Failure(json, "failure", call.Failure);
        Trace(json, call.Trace);
    });

    private static void Server(Utf8JsonWriter json, SipTlsPeer? tls, IReadOnlyList<SkippedTarget> skipped)
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
            Failure(json, "failure", failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

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
