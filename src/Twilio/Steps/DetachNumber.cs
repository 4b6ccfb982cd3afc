using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>
/// Takes a number off the trunk and gives it the voice routing back that it had before. It stays the account's. The undo attaches it again, with
/// the parameters that it has on the trunk now.
/// </summary>
/// <param name="Before">Parameters of the number as it is on the trunk, as read; never with a password.</param>
/// <param name="Restore">Parameters to give it when it is off the trunk; empty where nobody saved them.</param>
/// <param name="Withheld">Parameters that should come back but hold a password, which is not kept.</param>
internal sealed record DetachNumber(
    string TrunkSid,
    string Number,
    string NumberSid,
    IReadOnlyList<KeyValuePair<string, string>> Before,
    IReadOnlyList<KeyValuePair<string, string>> Restore,
    IReadOnlyList<string> Withheld) : TwilioStep
{
    private const string Application = "VoiceApplicationSid";

    /// <summary>Parameters that an empty value clears; the others always have one.</summary>
    private static readonly string[] Clearable = ["VoiceUrl", "VoiceFallbackUrl", "StatusCallback"];

    public override Sentence Doing => $"detach {Number} from the trunk";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => Restore.Count == 0
        ? [TwilioCalls.DetachNumber(TrunkSid, NumberSid)]
        : [TwilioCalls.DetachNumber(TrunkSid, NumberSid), TwilioCalls.UpdateNumber(site, NumberSid, Restore)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => OnTrunk() is { Count: > 0 } form
        ? [TwilioCalls.AttachNumber(TrunkSid, NumberSid), TwilioCalls.UpdateNumber(site, NumberSid, form)]
        : [TwilioCalls.AttachNumber(TrunkSid, NumberSid)];

    public override Worksheet ByHand(string domain) => OnTrunk(
        domain, "Numbers", $"Add {Number} to the trunk again.",
        [new WorksheetRow("Remove from the trunk (do not release it)", Number), .. Restore.Select(r => new WorksheetRow($"Phone Numbers, Manage, Active numbers, {Number}: {r.Key}", r.Value))]);

    /// <summary>What was kept about the number goes with it: who attaches it later is another story.</summary>
    private Dictionary<string, string> Forgotten() => new()
    {
        [AttachNumber.SentFactOf(Number)] = "", [SavedRouting.FactOf(Number)] = "", [Belongings.NumberFact(Number)] = "",
    };

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindNumberAsync(Number, cancellationToken) is not { } found)
        {
            return NotOwned();
        }

        if (found.TrunkSid is { Length: > 0 } on && on != TrunkSid)
        {
            return StepResult.Failed("number-on-another-trunk", $"{Number} is attached to trunk {on} now; it was left there.", "Make the plan again.");
        }

        if (found.TrunkSid is { Length: > 0 })
        {
            if (found.HasEmergencyAddress)
            {
                return StepResult.Failed("number-has-emergency-address", $"{Number} has an emergency address, so Twilio does not let it off the trunk (21634). Nothing was sent.",
                    "Remove the number's emergency address by hand, then retry.");
            }

            if (AttachNumber.Missing(Number, Before, found) is { Count: > 0 } changed)
            {
                return StepResult.Failed("number-routing-changed", $"{string.Join(", ", changed)} of {Number} changed since it was planned, and undo would put the older one back. Nothing was sent.",
                    "Make the plan again: it reads the number as it is now, and needs a new approval.");
            }

            await run.Session.DeleteAsync(TwilioCalls.DetachNumber(TrunkSid, NumberSid), cancellationToken);
        }

        await SetAsync(run, Restore, cancellationToken);
        var read = await run.Reader.FindNumberAsync(Number, cancellationToken);
        return read is null || !string.IsNullOrEmpty(read.TrunkSid) || AttachNumber.Missing(Number, Restore, read).Count > 0
            ? Differs($"{Number} does not read back off the trunk with its old voice routing.")
            : StepResult.Done($"{Number} is off the trunk{(Restore.Count > 0 ? " and has its old voice routing again" : "; no old voice routing was saved, so none was set")}."
                + (Withheld.Count > 0 ? $" {string.Join(", ", Withheld)} held a password, which is never kept: enter it again in Twilio's Console." : ""), Forgotten());
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindNumberAsync(Number, cancellationToken) is not { } found)
        {
            return new(StepState.NotBegun, $"{Number} is not a number of this account.");
        }

        return found.TrunkSid is { Length: > 0 } on ? new(StepState.NotBegun, $"{Number} is attached to trunk {on}.")
            : AttachNumber.Missing(Number, Restore, found) is { Count: > 0 } missing
                ? new(StepState.Partly, $"{Number} is off the trunk, but its old voice routing is not back ({string.Join(", ", missing)}).")
                : new(StepState.Done, $"{Number} is off the trunk.", Forgotten());
    }

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindNumberAsync(Number, cancellationToken) is not { } found)
        {
            return NotOwned();
        }

        if (await run.Reader.FindTrunkAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return StepRun.Missing("trunk");
        }

        if (found.TrunkSid is { Length: > 0 } on && on != trunk.Sid)
        {
            return StepResult.Failed("number-on-another-trunk", $"{Number} is attached to trunk {on} now; it was left there.", "Detach it there first if it may be moved.");
        }

        var (_, wasThere) = await run.Session.FindOrCreateAsync(
            () => AttachNumber.AttachedAsync(run, Number, trunk.Sid, cancellationToken), TwilioCalls.AttachNumber(trunk.Sid, NumberSid), cancellationToken);
        if (!wasThere || AttachNumber.Missing(Number, OnTrunk(), found).Count > 0)
        {
            await SetAsync(run, OnTrunk(), cancellationToken);
        }

        var read = await AttachNumber.AttachedAsync(run, Number, trunk.Sid, cancellationToken);
        return read is not null && AttachNumber.Missing(Number, OnTrunk(), read).Count == 0
            ? StepResult.Done($"{Number} is on trunk {trunk.Sid} again{(wasThere ? "; nothing was attached" : "")}.")
            : Differs($"{Number} does not read back on trunk {trunk.Sid} as it was.");
    }

    /// <summary>What the number had on the trunk. Never the application: setting it would take the number off the trunk again.</summary>
    private IReadOnlyList<KeyValuePair<string, string>> OnTrunk() =>
    [
        .. Before.Where(p => p.Key != Application),
        .. Restore.Where(p => Clearable.Contains(p.Key) && Before.All(b => b.Key != p.Key)).Select(p => KeyValuePair.Create(p.Key, "")),
    ];

    private async Task SetAsync(StepRun run, IReadOnlyList<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        if (form.Count > 0 && !await IsSetAsync())
        {
            await run.Session.UpdateAsync(TwilioCalls.UpdateNumber(run.Site, NumberSid, form), IsSetAsync, cancellationToken);
        }

        async Task<bool> IsSetAsync() =>
            await run.Reader.FindNumberAsync(Number, cancellationToken) is { } now && AttachNumber.Missing(Number, form, now).Count == 0;
    }

    private StepResult NotOwned() =>
        StepResult.Failed("number-not-owned", $"{Number} is not a number of this account any more.", "Leave it out, and plan again.");
}
