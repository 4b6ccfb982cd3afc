using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Faults.Tests.World;

/// <summary>How a step fails.</summary>
internal enum Failure
{
    /// <summary>Before the driver is asked: nothing is sent.</summary>
    Before,

    /// <summary>The driver did all of it, and says that it failed.</summary>
    After,

    /// <summary>The driver did all of it; what it found out is lost, and nobody can look at the system then.</summary>
    Lost,
}

/// <summary>The one failure that waits to happen; it happens once.</summary>
internal sealed class Trap
{
    private (string StepId, TicketPurpose Purpose, Failure Failure)? armed;
    private (string StepId, Func<Task> Act)? meanwhile;
    private string? blind;

    /// <summary>Whether it has happened.</summary>
    public bool Sprung => armed is null && meanwhile is null;

    public void Arm(string stepId, TicketPurpose purpose, Failure failure) => armed = (stepId, purpose, failure);

    /// <summary>Somebody else does something just before a step is applied, once.</summary>
    public void Meanwhile(string stepId, Func<Task> act) => meanwhile = (stepId, act);

    public async Task LetOthersWorkAsync(string stepId)
    {
        if (meanwhile is { } others && others.StepId == stepId)
        {
            meanwhile = null;
            await others.Act();
        }
    }

    public Failure? Take(string stepId, TicketPurpose purpose)
    {
        if (armed is not { } trap || trap.StepId != stepId || trap.Purpose != purpose)
        {
            return null;
        }

        armed = null;
        blind = trap.Failure == Failure.Lost ? stepId : null;
        return trap.Failure;
    }

    /// <summary>Whether a look at the step fails: once after its result was lost.</summary>
    public bool IsBlind(string stepId)
    {
        var isBlind = blind == stepId;
        blind = isBlind ? null : blind;
        return isBlind;
    }
}

/// <summary>A real driver whose steps can be made to fail.</summary>
internal sealed class FaultySystem(INetworkSystem real, Trap trap) : INetworkSystem
{
    public string Name => real.Name;

    public string Title => real.Title;

    public string ElementOf(SiteProfile site) => real.ElementOf(site);

    public Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken) => real.ReadAsync(goal, site, cancellationToken);

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) => real.Plan(goal, site, snapshot);

    public async Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        await trap.LetOthersWorkAsync(step.Id);
        return await FailAsync(step, TicketPurpose.Apply, () => real.ApplyAsync(step, context, cancellationToken));
    }

    public Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => trap.IsBlind(step.Id)
        ? throw new SystemFailureException("test-blind", "The test keeps the system from being looked at.", "Look again.")
        : real.ObserveAsync(step, context, cancellationToken);

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        FailAsync(step, TicketPurpose.Undo, () => real.UndoAsync(step, context, cancellationToken));

    private async Task<StepResult> FailAsync(PlannedStep step, TicketPurpose purpose, Func<Task<StepResult>> send)
    {
        switch (trap.Take(step.Id, purpose))
        {
            case null:
                return await send();
            case Failure.Before:
                return StepResult.Failed("test-failure", "The test failed this step before anything was sent.", "Retry.");
            case Failure.After:
                var result = await send();
                Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
                return StepResult.Failed("test-failure", "The test failed this step after all of it was sent.", "Retry.") with { Facts = result.Facts };
            default:
                Assert.True((await send()).Succeeded);
                throw new SystemFailureException("test-failure", "The test lost the answer of this step.", "Retry.");
        }
    }
}
