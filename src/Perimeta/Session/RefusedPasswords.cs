using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace TrunkBot.Perimeta.Session;

/// <summary>
/// Passwords that a machine refused. The same one is not sent there again for a while, whoever asks: a device may lock an account
/// after a few wrong ones, and a status that is read every minute would be enough.
/// </summary>
internal sealed class RefusedPasswords(TimeProvider time)
{
    /// <summary>Passwords are kept as keyed hashes; the key dies with the process.</summary>
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _refused = new(StringComparer.Ordinal);

    /// <exception cref="SbcFailureException">Code <c>sbc-login-held</c>: it was refused there not long ago.</exception>
    public void Check(SshHop hop, string password, TimeSpan hold)
    {
        if (_refused.TryGetValue(NameOf(hop, password), out var refused) && refused + hold > time.GetUtcNow())
        {
            throw new SbcFailureException(
                "sbc-login-held",
                $"{hop.Title} refused the password of user {hop.User} at {refused:yyyy-MM-dd HH:mm:ss} UTC. The same password is not sent again before {refused + hold:yyyy-MM-dd HH:mm:ss} UTC, so that the account is not locked.",
                "Correct the password in the bot's secrets and start the bot again; a corrected password is tried at once.");
        }
    }

    public void Add(SshHop hop, string password) => _refused[NameOf(hop, password)] = time.GetUtcNow();

    private string NameOf(SshHop hop, string password) =>
        $"{hop.User}@{hop.Host}:{hop.Port} {Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(password)))}";
}
