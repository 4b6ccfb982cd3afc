using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Sip.Media;

/// <summary>The stream that a session sends. Frames are numbered by the clock, whether or not their packets went out. Not thread-safe.</summary>
/// <param name="frame">160 samples for the frame of that number.</param>
internal sealed class RtpSender(Socket socket, TimeProvider time, uint ssrc, AudioCodec codec, Func<int, short[]> frame)
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _packet = new byte[RtpPacket.HeaderBytes + RtpSession.FrameSamples];
    private readonly ushort _firstSequence = (ushort)Random.Shared.Next(0, 0x8000);
    private readonly uint _firstTimestamp = (uint)Random.Shared.NextInt64(0, int.MaxValue);
    private ushort _packets;
    private uint _octets;
    private IPEndPoint? _remote;
    private bool _resumes;

    /// <summary>When the first frame was due; null before.</summary>
    public long? Start { get; private set; }

    /// <summary>Frames of 20 ms since the start.</summary>
    public int Frames { get; private set; }

    public int PacketsSent { get; private set; }

    /// <summary>Packets that this machine refused to send: no route, no such address.</summary>
    public int PacketsUnsent { get; private set; }

    /// <summary>Until the next frame is due; zero or less when it is.</summary>
    public TimeSpan Wait => Start is { } start ? (Frames * FrameTime) - time.GetElapsedTime(start) : TimeSpan.Zero;

    /// <summary>For the sender report of now; null before the first packet.</summary>
    public (uint RtpTimestamp, uint Packets, uint Octets, ushort FirstSequence)? Sent => PacketsSent == 0 || Start is not { } start
        ? null
        : (_firstTimestamp + (uint)(time.GetElapsedTime(start).TotalSeconds * ReceivedAudio.SampleRate), (uint)PacketsSent, _octets, _firstSequence);

    /// <summary>Where packets go from now on; null: nowhere, the frames pass unsent (hold).</summary>
    public void MoveTo(IPEndPoint? remote)
    {
        _resumes |= _remote is null;
        _remote = remote;
    }

    /// <summary>Sends every frame that is due, or will be within <paramref name="early"/>.</summary>
    public void SendDue(TimeSpan early)
    {
        Start ??= time.GetTimestamp();
        for (; Wait <= early; Frames++)
        {
            if (_remote is { } remote)
            {
                SendOne(remote);
            }
        }
    }

    private void SendOne(IPEndPoint remote)
    {
        // The marker says that a talkspurt begins (RFC 3551 4.1): at the start, and after a hold.
        RtpPacket.Write(_packet, _resumes, (int)codec, (ushort)(_firstSequence + _packets++), _firstTimestamp + (uint)(Frames * RtpSession.FrameSamples), ssrc);
        _resumes = false;
        var samples = frame(Frames);
        for (var i = 0; i < RtpSession.FrameSamples; i++)
        {
            _packet[RtpPacket.HeaderBytes + i] = G711.Encode(codec, samples[i]);
        }

        try
        {
            socket.SendTo(_packet, SocketFlags.None, remote);
            PacketsSent++;
            _octets += RtpSession.FrameSamples;
        }
        catch (SocketException)
        {
            // Lost as it would be further along the way, but here it is known.
            PacketsUnsent++;
        }
    }
}
