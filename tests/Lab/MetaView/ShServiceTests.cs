using System.Net;
using TrunkBot.Lab.Control;
using TrunkBot.Lab.MetaView;

namespace TrunkBot.Lab.Tests.MetaView;

public sealed class ShServiceTests : IAsyncLifetime
{
    private WebLab _lab = null!;

    private ShClient Client => new(_lab);

    public async ValueTask InitializeAsync() => _lab = await WebLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_binding_that_is_not_there_is_5001()
    {
        var reply = await Client.PullAsync(ShClient.Base);

        Assert.Equal((HttpStatusCode.OK, "5001/9000"), (reply.Status, reply.Result));
    }

    [Fact]
    public async Task A_binding_is_created_with_sequence_0_and_read_back_in_order_with_defaults()
    {
        Assert.Equal("2001/100", (await Client.CreateAsync()).Result);

        var reply = await Client.PullAsync(ShClient.Base);

        Assert.Equal(("2001/100", "0", "acme.pstn.us2.twilio.com", "30"), (reply.Result, reply["SequenceNumber"], reply["ContactDomainName"], reply["PollingInterval"]));
        Assert.Equal(
            [
                "NetworkElementName", "MetaSwitchName", "Name", "Usage", "UseDNForIdentification", "SIPAuthenticationRequired", "SIPDomainName", "ContactAddressScheme",
                "ContactDomainName", "ProxyIPAddress", "ProxyIPPort", "TransportProtocol", "MediaGatewayModel", "PollPeerDevice", "PollingInterval",
            ],
            reply.FieldNames);
    }

    [Fact]
    public async Task A_new_binding_is_disabled_until_its_status_says_otherwise()
    {
        await Client.CreateAsync();
        var before = await Client.PullAsync(ShClient.Status);
        Assert.Equal(("0", "Disabled", "Disabled"), (before["SequenceNumber"], before["RequestedStatus"], before["ActualStatus"]));

        Assert.Equal("2001/100", (await Client.UpdateAsync(ShClient.Status, 1, "<s:RequestedStatus>Enabled</s:RequestedStatus>")).Result);

        var after = await Client.PullAsync(ShClient.Status);
        Assert.Equal(("1", "Enabled", "Active"), (after["SequenceNumber"], after["RequestedStatus"], after["ActualStatus"]));
        Assert.True(_lab.Host.Context.Cfs!.Read().Bindings.Single(binding => binding.Name == "TwilioBinding").Enabled);
    }

    [Fact]
    public async Task Each_group_has_its_own_sequence_number()
    {
        var client = new ShClient(_lab) { Identity = "CFS-1/NorthernBinding" };

        Assert.Equal("41", (await client.PullAsync(ShClient.Base))["SequenceNumber"]);
        Assert.Equal("7", (await client.PullAsync(ShClient.Status))["SequenceNumber"]);
    }

    [Fact]
    public async Task A_partial_update_changes_only_what_it_names()
    {
        await Client.CreateAsync();

        Assert.Equal("2001/100", (await Client.UpdateAsync(ShClient.Base, 1, "<s:ContactDomainName>acme.pstn.us1.twilio.com</s:ContactDomainName>")).Result);

        var reply = await Client.PullAsync(ShClient.Base);
        Assert.Equal(("1", "acme.pstn.us1.twilio.com", "acme.pstn.twilio.com"), (reply["SequenceNumber"], reply["ContactDomainName"], reply["SIPDomainName"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(65535)]
    public async Task An_update_with_another_number_than_the_next_is_out_of_date_and_changes_nothing(int sequence)
    {
        await Client.CreateAsync();

        Assert.Equal("5105/9003", (await Client.UpdateAsync(ShClient.Base, sequence, "<s:PollPeerDevice>False</s:PollPeerDevice>")).Result);
        Assert.Equal("True", (await Client.PullAsync(ShClient.Base))["PollPeerDevice"]);
    }

    [Fact]
    public async Task The_number_is_not_looked_at_when_the_client_says_so()
    {
        await Client.CreateAsync();

        Assert.Equal("2001/100", (await Client.UpdateAsync(ShClient.Base, 9, "<s:PollPeerDevice>False</s:PollPeerDevice>", ignore: "True")).Result);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(65534, 65535)]
    [InlineData(65535, 1)]
    public void After_65535_comes_1(int stored, int next) => Assert.Equal(next, ShService.Next(stored));

    [Fact]
    public async Task A_binding_is_deleted_with_the_next_number_and_then_it_is_gone()
    {
        await Client.CreateAsync();
        Assert.Equal("5105/9003", (await Client.DeleteAsync(0)).Result);

        Assert.Equal("2001/100", (await Client.DeleteAsync(1)).Result);

        Assert.Equal("5001/9000", (await Client.PullAsync(ShClient.Base)).Result);
        Assert.Equal("5001/9000", (await Client.DeleteAsync(2)).Result);
    }

    [Fact]
    public async Task A_binding_that_a_trunk_uses_is_not_deleted()
    {
        var client = new ShClient(_lab) { Identity = "CFS-1/NorthernBinding" };

        var reply = await client.DeleteAsync(42);

        Assert.Equal("5999/9001", reply.Result);
        Assert.Equal(["9008 SIP trunk NorthernTrunk uses this binding Meta_ConfiguredSIPBinding_BaseInformation"], reply.SubResults);
    }

    [Fact]
    public async Task An_enabled_binding_is_not_deleted()
    {
        await Client.CreateAsync();
        await Client.UpdateAsync(ShClient.Status, 1, "<s:RequestedStatus>Enabled</s:RequestedStatus>");

        Assert.Equal(["9009 the binding is enabled: disable it first Meta_ConfiguredSIPBinding_BaseInformation"], (await Client.DeleteAsync(1)).SubResults);
    }

    [Theory]
    [InlineData("<s:UseDNForIdentification>true</s:UseDNForIdentification>", "9015 must be True or False Meta_ConfiguredSIPBinding_BaseInformation/s:UseDNForIdentification")]
    [InlineData("<s:MediaGatewayModel>Twilo</s:MediaGatewayModel>", "9002 no such model Meta_ConfiguredSIPBinding_BaseInformation/s:MediaGatewayModel")]
    [InlineData("<s:SipDomainName>acme.pstn.twilio.com</s:SipDomainName>", "9011 unknown element Meta_ConfiguredSIPBinding_BaseInformation/s:SipDomainName")]
    [InlineData("<s:ProxyIPAddress>10.20.5</s:ProxyIPAddress>", "9015 is not an IPv4 address Meta_ConfiguredSIPBinding_BaseInformation/s:ProxyIPAddress")]
    [InlineData("<s:ProxyIPPort>0</s:ProxyIPPort>", "9015 must be a number from 1 to 65535 Meta_ConfiguredSIPBinding_BaseInformation/s:ProxyIPPort")]
    [InlineData("<s:TransportProtocol>TLS</s:TransportProtocol>", "9015 must be one of: UDP, TCP Meta_ConfiguredSIPBinding_BaseInformation/s:TransportProtocol")]
    [InlineData("<s:ContactDomainName>54.244.51.0</s:ContactDomainName>", "9015 is not a domain name Meta_ConfiguredSIPBinding_BaseInformation/s:ContactDomainName")]
    [InlineData("<s:Name>OtherBinding</s:Name>", "9016 differs from the user identity Meta_ConfiguredSIPBinding_BaseInformation/s:Name")]
    [InlineData("<s:ProxyIPPort><s:UseDefault>True</s:UseDefault></s:ProxyIPPort>", "9014 holds elements, a plain value is expected Meta_ConfiguredSIPBinding_BaseInformation/s:ProxyIPPort")]
    [InlineData("<s:PollingInterval>30</s:PollingInterval><s:PollPeerDevice>True</s:PollPeerDevice>", "9012 out of order or twice Meta_ConfiguredSIPBinding_BaseInformation/s:PollPeerDevice")]
    public async Task A_wrong_field_is_named_by_the_source_of_a_sub_result(string fields, string subResult)
    {
        await Client.CreateAsync();

        var reply = await Client.UpdateAsync(ShClient.Base, 1, fields);

        Assert.Equal((HttpStatusCode.OK, "5999/9001"), (reply.Status, reply.Result));
        Assert.Equal([subResult], reply.SubResults);
        Assert.Equal("0", (await Client.PullAsync(ShClient.Base))["SequenceNumber"]);
    }

    [Fact]
    public async Task A_create_names_every_field_that_is_missing()
    {
        var reply = await Client.CreateAsync("<s:Name>TwilioBinding</s:Name><s:SIPDomainName>acme.pstn.twilio.com</s:SIPDomainName>");

        Assert.Equal(
            [
                "9013 is missing Meta_ConfiguredSIPBinding_BaseInformation/s:ContactAddressScheme",
                "9013 is missing Meta_ConfiguredSIPBinding_BaseInformation/s:ContactDomainName",
                "9013 is missing Meta_ConfiguredSIPBinding_BaseInformation/s:ProxyIPAddress",
                "9013 is missing Meta_ConfiguredSIPBinding_BaseInformation/s:MediaGatewayModel",
            ],
            reply.SubResults);
    }

    [Theory]
    [InlineData("Meta_SIPTrunk_BaseInformation", "CFS-1/Twilio", "9004 no such service indication u:Sh-Data/u:RepositoryData/u:ServiceIndication")]
    [InlineData("Meta_ConfiguredSIPBinding_BaseInformation", "CFS-2/Twilio", "9005 must be CFS-1/NAME u:UserIdentity")]
    [InlineData("Meta_ConfiguredSIPBinding_BaseInformation", "Twilio", "9005 must be CFS-1/NAME u:UserIdentity")]
    public async Task Other_objects_and_other_switches_are_not_served(string indication, string identity, string subResult)
    {
        var reply = await new ShClient(_lab) { Identity = identity }.PullAsync(indication);

        Assert.Equal([subResult], reply.SubResults);
    }

    [Theory]
    [InlineData("Enable")]
    [InlineData("")]
    public async Task An_unknown_status_is_refused(string status)
    {
        await Client.CreateAsync();

        var reply = await Client.UpdateAsync(ShClient.Status, 1, $"<s:RequestedStatus>{status}</s:RequestedStatus>");

        Assert.Equal(["9010 must be one of: Enabled, Active, Inactive, Disabled Meta_ConfiguredSIPBinding_Status/s:RequestedStatus"], reply.SubResults);
    }

    [Fact]
    public async Task The_alarm_of_a_polled_binding_follows_the_way_of_its_options()
    {
        await Client.CreateAsync();
        Assert.Equal("Clear", (await Client.PullAsync(ShClient.Alarms))["AlarmState"]);

        await Client.UpdateAsync(ShClient.Status, 1, "<s:RequestedStatus>Enabled</s:RequestedStatus>");
        Assert.Equal("Attention required", (await Client.PullAsync(ShClient.Alarms))["AlarmState"]);

        _lab.Path.Verdict = new(true, "The way is open.");
        Assert.Equal("Clear", (await Client.PullAsync(ShClient.Alarms))["AlarmState"]);

        new Faults(_lab.Folder.Path).Add(new Fault("options-unanswered", "Twilio"));
        Assert.Equal("Attention required", (await Client.PullAsync(ShClient.Alarms))["AlarmState"]);
    }

    [Fact]
    public async Task Alarms_are_read_only()
    {
        Assert.Equal(["9006 read-only Meta_ConfiguredSIPBinding_Alarms"], (await Client.UpdateAsync(ShClient.Alarms, 1, "<s:AlarmState>Clear</s:AlarmState>")).SubResults);
    }
}
