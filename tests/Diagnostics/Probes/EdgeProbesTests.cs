namespace TrunkBot.Diagnostics.Tests.Probes;

public sealed class EdgeProbesTests
{
    private readonly Given given = new();

    private Task<IReadOnlyList<EdgeProbe>> Ask(string trunk = "acme", params string[] edges) => given.Edges.AskAsync(Given.Intent(trunk, edges), Given.Site, Given.Ct);

    [Fact]
    public async Task An_edge_is_not_asked_again_within_15_s_and_says_how_long_ago_and_what_it_said_then()
    {
        await Ask();
        given.Time.Advance(TimeSpan.FromSeconds(14.9));

        var edge = Assert.Single(await Ask());

        Assert.Equal((ProbeState.Unchecked, ProbeState.Up, "asked 14 s ago (200 OK then); at most one OPTIONS per edge in 15 s"), (edge.State, edge.LastKnown, edge.Detail));
        Assert.Single(given.Probe.Asked);
    }

    [Fact]
    public async Task After_15_s_it_is_asked_again()
    {
        await Ask();
        given.Time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(ProbeState.Up, Assert.Single(await Ask()).State);
        Assert.Equal(2, given.Probe.Asked.Count);
    }

    [Fact]
    public async Task Two_trunks_share_the_limit_of_an_edge()
    {
        await Ask("acme");

        var edge = Assert.Single(await Ask("other"));

        Assert.Equal((ProbeState.Unchecked, null, "asked 0 s ago; at most one OPTIONS per edge in 15 s"), (edge.State, edge.LastKnown, edge.Detail));
    }

    [Fact]
    public async Task Two_at_once_send_one()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<EdgeProbe>>();
        given.Probe.OnOptions = (_, _) => answer.Task;

        var first = Ask();
        var second = await Ask();
        answer.SetResult([Given.Up()]);

        Assert.Equal(ProbeState.Unchecked, Assert.Single(second).State);
        Assert.Equal(ProbeState.Up, Assert.Single(await first).State);
        Assert.Single(given.Probe.Asked);
    }

    [Fact]
    public async Task The_order_is_that_of_the_trunk_whatever_the_probe_gives()
    {
        given.Probe.Answer(Given.Up("dublin"), Given.Up("umatilla"), Given.Up("ashburn"));

        var edges = await Ask("acme", "ashburn", "dublin", "umatilla");

        Assert.Equal(["ashburn", "dublin", "umatilla"], edges.Select(e => e.Edge));
    }

    [Fact]
    public async Task An_edge_without_a_result_says_so()
    {
        given.Probe.Answer(Given.Up("ashburn"));

        var edges = await Ask("acme", "ashburn", "dublin");

        Assert.Equal((ProbeState.Unchecked, "the probe gave no result for this edge"), (edges[1].State, edges[1].Detail.ToString()));
    }

    [Fact]
    public async Task A_probe_that_hangs_is_left_after_35_s()
    {
        given.Probe.OnOptions = (_, _) => new TaskCompletionSource<IReadOnlyList<EdgeProbe>>().Task;

        var asking = Ask();
        given.Time.Advance(TimeSpan.FromSeconds(35));
        var edge = Assert.Single(await asking);

        Assert.Equal((ProbeState.Unchecked, "no answer within 35 s"), (edge.State, edge.Detail.ToString()));
    }

    [Fact]
    public async Task A_probe_that_throws_shows_the_kind_of_its_exception_only()
    {
        given.Probe.OnOptions = (_, _) => throw new InvalidOperationException("password=s3cret");

        var edge = Assert.Single(await Ask());

        Assert.Equal((ProbeState.Unchecked, "the check broke off (InvalidOperationException)"), (edge.State, edge.Detail.ToString()));
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown()
    {
        using var giveUp = new CancellationTokenSource();
        given.Probe.OnOptions = (_, _) => new TaskCompletionSource<IReadOnlyList<EdgeProbe>>().Task;

        var asking = given.Edges.AskAsync(Given.Intent(), Given.Site, giveUp.Token);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }
}
