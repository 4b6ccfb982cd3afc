using System.Net.Sockets;
using System.Security.Cryptography;
using Renci.SshNet;
using Renci.SshNet.Common;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Session;

/// <summary>Connects and logs in over SSH. A host key that is not pinned stops the connection before anything secret is sent.</summary>
internal sealed class SshLogin(ISecrets secrets)
{
    /// <summary>Wide enough that no line is folded by the terminal.</summary>
    private const uint Columns = 4000;

    /// <summary>High enough that a pager that goes by the height of the terminal does not begin.</summary>
    private const uint Rows = 10000;

    /// <summary>The password as it must be struck out of everything that is recorded; null with a key.</summary>
    public string? Secret(PerimetaSite site)
    {
        try
        {
            return site.PrivateKeyFile is null && site.Password is { } password ? secrets.Reveal(password) : null;
        }
        catch (SecretNotFoundException e)
        {
            throw new SbcFailureException("sbc-secret-missing", e.Message + ".", "Configure the secret, then try again.", e);
        }
    }

    /// <exception cref="SbcFailureException">It could not be reached or did not let us in.</exception>
    public async Task<(SshClient Client, ShellStream Shell)> OpenAsync(PerimetaSite site, Dialect dialect, CancellationToken cancellationToken)
    {
        var known = ReadKnownHosts(site);
        using var key = KeyOf(site);
        var connection = new ConnectionInfo(site.Host, site.Port, site.User, Methods(site, key)) { Timeout = TimeSpan.FromSeconds(dialect.Limits.ConnectSeconds) };
        PreferPinnedTypes(connection, known.KeyTypes(site.Host, site.Port));
        var client = new SshClient(connection);
        SbcFailureException? refusal = null;
        client.HostKeyReceived += (_, offered) =>
        {
            refusal = Judge(site, known, offered);
            offered.CanTrust = refusal is null;
        };
        try
        {
            await client.ConnectAsync(cancellationToken);
            return (client, client.CreateShellStream("vt100", Columns, Rows, 0, 0, 65536));
        }
        catch (Exception e)
        {
            client.Dispose();
            if (refusal is not null)
            {
                throw refusal;
            }

            throw Explain(site, e) ?? e;
        }
    }

    private static KnownHosts ReadKnownHosts(PerimetaSite site)
    {
        try
        {
            return KnownHosts.Parse(File.ReadAllText(site.KnownHosts));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SbcFailureException(
                "sbc-known-hosts-missing",
                $"The file {site.KnownHosts} with the host keys of {site.Element} can't be read.",
                $"Put the device's host keys into it: ssh-keyscan -p {site.Port} {site.Host}, compared with the keys shown on the device itself.",
                e);
        }
    }

    private static SbcFailureException? Judge(PerimetaSite site, KnownHosts known, HostKeyEventArgs offered)
    {
        var fingerprint = "SHA256:" + Convert.ToBase64String(SHA256.HashData(offered.HostKey)).TrimEnd('=');
        return known.Judge(site.Host, site.Port, offered.HostKey) switch
        {
            HostKeyVerdict.Known => null,
            HostKeyVerdict.Revoked => new(
                "sbc-host-key-revoked",
                $"{site.Element} shows the host key {fingerprint}, which {site.KnownHosts} marks as revoked. Nothing was sent.",
                "Find out which machine answers at this address before anything else is done."),
            _ => new(
                "sbc-host-key-unknown",
                $"{site.Element} shows the host key {fingerprint} ({offered.HostKeyName}), which is not among the keys pinned for {site.Host} port {site.Port}. No password was sent.",
                $"After a failover or a new node compare the key with the one shown on the device itself, then add it to {site.KnownHosts}."),
        };
    }

    private static PrivateKeyFile? KeyOf(PerimetaSite site)
    {
        try
        {
            return site.PrivateKeyFile is { } path ? new PrivateKeyFile(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SshException)
        {
            throw new SbcFailureException("sbc-private-key-unusable", $"The private key {site.PrivateKeyFile} can't be read.", "Check the file and its permissions; keys with a passphrase are not supported.", e);
        }
    }

    private AuthenticationMethod[] Methods(PerimetaSite site, PrivateKeyFile? key)
    {
        if (key is not null)
        {
            return [new PrivateKeyAuthenticationMethod(site.User, key)];
        }

        var password = Secret(site)
            ?? throw new SbcFailureException("sbc-secret-missing", $"{site.Element} has neither a password nor a private key in its site profile.", "Set perimeta.password or perimeta.privateKeyFile.");
        var interactive = new KeyboardInteractiveAuthenticationMethod(site.User);
        var answered = false;
        interactive.AuthenticationPrompt += (_, asked) => answered |= !answered && AnswerPassword(asked.Prompts, password);
        return [new PasswordAuthenticationMethod(site.User, password), interactive];
    }

    /// <summary>Gives the password to the one question whose answer is not shown; anything else may ask for something that is none.</summary>
    internal static bool AnswerPassword(IReadOnlyList<AuthenticationPrompt> prompts, string password)
    {
        if (prompts.Where(prompt => !prompt.IsEchoed).ToList() is not [var only])
        {
            return false;
        }

        only.Response = password;
        return true;
    }

    // A server with several host keys shows the one whose type the client asks for first: ask for the pinned ones, as OpenSSH does.
    private static void PreferPinnedTypes(ConnectionInfo connection, IReadOnlyList<string> types)
    {
        var algorithms = connection.HostKeyAlgorithms.ToList();
        var pinned = algorithms.Where(algorithm => types.Contains(algorithm.Key.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? "ssh-rsa" : algorithm.Key)).ToList();
        connection.HostKeyAlgorithms.Clear();
        foreach (var (name, algorithm) in pinned.Concat(algorithms.Except(pinned)))
        {
            connection.HostKeyAlgorithms.Add(name, algorithm);
        }
    }

    private static SbcFailureException? Explain(PerimetaSite site, Exception e) => e switch
    {
        SshAuthenticationException => new(
            "sbc-login-refused",
            $"{site.Element} refused the login of user {site.User}.",
            "Check the user, and the password or key that the site profile names.",
            e),
        SocketException or SshConnectionException or SshOperationTimeoutException => new(
            "sbc-unreachable",
            $"{site.Element} can't be reached over SSH at {site.Host} port {site.Port}: {e.Message}",
            "Check address, port and the way to the management network.",
            e),
        SshException => new(
            "sbc-login-refused",
            $"{site.Element} let user {site.User} in and gave no command line: {e.Message}",
            "Check that the account may use a terminal.",
            e),
        _ => null,
    };
}
