using TrunkBot.Lab.Control;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.MetaView;

/// <summary>
/// The Sh service of the simulated MetaView Server: pulls and updates of Configured SIP Bindings. Built from public third-party
/// client code, not tried on a real switch. Remote media gateway models, SIP trunks and translations are not writable here.
/// </summary>
/// <param name="callPath">Asked each time, because the switch starts after this service.</param>
internal sealed class ShService(CfsStore store, Faults faults, Func<ICallPath?> callPath)
{
    private const string Base = "Meta_ConfiguredSIPBinding_BaseInformation";
    private const string Status = "Meta_ConfiguredSIPBinding_Status";
    private const string Alarms = "Meta_ConfiguredSIPBinding_Alarms";
    private const int HighestSequenceNumber = 65535;

    private static readonly string[] Statuses = ["Enabled", "Active", "Inactive", "Disabled"];

    public ShAnswer Answer(ShRequest request)
    {
        if (faults.Lasting(Conditions.NoRights) is not null)
        {
            return ShAnswer.NoRights;
        }

        if (request.ServiceIndication is not (Base or Status or Alarms)
            || (request.ServiceIndication is not Base && faults.Lasting("status-unsupported") is not null))
        {
            return ShAnswer.Refused(new SubResult("9004", "no such service indication", "u:Sh-Data/u:RepositoryData/u:ServiceIndication"));
        }

        if (Identify(request.UserIdentity) is not { } name)
        {
            return ShAnswer.Refused(new SubResult("9005", $"must be {CfsObjects.SwitchName}/NAME", "u:UserIdentity"));
        }

        if (faults.Lasting(Conditions.OtherClientWrites) is { } written && name.Contains(written, StringComparison.Ordinal))
        {
            store.Change(objects => (objects.Binding(name) is { } binding ? objects.With(binding with { SequenceNumber = Next(binding.SequenceNumber) }) : objects, true));
        }

        return (request.IsUpdate, request.ServiceIndication) switch
        {
            (false, _) => Pull(store.Objects.Binding(name), request.ServiceIndication),
            (true, Base) => store.Change(objects => UpdateBase(objects, name, request)),
            (true, Status) => store.Change(objects => UpdateStatus(objects, name, request)),
            _ => ShAnswer.Refused(Reason(request, "9006", "read-only", null)),
        };
    }

    /// <summary>The number that an update must carry: 0 means create, so 65535 is followed by 1.</summary>
    public static int Next(int sequenceNumber) => sequenceNumber == HighestSequenceNumber ? 1 : sequenceNumber + 1;

    /// <summary>The alarm of a binding now. A binding that is out of service or not polled raises none (invented).</summary>
    public (string State, string Reason) Alarm(StoredBinding binding)
    {
        if (!binding.IsEnabled)
        {
            return ("Clear", "The binding is not enabled: it is not polled.");
        }

        if (binding["PollPeerDevice"] != "True")
        {
            return ("Clear", "Poll peer device is off: nothing is known of the far end.");
        }

        if (faults.Lasting(Conditions.OptionsUnanswered) is { } text && binding.Name.Contains(text, StringComparison.Ordinal))
        {
            return ("Attention required", "OPTIONS are not answered because a test asked for it.");
        }

        var verdict = callPath()?.Judge(binding.Name) ?? new PathVerdict(false, "The switch of the lab is not running.");
        return (verdict.Reachable ? "Clear" : "Attention required", verdict.Reason);
    }

    private static string? Identify(string userIdentity) =>
        userIdentity.Split('/') is [var switchName, { Length: > 0 } name] && Decode(switchName) == CfsObjects.SwitchName ? Decode(name) : null;

    // A public client writes a blank as "+".
    private static string Decode(string part) => Uri.UnescapeDataString(part.Replace('+', ' '));

    private ShAnswer Pull(StoredBinding? binding, string indication) => (binding, indication) switch
    {
        (null, _) => ShAnswer.Absent,
        (_, Base) => ShAnswer.Pulled(Stored(binding.SequenceNumber), [.. BindingSchema.Fields
            .Where(field => binding[field.Name] is not null || field.Name == "Name")
            .Select(field => KeyValuePair.Create(field.Name, binding[field.Name] ?? binding.Name)), .. ExtraFields()]),
        (_, Status) => ShAnswer.Pulled(Stored(binding.StatusSequenceNumber), [new("RequestedStatus", binding.RequestedStatus), new("ActualStatus", binding.IsEnabled ? "Active" : "Disabled")]),
        _ => ShAnswer.Pulled(0, [new("AlarmState", Alarm(binding).State)]),
    };

    private (CfsObjects, ShAnswer) UpdateBase(CfsObjects objects, string name, ShRequest request)
    {
        var existing = objects.Binding(name);
        if (existing is null && (request.SequenceNumber != 0 || request.Action == "delete"))
        {
            return (objects, ShAnswer.Absent);
        }

        if (IsOutOfDate(request, existing is null ? null : Stored(existing.SequenceNumber)))
        {
            return (objects, ShAnswer.OutOfDate);
        }

        return request.Action switch
        {
            "delete" => Delete(objects, existing!, request),
            "apply" => Apply(objects, name, existing, request),
            _ => (objects, ShAnswer.Refused(Reason(request, "9007", "Action must be apply or delete", null))),
        };
    }

    private static (CfsObjects, ShAnswer) Delete(CfsObjects objects, StoredBinding existing, ShRequest request)
    {
        if (objects.SipTrunks.FirstOrDefault(trunk => trunk.ConfiguredSipBinding == existing.Name) is { } user)
        {
            return (objects, ShAnswer.Refused(Reason(request, "9008", $"SIP trunk {user.Name} uses this binding", null)));
        }

        return existing.IsEnabled
            ? (objects, ShAnswer.Refused(Reason(request, "9009", "the binding is enabled: disable it first", null)))
            : (objects with { Bindings = [.. objects.Bindings.Where(binding => binding.Name != existing.Name)] }, ShAnswer.Success);
    }

    private (CfsObjects, ShAnswer) Apply(CfsObjects objects, string name, StoredBinding? existing, ShRequest request)
    {
        var reasons = BindingUpdate.Check(objects, name, existing is null, request.Group!)
            .Select(complaint => Reason(request, complaint.Code, complaint.Detail, complaint.Field))
            .ToList();
        if (reasons.Count > 0)
        {
            return (objects, ShAnswer.Refused(reasons));
        }

        var fields = new Dictionary<string, string>(existing?.Fields ?? new Dictionary<string, string>());
        foreach (var element in request.Group!.Elements())
        {
            fields[element.Name.LocalName] = element.Value;
        }

        fields.Remove("Name");
        return (
            objects.With(existing is null
                ? new StoredBinding(name, BindingSchema.Complete(fields), 0, "Disabled", 0)
                : existing with { Fields = fields, SequenceNumber = Next(Stored(existing.SequenceNumber)) }),
            ShAnswer.Success);
    }

    private (CfsObjects, ShAnswer) UpdateStatus(CfsObjects objects, string name, ShRequest request)
    {
        if (objects.Binding(name) is not { } existing)
        {
            return (objects, ShAnswer.Absent);
        }

        if (IsOutOfDate(request, Stored(existing.StatusSequenceNumber)))
        {
            return (objects, ShAnswer.OutOfDate);
        }

        return request.Action == "apply" && request.Group!.Elements().ToList() is [{ Name.LocalName: "RequestedStatus" } wanted] && Statuses.Contains(wanted.Value)
            ? (objects.With(existing with { RequestedStatus = wanted.Value, StatusSequenceNumber = Next(Stored(existing.StatusSequenceNumber)) }), ShAnswer.Success)
            : (objects, ShAnswer.Refused(Reason(request, "9010", $"must be one of: {string.Join(", ", Statuses)}", "RequestedStatus")));
    }

    /// <summary>The stored number as clients see it: a test may ask for the last one before it begins anew.</summary>
    private int Stored(int sequenceNumber) => faults.Lasting("wrap-at-65535") is null ? sequenceNumber : HighestSequenceNumber;

    /// <summary>What only some switch versions return.</summary>
    private IEnumerable<KeyValuePair<string, string>> ExtraFields() =>
        faults.Lasting("extra-fields") is { } name ? [KeyValuePair.Create(name.Length > 0 ? name : "LabExtraField", "lab")] : [];

    private bool IsOutOfDate(ShRequest request, int? stored) =>
        faults.Consume("stale-sequence", request.Group!.ToString())
        || (!request.IgnoreSequenceNumber && stored is { } current && request.SequenceNumber != Next(current));

    private static SubResult Reason(ShRequest request, string code, string detail, string? field)
    {
        var group = $"u:Sh-Data/u:RepositoryData/u:ServiceData/s:MetaSwitchData/s:{request.ServiceIndication}";
        return new SubResult(code, detail, field is null ? group : $"{group}/s:{field}");
    }
}
