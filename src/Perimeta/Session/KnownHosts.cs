using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TrunkBot.Perimeta.Session;

internal enum HostKeyVerdict
{
    Known,

    /// <summary>Keys are pinned for the host, and this is none of them; or no key is pinned at all.</summary>
    Unknown,

    /// <summary>The file says that this key must not be trusted any more.</summary>
    Revoked,
}

/// <summary>A key that a host may show.</summary>
/// <param name="Type">Such as <c>ssh-ed25519</c>, so that the server can be asked for it.</param>
internal sealed record PinnedKey(string Type, string Fingerprint);

/// <summary>
/// The pinned host keys of a device in OpenSSH's known_hosts form (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): plain, pattern and hashed
/// names, <c>[host]:port</c>, several keys for one host, <c>@revoked</c>. Certificate authorities are not followed.
/// </summary>
internal sealed class KnownHosts
{
    private readonly List<Entry> _entries = [];

    public static KnownHosts Parse(string text)
    {
        var hosts = new KnownHosts();
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var marker = words[0].StartsWith('@') ? words[0] : null;
            if (marker is not null)
            {
                words = words[1..];
            }

            if (words.Length >= 3 && marker is null or "@revoked")
            {
                hosts._entries.Add(new Entry(words[0], words[1], words[2], marker is not null));
            }
        }

        return hosts;
    }

    /// <param name="key">The key as it comes over the wire.</param>
    public HostKeyVerdict Judge(string host, int port, ReadOnlySpan<byte> key)
    {
        var text = Convert.ToBase64String(key);
        var same = _entries.Where(entry => entry.Key == text && entry.Names(Name(host, port))).ToList();
        return same.Count == 0 ? HostKeyVerdict.Unknown : same.Exists(entry => entry.Revoked) ? HostKeyVerdict.Revoked : HostKeyVerdict.Known;
    }

    /// <summary>The keys pinned for a host that are not revoked, in the file's order.</summary>
    public IReadOnlyList<PinnedKey> Pinned(string host, int port)
    {
        var entries = _entries.Where(entry => entry.Names(Name(host, port))).ToList();
        var revoked = entries.Where(entry => entry.Revoked).Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        return [.. entries.Where(entry => !revoked.Contains(entry.Key)).Select(entry => entry.AsPinned()).OfType<PinnedKey>().Distinct()];
    }

    private static string Name(string host, int port) => port == 22 ? host : $"[{host}]:{port}";

    private sealed record Entry(string Hosts, string Type, string Key, bool Revoked)
    {
        /// <summary>Null when its key is no base64.</summary>
        public PinnedKey? AsPinned()
        {
            var key = new byte[Key.Length];
            return Convert.TryFromBase64String(Key, key, out var length) ? new PinnedKey(Type, HostKeys.Fingerprint(key.AsSpan(0, length))) : null;
        }

        public bool Names(string name)
        {
            if (Hosts.StartsWith("|1|", StringComparison.Ordinal))
            {
                return IsHashOf(name);
            }

            var patterns = Hosts.Split(',');
            return !patterns.Any(pattern => pattern.StartsWith('!') && Matches(pattern[1..], name))
                && patterns.Any(pattern => !pattern.StartsWith('!') && Matches(pattern, name));
        }

        private static bool Matches(string pattern, string name)
        {
            var regex = "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$";
            return Regex.IsMatch(name, regex, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }

        private bool IsHashOf(string name)
        {
            var parts = Hosts.Split('|');
            if (parts.Length != 4)
            {
                return false;
            }

            var salt = new byte[64];
            if (!Convert.TryFromBase64String(parts[2], salt, out var length))
            {
                return false;
            }

#pragma warning disable CA5350 // SHA-1 is what the file format prescribes; it hides a name here and protects nothing.
            var hash = HMACSHA1.HashData(salt.AsSpan(0, length), Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5350
            return Convert.ToBase64String(hash) == parts[3];
        }
    }
}
