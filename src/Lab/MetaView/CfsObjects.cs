using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.MetaView;

/// <summary>All objects of the simulated call server.</summary>
internal sealed record CfsObjects(
    IReadOnlyList<StoredBinding> Bindings,
    IReadOnlyList<CfsMediaGatewayModel> MediaGatewayModels,
    IReadOnlyList<CfsSipTrunk> SipTrunks,
    IReadOnlyList<CfsTranslation> Translations)
{
    /// <summary>The name of the one switch, first part of every user identity.</summary>
    public const string SwitchName = "CFS-1";

    /// <summary>What is there at first start: a switch that was in service before the bot came.</summary>
    public static CfsObjects Initial { get; } = new(
        [
            new StoredBinding("NorthernBinding", BindingSchema.Complete(new Dictionary<string, string>
            {
                ["Usage"] = "Trunk",
                ["UseDNForIdentification"] = "True",
                ["SIPDomainName"] = "northern.example",
                ["ContactAddressScheme"] = "Domain name A/AAAA lookup",
                ["ContactDomainName"] = "gw1.northern.example",
                ["ProxyIPAddress"] = "10.20.0.5",
                ["MediaGatewayModel"] = "Standard",
                ["PollPeerDevice"] = "False",
            }), SequenceNumber: 41, RequestedStatus: "Enabled", StatusSequenceNumber: 7),
        ],
        [new CfsMediaGatewayModel("Standard", UseE164Numbers: false)],
        [new CfsSipTrunk("NorthernTrunk", "NorthernBinding", Enabled: true)],
        [new CfsTranslation("Main", "18005550199", "NorthernTrunk")]);

    public StoredBinding? Binding(string name) => Bindings.FirstOrDefault(binding => binding.Name == name);

    public CfsObjects With(StoredBinding binding) => this with { Bindings = [.. Bindings.Where(other => other.Name != binding.Name), binding] };
}

/// <summary>A Configured SIP Binding as it is stored.</summary>
/// <param name="Fields">Element names of <see cref="BindingSchema"/> to values; fields that were never set are absent.</param>
/// <param name="SequenceNumber">That of the group BaseInformation, 0 to 65535.</param>
/// <param name="StatusSequenceNumber">That of the group Status: each service indication has its own.</param>
internal sealed record StoredBinding(
    string Name,
    IReadOnlyDictionary<string, string> Fields,
    int SequenceNumber,
    string RequestedStatus,
    int StatusSequenceNumber)
{
    public bool IsEnabled => RequestedStatus is "Enabled" or "Active";

    public string? this[string field] => Fields.GetValueOrDefault(field);
}
