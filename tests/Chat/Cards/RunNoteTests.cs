using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;

namespace TrunkBot.Chat.Tests.Cards;

/// <summary>What the progress card says of how a change is run, and which buttons it has for that.</summary>
public sealed class RunNoteTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task A_change_that_waits_for_its_time_counts_down_and_can_be_begun_or_stopped()
    {
        var card = await CardAsync(c => c with { State = ChangeState.Approved, WaitsForApply = true, Start = new PlannedStart(TestEnvironment.Noon.AddMinutes(200), TestEnvironment.Ana, 30) });

        Assert.Contains("Approved; begins at 2026-11-22 15:20 UTC. 0 of", card.Text, StringComparison.Ordinal);
        Assert.Contains("Begins at 2026-11-22 15:20 UTC, in 3 h 20 min. Ana Ortiz chose the time.\n", card.Text, StringComparison.Ordinal);
        Assert.Equal(["Begin now", "Stop the start"], card.Buttons);
    }

    [Fact]
    public async Task Without_a_time_it_says_what_it_waits_for()
    {
        var card = await CardAsync(c => c with { State = ChangeState.Approved, WaitsForApply = true });

        Assert.Contains("Approved; waits for apply. 0 of", card.Text, StringComparison.Ordinal);
        Assert.Contains("It waits for somebody to say apply CHG-1, or apply CHG-1 at 02:00.\n", card.Text, StringComparison.Ordinal);
        Assert.Equal(["Begin now"], card.Buttons);
    }

    [Fact]
    public async Task A_running_change_can_be_paused_once()
    {
        Assert.Equal(["Pause before the next step"], (await CardAsync(c => c with { State = ChangeState.Applying })).Buttons);

        var asked = await ShownAsync(c => c with { Wishes = c.Wishes with { Pause = new Wish(TestEnvironment.Ben, TestEnvironment.Noon) } });

        Assert.Contains("It stops before its next step: Ben Baker asked for it.\n", asked.Text, StringComparison.Ordinal);
        Assert.Empty(asked.Buttons);
    }

    [Fact]
    public async Task A_paused_change_says_who_paused_it_and_what_it_keeps_locked()
    {
        var card = await CardAsync(c => c with { State = ChangeState.Paused, PausedFor = PauseReason.Asked, Wishes = c.Wishes with { Pause = new Wish(TestEnvironment.Ben, TestEnvironment.Noon) } });

        Assert.Contains("Paused on request. 0 of", card.Text, StringComparison.Ordinal);
        Assert.Contains("Ben Baker paused it on 2026-11-22 12:00:00 UTC.\nWhile it is paused it keeps its elements locked for other changes: ", card.Text, StringComparison.Ordinal);
        Assert.Equal(["Go on", "One step"], card.Buttons);
    }

    [Fact]
    public async Task A_change_that_must_be_confirmed_says_until_when_and_what_happens_else()
    {
        var card = await CardAsync(c => c with { State = ChangeState.Paused, PausedFor = PauseReason.Confirmation, Confirm = new ConfirmWindow(TestEnvironment.Noon.AddMinutes(10), false) });

        Assert.Contains("Done and tested; a person must confirm it. 0 of", card.Text, StringComparison.Ordinal);
        Assert.Contains("Not confirmed until 2026-11-22 12:10 UTC, in 10 min, it undoes itself.\n", card.Text, StringComparison.Ordinal);
        Assert.Equal(["It works: confirm"], card.Buttons);
    }

    [Fact]
    public async Task What_befell_it_and_who_took_it_over_stands_on_the_card()
    {
        var card = await CardAsync(c => c with
        {
            State = ChangeState.Resolved,
            Remarks = [new Remark(TestEnvironment.Noon, "Zoe took the lock of den-sbc-1 away from CHG-1: emergency")],
            Resolution = new Resolution(TestEnvironment.Ben, "removed by hand", TestEnvironment.Noon),
        });

        Assert.Contains("Resolved by hand. 0 of", card.Text, StringComparison.Ordinal);
        Assert.Contains(
            "2026-11-22 12:00:00 UTC: Zoe took the lock of den-sbc-1 away from CHG-1: emergency\nResolved by hand by Ben Baker on 2026-11-22 12:00:00 UTC: removed by hand\n",
            card.Text, StringComparison.Ordinal);
        Assert.Empty(card.Buttons);
    }

    [Fact]
    public async Task A_step_that_was_left_out_says_so()
    {
        var card = await CardAsync(c => c with
        {
            State = ChangeState.Applying,
            Steps = [.. c.Steps.Take(c.Steps.Count - 1), c.Steps[^1] with { State = StepProgressState.Skipped, Sentence = "Left out by Ana Ortiz: shared" }],
        });

        Assert.Contains(": left out. Left out by Ana Ortiz: shared\n", card.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_countdown_is_drawn_again_by_the_minute_duty_only_when_its_words_change()
    {
        await CardAsync(c => c with { State = ChangeState.Approved, WaitsForApply = true, Start = new PlannedStart(TestEnvironment.Noon.AddHours(5), TestEnvironment.Ana, 30) });
        var edits = Progress.Edits;
        var said = new List<string>();
        for (var minute = 0; minute < 30; minute++)
        {
            bot.Time.Advance(TimeSpan.FromMinutes(1));
            await bot.CatchUpAsync();
            said.Add(bot.TextOf(Progress));
        }

        Assert.InRange(said.Distinct().Count(), 3, 5);
        Assert.InRange(Progress.Edits - edits, 2, 5);
    }

    private Shown Progress => bot.Channel.Messages.Last(m => m.Message.Card?.Name == "progress");

    private async Task<(string Text, string[] Buttons)> CardAsync(Func<Change, Change> state)
    {
        await bot.WithApprovalsAsync();
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        return await ShownAsync(state);
    }

    private async Task<(string Text, string[] Buttons)> ShownAsync(Func<Change, Change> state)
    {
        await bot.Changes.SetAsync(state(bot.Changes.All["CHG-1"]));
        await bot.SettleAsync();
        var text = bot.TextOf(Progress);
        string[] always = ["Everything sent and received", "Whole plan as a file", "Undo", "Undo CHG-1 now", "Retry"];
        return (text, [.. text.Split('\n').Where(l => l.StartsWith('[')).Select(l => l.Trim('[', ']')).Except(always)]);
    }
}
