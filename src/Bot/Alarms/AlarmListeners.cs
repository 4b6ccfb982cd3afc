using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TrunkBot.Diagnostics.Alarms;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Hosting;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Alarms;

/// <summary>The doors for what devices say: syslog over UDP, TCP and TLS, SNMP over UDP, each where the settings open it. What is refused is counted with its reason, and answered nothing.</summary>
internal sealed partial class AlarmListeners(
    AlarmOptions options, ISecrets secrets, AlarmIntake intake, AlarmCounts counts, TimeProvider time, ILogger<AlarmListeners> logger) : IHostedService, IDisposable
{
    private const int LargestDatagram = 65_535;

    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly SenderGate gate = new(options, time);
    private readonly CancellationTokenSource stop = new();
    private readonly List<Socket> sockets = [];
    private readonly List<Task> loops = [];
    private int connections;

    /// <summary>Where it listens, by the name of the setting.</summary>
    public Dictionary<string, IPEndPoint> Open { get; } = [];

    /// <exception cref="SettingsException">A port is taken, not allowed, or a file can't be read.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Listen(nameof(options.SyslogUdp), options.SyslogUdp, SocketType.Dgram, socket => DatagramsAsync(socket, AlertSources.Syslog, (bytes, from, _) => TakeSyslog(bytes.Span, from)));
        Listen(nameof(options.SyslogTcp), options.SyslogTcp, SocketType.Stream, socket => ConnectionsAsync(socket, isTls: false));
        if (options.SyslogTls.Length > 0)
        {
            try
            {
                Certificate().TargetCertificate.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                throw new SettingsException($"{AlarmOptions.Section}:{nameof(options.Certificate)}: the certificate or its key can't be used: {e.Message}");
            }
        }

        Listen(nameof(options.SyslogTls), options.SyslogTls, SocketType.Stream, socket => ConnectionsAsync(socket, isTls: true));
        List<byte[]> communities = [.. options.Communities.Select(c => Hash(Encoding.UTF8.GetBytes(SecretSetting.Reveal(c, secrets)!)))];
        Listen(nameof(options.SnmpUdp), options.SnmpUdp, SocketType.Dgram, socket => DatagramsAsync(socket, AlertSources.Snmp, (bytes, from, answer) => TakeSnmp(bytes, from, communities, answer)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        await Task.WhenAll(loops).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        sockets.ForEach(s => s.Dispose());
        stop.Dispose();
    }

    private void Listen(string setting, string value, SocketType type, Func<Socket, Task> loop)
    {
        if (value.Length == 0)
        {
            return;
        }

        var at = IPEndPoint.Parse(value);
        var socket = new Socket(at.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        sockets.Add(socket);
        try
        {
            if (at.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(at);
            if (type == SocketType.Stream)
            {
                socket.Listen();
            }
        }
        catch (SocketException e)
        {
            throw new SettingsException($"{AlarmOptions.Section}:{setting}: can't listen at {value}: {e.Message}");
        }

        Open[setting] = (IPEndPoint)socket.LocalEndPoint!;
        loops.Add(Task.Run(() => loop(socket)));
    }

    private async Task DatagramsAsync(Socket socket, string source, Action<ReadOnlyMemory<byte>, IPAddress, Action<byte[]>> take)
    {
        var buffer = new byte[LargestDatagram];
        var anywhere = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, anywhere, stop.Token);
                var sender = (IPEndPoint)received.RemoteEndPoint;
                var from = SenderGate.Plain(sender.Address);
                if (MayCome(source, from) && Fits(source, from, received.ReceivedBytes))
                {
                    take(buffer.AsMemory(0, received.ReceivedBytes), from, answer => Answer(socket, answer, sender));
                }
            }
            catch (SocketException)
            {
                // An ICMP error for an answer that nobody waits for any more.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // One message must not close the door for all others.
                Log.Broken(logger, source, e);
            }
        }
    }

    private async Task ConnectionsAsync(Socket listener, bool isTls)
    {
        List<Task> open = [];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(stop.Token);
                var from = SenderGate.Plain(((IPEndPoint)socket.RemoteEndPoint!).Address);
                if (!IsKnown(AlertSources.Syslog, from) || !HasRoom(from))
                {
                    socket.Dispose();
                    continue;
                }

                open.RemoveAll(t => t.IsCompleted);
                open.Add(ConnectionAsync(socket, from, isTls));
            }
            catch (SocketException)
            {
                // Gone before it was taken, or the process has no handle left, which lasts: not at once again.
                await Task.Delay(AcceptPause, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(open);
                return;
            }
        }
    }

    private async Task ConnectionAsync(Socket socket, IPAddress from, bool isTls)
    {
        var framing = new SyslogFraming(options.LargestMessage);
        try
        {
            await using var bare = new NetworkStream(socket, ownsSocket: true);
            await using var stream = isTls ? await SecureAsync(bare) : (Stream)bare;
            var buffer = new byte[8192];
            for (var tooLarge = 0; await stream.ReadAsync(buffer, stop.Token) is > 0 and var count; tooLarge = framing.TooLarge)
            {
                TakeFrames(framing.Push(buffer.AsSpan(0, count)), from);
                for (var i = tooLarge; i < framing.TooLarge; i++)
                {
                    counts.Add(AlertSources.Syslog, "refused: too large", from.ToString());
                }
            }

            TakeFrames(framing.End(), from);
        }
        catch (Exception e) when (e is System.Security.Authentication.AuthenticationException or CryptographicException)
        {
            counts.Add(AlertSources.Syslog, "refused: no TLS", from.ToString());
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or OperationCanceledException)
        {
            // It broke off; what was complete is taken.
            TakeFrames(framing.End(), from);
        }
        catch (Exception e)
        {
            Log.Broken(logger, AlertSources.Syslog, e);
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    private async Task<Stream> SecureAsync(Stream bare)
    {
        var stream = new SslStream(bare);
        using var limit = new CancellationTokenSource(HandshakeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop.Token);

        // Read for each connection, so that a renewed one is used at once.
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = Certificate() }, either.Token);
        return stream;
    }

    private SslStreamCertificateContext Certificate()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.Certificate);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(options.Certificate, options.CertificateKey), chain, offline: true);
    }

    private void TakeFrames(IReadOnlyList<byte[]> frames, IPAddress from)
    {
        foreach (var frame in frames.Where(_ => MayCome(AlertSources.Syslog, from)))
        {
            TakeSyslog(frame, from);
        }
    }

    private void TakeSyslog(ReadOnlySpan<byte> message, IPAddress from) => intake.Take(SyslogMessage.Read(message, from.ToString(), time.GetUtcNow()));

    private void TakeSnmp(ReadOnlyMemory<byte> message, IPAddress from, List<byte[]> communities, Action<byte[]> answer)
    {
        SnmpNotification notification;
        try
        {
            notification = SnmpNotification.Read(message);
        }
        catch (SnmpFormatException e)
        {
            counts.Add(AlertSources.Snmp, $"refused: {e.Message}", from.ToString());
            return;
        }

        // All are compared, and in constant time: nothing of a community shows in the time taken.
        var given = Hash(notification.Community);
        if (!communities.Aggregate(false, (known, c) => known | CryptographicOperations.FixedTimeEquals(c, given)))
        {
            counts.Add(AlertSources.Snmp, "refused: community", from.ToString());
            return;
        }

        // An inform is acknowledged when it is stored: otherwise the device sends it again.
        intake.Take(notification.ToAlarm(from.ToString(), time.GetUtcNow()), notification.Answer is { } bytes ? () => answer(bytes) : null);
    }

    private static void Answer(Socket socket, byte[] answer, IPEndPoint sender)
    {
        try
        {
            socket.SendTo(answer, sender);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The device sends it again.
        }
    }

    private bool MayCome(string source, IPAddress from)
    {
        if (!IsKnown(source, from))
        {
            return false;
        }

        if (!gate.MayOneMore(from))
        {
            counts.Add(source, "refused: too many in a second", from.ToString());
            return false;
        }

        return true;
    }

    private bool IsKnown(string source, IPAddress from)
    {
        if (!gate.IsKnown(from))
        {
            counts.Add(source, "refused: sender", from.ToString());
            return false;
        }

        return true;
    }

    private bool Fits(string source, IPAddress from, int bytes)
    {
        if (bytes > options.LargestMessage)
        {
            counts.Add(source, "refused: too large", from.ToString());
            return false;
        }

        return bytes > 0;
    }

    private bool HasRoom(IPAddress from)
    {
        if (Interlocked.Increment(ref connections) <= options.MostConnections)
        {
            return true;
        }

        Interlocked.Decrement(ref connections);
        counts.Add(AlertSources.Syslog, "refused: too many connections", from.ToString());
        return false;
    }

    private static byte[] Hash(byte[] secret) => SHA256.HashData(secret);

    private static partial class Log
    {
        [LoggerMessage(1911, LogLevel.Error, "A message of {Source} could not be taken; the next ones are")]
        public static partial void Broken(ILogger logger, string source, Exception error);
    }
}
