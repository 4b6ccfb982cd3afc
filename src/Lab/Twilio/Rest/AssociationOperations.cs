using System.Text.Json.Nodes;
using TrunkBot.Lab.Twilio.Account;
using TrunkBot.Lab.Twilio.Control;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>trunking.twilio.com/v1: what is mapped to a trunk (access control lists, credential lists, phone numbers).</summary>
internal sealed class AssociationOperations(Routes routes, Faults faults, Func<ApiRequest, Resource> trunkOf)
{
    private readonly ResourceStore store = routes.Store;

    public void Map()
    {
        MapLists("IpAccessControlLists", "ip_access_control_lists", "IpAccessControlListSid", Kind.AccessControlList);
        MapLists("CredentialLists", "credential_lists", "CredentialListSid", Kind.CredentialList);
        routes.On("POST", "/v1/Trunks/{trunk}/PhoneNumbers", Attach);
        routes.On("GET", "/v1/Trunks/{trunk}/PhoneNumbers", request => Listing.Version1(request, "phone_numbers",
            [.. store.All(Kind.Number).Where(number => number.Text("trunk_sid") == trunkOf(request).Sid).Select(number => ShowNumber(request, number))]));
        routes.On("GET", "/v1/Trunks/{trunk}/PhoneNumbers/{sid}", request => Answer.Ok(ShowNumber(request, Number(request))));
        routes.On("DELETE", "/v1/Trunks/{trunk}/PhoneNumbers/{sid}", Detach);
    }

    /// <summary>Computed, never stored: empty means that the domain receives no traffic.</summary>
    public static string AuthType(ResourceStore store, string trunk) => string.Join(",", new[]
    {
        store.Associated(Kind.AccessControlList, trunk).Count > 0 ? "IP_ACL" : "",
        store.Associated(Kind.CredentialList, trunk).Count > 0 ? "CREDENTIAL_LIST" : "",
    }.Where(part => part.Length > 0));

    /// <summary>A number with an emergency address does not leave its trunk (21634).</summary>
    public static void CheckNoEmergency(Resource number)
    {
        if (!string.IsNullOrEmpty(number.Text("emergency_address_sid")))
        {
            throw new TwilioRefusalException(400, 21634, $"{number.Text("phone_number")} is provisioned for emergency calling");
        }
    }

    private void MapLists(string segment, string key, string parameter, string kind)
    {
        var path = $"/v1/Trunks/{{trunk}}/{segment}";
        routes.On("POST", path, request =>
        {
            var trunk = trunkOf(request);
            var sid = Sid(request, parameter);
            var list = store.Find(kind, sid) ?? throw TwilioRefusalException.NotFound(sid);
            faults.Remember(trunk.Sid, AuthType(store, trunk.Sid));
            if (!store.Associate(trunk.Sid, list.Sid))
            {
                throw new TwilioRefusalException(400, 21245, "Credential List or IP-ACL already associated with this trunk");
            }

            return Answer.Created(ShowList(request, list, trunk, segment));
        });
        routes.On("GET", path, request =>
        {
            var trunk = trunkOf(request);
            return Listing.Version1(request, key, [.. store.Associated(kind, trunk.Sid).Select(list => ShowList(request, list, trunk, segment))]);
        });
        routes.On("GET", path + "/{sid}", request =>
        {
            var trunk = trunkOf(request);
            var list = store.Associated(kind, trunk.Sid).FirstOrDefault(list => list.Sid == request.Part("sid")) ?? throw request.NotFound();
            return Answer.Ok(ShowList(request, list, trunk, segment));
        });
        routes.On("DELETE", path + "/{sid}", request =>
        {
            var trunk = trunkOf(request);
            faults.Remember(trunk.Sid, AuthType(store, trunk.Sid));
            return store.Dissociate(trunk.Sid, request.Part("sid")) ? Answer.Gone : throw request.NotFound();
        });
    }

    /// <summary>Setting the trunk takes the voice application away (published) and the voice URL with it (reported).</summary>
    private Answer Attach(ApiRequest request)
    {
        var trunk = trunkOf(request);
        var sid = Sid(request, "PhoneNumberSid");
        var number = store.Find(Kind.Number, sid) ?? throw TwilioRefusalException.NotFound(sid);
        number.Fields["trunk_sid"] = trunk.Sid;
        number.Fields["voice_application_sid"] = null;
        number.Fields["voice_url"] = "";
        store.Save(number);
        return Answer.Created(ShowNumber(request, number));
    }

    private Answer Detach(ApiRequest request)
    {
        var number = Number(request);
        CheckNoEmergency(number);
        number.Fields["trunk_sid"] = null;
        store.Save(number);
        return Answer.Gone;
    }

    private Resource Number(ApiRequest request) =>
        store.Find(Kind.Number, request.Part("sid")) is { } number && number.Text("trunk_sid") == trunkOf(request).Sid ? number : throw request.NotFound();

    private static string Sid(ApiRequest request, string parameter) =>
        request.Form[parameter] is { Length: > 0 } sid ? sid : throw TwilioRefusalException.Missing(parameter);

    private static JsonObject ShowList(ApiRequest request, Resource list, Resource trunk, string segment)
    {
        var shown = Rendering.Version1(request, list, $"/v1/Trunks/{trunk.Sid}/{segment}/{list.Sid}");
        shown["trunk_sid"] = trunk.Sid;
        return shown;
    }

    private static JsonObject ShowNumber(ApiRequest request, Resource number)
    {
        var shown = Rendering.Version1(request, number, $"/v1/Trunks/{number.Text("trunk_sid")}/PhoneNumbers/{number.Sid}");
        foreach (var only2010 in new[] { "emergency_status", "emergency_address_sid", "emergency_address_status", "origin", "status", "type", "voice_receive_mode" })
        {
            shown.Remove(only2010);
        }

        shown["links"] = new JsonObject { ["phone_number"] = $"{request.Origin}/2010-04-01/Accounts/{request.AccountSid}/IncomingPhoneNumbers/{number.Sid}.json" };
        return shown;
    }
}
