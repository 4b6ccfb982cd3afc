namespace TrunkBot.Twilio.Rest;

/// <content>insights, monitor, voice (version 1) and routes (version 2): what is read and, but for Insights itself, never written.</content>
public static partial class TwilioCalls
{
    public static TwilioRead<InsightsSettings> Insights(string? subaccount = null) => new(TwilioProduct.Insights, WithQuery("/v1/Voice/Settings", ("SubaccountSid", subaccount)));

    /// <summary>Advanced features cost money: a person decides.</summary>
    public static TwilioRequest SetInsights(bool advancedFeatures, string? subaccount = null) =>
        Post(TwilioProduct.Insights, "/v1/Voice/Settings", ("AdvancedFeatures", Flag(advancedFeatures)), ("SubaccountSid", subaccount));

    /// <summary>Partial within 10 minutes of the end of a call, complete after about 30.</summary>
    public static TwilioRead<CallSummary> Summary(string call) => new(TwilioProduct.Insights, $"/v1/Voice/{call}/Summary");

    /// <summary>Summaries of trunk calls in any state: under Twilio's own default they stay unseen for 5 to 15 minutes (reported).</summary>
    /// <remarks>Of this list alone a page holds 25 at most (Twilio's OpenAPI description).</remarks>
    /// <param name="since">Such as 30m, 4h, 7d, or an ISO date-time.</param>
    public static TwilioList<CallSummary> Summaries(string since = "4h", string? subaccount = null) => new(
        TwilioProduct.Insights,
        WithQuery("/v1/Voice/Summaries", ("CallType", "trunking"), ("ProcessingState", "all"), ("StartTime", since), ("Subaccount", subaccount), ("PageSize", "25")),
        "call_summaries");

    /// <summary>The same of calls to one number that began on or after a moment.</summary>
    public static TwilioList<CallSummary> Summaries(string to, DateTimeOffset since) => new(
        TwilioProduct.Insights,
        WithQuery("/v1/Voice/Summaries", ("CallType", "trunking"), ("ProcessingState", "all"), ("To", to), ("StartTime", TwilioTime.Write(since)), ("PageSize", "25")),
        "call_summaries");

    /// <param name="edge">carrier_edge or sip_edge; null: both.</param>
    public static TwilioList<CallMetric> Metrics(string call, string? edge = null) =>
        new(TwilioProduct.Insights, $"/v1/Voice/{call}/Metrics" + Paged(("Edge", edge), ("Direction", "both")), "metrics");

    /// <inheritdoc cref="Metrics"/>
    public static TwilioList<CallEvent> Events(string call, string? edge = null) => new(TwilioProduct.Insights, $"/v1/Voice/{call}/Events" + Paged(("Edge", edge)), "events");

    /// <summary>Alerts of the account, at most 30 days back; Twilio filters neither by code nor by what they are about.</summary>
    /// <param name="level">error, warning, notice or debug; null: all.</param>
    public static TwilioList<TwilioAlert> Alerts(DateTimeOffset? since = null, DateTimeOffset? until = null, string? level = null) => new(
        TwilioProduct.Monitor, "/v1/Alerts" + Paged(("LogLevel", level), ("StartDate", TwilioTime.Write(since)), ("EndDate", TwilioTime.Write(until))), "alerts");

    public static TwilioRead<TwilioAlert> Alert(string alert) => new(TwilioProduct.Monitor, $"/v1/Alerts/{alert}");

    /// <summary>Who changed something: a person in the Console, an API key, Twilio itself.</summary>
    public static TwilioList<AuditEvent> AuditEvents(string? resource = null, DateTimeOffset? since = null, DateTimeOffset? until = null) => new(
        TwilioProduct.Monitor, "/v1/Events" + Paged(("ResourceSid", resource), ("StartDate", TwilioTime.Write(since)), ("EndDate", TwilioTime.Write(until))), "events");

    public static TwilioRead<AuditEvent> AuditEvent(string sid) => new(TwilioProduct.Monitor, $"/v1/Events/{sid}");

    public static TwilioList<DialingCountry> DialingPermissions() => new(TwilioProduct.Voice, "/v1/DialingPermissions/Countries" + Paged(), "content");

    /// <param name="country">ISO code; US covers Canada.</param>
    public static TwilioRead<DialingCountry> DialingPermission(string country) => new(TwilioProduct.Voice, $"/v1/DialingPermissions/Countries/{country}");

    public static TwilioList<HighRiskPrefix> HighRiskPrefixes(string country) =>
        new(TwilioProduct.Voice, $"/v1/DialingPermissions/Countries/{country}/HighRiskSpecialPrefixes" + Paged(), "content");

    public static TwilioRead<VoiceSettings> VoiceSettings() => new(TwilioProduct.Voice, "/v1/Settings");

    public static TwilioRead<InboundRoute> TrunkRoute(string domain) => new(TwilioProduct.Routes, $"/v2/Trunks/{Uri.EscapeDataString(domain)}");

    public static TwilioRead<InboundRoute> NumberRoute(string number) => new(TwilioProduct.Routes, $"/v2/PhoneNumbers/{Uri.EscapeDataString(number)}");

    private static string WithQuery(string path, params ReadOnlySpan<(string Name, string? Value)> query) => Query(query) is { Length: > 0 } set ? $"{path}?{set}" : path;
}
