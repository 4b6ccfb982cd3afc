using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>A certificate authority of one test.</summary>
internal sealed class Authority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _own;

    public Authority(string name = "Test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _own = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddYears(-3), TimeProvider.System.GetUtcNow().AddYears(3));
    }

    /// <summary>What whoever trusts this authority holds.</summary>
    public X509Certificate2Collection Anchors => [X509CertificateLoader.LoadCertificate(_own.RawData)];

    public string Pem => _own.ExportCertificatePem();

    /// <summary>A certificate with its key.</summary>
    /// <param name="names">A host name, an address, or a URI each.</param>
    /// <param name="until">Its last day, counted from now; the first lies two years before that.</param>
    /// <param name="purpose">OID of its only purpose, or null for any.</param>
    public X509Certificate2 Issue(string[] names, int until = 30, string? purpose = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={(names.Length == 0 ? "trunk.test" : "Peer")}", key, HashAlgorithmName.SHA256);
        var san = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                san.AddIpAddress(address);
            }
            else if (name.Contains(':'))
            {
                san.AddUri(new Uri(name));
            }
            else
            {
                san.AddDnsName(name);
            }
        }

        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(san.Build());
        }

        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        }

        var end = TimeProvider.System.GetUtcNow().AddDays(until);
        using var issued = request.Create(_own, end.AddDays(-730), end, RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        _own.Dispose();
        _key.Dispose();
    }
}
