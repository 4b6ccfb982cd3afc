using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Carriers.Tests;

/// <summary>Runs steps as the engine of changes does, and keeps what was recorded.</summary>
internal sealed class Journey(INetworkSystem system, TrunkIntent intent, SiteProfile site)
{
    private readonly Dictionary<string, string> _facts = [];

    public List<WireExchange> Journal { get; } = [];

    public INetworkSystem System { get; } = system;

    public IReadOnlyDictionary<string, string> Facts => _facts;

    public StepContext Context => new() { Intent = intent, Site = site, Facts = _facts, Ticket = "T-1", Record = Journal.Add };

    public string JournalText => string.Join('\n', Journal.Select(j => j.Text));

    public Task<SystemPlan> PlanAsync() => PlanAsync(new TrunkGoal(intent));

    public async Task<SystemPlan> PlanAsync(TrunkGoal goal) => System.Plan(goal, site, await System.ReadAsync(goal, site, TestContext.Current.CancellationToken));

    /// <summary>The trunk as it was provisioned by this journey, to be removed.</summary>
    public TrunkGoal Removal => new(intent) { Removes = true, Owned = new(intent, Facts.ToDictionary()) };

    public async Task<StepResult> ApplyAsync(PlannedStep step)
    {
        var result = await System.ApplyAsync(step, Context, TestContext.Current.CancellationToken);
        foreach (var (name, value) in result.Facts)
        {
            _facts[name] = value;
        }

        return result;
    }

    public Task<StepObservation> ObserveAsync(PlannedStep step) => System.ObserveAsync(step, Context, TestContext.Current.CancellationToken);

    public Task<StepResult> UndoAsync(PlannedStep step) => System.UndoAsync(step, Context, TestContext.Current.CancellationToken);

    /// <summary>Applies every automatic step; each must succeed.</summary>
    public Task<SystemPlan> ApplyAllAsync() => ApplyAllAsync(new TrunkGoal(intent));

    /// <summary>Applies every automatic step, by phase as the engine does; each must succeed.</summary>
    public async Task<SystemPlan> ApplyAllAsync(TrunkGoal goal)
    {
        var plan = await PlanAsync(goal);
        foreach (var step in plan.Steps.Where(s => !s.IsManual).OrderBy(s => s.Phase))
        {
            var result = await ApplyAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.FailureCode} {result.Sentence}");
        }

        return plan;
    }
}
