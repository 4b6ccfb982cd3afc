using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>Takes a list off the trunk; the list itself stays. Without any list the domain takes no calls.</summary>
/// <param name="AclName">Friendly name, by which the undo finds a list that was made again.</param>
internal sealed record DissociateAcl(string TrunkSid, string AclSid, string AclName) : TwilioStep
{
    private string Shown => TwilioError.OneLine(AclName);

    public override Sentence Doing => $"take access control list {Shown} off the trunk";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.Dissociate(TrunkSid, AclSid)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [TwilioCalls.Associate(TrunkSid, AclSid)];

    public override Worksheet ByHand(string domain) => OnTrunk(
        domain, "Termination, Authentication", $"Add access control list {Shown} to the trunk again, and save.", new WorksheetRow("IP access control lists: remove", Shown));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        await run.Session.DeleteAsync(TwilioCalls.Dissociate(TrunkSid, AclSid), cancellationToken);
        return await AssociateAcl.FindAsync(run, TrunkSid, AclSid, cancellationToken) is null
            ? StepResult.Done($"Access control list {AclSid} is no longer mapped to trunk {TrunkSid}.")
            : Differs($"Access control list {AclSid} is still mapped to trunk {TrunkSid}.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await AssociateAcl.FindAsync(run, TrunkSid, AclSid, cancellationToken) is null
            ? new(StepState.Done, $"Access control list {AclSid} is not mapped to trunk {TrunkSid}.")
            : new(StepState.NotBegun, $"Access control list {AclSid} is mapped to trunk {TrunkSid}.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindTrunkAsync(TrunkSid, cancellationToken) is not { } trunk)
        {
            return StepRun.Missing("trunk");
        }

        if (await run.Reader.FindAclAsync(AclSid, AclName, cancellationToken) is not { } acl)
        {
            return StepRun.Missing("access control list");
        }

        return await AssociateAcl.MapAsync(run, trunk.Sid, acl.Sid, cancellationToken)
            ? await AssociateAcl.WaitForAuthTypeAsync(run, trunk.Sid, acl.Sid, cancellationToken)
            : Differs($"Access control list {acl.Sid} is not mapped to trunk {trunk.Sid} after the request.");
    }
}

/// <summary>Removes one address from a list that only our trunk uses.</summary>
/// <param name="Address">As the entry has it: any address of the range.</param>
internal sealed record RemoveAclAddress(string AclSid, string AclName, string AddressSid, string FriendlyName, string Address, int PrefixLength) : TwilioStep
{
    private string Shown => TwilioError.OneLine(AclName);

    private string Range => AddressState.Network(Address, PrefixLength) is { } network ? AddressState.Text(network) : $"{Address}/{PrefixLength}";

    public override Sentence Doing => $"remove {Range} from access control list {Shown}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.DeleteAddress(site, AclSid, AddressSid)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) => [Add(site, AclSid)];

    public override Worksheet ByHand(string domain) => InList(
        Shown, $"Add {Address} with prefix length {PrefixLength} and friendly name \"{TwilioError.OneLine(FriendlyName)}\" again.", new WorksheetRow("Delete the IP address range", Range));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await EntryAsync(run, AclSid, cancellationToken) is not { } entry)
        {
            return StepResult.Done($"{Range} is not in access control list {AclSid}; nothing was sent.");
        }

        if (await run.Reader.OtherUsersAsync(AclSid, cancellationToken) is { Count: > 0 } users)
        {
            return StepResult.Failed(AddAclAddress.SharedCode, $"{Range} was not removed: {string.Join(", ", users)} uses access control list {AclSid} too.",
                "Leave the address, or give that trunk a list of its own; then make the plan again.");
        }

        await run.Session.DeleteAsync(TwilioCalls.DeleteAddress(run.Site, AclSid, entry.Sid), cancellationToken);
        return await EntryAsync(run, AclSid, cancellationToken) is null
            ? StepResult.Done($"{Range} is removed from access control list {AclSid}.")
            : Differs($"{Range} is still in access control list {AclSid} after its removal.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.Reader.FindAclAsync(AclSid, AclName, cancellationToken) is { } acl && await EntryAsync(run, acl.Sid, cancellationToken) is not null
            ? new(StepState.NotBegun, $"{Range} is in access control list {acl.Sid}.")
            : new(StepState.Done, $"{Range} is not in access control list {AclSid}.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await run.Reader.FindAclAsync(AclSid, AclName, cancellationToken) is not { } acl)
        {
            return StepRun.Missing("access control list");
        }

        await run.Session.FindOrCreateAsync(
            async () => await EntryAsync(run, acl.Sid, cancellationToken) is { } entry ? new AccessControlAddress(entry.Sid, null, null, null) : null,
            Add(run.Site, acl.Sid),
            cancellationToken);
        return await EntryAsync(run, acl.Sid, cancellationToken) is not null
            ? StepResult.Done($"{Range} reads back from access control list {acl.Sid}.")
            : Differs($"{Range} does not read back from access control list {acl.Sid}.");
    }

    private TwilioRequest Add(TwilioSite site, string acl) => TwilioCalls.AddAddress(site, acl, FriendlyName, Address, PrefixLength);

    private async Task<AddressState?> EntryAsync(StepRun run, string acl, CancellationToken cancellationToken)
    {
        try
        {
            var entries = (await run.Reader.AclAsync(acl, null, cancellationToken)).Addresses;
            return entries.FirstOrDefault(a => a.Sid == AddressSid) ?? entries.FirstOrDefault(a => a.Range == Range);
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            return null;
        }
    }
}

/// <summary>Deletes a list that no trunk uses. The undo makes it again, with what it held; its SID is another one then.</summary>
/// <param name="FriendlyName">As it was read; a list that has another name by now is left.</param>
/// <param name="Addresses">What it holds when its turn comes; a list that holds something else by now is left.</param>
internal sealed record DeleteAcl(string AclSid, string FriendlyName, IReadOnlyList<AclEntry> Addresses) : TwilioStep
{
    private string Shown => TwilioError.OneLine(FriendlyName);

    public override Sentence Doing => $"delete access control list {Shown}";

    public override IReadOnlyList<TwilioRequest> Sends(TwilioSite site) => [TwilioCalls.DeleteAccessControlList(site, AclSid)];

    public override IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site) =>
    [
        TwilioCalls.CreateAccessControlList(site, FriendlyName),
        .. Addresses.Select(a => Add(site, TwilioFacts.Placeholder(TwilioFacts.AclSid), a)),
    ];

    public override Worksheet ByHand(string domain) => InList(
        "", $"Create it again with friendly name \"{Shown}\" and {string.Join(", ", Addresses.Select(a => $"{a.Address}/{a.PrefixLength} (\"{TwilioError.OneLine(a.FriendlyName)}\")"))}.", new WorksheetRow("Delete", Shown));

    public override async Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken)
    {
        if (await FindAsync(run, cancellationToken) is not { } acl)
        {
            return StepResult.Done($"There is no access control list {AclSid}; nothing was sent.");
        }

        if (await run.Reader.UsersAsync(AclSid, cancellationToken) is { Count: > 0 } users)
        {
            return StepResult.Failed("acl-in-use", $"Access control list {AclSid} was not deleted: {string.Join(", ", users)} uses it.", "Leave the list, or take it off that trunk first; then make the plan again.");
        }

        var held = (await run.Reader.AclAsync(AclSid, null, cancellationToken)).Addresses.Select(a => a.Range);
        if (acl.FriendlyName != FriendlyName || !held.Order(StringComparer.Ordinal).SequenceEqual(Addresses.Select(a => a.Range).Order(StringComparer.Ordinal)))
        {
            return StepResult.Failed("acl-changed", $"Access control list {AclSid} was not deleted: its name or its addresses are not those that were planned with.", "Make the plan again: it reads the list as it is now.");
        }

        await run.Session.DeleteAsync(TwilioCalls.DeleteAccessControlList(run.Site, AclSid), cancellationToken);
        return await FindAsync(run, cancellationToken) is null
            ? StepResult.Done($"Access control list {Shown} is deleted.")
            : Differs($"Access control list {Shown} is still there after its deletion.");
    }

    public override async Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken) =>
        await run.Reader.FindAclAsync(AclSid, FriendlyName, cancellationToken) is { } acl
            ? new(StepState.NotBegun, $"Access control list {Shown} is {acl.Sid}.")
            : new(StepState.Done, $"There is no access control list {Shown}.");

    public override async Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        var (acl, wasThere) = await run.Session.FindOrCreateAsync(
            () => run.Reader.FindAclAsync(AclSid, FriendlyName, cancellationToken), TwilioCalls.CreateAccessControlList(run.Site, FriendlyName), cancellationToken);
        var facts = TwilioFacts.Of(TwilioFacts.AclSid, acl.Sid);
        foreach (var address in Addresses)
        {
            await run.Session.FindOrCreateAsync(
                async () => await HoldsAsync(address.Range) ? new AccessControlAddress("", null, null, null) : null, Add(run.Site, acl.Sid, address), cancellationToken);
            if (!await HoldsAsync(address.Range))
            {
                return Differs($"{address.Range} does not read back from access control list {acl.Sid}.") with { Facts = facts };
            }
        }

        return await run.Reader.FindAclAsync(acl.Sid, FriendlyName, cancellationToken) is null
            ? Differs($"Access control list {acl.Sid} does not read back with the name {Shown}.") with { Facts = facts }
            : StepResult.Done($"Access control list {Shown} is there as before{(wasThere ? "" : $"; its SID is new: {acl.Sid}")}.", facts);

        async Task<bool> HoldsAsync(string range) => (await run.Reader.AclAsync(acl.Sid, null, cancellationToken)).Addresses.Any(a => a.Range == range);
    }

    private static TwilioRequest Add(TwilioSite site, string acl, AclEntry entry) =>
        TwilioCalls.AddAddress(site, acl, entry.FriendlyName, entry.Address, entry.PrefixLength);

    private async Task<AccessControlList?> FindAsync(StepRun run, CancellationToken cancellationToken) =>
        (await run.Session.ListAsync(TwilioCalls.AccessControlLists(run.Site), cancellationToken))
            .FirstOrDefault(l => l.Sid == AclSid);
}

/// <param name="Address">As the entry has it: any address of the range.</param>
internal sealed record AclEntry(string FriendlyName, string Address, int PrefixLength)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public string Range => AddressState.Network(Address, PrefixLength) is { } network ? AddressState.Text(network) : $"{Address}/{PrefixLength}";

    /// <summary>An entry as it was read, so that it can be made again.</summary>
    public static AclEntry Of(AddressState read)
    {
        var (first, length) = (read.Range[..read.Range.IndexOf('/', StringComparison.Ordinal)], read.Range[(read.Range.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return new(read.FriendlyName ?? read.Range, read.Address ?? first, int.Parse(length, System.Globalization.CultureInfo.InvariantCulture));
    }
}
