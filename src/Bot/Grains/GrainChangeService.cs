using TrunkBot.Changes;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Grains;

/// <summary>Changes as the chat asks for them: what writes goes through the change's grain, what reads goes to the store.</summary>
public sealed class GrainChangeService(ChangeEngine engine, IGrainFactory grains) : IChangeService
{
    public Task<Change> PlanAsync(TrunkGoal goal, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken) =>
        engine.PlanAsync(goal, values, requester, cancellationToken);

    public async Task<ChangeReply> AskAsync(string changeId, ChangeRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var answer = await grains.GetGrain<IChangeGrain>(changeId).AskAsync(request, actor);
        var change = await engine.FindAsync(changeId, cancellationToken);
        return new ChangeReply(answer.Accepted, answer.Code, answer.Sentence, change) { Refusals = answer.Refusals };
    }

    public Task<DryRunReport?> DryRunAsync(string changeId, Actor actor, CancellationToken cancellationToken) => engine.DryRunAsync(changeId, actor, cancellationToken);

    public Task<IReadOnlyList<ElementLock>> LocksAsync(CancellationToken cancellationToken) => engine.LocksAsync(cancellationToken);

    public Task<Change?> FindAsync(string changeId, CancellationToken cancellationToken) => engine.FindAsync(changeId, cancellationToken);

    public Task<IReadOnlyList<ChangeSummary>> ListOpenAsync(CancellationToken cancellationToken) => engine.ListOpenAsync(cancellationToken);

    public Task<IReadOnlyList<JournalLine>> JournalAsync(string changeId, CancellationToken cancellationToken) =>
        engine.JournalAsync(changeId, cancellationToken);
}
