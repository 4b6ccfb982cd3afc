using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>Changes settings of the trunk: its name, its domain, Secure and so on. What is null in <paramref name="To"/> is left alone.</summary>
/// <param name="From">The same settings as they were read; empty texts where nothing was set.</param>
internal sealed record ChangeTrunk(string TrunkSid, TrunkSettings From, TrunkSettings To) : TwilioStep
{
    public override Sentence Doing => $"change {string.Join(", ", To.Form().Select(f => f.Key))} of trunk {TrunkSid}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.UpdateTrunk(TrunkSid, To.Form())];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [TwilioCalls.UpdateTrunk(TrunkSid, From.Form())];

    public override Worksheet ByHand(string domain) => OnTrunk(
        domain, "General", $"Set it back: {string.Join(", ", Shown(From).Select(r => $"{r.Label} {r.Value}"))}.", [.. Shown(To)]);

    /// <summary>Under the Console's labels, where those are known.</summary>
    private static IEnumerable<WorksheetRow> Shown(TrunkSettings settings) => settings.Form().Select(f => f.Key == nameof(TrunkSettings.Secure)
        ? new WorksheetRow("Secure Trunking", settings.Secure == true ? "enabled" : "disabled")
        : new WorksheetRow(f.Key, f.Value.Length > 0 ? f.Value : "not set"));

    public override Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken) => SetAsync(run, TrunkSid, To, cancellationToken);

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindTrunkAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return new(StepState.NotBegun, $"There is no trunk {TrunkSid}.");
        }

        var missing = To.Differences(trunk);
        return missing.Count == 0 ? new(StepState.Done, $"Trunk {trunk.Sid} is set as wanted.")
            : From.Differences(trunk).Count == 0 ? new(StepState.NotBegun, $"Trunk {trunk.Sid} is set as before.")
            : new(StepState.Partly, $"Trunk {trunk.Sid} has another {string.Join(", ", missing)} than wanted.");
    }

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindTrunkAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return StepRun.Missing("trunk");
        }

        return From.Differences(trunk).Count == 0
            ? StepResult.Done($"Trunk {trunk.Sid} is set as before; nothing was sent.")
            : await SetAsync(run, trunk.Sid, From, cancellationToken);
    }

    private static async Task<StepResult> SetAsync(StepRun run, string trunk, TrunkSettings wanted, CancellationToken cancellationToken)
    {
        await run.Session.UpdateAsync(TwilioCalls.UpdateTrunk(trunk, wanted.Form()), async () => wanted.Differences(await ReadAsync()).Count == 0, cancellationToken);
        var read = await ReadAsync();
        return wanted.Differences(read) is { Count: > 0 } other
            ? Differs($"Trunk {trunk} reads back with another {string.Join(", ", other)} than was sent.")
            : StepResult.Done($"Trunk {trunk} reads back with {string.Join(", ", wanted.Form().Select(f => $"{f.Key} {(f.Value.Length > 0 ? TwilioError.OneLine(f.Value) : "not set")}"))}.");

        Task<Trunk> ReadAsync() => run.Session.GetAsync(TwilioCalls.Trunk(trunk), cancellationToken);
    }
}

/// <summary>
/// Deletes a trunk that nothing hangs on any more. The undo makes it again as it was read; its SID is another one then, and it may start with another
/// Symmetric RTP, which the API can't set.
/// </summary>
internal sealed record DeleteTrunk(string TrunkSid, TrunkSettings Settings, bool? SymmetricRtp) : TwilioStep
{
    public override Sentence Doing => $"delete trunk {Settings.DomainName ?? TrunkSid}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.DeleteTrunk(TrunkSid)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => Settings.Recording is { } recording
        ? [TwilioCalls.CreateTrunk(Settings.NewForm()), Record(TwilioFacts.Placeholder(TwilioFacts.TrunkSid), recording)]
        : [TwilioCalls.CreateTrunk(Settings.NewForm())];

    public override Worksheet ByHand(string domain) => Console(
        "Manage, Trunks",
        $"Create it again: {string.Join(", ", Settings.NewForm().Select(f => $"{f.Key} {f.Value}"))}{(Settings.Recording is { Mode: not "do-not-record" } recording ? $", recording {recording.Mode}, {recording.Trim}" : "")}.",
        new WorksheetRow("Delete", Settings.DomainName ?? domain));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await BySidAsync(run, cancellationToken) is not { } trunk)
        {
            return StepResult.Done($"There is no trunk {TrunkSid}; nothing was sent.");
        }

        if (await HangingAsync(run, cancellationToken) is { } hanging)
        {
            return hanging;
        }

        // Undo would make the older one again.
        if (Settings.Differences(trunk) is { Count: > 0 } changed)
        {
            return StepResult.Failed("trunk-changed", $"Trunk {TrunkSid} was not deleted: its {string.Join(", ", changed)} changed since it was planned.", "Make the plan again: it reads the trunk as it is now.");
        }

        await run.Session.DeleteAsync(TwilioCalls.DeleteTrunk(TrunkSid), cancellationToken);
        return await BySidAsync(run, cancellationToken) is null
            ? StepResult.Done($"Trunk {Settings.DomainName} is deleted.")
            : Differs($"Trunk {TrunkSid} is still there after its deletion.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.Reader.FindTrunkAsync(TrunkSid, cancellationToken) is { } trunk
            ? new(StepState.NotBegun, $"Trunk {Settings.DomainName} is {trunk.Sid}.")
            : new(StepState.Done, $"There is no trunk {Settings.DomainName}.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        var (made, wasThere) = await run.Session.FindOrCreateAsync(
            () => run.Reader.FindTrunkAsync(TrunkSid, cancellationToken), TwilioCalls.CreateTrunk(Settings.NewForm()), cancellationToken);
        var facts = TwilioFacts.Of(TwilioFacts.TrunkSid, made.Sid);
        var read = await run.Session.GetAsync(TwilioCalls.Trunk(made.Sid), cancellationToken);
        if (Settings.Differences(read) is { Count: > 0 } other)
        {
            return Differs($"Trunk {made.Sid} reads back with another {string.Join(", ", other)} than before.") with { Facts = facts };
        }

        if (Settings.Recording is { } recording && read.Recording != recording
            && await RecordAsync(run, made.Sid, recording, cancellationToken) is { Succeeded: false } unrecorded)
        {
            return unrecorded with { Facts = facts };
        }

        if (Settings.UrlWithheld)
        {
            return StepResult.Failed("trunk-url-not-restored", $"Trunk {made.Sid} is there again, but its disaster recovery URL held a password, which is never kept, so it was not restored.",
                "Enter it again in Twilio's Console.") with { Facts = facts };
        }

        return StepResult.Done($"Trunk {Settings.DomainName} is there as before{(wasThere ? "; nothing was created" : $"; its SID is new: {made.Sid}")}"
            + (SymmetricRtp is { } before && read.SymmetricRtpEnabled != before ? $"; Symmetric RTP is {CreateTrunk.Text(read.SymmetricRtpEnabled)} now and was {CreateTrunk.Text(before)}." : "."), facts);
    }

    /// <summary>Recording is no parameter of the trunk: it has a resource of its own.</summary>
    private static async Task<StepResult> RecordAsync(StepRun run, string trunk, TrunkRecording wanted, CancellationToken cancellationToken)
    {
        await run.Session.UpdateAsync(Record(trunk, wanted), async () => await ReadAsync() == wanted, cancellationToken);
        return await ReadAsync() == wanted
            ? StepResult.Done($"Recording of trunk {trunk} reads back as {wanted.Mode}, {wanted.Trim}.")
            : Differs($"Recording of trunk {trunk} does not read back as {wanted.Mode}, {wanted.Trim}.");

        Task<TrunkRecording> ReadAsync() => run.Session.GetAsync(TwilioCalls.Recording(trunk), cancellationToken);
    }

    private static TwilioRequest Record(string trunk, TrunkRecording wanted) => TwilioCalls.SetRecording(trunk, wanted.Mode ?? "do-not-record", wanted.Trim ?? "do-not-trim");

    private async Task<Trunk?> BySidAsync(StepRun run, CancellationToken cancellationToken) =>
        (await run.Session.ListAsync(TwilioCalls.Trunks(), cancellationToken)).FirstOrDefault(t => t.Sid == TrunkSid);

    private async Task<StepResult?> HangingAsync(StepRun run, CancellationToken cancellationToken)
    {
        var numbers = await run.Session.ListAsync(TwilioCalls.TrunkNumbers(TrunkSid), cancellationToken);
        if (numbers.Count > 0)
        {
            return Left("trunk-has-numbers", $"carries {Names(numbers.Select(n => n.Number ?? n.Sid))}", "Move the numbers away");
        }

        var urls = await run.Session.ListAsync(TwilioCalls.OriginationUrls(TrunkSid), cancellationToken);
        if (urls.Count > 0)
        {
            return Left("trunk-has-origination-urls", $"has the origination URLs {Names(urls.Select(u => u.SipUrl ?? u.Sid))}", "Remove them if nobody needs them");
        }

        Association[] lists =
        [
            .. await run.Session.ListAsync(TwilioCalls.TrunkAccessControlLists(TrunkSid), cancellationToken),
            .. await run.Session.ListAsync(TwilioCalls.TrunkCredentialLists(TrunkSid), cancellationToken),
        ];
        return lists.Length > 0 ? Left("trunk-has-lists", $"has the lists {Names(lists.Select(l => l.FriendlyName ?? l.Sid))}", "Take them off the trunk if nobody needs them") : null;

        StepResult Left(string code, string what, string fix) =>
            StepResult.Failed(code, $"Trunk {TrunkSid} still {what}, which this change did not remove; it was not deleted.", $"{fix}, then retry.");

        static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(TwilioError.OneLine));
    }
}
