using System.Globalization;
using TrunkBot.Changes;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests.People;

/// <summary>An admin binds in chat: asked first, written down, and never against the settings.</summary>
public sealed class BindingTests : IDisposable
{
    private static readonly Actor Dana = new("dana", "Dana Diaz");

    private readonly TestEnvironment env = TestEnvironment.Create();

    [Fact]
    public async Task An_admin_binds_after_a_yes_and_it_is_written_down()
    {
        Assert.Equal(
            "Whoever is slack:T1/U9 will act as ana (Ana Ortiz; viewer, engineer, approver). Be sure that it is the same person: ask them for their whoami. Say yes to bind.",
            await SayAsync("bind slack:t1/u9 to ana"));
        Assert.Null(await env.Get<PeopleBook>().FindAsync(new ChannelUser("slack:T1/U9", ""), TestContext.Current.CancellationToken));

        Assert.Equal("slack:T1/U9 is ana from now on.", await SayAsync("Yes."));

        Assert.Equal("ana", (await env.Get<PeopleBook>().FindAsync(new ChannelUser("slack:T1/U9", ""), TestContext.Current.CancellationToken))!.Id);
        Assert.Equal(["dana user-bound slack:T1/U9 to ana, by an admin in chat"], env.Changes.Audit.Select(a => $"{a.Who} {a.What} {a.Detail}"));
    }

    [Fact]
    public async Task An_admin_unbinds_after_a_yes_and_it_is_written_down()
    {
        await SayAsync("bind slack:T1/U9 to ana");
        await SayAsync("yes");

        Assert.Equal("slack:T1/U9 will be able to say only help and whoami. Say yes to take the binding away.", await SayAsync("unbind slack:T1/U9"));
        Assert.Equal("slack:T1/U9 is not bound any more.", await SayAsync("yes"));

        Assert.Null(await env.Get<PeopleBook>().FindAsync(new ChannelUser("slack:T1/U9", ""), TestContext.Current.CancellationToken));
        Assert.Equal("dana user-unbound slack:T1/U9 from ana, by an admin in chat", env.Changes.Audit.Select(a => $"{a.Who} {a.What} {a.Detail}").Last());
    }

    [Theory]
    [InlineData("no")]
    [InlineData("cancel")]
    [InlineData("whoami")]
    public async Task Without_a_yes_nothing_is_bound(string answer)
    {
        await SayAsync("bind slack:T1/U9 to ana");

        Assert.Equal("No yes, so no binding was changed.", (await env.SayAsync(answer, Dana, TestEnvironment.Chat))[0].Message.Text);

        Assert.StartsWith("I don't know \"yes\".", await SayAsync("yes"), StringComparison.Ordinal);
        Assert.Empty(env.Changes.Audit);
    }

    [Fact]
    public async Task A_yes_that_comes_late_or_from_somebody_else_binds_nothing()
    {
        await SayAsync("bind slack:T1/U9 to ana");
        Assert.StartsWith("I don't know \"yes\".", (await env.SayAsync("yes", TestEnvironment.Ana, TestEnvironment.Chat)).Single().Message.Text, StringComparison.Ordinal);
        env.Time.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal("That was longer than five minutes ago, so nothing was changed. Say it again if it is still wanted.", await SayAsync("yes"));

        Assert.Empty(env.Changes.Audit);
    }

    [Theory]
    [InlineData("bind slack:T1/U2 to ana", "slack:T1/U2 is bound to ben by the settings, which chat does not change: edit People:Accounts:ben and restart. (binding-in-settings)")]
    [InlineData("unbind slack:T1/U2", "slack:T1/U2 is bound to ben by the settings, which chat does not change: edit People:Accounts:ben and restart. (binding-in-settings)")]
    [InlineData("unbind msteams:6F0C1F2E-0000-4000-8000-00000000A0A0", "msteams:6f0c1f2e-0000-4000-8000-00000000a0a0 is bound to ana by the settings, which chat does not change: edit People:Accounts:ana and restart. (binding-in-settings)")]
    [InlineData("unbind slack:T1/U9", "slack:T1/U9 is not bound to any account. (nothing-bound)")]
    [InlineData("bind slack:T1/U9 to anna", "There is no account \"anna\". Did you mean ana? (account-unknown)")]
    [InlineData("bind ana@example.com to ana", "\"ana@example.com\" is not the id of one user. In Slack mention the person, or type the id that their whoami says: slack:T024BE7LD/U023BECGF, or msteams: and their object id in Entra. (user-id-form)")]
    [InlineData("bind slack:U9 to ana", "\"slack:U9\" is not the id of one user. In Slack mention the person, or type the id that their whoami says: slack:T024BE7LD/U023BECGF, or msteams: and their object id in Entra. (user-id-form)")]
    [InlineData("bind slack:T1/U9 ana", "Say it like this: bind USER to ACCOUNT")]
    public async Task What_can_not_be_bound_is_refused_before_any_question(string text, string reply)
    {
        Assert.Equal(reply, await SayAsync(text));
        Assert.StartsWith("I don't know \"yes\".", await SayAsync("yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_bound_to_one_account_is_not_bound_to_another()
    {
        await SayAsync("bind slack:T1/U9 to ana");
        await SayAsync("yes");

        Assert.Equal("slack:T1/U9 is bound to ana already. An admin says unbind slack:T1/U9 first. (already-bound)", await SayAsync("bind slack:T1/U9 to ben"));
    }

    [Fact]
    public async Task A_mention_names_the_user_whatever_the_text_says()
    {
        var before = env.Channel.Messages.Count;
        await env.HandleAsync(new Turn
        {
            Id = "m", Kind = TurnKind.Text, Text = "bind Ana the Great to ben", From = TestEnvironment.UserOf(Dana), Where = TestEnvironment.Chat, At = TestEnvironment.Noon,
            Mentioned = [new ChannelUser("slack:T1/U9", "Ana the Great")],
        });

        Assert.StartsWith("Whoever is slack:T1/U9 will act as ben", env.Channel.Messages.Skip(before).Single().Message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binding_to_an_account_that_the_settings_lost_lets_nobody_in()
    {
        await env.People.TryBindAsync(new("slack:T1/U9", "gone", "dana", TestEnvironment.Noon), TestContext.Current.CancellationToken);

        Assert.Null(await env.Get<PeopleBook>().FindAsync(new ChannelUser("slack:T1/U9", ""), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("timezone Europe/Berlin", "What I tell you alone has times in Europe/Berlin from now on.")]
    [InlineData("timezone europe/berlin", "What I tell you alone has times in Europe/Berlin from now on.")]
    [InlineData("timezone Europe/Berln", "I don't know the time zone \"Europe/Berln\". Did you mean Europe/Berlin? (timezone-unknown)")]
    [InlineData("timezone", "Your time zone is UTC. Say for example timezone Europe/Berlin.")]
    [InlineData("language DE", "Ihre Sprache ist ab jetzt de.")]
    [InlineData("language fr", "I don't speak \"fr\". There are: en, de. (language-unknown)")]
    [InlineData("language", "Your language is en. There are: en, de.")]
    public async Task Language_and_zone_are_chosen_in_chat(string text, string reply) => Assert.Equal(reply, await SayAsync(text));

    [Fact]
    public async Task Times_are_in_the_askers_zone_alone_and_in_the_sites_among_others()
    {
        env.AddTrunk();
        await SayAsync("timezone Europe/Berlin");

        Assert.Contains("Since 2026-11-20 13:00:00 Europe/Berlin (UTC+01:00).", await ListAsync(TestEnvironment.Chat), StringComparison.Ordinal);
        Assert.Contains("Since 2026-11-20 12:00:00 UTC.", await ListAsync(TestEnvironment.Approvals), StringComparison.Ordinal);

        env.Sites.All = [env.Site with { TimeZone = "America/Denver" }];
        Assert.Contains("Since 2026-11-20 05:00:00 America/Denver (UTC-07:00).", await ListAsync(TestEnvironment.Approvals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_language_flows_with_the_work_and_ends_with_it()
    {
        await SayAsync("language de");
        var during = "";
        env.AddTrunk();
        env.Probe.Call = () =>
        {
            during = CultureInfo.CurrentUICulture.Name;
            return TestEnvironment.GoodCall;
        };
        var before = CultureInfo.CurrentUICulture.Name;

        await env.SayAsync("test acme-east", Dana, TestEnvironment.Chat);

        Assert.Equal("de", during);
        Assert.Equal(before, CultureInfo.CurrentUICulture.Name);
    }

    public void Dispose() => env.Dispose();

    private async Task<string> SayAsync(string text) => (await env.SayAsync(text, Dana, TestEnvironment.Chat)).Single().Message.Text!;

    private async Task<string> ListAsync(ConversationReference where) => env.TextOf((await env.SayAsync("list", Dana, where)).Single());
}
