using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace TrunkBot.Teams.Authentication;

/// <summary>
/// The keys of the channel's issuer and of nobody else, from its OpenID metadata. Read again after 24 hours, and for a key that is not known,
/// at most once an hour: otherwise any stranger could make the bot ask.
/// </summary>
/// <remarks>
/// The library's ConfigurationManager is not used: since version 8 it reads in the background and answers from what it has,
/// so the first message after a change of keys would be lost; Teams does not send it again. The library still reads the documents.
/// </remarks>
internal sealed partial class ChannelKeys(IHttpClientFactory clients, IOptions<TeamsOptions> options, TimeProvider time, ILogger<ChannelKeys> log) : IDisposable
{
    public const string ClientName = "TrunkBot.Teams.ChannelKeys";

    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(24);
    private static readonly TimeSpan UnknownAtMostEvery = TimeSpan.FromHours(1);

    // While the metadata can't be read, old keys are better than a deaf bot, for as long as Microsoft's own SDK for .NET keeps them.
    private static readonly TimeSpan UsableFor = TimeSpan.FromDays(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim oneReader = new(1, 1);
    private volatile Read? current;
    private DateTimeOffset? lastFailure;
    private DateTimeOffset? lastUnknown;

    /// <summary>The RSA key with exactly this <paramref name="kid"/>; null when the issuer has none, or its keys can't be read.</summary>
    public async Task<JsonWebKey?> FindAsync(string? kid, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(kid))
        {
            return null;
        }

        if (current is { } read && Age(read) < FreshFor && read.Find(kid) is { } key)
        {
            return key;
        }

        await oneReader.WaitAsync(cancellationToken);
        try
        {
            var isFresh = current is { } held && Age(held) < FreshFor;
            if (IsDue(kid, isFresh) && await ReadAsync() && isFresh)
            {
                lastUnknown = time.GetUtcNow();
            }
        }
        finally
        {
            oneReader.Release();
        }

        return current is { } latest && Age(latest) < UsableFor ? latest.Find(kid) : null;
    }

    public void Dispose() => oneReader.Dispose();

    private TimeSpan Age(Read read) => time.GetUtcNow() - read.At;

    private bool IsDue(string kid, bool isFresh)
    {
        var now = time.GetUtcNow();
        return !(now - lastFailure < PauseAfterFailure)
            && (!isFresh || (current!.Find(kid) is null && !(now - lastUnknown < UnknownAtMostEvery)));
    }

    // Not cancelled with the request that happened to be first: others wait for it too. The client has a timeout.
    private async Task<bool> ReadAsync()
    {
        var address = CloudEndpoints.Of(options.Value).MetadataUrl;
        try
        {
            using var http = clients.CreateClient(ClientName);
            var retriever = new HttpDocumentRetriever(http) { RequireHttps = !Loopback.IsUrl(address) };
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(address, retriever, CancellationToken.None);
            var keys = configuration.JsonWebKeySet?.Keys.Where(k => k is { Kty: JsonWebAlgorithmsKeyTypes.RSA, Kid.Length: > 0, Use: null or "" or "sig" }).ToList() ?? [];
            if (keys.Count == 0)
            {
                throw new InvalidOperationException("The metadata leads to no RSA key.");
            }

            current = new(time.GetUtcNow(), keys);
            lastFailure = null;
            Log.ReadKeys(log, keys.Count);
            return true;
        }
#pragma warning disable CA1031 // Whatever it was, the caller can't be checked and is refused; the log says why.
        catch (Exception e)
#pragma warning restore CA1031
        {
            lastFailure = time.GetUtcNow();
            Log.NotRead(log, e, address);
            return false;
        }
    }

    private sealed record Read(DateTimeOffset At, IReadOnlyList<JsonWebKey> Keys)
    {
        public JsonWebKey? Find(string kid) => Keys.FirstOrDefault(k => string.Equals(k.Kid, kid, StringComparison.Ordinal));
    }

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Information, "Read {Count} keys of the channel")]
        public static partial void ReadKeys(ILogger logger, int count);

        [LoggerMessage(2302, LogLevel.Error, "The keys of the channel can't be read at {Address}; who comes with an unknown key is refused")]
        public static partial void NotRead(ILogger logger, Exception exception, string address);
    }
}
