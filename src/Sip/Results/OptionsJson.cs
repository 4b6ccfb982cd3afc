using static TrunkBot.Sip.Results.ResultJson;

namespace TrunkBot.Sip.Results;

/// <summary>What came of OPTIONS as JSON (docs/command-line.md).</summary>
public static class OptionsJson
{
    public static string Write(OptionsRequest request, OptionsResult answer) => ResultJson.Write(json =>
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
        Failure(json, answer.Failure);
        Trace(json, answer.Trace);
    });
}
