using System.Globalization;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>
/// What is only read: insights v1, monitor v1, voice v1 (dialing permissions) and routes v2. Summaries come late, as Twilio's do: nothing for 90 s after the
/// end of a call, then a partial one, after 30 minutes the complete one; lists show partial ones only to who asks for all.
/// </summary>
internal sealed class ReportOperations(Routes routes, TimeProvider time)
{
    private static readonly TimeSpan Partial = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Complete = TimeSpan.FromMinutes(30);

    private static readonly (string Iso, string Name, string Continent, string Code, bool LowRisk)[] Countries =
    [
        ("US", "United States/Canada", "NORTH_AMERICA", "+1", true), ("GB", "United Kingdom", "EUROPE", "+44", true),
        ("DE", "Germany", "EUROPE", "+49", false), ("BR", "Brazil", "SOUTH_AMERICA", "+55", false), ("LV", "Latvia", "EUROPE", "+371", false),
    ];

    private readonly ResourceStore store = routes.Store;

    /// <summary>Beginnings of numbers in countries that somebody took from the dialing permissions; what was never given is not among them: the lab's test numbers answer there.</summary>
    internal static IReadOnlyList<string> ForbiddenPrefixes(ResourceStore store) =>
    [
        .. store.All(Kind.DialingChange).GroupBy(change => change.Text("iso_code")).Where(changes => !changes.Last().Flag("low_risk"))
            .SelectMany(changes => Countries.Where(country => country.Iso == changes.Key)).Select(country => country.Code),
    ];

    public void Map()
    {
        MapInsights();
        MapMonitor();
        routes.On("GET", "/v1/DialingPermissions/Countries", request => Listing.Version1(request, "content",
            [.. Countries.Where(c => Fits(request, "IsoCode", c.Iso) && Fits(request, "CountryCode", c.Code)).Select(c => Country(request, c.Iso))]));
        routes.On("GET", "/v1/DialingPermissions/Countries/{sid}", request => Answer.Ok(Country(request, request.Part("sid"))));
        routes.On("GET", "/v1/DialingPermissions/Countries/{sid}/HighRiskSpecialPrefixes", request =>
        {
            _ = Country(request, request.Part("sid"));
            return Listing.Version1(request, "content", [new JsonObject { ["prefix"] = "+37181" }, new JsonObject { ["prefix"] = "+3719000" }]);
        });
        routes.On("GET", "/v1/Settings", request => Answer.Ok(new JsonObject { ["dialing_permissions_inheritance"] = false, ["url"] = request.Origin + request.Path }));
        routes.On("GET", "/v2/Trunks/{sid}", request => Route(request, "sip_trunk_domain",
            store.All(Kind.Trunk).Any(trunk => DomainNames.Same(trunk.Text("domain_name"), request.Part("sid")))));
        routes.On("GET", "/v2/PhoneNumbers/{sid}", request => Route(request, "phone_number",
            store.All(Kind.Number).Any(number => number.Text("phone_number") == request.Part("sid"))));
    }

    private void MapInsights()
    {
        routes.On("GET", "/v1/Voice/Settings", request => Answer.Ok(Settings(request)));
        routes.On("POST", "/v1/Voice/Settings", request =>
        {
            var account = store.Find(Kind.Account, request.AccountSid)!;
            FormField.Apply([FormField.Flag("AdvancedFeatures", "advanced_features"), FormField.Flag("VoiceTrace", "voice_trace")], request.Form, account.Fields, creating: false);
            store.Save(account);
            return Answer.Ok(Settings(request));
        });
        routes.On("GET", "/v1/Voice/Summaries", request =>
        {
            var all = request.Http.Request.Query["ProcessingState"].LastOrDefault() == "all";
            return Listing.Version1(request, "call_summaries", [.. store.All(Kind.Call)
                .Where(call => Fits(request, "CallType", CallType(call)) && Fits(request, "To", call.Text("to") ?? "") && Asked(request, "StartTime") is var since && (since is null || Started(call) >= since))
                .Where(call => Age(call) >= (all ? IsCarried(call) ? Partial : TimeSpan.Zero : Complete))
                .Select(call => Summary(request, call))]);
        });
        routes.On("GET", "/v1/Voice/{sid}/Summary", request => Age(Call(request)) >= Partial ? Answer.Ok(Summary(request, Call(request))) : throw request.NotFound());
        routes.On("GET", "/v1/Voice/{sid}/Metrics", request => Listing.Version1(request, "metrics", Age(Call(request)) < Partial ? [] :
        [
            new JsonObject
            {
                ["timestamp"] = Iso(Ended(Call(request))), ["call_sid"] = request.Part("sid"), ["account_sid"] = request.AccountSid, ["edge"] = "sip_edge", ["direction"] = "both",
                ["carrier_edge"] = null, ["client_edge"] = null, ["sdk_edge"] = null, ["sip_edge"] = Stream("packets_received"),
            },
        ]));
        routes.On("GET", "/v1/Voice/{sid}/Events", request => Listing.Version1(request, "events", Age(Call(request)) < Partial ? [] :
        [
            new JsonObject
            {
                ["timestamp"] = Iso(Ended(Call(request))), ["call_sid"] = request.Part("sid"), ["account_sid"] = request.AccountSid, ["edge"] = "sip_edge", ["group"] = "connection",
                ["level"] = "INFO", ["name"] = "hangup", ["carrier_edge"] = null, ["client_edge"] = null, ["sdk_edge"] = null, ["sip_edge"] = new JsonObject(),
            },
        ]));
    }

    private void MapMonitor()
    {
        routes.On("GET", "/v1/Alerts", request => Listing.Version1(request, "alerts",
            [.. store.All(Kind.Alert).Reverse().Where(alert => Fits(request, "LogLevel", alert.Text("log_level")!)).Select(alert => Alert(request, alert))]));
        routes.On("GET", "/v1/Alerts/{sid}", request => Answer.Ok(Alert(request, store.Find(Kind.Alert, request.Part("sid")) ?? throw request.NotFound())));
        routes.On("GET", "/v1/Events", request => Listing.Version1(request, "events",
            [.. store.All(Kind.AuditEvent).Reverse().Where(e => Fits(request, "ResourceSid", e.Text("resource_sid")!) && Fits(request, "ActorSid", e.Text("actor_sid")!) && Within(request, e.Created)).Select(e => Event(request, e))]));
        routes.On("GET", "/v1/Events/{sid}", request => Answer.Ok(Event(request, store.Find(Kind.AuditEvent, request.Part("sid")) ?? throw request.NotFound())));
    }

    private JsonObject Settings(ApiRequest request)
    {
        var account = store.Find(Kind.Account, request.AccountSid)!;
        return new() { ["account_sid"] = request.AccountSid, ["advanced_features"] = account.Flag("advanced_features"), ["voice_trace"] = account.Flag("voice_trace"), ["url"] = request.Origin + request.Path };
    }

    private JsonObject Summary(ApiRequest request, Resource call) => new()
    {
        ["account_sid"] = request.AccountSid, ["call_sid"] = call.Sid, ["call_type"] = CallType(call), ["call_state"] = call.Text("status") == "completed" ? "completed" : "fail",
        ["processing_state"] = Age(call) >= Complete ? "complete" : "partial", ["created_time"] = Iso(call.Created), ["start_time"] = Iso(Started(call)), ["end_time"] = Iso(Ended(call)),
        ["duration"] = (int)(Ended(call) - Started(call)).TotalSeconds, ["connect_duration"] = Measured(call, "connected_seconds") ?? (int)(Ended(call) - Started(call)).TotalSeconds,
        ["from"] = new JsonObject { ["caller"] = call.Text("from") }, ["to"] = new JsonObject { ["callee"] = call.Text("to") }, ["tags"] = new JsonArray(),
        ["properties"] = new JsonObject
        {
            ["direction"] = call.Text("direction")!.Replace('-', '_'), ["disconnected_by"] = Measured(call, "disconnected_by") ?? "caller",
            ["last_sip_response_num"] = Measured(call, "status")?.ToString() ?? "200", ["pdd_ms"] = Measured(call, "pdd_ms"),
        },
        ["carrier_edge"] = null, ["client_edge"] = null, ["sdk_edge"] = null, ["attributes"] = new JsonObject { ["lab"] = "simulated" }, ["trust"] = null, ["annotation"] = null,
        ["sip_edge"] = new JsonObject
        {
            ["properties"] = new JsonObject { ["sip_call_id"] = Measured(call, "sip_call_id") ?? $"{call.Sid}@lab", ["trunk_sid"] = call.Text("trunk_sid"), ["external_media_ip"] = "203.0.113.20" },
            ["metrics"] = IsCarried(call)
                ? new JsonObject { ["inbound"] = Flow(call, "packets_received", "received"), ["outbound"] = Flow(call, "packets_sent", "sent") }
                : new JsonObject { ["inbound"] = Stream("packets_received"), ["outbound"] = Stream("packets_sent") },
        },
        ["url"] = $"{request.Origin}/v1/Voice/{call.Sid}/Summary",
    };

    /// <summary>The lab's far end counts packets and measures no loss and no jitter of them.</summary>
    private static JsonObject Flow(Resource call, string packets, string counted) => new()
    {
        ["codec_name"] = Measured(call, "codec"), [packets] = Measured(call, counted), ["packets_lost"] = null, ["packets_loss_percentage"] = null, ["jitter"] = null,
    };

    private static JsonObject Stream(string packets) => new()
    {
        ["codec_name"] = "pcmu", [packets] = 600, ["packets_lost"] = 0, ["packets_loss_percentage"] = 0.0, ["jitter"] = new JsonObject { ["avg"] = 0.4, ["max"] = 1.2 },
    };

    private JsonObject Country(ApiRequest request, string iso)
    {
        var known = Countries.FirstOrDefault(c => c.Iso == iso);
        if (known.Iso is null)
        {
            throw request.NotFound();
        }

        var path = $"{request.Origin}/v1/DialingPermissions/Countries/{iso}";
        return new()
        {
            ["iso_code"] = known.Iso, ["name"] = known.Name, ["continent"] = known.Continent, ["country_codes"] = new JsonArray(known.Code),
            ["low_risk_numbers_enabled"] = store.All(Kind.DialingChange).LastOrDefault(change => change.Text("iso_code") == iso)?.Flag("low_risk") ?? known.LowRisk,
            ["high_risk_special_numbers_enabled"] = false, ["high_risk_tollfraud_numbers_enabled"] = false,
            ["url"] = path, ["links"] = new JsonObject { ["highrisk_special_prefixes"] = path + "/HighRiskSpecialPrefixes" },
        };
    }

    private static Answer Route(ApiRequest request, string key, bool exists) => exists
        ? Answer.Ok(new JsonObject
        {
            [key] = request.Part("sid"), ["url"] = request.Origin + request.Path, ["sid"] = "QQ" + new string('0', 32), ["account_sid"] = request.AccountSid, ["friendly_name"] = "",
            ["voice_region"] = "us1", ["date_created"] = "2026-01-01T00:00:00Z", ["date_updated"] = "2026-01-01T00:00:00Z",
        })
        : throw request.NotFound();

    private static JsonObject Alert(ApiRequest request, Resource alert)
    {
        var shown = Rendering.Version1(request, alert, $"/v1/Alerts/{alert.Sid}");
        shown["date_generated"] = Iso(alert.Created);
        shown["api_version"] = "2010-04-01";
        shown["more_info"] = $"https://www.twilio.com/docs/errors/{alert.Text("error_code")}";
        foreach (var name in new[] { "request_method", "request_url", "service_sid" })
        {
            shown[name] = null;
        }

        return shown;
    }

    private static JsonObject Event(ApiRequest request, Resource audited)
    {
        var shown = Rendering.Version1(request, audited, $"/v1/Events/{audited.Sid}");
        shown["event_date"] = Iso(audited.Created);
        shown.Remove("date_created");
        shown.Remove("date_updated");
        shown["links"] = new JsonObject();
        return shown;
    }

    private Resource Call(ApiRequest request) => store.Find(Kind.Call, request.Part("sid")) ?? throw request.NotFound();

    private static bool IsCarried(Resource call) => call.Fields[CarriedCalls.Measured] is not null;

    private static JsonNode? Measured(Resource call, string name) => call.Fields[CarriedCalls.Measured]?[name]?.DeepClone();

    private static DateTimeOffset Started(Resource call) =>
        Measured(call, "started") is { } at ? DateTimeOffset.Parse(at.ToString(), CultureInfo.InvariantCulture) : call.Created;

    private static DateTimeOffset Ended(Resource call) =>
        Measured(call, "ended") is { } at ? DateTimeOffset.Parse(at.ToString(), CultureInfo.InvariantCulture)
        : call.Created.AddSeconds(int.Parse(call.Text("duration")!, CultureInfo.InvariantCulture));

    private TimeSpan Age(Resource call) => time.GetUtcNow() - Ended(call);

    private static string CallType(Resource call) => call.Text("trunk_sid") is null ? "carrier" : "trunking";

    private static bool Fits(ApiRequest request, string name, string value) => request.Http.Request.Query[name].LastOrDefault() is not { Length: > 0 } wanted || wanted == value;

    private static bool Within(ApiRequest request, DateTimeOffset moment) =>
        (Asked(request, "StartDate") is not { } start || moment >= start) && (Asked(request, "EndDate") is not { } end || moment <= end);

    private static DateTimeOffset? Asked(ApiRequest request, string name) =>
        DateTimeOffset.TryParse(request.Http.Request.Query[name].LastOrDefault(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private static string Iso(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
