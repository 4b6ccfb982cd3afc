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

    /// <summary>Types of the keys pinned for a host, such as <c>ssh-ed25519</c>, so that the server can be asked for one of them.</summary>
    public IReadOnlyList<string> KeyTypes(string host, int port) =>
        [.. _entries.Where(entry => !entry.Revoked && entry.Names(Name(host, port))).Select(entry => entry.Type).Distinct()];

    private static string Name(string host, int port) => port == 22 ? host : $"[{host}]:{port}";

    private sealed record Entry(string Hosts, string Type, string Key, bool Revoked)
    {
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
