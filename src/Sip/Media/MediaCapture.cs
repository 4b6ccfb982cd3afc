using System.Net;

namespace TrunkBot.Sip.Media;

/// <summary>A datagram of the media as it was on the wire.</summary>
/// <param name="Time">When it was sent or came.</param>
/// <param name="LocalPort">That of RTP or that of RTCP.</param>
internal sealed record MediaPacket(DateTimeOffset Time, bool Sent, int LocalPort, IPEndPoint Remote, byte[] Bytes);

/// <summary>Keeps the datagrams of one session. Not thread-safe.</summary>
internal sealed class MediaCapture
{
    /// <summary>Ten minutes of a call; a stranger's storm must not fill the memory.</summary>
    private const int MaxPackets = 60_000;

    private readonly List<MediaPacket> _packets = [];

    public IReadOnlyList<MediaPacket> Packets => _packets;

    /// <param name="time">When it was sent or came.</param>
    public void Add(DateTimeOffset time, bool sent, int localPort, IPEndPoint remote, ReadOnlySpan<byte> bytes)
    {
        if (_packets.Count < MaxPackets)
        {
            _packets.Add(new MediaPacket(time, sent, localPort, remote, bytes.ToArray()));
        }
    }
}
