using Orleans.Concurrency;
using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Hosting;

namespace TrunkBot.Grains;

/// <summary>One change: requests are taken at any time, its work runs once. Key: the change's id.</summary>
public interface IChangeGrain : IGrainWithStringKey
{
    [AlwaysInterleave]
    Task<ChangeAnswer> SubmitAsync(Actor actor);

    [AlwaysInterleave]
    Task<ChangeAnswer> ApproveAsync(string planHash, Actor actor);

    [AlwaysInterleave]
    Task<ChangeAnswer> RejectAsync(string reason, Actor actor);

    [AlwaysInterleave]
    Task<ChangeAnswer> CancelAsync(Actor actor);

    /// <summary>Looks at a system on the way, which may take as long as that system takes.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:30:00")]
    Task<ChangeAnswer> ConfirmManualStepAsync(string stepId, Actor actor);

    /// <inheritdoc cref="ConfirmManualStepAsync"/>
    [AlwaysInterleave]
    [ResponseTimeout("00:30:00")]
    Task<ChangeAnswer> ProveManualStepAsync(string text, Actor actor);

    [AlwaysInterleave]
    Task<ChangeAnswer> ReportProblemAsync(string problem, Actor actor);

    [AlwaysInterleave]
    Task<ChangeAnswer> RetryAsync(Actor actor);

    [AlwaysInterleave]
    Task<ChangeAnswer> UndoAsync(Actor actor);

    /// <summary>Sees to it that the change's work, if there is any, is being done. Returns at once.</summary>
    [AlwaysInterleave]
    Task WakeAsync();
}

/// <summary>A <see cref="ChangeReply"/> without the change itself, which the caller reads from the store.</summary>
public sealed record ChangeAnswer(bool Accepted, string? Code, string Sentence, IReadOnlyList<Changes.Approvals.Refusal> Refusals);

/// <inheritdoc cref="IChangeGrain"/>
public sealed class ChangeGrain(ChangeEngine engine, BackgroundWork running, TimeProvider time, ILogger<ChangeGrain> logger) : Grain, IChangeGrain
{
    private ChangeWork? _work;

    private string Id => this.GetPrimaryKeyString();

    public Task<ChangeAnswer> SubmitAsync(Actor actor) => AskAsync(engine.SubmitAsync(Id, actor, CancellationToken.None));

    public Task<ChangeAnswer> ApproveAsync(string planHash, Actor actor) => AskAsync(engine.ApproveAsync(Id, planHash, actor, CancellationToken.None));

    public Task<ChangeAnswer> RejectAsync(string reason, Actor actor) => AskAsync(engine.RejectAsync(Id, reason, actor, CancellationToken.None));

    public Task<ChangeAnswer> CancelAsync(Actor actor) => AskAsync(engine.CancelAsync(Id, actor, CancellationToken.None));

    public Task<ChangeAnswer> ConfirmManualStepAsync(string stepId, Actor actor) =>
        AskAsync(engine.ConfirmManualStepAsync(Id, stepId, actor, CancellationToken.None));

    public Task<ChangeAnswer> ProveManualStepAsync(string text, Actor actor) => AskAsync(engine.ProveManualStepAsync(Id, text, actor, CancellationToken.None));

    public Task<ChangeAnswer> ReportProblemAsync(string problem, Actor actor) => AskAsync(engine.ReportProblemAsync(Id, problem, actor, CancellationToken.None));

    public Task<ChangeAnswer> RetryAsync(Actor actor) => AskAsync(engine.RetryAsync(Id, actor, CancellationToken.None));

    public Task<ChangeAnswer> UndoAsync(Actor actor) => AskAsync(engine.UndoAsync(Id, actor, CancellationToken.None));

    public Task WakeAsync()
    {
        _work ??= new ChangeWork(Id, RunAsync, reference => engine.BreakOffAsync(Id, reference, CancellationToken.None), time, logger, running.Stopping);
        _work.Wake();
        running.Track(_work.Running);
        return Task.CompletedTask;
    }

    private Task RunAsync()
    {
        DelayDeactivation(TimeSpan.FromHours(1));
        return engine.RunAsync(Id, running.BrokenOff, running.Stopping);
    }

    private async Task<ChangeAnswer> AskAsync(Task<ChangeReply> request)
    {
        var reply = await request;
        if (reply.Accepted)
        {
            await WakeAsync();
        }

        return new ChangeAnswer(reply.Accepted, reply.Code, reply.Sentence, reply.Refusals);
    }
}
