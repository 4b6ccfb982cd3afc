using System.Globalization;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Rest;

/// <summary>The operations of the API that the program uses (twilio: trunking v1, api 2010-04-01), and no others.</summary>
public static class TwilioCalls
{
    /// <summary>Largest page Twilio serves.</summary>
    private const string Page = "?PageSize=1000";

    public static TwilioRequest Account(TwilioSite site) => Get(TwilioProduct.Api, $"/2010-04-01/Accounts/{site.AccountSid}.json");

    public static TwilioRequest Balance(TwilioSite site) => Get(TwilioProduct.Api, Under(site, "Balance.json"));

    public static TwilioRequest AccessControlLists(TwilioSite site) => Get(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists.json{Page}"));

    public static TwilioRequest CreateAccessControlList(TwilioSite site, string friendlyName) =>
        Post(TwilioProduct.Api, Under(site, "SIP/IpAccessControlLists.json"), ("FriendlyName", friendlyName));

    public static TwilioRequest DeleteAccessControlList(TwilioSite site, string acl) =>
        Delete(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}.json"));

    public static TwilioRequest Addresses(TwilioSite site, string acl) =>
        Get(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}/IpAddresses.json{Page}"));

    /// <summary>CidrPrefixLength is always sent: two published defaults contradict each other.</summary>
    public static TwilioRequest AddAddress(TwilioSite site, string acl, string friendlyName, string address, int prefixLength) =>
        Post(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}/IpAddresses.json"),
            ("FriendlyName", friendlyName), ("IpAddress", address), ("CidrPrefixLength", prefixLength.ToString(CultureInfo.InvariantCulture)));

    public static TwilioRequest DeleteAddress(TwilioSite site, string acl, string address) =>
        Delete(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}/IpAddresses/{address}.json"));

    public static TwilioRequest Trunks() => Get(TwilioProduct.Trunking, $"/v1/Trunks{Page}");

    public static TwilioRequest Trunk(string trunk) => Get(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}");

    public static TwilioRequest CreateTrunk(string friendlyName, string domainName, bool secure) => secure
        ? Post(TwilioProduct.Trunking, "/v1/Trunks", ("FriendlyName", friendlyName), ("DomainName", domainName), ("Secure", "true"))
        : Post(TwilioProduct.Trunking, "/v1/Trunks", ("FriendlyName", friendlyName), ("DomainName", domainName));

    /// <param name="form">Parameters of the trunk; what is not named stays.</param>
    public static TwilioRequest CreateTrunk(IReadOnlyList<KeyValuePair<string, string>> form) => new(HttpMethod.Post, TwilioProduct.Trunking, "/v1/Trunks", form);

    /// <inheritdoc cref="CreateTrunk(IReadOnlyList{KeyValuePair{string, string}})"/>
    public static TwilioRequest UpdateTrunk(string trunk, IReadOnlyList<KeyValuePair<string, string>> form) =>
        new(HttpMethod.Post, TwilioProduct.Trunking, $"/v1/Trunks/{trunk}", form);

    public static TwilioRequest Recording(string trunk) => Get(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/Recording");

    public static TwilioRequest SetRecording(string trunk, string mode, string trim) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/Recording", ("Mode", mode), ("Trim", trim));

    public static TwilioRequest DeleteTrunk(string trunk) => Delete(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}");

    public static TwilioRequest TrunkAccessControlLists(string trunk) =>
        Get(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/IpAccessControlLists{Page}");

    public static TwilioRequest Associate(string trunk, string acl) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", acl));

    public static TwilioRequest Dissociate(string trunk, string acl) =>
        Delete(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/IpAccessControlLists/{acl}");

    public static TwilioRequest TrunkCredentialLists(string trunk) => Get(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/CredentialLists{Page}");

    public static TwilioRequest OriginationUrls(string trunk) => Get(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/OriginationUrls{Page}");

    public static TwilioRequest AddOriginationUrl(string trunk, string friendlyName, string sipUrl, int priority, int weight, bool enabled) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/OriginationUrls",
            ("FriendlyName", friendlyName), ("SipUrl", sipUrl), ("Priority", priority.ToString(CultureInfo.InvariantCulture)),
            ("Weight", weight.ToString(CultureInfo.InvariantCulture)), ("Enabled", enabled ? "true" : "false"));

    public static TwilioRequest EnableOriginationUrl(string trunk, string url, bool enabled) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/OriginationUrls/{url}", ("Enabled", enabled ? "true" : "false"));

    public static TwilioRequest DeleteOriginationUrl(string trunk, string url) =>
        Delete(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/OriginationUrls/{url}");

    public static TwilioRequest TrunkNumbers(string trunk) => Get(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/PhoneNumbers{Page}");

    public static TwilioRequest AttachNumber(string trunk, string number) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/PhoneNumbers", ("PhoneNumberSid", number));

    public static TwilioRequest DetachNumber(string trunk, string number) =>
        Delete(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/PhoneNumbers/{number}");

    public static TwilioRequest FindNumber(TwilioSite site, string phoneNumber) =>
        Get(TwilioProduct.Api, Under(site, $"IncomingPhoneNumbers.json?PhoneNumber={Uri.EscapeDataString(phoneNumber)}&PageSize=1000"));

    public static TwilioRequest UpdateNumber(TwilioSite site, string number, IReadOnlyList<KeyValuePair<string, string>> form) =>
        new(HttpMethod.Post, TwilioProduct.Api, Under(site, $"IncomingPhoneNumbers/{number}.json"), form);

    private static string Under(TwilioSite site, string rest) => $"/2010-04-01/Accounts/{site.AccountSid}/{rest}";

    private static TwilioRequest Get(TwilioProduct product, string path) => new(HttpMethod.Get, product, path, []);

    private static TwilioRequest Delete(TwilioProduct product, string path) => new(HttpMethod.Delete, product, path, []);

    private static TwilioRequest Post(TwilioProduct product, string path, params (string Name, string Value)[] form) =>
        new(HttpMethod.Post, product, path, [.. form.Select(f => KeyValuePair.Create(f.Name, f.Value))]);
}
