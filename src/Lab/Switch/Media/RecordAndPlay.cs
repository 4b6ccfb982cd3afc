using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace TrunkBot.Lab.Switch.Media;

/// <summary>
/// The sound of the test number, over RTP (RFC 3550) in frames of 20 ms: announcement, silence while it records, the recording, silence.
/// It sends to the address in the offer, never to where packets come from: Symmetric RTP is off, or nothing is sent at all.
/// </summary>
internal sealed class RecordAndPlay : IAsyncDisposable
{
    private const int SamplesPerFrame = 160;
    private const int HeaderBytes = 12;

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);

    private readonly Socket socket;
    private readonly TimeProvider time;
    private readonly byte payloadType;
    private readonly bool mute;
    private readonly byte[] announcement;
    private readonly byte[] recording;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private IPEndPoint target;
    private long started;
    private uint? firstTimestamp;
    private int firstPosition;
    private Task work = Task.CompletedTask;
    private long sent;
    private long received;
    private long recorded;

    /// <param name="mute">Both sides wait for the other's first packet (Symmetric RTP): nothing is ever sent.</param>
    public RecordAndPlay(IPAddress local, SdpOffer offer, TimeSpan announcementLength, TimeSpan recordingLength, bool mute, TimeProvider time)
    {
        this.time = time;
        this.mute = mute;
        target = offer.Target;
        payloadType = offer.PayloadType!.Value;
        announcement = [.. Announcement.Samples(announcementLength).Select(sample => G711.Encode(payloadType, sample))];
        recording = new byte[Frames(recordingLength) * SamplesPerFrame];
        Array.Fill(recording, G711.Silence(payloadType));
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(local, 0));
    }

    public IPEndPoint Local => (IPEndPoint)socket.LocalEndPoint!;

    public byte PayloadType => payloadType;

    public long PacketsSent => Interlocked.Read(ref sent);

    public long PacketsReceived => Interlocked.Read(ref received);

    /// <summary>Packets that fell into the time of recording and are played back.</summary>
    public long PacketsRecorded => Interlocked.Read(ref recorded);

    public void Start()
    {
        started = time.GetTimestamp();
        work = Task.WhenAll(Receive(), Send());
    }

    /// <summary>A re-INVITE may move the sound.</summary>
    public void Redirect(IPEndPoint to) => Volatile.Write(ref target, to);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        socket.Dispose();
        await work;
        stop.Dispose();
    }

    private static int Frames(TimeSpan length) => (int)(length / Frame);

    private async Task Send()
    {
        if (mute)
        {
            return;
        }

        var packet = new byte[HeaderBytes + SamplesPerFrame];
        var source = RandomNumberGenerator.GetInt32(int.MaxValue);
        var sequence = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue);
        var timestamp = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
        using var clock = new PeriodicTimer(Frame, time);
        long frame = 0;
        try
        {
            do
            {
                // After a late tick the frames that are due go out together: the timeline is what counts, not the tick.
                for (var due = (long)(time.GetElapsedTime(started) / Frame); frame <= due; frame++)
                {
                    packet[0] = 0x80;
                    packet[1] = (byte)(payloadType | (frame == 0 ? 0x80 : 0));
                    BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence++);
                    BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
                    BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), source);
                    timestamp += SamplesPerFrame;
                    Fill(packet.AsSpan(HeaderBytes), frame);
                    await SendOne(packet);
                }
            }
            while (await clock.WaitForNextTickAsync(stop.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The call is over.
        }
    }

    private async Task SendOne(byte[] packet)
    {
        try
        {
            await socket.SendToAsync(packet, SocketFlags.None, Volatile.Read(ref target), stop.Token);
            Interlocked.Increment(ref sent);
        }
        catch (SocketException) when (!stop.IsCancellationRequested)
        {
            // Nobody listens there: the packet is lost, as on a network.
        }
        catch (SocketException)
        {
            throw new OperationCanceledException();
        }
    }

    private void Fill(Span<byte> samples, long frame)
    {
        samples.Fill(G711.Silence(payloadType));
        var at = frame * SamplesPerFrame;
        var spoken = announcement.AsSpan();
        if (at < spoken.Length)
        {
            var part = spoken[(int)at..Math.Min((int)at + SamplesPerFrame, spoken.Length)];
            part.CopyTo(samples);
        }
        else if (at - RecordFrom - recording.Length is >= 0 and var position && position + SamplesPerFrame <= recording.Length)
        {
            lock (gate)
            {
                recording.AsSpan((int)position, SamplesPerFrame).CopyTo(samples);
            }
        }
    }

    /// <summary>The sample at which recording begins: the end of the announcement, on a frame's edge.</summary>
    private int RecordFrom => (announcement.Length + SamplesPerFrame - 1) / SamplesPerFrame * SamplesPerFrame;

    private async Task Receive()
    {
        var buffer = new byte[2048];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var read = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                Keep(buffer.AsSpan(0, read.ReceivedBytes));
            }
            catch (SocketException) when (!stop.IsCancellationRequested)
            {
                // ICMP for an earlier packet.
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    /// <summary>Puts a packet where its RTP timestamp says, counted from the first one heard in the time of recording.</summary>
    private void Keep(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < HeaderBytes || packet[0] >> 6 != 2)
        {
            return;
        }

        var header = HeaderBytes + 4 * (packet[0] & 0x0F);
        if ((packet[1] & 0x7F) != payloadType || (packet[0] & 0x30) != 0 || packet.Length <= header)
        {
            return;
        }

        Interlocked.Increment(ref received);
        var now = (long)(time.GetElapsedTime(started).TotalSeconds * 8000) - RecordFrom;
        if (now < 0 || now >= recording.Length)
        {
            return;
        }

        var timestamp = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        lock (gate)
        {
            if (firstTimestamp is null)
            {
                firstTimestamp = timestamp;
                firstPosition = (int)now;
            }

            var position = firstPosition + (long)(int)(timestamp - firstTimestamp.Value);
            var payload = packet[header..];
            if (position < 0 || position + payload.Length > recording.Length)
            {
                return;
            }

            payload.CopyTo(recording.AsSpan((int)position));
        }

        Interlocked.Increment(ref recorded);
    }
}
