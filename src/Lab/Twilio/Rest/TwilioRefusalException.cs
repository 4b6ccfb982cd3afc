using System.Text.Json.Nodes;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>
/// A request that Twilio turns down. Thrown rather than returned so that whatever the request had begun to write is rolled back in one place.
/// The codes are Twilio's published ones; the HTTP status of the 212xx codes and every message text are invented.
/// </summary>
public sealed class TwilioRefusalException(int status, int code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public int Code { get; } = code;

    public static TwilioRefusalException NotFound(string path) =>
        new(404, 20404, $"The requested resource {path} was not found");

    public static TwilioRefusalException Unauthenticated() => new(401, 20003, "Authenticate");

    public static TwilioRefusalException Parameter(string name, string why) =>
        new(400, 20001, $"Invalid parameter {name}: {why}");

    public static TwilioRefusalException Missing(string name) =>
        new(400, 20001, $"Missing required parameter {name} in the post body");

    /// <summary>The classic body of an error (twilio.com/docs/usage/twilios-response).</summary>
    public JsonObject Body() => new()
    {
        ["code"] = Code,
        ["message"] = Message,
        ["more_info"] = $"https://www.twilio.com/docs/errors/{Code}",
        ["status"] = Status,
    };
}
