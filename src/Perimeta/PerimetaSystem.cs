using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta;

/// <summary>The Perimeta SBC's part of a trunk: whitelist and adjacencies, over its command line.</summary>
internal sealed class PerimetaSystem(SbcSessions sessions, TemplateFiles templates, TimeProvider time) : INetworkSystem
{
    public const string SystemName = "perimeta";

    public string Name => SystemName;

    public string Title => "Perimeta";

    public string ElementOf(SiteProfile site) => site.Perimeta.Element;

    public async Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken)
    {
        try
        {
            using var lease = await sessions.LeaseAsync(site.Perimeta, static (_, _) => { }, cancellationToken);
            var kept = KeptConfiguration.Of(goal, await new ElementCli(lease.Session, lease.Dialect).ShowAllAsync(cancellationToken), site.Perimeta.Adjacency);
            var fingerprint = PlanFingerprint.Of(goal, RunningConfiguration.Read(kept), site.Perimeta.Adjacency);
            return new SystemSnapshot(Name, site.Perimeta.Element, time.GetUtcNow(), kept, fingerprint);
        }
        catch (SbcFailureException e)
        {
            throw e.ForReading();
        }
    }

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) =>
        new PerimetaPlanner(goal, site, sessions.DialectOf(site.Perimeta), RunningConfiguration.Read(snapshot.Content), templates.Of(site.Perimeta))
            .Plan(Name, Title, snapshot.Fingerprint);

    public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        RunAsync(step, context, static (run, cli, token) => run.ApplyAsync(cli, token), cancellationToken);

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => step.IsManual
        ? Task.FromResult(StepResult.Done("The bot sent nothing for this step. " + step.Worksheet!.Undo))
        : RunAsync(step, context, static (run, cli, token) => run.UndoAsync(cli, token), cancellationToken);

    public async Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (IStep.Of(StepPayload.FromJson(step.Payload), context.Facts) is not { } run)
        {
            return new(StepState.CannotTell, "The call-policy-set can't be read back; only a person can say.");
        }

        try
        {
            using var lease = await sessions.LeaseAsync(context.Site.Perimeta, TapOf(context), cancellationToken);
            return await run.ObserveAsync(new ElementCli(lease.Session, lease.Dialect), cancellationToken);
        }
        catch (SbcFailureException e)
        {
            return new(StepState.CannotTell, $"{e.Message} {e.Fix}");
        }
    }

    private async Task<StepResult> RunAsync(PlannedStep step, StepContext context, Func<IStep, ElementCli, CancellationToken, Task<StepResult>> action, CancellationToken cancellationToken)
    {
        if (step.IsManual || IStep.Of(StepPayload.FromJson(step.Payload), context.Facts) is not { } run)
        {
            return StepResult.Failed("step-is-manual", $"\"{step.Title}\" is done by a person.", "Follow the worksheet, then confirm it.");
        }

        ElementCli? cli = null;
        try
        {
            // Every line of the step passes the gate before the first is sent, those of its undo too: what can't be undone is not begun.
            CliLine.Check(step.Sends.Concat(step.UndoSends));
            using var lease = await sessions.LeaseAsync(context.Site.Perimeta, TapOf(context), cancellationToken);
            cli = new ElementCli(lease.Session, lease.Dialect);
            return await action(run, cli, cancellationToken);
        }
        catch (SbcFailureException e)
        {
            return e.ForStep(cli?.SentConfiguration ?? false);
        }
    }

    private WireTap TapOf(StepContext context) =>
        (sent, text) => context.Record(new WireExchange(time.GetUtcNow(), sent ? WireDirection.Sent : WireDirection.Received, text));
}
