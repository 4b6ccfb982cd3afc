using Microsoft.Extensions.Options;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch;

/// <summary>
/// The Metaswitch CFS in a change: the Configured SIP Binding over Sh SOAP, everything else as worksheets. Built from public
/// third-party client code, not tried on a real switch.
/// </summary>
public sealed class MetaswitchSystem(ShClient client, TimeProvider time, IOptions<MetaswitchOptions> options) : INetworkSystem
{
    internal const string SystemName = "metaswitch";
    internal const string SystemTitle = "Metaswitch CFS";

    /// <summary>Set once this change created the binding: what differs later was changed by somebody else.</summary>
    private const string CreatedFact = "metaswitch.binding.created";

    private readonly MetaswitchPlanner _planner = new(options.Value.Binding);

    private BindingMapping Mapping => options.Value.Binding;

    public string Name => SystemName;

    public string Title => SystemTitle;

    public string ElementOf(SiteProfile site) => site.Metaswitch.Element;

    public async Task<SystemSnapshot> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var found = new BindingSnapshot { Name = intent.BindingName };

        // A name that must not be used is not sent either; the plan says why.
        if (!BindingLints.Names(intent).Any())
        {
            var reader = Reader(intent, site, null);
            var binding = await reader.BaseAsync(cancellationToken);
            var status = binding is not null && site.Metaswitch.StatusGroupProven ? await reader.StatusAsync(cancellationToken) : null;
            found = found with { Fields = binding?.Fields, RequestedStatus = status?[BindingFields.RequestedStatus] };
        }

        return new(Name, ElementOf(site), time.GetUtcNow(), found.ToText(), found.Fingerprint());
    }

    public SystemPlan Plan(TrunkIntent intent, SiteProfile site, SystemSnapshot snapshot) =>
        _planner.Plan(intent, site, BindingSnapshot.Parse(snapshot.Content), snapshot.Fingerprint);

    public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => step switch
    {
        { IsManual: true } => Task.FromResult(ByHand(step)),
        { Id: MetaswitchSteps.CreateBinding } => TellAsync(() => CreateAsync(context, cancellationToken)),
        { Id: MetaswitchSteps.EnableBinding } => TellAsync(() => SetStatusAsync(Mapping.Enabled, context, cancellationToken)),
        _ => throw Unknown(step),
    };

    public async Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (step.IsManual)
        {
            return new(StepState.CannotTell, "No interface of the switch reads this back; only a person can say.");
        }

        var reader = Reader(context);
        if (step.Id == MetaswitchSteps.EnableBinding)
        {
            var status = (await reader.StatusAsync(cancellationToken))?[BindingFields.RequestedStatus];
            return _planner.InService(status)
                ? new(StepState.Done, $"Requested status of binding {context.Intent.BindingName} is {status}.")
                : new(StepState.NotBegun, $"Requested status of binding {context.Intent.BindingName} is {status ?? "not returned"}.");
        }

        if (step.Id != MetaswitchSteps.CreateBinding)
        {
            throw Unknown(step);
        }

        return await reader.BaseAsync(cancellationToken) switch
        {
            null => new(StepState.NotBegun, $"Binding {context.Intent.BindingName} does not exist."),
            var found when Differences(found, context) is { Count: > 0 } differences =>
                new(StepState.Partly, $"Binding {context.Intent.BindingName} exists, but {string.Join("; ", differences)}."),
            _ => new(StepState.Done, $"Binding {context.Intent.BindingName} exists as planned."),
        };
    }

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => step switch
    {
        { IsManual: true } => Task.FromResult(ByHand(step)),
        { Id: MetaswitchSteps.CreateBinding } => TellAsync(() => DeleteAsync(context, cancellationToken)),
        { Id: MetaswitchSteps.EnableBinding } => TellAsync(() => DisableAsync(context, cancellationToken)),
        _ => throw Unknown(step),
    };

    private async Task<StepResult> CreateAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (intent, site) = (context.Intent, context.Site.Metaswitch);
        var reader = Reader(context);
        var how = "It existed as planned already; nothing was sent.";
        var found = await reader.BaseAsync(cancellationToken);
        if (found is null)
        {
            var answer = await client.UpdateAsync(site, _planner.CreateUpdate(intent, site), context.Record, cancellationToken);
            var lost = answer.Outcome == ShOutcome.NoAnswer;
            if (!lost && answer.Outcome != ShOutcome.Success)
            {
                return ShTrouble.Of(answer, $"create binding {intent.BindingName}", options.Value).ToResult();
            }

            found = await reader.BaseAsync(cancellationToken);
            if (found is null)
            {
                return lost
                    ? ShTrouble.Of(answer, $"create binding {intent.BindingName}", options.Value).ToResult()
                    : StepResult.Failed("cfs-readback-differs", $"The CFS accepted binding {intent.BindingName}, but it can't be read back.",
                        "Look in MetaView Explorer before anything is sent again.", outcomeKnown: false);
            }

            how = lost ? "The answer was lost; the binding was found by reading back." : "Read back field by field.";
        }

        var differences = Differences(found, context);
        return differences.Count == 0
            ? StepResult.Done($"Configured SIP Binding {intent.BindingName} exists as planned. {how}", new Dictionary<string, string> { [CreatedFact] = "true" })
            : StepResult.Failed("cfs-readback-differs", $"Binding {intent.BindingName} is not as planned: {string.Join("; ", differences)}.",
                "Compare it in MetaView Explorer; undo, or correct it by hand and retry.");
    }

    private async Task<StepResult> DeleteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (intent, site) = (context.Intent, context.Site.Metaswitch);
        if (await Reader(context).BaseAsync(cancellationToken) is not { } found)
        {
            return StepResult.Done($"Binding {intent.BindingName} does not exist; nothing was sent.");
        }

        if (Differences(found, context) is { Count: > 0 } differences)
        {
            return context.Facts.ContainsKey(CreatedFact)
                ? StepResult.Failed("binding-changed-since", $"Somebody changed binding {intent.BindingName} since it was created: {string.Join("; ", differences)}. It was not deleted.",
                    "Delete it in MetaView Explorer if nobody needs it.")
                : StepResult.Done($"Binding {intent.BindingName} is not the one that was planned; it was left alone.");
        }

        if (site.StatusGroupProven && await DisableAsync(context, cancellationToken) is { Succeeded: false } stillEnabled)
        {
            return stillEnabled;
        }

        var update = MetaswitchPlanner.DeleteUpdate(intent, site, SequenceNumber.After(found.SequenceNumber));
        var answer = await client.UpdateAsync(site, update, context.Record, cancellationToken);
        if (answer.Outcome is not (ShOutcome.Success or ShOutcome.Absent or ShOutcome.NoAnswer))
        {
            return ShTrouble.Of(answer, $"delete binding {intent.BindingName}", options.Value).ToResult();
        }

        if (await Reader(context).BaseAsync(cancellationToken) is null)
        {
            return StepResult.Done($"Binding {intent.BindingName} is deleted; a pull finds nothing.");
        }

        return answer.Outcome == ShOutcome.NoAnswer
            ? ShTrouble.Of(answer, $"delete binding {intent.BindingName}", options.Value).ToResult()
            : StepResult.Failed("cfs-readback-differs", $"The CFS accepted the deletion of binding {intent.BindingName}, but it is still there.",
                "Delete it in MetaView Explorer.");
    }

    private async Task<StepResult> DisableAsync(StepContext context, CancellationToken cancellationToken)
    {
        var status = await Reader(context).StatusAsync(cancellationToken);
        return _planner.InService(status?[BindingFields.RequestedStatus])
            ? await SetStatusAsync(Mapping.Disabled, context, cancellationToken)
            : StepResult.Done($"Binding {context.Intent.BindingName} is not enabled; nothing was sent.");
    }

    private async Task<StepResult> SetStatusAsync(string wanted, StepContext context, CancellationToken cancellationToken)
    {
        var (intent, site) = (context.Intent, context.Site.Metaswitch);
        var reader = Reader(context);
        if (await reader.StatusAsync(cancellationToken) is not { } before)
        {
            return StepResult.Failed("cfs-status-group-missing", $"The CFS returns no status for binding {intent.BindingName}, so it can't be set to {wanted}.",
                "Set statusGroupProven to false in the site profile: enabling becomes a worksheet.");
        }

        if (Is(before))
        {
            return StepResult.Done($"Requested status of binding {intent.BindingName} is {before[BindingFields.RequestedStatus]} already; nothing was sent.");
        }

        var update = MetaswitchPlanner.StatusUpdate(intent, site, wanted, SequenceNumber.After(before.SequenceNumber));
        var answer = await client.UpdateAsync(site, update, context.Record, cancellationToken);
        if (answer.Outcome is not (ShOutcome.Success or ShOutcome.NoAnswer))
        {
            return ShTrouble.Of(answer, $"set binding {intent.BindingName} to {wanted}", options.Value).ToResult();
        }

        var after = await reader.StatusAsync(cancellationToken);
        if (after is not null && Is(after))
        {
            return StepResult.Done($"Requested status of binding {intent.BindingName} reads back as {after[BindingFields.RequestedStatus]}.");
        }

        return answer.Outcome == ShOutcome.NoAnswer
            ? ShTrouble.Of(answer, $"set binding {intent.BindingName} to {wanted}", options.Value).ToResult()
            : StepResult.Failed("cfs-readback-differs",
                $"Requested status of binding {intent.BindingName} was set to {wanted}, but reads back as {after?[BindingFields.RequestedStatus] ?? "nothing"}.",
                "Look at the binding in MetaView Explorer, then retry.");

        bool Is(ShObject status) => _planner.InService(wanted)
            ? _planner.InService(status[BindingFields.RequestedStatus])
            : status[BindingFields.RequestedStatus] is { } read && BindingFields.SameValue(read, wanted);
    }

    private IReadOnlyList<FieldDifference> Differences(ShObject found, StepContext context) =>
        BindingFields.Compare(BindingFields.Intended(context.Intent, context.Site.Metaswitch, Mapping), found.Fields);

    private BindingReader Reader(StepContext context) => Reader(context.Intent, context.Site, context.Record);

    private BindingReader Reader(TrunkIntent intent, SiteProfile site, Action<WireExchange>? record) =>
        new(client, options.Value, intent, site.Metaswitch, record);

    private static async Task<StepResult> TellAsync(Func<Task<StepResult>> run)
    {
        try
        {
            return await run();
        }
        catch (SystemFailureException e)
        {
            return StepResult.Failed(e.Code, e.Message, e.Fix, outcomeKnown: false);
        }
    }

    private static StepResult ByHand(PlannedStep step) =>
        StepResult.Failed("step-is-manual", $"\"{step.Title}\" is done by a person.", "Follow the worksheet.");

    private static InvalidOperationException Unknown(PlannedStep step) => new($"the CFS knows no step {step.Id}");
}
