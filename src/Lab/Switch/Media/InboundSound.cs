using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace TrunkBot.Lab.Switch.Media;

/// <summary>What Twilio's TwiML does with the sound of a call that it placed: Echo sends each packet back, Play sends samples in frames of 20 ms (RTP, RFC 3550).</summary>
internal sealed class InboundSound : IAsyncDisposable
{
    private const int SamplesPerFrame = 160;
    private const int HeaderBytes = 12;

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
    private readonly short[]? play;
    private readonly SoundTrouble trouble;
    private readonly TimeProvider time;
    private readonly int source = RandomNumberGenerator.GetInt32(int.MaxValue);
    private volatile bool stopping;
    private Task work = Task.CompletedTask;

    /// <param name="play">Null for Echo.</param>
    public InboundSound(IPAddress local, short[]? play, SoundTrouble trouble, TimeProvider time)
    {
        (this.play, this.trouble, this.time) = (play, trouble, time);
        socket.Bind(new IPEndPoint(local, 0));
    }

    public IPEndPoint Local => (IPEndPoint)socket.LocalEndPoint!;

    public void Start(IPEndPoint target, byte payloadType) =>
        work = Task.Factory.StartNew(() => Run(target, payloadType), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public async ValueTask DisposeAsync()
    {
        stopping = true;
        await work;
        socket.Dispose();
    }

    private void Run(IPEndPoint target, byte payloadType)
    {
        var buffer = new byte[2048];
        var started = time.GetTimestamp();
        for (var frame = 0; !stopping;)
        {
            try
            {
                if (socket.Poll(Tick, SelectMode.SelectRead))
                {
                    var length = socket.Receive(buffer);
                    if (play is null && length > HeaderBytes && (buffer[1] & 0x7F) == payloadType && !trouble.LosesOut && !trouble.LosesIn && !trouble.Blocked)
                    {
                        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(8), source);
                        socket.SendTo(buffer.AsSpan(0, length), target);
                    }
                }

                for (var due = (int)(time.GetElapsedTime(started) / Frame); play is not null && frame <= due; frame++)
                {
                    if (frame * SamplesPerFrame < play.Length && !trouble.LosesIn && !trouble.Blocked)
                    {
                        socket.SendTo(Packet(payloadType, frame), target);
                    }
                }
            }
            catch (SocketException)
            {
                // ICMP for an earlier packet.
            }
        }
    }

    private byte[] Packet(byte payloadType, int frame)
    {
        var packet = new byte[HeaderBytes + SamplesPerFrame];
        packet[0] = 0x80;
        packet[1] = (byte)(payloadType | (frame == 0 ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)frame);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)(frame * SamplesPerFrame));
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), source);
        for (var i = 0; i < SamplesPerFrame; i++)
        {
            var at = (frame * SamplesPerFrame) + i;
            packet[HeaderBytes + i] = G711.Encode(payloadType, at < play!.Length ? play[at] : (short)0);
        }

        return packet;
    }
}
