using System.Globalization;
using System.Text.Json;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Media.Srtp;
using static TrunkBot.Sip.Results.ResultJson;

namespace TrunkBot.Sip.Results;

/// <summary>
/// The result of a test call as JSON, by a contract that scripts may rely on: <c>docs/call-result.schema.json</c>. Version 1 only ever gains members. Units are in
/// the names. What was not measured is null.
/// </summary>
public static class CallJson
{
    public static string Write(CallResult call) => ResultJson.Write(json =>
    {
        json.WriteString("outcome", Name(call.Outcome));
        json.WriteString("startedAt", call.StartedAt.ToString("O", CultureInfo.InvariantCulture));
        WriteSignalling(json, call);
        WriteMedia(json, call);
        WriteFarEnd(json, call);
        json.WriteStartObject("quality");
        WriteQuality(json, "here", call.QualityHere);
        WriteQuality(json, "atFarEnd", call.QualityAtFarEnd);
        json.WriteEndObject();
        WriteAudio(json, call.Audio);
        Server(json, call.Tls, call.Skipped);
        Failure(json, call.Failure);
        Trace(json, call.Trace);
    });

    private static void WriteSignalling(Utf8JsonWriter json, CallResult call)
    {
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
        Address(json, "localAddress", call.LocalSignalling);
        Address(json, "remoteAddress", call.RemoteSignalling);
        Address(json, "seenAs", call.SeenAs);
        json.WriteString("remoteContact", call.RemoteContact);
        json.WriteEndObject();
    }

    private static void WriteMedia(Utf8JsonWriter json, CallResult call)
    {
        json.WriteStartObject("media");
        Address(json, "localAddress", call.LocalMedia);
        Address(json, "remoteAddress", call.RemoteMedia);
        Address(json, "firstRtpFrom", call.FirstRtpFrom);
        Milliseconds(json, "firstRtpAfterMilliseconds", call.FirstRtpAfter);
        json.WriteString("codec", call.Codec is { } codec ? Name(codec).ToUpperInvariant() : null);
        Number(json, "ptimeMilliseconds", call.Ptime);
        json.WriteString("srtpSuite", call.Srtp?.Name());
        Number(json, "srtpPacketsRefused", call.SrtpPacketsRefused);
        Number(json, "srtpPacketsEarly", call.SrtpPacketsEarly);
        Number(json, "packetsSent", call.PacketsSent);
        Number(json, "packetsReceived", call.PacketsReceived);
        Number(json, "packetsExpected", call.PacketsExpected);
        Number(json, "packetsLost", call.PacketsLost);
        Number(json, "packetsDuplicate", call.PacketsDuplicate);
        Number(json, "packetsReordered", call.PacketsReordered);
        Number(json, "comfortNoisePackets", call.ComfortNoisePackets);
        Number(json, "meanJitterMilliseconds", call.JitterMilliseconds);
        Number(json, "maxJitterMilliseconds", call.MaxJitterMilliseconds);
        Milliseconds(json, "holdMilliseconds", call.HoldTime);
        Milliseconds(json, "machineLateMilliseconds", call.MachineLate);
        if (call.DigitsReceived is not { } digits)
        {
            json.WriteNull("digitsReceived");
        }
        else
        {
            json.WriteStartArray("digitsReceived");
            foreach (var digit in digits)
            {
                json.WriteStartObject();
                json.WriteString("digit", digit.Digit.ToString());
                Milliseconds(json, "durationMilliseconds", digit.Duration);
                Milliseconds(json, "atMilliseconds", digit.At);
                Number(json, "endPackets", digit.EndPackets);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteFarEnd(Utf8JsonWriter json, CallResult call)
    {
        json.WriteStartObject("rtcp");
        Number(json, "reportsReceived", call.RtcpReportsReceived);
        Milliseconds(json, "roundTripMilliseconds", call.RoundTrip);
        Number(json, "farEndPacketsReceived", call.FarEndPacketsReceived);
        Number(json, "farEndPacketsLost", call.FarEndPacketsLost);
        Number(json, "farEndJitterMilliseconds", call.FarEndJitterMilliseconds);
        WriteMetrics(json, call.FarEndMetrics);
        WriteSummary(json, call.FarEndSummary);
        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, VoipMetrics? metrics)
    {
        if (metrics is null)
        {
            json.WriteNull("farEndMetrics");
            return;
        }

        json.WriteStartObject("farEndMetrics");
        Number(json, "lossPercent", metrics.LossPercent);
        Number(json, "discardPercent", metrics.DiscardPercent);
        Number(json, "burstDensityPercent", metrics.BurstDensityPercent);
        Number(json, "burstMilliseconds", metrics.BurstMilliseconds);
        Number(json, "gapDensityPercent", metrics.GapDensityPercent);
        Number(json, "gapMilliseconds", metrics.GapMilliseconds);
        Number(json, "gmin", metrics.Gmin);
        Number(json, "roundTripMilliseconds", metrics.RoundTripMilliseconds);
        Number(json, "endSystemDelayMilliseconds", metrics.EndSystemDelayMilliseconds);
        Number(json, "signalLevelDbm0", metrics.SignalLevelDbm0);
        Number(json, "noiseLevelDbm0", metrics.NoiseLevelDbm0);
        Number(json, "echoReturnLossDecibels", metrics.EchoReturnLossDecibels);
        Number(json, "r", metrics.R);
        Number(json, "externalR", metrics.ExternalR);
        Number(json, "mosListening", metrics.MosListening);
        Number(json, "mosConversational", metrics.MosConversational);
        json.WriteString("concealment", metrics.Concealment is { } concealment ? Name(concealment) : null);
        Number(json, "jitterBufferNominalMilliseconds", metrics.JitterBufferNominalMilliseconds);
        Number(json, "jitterBufferMaximumMilliseconds", metrics.JitterBufferMaximumMilliseconds);
        json.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter json, StatisticsSummary? summary)
    {
        if (summary is null)
        {
            json.WriteNull("farEndSummary");
            return;
        }

        json.WriteStartObject("farEndSummary");
        Number(json, "firstSequence", summary.FirstSequence);
        Number(json, "endSequence", summary.EndSequence);
        Number(json, "packetsLost", summary.Lost);
        Number(json, "packetsDuplicate", summary.Duplicates);
        Number(json, "leastJitterMilliseconds", summary.Jitter?.LeastMilliseconds);
        Number(json, "mostJitterMilliseconds", summary.Jitter?.MostMilliseconds);
        Number(json, "meanJitterMilliseconds", summary.Jitter?.MeanMilliseconds);
        Number(json, "jitterDeviationMilliseconds", summary.Jitter?.DeviationMilliseconds);
        json.WriteEndObject();
    }

    private static void WriteQuality(Utf8JsonWriter json, string name, QualityEstimate? quality)
    {
        if (quality is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteBoolean("estimated", true);
        json.WriteString("model", "ITU-T G.107");
        Number(json, "lossPercent", quality.LossPercent);
        Number(json, "oneWayDelayMilliseconds", quality.OneWayDelayMilliseconds);
        Number(json, "ie", quality.Ie);
        Number(json, "burstRatio", quality.BurstRatio);
        WriteRating(json, "withConcealment", quality.WithConcealment);
        WriteRating(json, "withoutConcealment", quality.WithoutConcealment);
        json.WriteEndObject();
    }

    private static void WriteRating(Utf8JsonWriter json, string name, EstimatedQuality quality)
    {
        json.WriteStartObject(name);
        Number(json, "bpl", quality.Bpl);
        Number(json, "r", quality.R);
        Number(json, "mos", quality.Mos);
        json.WriteEndObject();
    }

    private static void WriteAudio(Utf8JsonWriter json, AudioProof audio)
    {
        json.WriteStartObject("audio");
        json.WriteString("verdict", Name(audio.Verdict));
        json.WriteString("sentence", audio.Sentence);
        Number(json, "ownSignalHeardPercent", audio.HeardOwnSignalPercent);
        Milliseconds(json, "ownSignalHeardMilliseconds", audio.OwnSignalHeard);
        Milliseconds(json, "firstHeardAfterMilliseconds", audio.FirstHeardAfter);
        Milliseconds(json, "echoDelayMilliseconds", audio.EchoDelay);
        Number(json, "levelDbm0", audio.LevelDbm0);
        Number(json, "twistDecibels", audio.TwistDecibels);
        Number(json, "farSignalHeardPercent", audio.HeardFarSignalPercent);
        Milliseconds(json, "farSignalHeardMilliseconds", audio.FarSignalHeard);
        Number(json, "farLevelDbm0", audio.FarLevelDbm0);
        Number(json, "nonSilentPercent", audio.NonSilentPercent);
        Milliseconds(json, "silenceHeardMilliseconds", audio.SilenceHeard);
        Milliseconds(json, "announcementHeardMilliseconds", audio.AnnouncementHeard);
        Milliseconds(json, "toneHeardMilliseconds", audio.ToneHeard);
        Milliseconds(json, "noiseHeardMilliseconds", audio.NoiseHeard);
        json.WriteEndObject();
    }
}
