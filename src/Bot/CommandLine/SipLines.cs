using System.Globalization;
using TrunkBot.Sip;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.CommandLine;

/// <summary>The lines that all <c>sip</c> commands show alike.</summary>
internal static class SipLines
{
    /// <summary>What the server showed over TLS, and which were tried before it.</summary>
    public static IEnumerable<string> Server(SipTlsPeer? tls, IReadOnlyList<SkippedTarget> skipped)
    {
        foreach (var (peer, failure) in skipped)
        {
            yield return $"tried before: {peer}: {failure.Code}: {failure.Sentence}";
        }

        if (tls is not null)
        {
            yield return tls.Version is null ? "TLS: the handshake did not come to its end" : $"TLS: {tls.Version}, {tls.CipherSuite}";
            yield return string.Create(
                CultureInfo.InvariantCulture, $"certificate: {tls.Subject}, issued by {tls.Issuer}, for {string.Join(", ", tls.Names)}, good from {tls.NotBefore:yyyy-MM-dd} to {tls.NotAfter:yyyy-MM-dd}");
        }
    }

    /// <summary>Every message, its lines indented below one that says when and which way.</summary>
    public static IEnumerable<string> Trace(IReadOnlyList<SipTraceLine> trace) => trace.SelectMany(line =>
        line.Message.TrimEnd().Split('\n').Select(text => "    " + text.TrimEnd('\r'))
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"{line.Time:HH:mm:ss.fff} {(line.Sent ? "to" : "from")} {line.Peer}")));
}
