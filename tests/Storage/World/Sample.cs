using System.Net;
using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Storage.Tests.World;

internal static class Sample
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, 123, TimeSpan.Zero);

    public static readonly Actor Ana = new("webchat:ana", "Ana");
    public static readonly Actor Ben = new("webchat:ben", "Ben");

    public static readonly IReadOnlyList<ParameterValue> Values = [new("name", "acme-east", ValueOrigin.Typed)];

    public static TrunkIntent Intent(string name = "acme-east") => new()
    {
        Name = name,
        Site = "denver",
        Edges = [EdgeCatalogue.Shipped.Find("umatilla")!, EdgeCatalogue.Shipped.Find("sao-paulo")!],
        Transport = SipTransport.Tcp,
        TerminationName = "acme",
        PublicAddresses = [IPNetwork.Parse("203.0.113.8/29")],
        ServiceNetwork = 20,
        ServiceAddress = "TwilioSA",
        Realm = "twilio",
        LocalPort = 5060,
        AdjacencyNamePattern = "{name}-{legacy}",
        InteropProfile = "ManagedAccess",
        AdjacencyType = "preset-access",
        CoreProxyAddress = IPAddress.Parse("10.0.0.5"),
        CoreProxyPort = 5060,
        MediaGatewayModel = "Twilio",
        BindingName = "acme-east",
        PollingIntervalSeconds = 60,
        SipTrunkName = "acme-east",
        TestNumber = "16504894546",
        Origination = true,
        Numbers = ["+13035550100"],
        HostStyle = EdgeHostStyle.Legacy,
    };

    public static Change Draft(string name = "acme-east")
    {
        var step = new PlannedStep
        {
            Id = "perimeta.whitelist",
            System = "perimeta",
            Element = "den-sbc-1",
            Phase = StepPhase.Whitelist,
            Title = "Whitelist São Paulo",
            Sends = ["permit-peer 54.244.51.0"],
            UndoSends = ["no permit-peer 54.244.51.0"],
            Proof = "it is listed",
            Worksheet = new Worksheet("MetaView", [new WorksheetRow("Name", "\"quoted\" <x>")], "look", "delete"),
        };
        var plan = new TrunkPlan
        {
            Intent = Intent(name),
            Values = Values,
            Systems =
            [
                new SystemPlan
                {
                    System = "perimeta", Title = "Perimeta", Element = "den-sbc-1", Fingerprint = "aa",
                    Objects = [new PlannedObject(PlannedAction.Create, "permit-peer")], Steps = [step], Findings = [],
                },
            ],
            Steps = [step],
            Findings = [new Finding("some-code", FindingSeverity.Hold, "A sentence.", "A fix.", "P03")],
            Hash = "",
        };
        return new Change
        {
            Id = "",
            State = ChangeState.Planned,
            Plan = plan with { Hash = PlanHash.Of(plan) },
            Requester = Ana,
            Editors = [Ana],
            Created = Start,
            Steps = [new StepProgress { StepId = step.Id, State = StepProgressState.Waiting }],
            Snapshots = [new SystemSnapshot("perimeta", "den-sbc-1", Start, "config\n  sbc\n", "aa")],
        };
    }
}
