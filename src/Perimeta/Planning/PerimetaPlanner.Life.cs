using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Planning;

/// <summary>What becomes of a trunk that is there already: adjacencies that change, and what is retired.</summary>
internal sealed partial class PerimetaPlanner
{
    /// <summary>The lines that the adjacency of an edge shall have; of one that people built, without those that they chose otherwise.</summary>
    private IReadOnlyList<string> LinesOf(TrunkIntent wanted, TwilioEdge edge) => AdoptedLines.Of(wanted, edge, _site, _templates, LeftBy(wanted, edge));

    /// <summary>Facts on how the adjacency of an edge was left; none of one that is built.</summary>
    private IReadOnlyDictionary<string, string> LeftBy(TrunkIntent wanted, TwilioEdge edge) =>
        IsOwned(edge) && running.FindAdjacency(wanted.AdjacencyName(edge)) is not null ? goal.Owned!.Facts : AdoptedLines.None;

    private bool IsOwned(TwilioEdge edge) => goal.Owned?.Intent.Edges.Any(owned => owned.Name == edge.Name) == true;

    /// <param name="Old">The one that stands there; null: none.</param>
    private sealed record DescriptionChange(string New, ConfigNode? Old)
    {
        public override string ToString() => new DifferentLine(Old is null ? DifferenceKind.Missing : DifferenceKind.Changed, "", New, Old?.Meaning).ToString();
    }

    /// <summary>The description that an edited adjacency gets; null: what it has stays, also where it has two, for which of them the device would replace is not known.</summary>
    private DescriptionChange? DescriptionOf(Adjacency there, IReadOnlyList<string> intended) =>
        _description is null || DescriptionLine.StandsIn(intended, _description) ? null : DescriptionLine.There(there.Node, _description) switch
        {
            [] => new(_description, null),
            [var old] when old.Meaning != _description => new(_description, old),
            _ => null,
        };

    private void NoteDescription(string adjacency, ConfigNode old)
    {
        if (!DescriptionLine.IsOfTrunk(old.Meaning, intent.Name, dialect))
        {
            _findings.Add(new(
                "adjacency-description-replaced",
                FindingSeverity.Warning,
                $"Adjacency {adjacency} has a description that no change of this trunk wrote, \"{CliLine.Whole(old.Meaning)}\": this change writes its ticket in its place.",
                "The undo puts it back. To keep it, plan the change without a ticket number, or note it elsewhere first."));
        }
    }

    /// <summary>The trunk's own adjacency has other values than are wanted now: one step that can be taken back.</summary>
    /// <param name="extras">Further lines that stay.</param>
    /// <returns>False when it can't be changed line by line.</returns>
    private bool PlanEdit(TwilioEdge edge, Adjacency there, IReadOnlyList<string> intended, ConfigDifference difference, DescriptionChange? description, IReadOnlyList<string> extras)
    {
        var wrong = difference.Lines.Where(line => line.Kind != DifferenceKind.Extra).ToList();

        // A value that stands twice: which of the two a further line would replace is not published.
        if (wrong.Exists(line => line.Actual?.StartsWith($"{line.Intended} and ", StringComparison.Ordinal) == true))
        {
            return false;
        }

        var name = there.Name;
        NoteDrift(edge, there);
        var before = AdjacencyText.LinesOf(there.Node);
        if (CantBePutBack(name, before))
        {
            return true;
        }

        var (secure, left) = (SecureLines(intent, edge), LeftSecure(edge, there));
        var topmost = _templates.OutermostSecureLines(intent, _site, edge);

        // A template's lines are sent as they stand in it: where its submodes begin and end only the site knows.
        var own = wrong.Where(line => !secure.Contains(line.Intended!)).ToList();
        List<string> lines =
        [
            .. description is null ? Array.Empty<string>() : [description.New],
            .. ConfigDifference.Outermost(own).SelectMany(line => Placed(line, [line.Intended!, .. Inside(line)])),
            .. own.Count < wrong.Count ? secure : [],
            .. left.Reverse().Select(Negation),
        ];
        var gone = left.Count > 0 ? new GoneLines(left, SecureLines(goal.Owned!.Intent, edge)) : null;
        List<string> back =
        [
            .. description is null ? Array.Empty<string>() : [description.Old?.Text ?? Negation(description.New)],
            .. gone?.Back ?? [],
            .. ConfigDifference.Outermost(wrong).Reverse().Where(line => !secure.Contains(line.Intended!) || line.Place.Length > 0 || topmost.Contains(line.Intended!))
                .SelectMany(line => Placed(line, [line.Actual ?? Negation(line.Intended!)])),
        ];
        List<string> after = [.. description is null ? Array.Empty<string>() : [description.New], .. intended.Where(line => line != AdjacencyText.Inactive)];
        if (description?.Old is { } old)
        {
            NoteDescription(name, old);
        }

        _objects.Add(new(
            PlannedAction.Change,
            $"adjacency {name}",
            string.Join("; ", [.. wrong.Select(line => line.ToString()), .. description is null ? Array.Empty<string>() : [description.ToString()], .. left.Select(line => $"no longer: {line}")]) + (there.IsActive ? "" : "; then activated")));
        var payload = new EditPayload(name, before, after, lines, back, there.IsActive, there.IsActive && !_site.DeactivateBeforeEdit, gone, description is null ? null : new(description.New, extras));
        if (payload.Pauses)
        {
            _findings.Add(new(
                "adjacency-out-of-service-for-change",
                FindingSeverity.Warning,
                $"Adjacency {name} is taken out of service while its lines change: calls over {edge.Name} can't be set up for that moment, and what becomes of calls that are up is not published.",
                "Choose a quiet hour; the other edges of the trunk stay in service.",
                "domain document, section 10: an active adjacency may refuse a change"));
        }

        _steps.Add(Step(
            $"adjacency.{name}.edit",
            StepPhase.AdjacencyBuild,
            $"Change adjacency {name}",
            $"the adjacency read back has every planned line and is {(there.IsActive ? "active" : "inactive")} as before",
            payload,
            _blocks.Edit(name, lines, payload.Pauses),
            _blocks.Edit(name, back, payload.Pauses)));
        return true;

        IEnumerable<string> Placed(DifferentLine line, IReadOnlyList<string> text) => [.. OpenersOf(line), .. text];

        IReadOnlyList<string> OpenersOf(DifferentLine line) => line switch
        {
            { Place.Length: > 0 } => line.Place.Split(" / "),
            { Intended: CommandBlocks.ForceSignalingPeer } when _site.Adjacency.ForceSignalingPeerInInterop => ["interop"],
            _ => [],
        };

        // With the line that opens a submode that is missing altogether come those inside it.
        IEnumerable<string> Inside(DifferentLine opener) => own.Where(line => line.IsInside(opener)).Select(line => line.Intended!);
    }

    private static string Negation(string line) => line.StartsWith("no ", StringComparison.Ordinal) ? line[3..] : $"no {line}";

    /// <summary>Says what somebody changed since the trunk was provisioned, for the change takes it back.</summary>
    private void NoteDrift(TwilioEdge edge, Adjacency there)
    {
        // Which settings the site had then is not known: what they set is not compared.
        var lines = AdoptedLines.Without(there.Name, CommandBlocks.AdjacencyLines(goal.Owned!.Intent, edge, new()), goal.Owned.Facts);
        var asProvisioned = CommandBlocks.Intended(there.Name, lines);
        var drift = ConfigDifference.Between(asProvisioned, there.Node, activation: false, dialect.Repeatable).Lines.Where(line => line.Kind != DifferenceKind.Extra).ToList();
        if (drift.Count > 0)
        {
            _findings.Add(new(
                "adjacency-drifted",
                FindingSeverity.Warning,
                $"Adjacency {there.Name} is not as the bot left it: {string.Join("; ", drift)}. This change sets what the plan shows.",
                "Ask who changed it before you go on.",
                "domain document, section 12: another admin"));
        }
    }

    private void PlanRetirement()
    {
        var doomed = new List<Adjacency>();
        foreach (var name in goal.RetiredEdges.Select(intent.AdjacencyName))
        {
            if (running.FindAdjacency(name) is not { } there)
            {
                _objects.Add(new(PlannedAction.LeaveAlone, $"adjacency {name}", "is not there any more"));
                NoteRoutingLeft(name);
            }
            else if (!CantBePutBack(name, AdjacencyText.LinesOf(there.Node)))
            {
                doomed.Add(there);
            }
        }

        // The last one first, so that the undo builds them again in the order in which they stood.
        foreach (var there in running.Adjacencies.Where(doomed.Contains).Reverse())
        {
            _objects.Add(new(PlannedAction.Remove, $"adjacency {there.Name}", there.IsActive ? "taken out of service, then removed" : "inactive already; removed"));
            PlanRemoval(there);
        }

        PlanSecureRetirement(doomed.Count > 0);
        if (goal.Owned is not null)
        {
            PlanPermitRetirement([.. doomed.Select(there => there.Name)]);
        }
    }

    private void PlanRemoval(Adjacency there)
    {
        var lines = AdjacencyText.LinesOf(there.Node);
        if (there.IsActive)
        {
            _steps.Add(Step(
                $"adjacency.{there.Name}.deactivate",
                StepPhase.AdjacencyDeactivate,
                $"Take adjacency {there.Name} out of service",
                "the adjacency read back is unchanged and inactive",
                new DeactivatePayload(there.Name, lines),
                _blocks.Deactivate(there.Name),
                _blocks.Activate(there.Name)));
        }

        PlanRoutingRetirement(there.Name);

        List<string> whole = [.. lines, AdjacencyText.Inactive];
        _steps.Add(Step(
            $"adjacency.{there.Name}.remove",
            StepPhase.AdjacencyRemove,
            $"Remove adjacency {there.Name}",
            "there is no adjacency of that name when read back",
            new RemovePayload(there.Name, whole),
            _blocks.Remove(there.Name),
            _blocks.Build(there.Name, whole)));
    }

    /// <summary>Whitelist lines that the trunk's own changes added and that nothing needs any more.</summary>
    private void PlanPermitRetirement(IReadOnlyList<string> doomed)
    {
        var wanted = goal.Removes ? [] : Lints.Permitted(intent, _site).ToHashSet();

        // In the order in which they stand, so that the undo puts them back in it.
        var own = PermitFacts.Of(goal.Owned!.Facts).ToHashSet();
        var owned = running.Permits.Where(permit => permit.First.Equals(permit.Last)).Select(permit => (permit.ServiceNetwork, Address: permit.First)).Where(own.Contains).Distinct().ToList();
        foreach (var network in owned.GroupBy(permit => permit.ServiceNetwork).OrderBy(group => group.Key))
        {
            var free = network.Where(permit => network.Key != intent.ServiceNetwork || !wanted.Contains(permit.Address)).Select(permit => permit.Address).ToList();
            var needed = free.Where(address => PermitUse.IsNeeded(running, network.Key, address, doomed, _site.WhitelistAllEdges)).ToList();
            var going = free.Except(needed).Select(address => address.ToString()).ToList();
            if (needed.Count > 0)
            {
                _objects.Add(new(PlannedAction.LeaveAlone, $"{needed.Count} permit-peer lines", "another adjacency needs them"));
            }

            if (going.Count > 0)
            {
                _objects.Add(new(PlannedAction.Remove, $"whitelist of service network {network.Key}", $"{going.Count} addresses that this trunk's changes added and nothing else needs"));
                _steps.Add(Step(
                    network.Key == intent.ServiceNetwork ? "whitelist.retire" : $"whitelist.retire.{network.Key}",
                    StepPhase.WhitelistRetire,
                    $"Take {going.Count} Twilio addresses off the whitelist of service network {network.Key}",
                    $"none of the {going.Count} permit-peer lines is there when read back",
                    new UnpermitPayload(network.Key, going, [.. goal.Owned.Intent.Edges.Select(intent.AdjacencyName)], _site.WhitelistAllEdges),
                    _blocks.RemovePermits(network.Key, going),
                    _blocks.AddPermits(network.Key, going)));
            }
        }

        var others = goal.RetiredEdges.SelectMany(edge => edge.Addresses)
            .Count(address => running.IsPermitted(intent.ServiceNetwork, address) && !owned.Any(permit => permit.ServiceNetwork == intent.ServiceNetwork && permit.Address.Equals(address)));
        if (others > 0)
        {
            _objects.Add(new(PlannedAction.LeaveAlone, $"{others} permit-peer lines", "they were there before this trunk, so they are not its own"));
        }
    }

    /// <summary>A line whose value was struck out when it was read, or that may not be sent, could not be put back: what holds one is not touched.</summary>
    private bool CantBePutBack(string name, IReadOnlyList<string> lines)
    {
        if (Lints.CantBePutBack(name, lines) is not { } finding)
        {
            return false;
        }

        _objects.Add(new(PlannedAction.LeaveAlone, $"adjacency {name}", "has a line that the bot can't put back"));
        _findings.Add(finding);
        return true;
    }
}
