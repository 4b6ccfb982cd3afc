using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>Creates the trunk with its termination domain.</summary>
internal sealed record CreateTrunk(string FriendlyName, string DomainName, bool Secure) : TwilioStep
{
    public override Sentence Doing => $"create trunk {DomainName}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.CreateTrunk(FriendlyName, DomainName, Secure)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) =>
        [TwilioCalls.DeleteTrunk(TwilioFacts.Placeholder(TwilioFacts.TrunkSid))];

    public override Worksheet ByHand(string domain) => Console(
        "Manage, Trunks", $"Delete trunk {DomainName} again.",
        new WorksheetRow("Create new", "SIP trunk"), new WorksheetRow("Friendly name (exactly so: by it the bot knows the trunk)", FriendlyName),
        new WorksheetRow("General: Secure Trunking", Secure ? "enabled" : "disabled"), new WorksheetRow("General: Symmetric RTP", "disabled"), new WorksheetRow("Termination: Termination SIP URI", DomainName));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        var (made, _) = await run.Session.FindOrCreateAsync(
            () => run.Reader.FindTrunkAsync(cancellationToken), TwilioCalls.CreateTrunk(FriendlyName, DomainName, Secure), cancellationToken);
        var facts = Facts(made);
        var read = await run.Session.GetAsync(TwilioCalls.Trunk(made.Sid), cancellationToken);
        if (!string.IsNullOrEmpty(read.AccountSid) && read.AccountSid != run.Site.AccountSid)
        {
            // Only now can it be seen where the account had no trunk before: the host takes the account from the login.
            return StepResult.Failed("twilio-account-differs", $"Trunk {made.Sid} was made in account {TwilioError.OneLine(read.AccountSid)}, not in {run.Site.AccountSid}: the login is that of another account.",
                "Undo, then use an API key of the account itself.") with { Facts = facts };
        }

        if (!Ownership.Is(read.FriendlyName, FriendlyName))
        {
            return StepResult.Failed("domain-not-ours", $"{DomainName} is trunk {made.Sid}, which does not carry our mark {FriendlyName}.",
                "Choose another termination name.");
        }

        if (!string.Equals(read.DomainName, DomainName, StringComparison.OrdinalIgnoreCase) || (read.Secure ?? false) != Secure)
        {
            return Differs($"Trunk {made.Sid} reads back with domain {TwilioError.OneLine(read.DomainName ?? "none")} and secure {Text(read.Secure)}, not {DomainName} and {Text(Secure)}.") with { Facts = facts };
        }

        // Symmetric RTP is not part of this step: the API can't set it, and a step of its own has a person switch it off.
        return StepResult.Done($"Trunk {made.Sid} reads back with domain {DomainName}; Symmetric RTP is {Text(read.SymmetricRtpEnabled)}.", facts);
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.Reader.FindTrunkAsync(cancellationToken) is not { } trunk ? new(StepState.NotBegun, $"There is no trunk {DomainName}.")
        : !Ownership.Is(trunk.FriendlyName, FriendlyName) ? new(StepState.NotBegun, $"{DomainName} is trunk {trunk.Sid}, which is not ours.")
        : (trunk.Secure ?? false) != Secure
            ? new(StepState.Partly, $"Trunk {trunk.Sid} exists; secure is {Text(trunk.Secure)}.", Facts(trunk))
            : new(StepState.Done, $"Trunk {trunk.Sid} has domain {DomainName}.", Facts(trunk));

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindTrunkAsync(cancellationToken) is not { } trunk || !Ownership.Is(trunk.FriendlyName, FriendlyName))
        {
            return StepResult.Done($"There is no trunk {DomainName} of ours; nothing was sent.");
        }

        var numbers = await run.Session.ListAsync(TwilioCalls.TrunkNumbers(trunk.Sid), cancellationToken);
        if (numbers.Count > 0)
        {
            return StepResult.Failed("trunk-has-numbers", $"Trunk {trunk.Sid} still carries {string.Join(", ", numbers.Select(n => TwilioError.OneLine(n.Number ?? n.Sid)))}, which this change did not attach; it was not deleted.",
                "Move the numbers away, then undo again.");
        }

        var urls = await run.Session.ListAsync(TwilioCalls.OriginationUrls(trunk.Sid), cancellationToken);
        if (urls.Count > 0)
        {
            return StepResult.Failed("trunk-has-origination-urls", $"Trunk {trunk.Sid} still has the origination URLs {string.Join(", ", urls.Select(u => TwilioError.OneLine(u.SipUrl ?? u.Sid)))}, which this change did not add; it was not deleted.",
                "Remove them if nobody needs them, then undo again.");
        }

        await run.Session.DeleteAsync(TwilioCalls.DeleteTrunk(trunk.Sid), cancellationToken);
        return await run.Reader.FindTrunkAsync(cancellationToken) is null
            ? StepResult.Done($"Trunk {DomainName} is deleted.")
            : Differs($"Trunk {DomainName} is still there after its deletion.");
    }

    private Dictionary<string, string> Facts(Trunk trunk) => new() { [TwilioFacts.TrunkSid] = trunk.Sid, [TwilioFacts.TrunkName] = FriendlyName };

    internal static string Text(bool? value) => value switch { null => "not told", true => "on", false => "off" };
}

/// <summary>A person switches Symmetric RTP off, because the API can't; the result is read. Nothing is to be undone: on, it silences calls.</summary>
/// <param name="TrunkSid">null when an earlier step creates the trunk.</param>
internal sealed record DisableSymmetricRtp(string? TrunkSid) : TwilioStep
{
    public const string FindingCode = "symmetric-rtp-enabled";

    public override Sentence Doing => "read Symmetric RTP of the trunk";

    public static Sentence Fix(string trunk) =>
        $"In Twilio's Console, Elastic SIP Trunking, trunk {trunk}, General, Media settings: set Symmetric RTP to disabled; then retry.";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [];

    /// <summary>It is always by hand, with a worksheet of its own.</summary>
    public override Worksheet ByHand(string domain) => OnTrunk(domain, "General, Media settings", "", new WorksheetRow("Symmetric RTP", "disabled"));

    public override Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken) =>
        Task.FromResult(StepResult.Failed("step-is-manual", "Symmetric RTP can't be changed by the API.", Fix(TrunkSid ?? run.Intent.DomainName)));

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.TrunkSidAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return new(StepState.NotBegun, $"There is no trunk {run.Intent.DomainName}.");
        }

        return (await run.Session.GetAsync(TwilioCalls.Trunk(trunk), cancellationToken)).SymmetricRtpEnabled switch
        {
            false => new(StepState.Done, $"Symmetric RTP of trunk {trunk} reads back as off."),
            true => new(StepState.NotBegun, $"Symmetric RTP of trunk {trunk} is on: with the Perimeta latching too, neither side would send audio."),
            null => new(StepState.CannotTell, $"Twilio does not tell whether Symmetric RTP of trunk {trunk} is on."),
        };
    }

    public override Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken) =>
        Task.FromResult(StepResult.Done("Symmetric RTP stays off; nothing was sent."));
}
