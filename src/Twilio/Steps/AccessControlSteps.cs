using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>Creates the trunk's own IP access control list.</summary>
internal sealed record CreateAcl(string FriendlyName) : TwilioStep
{
    public override Sentence Doing => $"create access control list {FriendlyName}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.CreateAccessControlList(site, FriendlyName)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) =>
        [TwilioCalls.DeleteAccessControlList(site, TwilioFacts.Placeholder(TwilioFacts.AclSid))];

    public override Worksheet ByHand(string domain) => InList(
        "", $"Delete access control list {FriendlyName} again.",
        new WorksheetRow("Create new", "IP access control list"), new WorksheetRow("Friendly name (exactly so: by it the bot knows the list)", FriendlyName));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        var (made, wasThere) = await run.Session.FindOrCreateAsync(
            () => run.Reader.FindAclAsync(cancellationToken), TwilioCalls.CreateAccessControlList(run.Site, FriendlyName), cancellationToken);
        var found = wasThere ? made : await run.Reader.FindAclAsync(cancellationToken);
        return found?.Sid == made.Sid
            ? StepResult.Done($"Access control list {FriendlyName} reads back as {made.Sid}.", TwilioFacts.Of(TwilioFacts.AclSid, made.Sid))
            : Differs($"Access control list {made.Sid} does not read back with the name {FriendlyName}.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.Reader.FindAclAsync(cancellationToken) is { } acl
            ? new(StepState.Done, $"Access control list {FriendlyName} is {acl.Sid}.", TwilioFacts.Of(TwilioFacts.AclSid, acl.Sid))
            : new(StepState.NotBegun, $"There is no access control list {FriendlyName}.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindAclAsync(cancellationToken) is not { } acl)
        {
            return StepResult.Done($"There is no access control list {FriendlyName}; nothing was sent.");
        }

        if (await run.Reader.OtherUsersAsync(acl.Sid, cancellationToken) is { Count: > 0 } users)
        {
            return StepResult.Done($"Access control list {FriendlyName} is left: {string.Join(", ", users)} uses it too.");
        }

        if (await run.Reader.AclAsync(acl.Sid, null, cancellationToken) is { Addresses.Count: > 0 } full)
        {
            return StepResult.Done($"Access control list {FriendlyName} is left: it holds {string.Join(", ", full.Addresses.Select(a => a.Range))}, which this change did not add.");
        }

        await run.Session.DeleteAsync(TwilioCalls.DeleteAccessControlList(run.Site, acl.Sid), cancellationToken);
        return await run.Reader.FindAclAsync(cancellationToken) is null
            ? StepResult.Done($"Access control list {FriendlyName} is deleted.")
            : Differs($"Access control list {FriendlyName} is still there after its deletion.");
    }
}

/// <summary>Adds one range of the SBC's public addresses to the list.</summary>
/// <param name="AclSid">null when an earlier step creates the list.</param>
/// <param name="Address">First address of the range.</param>
/// <param name="AclName">Friendly name of the list.</param>
internal sealed record AddAclAddress(string? AclSid, string FriendlyName, string Address, int PrefixLength, string? AclName = null) : TwilioStep
{
    public const string SharedCode = "acl-shared";
    public const string SharedFix = "Take the list off the other trunk in Twilio's Console, or add the address there by hand if both are to have it.";

    private string Range => $"{Address}/{PrefixLength}";

    public override Sentence Doing => $"add {Range} to the access control list";

    private string ShownAcl => AclSid ?? TwilioFacts.Placeholder(TwilioFacts.AclSid);

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) =>
        [TwilioCalls.AddAddress(site, ShownAcl, FriendlyName, Address, PrefixLength)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) =>
        [TwilioCalls.DeleteAddress(site, ShownAcl, $"{{SID of {Range}}}")];

    public override Worksheet ByHand(string domain) => InList(
        AclName ?? AclSid ?? "", $"Remove {Range} from the list again.",
        new WorksheetRow("Add an IP address range", ""), new WorksheetRow("Friendly name", FriendlyName), new WorksheetRow("IP address", Address), new WorksheetRow("CIDR prefix length", $"{PrefixLength}"));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.AclSidAsync(AclSid, cancellationToken) is not { } acl)
        {
            return StepRun.Missing("access control list");
        }

        if (await EntryAsync(run, acl, cancellationToken) is null && await run.Reader.OtherUsersAsync(acl, cancellationToken) is { Count: > 0 } users)
        {
            return StepResult.Failed(SharedCode, $"{Range} was not added: {string.Join(", ", users)} uses access control list {acl} too.", SharedFix);
        }

        await run.Session.FindOrCreateAsync(
            async () => await EntryAsync(run, acl, cancellationToken) is { } entry ? new AccessControlAddress(entry.Sid, null, null, null) : null,
            TwilioCalls.AddAddress(run.Site, acl, FriendlyName, Address, PrefixLength),
            cancellationToken);
        return await EntryAsync(run, acl, cancellationToken) is not null
            ? StepResult.Done($"{Range} reads back from access control list {acl}.")
            : Differs($"{Range} does not read back from access control list {acl}.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.AclSidAsync(AclSid, cancellationToken) is { } acl && await EntryAsync(run, acl, cancellationToken) is not null
            ? new(StepState.Done, $"{Range} is in access control list {acl}.")
            : new(StepState.NotBegun, $"{Range} is not in the access control list.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.AclSidAsync(AclSid, cancellationToken) is not { } acl || await EntryAsync(run, acl, cancellationToken) is not { } entry)
        {
            return StepResult.Done($"{Range} is not in the access control list; nothing was sent.");
        }

        if (await run.Reader.OtherUsersAsync(acl, cancellationToken) is { Count: > 0 } users)
        {
            return StepResult.Done($"{Range} is left in access control list {acl}: {string.Join(", ", users)} uses it too.");
        }

        await run.Session.DeleteAsync(TwilioCalls.DeleteAddress(run.Site, acl, entry.Sid), cancellationToken);
        return await EntryAsync(run, acl, cancellationToken) is null
            ? StepResult.Done($"{Range} is removed from access control list {acl}.")
            : Differs($"{Range} is still in access control list {acl} after its removal.");
    }

    private async Task<AddressState?> EntryAsync(StepRun run, string acl, CancellationToken cancellationToken)
    {
        try
        {
            return (await run.Reader.AclAsync(acl, null, cancellationToken)).Addresses.FirstOrDefault(a => a.Range == Range);
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            return null;
        }
    }
}

/// <summary>Maps the list to the trunk; from then on the termination domain takes calls.</summary>
/// <param name="AclName">Friendly name of the list.</param>
/// <param name="CredentialListsKnown">Credential lists were on the trunk when it was adopted: they are no reason to stop.</param>
internal sealed record AssociateAcl(string? TrunkSid, string? AclSid, string? AclName = null, bool CredentialListsKnown = false) : TwilioStep
{
    private const string IpAcl = "IP_ACL";
    private const int AlreadyAssociated = 21245;

    public override Sentence Doing => "map the access control list to the trunk";

    private string ShownTrunk => TrunkSid ?? TwilioFacts.Placeholder(TwilioFacts.TrunkSid);

    private string ShownAcl => AclSid ?? TwilioFacts.Placeholder(TwilioFacts.AclSid);

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.Associate(ShownTrunk, ShownAcl)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [TwilioCalls.Dissociate(ShownTrunk, ShownAcl)];

    public override Worksheet ByHand(string domain) => OnTrunk(
        domain, "Termination, Authentication", $"Take access control list {AclName ?? AclSid} off the trunk again, and save.",
        new WorksheetRow("IP access control lists: add", AclName ?? AclSid ?? ""), new WorksheetRow("Credential lists", CredentialListsKnown ? "leave as they are" : "none"));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.TrunkSidAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return StepRun.Missing("trunk");
        }

        if (await run.AclSidAsync(AclSid, cancellationToken) is not { } acl)
        {
            return StepRun.Missing("access control list");
        }

        if (!await MapAsync(run, trunk, acl, cancellationToken))
        {
            return Differs($"Access control list {acl} is not mapped to trunk {trunk} after the request.");
        }

        var credentials = await run.Session.ListAsync(TwilioCalls.TrunkCredentialLists(trunk), cancellationToken);
        return credentials.Count > 0 && !CredentialListsKnown
            ? StepResult.Failed("credential-list-attached", $"Trunk {trunk} has a credential list: calls would be challenged with 407, which the CFS does not answer.",
                "Remove the credential list in Twilio's Console, then retry.")
            : await WaitForAuthTypeAsync(run, trunk, acl, cancellationToken);
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.TrunkSidAsync(TrunkSid, cancellationToken) is { } trunk
        && await run.AclSidAsync(AclSid, cancellationToken) is { } acl
        && await FindAsync(run, trunk, acl, cancellationToken) is not null
            ? new(StepState.Done, $"Access control list {acl} is mapped to trunk {trunk}.")
            : new(StepState.NotBegun, "The access control list is not mapped to the trunk.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.TrunkSidAsync(TrunkSid, cancellationToken) is not { } trunk
            || await run.AclSidAsync(AclSid, cancellationToken) is not { } acl
            || await FindAsync(run, trunk, acl, cancellationToken) is null)
        {
            return StepResult.Done("The access control list is not mapped to the trunk; nothing was sent.");
        }

        await run.Session.DeleteAsync(TwilioCalls.Dissociate(trunk, acl), cancellationToken);
        return await FindAsync(run, trunk, acl, cancellationToken) is null
            ? StepResult.Done($"Access control list {acl} is no longer mapped to trunk {trunk}.")
            : Differs($"Access control list {acl} is still mapped to trunk {trunk}.");
    }

    /// <returns>Whether it reads back as mapped.</returns>
    internal static async Task<bool> MapAsync(StepRun run, string trunk, string acl, CancellationToken cancellationToken)
    {
        try
        {
            await run.Session.FindOrCreateAsync(
                () => FindAsync(run, trunk, acl, cancellationToken), TwilioCalls.Associate(trunk, acl), cancellationToken);
        }
        catch (TwilioException e) when (e.Code == AlreadyAssociated)
        {
            // The code has two meanings; the list below tells which.
        }

        return await FindAsync(run, trunk, acl, cancellationToken) is not null;
    }

    internal static async Task<Association?> FindAsync(StepRun run, string trunk, string acl, CancellationToken cancellationToken)
    {
        try
        {
            return (await run.Session.ListAsync(TwilioCalls.TrunkAccessControlLists(trunk), cancellationToken))
                .FirstOrDefault(a => a.Sid == acl);
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            return null;
        }
    }

    /// <summary>auth_type is computed and lags behind the association (reported from a live account).</summary>
    internal static async Task<StepResult> WaitForAuthTypeAsync(StepRun run, string trunk, string acl, CancellationToken cancellationToken)
    {
        for (var polls = 1; ; polls++)
        {
            var read = await run.Session.GetAsync(TwilioCalls.Trunk(trunk), cancellationToken);
            if ((read.AuthType ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(IpAcl))
            {
                return StepResult.Done($"Access control list {acl} is mapped to trunk {trunk}; auth_type reads back as {read.AuthType}.");
            }

            if (polls >= run.Options.AuthTypePolls)
            {
                return StepResult.Failed("auth-type-lags",
                    $"Access control list {acl} is mapped to trunk {trunk}, but auth_type is still \"{TwilioError.OneLine(read.AuthType ?? "")}\": the domain takes no calls yet.",
                    "Retry in a minute.");
            }

            await run.PauseAsync(TimeSpan.FromMilliseconds(run.Options.AuthTypePollMilliseconds), cancellationToken);
        }
    }
}
