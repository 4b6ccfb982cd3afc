using TrunkBot.Changes.Life;
using TrunkBot.Changes.Tests.World;

namespace TrunkBot.Changes.Tests.Life;

/// <summary>What the result tells of each system, and how long steps took.</summary>
public sealed class ReadBackTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task The_result_begins_with_the_read_back_of_each_system()
    {
        var change = await _world.RunAsync();

        Assert.Equal(
            [
                new AcceptanceLine("Read back", "Twilio", "twilio-denver: 3 objects compared, all as planned", AcceptanceState.Passed),
                new AcceptanceLine("Read back", "Perimeta", "den-sbc-1: 2 objects compared, all as planned", AcceptanceState.Passed),
                new AcceptanceLine("Read back", "Metaswitch", "den-cfs-1: 1 object compared, all as planned", AcceptanceState.Passed),
                new AcceptanceLine("Test call", "Answer", "200", AcceptanceState.Passed),
            ],
            change.Acceptance!.Lines);
    }

    [Fact]
    public async Task A_system_that_differs_is_named_in_the_result_and_the_others_are_in_order()
    {
        _world.Metaswitch.BeforeSend = (_, _) =>
        {
            _world.Perimeta.Holds.Remove("adjacency");
            return Task.CompletedTask;
        };

        var change = await _world.RunAsync();

        Assert.False(change.Acceptance!.Passed);
        Assert.Equal(
            [AcceptanceState.Passed, AcceptanceState.Failed, AcceptanceState.Passed], change.Acceptance.Lines.Select(l => l.State));
        Assert.Equal("den-sbc-1 is different: Create adjacency", change.Acceptance.Lines[1].Value);
    }

    [Fact]
    public async Task Read_back_lines_stand_before_tests_that_failed_too()
    {
        _world.Tests = _ => Task.FromResult(new AcceptanceReport(false, "No answer.", []));

        var change = await _world.RunAsync();

        Assert.Equal(["Twilio", "Perimeta", "Metaswitch"], change.Acceptance!.Lines.Select(l => l.Label));
    }

    [Fact]
    public async Task A_step_that_is_tried_again_counts_its_time_from_the_new_try()
    {
        _world.Perimeta.ApplyFaults["whitelist"] = Fault.Refused;
        var change = await _world.RunAsync();
        _world.Perimeta.ApplyFaults.Remove("whitelist");
        _world.Time.Advance(TimeSpan.FromMinutes(30));

        change = await _world.RetryAsync(change.Id);

        var step = change.Steps.Single(s => s.StepId == "whitelist");
        Assert.Equal(Sample.Start.AddMinutes(30), step.Started);
        Assert.Equal(Sample.Start.AddMinutes(30), step.Ended);
    }

    [Fact]
    public async Task A_step_that_is_undone_counts_its_time_from_the_undo()
    {
        var change = await _world.RunAsync();
        _world.Time.Advance(TimeSpan.FromHours(3));

        change = await _world.UndoAsync(change.Id);

        Assert.Contains(_world.Seen, c => c.Steps.Any(s => s.StepId == "adjacency" && s.State == StepProgressState.Undoing && s.Started == Sample.Start.AddHours(3)));
    }
}
