using System.Text;
using TrunkBot.Changes.Life;

namespace TrunkBot.Chat.Tests.Cards;

/// <summary>The one card that shows how a change goes.</summary>
public sealed class ProgressCardTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task Each_step_shows_its_state_and_its_honest_time()
    {
        var change = await ChangeAsync(
            new() { StepId = "", State = StepProgressState.Done, Started = At(0), Ended = At(3.2), Sentence = "Read back." },
            new() { StepId = "", State = StepProgressState.Running, Started = At(-90) },
            new() { StepId = "", State = StepProgressState.Waiting },
            new() { StepId = "", State = StepProgressState.Waiting });

        Assert.Contains(
            """
            Applying. 1 of 4 steps done. Requested by Ana Ortiz. Plan 4be1c0ffee12.
            1. Create IP access control list: done 3.2 s. Read back.
            2. Permit Twilio's addresses: running since 11:58:30 UTC, 1 min 30 s
            3. Build adjacency acme-east-us2: waiting
            4. Remote Media Gateway Model: waiting

            """,
            await TextAsync(change with { State = ChangeState.Applying }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_was_undone_shows_when_and_not_the_time_since_it_was_applied()
    {
        var change = await ChangeAsync(
            new() { StepId = "", State = StepProgressState.Undoing, Started = At(-5) },
            new() { StepId = "", State = StepProgressState.Undone, Started = At(-7200), Ended = At(-6) },
            new() { StepId = "", State = StepProgressState.UndoFailed, Started = At(-7200), Ended = At(-7) },
            new() { StepId = "", State = StepProgressState.Waiting });

        Assert.Contains(
            """
            1. Create IP access control list: undoing since 11:59:55 UTC, 5.0 s
            2. Permit Twilio's addresses: undone at 11:59:54 UTC
            3. Build adjacency acme-east-us2: undo failed at 11:59:53 UTC
            4. Remote Media Gateway Model: waiting

            """,
            await TextAsync(change with { State = ChangeState.Undoing }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_being_done_now_is_shown_while_the_trunk_is_verified()
    {
        var change = await ChangeAsync();

        Assert.Contains(
            "Now, 12:00:00 UTC: Placing a test call to 16504894546\n",
            await TextAsync(change with { State = ChangeState.Verifying, Activity = "Placing a test call to 16504894546" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_change_shows_the_worksheet_of_the_one_step_that_waits()
    {
        var change = await ChangeAsync(
            new() { StepId = "", State = StepProgressState.Done, Started = At(0), Ended = At(1), ConfirmedBy = TestEnvironment.Ben },
            new() { StepId = "", State = StepProgressState.Done, Started = At(0), Ended = At(1) },
            new() { StepId = "", State = StepProgressState.Done, Started = At(0), Ended = At(1) },
            new() { StepId = "", State = StepProgressState.WaitingForPerson, Started = At(2) });

        var text = await TextAsync(change with { State = ChangeState.Paused });

        Assert.Contains("1. Create IP access control list: done 1.0 s. Confirmed by Ben Baker.\n", text, StringComparison.Ordinal);
        Assert.Contains(
            """
            4. Remote Media Gateway Model: waits for a person since 12:00:02 UTC
            To be done by a person
            Remote Media Gateway Model
            Where: MetaView Explorer, CFS-1, Remote Media Gateway Models
            Name: Twilio
            Use E164 numbers: ticked
            Check: The test call reaches Twilio with a leading +.
            Undo: Delete the model.
            [Done]
            [Problem]
            [Undo]
            Everything that CHG-1 did is undone in reverse order. Calls over the trunk stop.
            [Undo CHG-1 now]
            [Everything sent and received]
            [Whole plan as a file]

            """,
            text,
            StringComparison.Ordinal);
        Assert.Contains("\nTake back: Remote Media Gateway Model\n", await TextAsync(change with { State = ChangeState.UndoPaused }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_change_says_what_went_wrong_and_offers_retry_and_undo()
    {
        var change = await ChangeAsync(new StepProgress { StepId = "", State = StepProgressState.Failed, Started = At(0), Ended = At(10) });

        Assert.Contains(
            """
            What went wrong
            LAB-SBC-01 did not answer. (sbc-unreachable)
            What to do: Look at it.
            [Retry]
            [Undo]

            """.TrimEnd() + "\n",
            await TextAsync(change with { State = ChangeState.Failed, Trouble = new ChangeTrouble("sbc-unreachable", "LAB-SBC-01 did not answer.", "Look at it.") }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stuck_change_lists_what_is_left_with_the_lines_to_do_it_by_hand()
    {
        var change = await ChangeAsync() with
        {
            State = ChangeState.Stuck,
            Trouble = new ChangeTrouble("undo-incomplete", "Not everything could be undone. Left: " + new string('x', 900), "Do what is listed by hand."),
            Leftovers =
            [
                new Leftover("a", "perimeta", "LAB-SBC-01", "Build adjacency acme-east-us2", "LAB-SBC-01 is away.", [.. Enumerable.Range(1, 8).Select(i => $"  line {i}")]),
                .. Enumerable.Range(2, 8).Select(i => new Leftover($"s{i}", "perimeta", "LAB-SBC-01", $"Step {i}", "Not tried.", [])),
            ],
        };

        var text = await TextAsync(change);

        Assert.Contains(
            """
            Not everything could be undone: 9 steps are left to be done by hand. (undo-incomplete)
            What to do: Do what is listed by hand.
            Left to be done by hand, in this order
            Build adjacency acme-east-us2 on LAB-SBC-01: LAB-SBC-01 is away.
              line 1

            """,
            text,
            StringComparison.Ordinal);
        Assert.Contains("line 6\n2 more in the journal file\nStep 2 on LAB-SBC-01: Not tried.\n", text, StringComparison.Ordinal);
        Assert.Contains("Step 8 on LAB-SBC-01: Not tried.\n1 more in the journal file\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_result_shows_each_group_of_measures_in_its_order()
    {
        var change = await ChangeAsync(new StepProgress { StepId = "", State = StepProgressState.Done, Started = At(0), Ended = At(1) }) with
        {
            State = ChangeState.Done,
            Acceptance = new AcceptanceReport(true, "Two-way audio.",
            [
                new AcceptanceLine("Read back", "Perimeta", "LAB-SBC-01: 12 objects compared, all as planned", AcceptanceState.Passed),
                new AcceptanceLine("OPTIONS", "umatilla", "200 OK in 23 ms", AcceptanceState.Passed),
                new AcceptanceLine("Test call", "Jitter", "not measured", AcceptanceState.NotMeasured),
            ]),
        };

        Assert.Contains(
            """
            Result
            Passed. Two-way audio.
            Read back
            Perimeta: LAB-SBC-01: 12 objects compared, all as planned (Passed)
            OPTIONS
            umatilla: 200 OK in 23 ms (Passed)
            Test call
            Jitter: not measured (Not measured)
            [Undo]

            """,
            await TextAsync(change),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ChangeState.Failed, true)]
    [InlineData(ChangeState.Applying, false)]
    [InlineData(ChangeState.Undone, false)]
    public async Task The_verdict_of_an_earlier_try_does_not_pass_for_that_of_now(ChangeState state, bool isShown)
    {
        var change = await ChangeAsync() with { State = state, Acceptance = new AcceptanceReport(false, "No answer.", []) };

        Assert.Equal(isShown, (await TextAsync(change)).Contains("\nResult\nFailed. No answer.\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_approvals_channel_reads_decisions_and_result_and_no_steps()
    {
        await bot.WithApprovalsAsync();
        var change = await ChangeAsync();
        await bot.Changes.SetAsync(change with { State = ChangeState.WaitingForApproval });
        change = change with
        {
            State = ChangeState.Rejected,
            Decisions = [new Decision(TestEnvironment.Ben, false, "Not on a Friday.", SamplePlans.Hash, TestEnvironment.Noon)],
        };

        var text = await TextAsync(change, "approvals");

        Assert.Contains("Ben Baker rejected CHG-1 on 2026-11-22 12:00:00 UTC. Reason: Not on a Friday.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Create IP access control list", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_over_all_edges_fits_in_28_kB_with_a_long_sentence_at_every_step()
    {
        await bot.SayAsync("new trunk name=acme-east site=denver edges=all");
        var change = bot.Changes.All["CHG-1"];
        change = change with
        {
            State = ChangeState.Done,
            Steps = [.. change.Steps.Select(s => s with { State = StepProgressState.Done, Started = At(0), Ended = At(1), Sentence = new string('s', 300) })],
            Acceptance = new AcceptanceReport(true, new string('v', 600), [.. Enumerable.Range(1, 21).Select(i => new AcceptanceLine("Test call", $"Measure {i}", new string('m', 60), AcceptanceState.Passed))]),
        };

        Assert.InRange(Encoding.UTF8.GetByteCount(bot.Cards.Render((await CardAsync(change)).Message.Card!).ToJsonString()), 5_000, 28_000);
    }

    private static DateTimeOffset At(double seconds) => TestEnvironment.Noon.AddSeconds(seconds);

    /// <summary>A change whose first steps stand as given; their ids are filled in.</summary>
    [Fact]
    public async Task Of_many_steps_those_that_are_done_are_short_or_only_counted_and_what_is_to_be_done_is_whole()
    {
        var plan = await ChangeAsync();
        StepProgress Step(int number) => new()
        {
            StepId = $"step {number} of a plan that is longer than a card",
            State = number <= 18 ? StepProgressState.Done : number == 19 ? StepProgressState.Failed : StepProgressState.Waiting,
            Started = At(0),
            Ended = At(1),
            Sentence = $"Heard back: {number}.",
        };

        var text = await TextAsync(plan with { State = ChangeState.Failed, Steps = [.. Enumerable.Range(1, 60).Select(Step)] });

        Assert.Contains(
            """
            Steps 1 to 15 are done.
            16. step 16 of a plan that is longer than a card: done 1.0 s
            17. step 17 of a plan that is longer than a card: done 1.0 s
            18. step 18 of a plan that is longer than a card: done 1.0 s
            19. step 19 of a plan that is longer than a card: failed 1.0 s. Heard back: 19.
            20. step 20 of a plan that is longer than a card: waiting. Heard back: 20.

            """,
            text,
            StringComparison.Ordinal);
        Assert.Contains("45. step 45 of a plan that is longer than a card: waiting. Heard back: 45.\n15 more steps come after these.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("does not fit", text, StringComparison.Ordinal);
    }

    private async Task<Change> ChangeAsync(params StepProgress[] first)
    {
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        var change = bot.Changes.All["CHG-1"];
        return change with { Steps = [.. change.Steps.Select((s, i) => i < first.Length ? first[i] with { StepId = s.StepId } : s)] };
    }

    /// <summary>The progress card once the change stands like this, or what the approvals channel has in its place.</summary>
    private async Task<Shown> CardAsync(Change change, string conversation = "ana")
    {
        await bot.Changes.SetAsync(change);
        await bot.PassAsync(0);
        return bot.Channel.Messages.Last(m => m.Conversation == conversation && m.Message.Card is not null);
    }

    private async Task<string> TextAsync(Change change, string conversation = "ana") => bot.TextOf(await CardAsync(change, conversation));
}
