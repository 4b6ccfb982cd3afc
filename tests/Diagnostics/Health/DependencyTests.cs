using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class DependencyTests
{
    private readonly Dependency sbc = new(new HealthOptions(), 1, TimeSpan.FromSeconds(20));
    private readonly Dependency edge = new(new HealthOptions(), 2, TimeSpan.Zero);

    [Fact]
    public void Forty_trunks_behind_a_dead_system_are_one_piece_of_news()
    {
        List<HealthNews> news = [];
        for (var second = 0; second < 120; second++)
        {
            news.AddRange(sbc.Look($"trunk-{second % 40}", true, At(second)) is { } n ? [n] : []);
        }

        Assert.Equal([(NewsKind.Changed, HealthState.Failed, At(20))], news.Select(n => (n.Kind, n.State, n.At)));
        Assert.True(sbc.IsDown);
    }

    [Fact]
    public void What_forty_trunks_saw_by_one_read_is_one_look()
    {
        for (var i = 0; i < 40; i++)
        {
            Assert.Null(sbc.Look($"trunk-{i}", true, At(i / 4)));
        }

        Assert.False(sbc.IsDown);
        Assert.False(sbc.IsSettledUp);
    }

    [Fact]
    public void One_bad_read_between_good_ones_is_no_news_and_then_it_is_settled()
    {
        Assert.Null(sbc.Look("a", true, At(0)));
        Assert.Null(sbc.Look("a", false, At(60)));
        Assert.True(sbc.IsSettledUp);
    }

    [Fact]
    public void It_is_up_again_after_two_good_looks()
    {
        sbc.Look("a", true, At(0));
        sbc.Look("a", true, At(60));

        Assert.Null(sbc.Look("a", false, At(120)));
        Assert.Equal(new HealthNews(NewsKind.Changed, HealthState.Ok, At(180)), sbc.Look("a", false, At(180)));
        Assert.True(sbc.IsSettledUp);
    }

    [Fact]
    public void What_was_down_before_a_restart_and_is_up_again_is_news()
    {
        var again = new Dependency(new HealthOptions(), 1, TimeSpan.FromSeconds(20), wasDown: true);

        Assert.Null(again.Look("a", false, At(0)));
        Assert.False(again.IsSettledUp);
        Assert.Equal(new HealthNews(NewsKind.Changed, HealthState.Ok, At(60)), again.Look("a", false, At(60)));
        Assert.True(again.IsSettledUp);
    }

    [Fact]
    public void An_edge_that_is_silent_for_one_trunk_alone_is_not_down_however_often()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(edge.Look("a", true, At(i * 30)));
        }

        Assert.False(edge.IsDown);
    }

    [Fact]
    public void An_edge_that_is_silent_for_two_trunks_is()
    {
        edge.Look("a", true, At(0));
        Assert.Null(edge.Look("b", true, At(30)));

        Assert.Equal(HealthState.Failed, edge.Look("a", true, At(60))?.State);
    }

    [Fact]
    public void An_edge_that_answers_one_trunk_and_not_the_other_is_not()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(edge.Look("a", true, At(i * 60)));
            Assert.Null(edge.Look("b", false, At((i * 60) + 30)));
        }
    }

    [Fact]
    public void A_name_can_be_written_and_read()
    {
        var name = DependencyName.OfEdge("umatilla", "127.0.0.1:5060");

        Assert.Equal("Edge|umatilla from 127.0.0.1:5060", name.ToString());
        Assert.Equal(name, DependencyName.Read(name.ToString()));
        Assert.Throws<FormatException>(() => DependencyName.Read("umatilla"));
    }

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);
}
