using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>api.twilio.com/2010-04-01: access control lists, credential lists, numbers, balance, account. Calls: <see cref="CallOperations"/>.</summary>
internal sealed class AccountOperations(Routes routes)
{
    private const string Root = "/2010-04-01/Accounts/{account}";

    private static readonly FormField[] ListFields = [FormField.Text("FriendlyName", "friendly_name", 255, required: true)];

    private static readonly FormField[] AddressFields =
    [
        FormField.Text("FriendlyName", "friendly_name", 255, required: true),
        new("IpAddress", "ip_address", ReadAddress, Required: true),
        FormField.Number("CidrPrefixLength", "cidr_prefix_length", 0, 32),
    ];

    private static readonly FormField[] CredentialFields =
    [
        FormField.Text("Username", "username", 32, required: true),
        new("Password", "password", ReadPassword, Required: true),
    ];

    private static readonly FormField[] NumberFields =
    [
        FormField.Text("FriendlyName", "friendly_name"),
        FormField.Text("VoiceUrl", "voice_url"),
        FormField.Choice("VoiceMethod", "voice_method", "GET", "POST"),
        FormField.Text("VoiceFallbackUrl", "voice_fallback_url"),
        FormField.Choice("VoiceFallbackMethod", "voice_fallback_method", "GET", "POST"),
        FormField.Text("VoiceApplicationSid", "voice_application_sid"),
        FormField.Flag("VoiceCallerIdLookup", "voice_caller_id_lookup"),
        FormField.Choice("VoiceReceiveMode", "voice_receive_mode", "voice", "fax"),
        FormField.Text("StatusCallback", "status_callback"),
        FormField.Choice("StatusCallbackMethod", "status_callback_method", "GET", "POST"),
        FormField.Text("TrunkSid", "trunk_sid"),
        FormField.Text("EmergencyAddressSid", "emergency_address_sid"),
    ];

    private readonly ResourceStore store = routes.Store;

    public void Map()
    {
        MapLists("IpAccessControlLists", "ip_access_control_lists", Kind.AccessControlList);
        MapEntries("IpAccessControlLists", "IpAddresses", "ip_addresses", Kind.AccessControlList, Kind.Address, AddressFields);
        MapLists("CredentialLists", "credential_lists", Kind.CredentialList);
        MapEntries("CredentialLists", "Credentials", "credentials", Kind.CredentialList, Kind.Credential, CredentialFields);

        routes.On("GET", Root + "/IncomingPhoneNumbers.json", request => Listing.Version2010(request, "incoming_phone_numbers",
            [.. store.All(Kind.Number).Where(number => Asked(request, number)).Select(number => ShowNumber(request, number))]));
        routes.On("GET", Root + "/IncomingPhoneNumbers/{sid}.json", request => Answer.Ok(ShowNumber(request, Need(request, Kind.Number))));
        routes.On("POST", Root + "/IncomingPhoneNumbers/{sid}.json", UpdateNumber);
        routes.On("DELETE", Root + "/IncomingPhoneNumbers/{sid}.json", request => Remove(Need(request, Kind.Number)));
        routes.On("GET", Root + "/Balance.json", request => Answer.Ok(new JsonObject
        {
            ["account_sid"] = request.AccountSid,
            ["balance"] = Account(request).Text("balance"),
            ["currency"] = Account(request).Text("currency"),
        }));
        routes.On("GET", Root + ".json", ShowAccount);
    }

    private void MapLists(string segment, string key, string kind)
    {
        var all = $"{Root}/SIP/{segment}.json";
        var one = $"{Root}/SIP/{segment}/{{sid}}.json";
        routes.On("POST", all, request =>
        {
            var fields = new JsonObject();
            FormField.Apply(ListFields, request.Form, fields, creating: true);
            return Answer.Created(Show(store.Add(kind, null, fields), request));
        });
        routes.On("GET", all, request => Listing.Version2010(request, key, [.. store.All(kind).Select(list => Show(list, request))]));
        routes.On("GET", one, request => Answer.Ok(Show(Need(request, kind), request)));
        routes.On("POST", one, request =>
        {
            var list = Need(request, kind);
            FormField.Apply(ListFields, request.Form, list.Fields, creating: true);
            store.Save(list);
            return Answer.Ok(Show(list, request));
        });

        // Whether Twilio lets a mapped list go is not known. The lab takes the dangerous side: it goes, and the trunks lose it.
        routes.On("DELETE", one, request => Remove(Need(request, kind)));

        JsonObject Show(Resource list, ApiRequest request) => Rendering.Version2010(request, list, $"/SIP/{segment}/{list.Sid}");
    }

    private void MapEntries(string segment, string entries, string key, string listKind, string kind, FormField[] fields)
    {
        var all = $"{Root}/SIP/{segment}/{{list}}/{entries}.json";
        var one = $"{Root}/SIP/{segment}/{{list}}/{entries}/{{sid}}.json";
        routes.On("POST", all, request =>
        {
            var list = List(request);
            var values = new JsonObject();
            if (kind == Kind.Address)
            {
                values["cidr_prefix_length"] = 32;
            }

            FormField.Apply(fields, request.Form, values, creating: true);
            return Answer.Created(Show(store.Add(kind, list.Sid, values), request));
        });
        routes.On("GET", all, request => Listing.Version2010(request, key, [.. store.Children(kind, List(request).Sid).Select(entry => Show(entry, request))]));
        routes.On("GET", one, request => Answer.Ok(Show(Entry(request), request)));
        routes.On("POST", one, request =>
        {
            var entry = Entry(request);
            FormField.Apply(fields, request.Form, entry.Fields, creating: false);
            store.Save(entry);
            return Answer.Ok(Show(entry, request));
        });
        routes.On("DELETE", one, request => Remove(Entry(request)));

        Resource List(ApiRequest request) => store.Find(listKind, request.Part("list")) ?? throw request.NotFound();
        Resource Entry(ApiRequest request) => Need(request, kind) is { } entry && entry.Parent == List(request).Sid ? entry : throw request.NotFound();
        JsonObject Show(Resource entry, ApiRequest request)
        {
            var shown = Rendering.Version2010(request, entry, $"/SIP/{segment}/{entry.Parent}/{entries}/{entry.Sid}");
            shown.Remove("password");
            shown[kind == Kind.Address ? "ip_access_control_list_sid" : "credential_list_sid"] = entry.Parent;
            return shown;
        }
    }

    /// <summary>A trunk and a voice application exclude each other: the one that is set takes the other away.</summary>
    private Answer UpdateNumber(ApiRequest request)
    {
        var number = Need(request, Kind.Number);
        FormField.Apply(NumberFields, request.Form, number.Fields, creating: false);
        if (request.Form["TrunkSid"] is { Length: > 0 } trunk)
        {
            _ = store.Find(Kind.Trunk, trunk) ?? throw TwilioRefusalException.NotFound(trunk);
            number.Fields["voice_application_sid"] = null;
        }
        else if (request.Form["VoiceApplicationSid"] is { Length: > 0 })
        {
            number.Fields["trunk_sid"] = null;
        }

        store.Save(number);
        return Answer.Ok(ShowNumber(request, Need(request, Kind.Number)));
    }

    private Answer ShowAccount(ApiRequest request)
    {
        var account = Account(request);
        var shown = Rendering.Version2010(request, account, "");
        shown["uri"] = $"/2010-04-01/Accounts/{request.AccountSid}.json";
        shown.Remove("account_sid");
        shown.Remove("balance");
        shown.Remove("currency");
        shown["auth_token"] = "invented-token-that-nobody-may-log";
        shown["owner_account_sid"] = request.AccountSid;
        return Answer.Ok(shown);
    }

    private Answer Remove(Resource resource)
    {
        store.Remove(resource.Sid);
        return Answer.Gone;
    }

    private Resource Account(ApiRequest request) => store.Find(Kind.Account, request.AccountSid) ?? throw request.NotFound();

    private Resource Need(ApiRequest request, string kind) => store.Find(kind, request.Part("sid")) ?? throw request.NotFound();

    private static bool Asked(ApiRequest request, Resource number)
    {
        var query = request.Http.Request.Query;
        return (query["PhoneNumber"].LastOrDefault() is not { Length: > 0 } part || number.Text("phone_number")!.Contains(part, StringComparison.Ordinal))
            && (query["FriendlyName"].LastOrDefault() is not { Length: > 0 } name || number.Text("friendly_name") == name);
    }

    private static JsonObject ShowNumber(ApiRequest request, Resource number) =>
        Rendering.Version2010(request, number, $"/IncomingPhoneNumbers/{number.Sid}");

    private static JsonValue ReadAddress(string name, string value) =>
        IPAddress.TryParse(value, out var address) && address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == value
            ? JsonValue.Create(value)
            : throw TwilioRefusalException.Parameter(name, "not an IPv4 address");

    /// <summary>Twilio's published rule. The lab keeps no password: nothing here logs in with one.</summary>
    private static JsonNode? ReadPassword(string name, string value) =>
        value.Length >= 12 && value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetterLower) && value.Any(char.IsAsciiLetterUpper)
            ? null
            : throw new TwilioRefusalException(400, 21240, $"{name} needs 12 characters with a digit and both cases");
}
