using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Interop;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Planning;

/// <summary>What a site has learnt of its own MetaView Explorer and of its models is on the sheets.</summary>
public sealed class SiteWorksheetTests
{
    private static Worksheet Sheet(string step, Func<MetaswitchSite, MetaswitchSite> change)
    {
        var site = Given.Site();
        return new MetaswitchPlanner(new())
            .Plan(new(Given.Intent with { TrunkGroup = "412" }), site with { Metaswitch = change(site.Metaswitch) }, new BindingSnapshot { Name = "TwilioBinding" }, "fp")
            .Steps.Single(s => s.Id == step).Worksheet!;
    }

    private static readonly InteropProfileSite Learnt = new()
    {
        Name = "denver-sip",
        Models = ["twil*"],
        FixBits = [new("Send PAI", "caller names were missing", On: true), new("Drop Diversion", "one customer's IVR needs it")],
    };

    [Fact]
    public void Place_labels_and_further_rows_are_those_of_the_site()
    {
        var sheet = Sheet("metaswitch.sip-trunk", s => s with
        {
            Worksheets = new Dictionary<string, WorksheetSite>
            {
                ["sip-trunk"] = new()
                {
                    Place = "Network Element > CFS-1 > Signaling > SIP > SIP Trunks > Add",
                    Labels = new Dictionary<string, string> { ["Trunk group number"] = "Media channel group" },
                    Rows = new Dictionary<string, string> { ["Description"] = "{trunk} by {binding}, group {trunk-group}" },
                },
            },
        });

        Assert.Equal("Network Element > CFS-1 > Signaling > SIP > SIP Trunks > Add", sheet.Place);
        Assert.Equal(
            [
                new("SIP trunk name", "TwilioTrunk"), new("Configured SIP binding", "TwilioBinding"), new("Media channel group", "412"),
                new("Call directions, billing, other rows", "as in the site's usual SIP trunk"), new("Status", "enable after the binding is green"),
                new WorksheetRow("Description", "acme-east by TwilioBinding, group 412"),
            ],
            sheet.Rows);
    }

    [Fact]
    public void Fix_bits_that_a_site_learnt_are_asked_for_or_only_suggested() => Assert.Equal(
        [
            new("Model name", "Twilio"), new("Fix bits (SIP) → Use E164 numbers", "ticked"), new("Fix bits (SIP) → Send PAI", "ticked"),
            new("Fix bits (SIP) → Drop Diversion", "as it is; tick it only if needed: one customer's IVR needs it"),
            new WorksheetRow("All other fix bits, codecs, timers", "as in the site's usual SIP model"),
        ],
        Sheet("metaswitch.rmgm", s => s with { InteropProfiles = [Learnt] }).Rows);

    [Fact]
    public void What_Twilio_needs_can_not_be_switched_off_by_a_site()
    {
        var site = Given.Site().Metaswitch with { InteropProfiles = [new() { Name = "x", Models = ["*"], FixBits = [new("use e164 numbers", "not here")] }] };

        Assert.Equal([("Use E164 numbers", true)], InteropProfiles.FixBits(site, "Twilio").Select(b => (b.Label, b.On)));
    }

    [Fact]
    public void Which_trunks_use_which_profile_is_told_by_their_models()
    {
        var uses = InteropProfiles.Uses(
            Given.Site().Metaswitch with { InteropProfiles = [Learnt] },
            [Given.Intent with { Name = "b", MediaGatewayModel = "TWILIO-2" }, Given.Intent with { Name = "a", MediaGatewayModel = "Carrier" }]);

        Assert.Equal(["twilio", "denver-sip"], uses.Select(u => u.Profile));
        Assert.Equal([new("a", "Carrier"), new TrunkModel("b", "TWILIO-2")], uses[0].Trunks);
        Assert.Equal([new TrunkModel("b", "TWILIO-2")], uses[1].Trunks);
    }
}
