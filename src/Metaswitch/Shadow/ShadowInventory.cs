namespace TrunkBot.Metaswitch.Shadow;

/// <summary>What the shadow database holds of bindings and SIP trunks: a copy of the configuration, which may lag; no live state.</summary>
/// <param name="NotAvailable">What this database does not tell, one sentence each.</param>
public sealed record ShadowInventory(IReadOnlyList<ShadowBinding> Bindings, IReadOnlyList<ShadowTrunk> Trunks, IReadOnlyList<string> NotAvailable)
{
    /// <summary>Whether the table says which trunk names which binding.</summary>
    public bool KnowsTrunks { get; init; }

    /// <summary>The SIP trunks that name a binding.</summary>
    public IEnumerable<ShadowTrunk> TrunksOf(string binding) => Trunks.Where(t => t.Names(binding));
}

/// <summary>One Configured SIP Binding. A value is null when its column is not available or empty.</summary>
public sealed record ShadowBinding(
    string? Name, string? SwitchName, string? SipDomainName, string? ContactDomainName, string? ProxyIpAddress, string? MediaGatewayModel);

/// <summary>One SIP trunk. A value is null when its column is not available or empty.</summary>
public sealed record ShadowTrunk(string? Name, string? SwitchName, string? ConfiguredSipBinding)
{
    /// <summary>References are names; one that holds the switch's name too ends in the object's (published pattern of identities).</summary>
    public bool Names(string binding) => ConfiguredSipBinding is { } named
        && (string.Equals(named, binding, StringComparison.OrdinalIgnoreCase) || named.EndsWith("/" + binding, StringComparison.OrdinalIgnoreCase));
}
