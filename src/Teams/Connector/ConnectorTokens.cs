using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.AppConfig;
using TrunkBot.Chat.Ports;
using TrunkBot.Teams.Authentication;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace TrunkBot.Teams.Connector;

/// <summary>The bot's own tokens for the connector, from Entra by MSAL, which keeps them until they expire. Neither a token nor a secret goes into logs or exceptions.</summary>
internal sealed partial class ConnectorTokens : IDisposable
{
    public const string ClientName = "TrunkBot.Teams.Entra";

    private const string ScopeSuffix = "/.default";

    private readonly IOptions<TeamsOptions> options;
    private readonly ILogger<ConnectorTokens> log;
    private readonly Lazy<X509Certificate2?> certificate;
    private readonly Lazy<Func<bool, CancellationToken, Task<AuthenticationResult>>> acquire;

    public ConnectorTokens(IOptions<TeamsOptions> options, IHttpClientFactory clients, ILogger<ConnectorTokens> log)
    {
        this.options = options;
        this.log = log;
        certificate = new(() => options.Value.Credential is BotCredential.Certificate ? ReadCertificate(options.Value) : null);
        acquire = new(() => Build(new Clients(clients)));
    }

    /// <summary>False: no app id is configured, so there is nothing to prove.</summary>
    public bool IsOn => options.Value.IsConfigured;

    /// <summary>A token to be attached to one request.</summary>
    /// <param name="refused">A token that the connector did not accept: it is dropped. Null: none.</param>
    /// <exception cref="ChannelException"><c>connector-token-missing</c>: Entra gives none.</exception>
    public async Task<string> AcquireAsync(string? refused, CancellationToken cancellationToken)
    {
        try
        {
            var token = (await acquire.Value(false, cancellationToken)).AccessToken;

            // Another request may have had it renewed meanwhile.
            return string.Equals(token, refused, StringComparison.Ordinal) ? (await acquire.Value(true, cancellationToken)).AccessToken : token;
        }
        catch (MsalException e)
        {
            // Entra's text is left out, and the exception with it: it may repeat what it was sent.
            var code = e.ErrorCode.Length <= 60 && e.ErrorCode.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? e.ErrorCode : "unknown";
            Log.NoToken(log, code, (e as MsalServiceException)?.StatusCode ?? 0, Guid.TryParse(e.CorrelationId, out var id) ? id : Guid.Empty);
            throw new ChannelException($"connector-token-missing: Entra gave the bot no token ({code}). Check Teams:Credential and what belongs to it; the log has Entra's correlation id.");
        }
        catch (Exception e) when (e is HttpRequestException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            Log.NotAsked(log, e);
            throw new ChannelException("connector-token-missing: The bot could not ask Entra for a token; the log says why. Check the way to the authority and Teams:CertificateFile.", e);
        }
    }

    public void Dispose()
    {
        if (certificate.IsValueCreated)
        {
            certificate.Value?.Dispose();
        }
    }

    private Func<bool, CancellationToken, Task<AuthenticationResult>> Build(Clients clients)
    {
        var teams = options.Value;
        var endpoints = CloudEndpoints.Of(teams);
        if (teams.Credential is BotCredential.ManagedIdentity)
        {
            // Asks for a resource, not for a scope.
            var resource = endpoints.Scope.EndsWith(ScopeSuffix, StringComparison.Ordinal) ? endpoints.Scope[..^ScopeSuffix.Length] : endpoints.Scope;
            var identity = ManagedIdentityApplicationBuilder.Create(ManagedIdentityId.WithUserAssignedClientId(teams.AppId)).WithHttpClientFactory(clients).Build();
            return (isForced, cancellationToken) => identity.AcquireTokenForManagedIdentity(resource).WithForceRefresh(isForced).ExecuteAsync(cancellationToken);
        }

        // An authority of one's own is not in Microsoft's directory of clouds.
        var builder = ConfidentialClientApplicationBuilder.Create(teams.AppId)
            .WithAuthority(endpoints.Authority)
            .WithInstanceDiscovery(teams.Authority.Length == 0)
            .WithHttpClientFactory(clients);
        var application = (certificate.Value is { } own ? builder.WithCertificate(own) : builder.WithClientSecret(teams.ClientSecret)).Build();
        return (isForced, cancellationToken) => application.AcquireTokenForClient([endpoints.Scope]).WithForceRefresh(isForced).ExecuteAsync(cancellationToken);
    }

    private static X509Certificate2 ReadCertificate(TeamsOptions teams) =>
        Path.GetExtension(teams.CertificateFile).ToUpperInvariant() is ".PFX" or ".P12"
            ? X509CertificateLoader.LoadPkcs12FromFile(teams.CertificateFile, teams.CertificatePassword)
            : X509Certificate2.CreateFromPemFile(teams.CertificateFile);

    private sealed class Clients(IHttpClientFactory clients) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => clients.CreateClient(ClientName);
    }

    private static partial class Log
    {
        [LoggerMessage(2104, LogLevel.Error, "Entra gave no token: {Code}, status {Status}, correlation id {CorrelationId}")]
        public static partial void NoToken(ILogger logger, string code, int status, Guid correlationId);

        [LoggerMessage(2105, LogLevel.Error, "Entra could not be asked for a token")]
        public static partial void NotAsked(ILogger logger, Exception exception);
    }
}
