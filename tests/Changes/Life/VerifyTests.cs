using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Findings;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Life;

public sealed class VerifyTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task Something_that_vanished_while_it_ran_is_found_by_reading_back()
    {
        _world.Metaswitch.BeforeSend = (_, _) =>
        {
            _world.Perimeta.Holds.Remove("adjacency");
            return Task.CompletedTask;
        };

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "verify-differs"), (change.State, change.Trouble!.Code));
        Assert.Equal("Read back, the systems are not as planned; still to do: Create adjacency (den-sbc-1).", change.Trouble.Sentence);
        Assert.Equal(0, _world.TestRuns);
        Assert.Empty(_world.Stores.Trunks);

        _world.Perimeta.Holds.Add("adjacency");
        Assert.Equal(ChangeState.Done, (await _world.RetryAsync(change.Id)).State);
        Assert.Equal(["whitelist", "adjacency"], _world.Perimeta.Creates);
    }

    [Fact]
    public async Task An_error_that_keeps_a_system_from_planning_anything_is_no_proof_that_all_is_there()
    {
        _world.Metaswitch.BeforeSend = (_, _) =>
        {
            _world.Perimeta.Holds.Remove("adjacency");
            _world.Perimeta.Findings.Add(new Finding("realm-missing", FindingSeverity.Error, "The realm twilio is not there.", "Make it."));
            return Task.CompletedTask;
        };

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "verify-differs"), (change.State, change.Trouble!.Code));
        Assert.Equal("Read back, the systems are not as planned; The realm twilio is not there.", change.Trouble.Sentence);
        Assert.Equal(0, _world.TestRuns);
    }

    [Fact]
    public async Task A_bug_in_planning_again_ends_the_change_with_a_reference_and_gives_the_locks_back()
    {
        _world.Metaswitch.BeforeSend = (_, _) =>
        {
            _world.Perimeta.PlanBug = new InvalidOperationException("a detail that is not for chat");
            return Task.CompletedTask;
        };

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "step-broke"), (change.State, change.Trouble!.Code));
        Assert.Matches("^An error inside the program stopped this change \\(reference [A-Z2-9]{8}\\)\\.$", change.Trouble.Sentence);
        Assert.Empty(_world.Stores.Locks);
        var reference = change.Trouble.Sentence.ToString().Split("reference ")[1][..8];
        Assert.Contains($"CHG-1 broke while reading the systems back; reference {reference}", _world.Log.Lines);
    }

    [Fact]
    public async Task A_trunk_that_fails_its_own_tests_stays_with_undo_offered()
    {
        _world.Tests = _ => Task.FromResult(new AcceptanceReport(false, "The call was answered but heard nothing.", []));

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "acceptance-failed"), (change.State, change.Trouble!.Code));
        Assert.Equal("The call was answered but heard nothing. The trunk stays as it is.", change.Trouble.Sentence);
        Assert.False(change.Acceptance!.Passed);
        Assert.Equal(["adjacency", "old", "whitelist"], _world.Perimeta.Holds);
        Assert.Empty(_world.Stores.Trunks);
        Assert.Empty(_world.Stores.Locks);

        Assert.Equal(ChangeState.Undone, (await _world.UndoAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_retry_after_failed_tests_tests_again_and_sends_nothing()
    {
        _world.Tests = _ => Task.FromResult(new AcceptanceReport(false, "No answer.", []));
        var change = await _world.RunAsync();
        _world.Tests = _ => Task.FromResult(Passed);

        change = await _world.RetryAsync(change.Id);

        Assert.Equal((ChangeState.Done, 2), (change.State, _world.TestRuns));
        Assert.Equal(["acl", "trunk", "origination"], _world.Twilio.Creates);
    }

    [Fact]
    public async Task Tests_that_can_not_run_are_not_passed()
    {
        _world.Tests = _ => throw new InvalidOperationException("no port left");

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "acceptance-not-run"), (change.State, change.Trouble!.Code));
        Assert.Null(change.Acceptance);
        Assert.DoesNotContain("no port left", change.Trouble.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_tests_are_doing_is_shown()
    {
        _world.Tests = progress =>
        {
            progress("Sending OPTIONS.");
            progress("Calling 16504894546.");
            return Task.FromResult(Passed);
        };

        await _world.RunAsync();

        Assert.Equal(
            ["Reading every system back.", "Sending OPTIONS.", "Calling 16504894546."],
            _world.Seen.Where(c => c.State == ChangeState.Verifying).Select(c => c.Activity).Distinct());
    }

    [Fact]
    public async Task Tests_of_a_run_that_lost_its_change_are_stopped()
    {
        var stopped = false;
        _world.TestsWithStop = async (progress, stop) =>
        {
            _world.Stores.Tamper("CHG-1", c => c);
            progress("Calling 16504894546.");
            var ended = new TaskCompletionSource();
            await using var registration = stop.Register(ended.SetResult);
            await ended.Task;
            stopped = true;
            stop.ThrowIfCancellationRequested();
            return Passed;
        };

        var change = await _world.RunAsync();

        Assert.True(stopped);
        Assert.Equal(ChangeState.Verifying, change.State);
        Assert.Empty(_world.Stores.Trunks);
    }

    [Fact]
    public async Task A_system_that_can_not_be_read_back_is_not_taken_as_good()
    {
        _world.Tests = _ => throw new InvalidOperationException("not reached");
        _world.Metaswitch.BeforeSend = (_, _) =>
        {
            _world.Metaswitch.ReadFailure = new SystemFailureException("cfs-unreachable", "The CFS does not answer.", "Check the network.");
            return Task.CompletedTask;
        };

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "cfs-unreachable"), (change.State, change.Trouble!.Code));
    }
}
