using System.Text.Json;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>What an operation answers; a null body is an empty one (DELETE).</summary>
public sealed record Answer(int Status, JsonNode? Body)
{
    public static Answer Created(JsonNode body) => new(201, body);

    public static Answer Ok(JsonNode body) => new(200, body);

    public static Answer Gone { get; } = new(204, null);
}

/// <summary>A request whose caller is known.</summary>
public sealed record ApiRequest(HttpContext Http, FormBody Form, string AccountSid)
{
    public string Path => Http.Request.Path.Value ?? "/";

    /// <summary>Scheme, host and port under which the caller reached the lab: absolute links carry them.</summary>
    public string Origin => $"{Http.Request.Scheme}://{Http.Request.Host}";

    public string Part(string name) => (string)Http.Request.RouteValues[name]!;

    public TwilioRefusalException NotFound() => TwilioRefusalException.NotFound(Path);
}

/// <summary>The operations of the simulated API: each runs alone, in one transaction.</summary>
internal sealed class Routes(WebApplication app, ResourceStore store, string accountSid)
{
    public ResourceStore Store => store;

    public void On(string method, string pattern, Func<ApiRequest, Answer> handle) =>
        app.MapMethods(pattern, [method], async http =>
        {
            var request = new ApiRequest(http, (FormBody)http.Items[typeof(FormBody)]!, accountSid);
            CheckCase(http, pattern);
            if (http.Request.RouteValues.TryGetValue("account", out var account) && !Equals(account, accountSid))
            {
                throw request.NotFound();
            }

            var answer = store.Alone(() =>
            {
                if (http.Request.Method == "GET")
                {
                    return handle(request);
                }

                var before = SidOf(request.Path) is { } sid ? store.Find(sid[..2], sid)?.Fields : null;
                var done = handle(request);
                Audit(request, done, done.Status == 201 ? null : before);
                return done;
            });
            http.Response.StatusCode = answer.Status;
            if (answer.Body is { } body)
            {
                await Write(http, body);
            }
        });

    /// <summary>
    /// Who changed what, as monitor v1 tells it: a key acts as its account, and who has the account's own token is taken for a user in the Console. Most of
    /// the event types' names are invented.
    /// </summary>
    private void Audit(ApiRequest request, Answer done, JsonObject? before)
    {
        var sid = done.Body?["sid"]?.GetValue<string>() ?? SidOf(request.Path) ?? accountSid;
        var inConsole = request.Http.Items.ContainsKey(Console);
        var changed = new JsonObject();
        foreach (var (name, value) in request.Form.Fields.Where(f => !f.Key.Contains("Password", StringComparison.Ordinal)))
        {
            var property = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
            changed[property] = new JsonObject { ["previous"] = before?[property]?.DeepClone(), ["updated"] = value };
        }

        store.Add(Kind.AuditEvent, null, new JsonObject
        {
            ["event_type"] = $"{Named(sid[..2])}.{(done.Status switch { 201 => "created", 204 => "deleted", _ => "updated" })}",
            ["resource_sid"] = sid, ["resource_type"] = Named(sid[..2]), ["actor_sid"] = inConsole ? "US" + accountSid[2..] : accountSid,
            ["actor_type"] = inConsole ? "user" : "account", ["source"] = inConsole ? "web" : "api",
            ["source_ip_address"] = "127.0.0.1", ["description"] = null, ["event_data"] = changed,
        });
    }

    /// <summary>Mark of a request that was made with the account's own token.</summary>
    public const string Console = "in the Console";

    private static string? SidOf(string path) => path.Split('/', '.').LastOrDefault(part => part.Length == 34);

    private static string Named(string kind) => kind switch
    {
        Kind.Trunk => "trunk",
        Kind.AccessControlList => "ip-access-control-list",
        Kind.Address => "ip-address",
        Kind.OriginationUrl => "origination-url",
        Kind.Number => "phone-number",
        Kind.CredentialList => "credential-list",
        Kind.Account => "account",
        _ => kind.ToLowerInvariant(),
    };

    public static async Task Write(HttpContext http, JsonNode body, string contentType = "application/json")
    {
        http.Response.ContentType = contentType;
        await http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
    }

    /// <summary>Twilio's paths are case-sensitive, ASP.NET's are not.</summary>
    private static void CheckCase(HttpContext http, string pattern)
    {
        var asked = http.Request.Path.Value!.TrimEnd('/').Split('/');
        var known = pattern.Split('/');
        for (var part = 0; part < known.Length; part++)
        {
            if (!known[part].Contains('{', StringComparison.Ordinal) && !string.Equals(asked[part], known[part], StringComparison.Ordinal))
            {
                throw TwilioRefusalException.NotFound(http.Request.Path.Value!);
            }
        }
    }
}
