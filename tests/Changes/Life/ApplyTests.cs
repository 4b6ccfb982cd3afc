using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Life;

public sealed class ApplyTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task An_approved_change_sends_every_step_once_proves_the_trunk_and_ends()
    {
        var change = await _world.RunAsync();

        Assert.Equal(ChangeState.Done, change.State);
        Assert.Equal(["acl", "trunk", "origination"], _world.Twilio.Creates);
        Assert.Equal(["whitelist", "adjacency"], _world.Perimeta.Creates);
        Assert.Equal(["binding"], _world.Metaswitch.Creates);
        Assert.All(change.Steps, s => Assert.Equal(StepProgressState.Done, s.State));
        Assert.Equal("binding is there.", change.ProgressOf("binding").Sentence);
        Assert.Equal("sid of trunk ok", change.Facts["trunk.sid"]);
        Assert.Equal(Passed.Sentence, change.Acceptance!.Sentence);
        Assert.Equal(Sample.Start, change.Finished);
        Assert.Null(change.Activity);
        Assert.Null(change.Trouble);
        Assert.Empty(_world.Stores.Locks);
        var trunk = Assert.Single(_world.Stores.Trunks);
        Assert.Equal(("acme-east", "CHG-1"), (trunk.Intent.Name, trunk.ChangeId));
    }

    [Fact]
    public async Task The_journal_holds_what_was_sent_and_what_came_back_in_order()
    {
        var change = await _world.RunAsync();

        var lines = await _world.Engine.JournalAsync(change.Id, Ct);
        Assert.Equal(
            ["create acl", "created acl ok", "create trunk", "created trunk ok", "create whitelist"],
            lines.Take(5).Select(l => l.Exchange.Text));
        Assert.Equal("CHG-1:acl:apply:1", lines[0].Ticket);
        Assert.All(await _world.Stores.TicketsAsync(change.Id, Ct), t => Assert.Equal(TicketOutcome.Succeeded, t.Outcome));
    }

    [Fact]
    public async Task The_ticket_of_a_step_is_in_the_journal_before_its_system_is_asked()
    {
        var tickets = new List<string>();
        _world.Perimeta.BeforeSend = async (step, ct) =>
            tickets.AddRange((await _world.Stores.TicketsAsync("CHG-1", ct)).Where(t => t.StepId == step.Id && t.Outcome is null).Select(t => t.Id));

        await _world.RunAsync();

        Assert.Equal(["CHG-1:whitelist:apply:1", "CHG-1:adjacency:apply:1"], tickets);
    }

    [Fact]
    public async Task The_log_names_each_act_and_who_did_it_and_no_text_of_a_device()
    {
        _world.Perimeta.ApplyFaults["whitelist"] = Fault.Refused;

        var change = await _world.RunAsync();

        var hash = change.Plan.ShortHash;
        Assert.Equal($"CHG-1: planned by webchat:ana; now Planned; plan {hash}", _world.Log.Lines[0]);
        Assert.Contains($"CHG-1: approved by webchat:ben; now Approved; plan {hash}", _world.Log.Lines);
        Assert.DoesNotContain(_world.Log.Lines, l => l.Contains("whitelist could not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Observers_see_every_state_in_order()
    {
        await _world.RunAsync();

        var states = new List<ChangeState>();
        foreach (var seen in _world.Seen)
        {
            if (states.Count == 0 || states[^1] != seen.State)
            {
                states.Add(seen.State);
            }
        }

        Assert.Equal(
            [ChangeState.Planned, ChangeState.WaitingForApproval, ChangeState.Approved, ChangeState.Applying, ChangeState.Verifying, ChangeState.Done],
            states);
        Assert.Contains(_world.Seen, c => c.Activity == "Create adjacency" && c.ProgressOf("adjacency").State == StepProgressState.Running);
    }

    [Fact]
    public async Task An_observer_that_fails_stops_nothing()
    {
        _world.ObserverFails = true;

        Assert.Equal(ChangeState.Done, (await _world.RunAsync()).State);
    }

    [Fact]
    public async Task Who_did_what_is_in_the_audit()
    {
        await _world.RunAsync();

        Assert.Equal(
            ["webchat:ana planned", "webchat:ana submitted", "webchat:ben approved", "trunkbot began", "trunkbot step-done"],
            _world.Stores.Audit.Take(5).Select(a => $"{a.Who} {a.What}"));
        Assert.Equal("trunkbot done", $"{_world.Stores.Audit[^1].Who} {_world.Stores.Audit[^1].What}");
    }

    [Fact]
    public async Task A_system_that_changed_since_the_plan_stops_it_before_anything_is_sent()
    {
        var change = await _world.ApprovedAsync();
        _world.Perimeta.Holds.Add("adjacency of somebody else");
        _world.Perimeta.Holds.Remove("old");

        change = await _world.RunAsync(change.Id);

        Assert.Equal(ChangeState.Failed, change.State);
        Assert.Equal("plan-stale", change.Trouble!.Code);
        Assert.Equal(
            "Perimeta (den-sbc-1) changed since it was planned: gone: old; new: adjacency of somebody else. Nothing was sent.",
            change.Trouble.Sentence);
        Assert.Empty(await _world.Engine.JournalAsync(change.Id, Ct));
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task A_site_profile_that_names_another_element_since_stops_it()
    {
        var change = await _world.ApprovedAsync();
        _world.Perimeta.Element = "den-sbc-2";

        change = await _world.RunAsync(change.Id);

        Assert.Equal("plan-stale", change.Trouble!.Code);
        Assert.Equal("Perimeta was den-sbc-1 and is den-sbc-2 now: the site profile changed. Nothing was sent.", change.Trouble.Sentence);
    }

    [Fact]
    public async Task A_plan_that_was_stale_goes_on_by_retry_once_the_system_is_as_it_was()
    {
        var change = await _world.ApprovedAsync();
        _world.Perimeta.Holds.Add("x");
        await _world.RunAsync(change.Id);
        Assert.Equal("plan-stale", (await _world.RetryAsync(change.Id)).Trouble!.Code);
        _world.Perimeta.Holds.Remove("x");

        Assert.Equal(ChangeState.Done, (await _world.RetryAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_system_that_can_not_be_read_before_the_start_stops_it()
    {
        var change = await _world.ApprovedAsync();
        _world.Twilio.ReadFailure = new SystemFailureException("twilio-unreachable", "Twilio does not answer.", "Check the network.");

        change = await _world.RunAsync(change.Id);

        Assert.Equal(("twilio-unreachable", "Twilio does not answer. Nothing was sent."), (change.Trouble!.Code, change.Trouble.Sentence.ToString()));
    }

    [Fact]
    public async Task A_plan_that_was_edited_in_the_database_is_not_sent()
    {
        var change = await _world.ApprovedAsync();
        _world.Stores.Tamper(change.Id, c => c with { Plan = c.Plan with { Steps = [.. c.Plan.Steps.Select(s => s with { Sends = ["no adjacency core"] })] } });

        change = await _world.RunAsync(change.Id);

        Assert.Equal((ChangeState.Failed, "plan-changed"), (change.State, change.Trouble!.Code));
        Assert.Empty(_world.Twilio.Creates);
    }

    [Fact]
    public async Task A_change_whose_state_was_set_to_approved_without_an_approval_is_not_sent()
    {
        var change = await _world.SubmittedAsync();
        _world.Stores.Tamper(change.Id, c => c with { State = ChangeState.Approved });

        Assert.Equal("plan-changed", (await _world.RunAsync(change.Id)).Trouble!.Code);
    }

    [Fact]
    public async Task Elements_are_locked_in_one_order_while_it_runs()
    {
        IReadOnlyList<ElementLock> during = [];
        _world.Metaswitch.BeforeSend = (_, _) =>
        {
            during = _world.Stores.Locks;
            return Task.CompletedTask;
        };

        await _world.RunAsync();

        Assert.Equal(["den-cfs-1", "den-sbc-1", "twilio-denver"], _world.Stores.LockOrder.Take(3));
        Assert.Equal(["den-cfs-1 CHG-1 trunk acme-east", "den-sbc-1 CHG-1 trunk acme-east", "twilio-denver CHG-1 trunk acme-east"], during.Select(l => $"{l.Element} {l.Holder} {l.Reason}"));
    }

    [Fact]
    public async Task An_element_that_another_change_holds_stops_it_and_says_who()
    {
        await _world.Stores.TakeAsync(new ElementLock("den-sbc-1", "CHG-7", "trunk other", Sample.Start), Ct);

        var change = await _world.RunAsync();

        Assert.Equal("element-locked", change.Trouble!.Code);
        Assert.Equal("den-sbc-1 is held by CHG-7 (trunk other) since 2026-11-02 09:00 UTC. Nothing was sent.", change.Trouble.Sentence);
        Assert.Equal(["CHG-7"], _world.Stores.Locks.Select(l => l.Holder));
        Assert.Empty(_world.Twilio.Creates);

        await _world.Stores.ReleaseAsync("CHG-7", Ct);
        Assert.Equal(ChangeState.Done, (await _world.RetryAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_lock_store_that_can_not_be_reached_means_no()
    {
        _world.Stores.LocksFail = true;

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "lock-store-unreachable"), (change.State, change.Trouble!.Code));
        Assert.Empty(_world.Twilio.Creates);
    }

    [Fact]
    public async Task A_step_that_fails_stops_the_change_and_a_retry_goes_on_from_there()
    {
        _world.Perimeta.ApplyFaults["adjacency"] = Fault.Refused;

        var failed = await _world.RunAsync();

        Assert.Equal(ChangeState.Failed, failed.State);
        Assert.Equal(new ChangeTrouble("fake-refused", "adjacency was refused.", "Ask it nicely."), failed.Trouble);
        Assert.Equal(StepProgressState.Failed, failed.ProgressOf("adjacency").State);
        Assert.Equal(StepProgressState.Waiting, failed.ProgressOf("binding").State);
        Assert.Empty(_world.Metaswitch.Creates);
        Assert.Empty(_world.Stores.Locks);

        _world.Perimeta.ApplyFaults.Clear();
        var done = await _world.RetryAsync(failed.Id);

        Assert.Equal(ChangeState.Done, done.State);
        Assert.Equal(["whitelist", "adjacency"], _world.Perimeta.Creates);
        Assert.Equal(["acl", "trunk", "origination"], _world.Twilio.Creates);
        var observed = (await _world.Stores.TicketsAsync(done.Id, Ct)).Where(t => t.StepId == "adjacency").Select(t => t.Purpose);
        Assert.Equal([TicketPurpose.Apply, TicketPurpose.Observe, TicketPurpose.Apply], observed);
    }

    [Fact]
    public async Task A_cut_connection_after_the_effect_is_looked_at_and_not_sent_again()
    {
        _world.Twilio.ApplyFaults["trunk"] = Fault.CutAfterEffect;

        var change = await _world.RunAsync();

        Assert.Equal(ChangeState.Done, change.State);
        Assert.Equal(["acl", "trunk", "origination"], _world.Twilio.Creates);
        Assert.Equal("trunk was seen.", change.ProgressOf("trunk").Sentence);
        Assert.Equal("sid of trunk ok", change.Facts["trunk.sid"]);
        Assert.Equal(TicketOutcome.Unknown, (await _world.Stores.TicketsAsync(change.Id, Ct)).Single(t => t.Id == "CHG-1:trunk:apply:1").Outcome);
    }

    [Fact]
    public async Task A_cut_connection_before_the_effect_waits_for_a_person_and_a_retry_sends_once()
    {
        _world.Twilio.ApplyFaults["trunk"] = Fault.CutBeforeEffect;
        var change = await _world.RunAsync();
        Assert.Equal("fake-cut", change.Trouble!.Code);

        _world.Twilio.ApplyFaults.Clear();
        change = await _world.RetryAsync(change.Id);

        Assert.Equal(ChangeState.Done, change.State);
        Assert.Equal(["acl", "trunk", "origination"], _world.Twilio.Creates);
    }

    [Fact]
    public async Task A_step_that_is_half_done_is_taken_back_before_it_is_sent_again()
    {
        _world.Perimeta.ApplyFaults["adjacency"] = Fault.Half;
        var change = await _world.RunAsync();

        _world.Perimeta.ApplyFaults.Clear();
        change = await _world.RetryAsync(change.Id);

        Assert.Equal(ChangeState.Done, change.State);
        Assert.Equal(["adjacency"], _world.Perimeta.Deletes);
        Assert.DoesNotContain("adjacency?", _world.Perimeta.Holds);
    }

    [Fact]
    public async Task What_a_failed_step_and_a_look_at_it_found_out_is_known_to_its_undo()
    {
        _world.Perimeta.ApplyFaults["adjacency"] = Fault.Half;
        _world.Perimeta.FailureFacts["adjacency.made"] = "by us";

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "by us", "seen"), (change.State, change.Facts["adjacency.made"], change.Facts["adjacency.half"]));
        await _world.UndoAsync(change.Id);
        Assert.Equal("by us", _world.Perimeta.UndoFacts["adjacency"]["adjacency.made"]);
    }

    [Fact]
    public async Task A_half_done_step_that_can_not_be_taken_back_is_not_sent_again()
    {
        _world.Perimeta.ApplyFaults["adjacency"] = Fault.Half;
        _world.Perimeta.UndoFaults["adjacency"] = Fault.Refused;
        var change = await _world.RunAsync();
        _world.Perimeta.ApplyFaults.Clear();

        change = await _world.RetryAsync(change.Id);

        Assert.Equal((ChangeState.Failed, "adjacency could not be deleted."), (change.State, change.Trouble!.Sentence.ToString()));
        Assert.Equal(["whitelist"], _world.Perimeta.Creates);
    }

    [Fact]
    public async Task A_step_whose_outcome_nobody_can_see_is_never_sent_twice()
    {
        var world = new ChangeWorld(new FakeObject("blind", StepPhase.Binding, Blind: true));
        world.Metaswitch.ApplyFaults["blind"] = Fault.CutAfterEffect;
        var change = await world.RunAsync();
        Assert.Equal("fake-cut", change.Trouble!.Code);

        change = await world.RetryAsync(change.Id);

        Assert.Equal("step-outcome-unknown", change.Trouble!.Code);
        Assert.Equal(["binding", "blind"], world.Metaswitch.Creates);
    }

    [Fact]
    public async Task A_retry_while_the_system_is_unreachable_sends_nothing()
    {
        _world.Twilio.ApplyFaults["trunk"] = Fault.CutBeforeEffect;
        var change = await _world.RunAsync();
        _world.Twilio.ApplyFaults["trunk"] = Fault.Unreachable;

        change = await _world.RetryAsync(change.Id);

        Assert.Equal("fake-unreachable", change.Trouble!.Code);
        Assert.Equal(["acl"], _world.Twilio.Creates);
    }

    [Fact]
    public async Task A_bug_in_a_driver_stops_the_change_with_a_reference_and_no_detail()
    {
        _world.Twilio.ApplyFaults["trunk"] = Fault.Throws;

        var change = await _world.RunAsync();

        Assert.Equal("step-broke", change.Trouble!.Code);
        Assert.Equal("An error inside the program stopped this step (reference CHG-1:trunk:apply:1).", change.Trouble.Sentence);
    }

    [Fact]
    public async Task Only_people_of_the_change_retry_and_only_what_failed()
    {
        _world.Twilio.ApplyFaults["trunk"] = Fault.Refused;
        var change = await _world.RunAsync();

        Assert.Equal("not-allowed", (await _world.Engine.AskAsync(change.Id, new Retry(), Sample.Stranger, Ct)).Code);
        Assert.True((await _world.Engine.AskAsync(change.Id, new Retry(), Sample.Olga, Ct)).Accepted);
        Assert.Equal("not-failed", (await _world.Engine.AskAsync(change.Id, new Retry(), Sample.Ana, Ct)).Code);
    }

    [Fact]
    public async Task Two_runs_of_one_change_at_once_send_every_step_once()
    {
        var change = await _world.ApprovedAsync();

        await Task.WhenAll(
            Task.Run(() => _world.Engine.RunAsync(change.Id, Ct), Ct),
            Task.Run(() => _world.Engine.RunAsync(change.Id, Ct), Ct));

        Assert.Equal(["acl", "trunk", "origination"], _world.Twilio.Creates);
        Assert.Equal(1, _world.TestRuns);
    }

    [Fact]
    public async Task A_run_in_another_process_that_takes_over_stops_this_one_before_its_next_step()
    {
        var other = _world.NewEngine();
        _world.Twilio.BeforeSend = async (step, ct) =>
        {
            if (step.Id == "trunk")
            {
                _world.Twilio.BeforeSend = null;
                await other.RunAsync("CHG-1", ct);
            }
        };

        var change = await _world.RunAsync();

        Assert.Equal(ChangeState.Done, change.State);
        Assert.Equal(["whitelist", "adjacency"], _world.Perimeta.Creates);
        Assert.Equal(["binding"], _world.Metaswitch.Creates);
    }

    [Fact]
    public async Task A_stop_of_the_process_leaves_the_change_to_go_on_later()
    {
        using var stop = new CancellationTokenSource();
        _world.Perimeta.BeforeSend = (_, _) =>
        {
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        };
        var change = await _world.ApprovedAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.Engine.RunAsync(change.Id, stop.Token));
        Assert.Equal(ChangeState.Applying, (await _world.NowAsync(change.Id)).State);

        _world.Perimeta.BeforeSend = null;
        _world.Restart();
        Assert.Equal(["CHG-1"], await _world.Engine.ResumeAsync(Ct));
        Assert.Equal(ChangeState.Done, (await _world.RunAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_secret_that_a_device_echoes_is_neither_stored_nor_shown()
    {
        _world.Twilio.Echo = $"password {Secret} and {Uri.EscapeDataString(Secret)}";

        var change = await _world.RunAsync();

        var lines = await _world.Engine.JournalAsync(change.Id, Ct);
        Assert.Equal("created acl password secret:denver-perimeta and secret:denver-perimeta", lines[1].Exchange.Text);
        Assert.Equal("sid of acl password secret:denver-perimeta and secret:denver-perimeta", change.Facts["acl.sid"]);
    }

    [Fact]
    public async Task Planning_at_a_site_that_does_not_exist_names_those_that_do()
    {
        var e = await Assert.ThrowsAsync<SystemFailureException>(
            () => _world.Engine.PlanAsync(new(Sample.Intent() with { Site = "boston" }), [], Sample.Ana, Ct));

        Assert.Equal(("site-unknown", "Choose one of: denver."), (e.Code, e.Fix.ToString()));
    }

    [Fact]
    public async Task Open_changes_are_listed_newest_first_without_those_at_their_end()
    {
        await _world.RunAsync();
        _world.Twilio.Holds.Remove("acl");
        await _world.PlanAsync();
        await _world.PlanAsync();

        Assert.Equal(["CHG-3", "CHG-2"], (await _world.Engine.ListOpenAsync(Ct)).Select(c => c.Id));
    }
}
