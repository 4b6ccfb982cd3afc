using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Media;

public sealed class An_RTP_session
{
    private static readonly TonePairSignal Signal = new(new TestSignal(TestTones.A, 1));

    private static RtpSession Session() => new(IPAddress.Loopback, TimeProvider.System, TimeSpan.FromSeconds(60));

    [Fact]
    public async Task What_waits_in_the_kernel_at_the_end_is_still_heard()
    {
        var session = Session();
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var packet = new byte[172];
        for (var i = 0; i < 50; i++)
        {
            RtpPacket.Write(packet, i == 0, 0, (ushort)i, (uint)(i * 160), 7);
            far.SendTo(packet, new IPEndPoint(IPAddress.Loopback, session.Port));
        }

        var report = await session.StopAsync();

        Assert.Equal((50, 0), (report.Received, report.Lost));
        Assert.Equal(AudioCodec.Pcmu, report.Codec);
    }

    [Fact]
    public async Task A_frame_goes_out_for_each_20_ms_and_stops_on_hold()
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        far.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var session = Session();
        session.Send(new MediaDestination((IPEndPoint)far.LocalEndPoint!, null, AudioCodec.Pcma), Signal.Frame);
        var first = new byte[200];
        var next = new byte[200];
        await far.ReceiveAsync(first, TestContext.Current.CancellationToken);
        await far.ReceiveAsync(next, TestContext.Current.CancellationToken);

        session.Send(new MediaDestination(null, null, AudioCodec.Pcma), Signal.Frame);
        var held = session.Now();
        SpinWait.SpinUntil(() => session.Now().FramesSent > held.FramesSent + 2, TimeSpan.FromSeconds(30));
        var report = await session.StopAsync();

        Assert.True(RtpPacket.TryParse(first.AsSpan(0, 172), out var one));
        Assert.True(RtpPacket.TryParse(next.AsSpan(0, 172), out var two));
        Assert.Equal((true, 8, false, 160u, 1), (one.Marker, one.PayloadType, two.Marker, two.Timestamp - one.Timestamp, two.Sequence - one.Sequence));
        Assert.Equal(held.PacketsSent, report.PacketsSent);
        Assert.True(report.FramesSent > report.PacketsSent);
    }

    [Fact]
    public async Task Packets_that_this_machine_could_not_send_are_counted_apart_and_measure_nothing()
    {
        var session = Session();

        // From loopback there is no way to an address elsewhere.
        session.Send(new MediaDestination(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 4000), null, AudioCodec.Pcmu), Signal.Frame);
        Assert.True(SpinWait.SpinUntil(() => session.Now().PacketsUnsent > 0, TimeSpan.FromSeconds(30)));
        var report = await session.StopAsync();

        Assert.Equal(0, report.PacketsSent);
        var proof = AudioJudge.Judge(Signal, report, true, null);
        Assert.Equal(AudioVerdict.Unmeasured, proof.Verdict);
        Assert.StartsWith("Audio was not measured: this machine could not send one of ", proof.Sentence);
    }
}
