using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class TrunkWatchTests
{
    private static readonly StatusLine Fine = new(HealthState.Ok, "thing", "fine");
    private static readonly StatusLine Broken = new(HealthState.Failed, "thing", "broken", "broken-code", "mend");
    private static readonly StatusLine SbcAway = new(HealthState.Failed, "sbc", "can't be reached", "sbc-unreachable", "look") { IsOfSystem = true };

    private readonly TrunkWatch watch = new(new HealthOptions());
    private int minute;

    [Fact]
    public void The_first_state_is_news_of_a_change_from_nothing()
    {
        Assert.Null(Look([Fine]));
        Assert.Equal((NewsKind.Changed, HealthState.Ok), Told(Look([Fine])));
        Assert.Null(Look([Fine]));
    }

    [Fact]
    public void A_system_that_cannot_be_read_is_not_the_trunks_own_failure()
    {
        Settle();

        for (var i = 0; i < 5; i++)
        {
            Assert.Null(Look([SbcAway]));
        }

        Assert.Equal(HealthState.Ok, watch.Held);
    }

    [Fact]
    public void Something_wrong_on_the_system_is()
    {
        Settle();

        Assert.Null(Look([Broken]));
        Assert.Equal((NewsKind.Changed, HealthState.Failed), Told(Look([Broken])));
    }

    [Fact]
    public void An_edge_that_was_not_asked_says_nothing_and_two_silent_answers_with_an_hour_between_them_count()
    {
        Settle();
        Assert.Null(Look([Fine], Given.Silent()));
        for (var i = 0; i < 60; i++)
        {
            Assert.Null(Look([Fine], Given.Silent() with { State = ProbeState.Unchecked, LastKnown = ProbeState.Unreachable }));
        }

        Assert.Equal((NewsKind.Changed, HealthState.Failed), Told(Look([Fine], Given.Silent())));
    }

    [Fact]
    public void A_certificate_that_expires_soon_needs_attention()
    {
        Settle();
        var expiring = Given.Up() with { Code = "edge-certificate-expires" };

        Assert.Null(Look([Fine], expiring));
        Assert.Equal((NewsKind.Changed, HealthState.Attention), Told(Look([Fine], expiring)));
    }

    [Fact]
    public void One_silent_edge_of_two_needs_attention()
    {
        Settle(Given.Up("ashburn"), Given.Up());
        Look([Fine], Given.Silent("ashburn"), Given.Up());

        Assert.Equal((NewsKind.Changed, HealthState.Attention), Told(Look([Fine], Given.Silent("ashburn"), Given.Up())));
    }

    [Fact]
    public void An_edge_that_refuses_needs_attention()
    {
        Settle();
        Look([Fine], Given.Up(status: 403));

        Assert.Equal((NewsKind.Changed, HealthState.Attention), Told(Look([Fine], Given.Up(status: 403))));
    }

    [Fact]
    public void An_edge_that_is_silent_for_everybody_is_not_the_trunks_own()
    {
        Settle();

        for (var i = 0; i < 5; i++)
        {
            Assert.Null(watch.Look(Report([Fine], Given.Silent()), new HashSet<string> { "umatilla" }, isSilent: false));
        }
    }

    [Fact]
    public void What_happens_in_maintenance_is_told_afterwards_if_it_still_holds()
    {
        Settle();
        Assert.Null(watch.Look(Report([Broken]), new HashSet<string>(), isSilent: true));
        Assert.Null(watch.Look(Report([Broken]), new HashSet<string>(), isSilent: true));
        Assert.Equal(HealthState.Failed, watch.Held);

        Assert.Equal((NewsKind.Changed, HealthState.Failed), Told(Look([Broken])));
        Assert.Null(Look([Broken]));
    }

    [Fact]
    public void What_came_and_went_in_maintenance_is_told_with_the_state_of_now_which_is_no_news_to_followers()
    {
        Settle();
        foreach (var line in (StatusLine[])[Broken, Broken, Fine, Fine])
        {
            Assert.Null(watch.Look(Report([line]), new HashSet<string>(), isSilent: true));
        }

        Assert.Equal(HealthState.Ok, Look([Fine])?.State);
    }

    [Fact]
    public void A_trunk_that_goes_to_and_fro_flaps_once_and_is_calm_once()
    {
        Settle();
        var kinds = new List<NewsKind>();
        for (var i = 0; i < 24; i++)
        {
            kinds.AddRange(Look([i % 4 < 2 ? Broken : Fine]) is { } news ? [news.Kind] : []);
        }

        for (var i = 0; i < 20; i++)
        {
            kinds.AddRange(Look([Fine]) is { } news ? [news.Kind] : []);
        }

        Assert.Equal([NewsKind.Changed, NewsKind.Changed, NewsKind.Changed, NewsKind.Flapping, NewsKind.Calm], kinds);
    }

    [Fact]
    public void The_state_from_before_a_restart_is_where_changes_are_counted_from()
    {
        var again = new TrunkWatch(new HealthOptions(), new HealthNews(NewsKind.Changed, HealthState.Failed, DateTimeOffset.UnixEpoch));

        // It may not have been told before the program ended; who tells knows.
        Assert.Equal((NewsKind.Changed, HealthState.Failed), Told(again.Look(Report([Broken]), new HashSet<string>(), isSilent: false)));
        Assert.Null(again.Look(Report([Broken]), new HashSet<string>(), isSilent: false));
        Assert.Equal(HealthState.Failed, again.Held);
    }

    [Fact]
    public void Until_something_is_settled_what_was_seen_is_the_trunks_own_and_not_that_of_a_system_that_is_away()
    {
        Look([SbcAway]);
        Assert.Equal((null, HealthState.NotAvailable), (watch.Held, watch.Seen));
        Look([SbcAway], Given.Up());
        Assert.Equal((null, HealthState.Ok), (watch.Held, watch.Seen));
        Look([Broken], Given.Up() with { State = ProbeState.Unchecked });
        Assert.Equal(HealthState.Failed, watch.Seen);
    }

    private void Settle(params EdgeProbe[] edges)
    {
        Look([Fine], edges);
        Look([Fine], edges);
    }

    private HealthNews? Look(StatusLine[] lines, params EdgeProbe[] edges) => watch.Look(Report(lines, edges), new HashSet<string>(), isSilent: false);

    private HealthReport Report(StatusLine[] lines, params EdgeProbe[] edges) => new()
    {
        Trunk = "acme",
        At = DateTimeOffset.UnixEpoch.AddMinutes(minute++),
        Overall = HealthState.Ok,
        Sentence = "",
        Systems = [new SystemHealth("Perimeta", lines, null)],
        Edges = edges,
    };

    private static (NewsKind, HealthState)? Told(HealthNews? news) => news is null ? null : (news.Kind, news.State);
}
