using TrunkBot.Changes.Inventory;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Inventory;
using TrunkBot.Perimeta.Tests.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Inventory;

/// <summary>What people paste who set a trunk up by hand, and what they paste to take it back.</summary>
public sealed class ExportTests
{
    [Fact]
    public async Task The_pasted_script_leaves_no_step_to_do_and_the_pasted_undo_no_trace()
    {
        await using var lab = new LabFixture();
        await lab.InitializeAsync();
        var intent = Sample.Intent("umatilla", "dublin");
        var before = lab.Running;
        var files = lab.Inventory.Export(intent, Sample.Site(lab.Perimeta));
        Assert.Equal(["acme-east-perimeta.txt", "acme-east-perimeta-undo.txt"], files.Select(f => f.Name));

        await lab.TypedByAnotherAsync(Lines(files[0]));
        Assert.Empty((await lab.PlanAsync(intent)).Steps);

        await lab.TypedByAnotherAsync(Lines(files[1]));
        Assert.Equal(before, lab.Running);
    }

    [Fact]
    public void The_script_is_the_whole_trunk_in_order_and_holds_no_comment()
    {
        var files = Export(Sample.Intent());

        Assert.Equal(
            """
            config
            system
            ip-access-control
            trusted-sources
            permit-peer service-network 2 ipv4 54.244.51.0
            permit-peer service-network 2 ipv4 54.244.51.1
            permit-peer service-network 2 ipv4 54.244.51.2
            permit-peer service-network 2 ipv4 54.244.51.3
            end
            config
            sbc
            signaling
            adjacency sip acme-east-us2
            deactivation-mode normal
            call-media-policy
            early-media timeout 240
            media-bypass-policy forbid
            repeat-sdp-on-200ok
            adjacency-type preset-access
            privacy trusted
            realm GeneralPeeringMedia1
            service-address GeneralPeering-01
            signaling-local-port 5060
            remote-address-range ipv4 54.244.51.0 prefix-len 30
            signaling-peer acme-east.pstn.us2.twilio.com
            signaling-peer-port 5060
            statistics-setting detail
            default-interop-profile ManagedAccess
            no activate
            end
            config
            sbc
            signaling
            adjacency sip acme-east-us2
            activate
            end

            """,
            files[0].Text);
        Assert.Equal(
            """
            config
            sbc
            signaling
            adjacency sip acme-east-us2
            no activate
            end
            config
            sbc
            signaling
            no adjacency sip acme-east-us2
            end
            config
            system
            ip-access-control
            trusted-sources
            no permit-peer service-network 2 ipv4 54.244.51.3
            no permit-peer service-network 2 ipv4 54.244.51.2
            no permit-peer service-network 2 ipv4 54.244.51.1
            no permit-peer service-network 2 ipv4 54.244.51.0
            end

            """,
            files[1].Text);
        Assert.EndsWith("reads back as it is here.", files[0].Purpose, StringComparison.Ordinal);
    }

    [Fact]
    public void A_site_that_saves_saves_after_each_block()
    {
        var saving = Sample.Lab with { Words = new ModeWords { Save = "save" } };

        var script = PasteScripts.Of(Sample.Intent(), Sample.Site(Sample.Perimeta()), saving)[0].Text;

        Assert.Equal(3, script.Split("end\nsave\n").Length - 1);
    }

    [Fact]
    public void Where_the_routing_is_not_known_the_purpose_says_what_is_confirmed_before_the_activation() =>
        Assert.EndsWith(
            "and only after the routing toward MetasphereCFS in the call-policy-set is confirmed.",
            Export(Sample.Intent(), Sample.Perimeta(DynamicPeerRouting.Unknown))[0].Purpose,
            StringComparison.Ordinal);

    [Fact]
    public void A_trunk_for_which_no_lines_are_known_gets_the_reason_instead()
    {
        var file = Assert.Single(Export(Sample.Intent() with { Transport = SipTransport.Tls }));

        Assert.StartsWith("Secure trunk: not configured.", file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("adjacency sip", file.Text, StringComparison.Ordinal);
    }

    private static IReadOnlyList<ExportedFile> Export(TrunkIntent intent, PerimetaSite? site = null) =>
        PasteScripts.Of(intent, Sample.Site(site ?? Sample.Perimeta()), Sample.Lab);

    private static string[] Lines(ExportedFile file) => file.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
