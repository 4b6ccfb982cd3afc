using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Life;

public sealed class ManualStepTests
{
    private readonly ChangeWorld _world = new(
        new FakeObject("rmgm", StepPhase.MediaGatewayModel, Manual: true), new FakeObject("translations", StepPhase.Translations, Manual: true, Blind: true));

    [Fact]
    public async Task A_manual_step_pauses_the_change_with_its_locks_held()
    {
        var change = await _world.RunAsync();

        Assert.Equal(ChangeState.Paused, change.State);
        Assert.Equal(StepProgressState.WaitingForPerson, change.ProgressOf("rmgm").State);
        Assert.Equal(StepProgressState.Done, change.ProgressOf("adjacency").State);
        Assert.Equal(StepProgressState.Waiting, change.ProgressOf("binding").State);
        Assert.Equal(["den-cfs-1", "den-sbc-1", "twilio-denver"], _world.Stores.Locks.Select(l => l.Element));
    }

    [Fact]
    public async Task A_manual_step_that_is_seen_to_be_done_asks_nobody()
    {
        _world.Perimeta.BeforeSend = (_, _) =>
        {
            _world.Metaswitch.Holds.Add("rmgm");
            return Task.CompletedTask;
        };

        var change = await _world.RunAsync();

        Assert.Equal((StepProgressState.Done, "rmgm was seen.", null), (change.ProgressOf("rmgm").State, change.ProgressOf("rmgm").Sentence, change.ProgressOf("rmgm").ConfirmedBy));
        Assert.Equal("sid of rmgm ok", change.Facts["rmgm.sid"]);
        Assert.Equal((ChangeState.Paused, StepProgressState.WaitingForPerson), (change.State, change.ProgressOf("translations").State));
    }

    [Fact]
    public async Task A_manual_step_that_can_not_be_looked_at_asks_the_person()
    {
        _world.Metaswitch.ApplyFaults["rmgm"] = Fault.Unreachable;

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Paused, StepProgressState.WaitingForPerson), (change.State, change.ProgressOf("rmgm").State));
    }

    [Fact]
    public async Task What_is_not_done_is_refused_with_what_was_seen()
    {
        var change = await _world.RunAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct);

        Assert.Equal(("manual-step-not-done", "rmgm is not there."), (reply.Code, reply.Sentence.ToString()));
        Assert.Equal(ChangeState.Paused, reply.Change!.State);
    }

    [Fact]
    public async Task What_is_half_done_is_refused_too()
    {
        var change = await _world.RunAsync();
        _world.Metaswitch.Holds.Add("rmgm?");

        Assert.Equal("Half of rmgm was seen.", (await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct)).Sentence);
    }

    [Fact]
    public async Task What_can_be_seen_is_proven_and_what_can_not_stands_on_a_persons_word()
    {
        var change = await _world.RunAsync();
        _world.Metaswitch.Holds.Add("rmgm");

        var first = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct);
        change = await _world.RunAsync(change.Id);
        Assert.Equal("rmgm was seen.", first.Sentence);
        Assert.Equal((ChangeState.Paused, StepProgressState.WaitingForPerson), (change.State, change.ProgressOf("translations").State));

        var second = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("translations"), Sample.Olga, Ct);
        _world.Metaswitch.Holds.Add("translations");
        change = await _world.RunAsync(change.Id);

        Assert.Equal("Olga says that it is done; it can't be read back.", second.Sentence);
        Assert.Equal(ChangeState.Done, change.State);
        Assert.Equal((Sample.Ana, Sample.Olga), (change.ProgressOf("rmgm").ConfirmedBy, change.ProgressOf("translations").ConfirmedBy));
        Assert.Equal(["binding"], _world.Metaswitch.Creates);
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task Manual_steps_that_would_be_planned_again_do_not_fail_the_verification()
    {
        var change = await DoneAsync(makeTranslations: false);

        Assert.Equal(ChangeState.Done, change.State);
    }

    [Fact]
    public async Task A_text_of_the_tool_shows_what_cant_be_read_back_and_only_a_whole_one_that_fits()
    {
        var change = await _world.RunAsync();
        Assert.Equal("manual-step-not-done", (await _world.Engine.AskAsync(change.Id, new ProveManualStep("Name: rmgm"), Sample.Ana, Ct)).Code);
        _world.Metaswitch.Holds.Add("rmgm");
        Assert.True((await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct)).Accepted);
        await _world.RunAsync(change.Id);

        var differs = await _world.Engine.AskAsync(change.Id, new ProveManualStep("Name: other"), Sample.Olga, Ct);
        Assert.Equal(("proof-differs", "The text shows otherwise: Name is other, shall be translations. Put it right, then show it again."), (differs.Code, differs.Sentence.ToString()));
        Assert.Equal("proof-incomplete", (await _world.Engine.AskAsync(change.Id, new ProveManualStep("Nothing: of it"), Sample.Olga, Ct)).Code);
        Assert.Equal("not-allowed", (await _world.Engine.AskAsync(change.Id, new ProveManualStep("Name: translations"), Sample.Stranger, Ct)).Code);

        var shown = await _world.Engine.AskAsync(change.Id, new ProveManualStep("NAME\ttranslations\r\n"), Sample.Olga, Ct);
        Assert.True(shown.Accepted);
        var step = shown.Change!.ProgressOf("translations");
        Assert.Equal((StepProgressState.Done, "Olga", "Olga showed it: 1 value of the worksheet is as they shall be."), (step.State, step.ConfirmedBy!.DisplayName, step.Sentence));
        Assert.Equal("step-not-waiting", (await _world.Engine.AskAsync(change.Id, new ProveManualStep("Name: translations"), Sample.Olga, Ct)).Code);
    }

    [Fact]
    public async Task What_a_person_did_and_is_gone_again_is_found_by_reading_back()
    {
        var change = await _world.RunAsync();
        _world.Metaswitch.Holds.Add("rmgm");
        await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct);
        await _world.RunAsync(change.Id);
        await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("translations"), Sample.Ana, Ct);
        _world.Metaswitch.Holds.Remove("rmgm");

        var end = await _world.RunAsync(change.Id);

        Assert.Equal((ChangeState.Failed, "verify-differs"), (end.State, end.Trouble!.Code));
        Assert.StartsWith("Read back, the systems are not as planned; still to do by hand: Create rmgm (den-cfs-1): ", end.Trouble.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_with_a_step_is_said_on_the_change_and_the_step_goes_on_waiting()
    {
        var change = await _world.RunAsync();

        Assert.Equal("not-allowed", (await _world.Engine.AskAsync(change.Id, new ReportProblem("no"), Sample.Stranger, Ct)).Code);
        Assert.Equal("problem-missing", (await _world.Engine.AskAsync(change.Id, new ReportProblem("  "), Sample.Olga, Ct)).Code);
        var reply = await _world.Engine.AskAsync(change.Id, new ReportProblem("The menu has no such field."), Sample.Olga, Ct);

        Assert.True(reply.Accepted);
        var step = reply.Change!.ProgressOf("rmgm");
        Assert.Equal((StepProgressState.WaitingForPerson, "Olga reports a problem: The menu has no such field."), (step.State, step.Sentence));
        Assert.Equal(ChangeState.Paused, reply.Change!.State);
        Assert.Contains(_world.Stores.Audit, a => a.What == "manual-step-problem" && a.Who == Sample.Olga.Id);
        _world.Metaswitch.Holds.Add("rmgm");
        Assert.True((await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct)).Accepted);
    }

    [Fact]
    public async Task Strangers_do_not_confirm_and_only_the_step_that_waits_is_confirmed()
    {
        var change = await _world.RunAsync();
        _world.Metaswitch.Holds.Add("rmgm");

        Assert.Equal("not-allowed", (await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Stranger, Ct)).Code);
        Assert.Equal("step-not-waiting", (await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("translations"), Sample.Ben, Ct)).Code);
        Assert.Equal("step-not-waiting", (await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("binding"), Sample.Ben, Ct)).Code);
        Assert.Equal("step-not-waiting", (await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("nonsense"), Sample.Ben, Ct)).Code);
        Assert.True((await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ben, Ct)).Accepted);
        var second = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct);
        Assert.Equal("step-not-waiting", second.Code);
        Assert.Equal("Create rmgm of CHG-1 does not wait for a person. Ben confirmed it at 2026-11-02 09:00 UTC.", second.Sentence);
        Assert.Equal("change-not-found", (await _world.Engine.AskAsync("CHG-9", new ConfirmManualStep("rmgm"), Sample.Ana, Ct)).Code);
    }

    [Fact]
    public async Task A_system_that_can_not_be_looked_at_leaves_the_step_waiting()
    {
        var change = await _world.RunAsync();
        _world.Metaswitch.ApplyFaults["rmgm"] = Fault.Unreachable;

        var reply = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct);

        Assert.Equal("fake-unreachable", reply.Code);
        Assert.Equal("The step can't be checked now: Metaswitch can't be reached. Check the network.", reply.Sentence);
    }

    [Fact]
    public async Task A_pause_outlives_a_restart_and_keeps_its_locks()
    {
        var change = await _world.RunAsync();
        _world.Restart();

        Assert.Empty(await _world.Engine.ResumeAsync(Ct));
        Assert.Equal(3, _world.Stores.Locks.Count);
        _world.Metaswitch.Holds.Add("rmgm");
        Assert.True((await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct)).Accepted);
    }

    [Fact]
    public async Task A_paused_change_is_undone_and_what_nobody_did_needs_nobody()
    {
        var change = await _world.RunAsync();

        change = await _world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Equal(["metaswitch old", "perimeta old", "twilio old"], _world.State);
    }

    [Fact]
    public async Task A_step_that_waited_for_a_person_and_can_not_be_read_back_is_not_taken_for_never_done()
    {
        var change = await _world.RunAsync();
        _world.Metaswitch.Holds.Add("rmgm");
        await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct);
        await _world.RunAsync(change.Id);

        change = await _world.UndoAsync(change.Id);

        Assert.Equal((ChangeState.UndoPaused, StepProgressState.WaitingForPerson), (change.State, change.ProgressOf("translations").State));
        Assert.Equal(
            "Nobody said that it was done, and it can't be read back. Take it back by hand or see that it was never done, then confirm that here. `cancel CHG-1` gives the way back up and leaves the rest as it is.",
            change.ProgressOf("translations").Sentence);
        Assert.Empty(_world.Metaswitch.Deletes);
        var word = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("translations"), Sample.Ben, Ct);
        Assert.Equal("Ben says that it is taken back or was never done; it can't be read back.", word.Sentence);
    }

    [Fact]
    public async Task A_way_back_that_nobody_ends_is_given_up_with_a_list_of_what_is_left_and_its_elements_are_free()
    {
        var change = await DoneAsync(makeTranslations: true);
        await _world.UndoAsync(change.Id);
        Assert.Equal("not-allowed", (await _world.Engine.AskAsync(change.Id, new Cancel(), Sample.Stranger, Ct)).Code);

        Assert.True((await _world.Engine.AskAsync(change.Id, new Cancel(), Sample.Olga, Ct)).Accepted);
        change = await _world.RunAsync(change.Id);

        Assert.Equal((ChangeState.Stuck, "undo-incomplete"), (change.State, change.Trouble!.Code));
        Assert.Equal(["translations", "binding", "rmgm", "adjacency", "whitelist", "trunk", "acl"], change.Leftovers.Select(l => l.StepId));
        Assert.Equal("Olga gave the way back up before this was taken back.", change.Leftovers[0].Why);
        Assert.Equal(["Delete translations by hand."], change.Leftovers[0].Lines);
        Assert.Empty(_world.Stores.Locks);
        Assert.Equal(ChangeState.UndoPaused, (await _world.UndoAsync(change.Id)).State);
    }

    [Fact]
    public async Task What_people_did_by_hand_people_take_back_and_confirm()
    {
        var change = await DoneAsync(makeTranslations: true);

        change = await _world.UndoAsync(change.Id);

        // Calls still are routed to the trunk: nothing that carries them may go before.
        Assert.Equal((ChangeState.UndoPaused, StepProgressState.WaitingForPerson), (change.State, change.ProgressOf("translations").State));
        Assert.Equal("Olga did it by hand, and it can't be read back. Take it back by hand, then confirm that here. `cancel CHG-1` gives the way back up and leaves the rest as it is.", change.ProgressOf("translations").Sentence);
        Assert.Empty(_world.Metaswitch.Deletes);
        Assert.Empty(_world.Perimeta.Deletes);
        Assert.Equal(["origination"], _world.Twilio.Deletes);
        Assert.Equal(3, _world.Stores.Locks.Count);

        var word = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("translations"), Sample.Ben, Ct);
        change = await _world.RunAsync(change.Id);
        Assert.Equal("Ben says that it is taken back; it can't be read back.", word.Sentence);
        Assert.Equal((ChangeState.UndoPaused, StepProgressState.WaitingForPerson), (change.State, change.ProgressOf("rmgm").State));
        Assert.Equal("rmgm was seen. Take it back by hand, then confirm that here. `cancel CHG-1` gives the way back up and leaves the rest as it is.", change.ProgressOf("rmgm").Sentence);
        Assert.Equal(["binding"], _world.Metaswitch.Deletes);

        var early = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct);
        Assert.Equal(("manual-step-still-there", "rmgm was seen."), (early.Code, early.Sentence.ToString()));

        _world.Metaswitch.Holds.Remove("rmgm");
        Assert.True((await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct)).Accepted);
        change = await _world.RunAsync(change.Id);
        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Equal(["origination", "trunk", "acl"], _world.Twilio.Deletes);
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task A_pause_on_the_way_back_outlives_a_restart_and_undo_looks_again()
    {
        var change = await DoneAsync(makeTranslations: true);
        await _world.UndoAsync(change.Id);
        await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("translations"), Sample.Ben, Ct);
        await _world.RunAsync(change.Id);
        _world.Restart();

        Assert.Empty(await _world.Engine.ResumeAsync(Ct));
        Assert.Equal(3, _world.Stores.Locks.Count);
        _world.Metaswitch.Holds.Remove("rmgm");
        change = await _world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, change.State);
    }

    private async Task<Change> DoneAsync(bool makeTranslations)
    {
        var change = await _world.RunAsync();
        _world.Metaswitch.Holds.Add("rmgm");
        await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("rmgm"), Sample.Ana, Ct);
        await _world.RunAsync(change.Id);
        if (makeTranslations)
        {
            _world.Metaswitch.Holds.Add("translations");
        }

        await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("translations"), Sample.Olga, Ct);
        return await _world.RunAsync(change.Id);
    }
}
