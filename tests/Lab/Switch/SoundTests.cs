using System.Buffers.Binary;
using System.Net;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>The sound of the test number, in real time with short spells.</summary>
public sealed class SoundTests : IAsyncLifetime
{
    private const string Target = "sip:16504894546@127.0.0.1";

    private readonly World world = new();
    private SipSwitch sut = null!;
    private Phone phone = null!;

    public async ValueTask InitializeAsync()
    {
        sut = await SipSwitch.StartAsync(new SipSwitchOptions
        {
            Sbc = world,
            Cfs = world,
            Twilio = world,
            RingDelay = TimeSpan.FromMilliseconds(10),
            AnswerDelay = TimeSpan.FromMilliseconds(10),
            AnnouncementLength = TimeSpan.FromMilliseconds(200),
            RecordingLength = TimeSpan.FromMilliseconds(600),
        }, TestContext.Current.CancellationToken);
        phone = new Phone(sut.Port);
        await phone.Register();
    }

    public async ValueTask DisposeAsync()
    {
        phone.Dispose();
        await sut.DisposeAsync();
        Assert.Null(sut.LastFault);
    }

    [Theory]
    [InlineData("0", 0, 0xFF)]
    [InlineData("8", 8, 0xD5)]
    public async Task The_callers_own_sound_comes_back_after_an_announcement(string format, int payloadType, int silence)
    {
        await phone.Invite(body: phone.Offer(format));
        var answer = await phone.ReceiveUntil("SIP/2.0 200");
        await phone.Send(phone.Request("ACK", Target, 2, toTag: Phone.Tag(answer)));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        done.CancelAfter(TimeSpan.FromSeconds(30));
        var voice = new byte[160];
        new Random(7).NextBytes(voice);
        var talking = Talk(voice, payloadType, Phone.SoundPort(answer), done.Token);

        var heard = new List<byte>();
        ushort? last = null;
        while (heard.ToArray().AsSpan().IndexOf(voice) < 0)
        {
            var packet = new byte[2048];
            var length = await phone.Sound.ReceiveAsync(packet, done.Token);
            Assert.Equal((172, (byte)0x80, payloadType), (length, packet[0], packet[1] & 0x7F));
            var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
            Assert.Equal(last is null ? sequence : (ushort)(last + 1), sequence);
            last = sequence;
            heard.AddRange(packet[12..length]);
        }

        await done.CancelAsync();
        await talking;
        var announcement = heard.Take(1600).ToArray();
        Assert.InRange(announcement.Count(code => code != silence), 800, 1600);
        await phone.Send(phone.Request("BYE", Target, 3, toTag: Phone.Tag(answer)));
        await phone.ReceiveUntil("SIP/2.0 200");
        var call = sut.Calls[0];
        Assert.True(call.PacketsRecorded > 0 && call.PacketsReceived >= call.PacketsRecorded && call.PacketsSent * 160 >= heard.Count);
    }

    [Fact]
    public async Task With_Symmetric_RTP_on_the_call_is_answered_and_nothing_is_sent()
    {
        world.Trunk(trunk => trunk with { SymmetricRtp = true });
        await phone.Invite();
        var answer = await phone.ReceiveUntil("SIP/2.0 200");
        Assert.StartsWith("symmetric-rtp-on; ", Phone.Header(answer, "X-Lab-Reason"));
        await phone.Send(phone.Request("ACK", Target, 2, toTag: Phone.Tag(answer)));
        await phone.Send(phone.Request("BYE", Target, 3, toTag: Phone.Tag(answer)));
        await phone.ReceiveUntil("SIP/2.0 200");

        Assert.Equal(0, sut.Calls[0].PacketsSent);
        Assert.Equal(0, phone.Sound.Available);
    }

    [Fact]
    public async Task Broken_RTP_is_not_counted_and_ends_nothing()
    {
        await phone.Invite();
        var answer = await phone.ReceiveUntil("SIP/2.0 200");
        var target = new IPEndPoint(IPAddress.Loopback, Phone.SoundPort(answer));
        foreach (var packet in new byte[][] { [], [0x80], new byte[12], [0x8F, 0, .. new byte[20]], [0x80, 18, .. new byte[20]], [0x40, 0, .. new byte[20]] })
        {
            await phone.Sound.SendToAsync(packet, target);
        }

        await phone.Send(phone.Request("ACK", Target, 2, toTag: Phone.Tag(answer)));
        await phone.Sound.ReceiveAsync(new byte[2048], TestContext.Current.CancellationToken);
        await phone.Send(phone.Request("BYE", Target, 3, toTag: Phone.Tag(answer)));
        await phone.ReceiveUntil("SIP/2.0 200");
        Assert.Equal(0, sut.Calls[0].PacketsReceived);
    }

    private async Task Talk(byte[] voice, int payloadType, int port, CancellationToken stop)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var packet = new byte[172];
        packet[0] = 0x80;
        packet[1] = (byte)payloadType;
        voice.CopyTo(packet, 12);
        try
        {
            for (uint number = 0; await clock.WaitForNextTickAsync(stop); number++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)number);
                BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), number * 160);
                await phone.Sound.SendToAsync(packet, new IPEndPoint(IPAddress.Loopback, port));
            }
        }
        catch (OperationCanceledException)
        {
            // Said enough.
        }
    }
}
