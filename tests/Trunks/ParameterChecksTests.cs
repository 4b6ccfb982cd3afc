using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Tests;

/// <summary>What each parameter may be, at its limits.</summary>
public sealed class ParameterChecksTests
{
    [Theory]
    [InlineData("name", "a")]
    [InlineData("name", "a2345678901234567890")]
    [InlineData("termination", "4")]
    [InlineData("termination", "a2345678901234567890123456789012345678901234567890")]
    [InlineData("termination", "acme.PSTN.twilio.com")]
    [InlineData("edges", "all")]
    [InlineData("edges", "Ashburn us2")]
    [InlineData("transport", "TLS")]
    [InlineData("acl", "203.0.113.0/24")]
    [InlineData("acl", "203.0.113.7")]
    [InlineData("acl", "203.0.113.7/32, 198.51.100.8/29")]
    [InlineData("service-network", "1")]
    [InlineData("service-network", "65535")]
    [InlineData("realm", "A_b-3")]
    [InlineData("realm", "a23456789012345678901234567890")]
    [InlineData("adjacency", "{name}-{legacy}")]
    [InlineData("adjacency", "Tw_{edge}")]
    [InlineData("cfs-proxy", "10.20.0.5")]
    [InlineData("cfs-proxy", "10.20.0.5:65535")]
    [InlineData("polling", "15")]
    [InlineData("polling", "3600")]
    [InlineData("trunk-group", "99999")]
    [InlineData("test-number", "16504894546")]
    [InlineData("test-number", "6504894546")]
    [InlineData("test-number", "442083661177")]
    [InlineData("test-number", "4721234567")]
    [InlineData("origination", "No")]
    [InlineData("numbers", "+16502530000 +442083661177")]
    public void A_value_at_its_limit_is_taken(string key, string text) => Assert.Null(TrunkParameters.Find(key)!.Check(text));

    [Theory]
    [InlineData("name", "")]
    [InlineData("name", "a23456789012345678901")]
    [InlineData("name", "4cme")]
    [InlineData("name", "acme-")]
    [InlineData("termination", "a23456789012345678901234567890123456789012345678901")]
    [InlineData("termination", "-a")]
    [InlineData("termination", "Acme")]
    [InlineData("termination", ".pstn.twilio.com")]
    [InlineData("edges", ",")]
    [InlineData("acl", "")]
    [InlineData("acl", "0.0.0.0/24")]
    [InlineData("acl", "127.0.0.1")]
    [InlineData("acl", "172.16.0.0/24")]
    [InlineData("acl", "100.64.0.0/24")]
    [InlineData("acl", "169.254.1.1")]
    [InlineData("acl", "224.0.0.1")]
    [InlineData("acl", "203.0.113.0/23")]
    [InlineData("acl", "203.0.113")]
    [InlineData("acl", "203.0.113.0/33")]
    [InlineData("acl", "2001:db8::/64")]
    [InlineData("service-network", "0")]
    [InlineData("service-network", "65536")]
    [InlineData("service-network", "+2")]
    [InlineData("service-network", " 2")]
    [InlineData("realm", "9a")]
    [InlineData("adjacency", "{name}-{region}")]
    [InlineData("cfs-proxy", "10.20.0.05")]
    [InlineData("cfs-proxy", "10.20.0.5:0")]
    [InlineData("cfs-proxy", "proxy.example.com")]
    [InlineData("polling", "14")]
    [InlineData("polling", "3601")]
    [InlineData("trunk-group", "0")]
    [InlineData("test-number", "12")]
    [InlineData("test-number", "1650489454")]
    [InlineData("test-number", "0123456789")]
    [InlineData("test-number", "11234567890")]
    [InlineData("numbers", ",")]
    [InlineData("numbers", "+11234567890")]
    [InlineData("numbers", "+1 650 253 0000")]
    [InlineData("numbers", "+")]
    public void A_value_beyond_its_limit_is_refused(string key, string text) => Assert.NotNull(TrunkParameters.Find(key)!.Check(text));

    [Fact]
    public void A_hundred_addresses_are_taken_and_one_more_is_refused()
    {
        var hundred = string.Join(", ", Enumerable.Range(0, 100).Select(i => $"203.0.113.{i}/32"));

        Assert.Null(IntentReader.Wrong(TrunkParameters.Find("acl")!, hundred, null));
        Assert.Equal(
            "give 1 to 100 addresses with prefix length, separated by commas, such as 203.0.113.0/28",
            IntentReader.Wrong(TrunkParameters.Find("acl")!, hundred + ", 203.0.113.200", null));
    }

    [Theory]
    [InlineData("realm", 101, "is 101 characters long; at most 100 are taken")]
    [InlineData("acl", 2401, "is 2401 characters long; at most 2400 are taken")]
    [InlineData("numbers", 4001, "is 4001 characters long; at most 4000 are taken")]
    public void A_text_that_is_too_long_is_refused_before_it_is_looked_at(string key, int length, string message) =>
        Assert.Equal(message, IntentReader.Wrong(TrunkParameters.Find(key)!, new string('a', length), null));

    [Theory]
    [InlineData("asburn", "\"asburn\": no such edge; did you mean ashburn?")]
    [InlineData("ashburn saopaulo dubln", "\"saopaulo\", \"dubln\": no such edge; did you mean sao-paulo, dublin?")]
    [InlineData("asburn boston", "\"asburn\", \"boston\": no such edge; known are ashburn, umatilla, dublin, frankfurt, tokyo, singapore, sydney, sao-paulo")]
    public void An_unknown_edge_gets_the_one_that_was_probably_meant(string edges, string message) =>
        Assert.Equal(message, TrunkParameters.Find("edges")!.Check(edges));

    [Fact]
    public void A_value_is_shown_without_control_characters_and_cut() => Assert.Equal(
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\": no such edge; known are ashburn, umatilla, dublin, frankfurt, tokyo, singapore, sydney, sao-paulo",
        TrunkParameters.Find("edges")!.Check(new string('a', 50)));
}
