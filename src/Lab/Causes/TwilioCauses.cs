using TrunkBot.Lab.Control;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Causes;

/// <summary>What goes wrong at Twilio.</summary>
internal static class TwilioCauses
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("twilio-key-revoked", "the bot's API key is deleted", s => s.Condition(Conditions.KeyRevoked)),
        new("account-suspended", "the account is suspended", s => s.SetTwilio(Kind.Account, "status", "suspended")),
        new("balance-empty", "the account has no money left", s => s.SetTwilio(Kind.Account, "balance", "0.00")),
        new("acl-unmapped", "no access control list is mapped to the trunk", s => s.EditTwilio((store, trunk) =>
        {
            foreach (var list in store.Associated(Kind.AccessControlList, trunk.Sid))
            {
                store.Dissociate(trunk.Sid, list.Sid);
            }
        })),
        new("acl-address-missing", "the SBC's address is taken off the access control list", s => s.EditTwilio((store, trunk) =>
        {
            foreach (var address in store.Associated(Kind.AccessControlList, trunk.Sid).SelectMany(list => store.Children(Kind.Address, list.Sid)))
            {
                address.Fields["ip_address"] = "198.51.100.77";
                address.Fields["cidr_prefix_length"] = 32;
                store.Save(address);
            }
        })),
        new("credential-list", "a credential list is mapped to the trunk beside the access control list", s => s.EditTwilio((store, trunk) =>
            store.Associate(trunk.Sid, store.Add(Kind.CredentialList, null, new() { ["friendly_name"] = "Somebody's phones" }).Sid))),
        new("caller-not-verified", "Twilio does not know the calling number (32204)", s => s.Condition(Conditions.CallerNotVerified)),
        new("caller-invalid", "Twilio does not take the calling number for one (32206)", s => s.Condition(Conditions.CallerInvalid)),
        new("geo-permission", "the country of the called number is taken from the dialing permissions", s => s.EditTwilio((store, _) =>
            store.Add(Kind.DialingChange, null, new() { ["iso_code"] = "US", ["low_risk"] = false }))),
        new("trunk-secure", "somebody switches Secure Trunking on", s => s.SetTwilio(Kind.Trunk, "secure", true)),
        new("cps-exceeded", "others use up the trunk's calls per second", s => s.Condition(Conditions.CallsPerSecondUsed)),
        new("domain-of-another-account", "the trunk is gone from the account, and another account holds its domain", s => s.EditTwilio((store, trunk) =>
        {
            store.Remove(trunk.Sid);
            store.Add(Kind.ForeignDomain, null, new() { ["domain_name"] = s.Domain });
        })),
        new("symmetric-rtp", "Symmetric RTP is on, and both sides wait for the other's first packet", s => s.SetTwilio(Kind.Trunk, "symmetric_rtp_enabled", true)),
    ];
}
