using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Planning;

/// <summary>Works out what Twilio needs for a trunk. Pure.</summary>
internal static partial class TwilioPlanner
{
    /// <summary>An undo that asks a person for nothing.</summary>
    private const string NothingToUndo = "";

    public static SystemPlan Plan(TrunkGoal goal, SiteProfile site, TwilioState state, string fingerprint)
    {
        var intent = goal.Intent;
        var wanted = state with { Numbers = [.. state.Numbers.Where(n => !goal.RetiredNumbers.Contains(n.Number))] };
        List<Finding> findings = goal.Removes
            ? [.. TwilioLints.Intent(intent, site.Twilio).Where(f => f.Code == TwilioFailure.BaseUrlNotAllowed)]
            : [.. TwilioLints.Intent(intent, site.Twilio), .. TwilioLints.State(intent, wanted)];
        var draft = new Draft(site.Twilio);
        if (!findings.Any(f => f.Severity == FindingSeverity.Error))
        {
            if (!goal.Removes)
            {
                AccessControlList(draft, intent, state);
                Trunk(draft, intent, state);
                Inbound(draft, intent, wanted);
            }

            if (goal.Owned is not null)
            {
                Retire(draft, findings, goal, state);
            }
        }

        return new()
        {
            System = TwilioSystem.SystemName,
            Title = TwilioSystem.SystemTitle,
            Element = site.Twilio.Element,
            Fingerprint = fingerprint,
            Objects = draft.Objects,
            Steps = draft.Steps,
            Findings = findings,
        };
    }

    private static void AccessControlList(Draft draft, TrunkIntent intent, TwilioState state)
    {
        var name = Ownership.AccessControlList(intent);
        var acl = state.Acls is [var first, ..] ? first : null;
        if (acl is null)
        {
            draft.Objects.Add(new(PlannedAction.Create, $"access control list {name}"));
            draft.Add("twilio.acl", StepPhase.Twilio, $"Create access control list {name}", new CreateAcl(name),
                "The account's lists are read again; one has this name.");
        }
        else
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"access control list {name}", $"exists: {acl.Sid}"));
        }

        foreach (var range in intent.PublicAddresses.Distinct())
        {
            var text = AddressState.Text(range);
            if (acl?.Addresses.Any(a => a.Range == text) == true)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, $"address {text}", "in the list already"));
                continue;
            }

            draft.Objects.Add(new(PlannedAction.Create, $"address {text}", $"in {name}"));
            draft.Add($"twilio.acl.address.{text}", StepPhase.Twilio, $"Let {text} in",
                new AddAclAddress(acl?.Sid, $"{intent.Name} {text}", range.BaseAddress.ToString(), range.PrefixLength),
                "The list is read again and holds this address with this prefix.");
        }
    }

    private static void Trunk(Draft draft, TrunkIntent intent, TwilioState state)
    {
        var acl = state.Acls is [var first, ..] ? first : null;
        var trunk = state.Trunk;
        if (trunk is null)
        {
            draft.Objects.Add(new(PlannedAction.Create, $"trunk {intent.DomainName}", "the domain is free in this account; whether another has it shows when it is created. Credential lists stay empty"));
            draft.Add("twilio.trunk", StepPhase.Twilio, $"Create trunk {intent.DomainName}",
                new CreateTrunk(Ownership.Trunk(intent), intent.DomainName, intent.Transport == SipTransport.Tls),
                "The trunk is read again: domain and name are as sent.");
        }
        else
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"trunk {intent.DomainName}", $"exists: {trunk.Sid}"));
        }

        if (acl is not null && trunk?.Acls.Any(a => a.Sid == acl.Sid) == true)
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, "access control list on the trunk", "mapped already"));
        }
        else
        {
            draft.Objects.Add(new(PlannedAction.Create, "access control list on the trunk", "mapped"));
            draft.Add("twilio.trunk.acl", StepPhase.Twilio, "Map the access control list to the trunk", new AssociateAcl(trunk?.Sid, acl?.Sid),
                "The trunk's lists are read again, auth_type says IP_ACL, and no credential list is attached.");
        }

        if (trunk is null || trunk.SymmetricRtp == true)
        {
            // What a new trunk starts with is only reported (off). The step is skipped when it reads back as off.
            var name = trunk?.Sid ?? intent.DomainName;
            draft.Objects.Add(new(PlannedAction.Manual, "Symmetric RTP", trunk is null
                ? "read once the trunk exists; to be switched off in Twilio's Console only if it is on"
                : "to be switched off in Twilio's Console"));
            draft.Add("twilio.trunk.symmetric-rtp", StepPhase.Twilio, $"Disable Symmetric RTP on {name}{(trunk is null ? ", if it is on" : "")}", new DisableSymmetricRtp(trunk?.Sid),
                "The trunk is read again: symmetric_rtp_enabled is false.",
                new Worksheet(
                    $"Twilio Console: Elastic SIP Trunking, trunk {name}, General, Media settings",
                    [new("Symmetric RTP", "disabled")],
                    "When you press Done, the trunk is read again.",
                    NothingToUndo));
        }
    }

    private static void Inbound(Draft draft, TrunkIntent intent, TwilioState state)
    {
        var trunk = state.Trunk;
        Origination(draft, intent, trunk);
        foreach (var number in state.Numbers)
        {
            if (number.TrunkSid is not null)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, $"number {number.Number}", "on the trunk already"));
                continue;
            }

            draft.Objects.Add(new(PlannedAction.Change, $"number {number.Number}", "attached to the trunk; its voice routing is replaced, the old one is kept for the undo"));
            draft.Add($"twilio.number.{number.Number}", StepPhase.Inbound, $"Attach {number.Number} to the trunk",
                new AttachNumber(trunk?.Sid, number.Number, number.Sid!, number.Routing, number.Withheld),
                "The number is read again: its trunk is this one.");
        }
    }

    private static void Origination(Draft draft, TrunkIntent intent, TrunkState? trunk)
    {
        var mark = Ownership.OriginationUrl(intent);
        var url = intent.Origination ? OriginationUrl(intent) : null;
        var wanted = trunk?.OriginationUrls.FirstOrDefault(u => url is not null && SipUrl.Same(url, u.SipUrl));
        if (wanted is { Enabled: true })
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"origination URL {url}", "exists"));
        }
        else if (wanted is not null)
        {
            draft.Objects.Add(new(PlannedAction.Change, $"origination URL {url}", "exists, but is switched off: enabled"));
            draft.Add("twilio.origination.enable", StepPhase.Inbound, $"Enable origination URL {url}", new EnableOrigination(trunk!.Sid, wanted.Sid, url!),
                "The trunk's origination URLs are read again; this one is enabled.");
        }
        else if (url is not null)
        {
            draft.Objects.Add(new(PlannedAction.Create, $"origination URL {url}"));
            draft.Add("twilio.origination", StepPhase.Inbound, $"Send inbound calls to {url}", new AddOrigination(trunk?.Sid, mark, url),
                "The trunk's origination URLs are read again; this one is there, enabled, priority 10, weight 10.");
        }

        // Last, so that inbound calls have somewhere to go at every moment.
        foreach (var old in trunk?.OriginationUrls.Where(u => Ownership.Is(u.FriendlyName, mark) && u != wanted) ?? [])
        {
            draft.Objects.Add(new(PlannedAction.Change, $"origination URL {old.SipUrl}", "of this trunk, but no longer wanted: removed"));
            draft.Add($"twilio.origination.remove.{old.Sid}", StepPhase.Inbound, $"Send no more inbound calls to {old.SipUrl}",
                new RemoveOrigination(trunk!.Sid, old.Sid, mark, old.SipUrl, old.Priority ?? 10, old.Weight ?? 10, old.Enabled ?? true),
                "The trunk's origination URLs are read again; this one is gone.");
        }
    }

    /// <summary>Where Twilio sends inbound calls: the SBC's first public address. The edge is fixed unless every edge has an adjacency.</summary>
    internal static string OriginationUrl(TrunkIntent intent)
    {
        var transport = intent.Transport.ToString().ToLowerInvariant();
        var edge = intent.Edges.Count == EdgeCatalogue.Shipped.Edges.Count ? "" : $";edge={intent.Edges[0].Name}";
        return $"sip:{intent.PublicAddresses[0].BaseAddress}:{intent.LocalPort};transport={transport}{edge}";
    }

    private sealed class Draft(TwilioSite site)
    {
        public List<PlannedObject> Objects { get; } = [];

        public List<PlannedStep> Steps { get; } = [];

        public void Add(string id, StepPhase phase, string title, TwilioStep step, string proof, Worksheet? worksheet = null) => Steps.Add(new()
        {
            Id = id,
            System = TwilioSystem.SystemName,
            Element = site.Element,
            Phase = phase,
            Title = title,
            Sends = [.. step.Sends(site).SelectMany(r => r.Lines(site))],
            UndoSends = [.. step.UndoSends(site).SelectMany(r => r.Lines(site))],
            Proof = proof,
            Payload = step.ToPayload(),
            Worksheet = worksheet,
        });
    }
}
