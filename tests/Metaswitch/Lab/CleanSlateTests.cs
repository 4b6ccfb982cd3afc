using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;

namespace TrunkBot.Metaswitch.Tests.Lab;

/// <summary>Whatever goes wrong at whichever step, undoing what was begun leaves the binding as it was.</summary>
public sealed class CleanSlateTests
{
    [Theory]
    [InlineData("lose-answer", 0)]
    [InlineData("lose-answer", 1)]
    [InlineData("lose-answer", 2)]
    [InlineData("stale-sequence", 0)]
    [InlineData("stale-sequence", 1)]
    [InlineData("stale-sequence", 2)]
    public async Task A_fault_at_any_step_is_undone_without_a_trace(string fault, int at)
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        var before = await lab.FieldsAsync();
        var change = lab.Steps().Change(BindingFields.Intended(Given.Intent with { Edges = Given.Umatilla }, lab.Site.Metaswitch, new()), before)!;
        var changed = before.Select(f => f.Name == "ContactDomainName" ? f with { Value = "acme.pstn.us2.twilio.com" } : f);
        PlannedStep[] steps = [change, lab.Steps().Disable(), lab.Steps().Delete([.. changed])];
        var journey = lab.NewJourney();
        var begun = new Stack<PlannedStep>();

        for (var i = 0; i <= at; i++)
        {
            if (i == at)
            {
                await lab.FaultAsync(fault);
            }

            begun.Push(steps[i]);
            var result = await journey.ApplyAsync(steps[i]);
            Assert.Equal(i < at || fault == "lose-answer", result.Succeeded);
        }

        foreach (var step in begun)
        {
            var undone = await journey.UndoAsync(step);
            Assert.True(undone.Succeeded, undone.Sentence);
        }

        Assert.Equal(before, await lab.FieldsAsync());
        Assert.True(lab.Binding()!.Enabled);
    }
}
