using Microsoft.Extensions.Options;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Planning;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio;

/// <summary>Twilio Elastic SIP Trunking in a change: access control list, trunk, origination URL, numbers. Never tried on a live account.</summary>
public sealed class TwilioSystem(TwilioClient client, TimeProvider time, IOptions<TwilioOptions> options) : INetworkSystem
{
    internal const string SystemName = "twilio";
    internal const string SystemTitle = "Twilio";

    public string Name => SystemName;

    public string Title => SystemTitle;

    public string ElementOf(SiteProfile site) => site.Twilio.Element;

    public Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken) =>
        TellAsync("read the account", async () =>
        {
            var session = new TwilioSession(client, site.Twilio, null);
            var state = await new StateReader(session, goal.Intent).ReadAsync(goal, cancellationToken);
            return new SystemSnapshot(Name, ElementOf(site), time.GetUtcNow(), state.ToText(), state.Fingerprint());
        });

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) =>
        TwilioPlanner.Plan(goal, site, TwilioState.Parse(snapshot.Content), snapshot.Fingerprint);

    public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        var action = TwilioStep.Parse(step);
        return ResultAsync(action.Doing, () => action.ApplyAsync(Run(context), cancellationToken));
    }

    public Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        var action = TwilioStep.Parse(step);
        return TellAsync($"show whether it did {action.Doing}", () => action.ObserveAsync(Run(context), cancellationToken));
    }

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        var action = TwilioStep.Parse(step);
        return ResultAsync($"undo \"{action.Doing}\"", () => action.UndoAsync(Run(context), cancellationToken));
    }

    private StepRun Run(StepContext context) =>
        new(new TwilioSession(client, context.Site.Twilio, context.Record), context, options.Value, time);

    private static async Task<StepResult> ResultAsync(Sentence doing, Func<Task<StepResult>> act)
    {
        try
        {
            return await act();
        }
        catch (TwilioException e)
        {
            return TwilioFailure.Of(e, doing).ToResult();
        }
        catch (SecretNotFoundException e)
        {
            return StepResult.Failed(SecretMissing, e.Said, "Configure the secret, then retry.");
        }
    }

    internal const string SecretMissing = "secret-not-configured";

    internal static async Task<T> TellAsync<T>(Sentence doing, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (TwilioException e)
        {
            throw TwilioFailure.Of(e, doing).ToException(e);
        }
        catch (SecretNotFoundException e)
        {
            throw new SystemFailureException(SecretMissing, e.Said, "Configure the secret.", e);
        }
    }
}
