namespace TrunkBot.Diagnostics.Tests.Probes;

public sealed class WatchedEdgesTests
{
    private readonly Given given = new();
    private readonly List<string> sent = [];

    public WatchedEdgesTests() => given.Probe.OnOptions = (intent, _) =>
    {
        sent.Add($"{intent.Name} {string.Join(' ', intent.Edges.Select(e => e.Name))}");
        return Task.FromResult<IReadOnlyList<EdgeProbe>>([.. intent.Edges.Select(e => new EdgeProbe(e.Name, intent.PeerHost(e), ProbeState.Up, 200, 23, "OK"))]);
    };

    [Fact]
    public async Task A_trunk_alone_is_asked_at_each_look()
    {
        Assert.Equal(ProbeState.Up, (await WatchAsync("a")).State);
        Pass(60);
        Assert.Equal(ProbeState.Up, (await WatchAsync("a")).State);
        Assert.Equal(["a umatilla", "a umatilla"], sent);
    }

    [Fact]
    public async Task Trunks_that_share_an_edge_take_turns_and_none_is_left_out()
    {
        // The first look of each; then the same trunk always comes when the edge is free, and the others have their turn all the same.
        foreach (var trunk in (string[])["a", "b", "c"])
        {
            await WatchAsync(trunk);
        }

        for (var i = 0; i < 5; i++)
        {
            Pass(30);
            await WatchAsync("a");
            await WatchAsync("b");
            await WatchAsync("c");
        }

        Assert.Equal(["a umatilla", "b umatilla", "c umatilla", "a umatilla", "b umatilla", "c umatilla"], sent);
    }

    [Fact]
    public async Task What_another_trunks_look_asked_for_it_a_trunk_has_once_at_its_next_look()
    {
        await WatchAsync("a");
        Assert.Equal("not asked yet: trunks that use the edge take turns", (await WatchAsync("b")).Detail);
        Pass(30);
        await WatchAsync("a");

        Assert.Equal((ProbeState.Up, 23.0), (await WatchAsync("b")) is var first ? (first.State, first.RoundTripMilliseconds) : default);
        Pass(20);
        var again = await WatchAsync("b");
        Assert.Equal((ProbeState.Unchecked, ProbeState.Up, "asked 20 s ago (200 OK then); trunks that use the edge take turns"), (again.State, again.LastKnown, again.Detail));
    }

    [Fact]
    public async Task Who_asks_finds_the_edge_free_between_two_turns_of_the_watch_and_the_watch_waits_its_time_after_it()
    {
        await WatchAsync("a");
        Pass(15);

        Assert.Equal(ProbeState.Up, Assert.Single(await given.Edges.AskAsync(Given.Intent("b"), Given.Site, Given.Ct)).State);
        Pass(29);
        await WatchAsync("a");
        Assert.Equal(["a umatilla", "b umatilla"], sent);
        Pass(1);
        await WatchAsync("a");
        Assert.Equal(["a umatilla", "b umatilla", "a umatilla"], sent);
    }

    [Fact]
    public async Task Ten_thousand_trunks_send_one_OPTIONS_to_each_edge_in_30_s()
    {
        var trunks = Enumerable.Range(0, 10_000).Select(i => $"trunk-{i}").ToList();
        for (var second = 0; second < 60; second++)
        {
            foreach (var trunk in trunks.Skip(second * 166).Take(166))
            {
                await given.Edges.WatchAsync(Given.Intent(trunk, "umatilla", "ashburn"), Given.Site, Given.Ct);
            }

            Pass(1);
        }

        Assert.Equal(2, sent.Sum(s => s.Split(' ').Skip(1).Count(e => e == "umatilla")));
        Assert.Equal(2, sent.Sum(s => s.Split(' ').Skip(1).Count(e => e == "ashburn")));
    }

    [Fact]
    public async Task A_trunk_that_is_watched_no_more_loses_its_turn()
    {
        await WatchAsync("a");
        await WatchAsync("gone");
        for (var minute = 0; minute < 10; minute++)
        {
            Pass(60);
            await WatchAsync("a");
        }

        Assert.Equal(["a umatilla", "gone umatilla", "a umatilla", "gone umatilla"], sent.Take(4));
        Assert.Equal(2, sent.Count(s => s == "gone umatilla"));
    }

    [Fact]
    public async Task Sites_with_the_same_source_share_the_limit_of_an_edge()
    {
        await WatchAsync("a");

        await given.Edges.WatchAsync(Given.Intent("b"), Given.Site with { Name = "other" }, Given.Ct);
        await given.Edges.WatchAsync(Given.Intent("c"), Given.Site with { Tests = new Trunks.Sites.SipTestSite { LocalAddress = "192.0.2.7" } }, Given.Ct);

        Assert.Equal(["a umatilla", "c umatilla"], sent);
    }

    private async Task<EdgeProbe> WatchAsync(string trunk) => Assert.Single(await given.Edges.WatchAsync(Given.Intent(trunk), Given.Site, Given.Ct));

    private void Pass(int seconds) => given.Time.Advance(TimeSpan.FromSeconds(seconds));
}
