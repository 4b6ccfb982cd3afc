using TrunkBot.Trunks.Language;

namespace TrunkBot.Twilio.Rest;

/// <summary>How a request to Twilio failed.</summary>
public enum TwilioTrouble
{
    /// <summary>Twilio said no; nothing was changed.</summary>
    Refused,

    /// <summary>The resource does not exist.</summary>
    NotFound,

    /// <summary>Too many requests, also after the retries. Never processed.</summary>
    RateLimited,

    /// <summary>Not connected to: never sent.</summary>
    Unreachable,

    /// <summary>The base URL is none that may be given the login: never sent.</summary>
    NotAllowed,

    /// <summary>5xx, time-out or lost connection: a write may or may not have had its effect.</summary>
    Lost,

    /// <summary>The answer is not what the API promises: broken JSON, a redirect, a link to another host.</summary>
    Unreadable,
}

/// <summary>A request that Twilio did not fulfil. The message holds no secret and stands on one line.</summary>
/// <param name="code">Twilio's own error code; null when the answer has none.</param>
public sealed class TwilioException(TwilioTrouble trouble, int? httpStatus, int? code, Sentence said, Exception? inner = null)
    : Exception(said, inner)
{
    public TwilioTrouble Trouble { get; } = trouble;

    public int? HttpStatus { get; } = httpStatus;

    public int? Code { get; } = code;

    /// <summary>The message, fit to be said in other languages; what Twilio said is in its own words.</summary>
    public Sentence Said { get; } = said;
}
