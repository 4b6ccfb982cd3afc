using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrunkBot.Sip.Transport.Tls;

/// <summary>Whether a certificate may stand for a SIP domain.</summary>
internal static class CertificateJudge
{
    /// <summary>Purposes with which a certificate may speak for a SIP server: server authentication, any, and id-kp-sipDomain (RFC 5924 3).</summary>
    private static readonly string[] Purposes = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0", "1.3.6.1.5.5.7.3.20"];

    public static SipTlsPeer Describe(X509Certificate2 certificate) => new(
        null,
        null,
        certificate.Subject,
        certificate.Issuer,
        CertificateNames.Of(certificate).All,
        new DateTimeOffset(certificate.NotBefore.ToUniversalTime()),
        new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));

    /// <summary>Why the certificate is refused, or null.</summary>
    /// <param name="chain">Built already; its policy says the time and who is trusted.</param>
    public static SipFailure? Refuse(X509Certificate2 certificate, X509Chain chain, string domain, bool acceptWildcards)
    {
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (sum, s) => sum | s.Status);
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
            return new SipFailure("sip-tls-expired", 
                $"The certificate of {domain} or one that vouches for it is out of date (its own is good from {from:yyyy-MM-dd} to {until:yyyy-MM-dd}): renew it, or set this machine's clock.");
        }

        // Usage is judged below: the framework does not know the purpose that RFC 5924 added.
        if ((status & ~X509ChainStatusFlags.NotValidForUsage) != X509ChainStatusFlags.NoError)
        {
            return new SipFailure(
                "sip-tls-untrusted",
                $"The certificate of {domain} comes from nobody whom this machine or the site trusts ({status}): trust its authority, or ask who answers there.");
        }

        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage
            && !usage.EnhancedKeyUsages.Cast<Oid>().Any(o => Purposes.Contains(o.Value)))
        {
            return new SipFailure("sip-tls-untrusted", $"The certificate of {domain} is not meant for a server: it needs the purpose server authentication.");
        }

        var names = CertificateNames.Of(certificate);
        return names.Match(domain, acceptWildcards)
            ? null
            : new SipFailure("sip-tls-name-mismatch", $"The certificate is not for {domain}: it names {Shown(names.All)}. Call the name it holds, or renew it with the right one.");
    }

    private static string Shown(IReadOnlyList<string> names) => names.Count == 0
        ? "nobody"
        : string.Join(", ", names.Take(5).Select(n => new string([.. n.Take(100).Where(c => c is > ' ' and <= '~')]))) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");
}
