using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests;

/// <summary>A system whose trunks and differences the test names.</summary>
internal sealed class FakeInventory(string name, string title) : ITrunkInventory, INetworkSystem
{
    public List<FoundPart> Found { get; } = [];

    public List<ObjectDifference> Differences { get; } = [];

    public List<ChangeSeen> Changes { get; } = [];

    /// <summary>What was known when it was asked, the last time.</summary>
    public IReadOnlyDictionary<string, string> Known { get; private set; } = new Dictionary<string, string>();

    public SystemFailureException? Failure { get; set; }

    public string Name => name;

    public string Title => title;

    public string ElementOf(SiteProfile site) => name;

    public Task<IReadOnlyList<FoundPart>> FindAsync(SiteProfile site, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken)
    {
        Known = known;
        return Failure is { } failure ? throw failure
            : Task.FromResult<IReadOnlyList<FoundPart>>([.. Found.Where(f => !known.TryGetValue("termination", out var termination) || f.Termination == termination)]);
    }

    public IReadOnlyList<ObjectDifference> Compare(OwnedTrunk trunk, SiteProfile site, SystemSnapshot snapshot) => Differences;

    public Task<IReadOnlyList<ChangeSeen>> ChangesSinceAsync(OwnedTrunk trunk, SiteProfile site, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ChangeSeen>>(Changes);

    public IReadOnlyList<ExportedFile> Export(TrunkIntent intent, SiteProfile site) => [new($"{intent.Name}-{name}.txt", $"What {title} needs.", $"trunk {intent.Name}\n")];

    public Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken) =>
        Failure is { } failure ? throw failure : Task.FromResult(new SystemSnapshot(name, name, TestEnvironment.Noon, "", ""));

    /// <summary>What each trunk lacks.</summary>
    public Func<TrunkGoal, IReadOnlyList<string>> Lacks { get; set; } = _ => [];

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) => new()
    {
        System = name, Title = title, Element = name, Fingerprint = "", Objects = [], Findings = [],
        Steps = [.. Lacks(goal).Select(line => new PlannedStep { Id = line, System = name, Element = name, Phase = StepPhase.Whitelist, Title = line, Sends = [line], UndoSends = [$"no {line}"], Proof = "it is there" })],
    };

    public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>None is configured.</summary>
internal sealed class NoSecrets : ISecrets
{
    public string Reveal(SecretReference reference) => throw new SecretNotFoundException(reference);
}
