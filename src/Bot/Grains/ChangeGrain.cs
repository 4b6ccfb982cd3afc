using Orleans.Concurrency;
using TrunkBot.Changes;
using TrunkBot.Changes.Life;

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

    [AlwaysInterleave]
    Task<ChangeAnswer> ConfirmManualStepAsync(string stepId, Actor actor);

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
public sealed partial class ChangeGrain(
    ChangeEngine engine, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ChangeGrain> logger) : Grain, IChangeGrain
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private Task _work = Task.CompletedTask;
    private bool _moreWork;

    private string Id => this.GetPrimaryKeyString();

    public Task<ChangeAnswer> SubmitAsync(Actor actor) => AskAsync(engine.SubmitAsync(Id, actor, CancellationToken.None));

    public Task<ChangeAnswer> ApproveAsync(string planHash, Actor actor) => AskAsync(engine.ApproveAsync(Id, planHash, actor, CancellationToken.None));

    public Task<ChangeAnswer> RejectAsync(string reason, Actor actor) => AskAsync(engine.RejectAsync(Id, reason, actor, CancellationToken.None));

    public Task<ChangeAnswer> CancelAsync(Actor actor) => AskAsync(engine.CancelAsync(Id, actor, CancellationToken.None));

    public Task<ChangeAnswer> ConfirmManualStepAsync(string stepId, Actor actor) =>
        AskAsync(engine.ConfirmManualStepAsync(Id, stepId, actor, CancellationToken.None));

    public Task<ChangeAnswer> RetryAsync(Actor actor) => AskAsync(engine.RetryAsync(Id, actor, CancellationToken.None));

    public Task<ChangeAnswer> UndoAsync(Actor actor) => AskAsync(engine.UndoAsync(Id, actor, CancellationToken.None));

    public Task WakeAsync()
    {
        _moreWork = true;
        if (_work.IsCompleted)
        {
            _work = WorkAsync();
        }

        return Task.CompletedTask;
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

    /// <summary>Works until nothing is left. A store that fails is tried again: the change must not stand still unseen.</summary>
    private async Task WorkAsync()
    {
        var stopping = lifetime.ApplicationStopping;
        while (_moreWork && !stopping.IsCancellationRequested)
        {
            _moreWork = false;
            DelayDeactivation(TimeSpan.FromHours(1));
            try
            {
                await engine.RunAsync(Id, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                Log.Stopped(logger, Id);
            }
            catch (Exception e)
            {
                Log.Failed(logger, e, Id, RetryAfter.TotalSeconds);
                _moreWork = true;
                await Task.Delay(RetryAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "{ChangeId} is left where it stands because the process stops; it goes on at the next start")]
        public static partial void Stopped(ILogger logger, string changeId);

        [LoggerMessage(1202, LogLevel.Error, "The work of {ChangeId} was interrupted by a failure of our own; trying again in {Seconds} s")]
        public static partial void Failed(ILogger logger, Exception exception, string changeId, double seconds);
    }
}
