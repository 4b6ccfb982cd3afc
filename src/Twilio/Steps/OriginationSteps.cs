using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>Tells Twilio where to send inbound calls.</summary>
internal sealed record AddOrigination(string? TrunkSid, string FriendlyName, string Url, int Priority = 10, int Weight = 10) : TwilioStep
{
    public override Sentence Doing => $"add origination URL {Url}";

    private string ShownTrunk => TrunkSid ?? TwilioFacts.Placeholder(TwilioFacts.TrunkSid);

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [Create(ShownTrunk)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) =>
        [TwilioCalls.DeleteOriginationUrl(ShownTrunk, TwilioFacts.Placeholder(TwilioFacts.OriginationSid))];

    /// <summary>Whether a URL of the trunk is the one wanted and takes calls.</summary>
    public static bool Serves(string wanted, string? sipUrl, bool? enabled) => enabled == true && SipUrl.Same(wanted, sipUrl ?? "");

    public override Worksheet ByHand(string domain) => OnTrunk(
        domain, "Origination", $"Delete origination URL {Url} again.",
        new WorksheetRow("Add new origination URL", Url), new WorksheetRow("Priority", $"{Priority}"), new WorksheetRow("Weight", $"{Weight}"), new WorksheetRow("Enabled", "yes"));

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
                ? new(StepState.Done, $"Origination URL {Url} is {url.Sid}.", Facts(url))
                : new(StepState.Partly, $"Origination URL {Url} is {url.Sid}, but not enabled with priority {Priority} and weight {Weight}.", Facts(url))
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

    private bool IsAsPlanned(OriginationUrl url) => url.Priority == Priority && url.Weight == Weight && url.Enabled == true;

    /// <summary>The Console gives a URL no name of ours: what a person added there is the trunk's own by its SID.</summary>
    private IReadOnlyDictionary<string, string> Facts(OriginationUrl url) => Ownership.Is(url.FriendlyName, FriendlyName)
        ? TwilioFacts.Of(TwilioFacts.OriginationSid, url.Sid)
        : new Dictionary<string, string>
        {
            [TwilioFacts.OriginationSid] = url.Sid,
            [Belongings.OriginationFact(url.Sid)] = Belongings.Text(new(url.Sid, url.FriendlyName, Url, url.Priority, url.Weight, url.Enabled)),
        };

    private TwilioRequest Create(string trunk) => TwilioCalls.AddOriginationUrl(trunk, FriendlyName, Url, Priority, Weight, enabled: true);

    private Task<OriginationUrl?> FindAsync(StepRun run, string trunk, CancellationToken cancellationToken) =>
        OriginationUrls.FindAsync(run, trunk, u => (run.Site.ApplyByHand || (u.FriendlyName ?? "") == FriendlyName) && SipUrl.Same(Url, u.SipUrl ?? ""), cancellationToken);
}

/// <summary>Switches an origination URL on or off; the undo switches it back.</summary>
/// <param name="Adopted">As the URL was adopted, where that is to hold no longer; else null.</param>
internal abstract record SwitchOrigination(string TrunkSid, string UrlSid, string Url, OriginationState? Adopted = null) : TwilioStep
{
    private IReadOnlyDictionary<string, string> Facts =>
        Adopted is null ? new Dictionary<string, string>() : TwilioFacts.Of(Belongings.OriginationFact(Adopted.Sid), Belongings.Text(Adopted with { Enabled = On }));

    /// <summary>Whether the step switches it on.</summary>
    protected abstract bool On { get; }

    public override Sentence Doing => On ? Sentence.Of($"enable origination URL {Url}") : $"disable origination URL {Url}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.EnableOriginationUrl(TrunkSid, UrlSid, On)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [TwilioCalls.EnableOriginationUrl(TrunkSid, UrlSid, !On)];

    public override Worksheet ByHand(string domain) => OnTrunk(
        domain, "Origination", $"{(On ? "Disable" : "Enable")} origination URL {Url} again.", new WorksheetRow("Origination URL", Url), new WorksheetRow("Enabled", On ? "yes" : "no"));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken) =>
        await SetAsync(run, TrunkSid, UrlSid, On, cancellationToken) is var result && result.Succeeded ? result with { Facts = Facts } : result;

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await FindAsync(run, cancellationToken) is (_, { Enabled: var enabled }) && enabled == On
            ? new(StepState.Done, $"Origination URL {Url} is {Text(On)}.", Facts)
            : new(StepState.NotBegun, $"Origination URL {Url} is not {Text(On)}.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken) => await FindAsync(run, cancellationToken) switch
    {
        ({ } trunk, { } url) when url.Enabled == On => await SetAsync(run, trunk, url.Sid, !On, cancellationToken),
        (_, null) when !On => StepResult.Failed("twilio-not-found", $"Origination URL {Url} is gone, so it can't be enabled again.", "Add it in Twilio's Console."),
        _ => StepResult.Done($"Origination URL {Url} is not {Text(On)}; nothing was sent."),
    };

    private async Task<StepResult> SetAsync(StepRun run, string trunk, string url, bool on, CancellationToken cancellationToken)
    {
        await run.Session.UpdateAsync(TwilioCalls.EnableOriginationUrl(trunk, url, on), async () => (await ReadAsync())?.Enabled == on, cancellationToken);
        return (await ReadAsync())?.Enabled == on
            ? StepResult.Done($"Origination URL {Url} reads back as {Text(on)}.")
            : Differs($"Origination URL {Url} does not read back as {Text(on)}.");

        Task<OriginationUrl?> ReadAsync() => OriginationUrls.FindAsync(run, trunk, u => u.Sid == url, cancellationToken);
    }

    /// <summary>By SID, or by what it is: a trunk or URL that an undo made again has another SID. A trunk has no URL twice.</summary>
    private async Task<(string? Trunk, OriginationUrl? Url)> FindAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindTrunkAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return (null, null);
        }

        return (trunk.Sid, await OriginationUrls.FindAsync(run, trunk.Sid, u => u.Sid == UrlSid, cancellationToken)
            ?? await OriginationUrls.FindAsync(run, trunk.Sid, u => SipUrl.Same(Url, u.SipUrl ?? ""), cancellationToken));
    }

    private static string Text(bool on) => on ? "enabled" : "disabled";
}

/// <summary>Puts an origination URL of ours, which somebody switched off, back into use.</summary>
internal sealed record EnableOrigination(string TrunkSid, string UrlSid, string Url, OriginationState? Adopted = null) : SwitchOrigination(TrunkSid, UrlSid, Url, Adopted)
{
    protected override bool On => true;
}

/// <summary>Takes an origination URL out of use: new calls go elsewhere, those that run go on.</summary>
internal sealed record DisableOrigination(string TrunkSid, string UrlSid, string Url) : SwitchOrigination(TrunkSid, UrlSid, Url)
{
    protected override bool On => false;
}

/// <summary>Removes an origination URL of ours that the trunk no longer needs: another address, another edge, or no inbound calls.</summary>
/// <param name="AdoptedSid">SID under which it was adopted: it is the trunk's no longer then. null: it was not adopted.</param>
internal sealed record RemoveOrigination(string TrunkSid, string UrlSid, string FriendlyName, string Url, int Priority, int Weight, bool Enabled, string? AdoptedSid = null) : TwilioStep
{
    private IReadOnlyDictionary<string, string> Facts => AdoptedSid is null ? new Dictionary<string, string>() : TwilioFacts.Of(Belongings.OriginationFact(AdoptedSid), "");

    public override Worksheet ByHand(string domain) => OnTrunk(
        domain, "Origination", $"Add origination URL {Url} again, priority {Priority}, weight {Weight}, {(Enabled ? "enabled" : "disabled")}.", new WorksheetRow("Delete origination URL", Url));

    public override Sentence Doing => $"remove origination URL {Url}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.DeleteOriginationUrl(TrunkSid, UrlSid)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [Create(TrunkSid)];

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        await run.Session.DeleteAsync(TwilioCalls.DeleteOriginationUrl(TrunkSid, UrlSid), cancellationToken);
        return await FindAsync(run, TrunkSid, cancellationToken) is null
            ? StepResult.Done($"Origination URL {Url} is removed.", Facts)
            : Differs($"Origination URL {Url} is still there after its removal.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await FindAsync(run, TrunkSid, cancellationToken) is null
            ? new(StepState.Done, $"Origination URL {Url} is gone.", Facts)
            : new(StepState.NotBegun, $"Origination URL {Url} is there.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindTrunkAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return StepRun.Missing("trunk");
        }

        var (_, wasThere) = await run.Session.FindOrCreateAsync(() => FindAsync(run, trunk.Sid, cancellationToken), Create(trunk.Sid), cancellationToken);
        return await FindAsync(run, trunk.Sid, cancellationToken) is { } read && read.Priority == Priority && read.Weight == Weight && read.Enabled == Enabled
            ? StepResult.Done($"Origination URL {Url} is there as before{(wasThere ? "; nothing was sent" : $", as {read.Sid}")}.")
            : Differs($"Origination URL {Url} does not read back as it was.");
    }

    private TwilioRequest Create(string trunk) => TwilioCalls.AddOriginationUrl(trunk, FriendlyName, Url, Priority, Weight, Enabled);

    // By its natural key: what undo makes anew has another SID.
    private Task<OriginationUrl?> FindAsync(StepRun run, string trunk, CancellationToken cancellationToken) =>
        OriginationUrls.FindAsync(run, trunk, u => (run.Site.ApplyByHand || (u.FriendlyName ?? "") == FriendlyName) && SipUrl.Same(Url, u.SipUrl ?? ""), cancellationToken);
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
            return (await run.Session.ListAsync(TwilioCalls.OriginationUrls(trunk), cancellationToken)).FirstOrDefault(wanted);
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            return null;
        }
    }
}
