using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip.Tests.Transport.Tls;

/// <summary>RFC 5922 7.1 and 7.2.</summary>
public sealed class Certificate_names
{
    [Theory]
    [InlineData("trunk.test", "trunk.test", true)]
    [InlineData("trunk.test", "TRUNK.Test.", true)]
    [InlineData("trunk.test", "a.trunk.test", false)]
    [InlineData("a.trunk.test", "trunk.test", false)]
    [InlineData("sip:trunk.test", "trunk.test", true)]
    [InlineData("sip:probe@trunk.test", "trunk.test", false)]
    [InlineData("sips:trunk.test", "trunk.test", false)]
    [InlineData("https://trunk.test/", "trunk.test", false)]
    [InlineData("sip:other.test trunk.test", "trunk.test", false)]
    [InlineData("https://other.test/ trunk.test", "trunk.test", true)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::1", "2001:db8:0::1", true)]
    [InlineData("*.trunk.test", "a.trunk.test", false)]
    [InlineData("", "trunk.test", true)]
    public void A_name_counts_in_full_and_a_SIP_URI_before_DNS_names(string names, string domain, bool matches) => Assert.Equal(matches, Match(names, domain, acceptWildcards: false));

    [Theory]
    [InlineData("*.pstn.trunk.test", "acme.pstn.trunk.test", true)]
    [InlineData("*.pstn.trunk.test", "ACME.pstn.trunk.TEST", true)]
    [InlineData("*.pstn.trunk.test", "a.acme.pstn.trunk.test", false)]
    [InlineData("*.pstn.trunk.test", "pstn.trunk.test", false)]
    [InlineData("*.pstn.trunk.test", ".pstn.trunk.test", false)]
    [InlineData("*.test", "trunk.test", false)]
    [InlineData("a*.trunk.test", "acme.trunk.test", false)]
    public void A_wildcard_stands_for_one_first_label_where_it_is_accepted(string names, string domain, bool matches) => Assert.Equal(matches, Match(names, domain, acceptWildcards: true));

    private static bool Match(string names, string domain, bool acceptWildcards)
    {
        using var authority = new Authority();
        using var certificate = authority.Issue(names.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return CertificateNames.Of(certificate).Match(domain, acceptWildcards);
    }
}
