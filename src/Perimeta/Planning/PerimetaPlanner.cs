using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Planning;

/// <summary>Works out what the Perimeta lacks for a trunk. Pure: no I/O, no clock.</summary>
internal sealed partial class PerimetaPlanner(TrunkGoal goal, SiteProfile profile, Dialect dialect, RunningConfiguration running, LoadedTemplates? templates = null)
{
    private readonly TrunkIntent intent = goal.Intent;
    private readonly PerimetaSite _site = profile.Perimeta;
    private readonly CommandBlocks _blocks = new(dialect);

    /// <summary>What this change writes as the description of an adjacency that it builds or edits; null: nothing.</summary>
    private readonly string? _description = DescriptionLine.Of(goal, dialect);
    private readonly List<PlannedObject> _objects = [];
    private readonly List<PlannedStep> _steps = [];
    private readonly List<Finding> _findings = [];

    public SystemPlan Plan(string system, string title, string fingerprint)
    {
        _findings.AddRange(goal.Removes ? [] : Lints.Of(intent, _site, running));
        if (dialect.Invented && !profile.Simulated)
        {
            _findings.Add(new(
                "sbc-dialect-invented",
                FindingSeverity.Warning,
                $"The dialect \"{dialect.Name}\" is made up for a simulator, and this site is not simulated: what {_site.Element} says may be misunderstood.",
                "Set perimeta.dialect to published or to a dialect of the site's own.",
                "domain document, section 12"));
        }

        if (goal.Removes)
        {
            PlanRetirement();
        }
        else if (!_findings.Exists(Lints.PreventsLines))
        {
            PlanWhitelist();
            var before = _steps.Count;
            var waiting = intent.Edges.Select(edge => (Edge: edge, Extras: PlanAdjacency(edge))).Where(planned => planned.Extras is not null).ToList();
            PlanSecureObjects(before);
            if (waiting.Count > 0 && _site.DynamicPeerRouting != DynamicPeerRouting.Yes)
            {
                PlanRouting([.. waiting.Select(planned => planned.Edge)]);
            }
            else
            {
                // Nothing is to be activated, so there is nothing to confirm.
                _findings.RemoveAll(finding => finding.Code is "routing-not-confirmed" or "routing-by-template");
            }

            _steps.AddRange(waiting.Select(planned => Activation(planned.Edge, planned.Extras!)));
            PlanRetirement();
        }

        if (_site.ApplyByHand && _steps.Count > 0)
        {
            _findings.Add(new(
                "applied-by-hand",
                FindingSeverity.Info,
                $"The bot sends nothing to {_site.Element}: each step there is a worksheet for a person, and is read back when that person says that it is done.",
                "Follow the worksheets; perimeta.applyByHand of the site profile is the switch."));
        }

        return new SystemPlan
        {
            System = system,
            Title = title,
            Element = _site.Element,
            Fingerprint = fingerprint,
            Objects = _objects,
            Steps = _steps,
            Findings = _findings,
        };
    }

    private PlannedStep Step(string id, StepPhase phase, Sentence title, string proof, StepPayload payload, IReadOnlyList<string> sends, IReadOnlyList<string> undo, Worksheet? worksheet = null) => new()
    {
        Id = "perimeta." + id,
        System = PerimetaSystem.SystemName,
        Element = _site.Element,
        Phase = phase,
        Title = title,
        Sends = _site.ApplyByHand ? [] : sends,
        UndoSends = _site.ApplyByHand ? [] : undo,
        Proof = proof,
        Payload = payload.ToJson(),
        Worksheet = worksheet ?? (_site.ApplyByHand ? CommandSheet.Of(_site, sends, undo, proof) : null),
    };

    private void PlanWhitelist()
    {
        var wanted = Lints.Permitted(intent, _site).ToList();
        var missing = wanted.Where(address => !running.IsPermitted(intent.ServiceNetwork, address)).Select(address => address.ToString()).ToList();
        var what = $"whitelist of service network {intent.ServiceNetwork}";
        if (missing.Count == 0)
        {
            _objects.Add(new(PlannedAction.LeaveAlone, what, $"all {wanted.Count} Twilio addresses are permitted"));
            return;
        }

        _objects.Add(new(PlannedAction.Change, what, $"{missing.Count} of {wanted.Count} Twilio addresses are added"));
        _steps.Add(Step(
            "whitelist",
            StepPhase.Whitelist,
            $"Permit {missing.Count} Twilio addresses on service network {intent.ServiceNetwork}",
            $"all {missing.Count} permit-peer lines are there when read back",
            new WhitelistPayload(intent.ServiceNetwork, missing, [.. intent.Edges.Select(intent.AdjacencyName)]),
            _blocks.AddPermits(intent.ServiceNetwork, missing),
            _blocks.RemovePermits(intent.ServiceNetwork, missing)));
    }

    /// <returns>When the adjacency is to be activated: the further lines that it has; otherwise null.</returns>
    private List<string>? PlanAdjacency(TwilioEdge edge)
    {
        var name = intent.AdjacencyName(edge);
        var lines = LinesOf(intent, edge);
        if (running.Adjacencies.Where(adjacency => string.Equals(adjacency.Name, name, StringComparison.OrdinalIgnoreCase)).ToList() is not [var there, ..])
        {
            var description = _description is null || DescriptionLine.StandsIn(lines, _description) ? null : _description;
            IReadOnlyList<string> described = description is null ? lines : [description, .. lines];
            _objects.Add(new(PlannedAction.Create, $"adjacency {name}", $"{edge.Signaling} to {intent.PeerHost(edge)}, built inactive, then activated{(description is null ? "" : $"; {description}")}"));
            _steps.Add(Step(
                $"adjacency.{name}.build",
                StepPhase.AdjacencyBuild,
                $"Build adjacency {name} inactive",
                "the adjacency read back has every planned line and is inactive",
                new BuildPayload(name, described, description),
                _blocks.Build(name, described),
                _blocks.Remove(name)));
            return description is null ? [] : [AsExtra(description)];
        }

        var difference = ConfigDifference.Between(CommandBlocks.Intended(name, lines), there.Node, activation: false, dialect.Repeatable);
        var further = difference.Extras.Where(line => !LeavesWithTls(edge, there, line)).ToList();
        var extras = further.Select(line => line.ToString()).ToList();
        var planned = _steps.Count;
        if (there.Name == name && (!difference.HoldsAllIntended || LeftSecure(edge, there).Count > 0) && IsOwned(edge))
        {
            var description = DescriptionOf(there, lines);
            var staying = description is null ? extras : [.. further.Where(line => line.Actual != description.Old?.Meaning).Select(line => line.ToString())];
            if (PlanEdit(edge, there, lines, difference, description, staying))
            {
                NoteExtras(name, staying);
                return there.IsActive || _steps.Count == planned ? null : description is null ? staying : [.. staying, AsExtra(description.New)];
            }
        }

        if (there.Name != name || !difference.HoldsAllIntended)
        {
            _objects.Add(new(PlannedAction.LeaveAlone, $"adjacency {there.Name}", "exists and is different"));
            _findings.Add(new(
                "adjacency-exists-different",
                FindingSeverity.Error,
                $"Adjacency {there.Name} exists and differs from what is planned: {(there.Name != name ? $"its name is written {there.Name}, not {name}" : string.Join("; ", difference.Lines))}.",
                "Choose another trunk name, or change or remove the adjacency by hand first.",
                "domain document, section 2: existence is checked before entering"));
            return null;
        }

        NoteExtras(name, extras);
        _objects.Add(there.IsActive
            ? new(PlannedAction.LeaveAlone, $"adjacency {name}", "exists as planned and is active")
            : new(PlannedAction.Change, $"adjacency {name}", "exists as planned and is activated"));
        return there.IsActive ? null : extras;
    }

    /// <summary>Further lines that are not known from when the adjacency was built or adopted: people are told, and leave them there when they approve.</summary>
    private void NoteExtras(string name, IReadOnlyList<string> extras)
    {
        if (extras.Except(ExtraLines.Known(name, goal.Owned?.Facts) ?? []).Where(line => _description is null || line != AsExtra(_description)).ToList() is { Count: > 0 } unknown)
        {
            _findings.Add(new(
                "adjacency-extra-lines",
                FindingSeverity.Warning,
                $"Adjacency {name} has further lines, which are left alone: {string.Join("; ", unknown)}.",
                "Check that they fit this trunk.",
                "domain document, section 10"));
        }
    }

    /// <summary>A line as one that an adjacency has besides the planned ones.</summary>
    private static string AsExtra(string line) => new DifferentLine(DifferenceKind.Extra, "", null, line).ToString();

    private void PlanRouting(IReadOnlyList<TwilioEdge> edges)
    {
        if (PlanRoutingByTemplate(edges))
        {
            return;
        }

        var names = string.Join(", ", edges.Select(intent.AdjacencyName));
        _objects.Add(new(PlannedAction.Manual, "call-policy-set", $"routing between {names} and {_site.CoreAdjacency} is confirmed by a person"));
        var worksheet = new Worksheet(
            $"{_site.Element}, the active call-policy-set",
            [
                new("dynamic-peer-routing", "If it is configured in the call-policy-set, nothing needs to be changed: confirm."),
                new("Otherwise, new source adjacencies", names),
                new("Send dialogs from them to adjacency", _site.CoreAdjacency),
                new("Send dialogs for Twilio to adjacencies", names),
            ],
            "Not read back: the format of a call-policy-set is not published. The test call at the end proves the routing.",
            "Take back by hand what was changed in the call-policy-set.");
        _steps.Add(Step(
            "routing",
            StepPhase.AdjacencyActivate,
            "Confirm the routing in the call-policy-set",
            "a person confirms",
            new ManualPayload(),
            [],
            [],
            worksheet));
    }

    private PlannedStep Activation(TwilioEdge edge, IReadOnlyList<string> extras)
    {
        var name = intent.AdjacencyName(edge);
        return Step(
            $"adjacency.{name}.activate",
            StepPhase.AdjacencyActivate,
            $"Activate adjacency {name}",
            "the adjacency read back is unchanged and active",
            new ActivatePayload(name, LinesOf(intent, edge), extras),
            _blocks.Activate(name),
            _blocks.Deactivate(name));
    }
}
