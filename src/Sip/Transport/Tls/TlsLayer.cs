using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TrunkBot.Sip.Transport.Tls;

/// <summary>A TLS connection did not come about, or was ended by an alert.</summary>
internal sealed class SipTlsException(SipFailure failure, Exception? inner = null) : IOException(failure.Sentence, inner)
{
    public SipFailure Failure => failure;
}

/// <summary>Puts TLS over the connections of SIP (RFC 3261 26.2.1) and judges who is at the other end (RFC 5922).</summary>
internal sealed class TlsLayer(SipTlsOptions options, TimeProvider time)
{
    private readonly SslStreamCertificateContext? _own = options.Certificate is null ? null : SslStreamCertificateContext.Create(options.Certificate, null, offline: true);

    /// <summary>As client: SNI and the name that the certificate must hold are the hop's domain.</summary>
    /// <param name="seen">Told what the peer showed, as soon as it did.</param>
    /// <exception cref="SipTlsException">The handshake failed or the certificate was refused.</exception>
    public async Task<SslStream> ConnectAsync(Stream wire, SipHop hop, Action<SipTlsPeer> seen, CancellationToken ct)
    {
        if (hop.Domain is not { } domain)
        {
            throw new IOException("The connection on which the request came is gone.");
        }

        SipFailure? refused = null;
        SipTlsPeer? peer = null;
        var stream = new SslStream(wire);
        try
        {
            var client = new SslClientAuthenticationOptions
            {
                TargetHost = domain,
                EnabledSslProtocols = options.Protocols,
                CertificateChainPolicy = Policy(),
                ClientCertificateContext = _own,

                // Each connection shows the certificate of today, not that of an earlier session.
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                {
                    if (certificate is X509Certificate2 shown && chain is not null)
                    {
                        seen(peer = CertificateJudge.Describe(shown));
                        refused = CertificateJudge.Refuse(shown, chain, domain, options.AcceptWildcards);
                    }

                    return peer is not null && refused is null;
                },
            };
            await stream.AuthenticateAsClientAsync(client, ct).ConfigureAwait(false);
            seen(peer! with { Version = stream.SslProtocol == SslProtocols.Tls13 ? "TLS 1.3" : "TLS 1.2", CipherSuite = stream.NegotiatedCipherSuite.ToString() });
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new SipTlsException(refused ?? TlsAlert.Explain(e, domain) ?? TlsAlert.Unexplained(domain), e);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>As server, for a peer that connects to us; null when we have no certificate to show or the handshake failed.</summary>
    public async Task<SslStream?> AcceptAsync(Stream wire, CancellationToken ct)
    {
        if (_own is null)
        {
            return null;
        }

        var stream = new SslStream(wire);
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = _own, EnabledSslProtocols = options.Protocols }, ct).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private X509ChainPolicy Policy()
    {
        // Nothing is downloaded: a certificate must not make us open an address that it names. So revocation is not looked up either.
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
        };
        if (options.TrustAnchors is { } anchors)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(anchors);
        }

        return policy;
    }
}
