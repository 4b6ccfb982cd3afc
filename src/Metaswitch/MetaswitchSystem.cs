using Microsoft.Extensions.Options;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Shadow;
using TrunkBot.Metaswitch.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch;

/// <summary>
/// The Metaswitch CFS in a change: the Configured SIP Binding over Sh SOAP, everything else as worksheets. Built from public
/// third-party client code, not tried on a real switch.
/// </summary>
public sealed class MetaswitchSystem(ShClient client, CfsBindings bindings, ShadowDatabase shadow, ITrunkStore trunks, TimeProvider time, IOptions<MetaswitchOptions> options) : INetworkSystem
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
            found = found with { Shadow = await ShadowAsync(intent, site, cancellationToken) };
        }

        return new(Name, ElementOf(site), time.GetUtcNow(), found.ToText(), found.Fingerprint());
    }

    private async Task<IReadOnlyList<string>> OthersOnModelAsync(TrunkIntent intent, CancellationToken cancellationToken) =>
        [.. (await trunks.ListAsync(cancellationToken)).Select(t => t.Intent)
            .Where(other => other.Name != intent.Name && other.Site == intent.Site && other.MediaGatewayModel == intent.MediaGatewayModel)
            .Select(other => other.Name).Order(StringComparer.Ordinal)];

    /// <summary>The database is an extra pair of eyes: without it the plan goes on and says so.</summary>
    private async Task<ShadowFacts?> ShadowAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        if (site.Metaswitch.Shadow is null)
        {
            return null;
        }

        try
        {
            return ShadowFacts.Of(await shadow.ReadAsync(site.Metaswitch, cancellationToken), intent);
        }
        catch (SystemFailureException e)
        {
            return ShadowFacts.Unreadable(e.Said);
        }
    }

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
        await bindings.ReadAsync(site, named, cancellationToken) is { } probe
            ? probe.Status.State == GroupState.Answers
            : throw new SystemFailureException(
                "cfs-probe-missing",
                $"Binding {PlainText.OneLine(named)}, by which the site profile proves what this switch can, does not exist or is not found.",
                "Set metaswitch.probeBinding to a binding that exists; if it does exist, check metaSwitchName, bindingIdentity and variant.");

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) =>
        _planner.Plan(goal, site, BindingSnapshot.Parse(snapshot.Content), snapshot.Fingerprint);

    public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => CommandOf(step, context) is { } command
        ? command.ApplyAsync(cancellationToken)
        : RunAsync(step, context, static (run, binding, token) => run.ApplyAsync(binding, token), cancellationToken);

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => CommandOf(step, context) is { } command
        ? command.UndoAsync(cancellationToken)
        : RunAsync(step, context, static (run, binding, token) => run.UndoAsync(binding, token), cancellationToken);

    public async Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (Of(step) is { } run)
        {
            try
            {
                return await run.ObserveAsync(On(run, context), cancellationToken);
            }
            catch (SystemFailureException e) when (step.IsManual && e.Code == BindingReader.StatusGroupMissing)
            {
                // Asking again would not help; a switch that only did not answer just now is asked again instead.
                return new(StepState.CannotTell, $"{e.Message} Only a person can say.");
            }
        }

        var manual = StepPayload.FromJson(step.Payload) as ManualPayload;
        var seen = manual?.Row is { } row && context.Site.Metaswitch.Shadow is not null
            ? await ObserveRowAsync(row, context.Site.Metaswitch, cancellationToken)
            : new(StepState.CannotTell, "No interface of the switch reads this back; only a person can say.");
        return manual?.Confirms is { } work ? seen with { Facts = new Dictionary<string, string> { [ConfirmedWork.UnconfirmedFact(work)] = "" } } : seen;
    }

    private async Task<StepObservation> ObserveRowAsync(TrunkRow row, MetaswitchSite site, CancellationToken cancellationToken)
    {
        try
        {
            var inventory = await shadow.ReadAsync(site, cancellationToken);
            return !inventory.KnowsTrunks
                ? new(StepState.CannotTell, $"The shadow database does not tell: {string.Join(" ", inventory.NotAvailable)}")
                : inventory.TrunksOf(row.Binding).Any(t => string.Equals(t.Name, row.Trunk, StringComparison.OrdinalIgnoreCase))
                    ? new(StepState.Done, $"The shadow database shows SIP trunk {row.Trunk}, which names binding {row.Binding}.")
                    : new(StepState.NotBegun, $"The shadow database shows no SIP trunk {row.Trunk} that names binding {row.Binding}. It is a copy and may lag: look again in a few minutes.");
        }
        catch (SystemFailureException e)
        {
            return new(StepState.CannotTell, $"{e.Message} Only a person can say.");
        }
    }

    private async Task<StepResult> RunAsync(
        PlannedStep step, StepContext context, Func<IStep, BindingOnSwitch, CancellationToken, Task<StepResult>> action, CancellationToken cancellationToken)
    {
        // Also what could be sent, where the site applies by hand.
        if (step.IsManual || Of(step) is not { } run)
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

    private CommandStep? CommandOf(PlannedStep step, StepContext context) =>
        StepPayload.FromJson(step.Payload) is ManualPayload { Command: { } call } ? new(call, step, context, time) : null;

    private static IStep? Of(PlannedStep step) => IStep.Of(StepPayload.FromJson(step.Payload));

    private BindingOnSwitch On(IStep run, StepContext context) => new(client, shadow, options.Value, run.Binding, context);
}
