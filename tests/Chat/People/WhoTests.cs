using TrunkBot.Changes;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests.People;

/// <summary>No binding, no act; and one account is one actor, whatever platform the person speaks from.</summary>
public sealed class WhoTests : IDisposable
{
    private static readonly ChannelUser Stranger = new("slack:T1/U9", "Ana Ortiz");
    private static readonly ChannelUser AnaInTeams = new("msteams:6f0c1f2e-0000-4000-8000-00000000a0a0", "Somebody Else");

    private readonly TestEnvironment env = TestEnvironment.Create();
    private int turns;

    [Fact]
    public async Task Whoami_says_account_platform_id_groups_roles_and_what_may_be_approved() => Assert.Equal(
        """
        You are ben (Ben Baker), here as webchat:ben.
        Groups: voice. Roles: viewer, engineer, approver.
        You may approve changes of denver that are not your own.
        Language: en. Time zone: UTC.
        """,
        await SayAsync("WhoAmI", TestEnvironment.UserOf(TestEnvironment.Ben)));

    [Fact]
    public async Task Whoami_says_that_one_approves_nothing() => Assert.Equal(
        """
        You are ana (Ana Ortiz), here as msteams:6f0c1f2e-0000-4000-8000-00000000a0a0.
        Groups: voice. Roles: viewer, engineer, approver.
        You may not approve changes of any site.
        Language: en. Time zone: UTC.
        """,
        await SayAsync("who am I?", AnaInTeams));

    [Fact]
    public async Task Whoami_tells_a_stranger_what_to_do() => Assert.Equal(
        """
        You are slack:T1/U9, which is bound to no account of this site, so you may only say help and whoami (not-bound).
        Give that id to an admin of TrunkBot, who says: bind slack:T1/U9 to ACCOUNT. Or say sign in, to me alone, where the site has a sign-in.
        """,
        await SayAsync("whoami", Stranger));

    [Theory]
    [InlineData("list")]
    [InlineData("status")]
    [InlineData("status acme-east")]
    [InlineData("new trunk name=acme-east")]
    [InlineData("how is acme-east?")]
    [InlineData("undo 1")]
    [InlineData("undo")]
    [InlineData("staus")]
    [InlineData("frobnicate")]
    [InlineData("bind slack:T1/U9 to dana")]
    [InlineData("yes")]
    [InlineData("language de")]
    public async Task A_stranger_is_refused_whatever_is_said_and_whatever_the_display_name(string text) => Assert.Equal(
        "I don't know which account of this site you are, so you may only say help and whoami. Say whoami and give the id to an admin, who binds it; or say sign in to me alone. (not-bound)",
        await SayAsync(text, Stranger));

    [Theory]
    [InlineData("approve")]
    [InlineData("submit")]
    [InlineData("form-next")]
    [InlineData("form-open")]
    [InlineData("status")]
    [InlineData("plan-file")]
    [InlineData("launch")]
    public async Task A_stranger_presses_nothing_and_sends_no_form(string verb)
    {
        await env.SayAsync("new trunk name=acme-east site=denver");
        var before = env.Channel.Messages.Count;

        var outcome = await PressAsync(verb, Stranger);

        Assert.Equal("not-bound", outcome.RefusalCode);
        Assert.Equal(before, env.Channel.Messages.Count);
        Assert.Empty(env.Changes.Calls);
    }

    [Fact]
    public async Task Help_and_welcome_show_a_stranger_only_what_a_stranger_may_say()
    {
        var help = env.TextOf((await HandleAsync(new Turn { Id = "h", Kind = TurnKind.Text, Text = "help", From = Stranger, Where = TestEnvironment.Chat, At = TestEnvironment.Noon })).Single());

        Assert.Contains("I don't know yet which account you are: say whoami.", help, StringComparison.Ordinal);
        Assert.Contains(": whoami", help, StringComparison.Ordinal);
        Assert.DoesNotContain("status", help, StringComparison.Ordinal);
        Assert.DoesNotContain("bind", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vera", "status", true)]
    [InlineData("vera", "test", false)]
    [InlineData("vera", "new trunk", false)]
    [InlineData("vera", "bind", false)]
    [InlineData("chris", "test", true)]
    [InlineData("chris", "new trunk", false)]
    [InlineData("ana", "new trunk", true)]
    [InlineData("ana", "bind", false)]
    [InlineData("dana", "bind", true)]
    [InlineData("ned", "status", false)]
    [InlineData("ned", "help", true)]
    public async Task Help_is_limited_to_what_the_asker_may_do(string account, string command, bool isShown)
    {
        var help = env.TextOf((await env.SayAsync("help", new Actor(account, account), TestEnvironment.Chat)).Single());

        Assert.Equal(isShown, help.Split(['\n', ':', ',']).Any(name => name.Trim() == command));
    }

    [Theory]
    [InlineData("vera", "test acme-east", "test is for engineer or approver or oncall, and your account vera has only viewer. Ask somebody of noc or voice, or whoever keeps the settings to put you into that group. (role-missing)")]
    [InlineData("vera", "diagnose acme-east call", "diagnose with a test call is for engineer or approver or oncall, and your account vera has only viewer. Ask somebody of noc or voice, or whoever keeps the settings to put you into that group. (role-missing)")]
    [InlineData("chris", "remove acme-east", "remove is for engineer, and your account chris has only viewer, oncall. Ask somebody of voice, or whoever keeps the settings to put you into that group. (role-missing)")]
    [InlineData("chris", "change acme-east edges=dublin", "change is for engineer, and your account chris has only viewer, oncall. Ask somebody of voice, or whoever keeps the settings to put you into that group. (role-missing)")]
    [InlineData("chris", "create a trunk", "new trunk is for engineer, and your account chris has only viewer, oncall. Ask somebody of voice, or whoever keeps the settings to put you into that group. (role-missing)")]
    [InlineData("ana", "unbind slack:T1/U9", "unbind is for admin, and your account ana has only viewer, engineer, approver. Ask somebody of admins, or whoever keeps the settings to put you into that group. (role-missing)")]
    [InlineData("ned", "list", "list is for viewer, and your account ned has no role. Ask somebody of audit, or whoever keeps the settings to put you into that group. (role-missing)")]
    public async Task Who_lacks_the_role_is_told_who_has_it(string account, string text, string refusal)
    {
        env.AddTrunk();

        Assert.Equal(refusal, (await env.SayAsync(text, new Actor(account, account), TestEnvironment.Chat)).Single().Message.Text);
    }

    [Theory]
    [InlineData("chris", "approve", "role-missing")]
    [InlineData("chris", "reject", "role-missing")]
    [InlineData("chris", "submit", "role-missing")]
    [InlineData("chris", "form-next", "role-missing")]
    [InlineData("vera", "retry", "role-missing")]
    [InlineData("vera", "test", "role-missing")]
    [InlineData("vera", "status", null)]
    [InlineData("chris", "retry", null)]
    public async Task Buttons_need_the_same_roles(string account, string verb, string? code)
    {
        env.AddTrunk();
        await env.SayAsync("new trunk name=acme-west site=denver");

        Assert.Equal(code, (await env.PressAsync(verb, new Actor(account, account), TestEnvironment.Chat, ("change", "CHG-1"), ("trunk", "acme-east"))).RefusalCode);
    }

    [Fact]
    public async Task Who_asked_from_one_platform_can_not_approve_from_another()
    {
        env.Sites.All = [env.Site];
        await (await env.WithApprovalsAsync()).SayAsync("new trunk name=acme-east site=denver");
        await PressAsync("submit", AnaInTeams, ("change", "CHG-1"));

        var own = await PressAsync("approve", TestEnvironment.UserOf(TestEnvironment.Ana), ("change", "CHG-1"), ("hash", SamplePlans.Hash));
        var other = await PressAsync("approve", new ChannelUser("slack:T1/U2", "anybody"), ("change", "CHG-1"), ("hash", SamplePlans.Hash));
        var twice = await PressAsync("approve", TestEnvironment.UserOf(TestEnvironment.Ben), ("change", "CHG-1"), ("hash", SamplePlans.Hash));

        Assert.Equal("approver-is-requester", own.RefusalCode);
        Assert.Null(other.RefusalCode);
        Assert.Equal("already-decided", twice.RefusalCode);
        Assert.Equal(["ben"], env.Changes.All["CHG-1"].Decisions.Select(d => d.By.Id));
    }

    [Fact]
    public async Task What_a_stored_turn_claims_of_the_account_counts_for_nothing()
    {
        var turn = new Turn
        {
            Id = "x", Kind = TurnKind.Text, Text = "whoami", From = Stranger, Where = TestEnvironment.Chat, At = TestEnvironment.Noon,
            Who = new Actor("dana", "Dana"), Account = new Account("dana", "Dana", [], Roles.Admin, "en", "UTC"),
        };

        Assert.StartsWith("You are slack:T1/U9, which is bound to no account", (await HandleAsync(turn)).Single().Message.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slack:T1/U9", false, "Open this within ten minutes, once, and sign in as yourself; give it to nobody: https://bot.example.net/sign-in/abc")]
    [InlineData("slack:T1/U9", true, "The link is for you alone: say sign in in our personal chat. (sign-in-alone)")]
    [InlineData("webchat:zoe", false, "This site has no sign-in for this channel. Say whoami and give the id to an admin. (sign-in-not-set-up)")]
    [InlineData("webchat:ben", false, "You are ben already; there is nothing to sign in for.")]
    public async Task The_link_to_sign_in_is_given_to_one_person_alone(string user, bool isGroup, string reply)
    {
        var turn = new Turn { Id = "s", Kind = TurnKind.Text, Text = "sign in", From = new(user, "x"), Where = TestEnvironment.Chat with { IsGroup = isGroup }, At = TestEnvironment.Noon };

        Assert.Equal(reply, (await HandleAsync(turn)).Single().Message.Text);
    }

    [Fact]
    public async Task Mentions_find_the_users_of_an_account_on_one_channel()
    {
        var people = env.Get<PeopleBook>();
        await people.BindAsync("slack:T1/U7", "ben", new("dana", "Dana"), "test", TestContext.Current.CancellationToken);

        Assert.Equal(
            [new ChannelUser("slack:T1/U2", "Ben Baker"), new ChannelUser("slack:T1/U7", "Ben Baker")],
            await people.UsersOfAsync("ben", "slack", TestContext.Current.CancellationToken));
        Assert.Empty(await people.UsersOfAsync("ben", "msteams", TestContext.Current.CancellationToken));
        Assert.Empty(await people.UsersOfAsync("nobody", "slack", TestContext.Current.CancellationToken));
    }

    public void Dispose() => env.Dispose();

    private async Task<string> SayAsync(string text, ChannelUser from) =>
        (await HandleAsync(new Turn { Id = $"w{++turns}", Kind = TurnKind.Text, Text = text, From = from, Where = TestEnvironment.Chat, At = TestEnvironment.Noon })).Single().Message.Text!;

    private async Task<TurnOutcome> PressAsync(string verb, ChannelUser from, params (string Key, string Value)[] data)
    {
        var outcome = await env.HandleAsync(new Turn
        {
            Id = $"w{++turns}", Kind = TurnKind.Action, Verb = verb, From = from, Where = TestEnvironment.Approvals, At = TestEnvironment.Noon,
            Data = data.ToDictionary(d => d.Key, d => d.Value), CanShowForm = true,
        });
        await env.SettleAsync();
        return outcome;
    }

    private async Task<IReadOnlyList<Shown>> HandleAsync(Turn turn)
    {
        var before = env.Channel.Messages.Count;
        await env.HandleAsync(turn);
        await env.SettleAsync();
        return [.. env.Channel.Messages.Skip(before)];
    }
}
