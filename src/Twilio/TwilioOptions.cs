using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Twilio;

/// <summary>How Twilio's REST API is spoken. Section <c>Twilio</c> of the settings; defaults are those of Twilio's own SDKs.</summary>
public sealed class TwilioOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Twilio";

    /// <summary>Seconds to wait for an answer.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>How often a request that may be repeated is sent again.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 3;

    /// <summary>First bound of the random delay before a retry, in milliseconds; it doubles each time.</summary>
    [Range(0, 60_000)]
    public int RetryDelayMilliseconds { get; set; } = 100;

    /// <summary>Longest delay before a retry, in milliseconds.</summary>
    [Range(0, 60_000)]
    public int LongestRetryDelayMilliseconds { get; set; } = 3000;

    /// <summary>How often a trunk's auth_type, which lags behind, is looked at before giving up.</summary>
    [Range(1, 1000)]
    public int AuthTypePolls { get; set; } = 20;

    /// <summary>Milliseconds between two such looks.</summary>
    [Range(0, 60_000)]
    public int AuthTypePollMilliseconds { get; set; } = 1000;

    /// <summary>
    /// JSON file with the edges and their signalling ranges, in place of the catalogue that ships (form: <c>src/Trunks/Edges/twilio-edges.json</c>): for the day on
    /// which Twilio adds an address range. A relative path counts from the folder in which the bot is started. Empty: the one that ships.
    /// </summary>
    public string EdgeCatalogueFile { get; set; } = "";

    /// <summary>Balance below which status asks for attention, in the account's currency.</summary>
    [Range(typeof(decimal), "0", "1000000", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public decimal LowBalance { get; set; } = 5;
}
