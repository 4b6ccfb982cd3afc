using TrunkBot.Lab.Switch.Media;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>Announces 200 ms (1,600 samples), records 600 ms (30 packets), plays those back.</summary>
public sealed class RecordingTests
{
    private readonly Recording recording = new(1600, 4800, 0xFF);

    [Fact]
    public void Each_packet_in_its_time_is_played_back_in_its_place()
    {
        Say(0, 40, arrival: i => i * 160);

        Assert.Equal(Packets(10, 30), Played());
        Assert.Equal(30, recording.Packets);
    }

    [Fact]
    public void What_comes_in_one_burst_after_a_stall_keeps_its_place()
    {
        Say(0, 15, arrival: i => i * 160);
        Say(15, 25, arrival: _ => 6400);

        Assert.Equal(Packets(10, 30), Played());
        Assert.Equal(30, recording.Packets);
    }

    [Fact]
    public void A_burst_at_the_very_start_is_placed_by_its_quickest_packet()
    {
        Say(0, 40, arrival: _ => 6240);

        Assert.Equal(Packets(10, 30), Played());
    }

    [Fact]
    public void What_is_missing_is_silence_and_what_came_out_of_order_is_not()
    {
        Say(0, 12, arrival: i => i * 160);
        Say(14, 26, arrival: i => i * 160);
        Say(13, 1, arrival: _ => 6400);

        var played = Played();

        Assert.Equal(Packets(10, 2), played[..2]);
        Assert.Equal([-1, 13, 14], played[2..5]);
        Assert.Equal(29, recording.Packets);
    }

    [Fact]
    public void Only_what_was_played_already_comes_too_late()
    {
        Say(0, 10, arrival: i => i * 160);
        Assert.Equal([-1, -1], Played(2));

        Say(10, 30, arrival: _ => 6720);

        Assert.Equal(Packets(12, 28), Played(28, from: 2));
        Assert.Equal(28, recording.Packets);
    }

    [Fact]
    public void A_new_source_goes_on_where_the_clock_is()
    {
        Say(0, 20, arrival: i => i * 160);
        Say(0, 20, arrival: i => 3200 + i * 160, source: 2, label: i => 20 + i);

        Assert.Equal(Packets(10, 30), Played());
    }

    [Fact]
    public void Timestamps_from_nowhere_are_dropped()
    {
        Say(0, 1, arrival: _ => 0);
        recording.Keep(1, 0x7000_0000, 1600, new byte[160]);
        recording.Keep(1, 0x9000_0000, 1600, new byte[160]);

        Assert.Equal(0, recording.Packets);
    }

    private void Say(int first, int count, Func<int, int> arrival, uint source = 1, Func<int, int>? label = null)
    {
        for (var i = first; i < first + count; i++)
        {
            recording.Keep(source, unchecked(0xFFFF_FF00 + (uint)(i * 160)), arrival(i), Enumerable.Repeat((byte)(label?.Invoke(i) ?? i), 160).ToArray());
        }
    }

    private static int[] Packets(int first, int count) => [.. Enumerable.Range(first, count)];

    /// <summary>Which packet each frame of the playback holds; -1 for silence.</summary>
    private int[] Played(int frames = 30, int from = 0) => [.. Enumerable.Range(from, frames).Select(i =>
    {
        var frame = new byte[160];
        recording.Play(i * 160, frame);
        Assert.All(frame, code => Assert.Equal(frame[0], code));
        return frame[0] == 0xFF ? -1 : frame[0];
    })];
}
