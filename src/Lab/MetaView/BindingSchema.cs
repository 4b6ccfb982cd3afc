using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Lab.MetaView;

/// <summary>One element of a Configured SIP Binding.</summary>
/// <param name="Mandatory">Whether a new binding needs it (invented).</param>
/// <param name="Default">What a new binding gets when it is left out (invented); null for nothing.</param>
/// <param name="Complaint">The reason why a value is refused (invented), or null.</param>
internal sealed record BindingField(string Name, bool Mandatory, string? Default, Func<string, string?> Complaint);

/// <summary>
/// The elements of <c>Meta_ConfiguredSIPBinding_BaseInformation</c> in the order that public clients list them. Which are mandatory,
/// the defaults, the value checks and every text are invented.
/// </summary>
internal static class BindingSchema
{
    private const int LongestName = 30;

    public static IReadOnlyList<BindingField> Fields { get; } =
    [
        new("NetworkElementName", false, CfsObjects.SwitchName, SwitchName),
        new("MetaSwitchName", false, CfsObjects.SwitchName, SwitchName),
        new("Name", true, null, value => value.Length is > 0 and <= LongestName ? null : "must have 1 to 30 characters"),
        new("Usage", false, "Trunk", value => OneOf(value, "Trunk", "PBX")),
        new("UseDNForIdentification", false, "False", Boolean),
        new("SIPAuthenticationRequired", false, "False", Boolean),
        new("SIPDomainName", true, null, DomainName),
        new("ContactAddressScheme", true, null, value => OneOf(value, "Domain name A/AAAA lookup", "Domain name SRV lookup", "IP address")),
        new("ContactDomainName", true, null, DomainName),
        new("ProxyIPAddress", true, null, value => IPAddress.TryParse(value, out var address) && address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == value ? null : "is not an IPv4 address"),
        new("ProxyIPPort", false, "5060", value => Number(value, 1, 65535)),
        new("TransportProtocol", false, "UDP", value => OneOf(value, "UDP", "TCP")),
        new("MediaGatewayModel", true, null, value => value.Length > 0 ? null : "is empty"),
        new("MaximumCallAppearances", false, null, value => Number(value, 1, 100_000)),
        new("PollPeerDevice", false, "False", Boolean),
        new("PollingInterval", false, "30", value => Number(value, 1, 3600)),
    ];

    /// <summary>Position in the order; -1 for an unknown element.</summary>
    public static int Position(string name) => Fields.ToList().FindIndex(field => field.Name == name);

    /// <summary>Fills in the defaults.</summary>
    public static IReadOnlyDictionary<string, string> Complete(IReadOnlyDictionary<string, string> given) => Fields
        .Select(field => (field.Name, Value: given.GetValueOrDefault(field.Name) ?? field.Default))
        .Where(field => field.Value is not null)
        .ToDictionary(field => field.Name, field => field.Value!);

    private static string? SwitchName(string value) => value == CfsObjects.SwitchName ? null : $"is not this switch, {CfsObjects.SwitchName}";

    private static string? Boolean(string value) => value is "True" or "False" ? null : "must be True or False";

    private static string? OneOf(string value, params string[] labels) => labels.Contains(value) ? null : $"must be one of: {string.Join(", ", labels)}";

    private static string? Number(string value, int lowest, int highest) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest
            ? null
            : $"must be a number from {lowest} to {highest}";

    private static string? DomainName(string value) =>
        Uri.CheckHostName(value) == UriHostNameType.Dns && value.Contains('.', StringComparison.Ordinal) ? null : "is not a domain name";
}
