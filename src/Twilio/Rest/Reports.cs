using System.Text.Json;

namespace TrunkBot.Twilio.Rest;

/// <summary>One leg of a call. A test call from Twilio to the trunk has two: outbound-api and trunking-originating.</summary>
/// <param name="Direction">inbound, outbound-api, outbound-dial, trunking-terminating (switch to PSTN), trunking-originating (PSTN to switch).</param>
/// <param name="Duration">Seconds.</param>
public sealed record Call(
    string Sid, string? From, string? To, string? TrunkSid, string? Direction, string? Status, DateTimeOffset? StartTime, DateTimeOffset? EndTime, int? Duration, decimal? Price, string? PriceUnit);

/// <summary>A call to be made; costs money.</summary>
public sealed record CallOrder
{
    /// <summary>E.164 with its plus.</summary>
    public required string To { get; init; }

    /// <summary>A number of the account, or a verified one.</summary>
    public required string From { get; init; }

    /// <summary>At most 4000 characters; Twilio ignores it where <see cref="Url"/> is given.</summary>
    public string? Twiml { get; init; }

    public Uri? Url { get; init; }

    /// <summary>Seconds of ringing; Twilio may add 5.</summary>
    public int? TimeoutSeconds { get; init; }

    public int? LimitSeconds { get; init; }

    public string? SendDigits { get; init; }

    public bool? Record { get; init; }

    public Uri? StatusCallback { get; init; }

    /// <summary>initiated, ringing, answered, completed.</summary>
    public IReadOnlyList<string> StatusCallbackEvents { get; init; } = [];
}

/// <param name="Source">Trunking for those of a trunk, OutboundAPI for those that a call was made with.</param>
public sealed record CallRecording(string Sid, string? CallSid, int? Duration, int? Channels, string? Source, string? Status);

public sealed record CallNotification(string Sid, string? ErrorCode, string? Log, DateTimeOffset? MessageDate);

/// <summary>A request that Twilio made for a call; its shape is not promised.</summary>
public sealed record CallTrace(JsonElement? Request, JsonElement? Response);

/// <summary>A user of a credential list.</summary>
public sealed record CredentialUser(string Sid, string? Username);

/// <param name="AdvancedFeatures">Must be on for anything else of Insights; costs money.</param>
public sealed record InsightsSettings(bool? AdvancedFeatures, bool? VoiceTrace);

/// <summary>How a call went, as Voice Insights sums it up. What Twilio types as "any" is read defensively.</summary>
public sealed record CallSummary
{
    public string? CallSid { get; init; }

    /// <summary>carrier, sip, trunking, client or whatsapp.</summary>
    public string? CallType { get; init; }

    public string? CallState { get; init; }

    /// <summary>complete or partial.</summary>
    public string? ProcessingState { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Seconds.</summary>
    public int? Duration { get; init; }

    /// <summary>Seconds of talk.</summary>
    public int? ConnectDuration { get; init; }

    /// <summary>silence, high_jitter, high_packet_loss, high_pdd, high_latency, pstn_short_duration.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    public JsonElement? Properties { get; init; }

    public JsonElement? SipEdge { get; init; }

    public JsonElement? CarrierEdge { get; init; }

    /// <summary>trunking_originating or trunking_terminating: with underscores here.</summary>
    public string? Direction => Properties.Text("direction");

    /// <summary>Answer that ended it, such as 404.</summary>
    public string? LastSipResponse => Properties.Text("last_sip_response_num");

    /// <summary>caller, callee, twilio, unknown.</summary>
    public string? DisconnectedBy => Properties.Text("disconnected_by");

    public double? PostDialDelayMilliseconds => Properties.Number("pdd_ms");

    /// <summary>Such as umatilla.</summary>
    public string? EdgeLocation => SipEdge.At("properties").Text("edge_location");

    /// <summary>Call-ID on the side of the switch: joins with traces of the SBC.</summary>
    public string? SipCallId => SipEdge.At("properties").Text("sip_call_id");

    public string? TrunkSid => SipEdge.At("properties").Text("trunk_sid");

    /// <summary>Where Twilio sent RTP.</summary>
    public string? ExternalMediaIp => SipEdge.At("properties").Text("external_media_ip");

    public RtpFlow? FromSwitch => RtpFlow.Of(SipEdge.At("metrics").At("inbound"));

    public RtpFlow? ToSwitch => RtpFlow.Of(SipEdge.At("metrics").At("outbound"));
}

/// <summary>RTP of one direction. null is unmeasured, never 0.</summary>
/// <param name="Packets">Received, or sent.</param>
/// <param name="LossPercent">0 to 100.</param>
/// <param name="JitterMilliseconds">Average.</param>
public sealed record RtpFlow(string? Codec, double? Packets, double? Lost, double? LossPercent, double? JitterMilliseconds)
{
    internal static RtpFlow? Of(JsonElement? stream) => stream is not { ValueKind: JsonValueKind.Object } ? null : new(
        stream.Text("codec_name") ?? stream.Text("codec"), stream.Number("packets_received") ?? stream.Number("packets_sent"), stream.Number("packets_lost"),
        stream.Number("packets_loss_percentage"), stream.At("jitter").Number("avg"));
}

/// <summary>One sample of 10 s.</summary>
public sealed record CallMetric(DateTimeOffset? Timestamp, string? Edge, string? Direction, JsonElement? SipEdge, JsonElement? CarrierEdge)
{
    /// <summary>The stream on the side of the switch; null when the sample is of another edge.</summary>
    public RtpFlow? Switch => RtpFlow.Of(SipEdge);
}

/// <param name="Level">DEBUG, INFO, WARNING or ERROR.</param>
public sealed record CallEvent(DateTimeOffset? Timestamp, string? Edge, string? Group, string? Level, string? Name);

/// <param name="ErrorCode">Such as 32201, a number as text.</param>
/// <param name="ResourceSid">What it is about; of SIP errors that is not promised.</param>
public sealed record TwilioAlert(string Sid, string? ErrorCode, string? LogLevel, string? AlertText, string? ResourceSid, DateTimeOffset? DateCreated, DateTimeOffset? DateGenerated);

/// <param name="EventType">Such as phone-number.updated.</param>
/// <param name="ActorSid">A user (US…) or an account (AC…), where Twilio tells it.</param>
/// <param name="ActorType">user: in the Console; account: a request with a login of the account; twilio-admin, and so on.</param>
/// <param name="Source">web, api or twilio.</param>
public sealed record AuditEvent(string Sid, DateTimeOffset? EventDate, string? EventType, string? ResourceSid, string? ActorSid, string? ActorType, string? Source, string? Description, string? SourceIpAddress)
{
    /// <summary>What was changed, in a shape that depends on the event.</summary>
    public JsonElement? EventData { get; init; }
}

/// <summary>Where calls to a country may go (United States: Canada too).</summary>
public sealed record DialingCountry(
    string? IsoCode, string? Name, IReadOnlyList<string>? CountryCodes, bool? LowRiskNumbersEnabled, bool? HighRiskSpecialNumbersEnabled, bool? HighRiskTollfraudNumbersEnabled);

public sealed record HighRiskPrefix(string? Prefix);

/// <param name="DialingPermissionsInheritance">A sub-account has those of its parent.</param>
public sealed record VoiceSettings(bool? DialingPermissionsInheritance);

/// <param name="VoiceRegion">Such as us1.</param>
public sealed record InboundRoute(string? VoiceRegion, string? FriendlyName);

/// <summary>Reads JSON whose shape nobody promises.</summary>
internal static class DefensiveJson
{
    public static JsonElement? At(this JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;

    public static string? Text(this JsonElement? element, string name) => element.At(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    public static double? Number(this JsonElement? element, string name) => element.At(name) switch
    {
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        { ValueKind: JsonValueKind.String } text when double.TryParse(text.GetString(), System.Globalization.CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
