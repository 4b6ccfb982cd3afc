using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Planning;

/// <summary>What of a trunk under management is not wanted any more. Only what carries the bot's mark, or what a fact says that it made or adopted, is its own.</summary>
internal static partial class TwilioPlanner
{
    private static void Retire(Draft draft, List<Finding> findings, TrunkGoal goal, Belongings own, TwilioState state)
    {
        if (state.Trunk is { } trunk)
        {
            DetachNumbers(draft, findings, goal, own, state, trunk);
            if (goal.Removes)
            {
                RemoveTrunk(draft, findings, goal, own, state, trunk);
            }
        }
        else if (goal.Removes)
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"trunk {goal.Intent.DomainName}", "is not there any more"));
        }

        if (goal.Removes)
        {
            RemoveLists(draft, own, state);
        }
        else
        {
            RemoveAddresses(draft, findings, goal, own, state);
        }
    }

    private static void DetachNumbers(Draft draft, List<Finding> findings, TrunkGoal goal, Belongings own, TwilioState state, TrunkState trunk)
    {
        foreach (var number in state.Numbers.Where(n => goal.RetiredNumbers.Contains(n.Number)))
        {
            var what = $"number {number.Number}";
            var saved = SavedRouting.Of(goal.Owned!.Facts, number.Number);
            if (number.TrunkSid != trunk.Sid)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, what, "is not on the trunk any more"));
                continue;
            }

            if (!IsAttachedByUs(goal, number) && (goal.Removes || !own.IsAdopted(number.Number)))
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, what, "was on the trunk before the bot came"));
                continue;
            }

            if (saved is null)
            {
                var next = number.Routing.FirstOrDefault(r => r.Key is "VoiceUrl" or "VoiceApplicationSid").Value;
                findings.Add(new("number-routing-unknown", FindingSeverity.Warning,
                    $"{number.Number} leaves the trunk, and what its voice routing was before is not known: calls to it {(next is null ? (Sentence)"find nothing" : Sentence.Of($"go to {TwilioError.OneLine(next)}"))} then.",
                    "Set its voice routing in Twilio's Console as soon as it is off the trunk.", "twilio: numbers"));
            }

            draft.Objects.Add(new(PlannedAction.Change, what, saved is null
                ? "taken off the trunk; what its voice routing was before is not known"
                : "taken off the trunk; its voice routing of before comes back"));
            draft.Add(
                $"twilio.number.{number.Number}.detach", StepPhase.InboundRetire, $"Take {number.Number} off the trunk",
                new DetachNumber(trunk.Sid, number.Number, number.Sid!, number.Routing, saved?.Routing ?? [], saved?.Withheld ?? []),
                "The number is read again: it is on no trunk and has its voice routing of before.");
        }
    }

    private static bool IsAttachedByUs(TrunkGoal goal, NumberState number) =>
        number.Sid is not null && goal.Owned!.Facts.GetValueOrDefault(AttachNumber.SentFactOf(number.Number)) == AttachNumber.Yes;

    private static void RemoveTrunk(Draft draft, List<Finding> findings, TrunkGoal goal, Belongings own, TwilioState state, TrunkState trunk)
    {
        List<string> numbers = [.. (state.NumbersOnTrunk ?? []).Where(n => !state.Numbers.Any(known => known.Number == n && IsAttachedByUs(goal, known)))];
        var carries = numbers.Exists(own.IsAdopted);
        foreach (var url in trunk.OriginationUrls.Where(own.Owns))
        {
            if (carries || url.Withheld)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, $"origination URL {url.SipUrl}", carries
                    ? "calls to the numbers that stay need it"
                    : "it holds a password, which is not kept, so it could not be made again"));
                continue;
            }

            draft.Objects.Add(new(PlannedAction.Remove, $"origination URL {url.SipUrl}"));
            Remove(draft, own, trunk, url, StepPhase.InboundRetire);
        }

        List<string> foreign =
        [
            .. trunk.OriginationUrls.Where(u => !own.Owns(u) || u.Withheld).Select(u => $"origination URL {u.SipUrl}"),
            .. numbers.Select(n => own.IsAdopted(n) ? $"number {TwilioError.OneLine(n)}, whose voice routing of before it was put there is not known" : $"number {TwilioError.OneLine(n)}"),
            .. trunk.CredentialLists.Select(c => $"credential list {TwilioError.OneLine(c)}"),
        ];
        if (!own.Owns(trunk) || trunk.Settings is null)
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
                carries
                    ? Sentence.Of($"`change {goal.Intent.Name} numbers=none` takes its numbers off first, which is a decision of yours. Take that off the trunk first if the trunk shall go, then plan again; or delete the trunk in Twilio's Console afterwards.")
                    : $"Take that off the trunk first if the trunk shall go, then plan again; or delete the trunk in Twilio's Console afterwards.",
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

    private static void RemoveLists(Draft draft, Belongings own, TwilioState state)
    {
        foreach (var acl in state.Acls)
        {
            var what = $"access control list {TwilioError.OneLine(acl.FriendlyName)}";
            if (acl.SharedWith.Count > 0)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, what, $"also used by {string.Join(", ", acl.SharedWith)}"));
            }
            else if (acl.NameTwice)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, what, "another list of the account has the same name, and could be taken for it by the undo"));
            }
            else if (state.Trunk is null || draft.Steps.Exists(s => s.Id == "twilio.trunk.delete"))
            {
                draft.Objects.Add(new(PlannedAction.Remove, what, acl.Sid));
                draft.Add(
                    own.IsMarked(acl) ? "twilio.acl.delete" : $"twilio.acl.delete.{acl.Sid}", StepPhase.TwilioRetire, $"Delete {what}",
                    new DeleteAcl(acl.Sid, acl.FriendlyName, [.. acl.Addresses.Select(AclEntry.Of)]), "The account's lists are read again; this one is gone.");
            }
        }
    }

    /// <summary>Addresses that the trunk had and shall not have any more; the new ones are in a list by then.</summary>
    private static void RemoveAddresses(Draft draft, List<Finding> findings, TrunkGoal goal, Belongings own, TwilioState state)
    {
        var gone = goal.Owned!.Intent.PublicAddresses.Except(goal.Intent.PublicAddresses).Select(AddressState.Text).ToHashSet();
        foreach (var acl in state.Acls)
        {
            foreach (var address in acl.Addresses.Where(a => gone.Contains(a.Range)))
            {
                if (acl.SharedWith.Count > 0)
                {
                    draft.Objects.Add(new(PlannedAction.LeaveAlone, $"address {address.Range}", $"the list is also used by {string.Join(", ", acl.SharedWith)}"));
                    continue;
                }

                var entry = AclEntry.Of(address);
                draft.Objects.Add(new(PlannedAction.Remove, $"address {address.Range}", $"from {TwilioError.OneLine(acl.FriendlyName)}"));
                draft.Add(
                    $"twilio.acl.address.remove.{address.Range}{(own.IsMarked(acl) ? "" : $".{acl.Sid}")}", StepPhase.TwilioRetire, $"Let {address.Range} in no longer",
                    new RemoveAclAddress(acl.Sid, acl.FriendlyName, address.Sid, entry.FriendlyName, entry.Address, entry.PrefixLength), "The list is read again and does not hold this address.");
            }
        }

        foreach (var acl in own.AdoptedTrunk is null ? [] : state.Trunk?.Acls.Where(a => state.Acls.All(o => o.Sid != a.Sid)) ?? [])
        {
            var stay = acl.Addresses.Select(a => a.Range).Where(gone.Contains).ToList();
            if (stay.Count > 0)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, $"address {string.Join(", ", stay)}", $"in {TwilioError.OneLine(acl.FriendlyName)}, which is not the trunk's own"));
                findings.Add(new(AddAclAddress.SharedCode, FindingSeverity.Warning,
                    $"{string.Join(", ", stay)} can still send to the trunk: access control list {acl.Sid} (\"{TwilioError.OneLine(acl.FriendlyName)}\") holds it and is not the trunk's own.",
                    "Take that list off the trunk in Twilio's Console once the trunk has one of its own, or remove the address there if nobody else needs it.", "twilio: ownership"));
            }
        }
    }
}
