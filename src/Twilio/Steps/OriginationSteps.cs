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

        try
        {
            await run.Session.FindOrCreateAsync(() => FindAsync(run, trunk, cancellationToken), Create(trunk), cancellationToken);
        }
        catch (TwilioException e) when (e.Code == OriginationUrls.Refused)
        {
            return OriginationUrls.RefusedResult(Url, e);
        }

        return await FindAsync(run, trunk, cancellationToken) is { } read && IsAsPlanned(read)
            ? StepResult.Done($"Origination URL {Url} reads back as {read.Sid}.", TwilioFacts.Of(TwilioFacts.OriginationSid, read.Sid))
            : Differs($"Origination URL {Url} does not read back from trunk {trunk} with priority {Priority}, weight {Weight} and enabled.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.TrunkSidAsync(TrunkSid, cancellationToken) is { } trunk && await FindAsync(run, trunk, cancellationToken) is { } url
            ? IsAsPlanned(url)
                ? new(StepState.Done, $"Origination URL {Url} is {url.Sid}.", TwilioFacts.Of(TwilioFacts.OriginationSid, url.Sid))
                : new(StepState.Partly, $"Origination URL {Url} is {url.Sid}, but not enabled with priority {Priority} and weight {Weight}.", TwilioFacts.Of(TwilioFacts.OriginationSid, url.Sid))
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

    private static bool IsAsPlanned(OriginationUrl url) => url is { Priority: Priority, Weight: Weight, Enabled: true };

    private TwilioRequest Create(string trunk) => TwilioCalls.AddOriginationUrl(trunk, FriendlyName, Url, Priority, Weight, enabled: true);

    private Task<OriginationUrl?> FindAsync(StepRun run, string trunk, CancellationToken cancellationToken) =>
        OriginationUrls.FindAsync(run, trunk, u => Ownership.Is(u.FriendlyName, FriendlyName) && SipUrl.Same(Url, u.SipUrl ?? ""), cancellationToken);
}

/// <summary>Puts an origination URL of ours, which somebody switched off, back into use.</summary>
internal sealed record EnableOrigination(string TrunkSid, string UrlSid, string Url) : TwilioStep
{
    public override string Doing => $"enable origination URL {Url}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [Set(enabled: true)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [Set(enabled: false)];

    public override Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken) => SetAsync(run, enabled: true, cancellationToken);

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await ReadAsync(run, cancellationToken) is { Enabled: true }
            ? new(StepState.Done, $"Origination URL {Url} is enabled.")
            : new(StepState.NotBegun, $"Origination URL {Url} is not enabled.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken) =>
        await ReadAsync(run, cancellationToken) is { Enabled: true }
            ? await SetAsync(run, enabled: false, cancellationToken)
            : StepResult.Done($"Origination URL {Url} is not enabled; nothing was sent.");

    private async Task<StepResult> SetAsync(StepRun run, bool enabled, CancellationToken cancellationToken)
    {
        await run.Session.UpdateAsync(Set(enabled), async () => (await ReadAsync(run, cancellationToken))?.Enabled == enabled, cancellationToken);
        var read = await ReadAsync(run, cancellationToken);
        return read?.Enabled == enabled
            ? StepResult.Done($"Origination URL {Url} reads back as {(enabled ? "enabled" : "not enabled")}.")
            : Differs($"Origination URL {Url} does not read back as {(enabled ? "enabled" : "not enabled")}.");
    }

    private TwilioRequest Set(bool enabled) => TwilioCalls.EnableOriginationUrl(TrunkSid, UrlSid, enabled);

    private Task<OriginationUrl?> ReadAsync(StepRun run, CancellationToken cancellationToken) =>
        OriginationUrls.FindAsync(run, TrunkSid, u => u.Sid == UrlSid, cancellationToken);
}

/// <summary>Removes an origination URL of ours that the trunk no longer needs: another address, another edge, or no inbound calls.</summary>
internal sealed record RemoveOrigination(string TrunkSid, string UrlSid, string FriendlyName, string Url, int Priority, int Weight, bool Enabled) : TwilioStep
{
    public override string Doing => $"remove origination URL {Url}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.DeleteOriginationUrl(TrunkSid, UrlSid)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [Create()];

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        await run.Session.DeleteAsync(TwilioCalls.DeleteOriginationUrl(TrunkSid, UrlSid), cancellationToken);
        return await FindAsync(run, cancellationToken) is null
            ? StepResult.Done($"Origination URL {Url} is removed.")
            : Differs($"Origination URL {Url} is still there after its removal.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await FindAsync(run, cancellationToken) is null
            ? new(StepState.Done, $"Origination URL {Url} is gone.")
            : new(StepState.NotBegun, $"Origination URL {Url} is there.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        var (_, wasThere) = await run.Session.FindOrCreateAsync(() => FindAsync(run, cancellationToken), Create(), cancellationToken);
        return await FindAsync(run, cancellationToken) is { } read && read.Priority == Priority && read.Weight == Weight && read.Enabled == Enabled
            ? StepResult.Done($"Origination URL {Url} is there as before{(wasThere ? "; nothing was sent" : $", as {read.Sid}")}.")
            : Differs($"Origination URL {Url} does not read back as it was.");
    }

    private TwilioRequest Create() => TwilioCalls.AddOriginationUrl(TrunkSid, FriendlyName, Url, Priority, Weight, Enabled);

    // By its natural key: what undo makes anew has another SID.
    private Task<OriginationUrl?> FindAsync(StepRun run, CancellationToken cancellationToken) =>
        OriginationUrls.FindAsync(run, TrunkSid, u => Ownership.Is(u.FriendlyName, FriendlyName) && SipUrl.Same(Url, u.SipUrl ?? ""), cancellationToken);
}

/// <summary>What the steps about origination URLs share.</summary>
file static class OriginationUrls
{
    /// <summary>Of an origination URL this code speaks of the URL, not of the trunk's domain.</summary>
    public const int Refused = 21245;

    public static StepResult RefusedResult(string url, TwilioException e) => StepResult.Failed(
        "origination-url-refused",
        $"Twilio did not add origination URL {url}: {e.Message}.",
        "Another origination URL of the trunk has the same address, or the address can't be reached from the internet: look at the trunk in Twilio's Console.");

    public static async Task<OriginationUrl?> FindAsync(StepRun run, string trunk, Func<OriginationUrl, bool> wanted, CancellationToken cancellationToken)
    {
        try
        {
            return (await run.Session.ListAsync<OriginationUrl>(TwilioCalls.OriginationUrls(trunk), "origination_urls", cancellationToken)).FirstOrDefault(wanted);
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            return null;
        }
    }
}
