using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>Tells Twilio where to send inbound calls.</summary>
internal sealed record AddOrigination(string? TrunkSid, string FriendlyName, string Url) : TwilioStep
{
    private const int Priority = 10;
    private const int Weight = 10;

    public override string Doing => $"add origination URL {Url}";

    private string ShownTrunk => TrunkSid ?? TwilioFacts.Placeholder(TwilioFacts.TrunkSid);

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [Create(ShownTrunk)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) =>
        [TwilioCalls.DeleteOriginationUrl(ShownTrunk, TwilioFacts.Placeholder(TwilioFacts.OriginationSid))];

    /// <summary>Whether a URL of the trunk is the one wanted and takes calls.</summary>
    public static bool Serves(string wanted, string? sipUrl, bool? enabled) => enabled == true && SipUrl.Same(wanted, sipUrl ?? "");

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.TrunkSidAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return StepRun.Missing("trunk");
        }

        await run.Session.FindOrCreateAsync(() => FindAsync(run, trunk, cancellationToken), Create(trunk), cancellationToken);
        return await FindAsync(run, trunk, cancellationToken) is { } read && read is { Priority: Priority, Weight: Weight, Enabled: true }
            ? StepResult.Done($"Origination URL {Url} reads back as {read.Sid}.", TwilioFacts.Of(TwilioFacts.OriginationSid, read.Sid))
            : Differs($"Origination URL {Url} does not read back from trunk {trunk} with priority {Priority}, weight {Weight} and enabled.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.TrunkSidAsync(TrunkSid, cancellationToken) is { } trunk && await FindAsync(run, trunk, cancellationToken) is { } url
            ? new(StepState.Done, $"Origination URL {Url} is {url.Sid}.", TwilioFacts.Of(TwilioFacts.OriginationSid, url.Sid))
            : new(StepState.NotBegun, $"Trunk has no origination URL {Url} of ours.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.TrunkSidAsync(TrunkSid, cancellationToken) is not { } trunk || await FindAsync(run, trunk, cancellationToken) is not { } url)
        {
            return StepResult.Done($"There is no origination URL {Url} of ours; nothing was sent.");
        }

        await run.Session.DeleteAsync(TwilioCalls.DeleteOriginationUrl(trunk, url.Sid), cancellationToken);
        return await FindAsync(run, trunk, cancellationToken) is null
            ? StepResult.Done($"Origination URL {Url} is removed.")
            : Differs($"Origination URL {Url} is still there after its removal.");
    }

    private TwilioRequest Create(string trunk) => TwilioCalls.AddOriginationUrl(trunk, FriendlyName, Url, Priority, Weight);

    private async Task<OriginationUrl?> FindAsync(StepRun run, string trunk, CancellationToken cancellationToken)
    {
        try
        {
            return (await run.Session.ListAsync<OriginationUrl>(TwilioCalls.OriginationUrls(trunk), "origination_urls", cancellationToken))
                .FirstOrDefault(u => Ownership.Is(u.FriendlyName, FriendlyName) && SipUrl.Same(Url, u.SipUrl ?? ""));
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            return null;
        }
    }
}

/// <summary>Attaches a number to the trunk, which replaces its voice routing; the old routing is part of the step.</summary>
/// <param name="Routing">Parameters that restore the old routing.</param>
/// <param name="Withheld">Parameters that can't be restored, because their URL holds a password that is not kept.</param>
internal sealed record AttachNumber(
    string? TrunkSid, string Number, string NumberSid, IReadOnlyList<KeyValuePair<string, string>> Routing, IReadOnlyList<string> Withheld) : TwilioStep
{
    public override string Doing => $"attach {Number} to the trunk";

    private string ShownTrunk => TrunkSid ?? TwilioFacts.Placeholder(TwilioFacts.TrunkSid);

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.AttachNumber(ShownTrunk, NumberSid)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => Routing.Count == 0
        ? [TwilioCalls.DetachNumber(ShownTrunk, NumberSid)]
        : [TwilioCalls.DetachNumber(ShownTrunk, NumberSid), TwilioCalls.UpdateNumber(site, NumberSid, Routing)];

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.TrunkSidAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return StepRun.Missing("trunk");
        }

        if (await run.Reader.FindNumberAsync(Number, cancellationToken) is { TrunkSid: { Length: > 0 } other } && other != trunk)
        {
            return StepResult.Failed("number-on-another-trunk", $"{Number} is attached to trunk {other} now.", "Detach it there first if it may be moved.");
        }

        await run.Session.FindOrCreateAsync(() => AttachedAsync(run, trunk, cancellationToken), TwilioCalls.AttachNumber(trunk, NumberSid), cancellationToken);
        return await AttachedAsync(run, trunk, cancellationToken) is not null
            ? StepResult.Done($"{Number} reads back with trunk {trunk}.")
            : Differs($"{Number} does not read back with trunk {trunk}.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.TrunkSidAsync(TrunkSid, cancellationToken) is { } trunk && await AttachedAsync(run, trunk, cancellationToken) is not null
            ? new(StepState.Done, $"{Number} is attached to trunk {trunk}.")
            : new(StepState.NotBegun, $"{Number} is not attached to the trunk.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
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
            await run.Session.PostAsync(TwilioCalls.UpdateNumber(run.Site, NumberSid, Routing), cancellationToken);
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

    /// <summary>What of the old routing the number does not have.</summary>
    private List<string> Lost(PhoneNumber now)
    {
        var present = StateReader.State(Number, now).Routing;
        return [.. Routing.Where(r => !present.Contains(r)).Select(r => r.Key)];
    }

    private async Task<PhoneNumber?> AttachedAsync(StepRun run, string trunk, CancellationToken cancellationToken) =>
        await run.Reader.FindNumberAsync(Number, cancellationToken) is { } number && number.TrunkSid == trunk ? number : null;
}
