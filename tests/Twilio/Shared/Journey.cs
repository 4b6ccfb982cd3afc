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

    public async Task<SystemPlan> PlanAsync() =>
        System.Plan(new(intent), site, await System.ReadAsync(new(intent), site, TestContext.Current.CancellationToken));

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
    public async Task<SystemPlan> ApplyAllAsync()
    {
        var plan = await PlanAsync();
        foreach (var step in plan.Steps.Where(s => !s.IsManual))
        {
            var result = await ApplyAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.FailureCode} {result.Sentence}");
        }

        return plan;
    }
}
