using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Tests;

/// <summary>Plans as large as real ones, made without any system.</summary>
internal static class SamplePlans
{
    public const string Hash = "4be1c0ffee1200000000000000000000000000000000000000000000000000aa";

    public static TrunkPlan For(TrunkIntent intent, IReadOnlyList<ParameterValue> values, params Finding[] findings)
    {
        var steps = new List<PlannedStep>
        {
            Step("twilio.acl", "twilio", StepPhase.Twilio, "Create IP access control list", ["POST /2010-04-01/Accounts/AC1/SIP/IpAccessControlLists.json FriendlyName=" + intent.Name], ["DELETE /2010-04-01/Accounts/AC1/SIP/IpAccessControlLists/{twilio.acl.sid}.json"]),
            Step("perimeta.whitelist", "perimeta", StepPhase.Whitelist, "Permit Twilio's addresses",
                [.. intent.Edges.SelectMany(e => e.Addresses).Select(a => $"  permit-peer service-network {intent.ServiceNetwork} {a}")],
                [.. intent.Edges.SelectMany(e => e.Addresses).Select(a => $"  no permit-peer service-network {intent.ServiceNetwork} {a}")]),
        };
        steps.AddRange(intent.Edges.Select(e => Step(
            $"perimeta.adjacency.{intent.AdjacencyName(e)}.build", "perimeta", StepPhase.AdjacencyBuild, $"Build adjacency {intent.AdjacencyName(e)}",
            [.. Enumerable.Range(1, 18).Select(i => $"      adjacency line {i} of {intent.PeerHost(e)}")],
            [$"no adjacency sip {intent.AdjacencyName(e)}"])));
        steps.Add(Step("metaswitch.rmgm", "metaswitch", StepPhase.MediaGatewayModel, "Remote Media Gateway Model", [], []) with
        {
            Worksheet = new Worksheet(
                "MetaView Explorer, CFS-1, Remote Media Gateway Models",
                [new("Name", intent.MediaGatewayModel), new("Use E164 numbers", "ticked")],
                "The test call reaches Twilio with a leading +.",
                "Delete the model."),
        });
        return new TrunkPlan
        {
            Intent = intent,
            Values = values,
            Systems =
            [
                System("twilio", "Twilio", "twilio-lab", [new(PlannedAction.Create, $"IP access control list {intent.Name}", "203.0.113.0/28")], steps, []),
                System("perimeta", "Perimeta", "LAB-SBC-01",
                    [.. intent.Edges.SelectMany(e => e.Addresses).Select(a => new PlannedObject(PlannedAction.Create, $"permit-peer {a}")), .. intent.Edges.Select(e => new PlannedObject(PlannedAction.Create, $"adjacency {intent.AdjacencyName(e)}"))], steps, findings),
                System("metaswitch", "Metaswitch CFS", "CFS-1", [new(PlannedAction.Manual, $"Remote Media Gateway Model {intent.MediaGatewayModel}")], steps, []),
            ],
            Steps = steps,
            Findings = findings,
            Hash = Hash,
        };
    }

    private static SystemPlan System(
        string name, string title, string element, IReadOnlyList<PlannedObject> objects, IReadOnlyList<PlannedStep> steps, IReadOnlyList<Finding> findings) => new()
    {
        System = name,
        Title = title,
        Element = element,
        Fingerprint = "f00d",
        Objects = objects,
        Steps = [.. steps.Where(s => s.System == name)],
        Findings = findings,
    };

    private static PlannedStep Step(string id, string system, StepPhase phase, string title, IReadOnlyList<string> sends, IReadOnlyList<string> undo) => new()
    {
        Id = id,
        System = system,
        Element = system,
        Phase = phase,
        Title = title,
        Sends = sends,
        UndoSends = undo,
        Proof = "read back and compared",
    };
}
