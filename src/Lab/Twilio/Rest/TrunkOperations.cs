using System.Text.Json.Nodes;
using TrunkBot.Lab.Twilio.Account;
using TrunkBot.Lab.Twilio.Control;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>trunking.twilio.com/v1: trunks, origination URLs and recording. What is mapped to a trunk: <see cref="AssociationOperations"/>.</summary>
internal sealed class TrunkOperations(Routes routes, Faults faults)
{
    private const int MostTrunks = 100;
    private const int MostOriginationUrls = 10;

    private static readonly FormField[] TrunkFields =
    [
        FormField.Text("FriendlyName", "friendly_name"),
        FormField.Text("DomainName", "domain_name"),
        FormField.Text("DisasterRecoveryUrl", "disaster_recovery_url"),
        FormField.Choice("DisasterRecoveryMethod", "disaster_recovery_method", "GET", "POST"),
        FormField.Choice("TransferMode", "transfer_mode", "disable-all", "enable-all", "sip-only"),
        FormField.Choice("TransferCallerId", "transfer_caller_id", "from-transferee", "from-transferor"),
        FormField.Flag("Secure", "secure"),
        FormField.Flag("CnamLookupEnabled", "cnam_lookup_enabled"),
    ];

    private static readonly FormField[] OriginationFields =
    [
        FormField.Number("Weight", "weight", 0, 65535, required: true),
        FormField.Number("Priority", "priority", 0, 65535, required: true),
        FormField.Flag("Enabled", "enabled", required: true),
        FormField.Text("FriendlyName", "friendly_name", required: true),
        FormField.Text("SipUrl", "sip_url", required: true),
    ];

    private static readonly FormField[] RecordingFields =
    [
        FormField.Choice("Mode", "mode", "do-not-record", "record-from-ringing", "record-from-answer", "record-from-ringing-dual", "record-from-answer-dual"),
        FormField.Choice("Trim", "trim", "trim-silence", "do-not-trim"),
    ];

    private readonly ResourceStore store = routes.Store;

    public void Map()
    {
        routes.On("POST", "/v1/Trunks", CreateTrunk);
        routes.On("GET", "/v1/Trunks", request => Listing.Version1(request, "trunks", [.. store.All(Kind.Trunk).Select(trunk => Show(request, trunk))]));
        routes.On("GET", "/v1/Trunks/{trunk}", request => Answer.Ok(Show(request, Trunk(request))));
        routes.On("POST", "/v1/Trunks/{trunk}", UpdateTrunk);
        routes.On("DELETE", "/v1/Trunks/{trunk}", DeleteTrunk);
        routes.On("POST", "/v1/Trunks/{trunk}/OriginationUrls", CreateOrigination);
        routes.On("GET", "/v1/Trunks/{trunk}/OriginationUrls", request => Listing.Version1(request, "origination_urls",
            [.. store.Children(Kind.OriginationUrl, Trunk(request).Sid).Select(url => Show(request, url))]));
        routes.On("GET", "/v1/Trunks/{trunk}/OriginationUrls/{sid}", request => Answer.Ok(Show(request, Origination(request))));
        routes.On("POST", "/v1/Trunks/{trunk}/OriginationUrls/{sid}", UpdateOrigination);
        routes.On("DELETE", "/v1/Trunks/{trunk}/OriginationUrls/{sid}", request => Remove(Origination(request)));
        routes.On("GET", "/v1/Trunks/{trunk}/Recording", request => Answer.Ok(Trunk(request).Fields["recording"]!.DeepClone()));
        routes.On("POST", "/v1/Trunks/{trunk}/Recording", UpdateRecording);
    }

    public Resource Trunk(ApiRequest request) => store.Find(Kind.Trunk, request.Part("trunk")) ?? throw request.NotFound();

    private Answer CreateTrunk(ApiRequest request)
    {
        var fields = Seed.NewTrunk();
        FormField.Apply(TrunkFields, request.Form, fields, creating: true);
        if (fields["domain_name"]?.GetValue<string>() is { } domain)
        {
            DomainNames.Check(store, domain, null);
        }

        if (store.All(Kind.Trunk).Count >= MostTrunks)
        {
            throw new TwilioRefusalException(400, 21244, $"An account holds at most {MostTrunks} trunks");
        }

        fields["symmetric_rtp_enabled"] = faults.Take(FaultKind.NewTrunkSymmetricRtp, "POST", request.Path);
        return Answer.Created(Show(request, store.Add(Kind.Trunk, null, fields)));
    }

    private Answer UpdateTrunk(ApiRequest request)
    {
        var trunk = Trunk(request);
        var before = trunk.Text("domain_name");
        var renamed = trunk with { Fields = trunk.Fields.DeepClone().AsObject() };
        FormField.Apply(TrunkFields, request.Form, renamed.Fields, creating: false);
        if (renamed.Text("domain_name") is var domain && !DomainNames.Same(domain, before))
        {
            DomainNames.CheckFree(store, trunk);
            if (domain is not null)
            {
                DomainNames.Check(store, domain, trunk.Sid);
            }
        }

        store.Save(renamed);
        return Answer.Ok(Show(request, Trunk(request)));
    }

    /// <summary>Numbers are detached, never released. What Twilio does with the other children is not known; here they go too.</summary>
    private Answer DeleteTrunk(ApiRequest request)
    {
        var trunk = Trunk(request);
        DomainNames.CheckFree(store, trunk);
        foreach (var number in store.All(Kind.Number).Where(number => number.Text("trunk_sid") == trunk.Sid))
        {
            AssociationOperations.CheckNoEmergency(number);
            number.Fields["trunk_sid"] = null;
            store.Save(number);
        }

        return Remove(trunk);
    }

    private Answer CreateOrigination(ApiRequest request)
    {
        var trunk = Trunk(request);
        var fields = new JsonObject();
        FormField.Apply(OriginationFields, request.Form, fields, creating: true);
        var others = store.Children(Kind.OriginationUrl, trunk.Sid);
        if (others.Count >= MostOriginationUrls)
        {
            throw new TwilioRefusalException(400, 21249, $"A trunk holds at most {MostOriginationUrls} origination URLs");
        }

        CheckSipUrl(fields, others);
        return Answer.Created(Show(request, store.Add(Kind.OriginationUrl, trunk.Sid, fields)));
    }

    private Answer UpdateOrigination(ApiRequest request)
    {
        var url = Origination(request);
        FormField.Apply(OriginationFields, request.Form, url.Fields, creating: false);
        CheckSipUrl(url.Fields, store.Children(Kind.OriginationUrl, url.Parent!).Where(other => other.Sid != url.Sid));
        store.Save(url);
        return Answer.Ok(Show(request, Origination(request)));
    }

    private Answer UpdateRecording(ApiRequest request)
    {
        var trunk = Trunk(request);
        FormField.Apply(RecordingFields, request.Form, trunk.Fields["recording"]!.AsObject(), creating: false);
        store.Save(trunk);
        return Answer.Ok(trunk.Fields["recording"]!.DeepClone());
    }

    private Answer Remove(Resource resource)
    {
        store.Remove(resource.Sid);
        return Answer.Gone;
    }

    private Resource Origination(ApiRequest request) =>
        store.Find(Kind.OriginationUrl, request.Part("sid")) is { } url && url.Parent == Trunk(request).Sid ? url : throw request.NotFound();

    private static void CheckSipUrl(JsonObject fields, IEnumerable<Resource> others)
    {
        var sipUrl = fields["sip_url"]!.GetValue<string>();
        if (!sipUrl.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) && !sipUrl.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
        {
            throw TwilioRefusalException.Parameter("SipUrl", "not a sip or sips URI");
        }

        if (others.Any(other => string.Equals(other.Text("sip_url"), sipUrl, StringComparison.OrdinalIgnoreCase)))
        {
            throw new TwilioRefusalException(400, 21245, "The origination URI is already used by this trunk");
        }
    }

    private JsonObject Show(ApiRequest request, Resource resource)
    {
        if (resource.Kind == Kind.OriginationUrl)
        {
            var url = Rendering.Version1(request, resource, $"/v1/Trunks/{resource.Parent}/OriginationUrls/{resource.Sid}");
            url["trunk_sid"] = resource.Parent;
            return url;
        }

        var path = $"/v1/Trunks/{resource.Sid}";
        var shown = Rendering.Version1(request, resource, path);
        shown["auth_type"] = faults.AuthType(resource.Sid, AssociationOperations.AuthType(store, resource.Sid), request.Path);
        shown["auth_type_set"] = new JsonArray();
        shown["links"] = new JsonObject
        {
            ["origination_urls"] = $"{request.Origin}{path}/OriginationUrls",
            ["credential_lists"] = $"{request.Origin}{path}/CredentialLists",
            ["ip_access_control_lists"] = $"{request.Origin}{path}/IpAccessControlLists",
            ["phone_numbers"] = $"{request.Origin}{path}/PhoneNumbers",
        };
        return shown;
    }
}
