using Microsoft.Extensions.Options;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch;

/// <summary>
/// The Metaswitch CFS in a change: the Configured SIP Binding over Sh SOAP, everything else as worksheets. Built from public
/// third-party client code, not tried on a real switch.
/// </summary>
public sealed class MetaswitchSystem(ShClient client, ITrunkStore trunks, TimeProvider time, IOptions<MetaswitchOptions> options) : INetworkSystem
{
    internal const string SystemName = "metaswitch";
    internal const string SystemTitle = "Metaswitch CFS";

    private readonly MetaswitchPlanner _planner = new(options.Value.Binding);

    public string Name => SystemName;

    public string Title => SystemTitle;

    public string ElementOf(SiteProfile site) => site.Metaswitch.Element;

    public async Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken)
    {
        var intent = goal.Intent;
        var found = new BindingSnapshot { Name = intent.BindingName };

        // A name that must not be used is not sent either; the plan says why.
        if (!BindingLints.Names(intent).Any())
        {
            found = found with { Confirmed = ConfirmedWork.Of(await trunks.FindAsync(intent.Name, cancellationToken), intent) };
            found = await WithBindingAsync(found, site, cancellationToken);
            found = goal.Removes ? found with { ModelUsedBy = await OthersOnModelAsync(intent, cancellationToken) } : found;
        }

        return new(Name, ElementOf(site), time.GetUtcNow(), found.ToText(), found.Fingerprint());
    }

    private async Task<IReadOnlyList<string>> OthersOnModelAsync(TrunkIntent intent, CancellationToken cancellationToken) =>
        [.. (await trunks.ListAsync(cancellationToken)).Select(t => t.Intent)
            .Where(other => other.Name != intent.Name && other.Site == intent.Site && other.MediaGatewayModel == intent.MediaGatewayModel)
            .Select(other => other.Name).Order(StringComparer.Ordinal)];

    private async Task<BindingSnapshot> WithBindingAsync(BindingSnapshot found, SiteProfile site, CancellationToken cancellationToken)
    {
        bool? probe = site.Metaswitch.ProbeBinding is { } named ? await ProbeAsync(named, site, cancellationToken) : null;
        var reader = new BindingReader(client, options.Value, found.Name, site.Metaswitch, null);
        var binding = await reader.BaseAsync(cancellationToken);
        found = found with { Fields = binding?.Fields, StatusGroupAnswers = probe };
        if (binding is null || !(probe ?? site.Metaswitch.StatusGroupProven))
        {
            return found;
        }

        try
        {
            return found with { RequestedStatus = (await reader.StatusAsync(cancellationToken))?[BindingFields.RequestedStatus] };
        }
        catch (SystemFailureException e) when (e.Code == BindingReader.StatusGroupMissing)
        {
            return found with { StatusGroupAnswers = false };
        }
    }

    /// <summary>Whether the status group answers, shown by a binding that the site names for it.</summary>
    private async Task<bool> ProbeAsync(string named, SiteProfile site, CancellationToken cancellationToken) =>
        await new CfsBindings(client, options).ReadAsync(site, named, cancellationToken) is { } probe
            ? probe.Status.State == GroupState.Answers
            : throw new SystemFailureException(
                "cfs-probe-missing",
                $"Binding {PlainText.OneLine(named)}, by which the site profile proves what this switch can, does not exist or is not found.",
                "Set metaswitch.probeBinding to a binding that exists; if it does exist, check metaSwitchName, bindingIdentity and variant.");

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) =>
        _planner.Plan(goal, site, BindingSnapshot.Parse(snapshot.Content), snapshot.Fingerprint);

    public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        RunAsync(step, context, static (run, binding, token) => run.ApplyAsync(binding, token), cancellationToken);

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        RunAsync(step, context, static (run, binding, token) => run.UndoAsync(binding, token), cancellationToken);

    public async Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        Of(step) is { } run
            ? await run.ObserveAsync(On(run, context), cancellationToken)
            : new(StepState.CannotTell, "No interface of the switch reads this back; only a person can say.");

    private async Task<StepResult> RunAsync(
        PlannedStep step, StepContext context, Func<IStep, BindingOnSwitch, CancellationToken, Task<StepResult>> action, CancellationToken cancellationToken)
    {
        if (Of(step) is not { } run)
        {
            return StepResult.Failed("step-is-manual", $"\"{step.Title}\" is done by a person.", "Follow the worksheet.");
        }

        try
        {
            return await action(run, On(run, context), cancellationToken);
        }
        catch (SystemFailureException e)
        {
            return StepResult.Failed(e.Code, e.Message, e.Fix, outcomeKnown: false);
        }
    }

    private static IStep? Of(PlannedStep step) => IStep.Of(StepPayload.FromJson(step.Payload));

    private BindingOnSwitch On(IStep run, StepContext context) => new(client, options.Value, run.Binding, context);
}
