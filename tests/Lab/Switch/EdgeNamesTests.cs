using TrunkBot.Lab.Switch.Path;

namespace TrunkBot.Lab.Tests.Switch;

public sealed class EdgeNamesTests
{
    [Theory]
    [InlineData("acme.pstn.umatilla.twilio.com", "54.244.51.0 54.244.51.1 54.244.51.2 54.244.51.3")]
    [InlineData("acme.pstn.us2.twilio.com", "54.244.51.0 54.244.51.1 54.244.51.2 54.244.51.3")]
    [InlineData("ACME.PSTN.Dublin.Twilio.com", "54.171.127.192 54.171.127.193 54.171.127.194 54.171.127.195")]
    [InlineData("a.b.pstn.br1.twilio.com", "177.71.206.192 177.71.206.193 177.71.206.194 177.71.206.195")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("acme.pstn.umatilla.example.com", "")]
    [InlineData("acme.pstn.roaming.twilio.com", "")]
    [InlineData("pstn.umatilla.twilio.com", "")]
    [InlineData("acme.pstnx.twilio.com", "")]
    [InlineData("", "")]
    public void A_name_resolves_to_the_addresses_of_its_edge(string name, string addresses) =>
        Assert.Equal(addresses, string.Join(' ', EdgeNames.Resolve(name)));

    [Fact]
    public void A_name_without_edge_resolves_to_all_thirty_two() => Assert.Equal(32, EdgeNames.Resolve("acme.pstn.twilio.com").Distinct().Count());

    [Theory]
    [InlineData("acme.pstn.umatilla.twilio.com", "acme.pstn.twilio.com")]
    [InlineData("Acme.pstn.twilio.com", "acme.pstn.twilio.com")]
    [InlineData("twilio.com", null)]
    [InlineData("127.0.0.1", null)]
    public void A_termination_name_belongs_to_the_domain_without_its_edge(string name, string? domain) =>
        Assert.Equal(domain, EdgeNames.TerminationDomain(name));
}
