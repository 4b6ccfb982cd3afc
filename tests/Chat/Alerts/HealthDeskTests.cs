using TrunkBot.Chat.Places;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests.Alerts;

public sealed class HealthDeskTests : IDisposable
{
    private static readonly ConversationReference OnCall = new("webchat", "", "on-call", "bot", true);

    /// <summary>The only site's, whose FakeReader does not say which SBC it is.</summary>
    private static readonly DependencyName Sbc = DependencyName.OfSystem("Perimeta", "denver");

    private readonly TestEnvironment env = TestEnvironment.Create();

    public HealthDeskTests()
    {
        env.AddTrunk();
        env.AddTrunk("name=acme-west site=denver edges=ashburn");
        env.AddTrunk("name=other site=denver edges=umatilla");
    }

    [Fact]
    public async Task A_system_that_is_down_is_one_notice_to_who_follows_several_trunks_behind_it_and_one_alert()
    {
        await HereAsync();
        await env.SayAsync("follow acme-east");
        await env.SayAsync("follow acme-west");
        var before = Texts().Count;

        Assert.True(await TellAsync(Sbc, HealthState.Failed, "no answer within 20 s"));
        Assert.True(await TellAsync(Sbc, HealthState.Failed, "no answer within 20 s"));

        Assert.Equal(["Perimeta denver can't be read; 3 trunks are behind it: no answer within 20 s"], Texts().Skip(before));
        var card = Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
        Assert.Contains("Perimeta denver can't be read; 3 trunks are behind it\nALR-1. Firing.", env.TextOf(card), StringComparison.Ordinal);

        await TellAsync(Sbc, HealthState.Ok, "");

        Assert.Equal("Perimeta denver can be read again; 3 trunks are behind it.", Texts()[^1]);
        Assert.Contains("ALR-1. Resolved at", env.TextOf(card), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_told_of_a_system_is_known_after_a_restart()
    {
        Assert.False(await env.Health.IsToldDownAsync(Sbc, CancellationToken.None));
        await TellAsync(Sbc, HealthState.Failed, "no answer within 20 s");
        Assert.True(await env.Health.IsToldDownAsync(Sbc, CancellationToken.None));
        await TellAsync(Sbc, HealthState.Ok, "");
        Assert.False(await env.Health.IsToldDownAsync(Sbc, CancellationToken.None));
    }

    [Fact]
    public async Task An_edge_names_how_many_trunks_use_it()
    {
        await env.SayAsync("follow other");

        await TellAsync(DependencyName.OfEdge("umatilla", env.Site.Tests.OptionsProxy ?? env.Site.Tests.LocalAddress ?? ""), HealthState.Failed, "No answer.");

        Assert.EndsWith("does not answer OPTIONS; 2 trunks use it: No answer.", Texts()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_system_that_is_up_when_nothing_was_ever_told_is_no_news()
    {
        await HereAsync();
        await env.SayAsync("follow acme-east");
        var before = Texts().Count;

        Assert.True(await TellAsync(Sbc, HealthState.Ok, ""));

        Assert.Equal(before, Texts().Count);
        Assert.DoesNotContain(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
    }

    [Fact]
    public async Task A_system_all_of_whose_sites_are_in_maintenance_is_told_later()
    {
        env.Sites.All = [env.Site with { Health = new HealthPolicy { Silences = [new WeeklyWindow { From = new TimeOnly(12, 0), To = new TimeOnly(13, 0) }] }, TimeZone = null }];

        Assert.False(await TellAsync(Sbc, HealthState.Failed, "no answer within 20 s"));
        env.Time.Advance(TimeSpan.FromHours(1));
        Assert.True(await TellAsync(Sbc, HealthState.Failed, "no answer within 20 s"));
    }

    [Fact]
    public async Task A_trunk_that_fails_is_an_alert_that_is_diagnosed_by_itself_and_followers_hear_of_it_once()
    {
        await HereAsync();
        await env.SayAsync("follow acme-east");
        await TrunkAsync(HealthState.Ok);
        var before = Texts().Count;

        await TrunkAsync(HealthState.Failed);

        Assert.Equal(["Trunk acme-east went from OK to Failed: 1 thing is wrong."], Texts().Skip(before));
        Assert.Contains("Trunk acme-east is Failed\nALR-1. Firing.", env.TextOf(env.Channel.Messages.Single(m => m.Message.Card?.Name == "alert")), StringComparison.Ordinal);
        Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "diagnosis");
    }

    [Fact]
    public async Task A_trunk_that_needs_attention_is_no_alert()
    {
        await HereAsync();
        await TrunkAsync(HealthState.Ok);

        await TrunkAsync(HealthState.Attention);

        Assert.DoesNotContain(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
    }

    [Fact]
    public async Task Flapping_is_told_once_and_calm_once()
    {
        await env.SayAsync("follow acme-east");
        await TrunkAsync(HealthState.Ok);
        var before = Texts().Count;

        await TrunkAsync(HealthState.Failed, NewsKind.Flapping);
        await TrunkAsync(HealthState.Ok, NewsKind.Calm);

        Assert.Equal(
            [
                "Trunk acme-east is flapping: its state changed 4 times within 30 min. It is Failed now; you hear of it again when it is calm.",
                "Trunk acme-east is calm again. It is OK: 1 thing is wrong.",
            ],
            Texts().Skip(before));
    }

    [Fact]
    public async Task An_alert_of_a_trunk_that_recovered_while_the_bot_was_down_is_resolved_though_the_bot_died_before_it_remembered_that_it_had_told()
    {
        await HereAsync();
        await TrunkAsync(HealthState.Ok);
        await CrashAsync(() => TrunkAsync(HealthState.Failed));
        var before = Texts().Count;
        Assert.False(Assert.Single(env.OnCall.Alerts).Record.IsResolved);

        env.Time.Advance(TimeSpan.FromMinutes(5));
        await TrunkAsync(HealthState.Ok);
        await TrunkAsync(HealthState.Ok);

        var alert = Assert.Single(env.OnCall.Alerts).Record;
        Assert.Equal((true, 1, "Trunk acme-east is OK"), (alert.IsResolved, alert.Count, alert.Alert.Title));
        Assert.Contains("ALR-1. Resolved at", env.TextOf(env.Channel.Messages.Single(m => m.Message.Card?.Name == "alert")), StringComparison.Ordinal);
        Assert.Equal(before, Texts().Count);
    }

    [Fact]
    public async Task The_same_when_the_trunk_came_back_only_in_part_or_was_never_told_of()
    {
        await CrashAsync(() => TrunkAsync(HealthState.Failed));

        await TrunkAsync(HealthState.Attention);

        Assert.True(Assert.Single(env.OnCall.Alerts).Record.IsResolved);
    }

    [Fact]
    public async Task An_alert_that_was_resolved_by_a_bot_that_died_then_fires_again_when_the_trunk_fails_again()
    {
        await TrunkAsync(HealthState.Failed);
        await CrashAsync(() => TrunkAsync(HealthState.Ok));
        Assert.True(Assert.Single(env.OnCall.Alerts).Record.IsResolved);

        env.Time.Advance(TimeSpan.FromMinutes(5));
        await TrunkAsync(HealthState.Failed);

        var alert = Assert.Single(env.OnCall.Alerts).Record;
        Assert.Equal((false, 2), (alert.IsResolved, alert.Count));
    }

    [Fact]
    public async Task An_alert_of_a_system_that_is_up_again_is_resolved_too()
    {
        await CrashAsync(() => TellAsync(Sbc, HealthState.Failed, "no answer within 20 s"));
        Assert.True(await env.Health.IsToldDownAsync(Sbc, CancellationToken.None));

        env.Time.Advance(TimeSpan.FromMinutes(5));
        await TellAsync(Sbc, HealthState.Ok, "");

        Assert.True(Assert.Single(env.OnCall.Alerts).Record.IsResolved);
        Assert.False(await env.Health.IsToldDownAsync(Sbc, CancellationToken.None));
    }

    public void Dispose() => env.Dispose();

    /// <summary>The process ends after the alert is stored, and before what was told is remembered.</summary>
    private async Task CrashAsync(Func<Task> telling)
    {
        env.OnCall.CrashesBeforeMarks = ["health:", "dependency:"];
        await Assert.ThrowsAsync<InvalidOperationException>(telling);
        env.OnCall.CrashesBeforeMarks = [];
        env.Time.Advance(TimeSpan.FromSeconds(1));
        await env.SettleAsync();
    }

    private Task HereAsync() => env.OnCall.SaveAsync(new Place(PlacePurpose.Alerts, null, null, OnCall, "webchat:ben", TestEnvironment.Noon), CancellationToken.None);

    private async Task<bool> TellAsync(DependencyName name, HealthState state, string why)
    {
        var told = await env.Health.DependencyAsync(name, new HealthNews(NewsKind.Changed, state, env.Time.GetUtcNow()), why, CancellationToken.None);
        await env.SettleAsync();
        return told;
    }

    private async Task TrunkAsync(HealthState state, NewsKind kind = NewsKind.Changed)
    {
        await env.Health.TrunkAsync(env.Stores.Trunks[0].Intent, new HealthNews(kind, state, env.Time.GetUtcNow()), "1 thing is wrong.", CancellationToken.None);
        await env.SettleAsync();
    }

    private List<string> Texts() => [.. env.Channel.Messages.Where(m => m.Conversation == "ana").Select(m => m.Message.Text).OfType<string>()];
}
