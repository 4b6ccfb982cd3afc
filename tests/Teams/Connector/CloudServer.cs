using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrunkBot.Teams.Connector;

namespace TrunkBot.Teams.Tests.Connector;

/// <summary>One request as it arrived.</summary>
internal sealed record CloudRequest(string Host, string Line, string? Authorization, string Body);

/// <summary>
/// All of Microsoft's hosts on one loopback port, over TLS and plain: every connection of the bot ends here, whatever name it asked for.
/// Entra gives the tokens <c>token-1</c>, <c>token-2</c> and so on; connectors answer as a test says, else 201.
/// </summary>
internal sealed class CloudServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private static readonly X509Certificate2 Certificate = SelfSigned();
    private readonly List<CloudRequest> received = [];
    private int issued;
    private int httpsPort;
    private int httpPort;

    private CloudServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate));
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>Asked of any connector.</summary>
    public IReadOnlyList<CloudRequest> Sent => Of(r => !IsEntra(r) && !IsIdentity(r));

    /// <summary>Asked for a token.</summary>
    public IReadOnlyList<CloudRequest> TokenRequests => Of(r => (IsEntra(r) && r.Line.Contains("/token", StringComparison.Ordinal)) || IsIdentity(r));

    /// <summary>Of connectors, one for each request; 201 when none is left.</summary>
    public Queue<int> Answers { get; } = new();

    /// <summary>Body of Entra's refusal; null: it gives tokens.</summary>
    public Func<CloudRequest, string>? Refusal { get; set; }

    public static async Task<CloudServer> StartAsync()
    {
        var server = new CloudServer();
        await server.app.StartAsync();
        foreach (var address in server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)))
        {
            (address.Scheme == "https" ? ref server.httpsPort : ref server.httpPort) = address.Port;
        }

        return server;
    }

    /// <summary>Leads the bot's connections here.</summary>
    public void Divert(IServiceCollection services)
    {
        foreach (var name in new[] { nameof(ConnectorClient), ConnectorTokens.ClientName })
        {
            services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                ConnectCallback = async (context, cancellationToken) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port == 443 ? httpsPort : httpPort, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == Certificate.GetCertHashString(),
                },
            });
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static bool IsEntra(CloudRequest request) => request.Host.StartsWith("login.", StringComparison.Ordinal);

    private static bool IsIdentity(CloudRequest request) => request.Host == "169.254.169.254";

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=cloud.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private CloudRequest[] Of(Func<CloudRequest, bool> which)
    {
        lock (received)
        {
            return [.. received.Where(which)];
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new CloudRequest(
            context.Request.Host.Host,
            $"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}",
            context.Request.Headers.Authorization,
            await reader.ReadToEndAsync());
        int status;
        lock (received)
        {
            received.Add(request);
            status = IsEntra(request) || IsIdentity(request) || Answers.Count == 0 ? 201 : Answers.Dequeue();
        }

        if (request.Line.Contains("/discovery/instance", StringComparison.Ordinal))
        {
            var host = request.Host;
            await Results.Json(new { tenant_discovery_endpoint = $"https://{host}/x", metadata = new[] { new { preferred_network = host, preferred_cache = host, aliases = new[] { host } } } }).ExecuteAsync(context);
        }
        else if ((IsEntra(request) || IsIdentity(request)) && Refusal is { } refusal)
        {
            await Results.Text(refusal(request), "application/json", statusCode: 401).ExecuteAsync(context);
        }
        else if (IsEntra(request) || IsIdentity(request))
        {
            var token = $"token-{Interlocked.Increment(ref issued)}";

            // Entra sends numbers, the machine's identity service sends texts. MSAL has the machine's clock.
            JsonNode expires = IsEntra(request) ? 3600 : "3600";
            var end = TimeProvider.System.GetUtcNow().AddHours(24).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
            await Results.Text(
                new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = expires, ["expires_on"] = end, ["access_token"] = token, ["resource"] = "x", ["client_id"] = "x" }.ToJsonString(),
                "application/json").ExecuteAsync(context);
        }
        else
        {
            await Results.Json(new { id = "m42" }, statusCode: status).ExecuteAsync(context);
        }
    }
}
