using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.MetaView;

/// <summary>The simulated MetaView Server over plain HTTP on loopback.</summary>
public static class MetaViewServer
{
    public const string PartName = "metaview";

    /// <summary>The MetaView Web user of the network-wide endpoint; the password is the secret <c>lab-metaview</c>.</summary>
    public const string UserName = "trunkbot";

    /// <summary>On the MetaView Server itself: no credentials are asked for.</summary>
    public const string DirectPath = "/services/ShService";

    /// <summary>On MetaView Web: HTTP Basic.</summary>
    public const string NetworkWidePath = "/mvweb/services/ShService";

    private const string Xml = "text/xml;charset=UTF-8";

    public static LabPart Part { get; } = new(PartName, StartAsync);

    private static async Task<IAsyncDisposable> StartAsync(LabContext context, CancellationToken cancellationToken)
    {
        var store = new CfsStore(context.Options.DataDirectory, context.Secrets);
        var faults = context.Faults;
        context.CfsStore = store;
        var service = new ShService(store, faults, () => context.CallPath);
        context.Cfs = store;
        context.ManualWork = new ManualWork(store);
        context.Console = new CfsConsole(store, service);
        var log = new UpdateLog(context.Options.TimeProvider);
        context.MetaViewLog = log;
        context.Resets.Add(_ =>
        {
            log.Clear();
            store.Change(_ => (CfsObjects.Initial, true));
            return ValueTask.CompletedTask;
        });

        var app = LoopbackServer.Build(context.Options.MetaViewPort);
        app.Use(OriginGate.CheckAsync);
        app.Use((http, next) =>
        {
            if (faults.Lasting(Conditions.MetaViewDown) is null)
            {
                return next(http);
            }

            http.Abort();
            return Task.CompletedTask;
        });
        app.MapPost(DirectPath, http => AnswerAsync(http, service, faults, log));
        app.MapPost(NetworkWidePath, http => IsLoggedIn(http, context.Secrets[LabSecrets.MetaView])
            ? AnswerAsync(http, service, faults, log)
            : RefuseLoginAsync(http));
        app.MapGet("/", () => "TrunkBot lab: a simulated MetaView Server. Codes other than 2001, 5001, 5105 and 100, and all texts, are invented.\n");
        await app.StartAsync(cancellationToken);
        context.Ports[PartName] = LoopbackServer.Port(app);
        return app;
    }

    private static async Task AnswerAsync(HttpContext http, ShService service, Faults faults, UpdateLog log)
    {
        try
        {
            if (http.Request.ContentType?.StartsWith("text/xml", StringComparison.OrdinalIgnoreCase) != true)
            {
                throw new ShFaultException("the content type must be text/xml", (int)HttpStatusCode.UnsupportedMediaType);
            }

            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(http.RequestAborted);
            var request = ShRequest.Read(body);
            var answer = service.Answer(request);
            log.Add(request, answer);
            if (request.IsUpdate && faults.Consume("lose-answer", body))
            {
                http.Abort();
                return;
            }

            await WriteAsync(http, HttpStatusCode.OK, answer.ToXml(request, faults.Lasting("odd-prefixes") is not null));
        }
        catch (ShFaultException fault)
        {
            await WriteFaultAsync(http, (HttpStatusCode)fault.Status, fault.Message);
        }
    }

    private static Task RefuseLoginAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"TrunkBot lab\"";
        return WriteFaultAsync(http, HttpStatusCode.Unauthorized, "login refused");
    }

    private static Task WriteFaultAsync(HttpContext http, HttpStatusCode status, string text) => WriteAsync(http, status, new XElement(
        ShNamespaces.Soap + "Fault",
        new XElement("faultcode", "soapenv:Client"),
        new XElement("faultstring", text)));

    private static Task WriteAsync(HttpContext http, HttpStatusCode status, XElement content)
    {
        var envelope = new XElement(
            ShNamespaces.Soap + "Envelope",
            new XAttribute(XNamespace.Xmlns + "soapenv", ShNamespaces.Soap.NamespaceName),
            new XElement(ShNamespaces.Soap + "Body", content));
        http.Response.StatusCode = (int)status;
        http.Response.ContentType = Xml;
        return http.Response.WriteAsync(envelope.ToString(SaveOptions.DisableFormatting), http.RequestAborted);
    }

    private static bool IsLoggedIn(HttpContext http, string password)
    {
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{password}"));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()));
    }
}
