using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Sh;

public sealed class ShMessagesTests
{
    private static MetaswitchSite Site(ShVariant variant = ShVariant.Direct) => Given.Site().Metaswitch with { Variant = variant };

    [Fact]
    public void A_pull_is_written_as_the_published_clients_write_it()
    {
        var text = new ShMessages(Site()).Pull("CFS-1/TwilioBinding", "Meta_ConfiguredSIPBinding_BaseInformation");

        Assert.Equal(
            """
            <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">
              <e:Body>
                <sh:ShPull xmlns:sh="http://www.metaswitch.com/ems/soap/sh">
                  <sh:UserIdentity>CFS-1/TwilioBinding</sh:UserIdentity>
                  <sh:DataReference>0</sh:DataReference>
                  <sh:ServiceIndication>Meta_ConfiguredSIPBinding_BaseInformation</sh:ServiceIndication>
                  <sh:OriginHost>trunkbot?clientVersion=9.3</sh:OriginHost>
                </sh:ShPull>
              </e:Body>
            </e:Envelope>
            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void An_update_holds_exactly_one_block_with_sequence_number_and_action()
    {
        var update = new ShUpdate("CFS-1/TwilioBinding", "Meta_ConfiguredSIPBinding_BaseInformation", 42, "apply", [new("ContactDomainName", "a & b")]);

        Assert.Equal(
            """
            <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">
              <e:Body>
                <sh:ShUpdate xmlns:sh="http://www.metaswitch.com/ems/soap/sh">
                  <sh:UserIdentity>CFS-1/TwilioBinding</sh:UserIdentity>
                  <sh:DataReference>0</sh:DataReference>
                  <sh:UserData>
                    <u:Sh-Data xmlns:u="http://www.metaswitch.com/ems/soap/sh/userdata">
                      <u:RepositoryData>
                        <u:ServiceIndication>Meta_ConfiguredSIPBinding_BaseInformation</u:ServiceIndication>
                        <u:SequenceNumber>42</u:SequenceNumber>
                        <u:ServiceData>
                          <s:MetaSwitchData IgnoreSequenceNumber="False" MetaSwitchVersion="9.3" xmlns:s="http://www.metaswitch.com/ems/soap/sh/servicedata">
                            <s:Meta_ConfiguredSIPBinding_BaseInformation Action="apply">
                              <s:ContactDomainName>a &amp; b</s:ContactDomainName>
                            </s:Meta_ConfiguredSIPBinding_BaseInformation>
                          </s:MetaSwitchData>
                        </u:ServiceData>
                      </u:RepositoryData>
                    </u:Sh-Data>
                  </sh:UserData>
                  <sh:OriginHost>trunkbot?clientVersion=9.3</sh:OriginHost>
                </sh:ShUpdate>
              </e:Body>
            </e:Envelope>
            """.ReplaceLineEndings("\n"),
            new ShMessages(Site()).Update(update));
    }

    [Fact]
    public void A_deletion_has_an_empty_body()
    {
        var text = new ShMessages(Site()).Update(new("CFS-1/B", "Meta_X", 8, "delete", []));

        Assert.Contains("<s:Meta_X Action=\"delete\" />", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_can_inherit_a_default_says_that_it_does_not()
    {
        var text = new ShMessages(Site()).Update(new("CFS-1/B", "Meta_X", 8, "apply", [new("PollingInterval", "30", Inheriting: true)]));

        Assert.Matches("<s:PollingInterval>\\s*<s:UseDefault>False</s:UseDefault>\\s*<s:Value>30</s:Value>\\s*</s:PollingInterval>", text);
    }

    [Theory]
    [InlineData(ShVariant.Direct, "http://www.metaswitch.com/ems/soap/sh", "http://www.metaswitch.com/ems/soap/sh/userdata")]
    [InlineData(ShVariant.WideEms, "http://www.metaswitch.com/srb/soap/sh", "http://www.metaswitch.com/ems/soap/sh/userdata")]
    [InlineData(ShVariant.WideSdp, "http://www.metaswitch.com/srb/soap/sh", "http://www.metaswitch.com/sdp/soap/sh/userdata")]
    public void Each_variant_has_its_namespaces(ShVariant variant, string operation, string userData)
    {
        var text = new ShMessages(Site(variant)).Update(new("CFS-1/B", "Meta_X", 0, "apply", []));

        Assert.Contains($"xmlns:sh=\"{operation}\"", text, StringComparison.Ordinal);
        Assert.Contains($"xmlns:u=\"{userData}\"", text, StringComparison.Ordinal);
        Assert.Contains("xmlns:s=\"http://www.metaswitch.com/ems/soap/sh/servicedata\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_site_sets_each_namespace_on_its_own()
    {
        var site = Site(ShVariant.WideSdp) with { Namespaces = new(UserData: "urn:ours") };

        var text = new ShMessages(site).Update(new("CFS-1/B", "Meta_X", 0, "apply", []));

        Assert.Contains("xmlns:sh=\"http://www.metaswitch.com/srb/soap/sh\"", text, StringComparison.Ordinal);
        Assert.Contains("xmlns:u=\"urn:ours\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_break_in_a_value_is_never_written()
    {
        var messages = new ShMessages(Site());

        Assert.Throws<ArgumentException>(() => messages.Update(new("CFS-1/B", "Meta_X", 0, "apply", [new("Name", "a\nb")])));
    }

    [Theory]
    [InlineData("{MetaSwitchName}/{Name}", "CFS-1/Tw%2Fx%20y")]
    [InlineData("{Name}", "Tw%2Fx%20y")]
    [InlineData("site/{MetaSwitchName}/{Name}/binding", "site/CFS-1/Tw%2Fx%20y/binding")]
    public void An_identity_encodes_each_identifier(string template, string expected) =>
        Assert.Equal(expected, ShIdentity.Expand(template, "CFS-1", "Tw/x y"));

    [Theory]
    [InlineData("{Switch}/{Name}")]
    [InlineData("{Name")]
    public void An_identity_template_with_an_unknown_name_is_refused(string template) =>
        Assert.Throws<FormatException>(() => ShIdentity.Expand(template, "CFS-1", "B"));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(41, 42)]
    [InlineData(65534, 65535)]
    [InlineData(65535, 1)]
    public void Sequence_numbers_wrap_to_1_because_0_means_create(int pulled, int next) =>
        Assert.Equal(next, SequenceNumber.After(pulled));
}
