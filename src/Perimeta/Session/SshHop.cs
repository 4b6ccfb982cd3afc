using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Session;

/// <summary>One SSH server on the way, and how to log in there: the device itself, or a host before it.</summary>
/// <param name="Title">Its name in sentences.</param>
/// <param name="Setting">Where its settings stand in the site profile.</param>
internal sealed record SshHop(
    string Title,
    string Setting,
    string Host,
    int Port,
    string User,
    SecretReference? Password,
    string? PrivateKeyFile,
    SecretReference? PrivateKeyPassphrase,
    string? IdentityAgent,
    string? IdentityFingerprint,
    string KnownHosts)
{
    public static SshHop DeviceOf(PerimetaSite site) => new(
        site.Element, "perimeta", site.Host, site.Port, site.User, site.Password, site.PrivateKeyFile, site.PrivateKeyPassphrase,
        site.IdentityAgent, site.IdentityFingerprint, site.KnownHosts);

    /// <summary>Null when the device is reached straight.</summary>
    public static SshHop? JumpOf(PerimetaSite site) => site.Jump is not { } jump ? null : new(
        $"The jump host {jump.Host}", "perimeta.jump", jump.Host, jump.Port, jump.User, jump.Password, jump.PrivateKeyFile, jump.PrivateKeyPassphrase,
        jump.IdentityAgent, jump.IdentityFingerprint, jump.KnownHosts);

    /// <summary>Whether the login is by password: neither a key file nor an agent is set.</summary>
    public bool ByPassword => PrivateKeyFile is null && IdentityAgent is null;
}
