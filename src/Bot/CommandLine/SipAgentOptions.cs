using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using TrunkBot.Sip;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.CommandLine;

/// <summary>What the <c>sip</c> commands that send something have in common: whom they ask, by which way, and whom they trust.</summary>
internal sealed class SipAgentOptions
{
    private readonly Argument<string> _uri = new("URI") { Description = "Whom to ask, such as sip:+16504894546@acme.pstn.twilio.com or sip:sbc.example.net:5061;transport=tls." };
    private readonly Option<string?> _transport = new("--transport") { Description = "udp, tcp or tls. Otherwise what the URI says, else what DNS says of its domain (NAPTR, SRV), else udp.", HelpName = "WAY" };
    private readonly Option<string?> _proxy = new("--proxy") { Description = "Send it there, such as sip:10.0.0.1:5060, whatever the URI says.", HelpName = "URI" };
    private readonly Option<string?> _from = new("--from") { Description = "Who we say we are.", HelpName = "URI" };
    private readonly Option<int?> _timeout = new("--timeout") { Description = "Give up after so many seconds without an answer.", HelpName = "SECONDS" };
    private readonly Option<string?> _local = new("--local") { Description = "Address of this machine to send from.", HelpName = "ADDRESS" };
    private readonly Option<string[]> _nameServers = new("--name-server") { Description = "DNS server to ask instead of this machine's, as ADDRESS or ADDRESS:PORT. May be given again.", HelpName = "SERVER" };
    private readonly Option<string?> _caFile = new("--ca-file") { Description = "PEM file with the authorities that TLS trusts instead of this machine's.", HelpName = "FILE" };
    private readonly Option<string?> _certificate = new("--certificate") { Description = "PEM file with our certificate and its key, for servers that ask for one.", HelpName = "FILE" };
    private readonly Option<bool> _wildcards = new("--wildcards") { Description = "Take a certificate for *.example.net, which RFC 5922 forbids and carriers use." };

    public Option<bool> Json { get; } = new("--json") { Description = "The result as JSON, by a contract with a version." };

    public Option<bool> Trace { get; } = new("--trace") { Description = "Show every message too; credentials are struck out." };

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        _transport.AcceptOnlyFromAmong("udp", "tcp", "tls");
        command.Arguments.Add(_uri);
        foreach (var option in (Option[])[_transport, _proxy, _from, _timeout, _local, _nameServers, _caFile, _certificate, _wildcards, Trace, Json])
        {
            command.Options.Add(option);
        }
    }

    public SipUri Target(ParseResult result) => Uri(result.GetRequiredValue(_uri), "URI");

    public SipUri? Proxy(ParseResult result) => result.GetValue(_proxy) is { } text ? Uri(text, "--proxy") : null;

    public SipUri? From(ParseResult result) => result.GetValue(_from) is { } text ? Uri(text, "--from") : null;

    public TimeSpan? Timeout(ParseResult result) => result.GetValue(_timeout) switch
    {
        null => null,
        >= 1 and <= 600 and var seconds => TimeSpan.FromSeconds(seconds),
        _ => throw new InputException("--timeout must be from 1 to 600 seconds"),
    };

    /// <exception cref="InputException">An option can't be used as it stands.</exception>
    public async Task<SipUserAgent> StartAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var hop = Proxy(result) ?? Target(result);
        var local = result.GetValue(_local) is { } text ? Address(text, "--local") : hop.Host.Contains(':') ? IPAddress.IPv6Any : IPAddress.Any;
        var names = result.GetValue(_nameServers) is { Length: > 0 } servers ? new SipNameLookup([.. servers.Select(NameServer)]) : SipNameLookup.Machine;
        var options = new SipUserAgentOptions
        {
            LocalAddress = local,
            Transport = result.GetValue(_transport) switch
            {
                "tls" => SipTransportKind.Tls,
                "tcp" => SipTransportKind.Tcp,
                "udp" => SipTransportKind.Udp,
                _ => await TransportChoice.OfAsync(hop, names, cancellationToken),
            },
            Tls = Tls(result),
            Names = names,
        };

        try
        {
            return await SipUserAgent.StartAsync(options, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new InputException($"this machine can't send from {local}: {e.Message}", e);
        }
    }

    /// <summary>How a failure ends the program.</summary>
    public static int ExitCodeOf(SipFailure? failure) => failure?.Code switch
    {
        null => ExitCode.Fine,
        "sip-timeout" => ExitCode.Timeout,
        "sip-tls-required" => ExitCode.BadArguments,
        "sip-transport-error" or "sip-name-not-found" or "sip-service-not-offered" => ExitCode.CannotReach,
        var code when code.StartsWith("sip-tls-", StringComparison.Ordinal) => ExitCode.CannotReach,
        _ => ExitCode.Findings,
    };

    private static SipUri Uri(string text, string what) =>
        SipUri.TryParse(text, out var uri) ? uri : throw new InputException($"{what} is no SIP URI: write it like sip:user@host:5060");

    private static IPAddress Address(string text, string what) =>
        IPAddress.TryParse(text, out var address) ? address : throw new InputException($"{what} is no IP address");

    private static IPEndPoint NameServer(string text) =>
        IPEndPoint.TryParse(text, out var server) ? server.Port == 0 ? new IPEndPoint(server.Address, 53) : server : throw new InputException("--name-server is no IP address, with or without a port");

    private SipTlsOptions Tls(ParseResult result)
    {
        try
        {
            return SipTlsOptions.FromFiles(result.GetValue(_caFile), result.GetValue(_certificate)) with { AcceptWildcards = result.GetValue(_wildcards) };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"a certificate file can't be read: {e.Message}", e);
        }
    }
}
