using System.Net;

namespace TrunkBot.Lab.Switch;

/// <summary>What the simulated SBC's configuration says now, as far as a call's way depends on it.</summary>
public interface ISbcView
{
    /// <summary>Reads the running configuration afresh; cheap enough to be asked for every request.</summary>
    SbcState Read();
}

/// <summary>What the simulated call server's objects say now, as far as a call's way depends on them.</summary>
public interface ICfsView
{
    /// <summary>Reads the objects afresh.</summary>
    CfsState Read();
}

/// <summary>What the simulated Twilio account holds now, as far as a call's way depends on it.</summary>
public interface ITwilioView
{
    /// <summary>Reads the account afresh.</summary>
    TwilioState Read();
}

public sealed record SbcState(
    IReadOnlyList<SbcAdjacency> Adjacencies,
    IReadOnlyList<SbcPermit> Permits,
    IReadOnlyList<SbcServiceAddress> ServiceAddresses,
    IReadOnlyList<string> Realms)
{
    /// <summary>What <c>ban-peer</c> keeps out, whether permitted or not.</summary>
    public IReadOnlyList<SbcBan> Bans { get; init; } = [];
}

/// <param name="Active">The last of <c>activate</c> and <c>no activate</c>; false when neither was entered.</param>
/// <param name="RemoteRanges">One entry a <c>remote-address-range</c> line.</param>
public sealed record SbcAdjacency(
    string Name,
    bool Active,
    string? Realm,
    string? ServiceAddress,
    int? LocalPort,
    IReadOnlyList<IPNetwork> RemoteRanges,
    string? SignalingPeer,
    int? SignalingPeerPort)
{
    /// <summary>With <see cref="LocalAddress"/> the other way to say where the adjacency is, without a service address.</summary>
    public int? ServiceNetwork { get; init; }

    public IPAddress? LocalAddress { get; init; }

    /// <summary>The lowest rate of its limits that outgoing calls meet, a minute; null without one.</summary>
    public int? CallsPerMinute { get; init; }

    /// <summary>Its (invented) TLS lines demand SRTP.</summary>
    public bool OffersSrtp { get; init; }

    /// <summary>Its (invented) TLS profile knows no version that Twilio takes.</summary>
    public bool HasOldTls { get; init; }
}

public sealed record SbcPermit(int ServiceNetwork, IPAddress Address);

public sealed record SbcBan(int ServiceNetwork, IPNetwork Addresses);

/// <param name="Label">Empty for a local address that has none.</param>
/// <param name="Local">The public signalling address that the label stands for.</param>
/// <param name="Active">False after <c>no activate</c> on the local address.</param>
public sealed record SbcServiceAddress(string Label, int ServiceNetwork, IPAddress Local, bool Active = true);

public sealed record CfsState(
    IReadOnlyList<CfsBinding> Bindings,
    IReadOnlyList<CfsMediaGatewayModel> MediaGatewayModels,
    IReadOnlyList<CfsSipTrunk> SipTrunks,
    IReadOnlyList<CfsTranslation> Translations,
    IReadOnlyList<CfsSubscriber> Subscribers);

public sealed record CfsBinding(
    string Name,
    bool Enabled,
    string SipDomainName,
    string ContactAddressScheme,
    string ContactDomainName,
    string ProxyIpAddress,
    int ProxyIpPort,
    string TransportProtocol,
    string MediaGatewayModel,
    bool UseDnForIdentification,
    bool PollPeerDevice,
    int? PollingInterval = null);

public sealed record CfsMediaGatewayModel(string Name, bool UseE164Numbers);

public sealed record CfsSipTrunk(string Name, string ConfiguredSipBinding, bool Enabled);

/// <summary>One entry of the routing: calls to <paramref name="DialedNumber"/> leave by <paramref name="SipTrunk"/>.</summary>
public sealed record CfsTranslation(string Table, string DialedNumber, string SipTrunk);

/// <summary>An on-switch subscriber, who registers with digest.</summary>
public sealed record CfsSubscriber(string DirectoryNumber, string SipUser, string SipPassword);

public sealed record TwilioState(
    bool AccountActive,
    decimal Balance,
    IReadOnlyList<TwilioTrunk> Trunks)
{
    /// <summary>Termination domains that other accounts hold.</summary>
    public IReadOnlyList<string> ForeignDomains { get; init; } = [];

    /// <summary>Beginnings of numbers (E.164) in countries that somebody took from the account's dialing permissions.</summary>
    public IReadOnlyList<string> ForbiddenPrefixes { get; init; } = [];
}

/// <param name="AllowedSources">The addresses of every access control list that is mapped to the trunk.</param>
/// <param name="HasCredentialList">Whether any credential list is mapped: calls are then challenged with 407.</param>
public sealed record TwilioTrunk(
    string Sid,
    string? DomainName,
    bool Secure,
    bool SymmetricRtp,
    IReadOnlyList<IPNetwork> AllowedSources,
    bool HasAccessControlList,
    bool HasCredentialList);
