using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>Changes fields of a binding by one partial update; the undo sends the old values with a fresh sequence number.</summary>
internal sealed class ChangeStep(ChangePayload payload) : IStep
{
    /// <summary>Names of the fields that this change sent and that may have been taken. What was so already is left so.</summary>
    private readonly string _fact = $"metaswitch.binding.{payload.Binding}.changed";

    public string Binding => payload.Binding;

    public async Task<StepObservation> ObserveAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        if (await binding.BaseAsync(cancellationToken) is not { } found)
        {
            return new(StepState.NotBegun, $"Binding {Binding} does not exist.");
        }

        if (payload.Fields.All(f => f.IsDone(found)))
        {
            // Only a step that was begun is observed: where nothing is noted, its result was lost.
            return new(StepState.Done, $"Binding {Binding} is changed as planned.", Note(Sent(binding)));
        }

        return payload.Fields.All(f => f.IsAsBefore(found))
            ? new(StepState.NotBegun, $"Binding {Binding} is as it was before.")
            : new(StepState.Partly, $"Binding {Binding} is neither as it was nor as planned: {Shown(payload.Fields.Where(f => !f.IsDone(found)), found)}.");
    }

    public async Task<StepResult> ApplyAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        if (await binding.BaseAsync(cancellationToken) is not { } before)
        {
            return StepResult.Failed("binding-missing", $"Binding {Binding} does not exist, so it can't be changed.", "Somebody removed it: make a new plan.");
        }

        if (payload.Fields.Where(f => !f.IsDone(before) && !f.IsAsBefore(before)).ToList() is { Count: > 0 } others)
        {
            return StepResult.Failed("binding-changed-since", $"Binding {Binding} was changed since the plan was made: {Shown(others, before)}. Nothing was sent.",
                "Look at who changed it, then make a new plan.");
        }

        List<FieldChange> open = [.. payload.Fields.Where(f => !f.IsDone(before))];
        var earlier = binding.Facts.TryGetValue(_fact, out var noted) ? noted.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
        if (open.Count == 0)
        {
            return StepResult.Done($"Binding {Binding} was as planned already; nothing was sent.", Note(earlier));
        }

        var (result, sent) = await SendAsync(binding, before, [.. open.Select(f => f.To)], $"change binding {Binding}", cancellationToken);
        return result with { Facts = Note(sent ? [.. earlier.Union(open.Select(f => f.To.Name))] : earlier) };
    }

    public async Task<StepResult> UndoAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        if (await binding.BaseAsync(cancellationToken) is not { } found)
        {
            return StepResult.Done($"Binding {Binding} does not exist; there is nothing to put back.");
        }

        var sent = Sent(binding);
        List<FieldChange> ours = [.. payload.Fields.Where(f => sent.Contains(f.To.Name) && !f.IsAsBefore(found))];
        if (ours.Where(f => !f.IsDone(found)).ToList() is { Count: > 0 } others)
        {
            return StepResult.Failed("binding-changed-since", $"Binding {Binding} was changed since this change was made: {Shown(others, found)}. It was left alone.",
                "Set the fields in MetaView Explorer as they shall be; then undo again.");
        }

        List<ShField> back = [.. ours.Where(f => f.CanBePutBack).Select(f => f.Before!)];
        if (back.Count > 0)
        {
            var (result, _) = await SendAsync(binding, found, back, $"put back fields of binding {Binding}", cancellationToken);
            if (!result.Succeeded)
            {
                return result;
            }
        }

        return ours.Where(f => !f.CanBePutBack).Select(f => BindingFields.LabelOf(f.To.Name)).ToList() is { Count: > 0 } left
            ? StepResult.Failed("binding-not-restored-whole", $"What binding {Binding} had before in {string.Join(", ", left)} can't be sent over Sh; every other field is as it was.",
                "Set it in MetaView Explorer as it was; then undo again.")
            : StepResult.Done(back.Count == 0 ? $"Binding {Binding} is as it was before; nothing was sent." : $"Binding {Binding} reads back as it was before.");
    }

    /// <summary>One update, proven by reading back.</summary>
    /// <returns>The result, and whether something was sent that may have been taken.</returns>
    private async Task<(StepResult Result, bool Sent)> SendAsync(
        BindingOnSwitch binding, ShObject before, IReadOnlyList<ShField> fields, Sentence doing, CancellationToken cancellationToken)
    {
        var sent = await binding.SendAsync(binding.Updates.Change(fields, SequenceNumber.After(before.SequenceNumber)), doing, before, cancellationToken);
        if (sent.Outcome is SentOutcome.Refused or SentOutcome.Absent)
        {
            return (sent.Failure!, false);
        }

        try
        {
            if (await binding.BaseAsync(cancellationToken) is not { } after)
            {
                return (StepResult.Failed("binding-missing", $"Binding {Binding} is gone when read back.", "Somebody removed it: make a new plan."), true);
            }

            return (Judge(fields, before, after, sent), true);
        }
        catch (SystemFailureException e)
        {
            return (StepResult.Failed(e.Code, e.Message, e.Fix, outcomeKnown: false), true);
        }
    }

    private StepResult Judge(IReadOnlyList<ShField> fields, ShObject before, ShObject after, Sent sent)
    {
        var differences = BindingFields.Compare(fields, after.Fields);
        if (differences.Count > 0)
        {
            return sent.Failure ?? StepResult.Failed("cfs-readback-differs", $"Binding {Binding} is not as sent: {string.Join("; ", differences)}.",
                "Compare it in MetaView Explorer; undo, or correct it by hand and retry.");
        }

        // The switch may follow with fields of its own; people shall know.
        var others = BindingFields.Compare([.. before.Fields.Where(b => fields.All(f => f.Name != b.Name))], after.Fields);
        var how = sent.Outcome == SentOutcome.Unknown ? "The answer was lost; reading back shows that it was taken." : "Read back field by field.";
        return StepResult.Done(others.Count == 0
            ? $"Binding {Binding}: {fields.Count} field(s) changed, every other one as before. {how}"
            : $"Binding {Binding}: {fields.Count} field(s) changed. {how} Others changed with them: {string.Join("; ", others.Select(d => $"{d.Label} from \"{d.Intended}\" to \"{d.Found}\""))}.");
    }

    /// <summary>The fields that are this change's own; where nothing is noted, all.</summary>
    private string[] Sent(BindingOnSwitch binding) =>
        binding.Facts.TryGetValue(_fact, out var names) ? names.Split(',', StringSplitOptions.RemoveEmptyEntries) : [.. payload.Fields.Select(f => f.To.Name)];

    private Dictionary<string, string> Note(IEnumerable<string> names) => new() { [_fact] = string.Join(',', names) };

    private static string Shown(IEnumerable<FieldChange> fields, ShObject found) => string.Join("; ", fields.Select(f =>
        $"{BindingFields.LabelOf(f.To.Name)} was {Quoted(f.Before?.Value)}, shall be {Quoted(f.To.Value)} and is {Quoted(found[f.To.Name])}"));

    private static string Quoted(string? value) => value is null ? "nothing" : $"\"{PlainText.OneLine(value)}\"";
}
