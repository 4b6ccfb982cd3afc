namespace TrunkBot.Lab.Perimeta;

/// <summary>
/// What the simulated SBC holds at first start: a network that was in service before the bot came, with lines that are no
/// concern of the bot's. Addresses are from the documentation ranges (RFC 5737) and RFC 1918.
/// </summary>
internal static class FactoryConfig
{
    public const string HostName = "LAB-SBC-01";

    public const string Text = """
        system
          service-interface serv1
            service-network 1
            port-group-name Core
            ipv4
              subnet-prefix-length 24
              gateway-ip-address 10.20.0.1
              local-ip-address 10.20.0.5
                service-address Core-01
                probes-source-style specific-source
                activate
            vlan-id 101
            network-security trusted
            criticality 1000
          # Peering: the side that the carriers see
          service-interface serv2
            service-network 2
            port-group-name Peering
            ipv4
              subnet-prefix-length 24
              gateway-ip-address 203.0.113.1
              local-ip-address 203.0.113.10
                service-address GeneralPeering-01
                probes-source-style specific-source
                activate
            vlan-id 102
            network-security untrusted
            criticality 1000
          ip-access-control
            trusted-sources
              permit-peer service-network 2 ipv4 198.51.100.20
              permit-peer service-network 2 ipv4 198.51.100.21
            blacklisting
              ban-peer service-network 2 ipv4 192.0.2.9
        sbc
          signaling
            adjacency sip MetasphereCFS
              deactivation-mode normal
              call-media-policy
                media-bypass-policy forbid
              adjacency-type preset-core
              privacy trusted
              realm CoreMedia1
              service-address Core-01
              signaling-local-port 5060
              remote-address-range ipv4 10.20.0.20 prefix-len 32
              signaling-peer 10.20.0.20
              signaling-peer-port 5060
              statistics-setting detail
              default-interop-profile Core
              activate
            # Northern Carrier: do not touch without their change board
            adjacency sip NorthernCarrier-1
              adjacency-limits
                regs 0
              deactivation-mode normal
              account Northern
              interop
                message-manipulation
                  edit-profiles inbound ""
                  edit-profiles outbound StripPrivacy,AddDiversion
              adjacency-type preset-peering
              privacy untrusted
              realm GeneralPeeringMedia1
              service-address GeneralPeering-01
              signaling-local-port 5060
              remote-address-range ipv4 198.51.100.20 prefix-len 30
              signaling-peer 198.51.100.20
              dynamic-routing-domain-match 198.51.100.20
              signaling-peer-port 5060
              statistics-setting detail
              default-interop-profile Peer
              activate
          media
            media-address ipv4 10.20.0.6 service-network 1
              realm CoreMedia1
            media-address ipv4 203.0.113.11 service-network 2
              realm GeneralPeeringMedia1
          diagnostics
            alarm-thresholds
              lab-invented-threshold media-ports 80

        """;
}
