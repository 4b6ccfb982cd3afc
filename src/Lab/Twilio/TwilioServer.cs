using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Switch;
using TrunkBot.Lab.Switch.Calls;
using TrunkBot.Lab.Twilio.Account;
using TrunkBot.Lab.Twilio.Control;
using TrunkBot.Lab.Twilio.Rest;

namespace TrunkBot.Lab.Twilio;

/// <summary>
/// The simulated Twilio: REST of Elastic SIP Trunking (trunking v1, api 2010-04-01, and what insights, monitor, voice and routes tell) on one loopback port,
/// one account on disk.
/// Paths, parameters, shapes and codes follow Twilio's published documents; message texts and the status of 212xx codes are invented.
/// </summary>
public sealed class TwilioServer : ITwilioView, IAsyncDisposable
{
    private static readonly FaultKind[] BeforeWork =
        [FaultKind.TooManyRequests, FaultKind.ServerError, FaultKind.HtmlError, FaultKind.EmptyError, FaultKind.ProblemError, FaultKind.LoseRequest];

    private readonly WebApplication app;
    private readonly ResourceStore store;
    private readonly TwilioServerOptions options;
    private readonly RequestLog log = new();

    private TwilioServer(TwilioServerOptions options)
    {
        this.options = options;
        store = new ResourceStore(options.DatabasePath, options.TimeProvider);
        store.Alone(() =>
        {
            Seed.Into(store, options.AccountSid);
            return true;
        });

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        app = builder.Build();
        app.Use(Guard);
        app.UseRouting();
        new ControlOperations(store, Faults, log, options.AccountSid).Map(app);
        var routes = new Routes(app, store, options.AccountSid);
        var trunks = new TrunkOperations(routes, Faults);
        trunks.Map();
        new AssociationOperations(routes, Faults, trunks.Trunk).Map();
        new AccountOperations(routes).Map();
        new CallOperations(routes, options.TimeProvider, options.Bring).Map();
        new ReportOperations(routes, options.TimeProvider).Map();
    }

    /// <summary>The port that is really listened on.</summary>
    public int Port { get; private set; }

    public Uri BaseAddress => new($"http://127.0.0.1:{Port}");

    /// <summary>Every request outside <c>/lab</c>, oldest first.</summary>
    public IReadOnlyList<LoggedRequest> Requests => log.Requests;

    /// <summary>What waits to go wrong; the same as <c>POST /lab/faults</c>.</summary>
    public Faults Faults { get; } = new();

    public static async Task<TwilioServer> StartAsync(TwilioServerOptions options, CancellationToken cancellationToken)
    {
        var server = new TwilioServer(options);
        try
        {
            await server.app.StartAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.Port = new Uri(server.app.Urls.First()).Port;
        return server;
    }

    public TwilioState Read() => store.Alone(() =>
    {
        var account = store.Find(Kind.Account, options.AccountSid)!;
        return new TwilioState(
            account.Text("status") == "active",
            decimal.Parse(account.Text("balance")!, CultureInfo.InvariantCulture),
            [.. store.All(Kind.Trunk).Select(View)])
        {
            ForeignDomains = [.. store.All(Kind.ForeignDomain).Select(domain => domain.Text("domain_name")!)],
            ForbiddenPrefixes = ReportOperations.ForbiddenPrefixes(store),
        };
    });

    /// <summary>A call of the lab's switch is over: when it reached Twilio, the account lists it from now on.</summary>
    public void Take(CallRecord? call)
    {
        if (call is { Judgement: { TrunkSid: not null, Silent: false } })
        {
            store.Alone(() => CarriedCalls.Add(store, call));
        }
    }

    /// <summary>Objects of the account, for who plays a person or a cause of trouble; use it within <see cref="ResourceStore.Alone{T}"/>.</summary>
    internal ResourceStore Store => store;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        store.Dispose();
    }

    private TwilioTrunk View(Resource trunk)
    {
        var lists = store.Associated(Kind.AccessControlList, trunk.Sid);
        return new TwilioTrunk(
            trunk.Sid,
            trunk.Text("domain_name"),
            trunk.Flag("secure"),
            trunk.Flag("symmetric_rtp_enabled"),
            [.. lists.SelectMany(list => store.Children(Kind.Address, list.Sid)).Select(Network)],
            lists.Count > 0,
            store.Associated(Kind.CredentialList, trunk.Sid).Count > 0);
    }

    /// <summary>Twilio takes an address in the middle of its range, such as 203.0.113.10/28; <see cref="IPNetwork"/> wants the first one.</summary>
    private static IPNetwork Network(Resource entry)
    {
        var prefix = entry.Fields["cidr_prefix_length"]!.GetValue<int>();
        var bytes = IPAddress.Parse(entry.Text("ip_address")!).GetAddressBytes();
        for (var bit = prefix; bit < 32; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    /// <summary>Login, faults, errors and the log, around every operation that is Twilio's.</summary>
    private async Task Guard(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.StartsWithSegments("/lab"))
        {
            // No login here, so pages of other origins are kept out: their requests would come from this machine's browser.
            await Lab.Control.OriginGate.CheckAsync(http, next);
            return;
        }

        var path = http.Request.Path.Value ?? "/";
        FormBody? form = null;
        var (cut, noted) = (false, false);
        try
        {
            http.Items[typeof(FormBody)] = form = await FormBody.Read(http);
            if (!IsKnown(http))
            {
                http.Response.Headers.WWWAuthenticate = "Basic realm=\"Twilio API\"";
                throw TwilioRefusalException.Unauthenticated();
            }

            if (Faults.TakeAny(BeforeWork, http.Request.Method, path) is { } fault)
            {
                cut = fault == FaultKind.LoseRequest;
                await Fail(http, fault);
            }
            else
            {
                // The answer is held back until it is known whether it may go out.
                var wire = http.Response.Body;
                await using var held = new MemoryStream();
                http.Response.Body = held;
                try
                {
                    await next(http);
                }
                finally
                {
                    http.Response.Body = wire;
                }

                if (http.GetEndpoint() is null)
                {
                    throw TwilioRefusalException.NotFound(path);
                }

                if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
                {
                    throw new TwilioRefusalException(405, 20004, "Method not allowed");
                }

                cut = Faults.Take(FaultKind.LoseAnswer, http.Request.Method, path);
                if (!cut)
                {
                    Note();
                    held.Position = 0;
                    await held.CopyToAsync(wire, http.RequestAborted);
                }
            }
        }
        catch (TwilioRefusalException refusal)
        {
            http.Response.StatusCode = refusal.Status;
            Note();
            await Routes.Write(http, refusal.Body());
        }
        finally
        {
            Note();
            if (cut)
            {
                http.Abort();
            }
        }

        // Once, and before the caller can know how it went: who has the answer, or sees the connection cut, may read the log.
        void Note()
        {
            if (!noted)
            {
                noted = true;
                log.Add(new LoggedRequest(options.TimeProvider.GetUtcNow(), http.Request.Method, path, http.Request.QueryString.Value ?? "",
                    [.. (form?.Fields ?? []).Select(field => KeyValuePair.Create(field.Key, Blanked(field.Key, field.Value)))],
                    cut ? null : http.Response.StatusCode));
            }
        }
    }

    private static async Task Fail(HttpContext http, FaultKind fault)
    {
        switch (fault)
        {
            case FaultKind.TooManyRequests:
                throw new TwilioRefusalException(429, 20429, "Too Many Requests");
            case FaultKind.ServerError:
                throw new TwilioRefusalException(500, 20500, "An internal server error has occurred");
            case FaultKind.LoseRequest:
                break;
            case FaultKind.HtmlError:
                http.Response.StatusCode = 502;
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<html><body>Bad gateway</body></html>", http.RequestAborted);
                break;
            case FaultKind.ProblemError:
                http.Response.StatusCode = 500;
                await Routes.Write(http, new JsonObject
                {
                    ["type"] = "https://www.twilio.com/docs/errors/20500",
                    ["title"] = "Internal server error",
                    ["status"] = 500,
                    ["code"] = 20500,
                    ["detail"] = "Asked for at /lab/faults",
                }, "application/problem+json");
                break;
            default:
                http.Response.StatusCode = 503;
                break;
        }
    }

    private bool IsKnown(HttpContext http)
    {
        if (options.Conditions(Lab.Control.Conditions.KeyRevoked) is not null || !AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var login) || login is not { Scheme: "Basic", Parameter: { } parameter })
        {
            return false;
        }

        var given = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, given, out var length))
        {
            return false;
        }

        if (options.AuthToken is { } token && Equal($"{options.AccountSid}:{token}"))
        {
            http.Items[Routes.Console] = true;
            return true;
        }

        return Equal($"{options.ApiKeySid}:{options.ApiKeySecret}");

        bool Equal(string login) => CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), Encoding.UTF8.GetBytes(login));
    }

    private static string Blanked(string name, string value) =>
        name.Contains("Password", StringComparison.OrdinalIgnoreCase) || name.Contains("Secret", StringComparison.OrdinalIgnoreCase)
            || name.Contains("Token", StringComparison.OrdinalIgnoreCase) ? "(blanked)" : value;
}
