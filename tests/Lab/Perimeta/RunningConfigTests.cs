using System.Net;
using TrunkBot.Lab.Perimeta;
using TrunkBot.Lab.Perimeta.Configuration;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Tests.Perimeta;

public sealed class RunningConfigTests
{
    [Fact]
    public void What_is_printed_is_read_back_as_it_was()
    {
        var printed = RunningConfig.Print(RunningConfig.Parse(FactoryConfig.Text).Root);

        Assert.Equal(FactoryConfig.Text, printed);
    }

    [Fact]
    public void A_line_that_the_grammar_does_not_know_survives_a_change_elsewhere()
    {
        var craft = new Craft().BuildTwilio();

        Assert.Equal("lab-invented-threshold media-ports 80\n", craft.Shown("sbc", "diagnostics", "alarm-thresholds"));
        Assert.Contains("    # Northern Carrier: do not touch without their change board\n    adjacency sip NorthernCarrier-1\n", craft.Shown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_line_is_on_disk_at_once()
    {
        using var folder = new LabFolder();
        var file = new ConfigFile(folder.Path);
        file.Lay(again: false);

        file.Apply(["system", "ip-access-control", "trusted-sources"], "permit-peer service-network 2 ipv4 54.244.51.3");

        Assert.Contains("permit-peer service-network 2 ipv4 54.244.51.3\n", folder.Read("perimeta", "running.config"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_sessions_at_once_lose_no_line()
    {
        using var folder = new LabFolder();
        new ConfigFile(folder.Path).Lay(again: false);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(session => Task.Run(() =>
        {
            var file = new ConfigFile(folder.Path);
            for (var line = 0; line < 25; line++)
            {
                Assert.Null(file.Apply(["system", "ip-access-control", "trusted-sources"], $"permit-peer service-network 2 ipv4 10.{session}.0.{line}").Error);
            }
        })));

        Assert.Equal(102, new SbcView(folder.Path).Read().Permits.Count);
    }

    [Fact]
    public void The_view_tells_what_a_call_depends_on()
    {
        using var folder = new LabFolder();
        var file = new ConfigFile(folder.Path);
        file.Lay(again: false);
        var view = new SbcView(folder.Path);

        var state = view.Read();

        Assert.Equal(["CoreMedia1", "GeneralPeeringMedia1"], state.Realms);
        Assert.Equal(
            [new SbcServiceAddress("Core-01", 1, IPAddress.Parse("10.20.0.5")), new SbcServiceAddress("GeneralPeering-01", 2, IPAddress.Parse("203.0.113.10"))],
            state.ServiceAddresses);
        Assert.Equal(new SbcPermit(2, IPAddress.Parse("198.51.100.20")), state.Permits[0]);
        var core = state.Adjacencies[0];
        Assert.Equal(("MetasphereCFS", true, "CoreMedia1", "Core-01", 5060, "10.20.0.20", 5060), (core.Name, core.Active, core.Realm, core.ServiceAddress, core.LocalPort, core.SignalingPeer, core.SignalingPeerPort));
        Assert.Equal([IPNetwork.Parse("10.20.0.20/32")], core.RemoteRanges);
    }

    [Fact]
    public void The_view_tells_bans_inactive_addresses_and_the_other_form_of_a_local_address()
    {
        using var folder = new LabFolder();
        var file = new ConfigFile(folder.Path);
        file.Lay(again: false);
        file.Apply(["system", "service-interface serv2", "ipv4", "local-ip-address 203.0.113.10"], "no activate");
        file.Apply(["system", "ip-access-control", "blacklisting"], "ban-peer service-network 2 ipv4 54.244.51.1 prefix-len 30");
        file.Apply(["sbc", "signaling"], "adjacency sip Twilio");
        file.Apply(["sbc", "signaling", "adjacency sip Twilio"], "service-network 2");
        file.Apply(["sbc", "signaling", "adjacency sip Twilio"], "signaling-local-address ipv4 203.0.113.10");

        var state = new SbcView(folder.Path).Read();

        Assert.Equal([true, false], state.ServiceAddresses.Select(address => address.Active));
        Assert.Contains(new SbcBan(2, IPNetwork.Parse("54.244.51.0/30")), state.Bans);
        var twilio = state.Adjacencies.Single(adjacency => adjacency.Name == "Twilio");
        Assert.Equal((2, IPAddress.Parse("203.0.113.10")), (twilio.ServiceNetwork, twilio.LocalAddress));
    }

    [Fact]
    public void The_view_passes_over_a_line_of_a_media_address_that_it_does_not_know()
    {
        using var folder = new LabFolder();
        new ConfigFile(folder.Path).Lay(again: false);
        var path = Path.Combine(folder.Path, "perimeta", "running.config");
        File.WriteAllText(path, File.ReadAllText(path).Replace("      realm CoreMedia1", "      odd\n      realm CoreMedia1", StringComparison.Ordinal));

        Assert.Equal(["CoreMedia1", "GeneralPeeringMedia1"], new SbcView(folder.Path).Read().Realms);
    }

    [Fact]
    public void The_view_follows_each_line_and_shows_what_was_never_entered_as_null()
    {
        using var folder = new LabFolder();
        var file = new ConfigFile(folder.Path);
        file.Lay(again: false);
        file.Apply(["sbc", "signaling"], "adjacency sip Twilio");
        file.Apply(["sbc", "signaling", "adjacency sip Twilio"], "remote-address-range ipv4 54.244.51.2 prefix-len 30");

        var twilio = new SbcView(folder.Path).Read().Adjacencies.Single(adjacency => adjacency.Name == "Twilio");

        Assert.False(twilio.Active);
        Assert.Null(twilio.Realm);
        Assert.Null(twilio.LocalPort);
        Assert.Null(twilio.SignalingPeer);
        Assert.Equal([IPNetwork.Parse("54.244.51.0/30")], twilio.RemoteRanges);
    }
}
