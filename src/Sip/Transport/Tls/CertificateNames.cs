using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Transport.Tls;

/// <summary>The names that a certificate is for, and whether a SIP domain is among them (RFC 5922 7.1 and 7.2).</summary>
internal sealed class CertificateNames
{
    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 7);

    private readonly List<string> _uris = [];
    private readonly List<string> _dns = [];
    private readonly List<IPAddress> _addresses = [];

    private CertificateNames()
    {
    }

    public IReadOnlyList<string> All => [.. _uris, .. _dns, .. _addresses.Select(a => a.ToString())];

    /// <summary>Reads the subjectAltName; the common name counts only when there is none. A malformed extension names nobody.</summary>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        var names = new CertificateNames();
        if (certificate.Extensions["2.5.29.17"] is not { } extension)
        {
            names._dns.Add(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
            return names;
        }

        try
        {
            names.Read(extension.RawData);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return new CertificateNames();
        }

        return names;
    }

    /// <summary>True when the domain is one of the names.</summary>
    /// <param name="domain">Host name, or IP address without brackets.</param>
    /// <param name="acceptWildcards">Whether <c>*</c> may stand for the first label.</param>
    public bool Match(string domain, bool acceptWildcards)
    {
        if (IPAddress.TryParse(domain, out var address))
        {
            return _addresses.Contains(address);
        }

        var asked = domain.TrimEnd('.');
        var identities = SipDomains();
        return (identities.Count > 0 ? identities : _dns).Any(name => Same(name, asked, acceptWildcards));
    }

    /// <summary>Hosts of <c>sip:</c> URIs without user: where there is one, DNS names do not count.</summary>
    private List<string> SipDomains() =>
        [.. _uris.Select(u => SipUri.TryParse(u, out var uri) && uri is { Secure: false, User: null } ? uri.Host : null).OfType<string>()];

    private static bool Same(string name, string asked, bool acceptWildcards)
    {
        name = name.TrimEnd('.');
        if (acceptWildcards && name.StartsWith("*.", StringComparison.Ordinal) && name.IndexOf('.', 2) > 0)
        {
            var dot = asked.IndexOf('.', StringComparison.Ordinal);
            return dot > 0 && asked[dot..].Equals(name[1..], StringComparison.OrdinalIgnoreCase);
        }

        return name.Length > 0 && name.Equals(asked, StringComparison.OrdinalIgnoreCase);
    }

    private void Read(byte[] extension)
    {
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var tag = names.PeekTag();
            if (tag.HasSameClassAndValue(Dns))
            {
                _dns.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, Dns));
            }
            else if (tag.HasSameClassAndValue(Uri))
            {
                _uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
            }
            else if (tag.HasSameClassAndValue(Address) && names.ReadOctetString(Address) is { Length: 4 or 16 } bytes)
            {
                _addresses.Add(new IPAddress(bytes));
            }
            else if (!tag.HasSameClassAndValue(Address))
            {
                names.ReadEncodedValue();
            }
        }
    }
}
