using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Grains;

/// <summary>Changes as the chat asks for them: what writes goes through the change's grain, what reads goes to the store.</summary>
public sealed class GrainChangeService(ChangeEngine engine, IGrainFactory grains) : IChangeService
{
    public Task<Change> PlanAsync(TrunkGoal goal, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken) =>
        engine.PlanAsync(goal, values, requester, cancellationToken);

    public Task<ChangeReply> SubmitAsync(string changeId, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.SubmitAsync(actor), cancellationToken);

    public Task<ChangeReply> ApproveAsync(string changeId, string planHash, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.ApproveAsync(planHash, actor), cancellationToken);

    public Task<ChangeReply> RejectAsync(string changeId, string reason, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.RejectAsync(reason, actor), cancellationToken);

    public Task<ChangeReply> CancelAsync(string changeId, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.CancelAsync(actor), cancellationToken);

    public Task<ChangeReply> ConfirmManualStepAsync(string changeId, string stepId, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.ConfirmManualStepAsync(stepId, actor), cancellationToken);

    public Task<ChangeReply> ProveManualStepAsync(string changeId, string text, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.ProveManualStepAsync(text, actor), cancellationToken);

    public Task<ChangeReply> ReportProblemAsync(string changeId, string problem, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.ReportProblemAsync(problem, actor), cancellationToken);

    public Task<ChangeReply> RetryAsync(string changeId, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.RetryAsync(actor), cancellationToken);

    public Task<ChangeReply> UndoAsync(string changeId, Actor actor, CancellationToken cancellationToken) =>
        WithChangeAsync(changeId, grain => grain.UndoAsync(actor), cancellationToken);

    public Task<Change?> FindAsync(string changeId, CancellationToken cancellationToken) => engine.FindAsync(changeId, cancellationToken);

    public Task<IReadOnlyList<Change>> ListOpenAsync(CancellationToken cancellationToken) => engine.ListOpenAsync(cancellationToken);

    public Task<IReadOnlyList<JournalLine>> JournalAsync(string changeId, CancellationToken cancellationToken) =>
        engine.JournalAsync(changeId, cancellationToken);

    private async Task<ChangeReply> WithChangeAsync(string changeId, Func<IChangeGrain, Task<ChangeAnswer>> ask, CancellationToken cancellationToken)
    {
        var answer = await ask(grains.GetGrain<IChangeGrain>(changeId));
        var change = await engine.FindAsync(changeId, cancellationToken);
        return new ChangeReply(answer.Accepted, answer.Code, answer.Sentence, change) { Refusals = answer.Refusals };
    }
}
