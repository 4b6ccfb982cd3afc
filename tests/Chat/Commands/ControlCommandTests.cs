using System.Text;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Systems;

namespace TrunkBot.Chat.Tests.Commands;

public sealed class ControlCommandTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    [Theory]
    [InlineData("apply CHG-1", "apply CHG-1 by ana", "CHG-1 begins.")]
    [InlineData("apply 1 step by step", "apply step by step CHG-1 by ana", "CHG-1 begins.")]
    [InlineData("stop chg-1", "stop CHG-1 by ana", "Stopped.")]
    [InlineData("pause CHG-1", "pause CHG-1 by ana", "It stops before its next step.")]
    [InlineData("resume CHG-1", "resume CHG-1 by ana", "CHG-1 goes on.")]
    [InlineData("step CHG-1", "step CHG-1 by ana", "One step.")]
    [InlineData("skip CHG-1 the model's \"there\"", "skip the model's \"there\" CHG-1 by ana", "Left out.")]
    [InlineData("confirm CHG-1", "confirm CHG-1 by ana", "Confirmed.")]
    [InlineData("resolve CHG-1 did it by hand", "resolve did it by hand CHG-1 by ana", "Resolved.")]
    public async Task A_command_asks_the_engine_in_the_name_of_who_says_it(string text, string call, string said)
    {
        await PlanAsync();

        Assert.Equal(said, await env.ReplyToAsync(text));
        Assert.Equal(call, env.Changes.Calls[^1]);
    }

    [Theory]
    [InlineData("apply", "Say it like this: apply CHG-n [at 02:00] [in 30m] [step by step]")]
    [InlineData("skip CHG-1", "Say it like this: skip CHG-n REASON")]
    [InlineData("resolve CHG-1", "Say it like this: resolve CHG-n NOTE")]
    [InlineData("unlock lab-sbc-01", "Say it like this: unlock ELEMENT REASON")]
    [InlineData("dry run", "Say it like this: dry run CHG-n")]
    [InlineData("dry run CHG-9", "There is no change \"CHG-9\" (change-not-found). Say changes for those that are open.")]
    [InlineData("apply CHG-1 at noon", "I don't understand the time \"at noon\" (start-time-wrong). Say at 02:00, at 2026-11-27 02:00, in 30m or in 1h30m.")]
    [InlineData("locks", "No element is held by a change.")]
    [InlineData("unlock den-sbc-1 why not", "No change holds \"den-sbc-1\" (not-locked). Say locks for what is held.")]
    [InlineData("res CHG-1", "\"res\" could be resume or resolve. Say more of it.")]
    [InlineData("st", "There is no trunk under management yet. Say new trunk to set one up.")]
    public async Task A_text_is_answered_in_words(string text, string said) => Assert.Equal(said, await env.ReplyToAsync(text));

    [Fact]
    public async Task A_start_is_answered_with_its_day_its_zone_and_how_long_it_is()
    {
        await ApprovedAsync();
        await env.SayAsync("timezone America/Denver");

        Assert.Equal(
            "CHG-1 begins at 2026-11-23 02:00 America/Denver (UTC-07:00), in 21 h. Say stop CHG-1 to stop that.", await env.ReplyToAsync("apply CHG-1 at 02:00"));
        Assert.Equal("apply at 2026-11-23 02:00 -07:00 CHG-1 by ana", env.Changes.Calls[^1]);
    }

    [Fact]
    public async Task Before_the_approval_it_says_from_when_an_approval_carries_that_far()
    {
        await PlanAsync();
        await env.Changes.SetAsync(env.Changes.All["CHG-1"] with { State = ChangeState.WaitingForApproval, Policy = new PinnedPolicy(["ben"], 1) { ApprovalMinutes = 60 } });

        Assert.EndsWith(" Say stop CHG-1 to stop that. It must be approved by then.", await env.ReplyToAsync("apply CHG-1 in 30m"), StringComparison.Ordinal);
        Assert.EndsWith(
            " It must be approved by then, and not before 2026-11-23 11:00 UTC: an approval carries 60 minutes.", await env.ReplyToAsync("apply CHG-1 at 2026-11-23 12:00"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Locks_are_listed_with_holder_reason_state_and_since_when()
    {
        await PlanAsync();
        env.Changes.StoreOnly(env.Changes.All["CHG-1"] with { State = ChangeState.Paused, PausedFor = PauseReason.Asked });
        env.Changes.Locks.AddRange([new("den-cfs-1", "CHG-8", "trunk beta", TestEnvironment.Noon), new("den-sbc-1", "CHG-1", "trunk acme-east", TestEnvironment.Noon.AddMinutes(-5))]);

        Assert.Equal(
            "den-cfs-1: CHG-8 (trunk beta), unknown, since 2026-11-22 12:00:00 UTC\nden-sbc-1: CHG-1 (trunk acme-east), Paused on request, since 2026-11-22 11:55:00 UTC",
            await env.ReplyToAsync("locks"));
    }

    [Theory]
    [InlineData("locks")]
    [InlineData("unlock den-sbc-1 emergency")]
    public async Task A_lock_store_that_is_away_means_no(string text)
    {
        env.Changes.LockFailure = new SystemFailureException("lock-store-unreachable", "The store of the locks can't be reached.", "Check the database.");

        Assert.Equal("The store of the locks can't be reached. Check the database. (lock-store-unreachable)", await env.ReplyToAsync(text));
        Assert.Empty(env.Changes.Calls);
    }

    [Fact]
    public async Task Unlock_asks_the_change_that_holds_the_element_and_tells_it_who_is_an_administrator()
    {
        await PlanAsync();
        env.Changes.Locks.Add(new ElementLock("den-sbc-1", "CHG-1", "trunk acme-east", TestEnvironment.Noon));

        Assert.Equal("Unlocked.", await env.ReplyToAsync("unlock DEN-SBC-1 needed for an emergency"));
        Assert.Equal("unlock den-sbc-1 needed for an emergency CHG-1 by ana", env.Changes.Calls[^1]);

        await env.SayAsync("unlock den-sbc-1 needed", TestEnvironment.Dana, TestEnvironment.Chat);
        Assert.Equal("unlock den-sbc-1 needed as administrator CHG-1 by dana", env.Changes.Calls[^1]);
    }

    [Fact]
    public async Task A_dry_run_answers_in_a_sentence_and_with_every_line_as_a_file()
    {
        await PlanAsync();
        var change = env.Changes.All["CHG-1"];
        env.Changes.DryRun = new DryRunReport(
            change,
            TestEnvironment.Noon,
            [new ChangeTrouble("not-approved", "CHG-1 is Planned, not approved.", "Have it approved.")],
            [
                new DryRunStep(change.Plan.Steps[0], DryRunOutlook.Nothing, "It is there."), new DryRunStep(change.Plan.Steps[1], DryRunOutlook.Sends, "It is not there."),
                new DryRunStep(change.Plan.Steps[^1], DryRunOutlook.AsksPerson, "It can't be seen."),
            ]);

        var shown = await env.SayAsync("dry run CHG-1");

        Assert.Contains(
            "Dry run of CHG-1\n1 of 3 steps would send something. It would not begin now: CHG-1 is Planned, not approved. (not-approved) Nothing was sent, locked or changed.\n",
            env.TextOf(shown.Single(m => m.Message.Card is not null)), StringComparison.Ordinal);
        var file = shown.SelectMany(m => m.Message.Files).Single();
        var text = Encoding.UTF8.GetString(file.Content);
        Assert.Equal("CHG-1-dry-run.txt", file.Name);
        Assert.Contains("WHAT STANDS AGAINST IT NOW\nnot-approved: CHG-1 is Planned, not approved. Have it approved.\n", text, StringComparison.Ordinal);
        Assert.Contains("  Nothing to send. It is there.\n\n2. ", text, StringComparison.Ordinal);
        Assert.Contains($"  Would be sent. It is not there.\n    {change.Plan.Steps[1].Sends[0]}\n", text, StringComparison.Ordinal);
        Assert.Contains("  A person would be asked. It can't be seen.\n    By a person, at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_of_a_change_whose_site_is_gone_says_that_and_not_that_there_is_no_change()
    {
        await PlanAsync();
        env.Sites.All = [env.Site with { Name = "boulder" }];

        Assert.Equal("Trunk acme-east belongs to site denver, whose profile is gone (site-unknown). Put the profile back into the sites folder.", await env.ReplyToAsync("dry run CHG-1"));
    }

    [Fact]
    public async Task What_looks_is_for_viewers_and_what_acts_is_not()
    {
        await PlanAsync();
        var vera = new Changes.Actor("vera", "Vera");

        Assert.Equal("No element is held by a change.", (await env.SayAsync("locks", vera, TestEnvironment.Chat)).Single().Message.Text);
        foreach (var text in new[] { "apply CHG-1", "stop CHG-1", "pause CHG-1", "resume CHG-1", "step CHG-1", "skip CHG-1 x", "confirm CHG-1", "resolve CHG-1 x", "unlock a b" })
        {
            Assert.Contains("(role-missing)", (await env.SayAsync(text, vera, TestEnvironment.Chat)).Single().Message.Text, StringComparison.Ordinal);
        }

        Assert.Empty(env.Changes.Calls);
    }

    public void Dispose() => env.Dispose();

    private async Task PlanAsync()
    {
        await env.WithApprovalsAsync();
        await env.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
    }

    private async Task ApprovedAsync()
    {
        await PlanAsync();
        env.Changes.StoreOnly(env.Changes.All["CHG-1"] with { State = ChangeState.Approved });
    }
}
