using System.Net;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>The three systems in memory, set up so that a call to 16504894546 passes; each test spoils one thing.</summary>
internal sealed class World : ISbcView, ICfsView, ITwilioView
{
    public World()
    {
        Sbc = new SbcState(
            [
                new SbcAdjacency("MetasphereCFS", true, "CoreMedia1", "Core-01", 5060, [IPNetwork.Parse("10.20.0.20/32")], "10.20.0.20", 5060),
                new SbcAdjacency("OtherCarrier", true, "GeneralPeeringMedia1", "GeneralPeering-01", 5060, [IPNetwork.Parse("192.0.2.16/30")], "192.0.2.17", 5060),
                new SbcAdjacency("Twilio-umatilla", true, "GeneralPeeringMedia1", "GeneralPeering-01", 5060, [IPNetwork.Parse("54.244.51.0/30")], "acme.pstn.umatilla.twilio.com", 5060),
            ],
            [.. new[] { "54.244.51.0", "54.244.51.1", "54.244.51.2", "54.244.51.3" }.Select(address => new SbcPermit(2, IPAddress.Parse(address)))],
            [new SbcServiceAddress("Core-01", 1, IPAddress.Parse("10.20.0.5")), new SbcServiceAddress("GeneralPeering-01", 2, IPAddress.Parse("203.0.113.10"))],
            ["CoreMedia1", "GeneralPeeringMedia1"]);
        Cfs = new CfsState(
            [new CfsBinding("TwilioBinding", true, "acme.pstn.twilio.com", "Domain name A/AAAA lookup", "acme.pstn.us2.twilio.com", "10.20.0.5", 5060, "UDP", "Twilio", true, true)],
            [new CfsMediaGatewayModel("Standard", false), new CfsMediaGatewayModel("Twilio", true)],
            [new CfsSipTrunk("TwilioTrunk", "TwilioBinding", true)],
            [new CfsTranslation("TwilioTest", "16504894546", "TwilioTrunk")],
            [new CfsSubscriber("3035550100", "3035550100", "lab-Password-1")]);
        Twilio = new TwilioState(true, 20.00m,
        [
            new TwilioTrunk("TK00000000000000000000000000000001", "headoffice.pstn.twilio.com", false, false, [IPNetwork.Parse("198.51.100.7/32")], true, false),
            new TwilioTrunk("TK00000000000000000000000000000002", "acme.pstn.twilio.com", false, false, [IPNetwork.Parse("203.0.113.0/28")], true, false),
        ]);
    }

    public SbcState Sbc { get; set; }

    public CfsState Cfs { get; set; }

    public TwilioState Twilio { get; set; }

    /// <summary>What reading the SBC's configuration throws; null while it can be read.</summary>
    public Exception? SbcFault { get; set; }

    public World Adjacency(Func<SbcAdjacency, SbcAdjacency> change)
    {
        Sbc = Sbc with { Adjacencies = [.. Sbc.Adjacencies.Select(adjacency => adjacency.Name == "Twilio-umatilla" ? change(adjacency) : adjacency)] };
        return this;
    }

    public World CoreAdjacency(Func<SbcAdjacency, SbcAdjacency> change)
    {
        Sbc = Sbc with { Adjacencies = [.. Sbc.Adjacencies.Select(adjacency => adjacency.Name == "MetasphereCFS" ? change(adjacency) : adjacency)] };
        return this;
    }

    public World Binding(Func<CfsBinding, CfsBinding> change)
    {
        Cfs = Cfs with { Bindings = [.. Cfs.Bindings.Select(change)] };
        return this;
    }

    public World Trunk(Func<TwilioTrunk, TwilioTrunk> change)
    {
        Twilio = Twilio with { Trunks = [.. Twilio.Trunks.Select(trunk => trunk.DomainName == "acme.pstn.twilio.com" ? change(trunk) : trunk)] };
        return this;
    }

    SbcState ISbcView.Read() => SbcFault is null ? Sbc : throw SbcFault;

    CfsState ICfsView.Read() => Cfs;

    TwilioState ITwilioView.Read() => Twilio;
}
