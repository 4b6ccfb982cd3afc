using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Media;

public sealed class A_media_port
{
    private readonly List<(byte[] Bytes, IPEndPoint Source, TimeSpan Age)> _taken = [];

    private static Socket Bound(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private bool Read(MediaPort port) => port.Receive((bytes, source, age) => _taken.Add((bytes.ToArray(), source, age)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Hands_over_all_that_waits_in_order_with_its_source(string text)
    {
        var address = IPAddress.Parse(text);
        using var port = new MediaPort(Bound(address));
        using Socket one = Bound(address), two = Bound(address);
        var there = new IPEndPoint(address, port.Number);
        for (byte i = 0; i < 40; i++)
        {
            (i % 2 == 0 ? one : two).SendTo([i, 7], there);
        }

        Assert.False(Read(port));

        Assert.Equal(Enumerable.Range(0, 40), _taken.Select(t => (int)t.Bytes[0]));
        Assert.All(_taken, t => Assert.Equal(t.Bytes[0] % 2 == 0 ? one.LocalEndPoint : two.LocalEndPoint, t.Source));
    }

    [Fact]
    public void Says_that_more_waits_so_that_a_flood_at_one_port_does_not_make_others_late()
    {
        using var port = new MediaPort(Bound(IPAddress.Loopback));
        using var far = Bound(IPAddress.Loopback);
        for (var i = 0; i < 100; i++)
        {
            far.SendTo([1], new IPEndPoint(IPAddress.Loopback, port.Number));
        }

        Assert.True(Read(port));
        Assert.Equal(64, _taken.Count);
        Assert.False(Read(port));
        Assert.Equal(100, _taken.Count);
    }

    [Fact]
    public void A_datagram_too_long_for_media_is_passed_over_and_an_empty_one_harms_nothing()
    {
        using var port = new MediaPort(Bound(IPAddress.Loopback));
        using var far = Bound(IPAddress.Loopback);
        var there = new IPEndPoint(IPAddress.Loopback, port.Number);
        far.SendTo(new byte[4_000], there);
        far.SendTo([], there);
        far.SendTo([5], there);

        Read(port);

        Assert.Equal([0, 1], _taken.Select(t => t.Bytes.Length));
    }

    [Fact]
    public void What_is_read_late_counts_as_come_when_the_kernel_took_it_in()
    {
        Assert.SkipUnless(DatagramBatch.IsSupported, "Only 64-bit Linux tells when a datagram came.");
        using var port = new MediaPort(Bound(IPAddress.Loopback));
        using var far = Bound(IPAddress.Loopback);
        far.SendTo([1], new IPEndPoint(IPAddress.Loopback, port.Number));
        var sent = Stopwatch.GetTimestamp();

        // However long this machine takes: what is compared is what it took.
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(sent) > TimeSpan.FromMilliseconds(30));
        var waited = Stopwatch.GetElapsedTime(sent);
        Read(port);

        // The clocks tick at their own pace, by a hair.
        Assert.True(_taken.Single().Age > waited - TimeSpan.FromMilliseconds(2));
    }

    [Fact]
    public void A_datagram_for_which_there_is_no_way_is_told()
    {
        using var port = new MediaPort(Bound(IPAddress.Loopback));
        using var far = Bound(IPAddress.Loopback);

        Assert.True(port.Send([1], (IPEndPoint)far.LocalEndPoint!));
        Assert.False(port.Send([1], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 4_000)));
        Assert.True(port.Send([2], (IPEndPoint)far.LocalEndPoint!));
    }
}
