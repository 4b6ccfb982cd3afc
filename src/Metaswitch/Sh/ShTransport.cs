using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>
/// HTTP connections to MetaView Servers. Those of sites that trust different certificates are apart, so that a connection that one site
/// accepted never carries the login of another.
/// </summary>
public sealed class ShTransport(IOptions<MetaswitchOptions> options) : IDisposable
{
    private const int LargestAnswerBytes = 4 * 1024 * 1024;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly HttpRequestOptionsKey<string> Refusal = new("CertificateRefusal");

    private readonly ConcurrentDictionary<string, Lazy<HttpClient>> _clients = new(StringComparer.Ordinal);

    /// <summary>The client for a site: no redirects, no cookies, no proxy.</summary>
    public HttpClient To(MetaswitchSite site) =>
        _clients.GetOrAdd(string.Join('\n', [site.Tls?.CaFile ?? "", .. site.Tls?.Pins ?? []]), _ => new(() => Make(site.Tls))).Value;

    /// <summary>Why the server's certificate was not accepted; null when that was not the matter.</summary>
    public static string? RefusalOf(HttpRequestMessage request) => request.Options.TryGetValue(Refusal, out var why) ? why : null;

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(c => c.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    /// <summary>The pin of a certificate's key, as site profiles hold it.</summary>
    public static string PinOf(X509Certificate2 certificate) =>
        "sha256/" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private HttpClient Make(MetaswitchTls? tls) => new(new HttpClientHandler
    {
        // A redirect could carry the login to another host; an element manager needs no proxy and no cookies.
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ServerCertificateCustomValidationCallback = (request, certificate, chain, errors) =>
        {
            var why = Judge(tls, certificate, chain, errors);
            if (why is not null)
            {
                request.Options.Set(Refusal, PlainText.OneLine(why));
            }

            return why is null;
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(options.Value.TimeoutSeconds),
        MaxResponseContentBufferSize = LargestAnswerBytes,
    };

    /// <summary>null when the certificate is accepted.</summary>
    private static string? Judge(MetaswitchTls? tls, X509Certificate2? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "it showed none";
        }

        var shown = $"of {certificate.Subject}, issued by {certificate.Issuer}, key {PinOf(certificate)}";
        if (tls is { Pins.Count: > 0 })
        {
            return tls.Pins.Contains(PinOf(certificate), StringComparer.Ordinal) ? null : $"{shown}: the key is not one of the pinned";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"{shown}: it is for another name";
        }

        return tls?.CaFile is { } file ? JudgeByFile(file, certificate, presented, shown)
            : errors == SslPolicyErrors.None ? null
            : $"{shown}: {Status(presented)}";
    }

    private static string? JudgeByFile(string file, X509Certificate2 certificate, X509Chain? presented, string shown)
    {
        using var chain = new X509Chain();
        try
        {
            // Read at each handshake: a file that was replaced counts at once.
            chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"{shown}: the trusted authorities in {file} can't be read ({e.Message})";
        }

        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new(ServerAuthentication));
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate) ? null : $"{shown}: {Status(chain)}";
    }

    private static string Status(X509Chain? chain) => chain is { ChainStatus.Length: > 0 }
        ? string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim().TrimEnd('.')).Distinct())
        : "it is not trusted";
}
