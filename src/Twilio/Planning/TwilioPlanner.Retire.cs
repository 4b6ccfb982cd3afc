using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Findings;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Planning;

/// <summary>What of a trunk under management is not wanted any more. Only what carries the bot's mark, or what a fact says that it made, is its own.</summary>
internal static partial class TwilioPlanner
{
    private static void Retire(Draft draft, List<Finding> findings, TrunkGoal goal, TwilioState state)
    {
        if (state.Trunk is { } trunk)
        {
            DetachNumbers(draft, goal, state, trunk);
            if (goal.Removes)
            {
                RemoveTrunk(draft, findings, goal, state, trunk);
            }
        }
        else if (goal.Removes)
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"trunk {goal.Intent.DomainName}", "is not there any more"));
        }

        RetireAcl(draft, goal, state);
    }

    private static void DetachNumbers(Draft draft, TrunkGoal goal, TwilioState state, TrunkState trunk)
    {
        foreach (var number in state.Numbers.Where(n => goal.RetiredNumbers.Contains(n.Number)))
        {
            var what = $"number {number.Number}";
            if (number.TrunkSid != trunk.Sid)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, what, "is not on the trunk any more"));
            }
            else if (!IsAttachedByUs(goal, number))
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, what, "was on the trunk before the bot came"));
            }
            else
            {
                var saved = SavedRouting.Of(goal.Owned!.Facts, number.Number);
                draft.Objects.Add(new(PlannedAction.Change, what, saved is null
                    ? "taken off the trunk; what its voice routing was before is not known"
                    : "taken off the trunk; its voice routing of before comes back"));
                draft.Add(
                    $"twilio.number.{number.Number}.detach", StepPhase.InboundRetire, $"Take {number.Number} off the trunk",
                    new DetachNumber(trunk.Sid, number.Number, number.Sid!, number.Routing, saved?.Routing ?? [], saved?.Withheld ?? []),
                    "The number is read again: it is on no trunk and has its voice routing of before.");
            }
        }
    }

    private static bool IsAttachedByUs(TrunkGoal goal, NumberState number) =>
        number.Sid is not null && goal.Owned!.Facts.GetValueOrDefault(AttachNumber.SentFactOf(number.Number)) == AttachNumber.Yes;

    private static void RemoveTrunk(Draft draft, List<Finding> findings, TrunkGoal goal, TwilioState state, TrunkState trunk)
    {
        var mark = Ownership.OriginationUrl(goal.Intent);
        var own = trunk.OriginationUrls.Where(u => Ownership.Is(u.FriendlyName, mark)).ToList();
        foreach (var url in own)
        {
            draft.Objects.Add(new(PlannedAction.Remove, $"origination URL {url.SipUrl}"));
            draft.Add(
                $"twilio.origination.remove.{url.Sid}", StepPhase.InboundRetire, $"Send no more inbound calls to {url.SipUrl}",
                new RemoveOrigination(trunk.Sid, url.Sid, mark, url.SipUrl, url.Priority ?? 10, url.Weight ?? 10, url.Enabled ?? true),
                "The trunk's origination URLs are read again; this one is gone.");
        }

        List<string> foreign =
        [
            .. trunk.OriginationUrls.Except(own).Select(u => $"origination URL {u.SipUrl}"),
            .. (state.NumbersOnTrunk ?? []).Where(n => !state.Numbers.Any(known => known.Number == n && IsAttachedByUs(goal, known))).Select(n => $"number {TwilioError.OneLine(n)}"),
            .. trunk.CredentialLists.Select(c => $"credential list {TwilioError.OneLine(c)}"),
        ];
        if (!Ownership.Is(trunk.FriendlyName, Ownership.Trunk(goal.Intent)) || trunk.Settings is null)
        {
            foreign.Add($"its name \"{TwilioError.OneLine(trunk.FriendlyName ?? "")}\", which is not the bot's");
        }

        // What somebody else hung on the trunk keeps it, and with it the list that lets its calls in.
        if (foreign.Count > 0)
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"trunk {goal.Intent.DomainName}", "stays, with its access control list, because of what is not the bot's"));
            findings.Add(new(
                "twilio-trunk-stays",
                FindingSeverity.Warning,
                $"Twilio's trunk {trunk.Sid} is left: it has {string.Join(", ", foreign)}.",
                "Take that off the trunk first if the trunk shall go, then plan again; or delete the trunk in Twilio's Console afterwards.",
                "TrunkBot: only what is its own"));
            return;
        }

        foreach (var acl in trunk.Acls)
        {
            draft.Objects.Add(new(PlannedAction.Remove, $"access control list {TwilioError.OneLine(acl.FriendlyName)} on the trunk", "the list itself stays where it is not the bot's"));
            draft.Add(
                $"twilio.trunk.acl.{acl.Sid}.dissociate", StepPhase.TwilioRetire, $"Take access control list {TwilioError.OneLine(acl.FriendlyName)} off the trunk",
                new DissociateAcl(trunk.Sid, acl.Sid, acl.FriendlyName), "The trunk's lists are read again; this one is not among them.");
        }

        draft.Objects.Add(new(PlannedAction.Remove, $"trunk {goal.Intent.DomainName}", trunk.Sid));
        draft.Add(
            "twilio.trunk.delete", StepPhase.TwilioRetire, $"Delete trunk {goal.Intent.DomainName}", new DeleteTrunk(trunk.Sid, trunk.Settings!, trunk.SymmetricRtp),
            "The account's trunks are read again; this one is gone.");
    }

    private static void RetireAcl(Draft draft, TrunkGoal goal, TwilioState state)
    {
        if (state.Acls is not [var acl])
        {
            return;
        }

        var what = $"access control list {acl.FriendlyName}";
        if (!goal.Removes)
        {
            RemoveAddresses(draft, goal, state, acl);
        }
        else if (state.AclSharedWith.Count > 0)
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, what, $"also used by {string.Join(", ", state.AclSharedWith)}"));
        }
        else if (state.Trunk is null || draft.Steps.Exists(s => s.Id == "twilio.trunk.delete"))
        {
            draft.Objects.Add(new(PlannedAction.Remove, what, acl.Sid));
            draft.Add(
                "twilio.acl.delete", StepPhase.TwilioRetire, $"Delete {what}", new DeleteAcl(acl.Sid, acl.FriendlyName, [.. acl.Addresses.Select(AclEntry.Of)]),
                "The account's lists are read again; this one is gone.");
        }
    }

    /// <summary>Addresses that the trunk had and shall not have any more; the new ones are in the list by then.</summary>
    private static void RemoveAddresses(Draft draft, TrunkGoal goal, TwilioState state, AclState acl)
    {
        var gone = goal.Owned!.Intent.PublicAddresses.Except(goal.Intent.PublicAddresses).Select(AddressState.Text).ToHashSet();
        foreach (var address in acl.Addresses.Where(a => gone.Contains(a.Range)))
        {
            if (state.AclSharedWith.Count > 0)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, $"address {address.Range}", $"the list is also used by {string.Join(", ", state.AclSharedWith)}"));
                continue;
            }

            var entry = AclEntry.Of(address);
            draft.Objects.Add(new(PlannedAction.Remove, $"address {address.Range}", $"from {acl.FriendlyName}"));
            draft.Add(
                $"twilio.acl.address.remove.{address.Range}", StepPhase.TwilioRetire, $"Let {address.Range} in no longer",
                new RemoveAclAddress(acl.Sid, acl.FriendlyName, address.Sid, entry.FriendlyName, entry.Address, entry.PrefixLength), "The list is read again and does not hold this address.");
        }
    }
}
