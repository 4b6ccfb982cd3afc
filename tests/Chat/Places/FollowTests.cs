using TrunkBot.Changes.Life;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Chat.Tests.Places;

public sealed class FollowTests : IDisposable
{
    private static readonly ConversationReference VoiceOps = new("webchat", "", "voice-ops", "bot", true);
    private readonly TestEnvironment env = TestEnvironment.Create();

    public FollowTests() => env.AddTrunk();

    [Theory]
    [InlineData("follow acme-east", "You follow trunk acme-east.")]
    [InlineData("follow ACME-EAST", "You follow trunk acme-east.")]
    [InlineData("follow acme-est", "There is no trunk \"acme-est\" (trunk-unknown). Did you mean acme-east?")]
    [InlineData("unfollow acme-east", "Trunk \"acme-east\" is not followed here. Say following for those that are.")]
    [InlineData("following", "No trunk is followed here. Say follow NAME.")]
    [InlineData("quiet", "You have no quiet hours. Say quiet 22:00-07:00 America/Denver, for example.")]
    [InlineData("quiet 22:00-07:00", "From 22:00 to 07:00 UTC your notices wait and then come as one message. Alerts of severity critical, and trunks that go to Failed, come at once all the same.")]
    [InlineData("quiet 9:00-17:30 America/Denver", "From 09:00 to 17:30 America/Denver your notices wait and then come as one message. Alerts of severity critical, and trunks that go to Failed, come at once all the same.")]
    [InlineData("quiet 22:00-07:00 Mars/Olympus", "I don't know the time zone \"Mars/Olympus\" (zone-unknown). Use an IANA name, such as America/Denver or Europe/Berlin.")]
    [InlineData("quiet 22:00", "Say it like this: quiet 22:00-07:00 [ZONE], or quiet off")]
    [InlineData("quiet 25:00-07:00", "Say it like this: quiet 22:00-07:00 [ZONE], or quiet off")]
    [InlineData("quiet 07:00-07:00", "Say it like this: quiet 22:00-07:00 [ZONE], or quiet off")]
    [InlineData("quiet off", "You have no quiet hours any more. What waited comes within a minute.")]
    public async Task A_text_is_answered_in_words(string text, string reply) => Assert.Equal(reply, await env.ReplyToAsync(text));

    [Fact]
    public async Task A_group_follows_as_a_group_and_may_stop()
    {
        Assert.Equal("This conversation follows trunk acme-east.", (await env.SayAsync("follow acme-east", TestEnvironment.Ana, VoiceOps)).Single().Message.Text);
        Assert.Equal("Followed here: acme-east.", (await env.SayAsync("following", TestEnvironment.Ben, VoiceOps)).Single().Message.Text);
        await HealthAsync(HealthState.Ok, HealthState.Attention);
        Assert.Equal("Trunk acme-east went from OK to Attention: 1 thing needs attention.", env.Channel.Messages.Last().Message.Text);

        Assert.Equal("Trunk acme-east is not followed here any more.", (await env.SayAsync("unfollow acme-east", TestEnvironment.Ben, VoiceOps)).Single().Message.Text);
        var before = env.Channel.Messages.Count;
        await HealthAsync(HealthState.Ok);
        Assert.Equal(before, env.Channel.Messages.Count);
    }

    [Fact]
    public async Task The_first_state_ever_and_one_that_was_told_are_no_news()
    {
        await env.SayAsync("follow acme-east");
        var before = env.Channel.Messages.Count;

        await HealthAsync(HealthState.Attention, HealthState.Attention, HealthState.Attention);

        Assert.Equal(before, env.Channel.Messages.Count);
    }

    [Fact]
    public async Task A_trunk_that_fails_from_the_beginning_is_told_once()
    {
        await env.SayAsync("follow acme-east");
        var before = env.Channel.Messages.Count;

        await HealthAsync(HealthState.Failed, HealthState.Failed);

        Assert.Equal(["Trunk acme-east is Failed: 1 thing needs attention."], env.Channel.Messages.Skip(before).Select(m => m.Message.Text));
    }

    [Fact]
    public async Task A_change_is_told_when_it_begins_and_ends_each_once()
    {
        await env.SayAsync("follow acme-east");
        var change = await env.Changes.PlanAsync(new(env.Stores.Trunks[0].Intent), [], TestEnvironment.Ben, CancellationToken.None);
        foreach (var state in new[] { ChangeState.WaitingForApproval, ChangeState.Applying, ChangeState.Applying, ChangeState.Verifying, ChangeState.Failed, ChangeState.Applying, ChangeState.Failed, ChangeState.Done, ChangeState.Done })
        {
            // While it applies, the card's clock goes on and on: no settling before the end.
            await env.Changes.SetAsync(change with { State = state });
        }

        await env.SettleAsync();

        Assert.Equal(
            ["CHG-1 for trunk acme-east has begun.", "CHG-1 for trunk acme-east failed.", "CHG-1 for trunk acme-east has begun.", "CHG-1 for trunk acme-east failed.", "CHG-1 for trunk acme-east is done."],
            env.Channel.Messages.Where(m => m.Conversation == "ana").Select(m => m.Message.Text).OfType<string>().Where(t => t.StartsWith("CHG-1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_quiet_hours_notices_wait_and_come_as_one_message_afterwards()
    {
        await env.SayAsync("follow acme-east");
        await env.SayAsync("quiet 11:00-13:00");
        var before = env.Channel.Messages.Count;

        await HealthAsync(HealthState.Ok, HealthState.Attention, HealthState.Ok);
        Assert.Equal(before, env.Channel.Messages.Count);
        Assert.Equal(2, env.OnCall.Notices.Count);

        env.Time.SetUtcNow(TestEnvironment.Noon.AddHours(1));
        await env.MinuteAsync();

        Assert.Matches(
            "^2 things happened to trunks that you follow:\n2026-11-22 12:00:.. UTC: Trunk acme-east went from OK to Attention: 1 thing needs attention.\n2026-11-22 12:00:.. UTC: Trunk acme-east went from Attention to OK: 1 thing needs attention.$",
            env.Channel.Messages[before..].Single().Message.Text);
        Assert.Empty(env.OnCall.Notices);
    }

    [Fact]
    public async Task What_can_not_wait_comes_in_quiet_hours_too()
    {
        await env.SayAsync("follow acme-east");
        await env.SayAsync("quiet 11:00-13:00");

        await HealthAsync(HealthState.Ok, HealthState.Attention, HealthState.Failed);

        Assert.Equal("Trunk acme-east went from Attention to Failed: 1 thing needs attention.", env.Channel.Messages.Last().Message.Text);
        Assert.Single(env.OnCall.Notices);
    }

    [Fact]
    public async Task A_platform_that_is_away_loses_no_notice()
    {
        await env.SayAsync("follow acme-east");
        env.Channel.Closed = "ana";
        await HealthAsync(HealthState.Ok, HealthState.Attention);
        Assert.Single(env.OnCall.Notices);

        env.Channel.Closed = null;
        await env.MinuteAsync();

        Assert.Equal("Trunk acme-east went from OK to Attention: 1 thing needs attention.", env.Channel.Messages.Last().Message.Text);
        Assert.Empty(env.OnCall.Notices);
    }

    [Theory]
    [InlineData("22:00", "07:00", "UTC", "2026-11-22T21:59:59Z", false)]
    [InlineData("22:00", "07:00", "UTC", "2026-11-22T22:00:00Z", true)]
    [InlineData("22:00", "07:00", "UTC", "2026-11-23T06:59:59Z", true)]
    [InlineData("22:00", "07:00", "UTC", "2026-11-23T07:00:00Z", false)]
    [InlineData("09:00", "17:00", "UTC", "2026-11-22T12:00:00Z", true)]
    [InlineData("22:00", "07:00", "America/Denver", "2026-11-22T05:00:00Z", true)] // 22:00 in winter
    [InlineData("22:00", "07:00", "America/Denver", "2026-07-22T04:00:00Z", true)] // 22:00 in summer
    [InlineData("22:00", "07:00", "America/Denver", "2026-07-22T03:59:00Z", false)]
    [InlineData("22:00", "07:00", "Gone/Zone", "2026-11-22T23:00:00Z", true)] // read as UTC
    public void Quiet_hours_are_on_the_clock_of_their_zone(string from, string to, string zone, string now, bool expected) => Assert.Equal(
        expected,
        new QuietHours("webchat:ana", TimeOnly.Parse(from, null), TimeOnly.Parse(to, null), zone).IsQuiet(DateTimeOffset.Parse(now, null)));

    public void Dispose() => env.Dispose();

    private async Task HealthAsync(params HealthState[] states)
    {
        foreach (var state in states)
        {
            await env.Health.TrunkAsync(env.Stores.Trunks[0].Intent, new HealthNews(NewsKind.Changed, state, env.Time.GetUtcNow()), "1 thing needs attention.", CancellationToken.None);
            env.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await env.SettleAsync();
    }
}
