using System.Globalization;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Switch.Calls;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>
/// Calls that the lab's switch really handled, as Twilio keeps them: with what the far end of the lab measured of them, and nothing for what it did not measure. That calls to the
/// free echo numbers are listed at all is not published for the real one.
/// </summary>
internal static class CarriedCalls
{
    /// <summary>The lab's own field, which no answer shows.</summary>
    public const string Measured = "lab_measured";

    public static Resource Add(ResourceStore store, CallRecord call)
    {
        var (started, ended) = (call.At, call.EndedAt ?? call.At);
        var answered = call.FinalStatus == 200;
        return store.Add(Kind.Call, null, new JsonObject
        {
            ["parent_call_sid"] = null, ["from"] = "+" + call.Caller.TrimStart('+'), ["to"] = call.Judgement.CalledNumber, ["phone_number_sid"] = null, ["trunk_sid"] = call.Judgement.TrunkSid,
            ["direction"] = "trunking-terminating", ["status"] = answered ? "completed" : "failed", ["start_time"] = Rfc2822(started), ["end_time"] = Rfc2822(ended),
            ["duration"] = ((int)(ended - started).TotalSeconds).ToString(CultureInfo.InvariantCulture), ["price"] = null, ["price_unit"] = "USD", ["queue_time"] = "0", ["answered_by"] = null,
            ["forwarded_from"] = null, ["caller_name"] = null,
            [Measured] = new JsonObject
            {
                ["started"] = started.ToString("O", CultureInfo.InvariantCulture), ["ended"] = ended.ToString("O", CultureInfo.InvariantCulture),
                ["connected_seconds"] = call.AnsweredAt is { } at ? (int)(ended - at).TotalSeconds : 0, ["status"] = call.FinalStatus, ["pdd_ms"] = call.RangAt is { } rang ? (int)(rang - started).TotalMilliseconds : null,
                ["disconnected_by"] = call.EndedBy switch { "caller" => "caller", "switch" => "callee", _ => "unknown" },
                ["codec"] = call.Codec?.ToLowerInvariant(), ["received"] = call.PacketsReceived, ["sent"] = call.PacketsSent, ["sip_call_id"] = call.CallId,
            },
        });
    }

    private static string Rfc2822(DateTimeOffset moment) => moment.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
}
