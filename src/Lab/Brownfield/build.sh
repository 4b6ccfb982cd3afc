#!/bin/bash
# Builds a trunk in a running lab as people would have, years before a bot: over the SBC's own CLI, with MetaView's SOAP, with Twilio's REST, under names of
# their own and with lines that the bot would not write. `adopt acme-old` then finds it. Uses ssh and curl only, and nothing of the bot.
#
#   build.sh [DATA]     DATA: the lab's data directory (lab-data)
#
# Ports, where the lab was not started on its own: SSH_PORT, METAVIEW_PORT, TWILIO_PORT, CONTROL_PORT.
set -eu

data=${1:-lab-data}
ssh_port=${SSH_PORT:-15022} metaview_port=${METAVIEW_PORT:-18087} twilio_port=${TWILIO_PORT:-15080} control_port=${CONTROL_PORT:-18000}
secret() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$data/secrets.json"; }

# 1. Perimeta: two adjacencies, the whitelist of one edge only in part (54.172.60.3 was forgotten), one account, order and case as they came.
ssh -F none -T -p "$ssh_port" -i "$data/craft_key" -o IdentitiesOnly=yes -o PreferredAuthentications=publickey -o StrictHostKeyChecking=yes \
  -o UserKnownHostsFile="$data/known_hosts" -o GlobalKnownHostsFile=/dev/null defcraft@127.0.0.1 > "$data/brownfield.log" <<'CLI'
1
config
system
ip-access-control
trusted-sources
permit-peer service-network 2 ipv4 54.172.60.0
permit-peer service-network 2 ipv4 54.172.60.1
permit-peer service-network 2 ipv4 54.172.60.2
permit-peer service-network 2 ipv4 54.244.51.0
permit-peer service-network 2 ipv4 54.244.51.1
permit-peer service-network 2 ipv4 54.244.51.2
permit-peer service-network 2 ipv4 54.244.51.3
end
config
sbc
signaling
adjacency sip ACME_us1
service-address GeneralPeering-01
signaling-local-port 5060
signaling-peer acme-old.pstn.us1.twilio.com
signaling-peer-port 5060
remote-address-range ipv4 54.172.60.0 prefix-len 30
realm GeneralPeeringMedia1
adjacency-type preset-access
privacy trusted
account Acme
deactivation-mode normal
statistics-setting detail
default-interop-profile ManagedAccess
call-media-policy
media-bypass-policy forbid
repeat-sdp-on-200ok
early-media timeout 240
exit
activate
end
config
sbc
signaling
adjacency sip ACME_us2
service-address GeneralPeering-01
signaling-local-port 5060
signaling-peer acme-old.pstn.us2.twilio.com
signaling-peer-port 5060
remote-address-range ipv4 54.244.51.0 prefix-len 30
realm GeneralPeeringMedia1
adjacency-type preset-access
privacy trusted
deactivation-mode normal
statistics-setting detail
default-interop-profile ManagedAccess
call-media-policy
media-bypass-policy forbid
repeat-sdp-on-200ok
early-media timeout 240
exit
activate
end
logout
CLI
if grep '% Error' "$data/brownfield.log"; then exit 1; fi

# 2. MetaView: what the binding needs and what hangs on it is typed into the lab's page by its engineer, the binding goes over SOAP.
page() { curl -sSf -o /dev/null -H 'Content-Type: application/json' --data "$2" "http://127.0.0.1:$control_port/api/$1"; }
binding() {
  curl -sSf -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: ""' "http://127.0.0.1:$metaview_port/services/ShService" --data-binary @- <<SOAP | tee -a "$data/brownfield.log" | grep -q "<ResultCode>2001<"
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:o="http://www.metaswitch.com/ems/soap/sh" xmlns:u="http://www.metaswitch.com/ems/soap/sh/userdata" xmlns:s="http://www.metaswitch.com/ems/soap/sh/servicedata"><e:Body>
<o:ShUpdate><o:UserIdentity>CFS-1/Acme_Twilio</o:UserIdentity><o:DataReference>0</o:DataReference><o:UserData><u:Sh-Data><u:RepositoryData>
<u:ServiceIndication>$1</u:ServiceIndication><u:SequenceNumber>$2</u:SequenceNumber>
<u:ServiceData><s:MetaSwitchData IgnoreSequenceNumber="False" MetaSwitchVersion="9.3"><s:$1 Action="apply">$3</s:$1></s:MetaSwitchData></u:ServiceData>
</u:RepositoryData></u:Sh-Data></o:UserData><o:OriginHost>johns-script?clientVersion=9.3</o:OriginHost></o:ShUpdate></e:Body></e:Envelope>
SOAP
}
page rmgm '{"name":"TwilioOld","useE164Numbers":true}'
binding Meta_ConfiguredSIPBinding_BaseInformation 0 "<s:Name>Acme_Twilio</s:Name><s:Usage>Trunk</s:Usage><s:UseDNForIdentification>True</s:UseDNForIdentification>\
<s:SIPAuthenticationRequired>False</s:SIPAuthenticationRequired><s:SIPDomainName>acme-old.pstn.twilio.com</s:SIPDomainName><s:ContactAddressScheme>Domain name A/AAAA lookup</s:ContactAddressScheme>\
<s:ContactDomainName>acme-old.pstn.us1.twilio.com</s:ContactDomainName><s:ProxyIPAddress>10.20.0.5</s:ProxyIPAddress><s:ProxyIPPort>5060</s:ProxyIPPort>\
<s:TransportProtocol>UDP</s:TransportProtocol><s:MediaGatewayModel>TwilioOld</s:MediaGatewayModel><s:PollPeerDevice>True</s:PollPeerDevice><s:PollingInterval>60</s:PollingInterval>"
binding Meta_ConfiguredSIPBinding_Status 1 "<s:RequestedStatus>Enabled</s:RequestedStatus>"
page sip-trunks '{"name":"AcmeTrunk","configuredSipBinding":"Acme_Twilio","enabled":true}'
page translations '{"table":"TwilioTest","dialedNumber":"16504894546","sipTrunk":"AcmeTrunk"}'

# 3. Twilio: a trunk and a list with names of their own.
account=AC00000000000000000000000000001ab0
rest() { curl -sSf -u "SK00000000000000000000000000001ab0:$(secret lab-twilio)" -X POST "http://127.0.0.1:$twilio_port$1" "${@:2}"; }
sid() { sed -n 's/.*"sid" *: *"\([A-Z][A-Z][0-9a-f]*\)".*/\1/p' | head -n 1; }
list=$(rest "/2010-04-01/Accounts/$account/SIP/IpAccessControlLists.json" --data-urlencode 'FriendlyName=Acme SBCs' | sid)
rest "/2010-04-01/Accounts/$account/SIP/IpAccessControlLists/$list/IpAddresses.json" --data-urlencode 'FriendlyName=Denver' --data-urlencode 'IpAddress=203.0.113.0' --data-urlencode 'CidrPrefixLength=28' > /dev/null
trunk=$(rest /v1/Trunks --data-urlencode 'FriendlyName=Acme old (John)' --data-urlencode 'DomainName=acme-old.pstn.twilio.com' | sid)
rest "/v1/Trunks/$trunk/IpAccessControlLists" --data-urlencode "IpAccessControlListSid=$list" > /dev/null
echo "acme-old is built: trunk $trunk, list $list, binding Acme_Twilio, adjacencies ACME_us1 and ACME_us2"
