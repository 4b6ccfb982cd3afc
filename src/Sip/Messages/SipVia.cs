using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace TrunkBot.Sip.Messages;

/// <summary>One Via value (RFC 3261 20.42, rport: RFC 3581).</summary>
public sealed class SipVia
{
    private readonly SipParameters _parameters;

    private SipVia(string transport, string host, int? port, SipParameters parameters)
    {
        Transport = transport;
        Host = host;
        Port = port;
        _parameters = parameters;
    }

    /// <summary>UDP, TCP or TLS, in capitals.</summary>
    public string Transport { get; }

    public string Host { get; }

    public int? Port { get; }

    public string? Branch => _parameters["branch"];

    /// <summary>The branch when it identifies a transaction: it begins with the cookie of RFC 3261 8.1.1.7 and goes on after it.</summary>
    public string? TransactionBranch => Branch is { Length: > 7 } branch && branch.StartsWith("z9hG4bK", StringComparison.Ordinal) ? branch : null;

    /// <summary>The address that the peer saw us send from, or null when it did not say.</summary>
    public IPAddress? Received =>
        IPAddress.TryParse(_parameters["received"]?.Trim('[', ']'), out var address) ? address : null;

    /// <summary>The port that the peer saw us send from, or null when it did not say.</summary>
    public int? ReceivedPort =>
        int.TryParse(_parameters["rport"], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : null;

    /// <summary>True when the sender asks that the response goes to the source port.</summary>
    public bool WantsRport => _parameters.Contains("rport");

    public static bool TryParse(string? text, [NotNullWhen(true)] out SipVia? via)
    {
        via = null;
        if (text is null)
        {
            return false;
        }

        // "SIP/2.0/transport LWS sent-by"; white space may stand around the slashes, and around the colon of sent-by.
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        var head = semicolon < 0 ? text.AsSpan() : text.AsSpan(0, semicolon);
        var slash = head.IndexOf('/');
        var second = slash < 0 ? -1 : head[(slash + 1)..].IndexOf('/');
        if (second < 0 || !head[..slash].Trim().Equals("SIP", StringComparison.OrdinalIgnoreCase) || head.Slice(slash + 1, second).Trim() is not "2.0")
        {
            return false;
        }

        var rest = head[(slash + second + 2)..].Trim();
        var space = rest.IndexOfAny(' ', '\t');
        if (space <= 0 || !SipText.IsToken(rest[..space]))
        {
            return false;
        }

        var sentBy = rest[space..].Trim(" \t");
        sentBy = sentBy.ContainsAny(' ', '\t') ? string.Concat(sentBy.ToString().Where(c => c is not (' ' or '\t'))) : sentBy;
        if (!SipUri.TryHostPort(sentBy, out var host, out var port)
            || !SipParameters.TryParse(text, semicolon < 0 ? text.Length : semicolon, out var parameters, strict: true))
        {
            return false;
        }

        via = new SipVia(rest[..space] is "UDP" ? "UDP" : rest[..space].ToString().ToUpperInvariant(), host, port, parameters);
        return true;
    }
}
