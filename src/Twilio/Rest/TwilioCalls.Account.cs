using System.Globalization;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Rest;

/// <content>api.twilio.com, version 2010-04-01.</content>
public static partial class TwilioCalls
{
    public static TwilioRead<TwilioAccount> Account(TwilioSite site) => new(TwilioProduct.Api, $"/2010-04-01/Accounts/{site.AccountSid}.json");

    public static TwilioRead<TwilioBalance> Balance(TwilioSite site) => new(TwilioProduct.Api, Under(site, "Balance.json"));

    public static TwilioList<AccessControlList> AccessControlLists(TwilioSite site) =>
        Api<AccessControlList>(site, "SIP/IpAccessControlLists.json", "ip_access_control_lists");

    public static TwilioRead<AccessControlList> AccessControlList(TwilioSite site, string acl) => new(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}.json"));

    public static TwilioRequest CreateAccessControlList(TwilioSite site, string friendlyName) =>
        Post(TwilioProduct.Api, Under(site, "SIP/IpAccessControlLists.json"), ("FriendlyName", friendlyName));

    public static TwilioRequest RenameAccessControlList(TwilioSite site, string acl, string friendlyName) =>
        Post(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}.json"), ("FriendlyName", friendlyName));

    public static TwilioRequest DeleteAccessControlList(TwilioSite site, string acl) =>
        Delete(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}.json"));

    public static TwilioList<AccessControlAddress> Addresses(TwilioSite site, string acl) =>
        Api<AccessControlAddress>(site, $"SIP/IpAccessControlLists/{acl}/IpAddresses.json", "ip_addresses");

    public static TwilioRead<AccessControlAddress> Address(TwilioSite site, string acl, string address) =>
        new(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}/IpAddresses/{address}.json"));

    /// <summary>CidrPrefixLength is always sent: two published defaults contradict each other.</summary>
    public static TwilioRequest AddAddress(TwilioSite site, string acl, string friendlyName, string address, int prefixLength) =>
        Post(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}/IpAddresses.json"),
            ("FriendlyName", friendlyName), ("IpAddress", address), ("CidrPrefixLength", Number(prefixLength)));

    /// <inheritdoc cref="AddAddress"/>
    public static TwilioRequest UpdateAddress(TwilioSite site, string acl, string sid, string friendlyName, string address, int prefixLength) =>
        Post(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}/IpAddresses/{sid}.json"),
            ("FriendlyName", friendlyName), ("IpAddress", address), ("CidrPrefixLength", Number(prefixLength)));

    public static TwilioRequest DeleteAddress(TwilioSite site, string acl, string address) =>
        Delete(TwilioProduct.Api, Under(site, $"SIP/IpAccessControlLists/{acl}/IpAddresses/{address}.json"));

    public static TwilioList<AccessControlList> CredentialLists(TwilioSite site) => Api<AccessControlList>(site, "SIP/CredentialLists.json", "credential_lists");

    /// <summary>Names of the users in a list; Twilio never tells their passwords.</summary>
    public static TwilioList<CredentialUser> Credentials(TwilioSite site, string list) =>
        Api<CredentialUser>(site, $"SIP/CredentialLists/{list}/Credentials.json", "credentials");

    public static TwilioList<PhoneNumber> Numbers(TwilioSite site) => Api<PhoneNumber>(site, "IncomingPhoneNumbers.json", "incoming_phone_numbers");

    public static TwilioList<PhoneNumber> FindNumber(TwilioSite site, string phoneNumber) =>
        Api<PhoneNumber>(site, "IncomingPhoneNumbers.json", "incoming_phone_numbers", ("PhoneNumber", phoneNumber));

    public static TwilioRead<PhoneNumber> Number(TwilioSite site, string number) => new(TwilioProduct.Api, Under(site, $"IncomingPhoneNumbers/{number}.json"));

    public static TwilioRequest UpdateNumber(TwilioSite site, string number, IReadOnlyList<KeyValuePair<string, string>> form) =>
        new(HttpMethod.Post, TwilioProduct.Api, Under(site, $"IncomingPhoneNumbers/{number}.json"), form);

    /// <summary>Calls of whole days (UTC): Twilio filters by day, and neither by trunk nor by direction; the caller refines.</summary>
    public static TwilioList<Call> Calls(TwilioSite site, string? to = null, string? from = null, DateOnly? startedOnOrAfter = null, string? parent = null) => Api<Call>(
        site, "Calls.json", "calls", ("To", to), ("From", from), ("StartTime>", startedOnOrAfter?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("ParentCallSid", parent));

    public static TwilioRead<Call> Call(TwilioSite site, string call) => new(TwilioProduct.Api, Under(site, $"Calls/{call}.json"));

    public static TwilioList<CallRecording> CallRecordings(TwilioSite site, string call) => Api<CallRecording>(site, $"Calls/{call}/Recordings.json", "recordings");

    public static TwilioList<CallNotification> CallNotifications(TwilioSite site, string call) => Api<CallNotification>(site, $"Calls/{call}/Notifications.json", "notifications");

    public static TwilioList<CallTrace> CallEvents(TwilioSite site, string call) => Api<CallTrace>(site, $"Calls/{call}/Events.json", "events");

    /// <summary>
    /// Makes a call, which costs money. One whose answer is lost must be looked for in <see cref="Calls"/> before anybody asks again: the client never
    /// sends it twice by itself.
    /// </summary>
    public static TwilioRequest CreateCall(TwilioSite site, CallOrder order) => new(HttpMethod.Post, TwilioProduct.Api, Under(site, "Calls.json"),
    [
        .. Post(TwilioProduct.Api, "",
            ("To", order.To), ("From", order.From), ("Twiml", order.Twiml), ("Url", order.Url?.ToString()), ("Timeout", Number(order.TimeoutSeconds)), ("TimeLimit", Number(order.LimitSeconds)),
            ("SendDigits", order.SendDigits), ("Record", Flag(order.Record)), ("StatusCallback", order.StatusCallback?.ToString())).Form,
        .. order.StatusCallbackEvents.Select(e => KeyValuePair.Create("StatusCallbackEvent", e)),
    ]);

    /// <param name="status">canceled: only while it is queued or rings; completed: also while people talk.</param>
    public static TwilioRequest EndCall(TwilioSite site, string call, string status) => Post(TwilioProduct.Api, Under(site, $"Calls/{call}.json"), ("Status", status));

    private static TwilioList<T> Api<T>(TwilioSite site, string rest, string items, params ReadOnlySpan<(string Name, string? Value)> query) =>
        new(TwilioProduct.Api, Under(site, rest) + Paged(query), items);
}
