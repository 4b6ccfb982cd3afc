using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>Attaches a number to the trunk, which replaces its voice routing; the old routing is part of the step.</summary>
/// <param name="Routing">Parameters that restore the old routing.</param>
/// <param name="Withheld">Parameters that can't be restored, because their URL holds a password that is not kept.</param>
internal sealed record AttachNumber(
    string? TrunkSid, string Number, string NumberSid, IReadOnlyList<KeyValuePair<string, string>> Routing, IReadOnlyList<string> Withheld) : TwilioStep
{
    /// <summary>Value of <see cref="SentFactOf"/> when it was sent.</summary>
    internal const string Yes = "true";
    private const string No = "false";

    public override Sentence Doing => $"attach {Number} to the trunk";

    private string ShownTrunk => TrunkSid ?? TwilioFacts.Placeholder(TwilioFacts.TrunkSid);

    /// <summary>Whether this change sent the attachment: what it did not touch, its undo does not touch either.</summary>
    private string SentFact => SentFactOf(Number);

    internal static string SentFactOf(string number) => $"twilio.number.{number}.sent";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.AttachNumber(ShownTrunk, NumberSid)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => Routing.Count == 0
        ? [TwilioCalls.DetachNumber(ShownTrunk, NumberSid)]
        : [TwilioCalls.DetachNumber(ShownTrunk, NumberSid), TwilioCalls.UpdateNumber(site, NumberSid, Routing)];

    public override Worksheet ByHand(string domain) => OnTrunk(
        domain, "Numbers",
        $"Remove {Number} from the trunk (do not release it)"
            + (Routing.Count == 0 ? "." : $", then give it its voice routing back at Phone Numbers, Manage, Active numbers: {string.Join(", ", Routing.Select(r => $"{r.Key} {r.Value}"))}."),
        new WorksheetRow("Add a number: existing number", Number));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.TrunkSidAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return StepRun.Missing("trunk");
        }

        var result = await CheckAsync(run, trunk, cancellationToken);
        if (result is not null)
        {
            return run.Fact(SentFact) == Yes ? result : result with { Facts = TwilioFacts.Of(SentFact, No) };
        }

        try
        {
            await run.Session.FindOrCreateAsync(() => AttachedAsync(run, trunk, cancellationToken), TwilioCalls.AttachNumber(trunk, NumberSid), cancellationToken);
            result = await AttachedAsync(run, trunk, cancellationToken) is not null
                ? StepResult.Done($"{Number} reads back with trunk {trunk}.")
                : Differs($"{Number} does not read back with trunk {trunk}.");
        }
        catch (TwilioException e)
        {
            // Of what Twilio is known not to have done, nothing is to be undone.
            result = TwilioFailure.Of(e, Doing).ToResult();
            return result with { Facts = TwilioFacts.Of(SentFact, result.OutcomeKnown ? run.Fact(SentFact) ?? No : Yes) };
        }

        return result with { Facts = Sent() };
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindNumberAsync(Number, cancellationToken) is not { } found)
        {
            return new(StepState.NotBegun, $"{Number} is not a number of this account.");
        }

        if (found.TrunkSid is { Length: > 0 } on)
        {
            // Only a step that was begun is observed: an attachment that nothing is noted of is its own.
            return on == await run.TrunkSidAsync(TrunkSid, cancellationToken)
                ? new(StepState.Done, $"{Number} is attached to trunk {on}.", run.Fact(SentFact) == No ? TwilioFacts.Of(SentFact, No) : Sent())
                : new(StepState.NotBegun, $"{Number} is attached to another trunk, {on}.");
        }

        return run.Fact(SentFact) != No && Lost(found) is { Count: > 0 } lost
            ? new(StepState.Partly, $"{Number} is not attached to the trunk, but its old voice routing is not back ({string.Join(", ", lost)}).")
            : new(StepState.NotBegun, $"{Number} is not attached to the trunk.");
    }

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (run.Fact(SentFact) == No)
        {
            return StepResult.Done($"This change did not attach {Number}; nothing was sent.");
        }

        var found = await run.Reader.FindNumberAsync(Number, cancellationToken);
        var trunk = await run.TrunkSidAsync(TrunkSid, cancellationToken);
        var attached = found?.TrunkSid is { Length: > 0 } on && on == trunk;
        if (found is null || (!attached && (found.TrunkSid is { Length: > 0 } || Lost(found).Count == 0)))
        {
            return StepResult.Done($"{Number} is not attached to the trunk; nothing was sent.");
        }

        if (attached)
        {
            await run.Session.DeleteAsync(TwilioCalls.DetachNumber(trunk!, NumberSid), cancellationToken);
        }

        if (Routing.Count > 0)
        {
            await run.Session.UpdateAsync(
                TwilioCalls.UpdateNumber(run.Site, NumberSid, Routing),
                async () => await run.Reader.FindNumberAsync(Number, cancellationToken) is { } now && Lost(now).Count == 0,
                cancellationToken);
        }

        var read = await run.Reader.FindNumberAsync(Number, cancellationToken);
        if (read is null || !string.IsNullOrEmpty(read.TrunkSid) || Lost(read) is { Count: > 0 })
        {
            return Differs($"{Number} does not read back with its old voice routing ({string.Join(", ", read is null ? [] : Lost(read))}).");
        }

        return Withheld.Count == 0
            ? StepResult.Done($"{Number} is detached and has its old voice routing again.")
            : StepResult.Failed("number-url-not-restored", $"{Number} is detached, but {string.Join(", ", Withheld)} held a password, which is never kept, so it was not restored.",
                "Enter it again in Twilio's Console.");
    }

    private Dictionary<string, string> Sent() => new([KeyValuePair.Create(SentFact, Yes), new SavedRouting(Routing, Withheld).ToFact(Number)]);

    /// <summary>Looks once more before the old routing is lost. null: go on; otherwise the step ends here and nothing was sent.</summary>
    private async Task<StepResult?> CheckAsync(StepRun run, string trunk, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindNumberAsync(Number, cancellationToken) is not { } found)
        {
            return StepResult.Failed("number-not-owned", $"{Number} is not a number of this account any more.", "Buy it, or leave it out, and plan again.");
        }

        if (found.TrunkSid is { Length: > 0 } on)
        {
            return on == trunk
                ? StepResult.Done($"{Number} is attached to trunk {trunk} already; nothing was sent.")
                : StepResult.Failed("number-on-another-trunk", $"{Number} is attached to trunk {on} now.", "Detach it there first if it may be moved.");
        }

        var now = StateReader.State(Number, found);
        return now.Routing.SequenceEqual(Routing) && now.Withheld.SequenceEqual(Withheld)
            ? null
            : StepResult.Failed("number-routing-changed", $"The voice routing of {Number} changed since it was planned, and undo would restore the older one. Nothing was sent.",
                "Make the plan again: it keeps the routing as it is now, and needs a new approval.");
    }

    /// <summary>What of the old routing the number does not have.</summary>
    private List<string> Lost(PhoneNumber now) => Missing(Number, Routing, now);

    /// <summary>Names of the parameters that a number does not have as wanted; one that is wanted empty must not be set.</summary>
    internal static List<string> Missing(string number, IReadOnlyList<KeyValuePair<string, string>> wanted, PhoneNumber now)
    {
        var present = StateReader.State(number, now).Routing;
        return [.. wanted.Where(w => w.Value.Length == 0 ? present.Any(p => p.Key == w.Key) : !present.Contains(w)).Select(w => w.Key)];
    }

    private Task<PhoneNumber?> AttachedAsync(StepRun run, string trunk, CancellationToken cancellationToken) => AttachedAsync(run, Number, trunk, cancellationToken);

    internal static async Task<PhoneNumber?> AttachedAsync(StepRun run, string number, string trunk, CancellationToken cancellationToken) =>
        await run.Reader.FindNumberAsync(number, cancellationToken) is { } found && found.TrunkSid == trunk ? found : null;
}
