using System.Security.Cryptography;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace TrunkBot.Perimeta.Session;

/// <summary>Judges the key that a server shows by the pinned ones. A key that is not pinned is never accepted, nor remembered.</summary>
internal sealed class HostKeys(SshHop hop, KnownHosts known)
{
    /// <exception cref="SbcFailureException">The file with the pinned keys can't be read.</exception>
    public static HostKeys Of(SshHop hop)
    {
        try
        {
            return new HostKeys(hop, KnownHosts.Parse(File.ReadAllText(hop.KnownHosts)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SbcFailureException(
                "sbc-known-hosts-missing",
                $"The file {hop.KnownHosts} with the host keys of {hop.Host} can't be read.",
                $"Put the host keys into it: ssh-keyscan -p {hop.Port} {hop.Host}, compared with the keys shown on the machine itself.",
                e);
        }
    }

    /// <summary>As OpenSSH writes it, such as <c>SHA256:47DEQpj8HBSa...</c>.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> key) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=');

    /// <summary>Null when the key is pinned.</summary>
    public SbcFailureException? Judge(HostKeyEventArgs offered) => known.Judge(hop.Host, hop.Port, offered.HostKey) switch
    {
        HostKeyVerdict.Known => null,
        HostKeyVerdict.Revoked => new(
            "sbc-host-key-revoked",
            $"{hop.Title} shows the host key {Fingerprint(offered.HostKey)}, which {hop.KnownHosts} marks as revoked. Nothing was sent.",
            "Find out which machine answers at this address before anything else is done."),
        _ => new(
            "sbc-host-key-unknown",
            $"{hop.Title} shows the host key {Fingerprint(offered.HostKey)} ({offered.HostKeyName}), which is not among the keys pinned for {hop.Host} port {hop.Port}: {Pinned()}. No password was sent.",
            $"After a failover or a new node compare the key with the one shown on the machine itself, then add it to {hop.KnownHosts}."),
    };

    /// <summary>A server with several host keys shows the one whose type the client asks for first: ask for the pinned ones, as OpenSSH does.</summary>
    public void Prefer(ConnectionInfo connection)
    {
        var types = known.Pinned(hop.Host, hop.Port).Select(static key => key.Type).ToHashSet(StringComparer.Ordinal);
        var algorithms = connection.HostKeyAlgorithms.ToList();
        var pinned = algorithms.Where(algorithm => types.Contains(algorithm.Key.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? "ssh-rsa" : algorithm.Key)).ToList();
        connection.HostKeyAlgorithms.Clear();
        foreach (var (name, algorithm) in pinned.Concat(algorithms.Except(pinned)))
        {
            connection.HostKeyAlgorithms.Add(name, algorithm);
        }
    }

    private string Pinned() => known.Pinned(hop.Host, hop.Port) is { Count: > 0 } keys
        ? string.Join(", ", keys.Select(static key => $"{key.Fingerprint} ({key.Type})"))
        : "none";
}
