using System.Globalization;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>The elements of a Configured SIP Binding in the order in which the switch takes them (published: Sh clients).</summary>
public static class BindingFields
{
    public const string ServiceIndication = "Meta_ConfiguredSIPBinding_BaseInformation";
    public const string StatusIndication = "Meta_ConfiguredSIPBinding_Status";
    public const string AlarmsIndication = "Meta_ConfiguredSIPBinding_Alarms";
    public const string RequestedStatus = "RequestedStatus";
    public const string ActualStatus = "ActualStatus";
    public const string AlarmState = "AlarmState";

    /// <summary>Named in the identity already; some switches do not return them.</summary>
    private static readonly string[] OptionalWhenRead = ["NetworkElementName", "MetaSwitchName"];

    /// <summary>Labels as MetaView Explorer shows them; those beyond the seed article follow from the element names.</summary>
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal)
    {
        ["NetworkElementName"] = "Network element name",
        ["MetaSwitchName"] = "MetaSwitch name",
        ["Name"] = "Name",
        ["Usage"] = "Usage",
        ["UseDNForIdentification"] = "Use DN for identification",
        ["SIPAuthenticationRequired"] = "SIP authentication required",
        ["SIPDomainName"] = "SIP domain name",
        ["ContactAddressScheme"] = "Contact address scheme",
        ["ContactDomainName"] = "Contact domain name",
        ["ProxyIPAddress"] = "Proxy IP address",
        ["ProxyIPPort"] = "Proxy IP port",
        ["TransportProtocol"] = "Transport protocol",
        ["MediaGatewayModel"] = "Remote Media Gateway Model",
        ["MaximumCallAppearances"] = "Maximum call appearances",
        ["PollPeerDevice"] = "Poll peer device",
        ["PollingInterval"] = "Polling interval",
        [RequestedStatus] = "Requested status",
        [ActualStatus] = "Actual status",
        [AlarmState] = "Alarm state",
    };

    /// <summary>Which parameter of the trunk decides an element (src/Trunks/Parameters).</summary>
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["Name"] = "binding",
        ["SIPDomainName"] = "termination",
        ["ContactDomainName"] = "edges",
        ["ProxyIPAddress"] = "cfs-proxy",
        ["ProxyIPPort"] = "cfs-proxy",
        ["MediaGatewayModel"] = "rmgm",
        ["PollingInterval"] = "polling",
    };

    /// <summary>The label, and the parameter of the trunk that decides the element, where one does.</summary>
    public static string Explained(string element) =>
        Parameters.TryGetValue(element, out var parameter) ? $"{LabelOf(element)} (parameter {parameter})" : LabelOf(element);

    /// <summary>The label of an element; the element's own name where none is known.</summary>
    public static string LabelOf(string element) => Labels.GetValueOrDefault(element, element);

    /// <summary>The elements that this program knows to write, in the switch's order.</summary>
    public static IReadOnlyList<string> Writable(BindingMapping mapping)
    {
        List<string> names = [.. Labels.Keys.Where(n => n is not (RequestedStatus or ActualStatus or AlarmState))];
        foreach (var extra in mapping.ExtraFields.Where(e => !names.Contains(e.Element)))
        {
            var after = extra.After is null ? -1 : names.IndexOf(extra.After);
            names.Insert(after < 0 ? names.Count : after + 1, extra.Element);
        }

        return names;
    }

    /// <summary>The binding that a trunk needs, field by field in the switch's order.</summary>
    public static IReadOnlyList<ShField> Intended(TrunkIntent intent, MetaswitchSite site, BindingMapping mapping) => Intended(
        new BindingWish(
            intent.BindingName, intent.DomainName, intent.ContactDomainName, intent.CoreProxyAddress.ToString(), Number(intent.CoreProxyPort),
            intent.MediaGatewayModel, intent.PollingIntervalSeconds is { } seconds ? Number(seconds) : null),
        site,
        mapping);

    /// <summary>A binding with these values of its own, and otherwise as this program makes every one.</summary>
    internal static IReadOnlyList<ShField> Intended(BindingWish wish, MetaswitchSite site, BindingMapping mapping)
    {
        List<ShField> fields = [];
        if (mapping.SendSwitchName)
        {
            fields.Add(new("NetworkElementName", site.MetaSwitchName));
            fields.Add(new("MetaSwitchName", site.MetaSwitchName));
        }

        fields.Add(new("Name", wish.Name));
        fields.Add(new("Usage", mapping.Usage));
        fields.Add(new("UseDNForIdentification", "True"));
        fields.Add(new("SIPAuthenticationRequired", "False"));
        fields.Add(new("SIPDomainName", wish.SipDomain));
        fields.Add(new("ContactAddressScheme", mapping.ContactAddressScheme));
        fields.Add(new("ContactDomainName", wish.ContactDomain));
        fields.Add(new("ProxyIPAddress", wish.ProxyAddress));
        fields.Add(new("ProxyIPPort", wish.ProxyPort));
        fields.Add(new("TransportProtocol", mapping.CoreTransport));
        fields.Add(new("MediaGatewayModel", wish.Model));
        if (mapping.MaximumCallAppearances is { } capacity)
        {
            fields.Add(new("MaximumCallAppearances", Number(capacity)));
        }

        fields.Add(new("PollPeerDevice", "True"));
        if (wish.PollingInterval is { } interval)
        {
            fields.Add(new("PollingInterval", interval));
        }

        foreach (var extra in mapping.ExtraFields)
        {
            var after = extra.After is null ? -1 : fields.FindIndex(f => f.Name == extra.After);
            fields.Insert(after < 0 ? fields.Count : after + 1, new(extra.Element, extra.Value));
        }

        return [.. fields.Select(f => f with { Inheriting = mapping.InheritingFields.Contains(f.Name) })];
    }

    /// <summary>Where what was read is not what is intended. Fields that nobody intends are not compared.</summary>
    public static IReadOnlyList<FieldDifference> Compare(IReadOnlyList<ShField> intended, IReadOnlyList<ShField> found)
    {
        List<FieldDifference> differences = [];
        foreach (var field in intended)
        {
            var read = found.FirstOrDefault(f => f.Name == field.Name)?.Value;
            if (read is null && OptionalWhenRead.Contains(field.Name))
            {
                continue;
            }

            if (read is null || !SameValue(field.Value, read))
            {
                differences.Add(new(field.Name, LabelOf(field.Name), field.Value, read));
            }
        }

        return differences;
    }

    /// <summary>Labels compare without case; booleans also as 0 and 1, as some versions return them.</summary>
    internal static bool SameValue(string one, string other) =>
        string.Equals(Canonical(one), Canonical(other), StringComparison.OrdinalIgnoreCase);

    private static string Canonical(string value)
    {
        value = value.Trim();
        return value.ToUpperInvariant() switch
        {
            "TRUE" => "1",
            "FALSE" => "0",
            _ => value,
        };
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The values of a binding that differ from trunk to trunk, as text.</summary>
/// <param name="PollingInterval">Seconds; null: not sent, the switch's own default holds.</param>
internal sealed record BindingWish(
    string Name, string SipDomain, string ContactDomain, string ProxyAddress, string ProxyPort, string Model, string? PollingInterval);

/// <summary>One field that is not as intended.</summary>
/// <param name="Found">What the switch returned; null when it did not return the field.</param>
public sealed record FieldDifference(string Element, string Label, string Intended, string? Found)
{
    public override string ToString() => $"{Label}: wanted \"{Intended}\", found {(Found is null ? "nothing" : $"\"{Found}\"")}";
}
