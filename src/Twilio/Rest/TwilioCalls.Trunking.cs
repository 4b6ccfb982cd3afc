using System.Globalization;

namespace TrunkBot.Twilio.Rest;

/// <content>trunking.twilio.com, version 1.</content>
public static partial class TwilioCalls
{
    public static TwilioList<Trunk> Trunks() => List<Trunk>("/v1/Trunks", "trunks");

    public static TwilioRead<Trunk> Trunk(string trunk) => new(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}");

    public static TwilioRequest CreateTrunk(string friendlyName, string domainName, bool secure) =>
        Post(TwilioProduct.Trunking, "/v1/Trunks", ("FriendlyName", friendlyName), ("DomainName", domainName), ("Secure", secure ? "true" : null));

    /// <param name="form">Parameters of the trunk; what is not named stays.</param>
    public static TwilioRequest CreateTrunk(IReadOnlyList<KeyValuePair<string, string>> form) => new(HttpMethod.Post, TwilioProduct.Trunking, "/v1/Trunks", form);

    /// <inheritdoc cref="CreateTrunk(IReadOnlyList{KeyValuePair{string, string}})"/>
    public static TwilioRequest UpdateTrunk(string trunk, IReadOnlyList<KeyValuePair<string, string>> form) =>
        new(HttpMethod.Post, TwilioProduct.Trunking, $"/v1/Trunks/{trunk}", form);

    public static TwilioRequest DeleteTrunk(string trunk) => Delete(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}");

    public static TwilioRead<TrunkRecording> Recording(string trunk) => new(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/Recording");

    public static TwilioRequest SetRecording(string trunk, string mode, string trim) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/Recording", ("Mode", mode), ("Trim", trim));

    public static TwilioList<Association> TrunkAccessControlLists(string trunk) => List<Association>($"/v1/Trunks/{trunk}/IpAccessControlLists", "ip_access_control_lists");

    public static TwilioRead<Association> TrunkAccessControlList(string trunk, string acl) => new(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/IpAccessControlLists/{acl}");

    public static TwilioRequest Associate(string trunk, string acl) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", acl));

    public static TwilioRequest Dissociate(string trunk, string acl) =>
        Delete(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/IpAccessControlLists/{acl}");

    /// <summary>Read only: a credential list has the trunk challenge calls with 407, which the CFS does not answer.</summary>
    public static TwilioList<Association> TrunkCredentialLists(string trunk) => List<Association>($"/v1/Trunks/{trunk}/CredentialLists", "credential_lists");

    public static TwilioRead<Association> TrunkCredentialList(string trunk, string list) => new(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/CredentialLists/{list}");

    public static TwilioList<OriginationUrl> OriginationUrls(string trunk) => List<OriginationUrl>($"/v1/Trunks/{trunk}/OriginationUrls", "origination_urls");

    public static TwilioRead<OriginationUrl> OriginationUrl(string trunk, string url) => new(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/OriginationUrls/{url}");

    public static TwilioRequest AddOriginationUrl(string trunk, string friendlyName, string sipUrl, int priority, int weight, bool enabled) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/OriginationUrls",
            ("FriendlyName", friendlyName), ("SipUrl", sipUrl), ("Priority", Number(priority)), ("Weight", Number(weight)), ("Enabled", Flag(enabled)));

    /// <summary>Only what is not null is sent.</summary>
    public static TwilioRequest UpdateOriginationUrl(
        string trunk, string url, string? friendlyName = null, string? sipUrl = null, int? priority = null, int? weight = null, bool? enabled = null) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/OriginationUrls/{url}",
            ("FriendlyName", friendlyName), ("SipUrl", sipUrl), ("Priority", Number(priority)), ("Weight", Number(weight)), ("Enabled", Flag(enabled)));

    public static TwilioRequest EnableOriginationUrl(string trunk, string url, bool enabled) => UpdateOriginationUrl(trunk, url, enabled: enabled);

    public static TwilioRequest DeleteOriginationUrl(string trunk, string url) =>
        Delete(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/OriginationUrls/{url}");

    public static TwilioList<PhoneNumber> TrunkNumbers(string trunk) => List<PhoneNumber>($"/v1/Trunks/{trunk}/PhoneNumbers", "phone_numbers");

    public static TwilioRead<PhoneNumber> TrunkNumber(string trunk, string number) => new(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/PhoneNumbers/{number}");

    public static TwilioRequest AttachNumber(string trunk, string number) =>
        Post(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/PhoneNumbers", ("PhoneNumberSid", number));

    public static TwilioRequest DetachNumber(string trunk, string number) =>
        Delete(TwilioProduct.Trunking, $"/v1/Trunks/{trunk}/PhoneNumbers/{number}");

    private static TwilioList<T> List<T>(string path, string items) => new(TwilioProduct.Trunking, path + Paged(), items);

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
