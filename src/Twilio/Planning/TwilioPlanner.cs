using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
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
        var own = Belongings.Of(goal, site);
        var wanted = state with { Numbers = [.. state.Numbers.Where(n => !goal.RetiredNumbers.Contains(n.Number))] };
        List<Finding> findings = goal.Removes
            ? [.. TwilioLints.Intent(intent, site.Twilio).Where(f => f.Code == TwilioFailure.BaseUrlNotAllowed)]
            : [.. TwilioLints.Intent(intent, site.Twilio), .. TwilioLints.State(goal, own, wanted)];
        var draft = new Draft(site.Twilio, intent.DomainName);
        if (!findings.Any(f => f.Severity == FindingSeverity.Error))
        {
            if (!goal.Removes)
            {
                AccessControlList(draft, intent, own, state);
                Trunk(draft, goal, own, state);
                Inbound(draft, goal, own, wanted);
            }

            if (goal.Owned is not null)
            {
                Retire(draft, findings, goal, own, state);
            }
        }

        if (site.Twilio.ApplyByHand && draft.Steps.Count > 0)
        {
            findings.Add(new("applied-by-hand", FindingSeverity.Info, "The bot sends nothing to Twilio: at this site a person does each step there, and the bot reads the result.",
                "Follow the worksheet of each step; `twilio.applyByHand` of the site profile decides that.", "site profile"));
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

    /// <summary>The list that new addresses go into: the one with the trunk's mark, else one that was adopted and that no other trunk uses; null: a new one.</summary>
    internal static AclState? Target(Belongings own, TwilioState state) =>
        state.Acls.FirstOrDefault(own.IsMarked) ?? state.Acls.FirstOrDefault(a => a.SharedWith.Count == 0);

    /// <summary>Ranges that may send to the trunk. Of one that was adopted every list that is mapped to it counts, also one that is not its own.</summary>
    internal static HashSet<string> LetIn(Belongings own, TwilioState state)
    {
        IEnumerable<AclState> lists = own.AdoptedTrunk is null
            ? Target(own, state) is { } target ? [target] : []
            : [.. state.Acls, .. state.Trunk?.Acls ?? []];
        return [.. lists.SelectMany(a => a.Addresses).Select(a => a.Range)];
    }

    private static void AccessControlList(Draft draft, TrunkIntent intent, Belongings own, TwilioState state)
    {
        var acl = Target(own, state);
        var letIn = LetIn(own, state);
        var name = acl?.FriendlyName ?? Ownership.AccessControlList(intent);
        if (acl is null && !intent.PublicAddresses.All(a => letIn.Contains(AddressState.Text(a))))
        {
            draft.Objects.Add(new(PlannedAction.Create, $"access control list {name}"));
            draft.Add("twilio.acl", StepPhase.Twilio, $"Create access control list {name}", new CreateAcl(name),
                "The account's lists are read again; one has this name.");
        }

        foreach (var there in state.Acls)
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"access control list {TwilioError.OneLine(there.FriendlyName)}", $"exists: {there.Sid}"));
        }

        foreach (var range in intent.PublicAddresses.Distinct())
        {
            var text = AddressState.Text(range);
            if (letIn.Contains(text))
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, $"address {text}", "in the list already"));
                continue;
            }

            draft.Objects.Add(new(PlannedAction.Create, $"address {text}", $"in {TwilioError.OneLine(name)}"));
            draft.Add($"twilio.acl.address.{text}", StepPhase.Twilio, $"Let {text} in",
                new AddAclAddress(acl?.Sid, $"{intent.Name} {text}", range.BaseAddress.ToString(), range.PrefixLength, name),
                "The list is read again and holds this address with this prefix.");
        }
    }

    private static void Trunk(Draft draft, TrunkGoal goal, Belongings own, TwilioState state)
    {
        var intent = goal.Intent;
        var trunk = state.Trunk;
        var secure = intent.Transport == SipTransport.Tls;
        if (trunk is null)
        {
            draft.Objects.Add(new(PlannedAction.Create, $"trunk {intent.DomainName}", "the domain is free in this account; whether another has it shows when it is created. Credential lists stay empty"));
            draft.Add("twilio.trunk", StepPhase.Twilio, $"Create trunk {intent.DomainName}",
                new CreateTrunk(Ownership.Trunk(intent, goal.Ticket), intent.DomainName, secure),
                "The trunk is read again: domain and name are as sent.");
        }
        else
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"trunk {intent.DomainName}", $"exists: {trunk.Sid}"));
        }

        foreach (var acl in state.Acls)
        {
            if (trunk?.Acls.Any(a => a.Sid == acl.Sid) == true)
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, "access control list on the trunk", "mapped already"));
            }
            else
            {
                Map(acl);
            }
        }

        if (draft.Steps.Exists(s => s.Id == "twilio.acl"))
        {
            Map(null);
        }

        if (trunk is not null && (trunk.Secure ?? false) != secure)
        {
            // Right before the adjacencies of the new transport come into service: whichever is first, calls in between are refused.
            draft.Objects.Add(new(PlannedAction.Change, "secure trunking", $"{CreateTrunk.Text(trunk.Secure)}, will be {CreateTrunk.Text(secure)}"));
            draft.Add("twilio.trunk.secure", StepPhase.AdjacencyActivate, $"Switch secure trunking {CreateTrunk.Text(secure)}",
                new ChangeTrunk(trunk.Sid, new() { Secure = trunk.Secure ?? false }, new() { Secure = secure }), "The trunk is read again: secure is as sent.");
        }

        if (trunk is null || trunk.SymmetricRtp == true)
        {
            // What a new trunk starts with is only reported (off). The step is skipped when it reads back as off.
            var name = trunk?.Sid ?? intent.DomainName;
            draft.Objects.Add(new(PlannedAction.Manual, "Symmetric RTP", trunk is null
                ? "read once the trunk exists; to be switched off in Twilio's Console only if it is on"
                : "to be switched off in Twilio's Console"));
            draft.Add("twilio.trunk.symmetric-rtp", StepPhase.Twilio, $"Disable Symmetric RTP on {name}{(trunk is null ? (Sentence)", if it is on" : (Sentence)"")}", new DisableSymmetricRtp(trunk?.Sid),
                "The trunk is read again: symmetric_rtp_enabled is false.",
                new Worksheet(
                    $"Twilio Console: Elastic SIP Trunking, trunk {name}, General, Media settings",
                    [new("Symmetric RTP", "disabled")],
                    "When you press Done, the trunk is read again.",
                    NothingToUndo));
        }

        void Map(AclState? acl)
        {
            var name = TwilioError.OneLine(acl?.FriendlyName ?? Ownership.AccessControlList(intent));
            draft.Objects.Add(new(PlannedAction.Create, "access control list on the trunk", $"{name} mapped"));
            draft.Add(
                acl is null || own.IsMarked(acl) ? "twilio.trunk.acl" : $"twilio.trunk.acl.{acl.Sid}", StepPhase.Twilio, "Map the access control list to the trunk",
                new AssociateAcl(trunk?.Sid, acl?.Sid, name, own.KnownCredentialLists.Count > 0),
                "The trunk's lists are read again, auth_type says IP_ACL, and no credential list is attached.");
        }
    }

    private static void Inbound(Draft draft, TrunkGoal goal, Belongings own, TwilioState state)
    {
        var trunk = state.Trunk;
        Origination(draft, goal, own, trunk);
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

    /// <summary>Where Twilio sends inbound calls: the SBC's first public address. The edge is fixed unless every edge has an adjacency.</summary>
    internal static string OriginationUrl(TrunkIntent intent)
    {
        var edge = intent.Edges.Count == EdgeCatalogue.Current.Edges.Count ? "" : $";edge={intent.Edges[0].Name}";
        return $"sip:{intent.PublicAddresses[0].BaseAddress}:{intent.LocalPort};transport={Transport(intent)}{edge}";
    }

    private static string Transport(TrunkIntent intent) => intent.Transport.ToString().ToLowerInvariant();

    private sealed class Draft(TwilioSite site, string domain)
    {
        public List<PlannedObject> Objects { get; } = [];

        public List<PlannedStep> Steps { get; } = [];

        public void Add(string id, StepPhase phase, Sentence title, TwilioStep step, string proof, Worksheet? worksheet = null) => Steps.Add(new()
        {
            Id = id,
            System = TwilioSystem.SystemName,
            Element = site.Element,
            Phase = phase,
            Title = title,
            Sends = site.ApplyByHand ? [] : [.. step.Sends(site).SelectMany(r => r.Lines(site))],
            UndoSends = site.ApplyByHand ? [] : [.. step.UndoSends(site).SelectMany(r => r.Lines(site))],
            Proof = proof,
            Payload = step.ToPayload(),
            Worksheet = worksheet ?? (site.ApplyByHand ? step.ByHand(domain) : null),
        });
    }
}
