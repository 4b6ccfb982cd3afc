using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Common;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Session.Agent;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Session;

/// <summary>A login: the terminal, and what must be closed with it.</summary>
internal sealed record OpenShell(SshClient Client, ShellStream Shell, IDisposable Connection);

/// <summary>
/// Connects and logs in over SSH, through a jump host where the site has one. A host key that is not pinned stops the connection
/// before anything secret is sent, and a password is sent once.
/// </summary>
internal sealed class SshLogin(ISecrets secrets, TimeProvider time)
{
    /// <summary>Wide enough that no line is folded by the terminal.</summary>
    private const uint Columns = 4000;

    /// <summary>High enough that a pager that goes by the height of the terminal does not begin.</summary>
    private const uint Rows = 10000;

    private readonly RefusedPasswords _refused = new(time);

    /// <summary>The device's password as it must be struck out of everything that is recorded; null with a key.</summary>
    public string? Secret(PerimetaSite site)
    {
        using var credentials = new SshCredentials(SshHop.DeviceOf(site), secrets);
        return credentials.Password();
    }

    /// <exception cref="SbcFailureException">It could not be reached or did not let us in.</exception>
    public async Task<OpenShell> OpenAsync(PerimetaSite site, Dialect dialect, CancellationToken cancellationToken)
    {
        var device = SshHop.DeviceOf(site);
        var way = SshHop.JumpOf(site) is { } jump ? await JumpAsync(jump, device, dialect, cancellationToken) : null;
        try
        {
            var client = await ConnectAsync(device, way, dialect, cancellationToken);
            try
            {
                return new(client, client.CreateShellStream("vt100", Columns, Rows, 0, 0, 65536), new Closing(client, way));
            }
            catch (SshException e)
            {
                client.Dispose();
                throw new SbcFailureException(
                    "sbc-login-refused",
                    $"{device.Title} let user {device.User} in and gave no command line: {e.Message}",
                    "Check that the account may use a terminal.",
                    e);
            }
        }
        catch
        {
            way?.Dispose();
            throw;
        }
    }

    private async Task<JumpWay> JumpAsync(SshHop jump, SshHop device, Dialect dialect, CancellationToken cancellationToken)
    {
        var client = await ConnectAsync(jump, way: null, dialect, cancellationToken);
        try
        {
            return JumpWay.Begin(client, device);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private async Task<SshClient> ConnectAsync(SshHop hop, JumpWay? way, Dialect dialect, CancellationToken cancellationToken)
    {
        using var credentials = new SshCredentials(hop, secrets);
        var password = credentials.Password();
        if (password is not null)
        {
            _refused.Check(hop, password, TimeSpan.FromSeconds(dialect.Limits.RefusedLoginSeconds));
        }

        var client = await TryAsync(hop, way, credentials, interactive: false, dialect, cancellationToken);
        if (client is null && password is not null)
        {
            // No password is taken unasked, so none was sent: the server may ask for it.
            client = await TryAsync(hop, way, credentials, interactive: true, dialect, cancellationToken);
        }

        return client ?? throw new SbcFailureException(
            "sbc-login-refused",
            $"{hop.Title} does not let user {hop.User} log in {(password is null ? (Sentence)"with a key" : (Sentence)"with a password")}. Nothing was sent.",
            $"Check {hop.Setting}.user, and which ways to log in the account has.");
    }

    /// <returns>Null when the server does not offer this way to log in; nothing of it was sent then.</returns>
    private async Task<SshClient?> TryAsync(SshHop hop, JumpWay? way, SshCredentials credentials, bool interactive, Dialect dialect, CancellationToken cancellationToken)
    {
        var keys = HostKeys.Of(hop);
        var method = credentials.Method(interactive);
        var connection = new ConnectionInfo(way?.Host ?? hop.Host, way?.Port ?? hop.Port, hop.User, method) { Timeout = TimeSpan.FromSeconds(dialect.Limits.ConnectSeconds) };
        keys.Prefer(connection);
        var client = new SshClient(connection);
        var trusted = false;
        SbcFailureException? stranger = null;
        client.HostKeyReceived += (_, offered) =>
        {
            stranger = keys.Judge(offered);
            offered.CanTrust = trusted = stranger is null;
        };
        try
        {
            // On a thread of the pool: SSH.NET starts its reader on the scheduler of its caller and then blocks until the reader has done something. A grain's scheduler
            // runs one thing at a time, so there both would wait for ever.
            await Task.Run(() => client.ConnectAsync(cancellationToken), cancellationToken);
            return client;
        }
        catch (Exception e)
        {
            client.Dispose();
            switch (e)
            {
                case var _ when stranger is not null:
                    throw stranger;
                case SshAuthenticationException when !credentials.WereShown(method):
                    return null;
                case SshAuthenticationException:
                case SshConnectionException or SocketException when trusted:
                    // A server may end the connection instead of refusing (OpenSSH's MaxAuthTries does).
                    throw Refused(hop, credentials, e);
                default:
                    throw Explain(hop, way, e) ?? e;
            }
        }
    }

    private SbcFailureException Refused(SshHop hop, SshCredentials credentials, Exception e)
    {
        if (credentials.Password() is { } password)
        {
            _refused.Add(hop, password);
        }

        return new(
            "sbc-login-refused",
            e is SshAuthenticationException
                ? Sentence.Of($"{hop.Title} refused the login of user {hop.User}.")
                : $"{hop.Title} ended the connection during the login of user {hop.User}: {e.Message}",
            $"Check {hop.Setting}.user, and the password or key that the site profile names. A password that was refused is not sent again for a while; a corrected one is.",
            e);
    }

    private static SbcFailureException? Explain(SshHop hop, JumpWay? way, Exception e) => e switch
    {
        AgentException => new(
            "sbc-agent-unusable",
            $"The ssh-agent did not sign the login at {hop.Host}: {e.Message}.",
            "Look at the agent: it may be locked, or wait for a confirmation.",
            e),
        SocketException or SshConnectionException or SshOperationTimeoutException when way is not null => new(
            "sbc-unreachable",
            $"{hop.Title} can't be reached at {hop.Host} port {hop.Port} through the jump host {way.Through}: {way.Refusal ?? e.Message}",
            "Check on the jump host that it may forward (AllowTcpForwarding, PermitOpen), and its way to the device.",
            e),
        SocketException or SshConnectionException or SshOperationTimeoutException => new(
            "sbc-unreachable",
            $"{hop.Title} can't be reached over SSH at {hop.Host} port {hop.Port}: {e.Message}",
            "Check address, port and the way to the management network.",
            e),
        _ => null,
    };

    private sealed class Closing(SshClient client, JumpWay? way) : IDisposable
    {
        public void Dispose()
        {
            client.Dispose();
            way?.Dispose();
        }
    }
}
