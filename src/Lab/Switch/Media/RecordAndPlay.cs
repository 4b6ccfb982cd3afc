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

    /// <summary>RFC 3550 wants five seconds at least; a test call does not last as long as a call.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    /// <summary>How often the thread looks at the clock when nothing arrives.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly Socket socket;
    private readonly TimeProvider time;
    private readonly byte payloadType;
    private readonly SoundTrouble trouble;
    private readonly Random chance = new(20);
    private readonly PriorityQueue<byte[], TimeSpan> delayed = new();
    private readonly byte[] announcement;
    private readonly Recording recording;
    private readonly byte[] packet = new byte[HeaderBytes + SamplesPerFrame];
    private readonly byte[] buffer = new byte[2048];
    private readonly int source = RandomNumberGenerator.GetInt32(int.MaxValue);
    private ushort sequence = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue);
    private uint timestamp = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
    private IPEndPoint target;
    private volatile bool stopping;
    private long started;
    private long frame;
    private long reports;
    private ReceivedCount heard;
    private long sent;
    private long received;
    private Task work = Task.CompletedTask;

    public RecordAndPlay(IPAddress local, SdpOffer offer, TimeSpan announcementLength, TimeSpan recordingLength, SoundTrouble trouble, TimeProvider time)
    {
        this.time = time;
        this.trouble = trouble;
        target = offer.Target;
        payloadType = offer.PayloadType!.Value;
        announcement = Announcement.Encoded(announcementLength, payloadType);
        recording = new Recording(RecordFrom, (int)(recordingLength / Frame) * SamplesPerFrame, G711.Silence(payloadType));
        PlayFrom = RecordFrom + (int)(recordingLength / Frame) * SamplesPerFrame;
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        socket.Bind(new IPEndPoint(local, 0));
    }

    public IPEndPoint Local => (IPEndPoint)socket.LocalEndPoint!;

    public byte PayloadType => payloadType;

    public long PacketsSent => Interlocked.Read(ref sent);

    public long PacketsReceived => Interlocked.Read(ref received);

    /// <summary>Packets that fell into the time of recording and came in time to be played back.</summary>
    public long PacketsRecorded
    {
        get
        {
            lock (recording)
            {
                return recording.Packets;
            }
        }
    }

    /// <summary>Sends and receives on a thread of its own: on the shared pool a busy machine would make the sound late.</summary>
    public void Start()
    {
        started = time.GetTimestamp();
        work = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>A re-INVITE may move the sound.</summary>
    public void Redirect(IPEndPoint to) => Volatile.Write(ref target, to);

    public async ValueTask DisposeAsync()
    {
        stopping = true;
        await work;
        socket.Dispose();
    }

    /// <summary>The sample at which recording begins: the end of the announcement, on a frame's edge.</summary>
    private int RecordFrom => (announcement.Length + SamplesPerFrame - 1) / SamplesPerFrame * SamplesPerFrame;

    /// <summary>The sample at which the recording is played back.</summary>
    private int PlayFrom { get; }

    private void Run()
    {
        while (!stopping)
        {
            try
            {
                if (socket.Poll(Tick, SelectMode.SelectRead))
                {
                    Keep(buffer.AsSpan(0, socket.Receive(buffer)));
                }
            }
            catch (SocketException)
            {
                // ICMP for an earlier packet.
            }

            // After a late tick the frames that are due go out together: the timeline is what counts, not the tick.
            var elapsed = time.GetElapsedTime(started);
            for (var due = (long)(elapsed / Frame); !trouble.Mute && frame <= due; frame++)
            {
                SendOne();
            }

            while (delayed.TryPeek(out var late, out var at) && at <= elapsed)
            {
                delayed.Dequeue();
                Send(late, Volatile.Read(ref target));
            }

            for (var due = (long)(elapsed / ReportInterval); !trouble.Mute && !trouble.Blocked && reports < due; reports++)
            {
                var to = Volatile.Read(ref target);
                Send(SenderReport.Of(source, time.GetUtcNow(), timestamp, sent, heard), new IPEndPoint(to.Address, Math.Min(to.Port + 1, IPEndPoint.MaxPort)));
            }
        }
    }

    private void SendOne()
    {
        packet[0] = 0x80;
        packet[1] = (byte)(payloadType | (frame == 0 ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence++);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), source);
        timestamp += SamplesPerFrame;
        Fill(packet.AsSpan(HeaderBytes), (int)(frame * SamplesPerFrame));
        Interlocked.Increment(ref sent);
        if (trouble.LosesIn || trouble.Blocked || chance.NextDouble() * 100 < trouble.LossPercent)
        {
            return;
        }

        if (trouble.JitterMilliseconds > 0)
        {
            // Two delays that are uniform on 0 to W differ by W/3 in the mean, which is what RFC 3550 calls jitter.
            delayed.Enqueue([.. packet], frame * Frame + TimeSpan.FromMilliseconds(3 * trouble.JitterMilliseconds * chance.NextDouble()));
            return;
        }

        Send(packet, Volatile.Read(ref target));
    }

    private void Send(byte[] bytes, IPEndPoint to)
    {
        try
        {
            socket.SendTo(bytes, to);
        }
        catch (SocketException)
        {
            // Nobody listens there: the packet is lost, as on a network.
        }
    }

    private void Fill(Span<byte> samples, int at)
    {
        if (at >= PlayFrom)
        {
            lock (recording)
            {
                recording.Play(at - PlayFrom, samples);
            }

            return;
        }

        samples.Fill(G711.Silence(payloadType));
        if (at < announcement.Length)
        {
            announcement.AsSpan(at, Math.Min(SamplesPerFrame, announcement.Length - at)).CopyTo(samples);
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] >> 6 != 2)
        {
            return;
        }

        var header = HeaderBytes + 4 * (bytes[0] & 0x0F);
        if ((bytes[1] & 0x7F) != payloadType || (bytes[0] & 0x30) != 0 || bytes.Length <= header || trouble.LosesOut)
        {
            return;
        }

        heard.Add(BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));

        lock (recording)
        {
            recording.Keep(
                BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
                (int)(time.GetElapsedTime(started).TotalSeconds * 8000), bytes[header..]);
        }

        Interlocked.Increment(ref received);
    }
}
