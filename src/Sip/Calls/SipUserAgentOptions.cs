using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport.Tls;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Sip;

/// <summary>What carries the signalling.</summary>
public enum SipTransportKind
{
    Udp,
    Tcp,
    Tls,
}

/// <summary>How a <see cref="SipUserAgent"/> is set up. All of it is site setting.</summary>
public sealed record SipUserAgentOptions
{
    /// <summary>The local address to bind. The wildcard binds all, and each peer is shown the address that routes to it.</summary>
    public IPAddress LocalAddress { get; init; } = IPAddress.Any;

    /// <summary>The local SIP port; 0 for any free one.</summary>
    public int LocalPort { get; init; }

    /// <summary>The address to show in Contact and SDP instead of the local one: for a bot behind NAT. Null shows the local one.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    public SipTransportKind Transport { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>RFC 3261 base timers.</summary>
    public SipTimers Timers { get; init; } = new();

    /// <summary>The only networks to which SIP is sent, whatever DNS, Contact or Record-Route say; null allows all.</summary>
    public IReadOnlyList<IPNetwork>? AllowedPeers { get; init; }

    /// <summary>Whom SIP over TLS trusts, and who we are.</summary>
    public SipTlsOptions Tls { get; init; } = new();

    /// <summary>Where names are looked up.</summary>
    public SipNameLookup Names { get; init; } = SipNameLookup.Machine;

    /// <summary>Longest wait for a TCP connection, the TLS handshake included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A collector such as Homer that gets a copy of each SIP message (HEP 3 over UDP), credentials and keys struck out; null sends none.</summary>
    public IPEndPoint? HepCollector { get; init; }

    /// <summary>Value of the User-Agent header.</summary>
    public string UserAgent { get; init; } = "TrunkBot";
}

/// <summary>Why something did not work: a stable code, and a sentence with the fix.</summary>
/// <param name="Code">Kebab case, for example <c>sip-timeout</c>.</param>
/// <param name="Sentence">For a person. Never holds credentials.</param>
public sealed record SipFailure(string Code, Sentence Sentence);
