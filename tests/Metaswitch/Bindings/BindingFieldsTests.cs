using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Metaswitch.Tests.Bindings;

public sealed class BindingFieldsTests
{
    private static IReadOnlyList<ShField> Intended(TrunkIntent? intent = null, BindingMapping? mapping = null) =>
        BindingFields.Intended(intent ?? Given.Intent, Given.Site().Metaswitch, mapping ?? new());

    [Fact]
    public void The_fields_stand_in_the_switchs_order_with_the_seeds_values() => Assert.Equal(
        [
            "NetworkElementName=CFS-1", "MetaSwitchName=CFS-1", "Name=TwilioBinding", "Usage=Trunk", "UseDNForIdentification=True",
            "SIPAuthenticationRequired=False", "SIPDomainName=acme.pstn.twilio.com", "ContactAddressScheme=Domain name A/AAAA lookup",
            "ContactDomainName=acme.pstn.twilio.com", "ProxyIPAddress=10.20.0.5", "ProxyIPPort=5060", "TransportProtocol=UDP",
            "MediaGatewayModel=Twilio", "PollPeerDevice=True", "PollingInterval=30",
        ],
        Intended().Select(f => $"{f.Name}={f.Value}"));

    [Fact]
    public void With_one_edge_the_contact_is_the_host_of_that_edge() =>
        Assert.Contains(new ShField("ContactDomainName", "acme.pstn.us2.twilio.com"), Intended(Given.Intent with { Edges = Given.Umatilla }));

    [Fact]
    public void What_is_not_configured_is_not_sent()
    {
        var names = Intended(Given.Intent with { PollingIntervalSeconds = null }, new() { SendSwitchName = false }).Select(f => f.Name).ToList();

        Assert.Equal("Name", names[0]);
        Assert.DoesNotContain("PollingInterval", names);
        Assert.DoesNotContain("MaximumCallAppearances", names);
    }

    [Fact]
    public void A_site_adds_fields_at_their_place_and_says_which_inherit()
    {
        var fields = Intended(mapping: new()
        {
            MaximumCallAppearances = 100,
            InheritingFields = ["PollingInterval"],
            ExtraFields = [new() { Element = "NATStatus", Value = "Off", After = "Name" }, new() { Element = "Last", Value = "1" }],
        });

        Assert.Equal("NATStatus", fields[3].Name);
        Assert.Equal("Last", fields[^1].Name);
        Assert.True(fields.Single(f => f.Name == "PollingInterval").Inheriting);
        Assert.Contains(new ShField("MaximumCallAppearances", "100"), fields);
    }

    [Fact]
    public void Labels_compare_without_case_and_booleans_also_as_numbers()
    {
        var found = Intended().Select(f => f with { Value = f.Value == "True" ? "1" : f.Value.ToUpperInvariant() }).ToList();

        Assert.Empty(BindingFields.Compare(Intended(), found));
    }

    [Fact]
    public void A_difference_names_label_wanted_and_found()
    {
        var found = Intended().Where(f => f.Name is not ("PollingInterval" or "MetaSwitchName"))
            .Select(f => f.Name == "ProxyIPAddress" ? f with { Value = "10.20.0.9" } : f).ToList();

        Assert.Equal(
            ["Proxy IP address: wanted \"10.20.0.5\", found \"10.20.0.9\"", "Polling interval: wanted \"30\", found nothing"],
            BindingFields.Compare(Intended(), found).Select(d => d.ToString()));
    }

    [Theory]
    [InlineData("SIPDomainName", "acme.pstn.us2.twilio.com", "sip-domain-wrong")]
    [InlineData("SIPDomainName", "other.pstn.twilio.com", "sip-domain-wrong")]
    [InlineData("ContactAddressScheme", "IP address", "contact-not-a-domain")]
    [InlineData("ContactDomainName", "54.244.51.0", "contact-not-a-domain")]
    [InlineData("ContactDomainName", "other.pstn.us2.twilio.com", "contact-of-another-trunk")]
    [InlineData("ProxyIPAddress", "10.99.0.1", "proxy-not-core-address")]
    [InlineData("UseDNForIdentification", "False", "use-dn-off")]
    [InlineData("PollPeerDevice", "False", "polling-off")]
    [InlineData("PollingInterval", "5", "polling-too-fast")]
    public void Each_lint_finds_its_mistake(string element, string value, string code)
    {
        var fields = Intended().Select(f => f.Name == element ? f with { Value = value } : f).ToList();

        Assert.Contains(code, BindingLints.Fields(fields, Given.Intent.DomainName, Given.Site(), new()).Select(f => f.Code));
    }

    [Fact]
    public void The_seeds_binding_has_no_finding()
    {
        Assert.Empty(BindingLints.Fields(Intended(), Given.Intent.DomainName, Given.Site(), new()));
        Assert.Empty(BindingLints.Names(Given.Intent));
        Assert.Empty(BindingLints.Transport(Given.Site().Metaswitch));
    }

    [Theory]
    [InlineData("Twilio\nBinding")]
    [InlineData("Twilio Binding")]
    [InlineData("")]
    [InlineData("A234567890123456789012345678901")]
    public void A_name_that_can_not_be_used_is_an_error(string name)
    {
        var finding = Assert.Single(BindingLints.Names(Given.Intent with { BindingName = name }));

        Assert.Equal(("cfs-name-invalid", FindingSeverity.Error), (finding.Code, finding.Severity));
        Assert.DoesNotContain('\n', finding.Sentence.ToString());
    }

    [Fact]
    public void Credentials_over_plain_http_are_a_warning_unless_they_stay_on_the_machine()
    {
        var far = Given.Site().Metaswitch with { Url = new("http://mvs.example:8087/mvweb/services/ShService") };

        Assert.Equal("cfs-credentials-in-clear", Assert.Single(BindingLints.Transport(far)).Code);
        Assert.Empty(BindingLints.Transport(far with { Url = new("https://mvs.example/mvweb/services/ShService") }));
        Assert.Empty(BindingLints.Transport(far with { User = null, Password = null }));
        Assert.Equal("cfs-login-incomplete", Assert.Single(BindingLints.Transport(Given.Site().Metaswitch with { Password = null })).Code);
    }

    [Fact]
    public void Without_configured_core_addresses_the_check_says_so()
    {
        var site = Given.Site();
        var finding = Assert.Single(BindingLints.Fields(Intended(), Given.Intent.DomainName, site with { Perimeta = site.Perimeta with { CoreAddresses = [] } }, new()));

        Assert.Equal(("core-addresses-not-configured", FindingSeverity.Warning), (finding.Code, finding.Severity));
    }
}
