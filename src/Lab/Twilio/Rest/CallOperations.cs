using System.Globalization;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Switch.Calls;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>
/// api.twilio.com/2010-04-01: calls. A call to a number of a trunk is brought to the switch, where there is one; any other is written down as one that was answered
/// and ended. To a number of a trunk there are two legs with SIDs of their own (reported): the API's and the trunk's.
/// </summary>
/// <param name="bring">Null: there is no switch.</param>
internal sealed class CallOperations(Routes routes, TimeProvider time, Action<InboundOffer, Action<InboundProgress>>? bring)
{
    private const string Root = "/2010-04-01/Accounts/{account}/Calls";
    private const int TalkSeconds = 12;

    private readonly ResourceStore store = routes.Store;

    /// <summary>How a call that is under way is ended, by the SID of its first leg. Within <see cref="ResourceStore.Alone{T}"/>.</summary>
    private readonly Dictionary<string, CancellationTokenSource> live = [];

    public void Map()
    {
        routes.On("POST", Root + ".json", Create);
        routes.On("GET", Root + ".json", request => Listing.Version2010(request, "calls",
            [.. store.All(Kind.Call).Where(call => Asked(request, call)).Reverse().Select(call => Show(request, call))]));
        routes.On("GET", Root + "/{sid}.json", request => Answer.Ok(Show(request, Call(request))));
        routes.On("POST", Root + "/{sid}.json", Modify);
        foreach (var (segment, key) in new[] { ("Recordings", "recordings"), ("Notifications", "notifications"), ("Events", "events") })
        {
            routes.On("GET", $"{Root}/{{sid}}/{segment}.json", request =>
            {
                _ = Call(request);
                return Listing.Version2010(request, key, []);
            });
        }
    }

    private Answer Create(ApiRequest request)
    {
        var (to, from) = (Need(request, "To"), Need(request, "From"));
        if (!IsE164(to))
        {
            throw new TwilioRefusalException(400, 21217, $"{to} is no valid number to call");
        }

        if (store.All(Kind.Number).FirstOrDefault(number => number.Text("phone_number") == from) is null)
        {
            throw new TwilioRefusalException(400, 21210, $"{from} is neither a number of the account nor verified");
        }

        if (request.Form["Twiml"] is null && request.Form["Url"] is null && request.Form["ApplicationSid"] is null)
        {
            throw TwilioRefusalException.Missing("Twiml");
        }

        var number = store.All(Kind.Number).FirstOrDefault(number => number.Text("phone_number") == to);
        var trunk = number?.Text("trunk_sid") is { Length: > 0 } sid ? store.Find(Kind.Trunk, sid) : null;
        var url = trunk is null ? null : store.Children(Kind.OriginationUrl, trunk.Sid).FirstOrDefault(url => url.Flag("enabled"))?.Text("sip_url");
        var play = bring is null || trunk is null ? null : Twiml.Play(request.Form["Twiml"]);
        var isLive = bring is not null && trunk is not null;
        var api = Add("outbound-api", from, to, null, isLive);
        if (trunk is null || url is null)
        {
            if (isLive)
            {
                // 32010: no origination URL. The call fails, and the trunk has no leg.
                Stand([api], new("failed", "origination-url-missing"));
            }

            return Answer.Created(Show(request, api));
        }

        var leg = Add("trunking-originating", from, url.Replace("sip:", $"sip:{to}@", StringComparison.Ordinal).Split(';')[0], trunk.Sid, isLive);
        if (bring is not null)
        {
            var end = live[api.Sid] = new CancellationTokenSource();
            bring(
                new InboundOffer(to, from, url, trunk.Text("domain_name"), play, Seconds(request, "Timeout", 60), Seconds(request, "TimeLimit", 3600)) { End = end.Token },
                progress => store.Alone(() =>
                {
                    Stand([api, leg], progress);
                    return true;
                }));
        }

        return Answer.Created(Show(request, api));
    }

    private void Stand(IEnumerable<Resource> legs, InboundProgress progress)
    {
        foreach (var leg in legs)
        {
            if (progress.Status is not ("ringing" or "in-progress"))
            {
                live.Remove(leg.Sid);
            }

            leg.Fields["status"] = progress.Status;
            if (progress.Status is not ("ringing" or "in-progress"))
            {
                var now = time.GetUtcNow();
                leg.Fields["end_time"] = Rfc2822(now);
                leg.Fields["duration"] = progress.Status == "completed" ? ((int)(now - leg.Created).TotalSeconds).ToString(CultureInfo.InvariantCulture) : "0";
            }

            store.Save(leg);
        }
    }

    private static TimeSpan Seconds(ApiRequest request, string name, int usual) => TimeSpan.FromSeconds(
        request.Form[name] is not { } text ? usual : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : throw TwilioRefusalException.Parameter(name, "not a number of seconds"));

    private Resource Add(string direction, string from, string to, string? trunk, bool isLive)
    {
        var now = time.GetUtcNow();
        return store.Add(Kind.Call, null, new JsonObject
        {
            ["parent_call_sid"] = null, ["from"] = from, ["to"] = to, ["phone_number_sid"] = null, ["trunk_sid"] = trunk, ["direction"] = direction, ["status"] = isLive ? "queued" : "completed",
            ["start_time"] = Rfc2822(now), ["end_time"] = isLive ? null : Rfc2822(now.AddSeconds(TalkSeconds)), ["duration"] = isLive ? null : TalkSeconds.ToString(CultureInfo.InvariantCulture),
            ["price"] = null, ["price_unit"] = "USD", ["queue_time"] = "0", ["answered_by"] = null, ["forwarded_from"] = null, ["caller_name"] = null,
        });
    }

    private Answer Modify(ApiRequest request)
    {
        var call = Call(request);
        if (request.Form["Status"] is { } status && status is not ("canceled" or "completed"))
        {
            throw TwilioRefusalException.Parameter("Status", "neither canceled nor completed");
        }

        // One that has ended is left as it is.
        if (request.Form["Status"] is not null && live.Remove(call.Sid, out var end))
        {
            end.Cancel();
        }

        return Answer.Ok(Show(request, call));
    }

    private Resource Call(ApiRequest request) => store.Find(Kind.Call, request.Part("sid")) ?? throw request.NotFound();

    private static bool Asked(ApiRequest request, Resource call)
    {
        var query = request.Http.Request.Query;
        return Fits("To", "to") && Fits("From", "from") && Fits("Status", "status") && Fits("ParentCallSid", "parent_call_sid")
            && Day("StartTime", (day, asked) => day == asked) && Day("StartTime>", (day, asked) => day >= asked) && Day("StartTime<", (day, asked) => day <= asked);

        bool Fits(string name, string json) => query[name].LastOrDefault() is not { Length: > 0 } wanted || call.Text(json) == wanted;

        bool Day(string name, Func<DateOnly, DateOnly, bool> fits)
        {
            if (query[name].LastOrDefault() is not { Length: > 0 } wanted)
            {
                return true;
            }

            return DateOnly.TryParseExact(wanted, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked)
                ? fits(DateOnly.FromDateTime(call.Created.UtcDateTime), asked)
                : throw TwilioRefusalException.Parameter(name, "not a day such as 2026-05-01");
        }
    }

    private static JsonObject Show(ApiRequest request, Resource call)
    {
        var shown = Rendering.Version2010(request, call, $"/Calls/{call.Sid}");
        shown.Remove(CarriedCalls.Measured);
        var path = $"/2010-04-01/Accounts/{request.AccountSid}/Calls/{call.Sid}";
        shown["subresource_uris"] = new JsonObject
        {
            ["recordings"] = $"{path}/Recordings.json", ["notifications"] = $"{path}/Notifications.json", ["events"] = $"{path}/Events.json",
        };
        return shown;
    }

    private static string Need(ApiRequest request, string name) => request.Form[name] is { Length: > 0 } value ? value : throw TwilioRefusalException.Missing(name);

    private static bool IsE164(string number) => number.Length is > 7 and < 17 && number[0] == '+' && number[1..].All(char.IsAsciiDigit);

    private static string Rfc2822(DateTimeOffset moment) => moment.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
}
