using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace TrunkBot.Sip.Messages;

/// <summary>One Via value (RFC 3261 20.42, rport: RFC 3581).</summary>
public sealed class SipVia
{
    private readonly Dictionary<string, string?> _parameters;

    private SipVia(string transport, string host, int? port, Dictionary<string, string?> parameters)
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

    public string? Branch => _parameters.GetValueOrDefault("branch");

    /// <summary>The branch when it identifies a transaction: it begins with the cookie of RFC 3261 8.1.1.7 and goes on after it.</summary>
    public string? TransactionBranch => Branch is { Length: > 7 } branch && branch.StartsWith("z9hG4bK", StringComparison.Ordinal) ? branch : null;

    /// <summary>The address that the peer saw us send from, or null when it did not say.</summary>
    public IPAddress? Received =>
        IPAddress.TryParse(_parameters.GetValueOrDefault("received")?.Trim('[', ']'), out var address) ? address : null;

    /// <summary>The port that the peer saw us send from, or null when it did not say.</summary>
    public int? ReceivedPort =>
        int.TryParse(_parameters.GetValueOrDefault("rport"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : null;

    /// <summary>True when the sender asks that the response goes to the source port.</summary>
    public bool WantsRport => _parameters.ContainsKey("rport");

    public static bool TryParse(string? text, [NotNullWhen(true)] out SipVia? via)
    {
        via = null;
        if (text is null)
        {
            return false;
        }

        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        var head = semicolon < 0 ? text : text[..semicolon];
        var parts = head.Split('/', 3, StringSplitOptions.TrimEntries);
        if (parts.Length != 3 || !parts[0].Equals("SIP", StringComparison.OrdinalIgnoreCase) || parts[1] != "2.0")
        {
            return false;
        }

        // "transport LWS sent-by"; white space may also stand around the colon of sent-by.
        var space = parts[2].AsSpan().IndexOfAny(' ', '\t');
        if (space <= 0 || !SipText.IsToken(parts[2].AsSpan(0, space)))
        {
            return false;
        }

        var sentBy = parts[2][space..].Trim(' ', '\t');
        sentBy = sentBy.AsSpan().ContainsAny(' ', '\t') ? string.Concat(sentBy.Where(c => c is not (' ' or '\t'))) : sentBy;
        if (!SipUri.TryHostPort(sentBy, out var host, out var port)
            || !SipText.TryParameters(semicolon < 0 ? "" : text[semicolon..], out var parameters, strict: true))
        {
            return false;
        }

        via = new SipVia(parts[2][..space].ToUpperInvariant(), host, port, parameters);
        return true;
    }
}
