using System.Security.Cryptography;
using System.Text;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.World;

internal enum Fault
{
    /// <summary>The system says no; nothing arrives.</summary>
    Refused,

    /// <summary>The connection is cut after the request had its effect.</summary>
    CutAfterEffect,

    /// <summary>The connection is cut before the request had an effect.</summary>
    CutBeforeEffect,

    /// <summary>Half of it arrives, then the connection is cut.</summary>
    Half,

    /// <summary>Only looking fails.</summary>
    Unreachable,

    /// <summary>The driver has a bug.</summary>
    Throws,
}

/// <summary>A system that holds names. A step creates one and its undo deletes it; creating twice is remembered as a double send.</summary>
internal sealed class FakeSystem(string name, string element, params FakeObject[] wanted) : INetworkSystem
{
    public SortedSet<string> Holds { get; } = new(StringComparer.Ordinal) { "old" };

    public List<string> Creates { get; } = [];

    public List<string> Deletes { get; } = [];

    public Dictionary<string, Fault> ApplyFaults { get; } = [];

    public Dictionary<string, Fault> UndoFaults { get; } = [];

    public List<Finding> Findings { get; } = [];

    public SystemFailureException? ReadFailure { get; set; }

    public Exception? PlanBug { get; set; }

    /// <summary>What a step that fails has found out all the same.</summary>
    public Dictionary<string, string> FailureFacts { get; } = [];

    /// <summary>The facts that each undo was given, by step.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> UndoFacts { get; } = [];

    /// <summary>How many looks at a step still fail.</summary>
    public int BlindLooks { get; set; }

    /// <summary>What every answer says besides; for secrets that a device echoes.</summary>
    public string Echo { get; set; } = "ok";

    /// <summary>Run when a step is about to be sent.</summary>
    public Func<PlannedStep, CancellationToken, Task>? BeforeSend { get; set; }

    /// <summary>Run when a step is about to be taken back.</summary>
    public Func<PlannedStep, Task>? BeforeUndo { get; set; }

    public string Name => name;

    public string Title { get; } = char.ToUpperInvariant(name[0]) + name[1..];

    public string Element { get; set; } = element;

    public string ElementOf(SiteProfile site) => Element;

    public Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken)
    {
        if (ReadFailure is not null)
        {
            throw ReadFailure;
        }

        var content = string.Join('\n', Holds);
        return Task.FromResult(new SystemSnapshot(
            name, Element, Sample.Start, content, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))));
    }

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot)
    {
        if (PlanBug is not null)
        {
            throw PlanBug;
        }

        var held = snapshot.Content.Split('\n');
        return new SystemPlan
        {
            System = name,
            Title = Title,
            Element = Element,
            Fingerprint = snapshot.Fingerprint,
            Objects = goal.Removes ? [.. wanted.Select(o => new PlannedObject(held.Contains(o.Id) ? PlannedAction.Remove : PlannedAction.LeaveAlone, o.Id))] : [.. wanted.Select(o => new PlannedObject(held.Contains(o.Id) ? PlannedAction.LeaveAlone : PlannedAction.Create, o.Id))],
            Steps = goal.Removes ? [.. wanted.Where(o => held.Contains(o.Id)).Reverse().Select(RemovalOf)] : Findings.Any(f => f.Severity == FindingSeverity.Error) ? [] : [.. wanted.Where(o => !held.Contains(o.Id)).Select(o => StepOf(o, goal.Intent))],
            Findings = [.. Findings],
        };
    }

    public async Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        await (BeforeSend?.Invoke(step, cancellationToken) ?? Task.CompletedTask);
        if (Removed(step) is { } removed)
        {
            Deletes.Add(removed);
            Holds.Remove(removed);
            return StepResult.Done($"{removed} is gone.", new Dictionary<string, string> { [$"{removed}.sid"] = "" });
        }

        var fault = ApplyFaults.TryGetValue(step.Id, out var f) ? f : (Fault?)null;
        context.Record(new WireExchange(Sample.Start, WireDirection.Sent, $"create {step.Id}"));
        switch (fault)
        {
            case Fault.Refused:
                context.Record(new WireExchange(Sample.Start, WireDirection.Received, "no"));
                return StepResult.Failed("fake-refused", $"{step.Id} was refused.", "Ask it nicely.");
            case Fault.CutBeforeEffect:
                return StepResult.Failed("fake-cut", $"The connection was cut at {step.Id}.", "Try again.", outcomeKnown: false);
            case Fault.Half:
                Holds.Add($"{step.Id}?");
                return StepResult.Failed("fake-cut", $"The connection was cut at {step.Id}.", "Try again.", outcomeKnown: false) with { Facts = FailureFacts };
            case Fault.Throws:
                throw new InvalidOperationException("a bug with a detail that is not for chat");
        }

        Creates.Add(step.Id);
        Holds.Add(step.Id);
        if (fault == Fault.CutAfterEffect)
        {
            return StepResult.Failed("fake-cut", $"The connection was cut at {step.Id}.", "Try again.", outcomeKnown: false);
        }

        context.Record(new WireExchange(Sample.Start, WireDirection.Received, $"created {step.Id} {Echo}"));
        return StepResult.Done($"{step.Id} is there.", new Dictionary<string, string> { [$"{step.Id}.sid"] = $"sid of {step.Id} {Echo}" });
    }

    public Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        context.Record(new WireExchange(Sample.Start, WireDirection.Sent, $"show {step.Id}"));
        if (Removed(step) is { } removed)
        {
            return Task.FromResult(new StepObservation(Holds.Contains(removed) ? StepState.NotBegun : StepState.Done, $"{removed} was looked for."));
        }

        if (ApplyFaults.TryGetValue(step.Id, out var fault) && fault == Fault.Unreachable || BlindLooks-- > 0)
        {
            throw new SystemFailureException("fake-unreachable", $"{Title} can't be reached.", "Check the network.");
        }

        var facts = new Dictionary<string, string> { [$"{step.Id}.sid"] = $"sid of {step.Id} {Echo}" };
        var blind = wanted.Single(o => o.Id == step.Id).Blind;
        return Task.FromResult(
            blind ? new StepObservation(StepState.CannotTell, $"{step.Id} can't be seen.")
            : Holds.Contains(step.Id) ? new StepObservation(StepState.Done, $"{step.Id} was seen.", facts)
            : Holds.Contains($"{step.Id}?") ? new StepObservation(StepState.Partly, $"Half of {step.Id} was seen.", new Dictionary<string, string> { [$"{step.Id}.half"] = "seen" })
            : new StepObservation(StepState.NotBegun, $"{step.Id} is not there."));
    }

    public async Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        await (BeforeUndo?.Invoke(step) ?? Task.CompletedTask);
        UndoFacts[step.Id] = context.Facts;
        if (Removed(step) is { } removed)
        {
            Holds.Add(removed);
            return StepResult.Done($"{removed} is there again.");
        }

        if (!Holds.Contains(step.Id) && !Holds.Contains($"{step.Id}?"))
        {
            return StepResult.Done($"{step.Id} was not there.");
        }

        context.Record(new WireExchange(Sample.Start, WireDirection.Sent, $"delete {step.Id}"));
        if (UndoFaults.TryGetValue(step.Id, out var fault))
        {
            if (fault == Fault.CutAfterEffect)
            {
                Delete(step);
            }

            return StepResult.Failed("fake-refused", $"{step.Id} could not be deleted.", "Delete it by hand.", outcomeKnown: fault == Fault.Refused);
        }

        Delete(step);
        context.Record(new WireExchange(Sample.Start, WireDirection.Received, $"deleted {step.Id}"));
        return StepResult.Done($"{step.Id} is gone.");
    }

    private void Delete(PlannedStep step)
    {
        Deletes.Add(step.Id);
        Holds.Remove(step.Id);
        Holds.Remove($"{step.Id}?");
    }

    private const string Removal = ".remove";

    private static string? Removed(PlannedStep step) => step.Id.EndsWith(Removal, StringComparison.Ordinal) ? step.Id[..^Removal.Length] : null;

    private PlannedStep RemovalOf(FakeObject o) => new()
    {
        Id = o.Id + Removal,
        System = name,
        Element = Element,
        Phase = (StepPhase)(200 - (int)o.Phase),
        Title = $"Remove {o.Id}",
        Sends = [$"delete {o.Id}"],
        UndoSends = [$"create {o.Id}"],
        Proof = $"{o.Id} is gone",
    };

    private PlannedStep StepOf(FakeObject o, TrunkIntent intent) => new()
    {
        Id = o.Id,
        System = name,
        Element = Element,
        Phase = o.Phase,
        Title = $"Create {o.Id}",
        Sends = o is { Manual: true, Tried: false } ? [] : [$"create {o.Id} for {intent.Name}"],
        UndoSends = o.NoUndo || o is { Manual: true, Tried: false } ? [] : [$"delete {o.Id}"],
        Proof = $"{o.Id} is there",
        Worksheet = o.Manual
            ? new Worksheet("MetaView Explorer", [new WorksheetRow("Name", o.Id)], "Look at it", $"Delete {o.Id} by hand.")
            : null,
    };
}

/// <param name="Manual">A person makes it.</param>
/// <param name="Blind">It can't be read back.</param>
/// <param name="Tried">A person makes it if the system can't.</param>
/// <param name="NoUndo">There is nothing to undo, as with a check.</param>
internal sealed record FakeObject(string Id, StepPhase Phase, bool Manual = false, bool Blind = false, bool NoUndo = false, bool Tried = false);
