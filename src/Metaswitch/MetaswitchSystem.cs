using Microsoft.Extensions.Options;
using TrunkBot.Changes.Life;
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
public sealed class MetaswitchSystem(ShClient client, ITrunkStore trunks, TimeProvider time, IOptions<MetaswitchOptions> options) : INetworkSystem
{
    internal const string SystemName = "metaswitch";
    internal const string SystemTitle = "Metaswitch CFS";

    /// <summary>Whether the create was sent by this change and may have worked. Undo deletes nothing else.</summary>
    private const string CreatedFact = "metaswitch.binding.created";
    private const string Yes = "true";
    private const string No = "false";

    private readonly MetaswitchPlanner _planner = new(options.Value.Binding);

    private BindingMapping Mapping => options.Value.Binding;

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
            var reader = Reader(intent, site, null);
            var binding = await reader.BaseAsync(cancellationToken);
            var status = binding is not null && site.Metaswitch.StatusGroupProven ? await reader.StatusAsync(cancellationToken) : null;
            found = found with { Fields = binding?.Fields, RequestedStatus = status?[BindingFields.RequestedStatus] };
        }

        return new(Name, ElementOf(site), time.GetUtcNow(), found.ToText(), found.Fingerprint());
    }

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) =>
        _planner.Plan(goal.Intent, site, BindingSnapshot.Parse(snapshot.Content), snapshot.Fingerprint);

    public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => step switch
    {
        { IsManual: true } => Task.FromResult(ByHand(step)),
        { Id: MetaswitchSteps.CreateBinding } => CreateAsync(context, cancellationToken),
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
                new(StepState.Partly, $"Binding {context.Intent.BindingName} exists, but {string.Join("; ", differences)}.", Origin()),
            _ => new(StepState.Done, $"Binding {context.Intent.BindingName} exists as planned.", Origin()),
        };

        // Only a step that was begun is observed: a binding that nothing is noted of came of a create whose result was lost.
        Dictionary<string, string> Origin() => Created(context.Facts.GetValueOrDefault(CreatedFact) != No);
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
        var mayBeOurs = context.Facts.GetValueOrDefault(CreatedFact) == Yes;
        var sent = false;
        try
        {
            var reader = Reader(context);
            if (await reader.BaseAsync(cancellationToken) is { } there)
            {
                return Judge(there, "It existed as planned already; nothing was sent.");
            }

            var doing = $"create binding {intent.BindingName}";
            var answer = await client.UpdateAsync(site, _planner.CreateUpdate(intent, site), context.Record, cancellationToken);
            var lost = answer.Outcome == ShOutcome.NoAnswer;
            if (!lost && answer.Outcome != ShOutcome.Success)
            {
                return Tell(ShTrouble.Of(answer, doing, options.Value).ToResult());
            }

            mayBeOurs = sent = true;
            if (await reader.BaseAsync(cancellationToken) is { } made)
            {
                return Judge(made, lost ? "The answer was lost; the binding was found by reading back." : "Read back field by field.");
            }

            return Tell(lost
                ? ShTrouble.Of(answer, doing, options.Value).ToResult()
                : StepResult.Failed("cfs-readback-differs", $"The CFS accepted binding {intent.BindingName}, but it can't be read back.",
                    "Look in MetaView Explorer before anything is sent again.", outcomeKnown: false));
        }
        catch (SystemFailureException e)
        {
            return Tell(StepResult.Failed(e.Code, e.Message, e.Fix, outcomeKnown: !sent));
        }

        StepResult Tell(StepResult result) => result with { Facts = Created(mayBeOurs) };

        StepResult Judge(ShObject binding, string how) => Tell(Differences(binding, context) is { Count: > 0 } differences
            ? StepResult.Failed("cfs-readback-differs", $"Binding {intent.BindingName} is not as planned: {string.Join("; ", differences)}.",
                "Compare it in MetaView Explorer; undo, or correct it by hand and retry.")
            : StepResult.Done($"Configured SIP Binding {intent.BindingName} exists as planned. {how}"));
    }

    private async Task<StepResult> DeleteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (intent, site) = (context.Intent, context.Site.Metaswitch);
        if (await Reader(context).BaseAsync(cancellationToken) is not { } found)
        {
            return StepResult.Done($"Binding {intent.BindingName} does not exist; nothing was sent.");
        }

        switch (context.Facts.GetValueOrDefault(CreatedFact))
        {
            case No:
                return StepResult.Done($"Binding {intent.BindingName} was not created by this change; it was left alone.");
            case null:
                return StepResult.Failed("binding-origin-unknown", $"Binding {intent.BindingName} exists, but nothing is noted of this change having created it. It was not deleted.",
                    "Delete it in MetaView Explorer if nobody needs it; then undo again.");
        }

        if (Differences(found, context) is { Count: > 0 } differences)
        {
            return StepResult.Failed("binding-changed-since", $"Binding {intent.BindingName}, which this change created, is not as planned: {string.Join("; ", differences)}. It was not deleted.",
                "Delete it in MetaView Explorer if nobody needs it; then undo again.");
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
            if (await reader.BaseAsync(cancellationToken) is null)
            {
                return StepResult.Failed("binding-missing", $"Binding {intent.BindingName} does not exist, so it can't be set to {wanted}.",
                    "Somebody removed it: make a new plan.");
            }

            return StepResult.Failed(BindingReader.StatusGroupMissing, $"The CFS returns no status for binding {intent.BindingName}, so it can't be set to {wanted}.",
                BindingReader.StatusGroupFix);
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

    private static Dictionary<string, string> Created(bool byThisChange) =>
        new Dictionary<string, string> { [CreatedFact] = byThisChange ? Yes : No };

    private static StepResult ByHand(PlannedStep step) =>
        StepResult.Failed("step-is-manual", $"\"{step.Title}\" is done by a person.", "Follow the worksheet.");

    private static InvalidOperationException Unknown(PlannedStep step) => new($"the CFS knows no step {step.Id}");
}
