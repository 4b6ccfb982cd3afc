using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Control;

public sealed class SkipTests
{
    private readonly ChangeWorld _world = new(new FakeObject("rmgm", StepPhase.MediaGatewayModel, Manual: true));

    [Fact]
    public async Task A_manual_step_that_waits_can_be_left_out_with_a_reason()
    {
        await _world.RunAsync();

        var reply = await AskAsync(new SkipManualStep(" the model is shared "), Sample.Olga);
        var change = await _world.RunAsync("CHG-1");

        Assert.Equal("Create rmgm: Left out by Olga: the model is shared", reply.Sentence);
        Assert.Equal((StepProgressState.Skipped, "Left out by Olga: the model is shared"), (change.ProgressOf("rmgm").State, change.ProgressOf("rmgm").Sentence));
        Assert.Equal(ChangeState.Done, change.State);
        Assert.Contains(
            change.Acceptance!.Lines, l => (l.Group, l.Label, l.Value, l.State) == ("Left out", "Create rmgm", "Left out by Olga: the model is shared", AcceptanceState.NotMeasured));
        Assert.Contains(_world.Stores.Audit, a => (a.What, a.Who) == ("step-skipped", "webchat:olga"));
    }

    [Fact]
    public async Task Undo_asks_nobody_to_take_back_what_was_left_out()
    {
        await _world.RunAsync();
        await AskAsync(new SkipManualStep("shared"), Sample.Ana);
        await _world.RunAsync("CHG-1");

        var undone = await _world.UndoAsync("CHG-1");

        Assert.Equal((ChangeState.Undone, StepProgressState.Skipped), (undone.State, undone.ProgressOf("rmgm").State));
    }

    [Fact]
    public async Task What_its_system_tried_before_it_was_left_out_is_taken_back()
    {
        var world = new ChangeWorld(new FakeObject("rmgm", StepPhase.MediaGatewayModel, Manual: true, Tried: true));
        world.Metaswitch.ApplyFaults["rmgm"] = Fault.Half;
        Assert.Equal(ChangeState.Paused, (await world.RunAsync()).State);
        await world.Engine.AskAsync("CHG-1", new SkipManualStep("later"), Sample.Ana, Ct);
        world.Metaswitch.Findings.Clear();
        await world.RunAsync("CHG-1");

        Assert.Equal(ChangeState.Undone, (await world.UndoAsync("CHG-1")).State);
        Assert.Equal(["metaswitch old", "perimeta old", "twilio old"], world.State);
    }

    [Fact]
    public async Task A_step_that_is_left_out_is_not_among_what_a_stuck_undo_leaves()
    {
        await _world.RunAsync();
        await AskAsync(new SkipManualStep("shared"), Sample.Ana);
        await _world.RunAsync("CHG-1");
        _world.Metaswitch.UndoFaults["binding"] = Fault.Refused;

        var stuck = await _world.UndoAsync("CHG-1");

        Assert.Equal(["binding"], stuck.Leftovers.Select(l => l.StepId));
    }

    /// <summary>A manual step that no system tries sends nothing: left out, nothing was done for it.</summary>
    [Theory]
    [InlineData(true, new[] { "already-begun" }, new[] { "rmgm" })]
    [InlineData(false, new string[0], new string[0])]
    public async Task What_its_system_tried_before_it_was_left_out_counts_as_begun_at_a_cancel_and_among_what_is_left(bool isTried, string[] refusals, string[] left)
    {
        var world = new ChangeWorld(new FakeObject("rmgm", StepPhase.MediaGatewayModel, Manual: true, Tried: isTried));
        if (isTried)
        {
            world.Metaswitch.ApplyFaults["rmgm"] = Fault.Half;
        }

        Assert.Equal(ChangeState.Paused, (await world.RunAsync()).State);
        var skipped = (await world.Engine.AskAsync("CHG-1", new SkipManualStep("later"), Sample.Ana, Ct)).Change!;

        // As if this step had been the first.
        var alone = skipped with
        {
            State = ChangeState.Failed,
            Steps = [.. skipped.Steps.Select(s => s.StepId == "rmgm" ? s : s with { State = StepProgressState.Waiting })],
        };
        Assert.Equal(StepProgressState.Skipped, alone.ProgressOf("rmgm").State);
        Assert.Equal(refusals, Verdicts.Cancel(alone, Sample.Ana, null, world.Time.GetUtcNow()).Refusals.Select(r => r.Code));
        Assert.Equal(left, Leftovers.Of(alone, "given up").Select(l => l.StepId));
    }

    [Theory]
    [InlineData("", "reason-required")]
    [InlineData("  ", "reason-required")]
    public async Task Without_a_reason_it_is_refused(string reason, string code)
    {
        await _world.RunAsync();

        Assert.Equal(code, (await AskAsync(new SkipManualStep(reason), Sample.Ana)).Code);
    }

    [Fact]
    public async Task Only_a_manual_step_that_waits_on_the_way_forward_can_be_left_out_and_only_by_operators()
    {
        await _world.RunAsync();
        Assert.Equal("not-allowed", (await AskAsync(new SkipManualStep("x"), Sample.Stranger)).Code);
        _world.Metaswitch.Holds.Add("rmgm");
        await AskAsync(new ConfirmManualStep("rmgm"), Sample.Ana);
        await _world.RunAsync("CHG-1");
        Assert.Equal("step-not-waiting", (await AskAsync(new SkipManualStep("x"), Sample.Ana)).Code);

        var back = await _world.UndoAsync("CHG-1");

        Assert.Equal(ChangeState.UndoPaused, back.State);
        Assert.Equal("step-not-waiting", (await AskAsync(new SkipManualStep("x"), Sample.Ana)).Code);
    }

    [Fact]
    public async Task What_waits_for_a_person_is_not_resumed_by_accident()
    {
        await _world.RunAsync();

        var reply = await AskAsync(new Resume(), Sample.Ana);

        Assert.Equal(
            ("not-paused", "CHG-1 waits for a manual step: press Done on its card when it is done, or say `skip CHG-1` and why."), (reply.Code, reply.Sentence.ToString()));
    }

    private Task<ChangeReply> AskAsync(ChangeRequest request, Actor who) => _world.Engine.AskAsync("CHG-1", request, who, Ct);
}
