using System.Buffers.Binary;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Lab.Switch;
using TrunkBot.Lab.Switch.Media;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>The sound of the test number, on a clock that the test turns.</summary>
public sealed class SoundTests : IAsyncLifetime
{
    private const string Target = "sip:16504894546@127.0.0.1";

    private readonly World world = new();
    private readonly FakeTimeProvider clock = new();
    private SipSwitch sut = null!;
    private Phone phone = null!;

    public async ValueTask InitializeAsync()
    {
        sut = await SipSwitch.StartAsync(new SipSwitchOptions
        {
            Sbc = world,
            Cfs = world,
            Twilio = world,
            TimeProvider = clock,
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
    public async Task The_callers_own_sound_comes_back_after_an_announcement(string format, byte payloadType, int silence)
    {
        await using var sound = new RecordAndPlay(
            IPAddress.Loopback, SdpOffer.Parse(System.Text.Encoding.ASCII.GetBytes(phone.Offer(format)))!, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(600), new SoundTrouble(Mute: false), clock);
        sound.Start();
        var voice = new byte[160];
        new Random(7).NextBytes(voice);
        var heard = new List<byte[]>();
        ushort? last = null;
        for (var frame = 0; heard.LastOrDefault()?.AsSpan().SequenceEqual(voice) != true; frame++)
        {
            var packet = new byte[2048];
            var length = await phone.Sound.ReceiveAsync(packet, TestContext.Current.CancellationToken);
            Assert.Equal((172, (byte)0x80, payloadType), (length, packet[0], packet[1] & 0x7F));
            var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
            Assert.Equal(last is null ? sequence : (ushort)(last + 1), sequence);
            last = sequence;
            heard.Add(packet[12..length]);

            await Talk(voice, payloadType, frame, sound.Local);
            Assert.True(SpinWait.SpinUntil(() => sound.PacketsReceived == frame + 1, TimeSpan.FromSeconds(30)), "The packet was lost on loopback.");
            clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        // 10 frames of announcement, 30 of silence while it records, then what was said at frame 10.
        Assert.Equal(41, heard.Count);
        Assert.InRange(heard.Take(10).SelectMany(f => f).Count(code => code != silence), 800, 1600);
        Assert.All(heard[10..40].SelectMany(f => f), code => Assert.Equal(silence, code));
        Assert.Equal((30, 41), (sound.PacketsRecorded, sound.PacketsReceived));
    }

    [Fact]
    public void The_announcement_is_made_once_for_each_codec()
    {
        Assert.Same(Announcement.Encoded(TimeSpan.FromMilliseconds(60), G711.ALaw), Announcement.Encoded(TimeSpan.FromMilliseconds(60), G711.ALaw));
        Assert.NotSame(Announcement.Encoded(TimeSpan.FromMilliseconds(60), G711.ALaw), Announcement.Encoded(TimeSpan.FromMilliseconds(60), G711.MuLaw));
    }

    [Fact]
    public async Task With_Symmetric_RTP_on_the_call_is_answered_and_nothing_is_sent()
    {
        world.Trunk(trunk => trunk with { SymmetricRtp = true });
        var answer = await Answered();
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
        var answer = await Answered();
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

    private async Task<string> Answered()
    {
        await phone.Invite();
        await phone.ReceiveUntil("SIP/2.0 100");
        clock.Advance(TimeSpan.FromMilliseconds(20));
        return await phone.ReceiveUntil("SIP/2.0 200");
    }

    private async Task Talk(byte[] voice, byte payloadType, int number, IPEndPoint target)
    {
        var packet = new byte[172];
        packet[0] = 0x80;
        packet[1] = payloadType;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)number);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)number * 160);
        voice.CopyTo(packet, 12);
        await phone.Sound.SendToAsync(packet, target);
    }
}
