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

    public async Task<SystemSnapshot> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var found = new BindingSnapshot { Name = intent.BindingName };

        // A name that must not be used is not sent either; the plan says why.
        if (!BindingLints.Names(intent).Any())
        {
            found = found with { Confirmed = ConfirmedWork.Of(await trunks.FindAsync(intent.Name, cancellationToken), intent) };
            var reader = new BindingReader(client, options.Value, intent.BindingName, site.Metaswitch, null);
            var binding = await reader.BaseAsync(cancellationToken);
            var status = binding is not null && site.Metaswitch.StatusGroupProven ? await reader.StatusAsync(cancellationToken) : null;
            found = found with { Fields = binding?.Fields, RequestedStatus = status?[BindingFields.RequestedStatus] };
        }

        return new(Name, ElementOf(site), time.GetUtcNow(), found.ToText(), found.Fingerprint());
    }

    public SystemPlan Plan(TrunkIntent intent, SiteProfile site, SystemSnapshot snapshot) =>
        _planner.Plan(intent, site, BindingSnapshot.Parse(snapshot.Content), snapshot.Fingerprint);

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
