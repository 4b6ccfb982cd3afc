using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Chat.Tests.Commands;

public sealed class StatusTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    public StatusTests() => env.AddTrunk();

    [Fact]
    public async Task Status_of_one_says_since_when_each_system_and_edge_is_so_the_last_call_and_what_was_measured()
    {
        env.History.Now.Add(Now("acme-east", HealthState.Ok) with
        {
            Parts =
            [
                new PartNow("Perimeta", false, HealthState.Ok, "", TestEnvironment.Noon.AddHours(-2)),
                new PartNow("umatilla", true, HealthState.Ok, "200 OK", TestEnvironment.Noon.AddDays(-1), TestEnvironment.Noon, 23),
            ],
        });
        env.History.Calls.Add(TestEnvironment.GoodCall);
        Measure();

        var text = env.TextOf((await env.SayAsync("status acme-east")).Single());

        Assert.Contains("Perimeta: OK since 2026-11-22 10:00 UTC\n", text, StringComparison.Ordinal);
        Assert.Contains("umatilla: Up since 2026-11-21 12:00 UTC 200 OK, 23 ms acme-east.pstn.us2.twilio.com", text, StringComparison.Ordinal);
        Assert.Contains("Calls and measurements\nLast test call ", text, StringComparison.Ordinal);
        Assert.Contains(
            "The last 24 h: 2 test calls, 50 % answered, 100 % with audio both ways; post-dial delay 120 ms on average, 140 ms at most; jitter not measured; 75 % of the OPTIONS asked were served; "
            + "round trip of OPTIONS 30 ms on average, 40 ms at most.\nFor a chart, say status acme-east 24h.\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_another_state_than_the_watch_saw_says_no_since()
    {
        env.History.Now.Add(Now("acme-east", HealthState.Failed) with { Parts = [new PartNow("Perimeta", false, HealthState.Failed, "", TestEnvironment.Noon.AddHours(-2))] });

        var text = env.TextOf((await env.SayAsync("status acme-east")).Single());

        Assert.Contains("Perimeta: OK\n", text, StringComparison.Ordinal);
        Assert.Contains("No test call is known.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("The last 24 h", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status acme-east 24h", false)]
    [InlineData("status acme-east 1d dark", true)]
    public async Task A_chart_is_a_table_in_words_and_a_picture_that_is_described_by_the_same_words(string said, bool dark)
    {
        Measure();

        var message = (await env.SayAsync(said)).Single().Message;

        Assert.Contains(
            "\nThe last 24 h: 2 test calls, 50 % answered, 100 % with audio both ways; post-dial delay 120 ms on average, 140 ms at most; jitter not measured; 75 % of the OPTIONS asked were served; "
            + "round trip of OPTIONS 30 ms on average, 40 ms at most.\n",
            env.TextOf(message),
            StringComparison.Ordinal);
        Assert.StartsWith("acme-east. The last 24 h: 2 test calls, 50 % answered", message.Summary, StringComparison.Ordinal);
        var picture = Assert.Single(message.Files);
        Assert.Equal(("acme-east-20261122-1200.png", "image/png"), (picture.Name, picture.MediaType));
        using var drawn = SkiaSharp.SKBitmap.Decode(picture.Content);
        Assert.Equal(dark ? "#ff1f1f1f" : "#ffffffff", drawn.GetPixel(1, 1).ToString());
        Assert.Equal(0, env.Perimeta.Asked);
    }

    [Fact]
    public async Task Without_anything_measured_there_is_no_picture()
    {
        var message = (await env.SayAsync("status acme-east 7d")).Single().Message;

        Assert.Contains("Nothing was measured in that time.", env.TextOf(message), StringComparison.Ordinal);
        Assert.Empty(message.Files);
    }

    [Theory]
    [InlineData("status acme-east soon")]
    [InlineData("status acme-east 0h")]
    [InlineData("status acme-east 401d")]
    [InlineData("status acme-east 99999999999d")]
    [InlineData("status acme-east 24h light")]
    [InlineData("status acme-east h")]
    public async Task A_time_that_is_none_is_answered_with_how_to_say_it(string said) =>
        Assert.Equal("Say it like this: status NAME 24h, or 7d, from 1h to 400d; and dark for a dark picture.", await env.ReplyToAsync(said));

    [Fact]
    public async Task Of_more_trunks_than_anybody_waits_for_it_says_how_they_were_seen_last_the_worst_first_and_asks_none()
    {
        for (var i = 0; i < 100; i++)
        {
            env.AddTrunk($"name=t{i:000} site=denver edges=umatilla");
        }

        env.History.Overview = new(
            new Dictionary<HealthState, int> { [HealthState.Ok] = 96, [HealthState.Failed] = 3, [HealthState.Attention] = 1, [HealthState.NotAvailable] = 0 },
            1,
            [("Perimeta sbc-1", 2)],
            [Now("t001", HealthState.Failed) with { IsFlapping = true }, Now("t002", HealthState.Attention), Now("t003", HealthState.Ok)],
            TestEnvironment.Noon.AddMinutes(-1));

        Assert.Equal(
            """
            Simulated lab: no real network is touched.
            Status of all trunks
            Read 2026-11-22 11:59:00 UTC. What is in trouble comes first.
            3 failed, 1 need attention, 0 could not be read, 96 OK, 1 not looked at yet.
            Perimeta sbc-1: Failed. 2 trunks are behind it.
            t001: Failed, flapping. since 2026-11-22 09:00 UTC: As it was.
            t002: Attention. since 2026-11-22 09:00 UTC: As it was.

            """,
            env.TextOf((await env.SayAsync("status")).Single()));
        Assert.Equal(0, env.Perimeta.Asked);
    }

    public void Dispose() => env.Dispose();

    private void Measure()
    {
        void One(string series, int hour, double value) => env.History.Pieces.Add(new(series, TestEnvironment.Noon.AddHours(hour), TimeSpan.Zero, 1, value, value, value));
        One("call:answered", -3, 1);
        One("call:answered", -2, 0);
        One("call:audio", -3, 1);
        One("call:pdd", -3, 100);
        One("call:pdd", -2, 140);
        One("rtt:umatilla", -3, 20);
        One("rtt:umatilla", -2, 40);
        One("up:umatilla", -4, 1);
        One("up:umatilla", -3, 1);
        One("up:umatilla", -2, 1);
        One("up:umatilla", -1, 0);
        One("state", -25, 2);
    }

    private static TrunkNow Now(string trunk, HealthState state) => new()
    {
        Trunk = trunk,
        Site = "denver",
        At = TestEnvironment.Noon.AddMinutes(-1),
        State = state,
        Since = TestEnvironment.Noon.AddHours(-3),
        Sentence = "As it was.",
    };
}
