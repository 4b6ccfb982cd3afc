using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>Takes a binding into service or out of it; the undo does the opposite.</summary>
internal sealed class StatusStep(StatusPayload payload) : IStep
{
    /// <summary>Whether this change sent the status and it may have worked. What was so already is left so.</summary>
    private readonly string _fact = $"metaswitch.binding.{payload.Binding}.{(payload.InService ? "enabled" : "disabled")}";

    public string Binding => payload.Binding;

    public async Task<StepObservation> ObserveAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        var status = await binding.StatusAsync(cancellationToken);
        var done = Is(binding, status, payload.InService);
        return new(
            done ? StepState.Done : StepState.NotBegun,
            $"Requested status of binding {Binding} is {Requested(status) ?? "not returned"}.",
            done ? OwnWork.Note(_fact, OwnWork.Noted(binding.Facts, _fact) != false) : null);
    }

    public async Task<StepResult> ApplyAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        var (result, sent) = await SetAsync(binding, payload.InService, cancellationToken);
        return result with { Facts = OwnWork.Note(_fact, sent || OwnWork.Noted(binding.Facts, _fact) == true) };
    }

    public async Task<StepResult> UndoAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        if (OwnWork.Noted(binding.Facts, _fact) == false)
        {
            return StepResult.Done($"The status of binding {Binding} was not changed by this change; it was left alone.");
        }

        return Is(binding, await binding.StatusAsync(cancellationToken), payload.InService)
            ? (await SetAsync(binding, !payload.InService, cancellationToken)).Result
            : StepResult.Done($"Binding {Binding} is not {(payload.InService ? "enabled" : "disabled")}; nothing was sent.");
    }

    /// <summary>Sets the status and proves it by reading back.</summary>
    /// <returns>The result, and whether something was sent that may have worked.</returns>
    /// <exception cref="SystemFailureException">The status could not be read before anything was sent.</exception>
    public static async Task<(StepResult Result, bool Sent)> SetAsync(BindingOnSwitch binding, bool inService, CancellationToken cancellationToken)
    {
        var wanted = inService ? binding.Mapping.Enabled : binding.Mapping.Disabled;
        if (await binding.StatusAsync(cancellationToken) is not { } before)
        {
            return (await NoStatusAsync(binding, wanted, cancellationToken), false);
        }

        if (Is(binding, before, inService))
        {
            return (StepResult.Done($"Requested status of binding {binding.Name} is {Requested(before)} already; nothing was sent."), false);
        }

        var sent = await binding.SendAsync(
            binding.Updates.Status(wanted, SequenceNumber.After(before.SequenceNumber)), $"set binding {binding.Name} to {wanted}", before, cancellationToken);
        if (sent.Outcome is SentOutcome.Refused or SentOutcome.Absent)
        {
            return (sent.Failure!, false);
        }

        try
        {
            var after = await binding.StatusAsync(cancellationToken);
            return (Is(binding, after, inService)
                ? StepResult.Done($"Requested status of binding {binding.Name} reads back as {Requested(after)}.")
                : sent.Failure ?? StepResult.Failed(
                    "cfs-readback-differs",
                    $"Requested status of binding {binding.Name} was set to {wanted}, but reads back as {Requested(after) ?? "nothing"}.",
                    "Look at the binding in MetaView Explorer, then retry."), true);
        }
        catch (SystemFailureException e)
        {
            return (StepResult.Failed(e.Code, e.Message, e.Fix, outcomeKnown: false), true);
        }
    }

    private static async Task<StepResult> NoStatusAsync(BindingOnSwitch binding, string wanted, CancellationToken cancellationToken) =>
        await binding.BaseAsync(cancellationToken) is null
            ? StepResult.Failed("binding-missing", $"Binding {binding.Name} does not exist, so it can't be set to {wanted}.",
                "Somebody removed it: make a new plan.")
            : StepResult.Failed(BindingReader.StatusGroupMissing, $"The CFS returns no status for binding {binding.Name}, so it can't be set to {wanted}.",
                BindingReader.StatusGroupFix);

    private static bool Is(BindingOnSwitch binding, ShObject? status, bool inService) =>
        Requested(status) is { } read && (inService ? binding.Mapping.IsInService(read) : BindingFields.SameValue(read, binding.Mapping.Disabled));

    private static string? Requested(ShObject? status) => status?[BindingFields.RequestedStatus];
}
