using System.Net;
using TrunkBot.Lab.Switch;
using TrunkBot.Lab.Switch.Path;

namespace TrunkBot.Lab.Tests.Switch;

public sealed class PathJudgeTests
{
    private readonly World world = new();

    [Fact]
    public void A_whole_path_is_answered_and_the_number_arrives_with_a_plus()
    {
        var judgement = Call();

        Assert.Equal((200, "answered", "+16504894546", "Twilio-umatilla"), (judgement.Status, judgement.Code, judgement.CalledNumber, judgement.Adjacency));
        Assert.True(judgement.Media);
    }

    [Fact]
    public void A_number_without_translation_is_404() => Fails(404, "translation-missing", Judge().JudgeCall("16505550000"));

    [Fact]
    public void A_translation_to_a_missing_SIP_trunk_is_503()
    {
        world.Cfs = world.Cfs with { SipTrunks = [] };
        Fails(503, "sip-trunk-missing");
    }

    [Fact]
    public void A_disabled_SIP_trunk_is_480()
    {
        world.Cfs = world.Cfs with { SipTrunks = [new CfsSipTrunk("TwilioTrunk", "TwilioBinding", false)] };
        Fails(480, "sip-trunk-disabled");
    }

    [Fact]
    public void A_SIP_trunk_without_its_binding_is_503()
    {
        world.Cfs = world.Cfs with { Bindings = [] };
        Fails(503, "binding-missing");
    }

    [Fact]
    public void A_disabled_binding_is_480()
    {
        world.Binding(binding => binding with { Enabled = false });
        Fails(480, "binding-disabled");
    }

    [Fact]
    public void A_binding_with_an_unknown_media_gateway_model_is_503()
    {
        world.Binding(binding => binding with { MediaGatewayModel = "Twillio" });
        Fails(503, "media-gateway-model-missing");
    }

    [Fact]
    public void A_contact_scheme_other_than_the_address_lookup_is_503()
    {
        world.Binding(binding => binding with { ContactAddressScheme = "IP address" });
        Fails(503, "contact-scheme-not-address-lookup");
    }

    [Theory]
    [InlineData("acme.pstn.nowhere.twilio.com")]
    [InlineData("acme.example.com")]
    [InlineData("54.244.51.0")]
    public void A_contact_that_is_no_known_name_is_503(string contact)
    {
        world.Binding(binding => binding with { ContactDomainName = contact });
        Fails(503, "contact-not-resolved");
    }

    [Theory]
    [InlineData("10.20.0.6", 5060)]
    [InlineData("10.20.0.5", 5070)]
    [InlineData("203.0.113.10", 5060)]
    [InlineData("sbc", 5060)]
    public void A_proxy_that_is_not_the_SBCs_core_side_is_never_answered(string address, int port)
    {
        world.Binding(binding => binding with { ProxyIpAddress = address, ProxyIpPort = port });
        Unanswered("proxy-not-core-address");
    }

    [Fact]
    public void A_core_adjacency_out_of_service_is_never_answered()
    {
        world.CoreAdjacency(adjacency => adjacency with { Active = false });
        Unanswered("proxy-not-core-address");
    }

    [Fact]
    public void A_core_adjacency_that_does_not_let_the_CFS_in_is_never_answered()
    {
        world.CoreAdjacency(adjacency => adjacency with { RemoteRanges = [IPNetwork.Parse("10.20.0.64/26")] });
        Unanswered("cfs-outside-remote-address-range");
    }

    [Fact]
    public void A_transport_that_the_SBC_does_not_take_is_never_answered()
    {
        world.Binding(binding => binding with { TransportProtocol = "TLS" });
        Unanswered("transport-mismatch");
    }

    [Fact]
    public void A_contact_of_another_edge_than_any_adjacency_is_503()
    {
        world.Binding(binding => binding with { ContactDomainName = "acme.pstn.us1.twilio.com" });
        Fails(503, "adjacency-missing");
    }

    [Fact]
    public void An_adjacency_that_is_not_activated_is_503()
    {
        world.Adjacency(adjacency => adjacency with { Active = false });
        Assert.Equal("Twilio-umatilla", Fails(503, "adjacency-not-active").Adjacency);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("GeneralPeeringMedia2")]
    public void A_realm_that_nobody_defines_is_503(string? realm)
    {
        world.Adjacency(adjacency => adjacency with { Realm = realm });
        Fails(503, "realm-undefined");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("GeneralPeering-02")]
    public void A_service_address_that_nobody_defines_is_503(string? label)
    {
        world.Adjacency(adjacency => adjacency with { ServiceAddress = label });
        Fails(503, "service-address-undefined");
    }

    [Fact]
    public void A_remote_address_range_without_one_of_the_peers_addresses_is_503()
    {
        world.Adjacency(adjacency => adjacency with { RemoteRanges = [IPNetwork.Parse("54.244.51.0/31")] });
        Assert.Contains("54.244.51.2 ", Fails(503, "peer-outside-remote-address-range").Reason);
    }

    [Fact]
    public void Two_ranges_that_hold_the_peers_addresses_together_are_enough()
    {
        world.Adjacency(adjacency => adjacency with { RemoteRanges = [IPNetwork.Parse("54.244.51.0/31"), IPNetwork.Parse("54.244.51.2/31")] });
        Assert.Equal(200, Call().Status);
    }

    [Fact]
    public void A_missing_permit_peer_is_503_and_names_the_address_and_the_network()
    {
        world.Sbc = world.Sbc with { Permits = [.. world.Sbc.Permits.Take(3)] };
        Assert.Equal("54.244.51.3 of acme.pstn.umatilla.twilio.com has no permit-peer on service network 2, where GeneralPeering-01 is.", Fails(503, "peer-not-permitted").Reason);
    }

    [Fact]
    public void A_permit_peer_on_another_service_network_does_not_count()
    {
        world.Sbc = world.Sbc with { Permits = [.. world.Sbc.Permits.Select(permit => permit with { ServiceNetwork = 1 })] };
        Fails(503, "peer-not-permitted");
    }

    [Theory]
    [InlineData(2, "54.244.51.2/32", "peer-banned")]
    [InlineData(2, "54.244.0.0/16", "peer-banned")]
    [InlineData(1, "54.244.51.2/32", "answered")]
    [InlineData(2, "192.0.2.9/32", "answered")]
    public void A_banned_peer_is_503_even_when_it_is_permitted(int network, string addresses, string code)
    {
        world.Sbc = world.Sbc with { Bans = [new SbcBan(network, IPNetwork.Parse(addresses))] };
        Assert.Equal(code, Call().Code);
    }

    [Fact]
    public void A_local_address_that_is_not_activated_is_503()
    {
        world.Sbc = world.Sbc with { ServiceAddresses = [world.Sbc.ServiceAddresses[0], world.Sbc.ServiceAddresses[1] with { Active = false }] };
        Fails(503, "service-address-inactive");
    }

    [Fact]
    public void A_core_side_that_is_not_activated_is_never_answered()
    {
        world.Sbc = world.Sbc with { ServiceAddresses = [world.Sbc.ServiceAddresses[0] with { Active = false }, world.Sbc.ServiceAddresses[1]] };
        Unanswered("proxy-not-core-address");
    }

    [Theory]
    [InlineData(2, "203.0.113.10", "answered")]
    [InlineData(1, "203.0.113.10", "service-address-undefined")]
    [InlineData(2, "203.0.113.99", "service-address-undefined")]
    public void A_service_network_with_a_local_address_carries_the_call_where_they_belong_together(int network, string local, string code)
    {
        world.Adjacency(adjacency => adjacency with { ServiceAddress = null, ServiceNetwork = network, LocalAddress = IPAddress.Parse(local) });
        Assert.Equal(code, Call().Code);
    }

    [Fact]
    public void A_peer_port_that_Twilio_does_not_answer_on_is_silence()
    {
        world.Adjacency(adjacency => adjacency with { SignalingPeerPort = 5080 });
        Unanswered("peer-port-not-answered");
    }

    [Fact]
    public void Another_adjacency_that_is_whole_carries_the_call()
    {
        world.Binding(binding => binding with { ContactDomainName = "acme.pstn.twilio.com" });
        var broken = world.Sbc.Adjacencies[2] with { Name = "Twilio-ashburn", SignalingPeer = "acme.pstn.ashburn.twilio.com" };
        world.Sbc = world.Sbc with { Adjacencies = [broken, .. world.Sbc.Adjacencies] };

        Assert.Equal((200, "Twilio-umatilla"), (Call().Status, Call().Adjacency));
    }

    [Fact]
    public void A_SIP_domain_of_no_trunk_is_dropped_by_Twilio()
    {
        world.Binding(binding => binding with { SipDomainName = "acme.pstn.us2.twilio.com" });
        Unanswered("domain-of-no-trunk");
    }

    [Fact]
    public void A_trunk_without_a_domain_is_never_found()
    {
        world.Trunk(trunk => trunk with { DomainName = null });
        Unanswered("domain-of-no-trunk");
    }

    [Fact]
    public void An_inactive_account_is_603()
    {
        world.Twilio = world.Twilio with { AccountActive = false };
        Fails(603, "twilio-account-inactive");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.42")]
    public void An_empty_balance_is_603(string balance)
    {
        world.Twilio = world.Twilio with { Balance = decimal.Parse(balance) };
        Fails(603, "twilio-balance-empty");
    }

    [Fact]
    public void A_source_that_no_list_holds_is_403_32201()
    {
        world.Trunk(trunk => trunk with { AllowedSources = [IPNetwork.Parse("203.0.113.16/28")] });
        Assert.Equal("32201 Authentication failure - source IP Address not in ACL", Fails(403, "acl-missing-address").TwilioError);
    }

    [Fact]
    public void An_empty_list_lets_nobody_in()
    {
        world.Trunk(trunk => trunk with { AllowedSources = [] });
        Fails(403, "acl-missing-address");
    }

    [Fact]
    public void A_trunk_without_any_list_is_403_32200()
    {
        world.Trunk(trunk => trunk with { AllowedSources = [], HasAccessControlList = false });
        Assert.Equal("32200 Insufficient permissions", Fails(403, "trunk-without-authentication").TwilioError);
    }

    [Fact]
    public void A_credential_list_makes_Twilio_ask_for_a_login()
    {
        world.Trunk(trunk => trunk with { HasCredentialList = true });
        Assert.Null(Fails(407, "twilio-asks-credentials").TwilioError);
    }

    [Fact]
    public void A_secure_trunk_over_UDP_is_488_32208()
    {
        world.Trunk(trunk => trunk with { Secure = true });
        Assert.Equal("32208 Secure media required", Fails(488, "secure-trunk-without-srtp").TwilioError);
    }

    [Fact]
    public void A_model_without_Use_E164_numbers_is_400_32101()
    {
        world.Binding(binding => binding with { MediaGatewayModel = "Standard" });
        var judgement = Fails(400, "called-number-not-e164");
        Assert.Equal(("32101 Invalid phone number", "16504894546"), (judgement.TwilioError, judgement.CalledNumber));
    }

    [Fact]
    public void Behind_the_labs_Twilio_only_the_test_numbers_answer()
    {
        world.Cfs = world.Cfs with { Translations = [new CfsTranslation("TwilioTest", "3035550199", "TwilioTrunk")] };
        Assert.Equal("+13035550199", Fails(404, "lab-has-no-telephone-network", Judge().JudgeCall("3035550199")).CalledNumber);
    }

    [Fact]
    public void Symmetric_RTP_answers_and_carries_no_sound()
    {
        world.Trunk(trunk => trunk with { SymmetricRtp = true });
        Assert.Equal((200, "symmetric-rtp-on", false), (Call().Status, Call().Code, Call().Media));
    }

    private PathJudge Judge() => new(world, world, world, IPAddress.Parse("10.20.0.20"), static _ => null);

    private Judgement Call() => Judge().JudgeCall("16504894546");

    private void Unanswered(string code) => Assert.True(Fails(408, code).Silent);

    private Judgement Fails(int status, string code) => Fails(status, code, Call());

    private static Judgement Fails(int status, string code, Judgement judgement)
    {
        Assert.Equal((status, code), (judgement.Status, judgement.Code));
        return judgement;
    }
}
