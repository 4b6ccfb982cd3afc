using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Twilio.Rest;

/// <summary>How Twilio's JSON is read: snake case, unknown fields ignored, missing ones tolerated, numbers also as text.</summary>
internal static class TwilioJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        Converters = { new TwilioTime(), new TwilioNumber<int>(), new TwilioNumber<decimal>() },
    };
}

/// <param name="Status">active, suspended or closed.</param>
/// <param name="Type">Trial or Full.</param>
/// <param name="OwnerAccountSid">The parent of a sub-account; of any other account itself.</param>
public sealed record TwilioAccount(string? Sid, string? Status, string? Type, string? OwnerAccountSid);

/// <param name="Balance">A number as text; null where the account has none to show.</param>
public sealed record TwilioBalance(string? Balance, string? Currency);

public sealed record AccessControlList(string Sid, string? FriendlyName);

public sealed record AccessControlAddress(string Sid, string? FriendlyName, string? IpAddress, int? CidrPrefixLength);

/// <summary>A trunk with every setting that can be given back to it.</summary>
public sealed record Trunk
{
    public required string Sid { get; init; }

    /// <summary>The account of the login, which a parent's key makes the parent's and not that of the site profile.</summary>
    public string? AccountSid { get; init; }

    public string? FriendlyName { get; init; }

    public string? DomainName { get; init; }

    public string? DisasterRecoveryUrl { get; init; }

    public string? DisasterRecoveryMethod { get; init; }

    public string? TransferMode { get; init; }

    public string? TransferCallerId { get; init; }

    public bool? Secure { get; init; }

    public bool? CnamLookupEnabled { get; init; }

    /// <summary>Changed only through its own resource.</summary>
    public TrunkRecording? Recording { get; init; }

    /// <summary>Read-only in the API; null when Twilio does not say.</summary>
    public bool? SymmetricRtpEnabled { get; init; }

    /// <summary>Computed by Twilio: empty, IP_ACL, CREDENTIAL_LIST, or both with a comma.</summary>
    public string? AuthType { get; init; }
}

/// <param name="Mode">do-not-record, record-from-ringing, record-from-answer, each of the last two also with -dual.</param>
/// <param name="Trim">trim-silence or do-not-trim.</param>
public sealed record TrunkRecording(string? Mode, string? Trim);

/// <summary>A list that is mapped to a trunk; the SID is the list's own.</summary>
public sealed record Association(string Sid, string? FriendlyName);

public sealed record OriginationUrl(string Sid, string? FriendlyName, string? SipUrl, int? Priority, int? Weight, bool? Enabled);

/// <summary>A number of the account, with the voice routing that attaching it to a trunk replaces.</summary>
public sealed record PhoneNumber
{
    public required string Sid { get; init; }

    [JsonPropertyName("phone_number")]
    public string? Number { get; init; }

    public string? TrunkSid { get; init; }

    public string? VoiceUrl { get; init; }

    public string? VoiceMethod { get; init; }

    public string? VoiceFallbackUrl { get; init; }

    public string? VoiceFallbackMethod { get; init; }

    public string? VoiceApplicationSid { get; init; }

    public bool? VoiceCallerIdLookup { get; init; }

    public string? VoiceReceiveMode { get; init; }

    public string? StatusCallback { get; init; }

    public string? StatusCallbackMethod { get; init; }

    /// <summary>Address for emergency calls; while there is one the number can't leave its trunk (21634).</summary>
    public string? EmergencyAddressSid { get; init; }

    /// <summary>registered, unregistered, or something on the way between them.</summary>
    public string? EmergencyAddressStatus { get; init; }

    /// <summary>Whether the number is provisioned for emergency calling, as far as Twilio tells.</summary>
    [JsonIgnore]
    public bool HasEmergencyAddress => !string.IsNullOrEmpty(EmergencyAddressSid) || EmergencyAddressStatus is { Length: > 0 } and not "unregistered";
}
