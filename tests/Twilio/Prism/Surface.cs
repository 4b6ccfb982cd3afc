using System.Text.Json;
using System.Text.RegularExpressions;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Tests.Prism;

/// <summary>Every request that the client can make, each with every field that it can have.</summary>
internal static partial class Surface
{
    public const string Trunk = "TK0123456789abcdef0123456789abcdef";
    private const string Acl = "AL0123456789abcdef0123456789abcdef";
    private const string Address = "IP0123456789abcdef0123456789abcdef";
    private const string Credentials = "CL0123456789abcdef0123456789abcdef";
    private const string Url = "OU0123456789abcdef0123456789abcdef";
    private const string Number = "PN0123456789abcdef0123456789abcdef";
    private const string Call = "CA0123456789abcdef0123456789abcdef";
    private const string Alert = "NO0123456789abcdef0123456789abcdef";
    private const string Event = "AE0123456789abcdef0123456789abcdef";

    private static readonly DateTimeOffset Then = new(2026, 5, 1, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Reads, with the call that reads each as its type.</summary>
    public static IReadOnlyList<(TwilioRequest Request, Func<TwilioSession, CancellationToken, Task> Read)> Reads(TwilioSite site) =>
    [
        One(TwilioCalls.Trunk(Trunk)), Many(TwilioCalls.Trunks()), One(TwilioCalls.Recording(Trunk)),
        One(TwilioCalls.TrunkAccessControlList(Trunk, Acl)), Many(TwilioCalls.TrunkAccessControlLists(Trunk)),
        One(TwilioCalls.TrunkCredentialList(Trunk, Credentials)), Many(TwilioCalls.TrunkCredentialLists(Trunk)),
        One(TwilioCalls.OriginationUrl(Trunk, Url)), Many(TwilioCalls.OriginationUrls(Trunk)),
        One(TwilioCalls.TrunkNumber(Trunk, Number)), Many(TwilioCalls.TrunkNumbers(Trunk)),
        One(TwilioCalls.Account(site)), One(TwilioCalls.Balance(site)),
        One(TwilioCalls.AccessControlList(site, Acl)), Many(TwilioCalls.AccessControlLists(site)),
        One(TwilioCalls.Address(site, Acl, Address)), Many(TwilioCalls.Addresses(site, Acl)),
        Many(TwilioCalls.CredentialLists(site)), Many(TwilioCalls.Credentials(site, Credentials)),
        Many(TwilioCalls.Numbers(site)), Many(TwilioCalls.FindNumber(site, "+13035550188")), One(TwilioCalls.Number(site, Number)),
        Many(TwilioCalls.Calls(site, "+13035550188", "+13035550123", new(2026, 5, 1), Call)), One(TwilioCalls.Call(site, Call)),
        Many(TwilioCalls.CallRecordings(site, Call)), Many(TwilioCalls.CallNotifications(site, Call)), Many(TwilioCalls.CallEvents(site, Call)),
        One(TwilioCalls.Insights(site.AccountSid)), One(TwilioCalls.Summary(Call)), Many(TwilioCalls.Summaries("7d", site.AccountSid)),
        Many(TwilioCalls.Metrics(Call, "sip_edge")), Many(TwilioCalls.Events(Call, "sip_edge")),
        Many(TwilioCalls.Alerts(Then, Then.AddDays(1), "error")), One(TwilioCalls.Alert(Alert)),
        Many(TwilioCalls.AuditEvents(Trunk, Then, Then.AddDays(1))), One(TwilioCalls.AuditEvent(Event)),
        Many(TwilioCalls.DialingPermissions()), One(TwilioCalls.DialingPermission("US")), Many(TwilioCalls.HighRiskPrefixes("LV")), One(TwilioCalls.VoiceSettings()),
        One(TwilioCalls.TrunkRoute("acme.pstn.twilio.com")), One(TwilioCalls.NumberRoute("+13035550188")),
    ];

    public static IReadOnlyList<TwilioRequest> Writes(TwilioSite site)
    {
        var settings = new TrunkSettings
        {
            FriendlyName = "bot:acme:trunk", DomainName = "acme.pstn.twilio.com", DisasterRecoveryUrl = "https://voice.example.com/dr", DisasterRecoveryMethod = "GET",
            TransferMode = "sip-only", TransferCallerId = "from-transferor", Secure = true, CnamLookupEnabled = false,
        };

        // Every parameter that the program can read of a number, it can also give back.
        var routing = StateReader.State("+13035550188", new PhoneNumber
        {
            Sid = Number, VoiceUrl = "https://voice.example.com/v", VoiceMethod = "POST", VoiceFallbackUrl = "https://voice.example.com/f", VoiceFallbackMethod = "GET",
            VoiceApplicationSid = "AP0123456789abcdef0123456789abcdef", VoiceCallerIdLookup = true, VoiceReceiveMode = "voice", StatusCallback = "https://voice.example.com/s", StatusCallbackMethod = "POST",
        }).Routing;
        return
        [
            TwilioCalls.CreateTrunk("bot:acme:trunk", "acme.pstn.twilio.com", secure: true), TwilioCalls.CreateTrunk(settings.NewForm()), TwilioCalls.UpdateTrunk(Trunk, settings.Form()), TwilioCalls.DeleteTrunk(Trunk),
            TwilioCalls.SetRecording(Trunk, "record-from-answer", "trim-silence"), TwilioCalls.Associate(Trunk, Acl), TwilioCalls.Dissociate(Trunk, Acl),
            TwilioCalls.AddOriginationUrl(Trunk, "bot:acme:origination", "sip:203.0.113.16:5060;transport=udp", 10, 10, enabled: true),
            TwilioCalls.UpdateOriginationUrl(Trunk, Url, "bot:acme:origination", "sip:203.0.113.16", 10, 10, enabled: false), TwilioCalls.EnableOriginationUrl(Trunk, Url, enabled: true),
            TwilioCalls.DeleteOriginationUrl(Trunk, Url), TwilioCalls.AttachNumber(Trunk, Number), TwilioCalls.DetachNumber(Trunk, Number),
            TwilioCalls.CreateAccessControlList(site, "bot:acme:acl"), TwilioCalls.RenameAccessControlList(site, Acl, "bot:acme:acl"), TwilioCalls.DeleteAccessControlList(site, Acl),
            TwilioCalls.AddAddress(site, Acl, "acme 203.0.113.16/28", "203.0.113.16", 28), TwilioCalls.UpdateAddress(site, Acl, Address, "acme", "203.0.113.16", 28), TwilioCalls.DeleteAddress(site, Acl, Address),
            TwilioCalls.UpdateNumber(site, Number, routing),
            TwilioCalls.CreateCall(site, new()
            {
                To = "+13035550188", From = "+13035550123", Twiml = "<Response><Echo/></Response>", Url = new("https://voice.example.com/twiml"), TimeoutSeconds = 25, LimitSeconds = 60, SendDigits = "ww1",
                Record = true, StatusCallback = new("https://voice.example.com/status"), StatusCallbackEvents = ["initiated", "ringing", "answered", "completed"],
            }),
            TwilioCalls.EndCall(site, Call, "completed"), TwilioCalls.SetInsights(advancedFeatures: true, site.AccountSid),
        ];
    }

    /// <summary>What a description lists for a request: names of its form fields and of its query parameters; null when no operation fits it.</summary>
    public static (IReadOnlySet<string> Form, IReadOnlySet<string> Query)? Described(TwilioRequest request)
    {
        var name = request.Product switch
        {
            TwilioProduct.Api => "api_v2010", TwilioProduct.Trunking => "trunking_v1", TwilioProduct.Insights => "insights_v1", TwilioProduct.Monitor => "monitor_v1", TwilioProduct.Voice => "voice_v1", _ => "routes_v2",
        };
        var file = Path.Combine(PrismPeer.Folder(), "node_modules", "@twilio", "cli-core", "src", "services", "twilio-api", $"twilio_{name}.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var path = Uri.UnescapeDataString(request.Path.Split('?')[0]);

        // The most literal one: Settings is no call.
        var fitting = document.RootElement.GetProperty("paths").EnumerateObject()
            .Where(p => Regex.IsMatch(path, $"^{Hole().Replace(Regex.Escape(p.Name).Replace("\\{", "{", StringComparison.Ordinal), "[^/]+?")}$") && p.Value.TryGetProperty(request.Method.Method.ToLowerInvariant(), out _))
            .OrderBy(p => p.Name.Count(c => c == '{'))
            .Select(p => p.Value.GetProperty(request.Method.Method.ToLowerInvariant()))
            .ToList();
        if (fitting.Count == 0)
        {
            return null;
        }

        HashSet<string> form = fitting[0].TryGetProperty("requestBody", out var body)
            ? [.. body.GetProperty("content").GetProperty("application/x-www-form-urlencoded").GetProperty("schema").GetProperty("properties").EnumerateObject().Select(p => p.Name)]
            : [];
        HashSet<string> query = fitting[0].TryGetProperty("parameters", out var parameters)
            ? [.. parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!)]
            : [];
        return (form, query);
    }

    private static (TwilioRequest, Func<TwilioSession, CancellationToken, Task>) One<T>(TwilioRead<T> read) => (read, (session, cancel) => session.GetAsync(read, cancel));

    private static (TwilioRequest, Func<TwilioSession, CancellationToken, Task>) Many<T>(TwilioList<T> list) => (list, (session, cancel) => session.ListAsync(list, cancel));

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Hole();
}
