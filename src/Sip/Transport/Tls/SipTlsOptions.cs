using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrunkBot.Sip.Transport.Tls;

/// <summary>Whom SIP over TLS trusts, and who we are.</summary>
public sealed record SipTlsOptions
{
    /// <summary>The authorities that are trusted instead of the machine's own; null trusts the machine's.</summary>
    public X509Certificate2Collection? TrustAnchors { get; init; }

    /// <summary>Our certificate with its private key: shown to a server that asks for one, and to peers that connect to us, which are turned away without it.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The versions that are spoken.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>
    /// Takes <c>*</c> as the first label of a certificate's name. RFC 5922 7.2 forbids it; a carrier that gives each trunk a host name of its own
    /// can hardly do without.
    /// </summary>
    public bool AcceptWildcards { get; init; }

    /// <summary>Reads PEM files.</summary>
    /// <param name="authorities">File with the authorities to trust instead of the machine's; null: the machine's.</param>
    /// <param name="own">File with our certificate and its private key, unencrypted; null: none.</param>
    /// <exception cref="CryptographicException">A file does not hold what it should.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static SipTlsOptions FromFiles(string? authorities, string? own)
    {
        X509Certificate2Collection? anchors = null;
        if (authorities is not null)
        {
            anchors = [];
            anchors.ImportFromPemFile(authorities);
        }

        if (own is null)
        {
            return new SipTlsOptions { TrustAnchors = anchors };
        }

        using var read = X509Certificate2.CreateFromPemFile(own);

        // By way of PKCS 12: a key read from PEM is not bound to its certificate on every system.
        return new SipTlsOptions { TrustAnchors = anchors, Certificate = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null) };
    }
}

/// <summary>What a TLS peer showed, also when it was refused.</summary>
/// <param name="Version">Such as <c>TLS 1.3</c>; null when the handshake did not come to its end.</param>
/// <param name="CipherSuite">Its IANA name; null when the handshake did not come to its end.</param>
/// <param name="Subject">Distinguished name of the certificate. Hostile text.</param>
/// <param name="Issuer">Distinguished name of who signed it.</param>
/// <param name="Names">The names it is for, URIs before DNS names before addresses.</param>
public sealed record SipTlsPeer(
    string? Version, string? CipherSuite, string Subject, string Issuer, IReadOnlyList<string> Names, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
