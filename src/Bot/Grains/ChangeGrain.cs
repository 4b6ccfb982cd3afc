using Orleans.Concurrency;
using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Hosting;

namespace TrunkBot.Grains;

/// <summary>One change: requests are taken at any time, its work runs once. Key: the change's id.</summary>
public interface IChangeGrain : IGrainWithStringKey
{
    /// <summary>May look at a system on the way, which takes as long as that system takes.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:30:00")]
    Task<ChangeAnswer> AskAsync(ChangeRequest request, Actor actor);

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

    public async Task<ChangeAnswer> AskAsync(ChangeRequest request, Actor actor)
    {
        var reply = await engine.AskAsync(Id, request, actor, CancellationToken.None);
        if (reply.Accepted)
        {
            await WakeAsync();
        }

        return new ChangeAnswer(reply.Accepted, reply.Code, reply.Sentence, reply.Refusals);
    }

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
}
