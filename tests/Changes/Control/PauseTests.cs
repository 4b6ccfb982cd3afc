using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Control;

/// <summary>Six automatic steps: acl, trunk (Twilio); whitelist, adjacency (Perimeta); binding; origination.</summary>
public sealed class PauseTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task Asked_while_a_step_runs_that_step_is_finished_and_no_other_begins()
    {
        var change = await PausedAtAsync("whitelist");

        Assert.Equal((ChangeState.Paused, PauseReason.Asked), (change.State, change.PausedFor));
        Assert.Equal(StepProgressState.Done, change.ProgressOf("whitelist").State);
        Assert.Equal(StepProgressState.Waiting, change.ProgressOf("adjacency").State);
        Assert.Equal(["whitelist"], _world.Perimeta.Creates);
        Assert.Equal(["den-cfs-1", "den-sbc-1", "twilio-denver"], _world.Stores.Locks.Select(l => l.Element));
        Assert.Equal("Before Create adjacency: Olga asked for it.", _world.Stores.Audit[^1].Detail);
    }

    [Fact]
    public async Task Resumed_it_goes_on_to_the_end_and_sends_nothing_twice()
    {
        await PausedAtAsync("whitelist");

        Assert.Equal("CHG-1 goes on.", (await AskAsync(new Resume())).Sentence);
        var change = await _world.RunAsync("CHG-1");

        Assert.Equal(ChangeState.Done, change.State);
        Assert.Equal(["acl", "trunk", "origination"], _world.Twilio.Creates);
        Assert.Equal(["whitelist", "adjacency"], _world.Perimeta.Creates);
    }

    [Fact]
    public async Task A_pause_survives_a_crash_before_it_took_effect()
    {
        await _world.ApprovedAsync();
        _world.Perimeta.BeforeSend = async (step, _) =>
        {
            if (step.Id == "whitelist")
            {
                await AskAsync(new Pause());
                _world.Kill.DieAt = _world.Kill.Writes + 1;
            }
        };
        await Assert.ThrowsAsync<KilledException>(() => _world.Engine.RunAsync("CHG-1", Ct));
        _world.Perimeta.BeforeSend = null;
        _world.Restart();

        Assert.Equal(["CHG-1"], await _world.Engine.ResumeAsync(Ct));
        var change = await _world.RunAsync("CHG-1");

        // The step that the crash left in the middle is looked at and finished first.
        Assert.Equal((ChangeState.Paused, PauseReason.Asked), (change.State, change.PausedFor));
        Assert.Equal((StepProgressState.Done, StepProgressState.Waiting), (change.ProgressOf("whitelist").State, change.ProgressOf("adjacency").State));
        await AskAsync(new Resume());
        Assert.Equal(ChangeState.Done, (await _world.RunAsync("CHG-1")).State);
        Assert.Equal(["whitelist", "adjacency"], _world.Perimeta.Creates);
    }

    [Fact]
    public async Task A_pause_can_be_withdrawn_before_it_takes_effect()
    {
        await _world.ApprovedAsync();
        _world.Perimeta.BeforeSend = async (step, _) =>
        {
            if (step.Id == "whitelist")
            {
                Assert.True((await AskAsync(new Pause())).Accepted);
                Assert.Equal("already-paused", (await AskAsync(new Pause())).Code);
                Assert.True((await AskAsync(new Resume())).Accepted);
            }
        };

        Assert.Equal(ChangeState.Done, (await _world.RunAsync("CHG-1")).State);
    }

    [Fact]
    public async Task Stop_said_to_a_running_change_pauses_it()
    {
        await _world.ApprovedAsync();
        _world.Twilio.BeforeSend = async (step, _) =>
        {
            if (step.Id == "acl")
            {
                Assert.True((await AskAsync(new Stop())).Accepted);
            }
        };

        Assert.Equal((ChangeState.Paused, PauseReason.Asked), await StateAsync());
        Assert.Equal(["acl"], _world.Twilio.Creates);
    }

    [Fact]
    public async Task Another_run_is_still_told_from_a_wish()
    {
        await _world.ApprovedAsync();
        _world.Perimeta.BeforeSend = async (step, _) =>
        {
            if (step.Id == "whitelist")
            {
                await AskAsync(new Pause());
                _world.Stores.Tamper("CHG-1", c => c with { Activity = "another run" });
            }
        };

        await _world.Engine.RunAsync("CHG-1", Ct);

        Assert.Equal("another run", (await _world.NowAsync("CHG-1")).Activity);
        Assert.Equal(["whitelist"], _world.Perimeta.Creates);
        Assert.Contains("This run of CHG-1 stops: another one was first", _world.Log.Lines);
    }

    [Fact]
    public async Task A_retry_forgets_a_pause_that_the_failure_forestalled()
    {
        await _world.ApprovedAsync();
        _world.Perimeta.ApplyFaults["whitelist"] = Fault.Refused;
        _world.Perimeta.BeforeSend = async (step, _) => Assert.True((await AskAsync(new Pause())).Accepted);
        Assert.Equal(ChangeState.Failed, (await _world.RunAsync("CHG-1")).State);
        _world.Perimeta.ApplyFaults.Clear();
        _world.Perimeta.BeforeSend = null;

        Assert.Equal(ChangeState.Done, (await _world.RetryAsync("CHG-1")).State);
    }

    [Fact]
    public async Task Step_by_step_it_pauses_after_each_step()
    {
        _world.Site = _world.Site with { Execution = new() { ApplyWhenApproved = false } };
        await _world.ApprovedAsync();
        Assert.Equal("CHG-1 begins with its first step, then waits for `step CHG-1`.", (await AskAsync(new Apply(StepByStep: true))).Sentence);

        Assert.Equal((ChangeState.Paused, PauseReason.StepByStep), await StateAsync());
        Assert.Equal(["acl"], _world.Twilio.Creates);
        Assert.Equal("CHG-1 runs one step: Create trunk.", (await AskAsync(new RunOneStep())).Sentence);
        Assert.Equal((ChangeState.Paused, PauseReason.StepByStep), await StateAsync());
        Assert.Equal(["acl", "trunk"], _world.Twilio.Creates);

        for (var step = 3; step <= 6; step++)
        {
            Assert.Equal(ChangeState.Paused, (await _world.NowAsync("CHG-1")).State);
            await AskAsync(new RunOneStep());
            await _world.RunAsync("CHG-1");
        }

        Assert.Equal(ChangeState.Done, (await _world.NowAsync("CHG-1")).State);
    }

    [Fact]
    public async Task Killed_at_any_write_one_step_stays_one_step()
    {
        for (var at = 1; ; at++)
        {
            var world = new ChangeWorld();
            world.Site = world.Site with { Execution = new() { ApplyWhenApproved = false } };
            await world.ApprovedAsync();
            await world.Engine.AskAsync("CHG-1", new Apply(StepByStep: true), Sample.Ana, Ct);
            world.Kill.DieAt = world.Kill.Writes + at;
            try
            {
                await world.Engine.RunAsync("CHG-1", Ct);
            }
            catch (KilledException)
            {
                // As it should be.
            }

            if (!world.Kill.Dead)
            {
                Assert.InRange(at, 10, 100);
                return;
            }

            world.Restart();
            foreach (var id in await world.Engine.ResumeAsync(Ct))
            {
                await world.Engine.RunAsync(id, Ct);
            }

            Assert.Equal((ChangeState.Paused, PauseReason.StepByStep), ((await world.NowAsync("CHG-1")).State, (await world.NowAsync("CHG-1")).PausedFor));
            Assert.Equal(["acl"], world.Twilio.Creates);
        }
    }

    [Fact]
    public async Task A_paused_change_can_go_on_by_one_step_and_then_to_the_end()
    {
        await PausedAtAsync("acl");

        await AskAsync(new RunOneStep());
        Assert.Equal((ChangeState.Paused, PauseReason.StepByStep), await StateAsync());
        Assert.Equal(["acl", "trunk"], _world.Twilio.Creates);
        await AskAsync(new Resume());

        Assert.Equal((ChangeState.Done, null), await StateAsync());
    }

    [Fact]
    public async Task A_paused_change_can_be_undone()
    {
        await PausedAtAsync("whitelist");

        Assert.Equal(ChangeState.Undone, (await _world.UndoAsync("CHG-1")).State);
        Assert.Equal(["metaswitch old", "perimeta old", "twilio old"], _world.State);
    }

    [Fact]
    public async Task Before_it_goes_on_the_systems_that_are_untouched_are_looked_at_again()
    {
        await PausedAtAsync("acl");
        _world.Metaswitch.Holds.Add("binding");

        await AskAsync(new Resume());

        Assert.Equal("plan-stale", (await _world.RunAsync("CHG-1")).Trouble!.Code);
    }

    [Theory]
    [InlineData("pause", "not-running", "CHG-1 is Done: only a change whose steps are being sent can be paused.")]
    [InlineData("resume", "not-paused", "CHG-1 is Done: there is nothing to resume.")]
    [InlineData("step", "not-paused", "CHG-1 is Done: there is nothing to run one step of.")]
    public async Task What_is_at_its_end_can_not_be_paused_resumed_or_stepped(string request, string code, string sentence)
    {
        await _world.RunAsync();

        var reply = await AskAsync(request switch { "pause" => new Pause(), "resume" => new Resume(), _ => new RunOneStep() });

        Assert.Equal((code, sentence), (reply.Code, reply.Sentence.ToString()));
    }

    [Fact]
    public async Task Strangers_may_do_none_of_it()
    {
        await PausedAtAsync("acl");

        foreach (var request in new ChangeRequest[] { new Resume(), new RunOneStep() })
        {
            Assert.Equal("not-allowed", (await _world.Engine.AskAsync("CHG-1", request, Sample.Stranger, Ct)).Code);
        }
    }

    private async Task<Change> PausedAtAsync(string stepId)
    {
        await _world.ApprovedAsync();
        foreach (var system in _world.Systems)
        {
            system.BeforeSend = async (step, _) =>
            {
                if (step.Id == stepId)
                {
                    Assert.Equal(
                        "CHG-1 stops before its next step; the one that runs is finished. `resume CHG-1` has it go on, `step CHG-1` runs one step.",
                        (await _world.Engine.AskAsync("CHG-1", new Pause(), Sample.Olga, Ct)).Sentence);
                }
            };
        }

        var change = await _world.RunAsync("CHG-1");
        foreach (var system in _world.Systems)
        {
            system.BeforeSend = null;
        }

        return change;
    }

    private async Task<(ChangeState, PauseReason?)> StateAsync()
    {
        var change = await _world.RunAsync("CHG-1");
        return (change.State, change.PausedFor);
    }

    private Task<ChangeReply> AskAsync(ChangeRequest request) => _world.Engine.AskAsync("CHG-1", request, Sample.Ana, Ct);
}
