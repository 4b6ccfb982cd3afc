using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Tests.Lab;
using TrunkBot.Metaswitch.Tests.Shadow;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Metaswitch.Tests.Inventory;

/// <summary>Against the lab's MetaView, configured by a person, and a real PostgreSQL as its shadow database.</summary>
public sealed class FindTests(ShadowCluster cluster) : IClassFixture<ShadowCluster>
{
    private const string Acme =
        "DELETE FROM meta_configuredsipbinding WHERE baseinformation_name = 'OldTwilio'; "
        + "INSERT INTO meta_configuredsipbinding (baseinformation_name, baseinformation_metaswitchname, baseinformation_sipdomainname, baseinformation_contactdomainname, baseinformation_proxyipaddress, baseinformation_mediagatewaymodel) "
        + "VALUES ('TwilioBinding', 'CFS-1', 'acme.pstn.twilio.com', 'acme.pstn.us2.twilio.com', '10.20.0.5', 'Twilio'); "
        + "INSERT INTO meta_siptrunk (metaswitchname, siptrunkname, baseinformation_configuredsipbinding) VALUES ('CFS-1', 'Twilio-Out', 'CFS-1/TwilioBinding')";

    private static Dictionary<string, string> Known(params (string Key, string Text)[] known) => known.ToDictionary(k => k.Key, k => k.Text);

    private static Task<IReadOnlyList<FoundPart>> FindAsync(CfsLab lab, params (string Key, string Text)[] known) =>
        lab.Inventory.FindAsync(lab.Site, Known(known), TestContext.Current.CancellationToken);

    private async Task<CfsLab> WithShadowAsync(string content)
    {
        var database = await cluster.CopyAsync();
        await cluster.ExecuteAsync(database, content);
        return await CfsLab.StartAsync(s => s with { Shadow = cluster.Site(database) }, ShadowCluster.ReaderPassword);
    }

    [Fact]
    public async Task Without_a_shadow_database_nothing_is_found_until_a_binding_is_named()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.BuildByHandAsync();

        Assert.Empty(await FindAsync(lab, ("termination", "acme")));
        Assert.Equal("acme", Assert.Single(await FindAsync(lab, ("binding", "TwilioBinding"))).Termination);
    }

    [Fact]
    public async Task A_binding_that_is_named_tells_its_parameters_its_objects_and_what_nobody_confirmed()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.BuildByHandAsync(("ProxyIPPort", "5080"));

        var part = Assert.Single(await FindAsync(lab, ("termination", "ACME.pstn.twilio.com"), ("binding", "TwilioBinding"), ("edges", "all")));

        Assert.Equal(("metaswitch", "acme"), (part.System, part.Termination));
        Assert.Equal(
            Known(("binding", "TwilioBinding"), ("termination", "acme"), ("rmgm", "Twilio"), ("cfs-proxy", "10.20.0.5:5080"), ("polling", "30")), part.Parameters);
        Assert.Equal(
            [
                "Configured SIP Binding TwilioBinding, in service, to acme.pstn.twilio.com, alarm: Attention required",
                "Remote Media Gateway Model Twilio, named by this binding; its fix bits can't be read",
                "further fields of this binding, which are never touched: NATStatus",
            ],
            part.Objects);
        Assert.Equal(
            Known(("metaswitch.rmgm.unconfirmed", "yes"), ("metaswitch.sip-trunk.unconfirmed", "yes"), ("metaswitch.translations.unconfirmed", "yes")), part.Facts);
        var open = Assert.Single(part.Findings);
        Assert.Equal(("adoption-work-unconfirmed", FindingSeverity.Warning), (open.Code, open.Severity));
        Assert.Equal(
            "What hangs on binding TwilioBinding by hand can't be read: the fix bit \"Use E164 numbers\" of Twilio, which SIP trunk names it, and the translations.",
            open.Sentence);
    }

    [Fact]
    public async Task The_shadow_database_finds_every_trunk_to_Twilio_and_Sh_tells_the_true_fields()
    {
        await using var lab = await WithShadowAsync(Acme);
        await lab.BuildByHandAsync(("ProxyIPAddress", "10.20.0.7"));

        var part = Assert.Single(await FindAsync(lab));

        Assert.Equal("10.20.0.7", part.Parameters["cfs-proxy"]);
        Assert.Equal("Twilio-Out", part.Parameters["sip-trunk"]);
        Assert.Contains("SIP trunk Twilio-Out, names this binding", part.Objects);
        Assert.Equal(
            [("proxy-not-core-address", FindingSeverity.Warning), ("adoption-work-unconfirmed", FindingSeverity.Warning)], part.Findings.Select(f => (f.Code, f.Severity)));
        Assert.Empty(await FindAsync(lab, ("termination", "globex")));
    }

    [Fact]
    public async Task What_the_bot_would_set_otherwise_is_said_before_anything_is_taken_under_management()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.BuildByHandAsync(("ContactDomainName", "acme.pstn.us2.twilio.com"), ("SIPAuthenticationRequired", "True"));

        var part = Assert.Single(await FindAsync(lab, ("binding", "TwilioBinding"), ("edges", "us1, umatilla")));

        var differs = part.Findings.Single(f => f.Code == "adoption-binding-differs");
        Assert.Equal(FindingSeverity.Warning, differs.Severity);
        Assert.Equal(
            "Configured SIP Binding TwilioBinding is not as the bot would set it: SIP authentication required: wanted \"False\", found \"True\"; "
            + "Contact domain name: wanted \"acme.pstn.us1.twilio.com\", found \"acme.pstn.us2.twilio.com\".",
            differs.Sentence);
    }

    [Fact]
    public async Task A_binding_that_is_not_there_is_an_error_with_the_nearest_names()
    {
        await using var lab = await WithShadowAsync(Acme);
        await lab.BuildByHandAsync();

        var part = Assert.Single(await FindAsync(lab, ("termination", "globex"), ("binding", "TwilioBindign")));
        var ofTrunk = Assert.Single(await FindAsync(lab, ("termination", "acme"), ("binding", "Twilio-acme")));

        var missing = Assert.Single(part.Findings);
        Assert.Equal(("globex", "adoption-binding-missing", FindingSeverity.Error), (part.Termination, missing.Code, missing.Severity));
        Assert.Equal("The switch has no Configured SIP Binding TwilioBindign. Nearest are TwilioBinding, NorthernBinding.", missing.Sentence);
        Assert.Equal("The switch has no Configured SIP Binding Twilio-acme. With the trunk's domain there is TwilioBinding.", Assert.Single(ofTrunk.Findings).Sentence);
        Assert.Empty(part.Parameters);
        Assert.Empty(part.Facts);
    }

    [Fact]
    public async Task A_row_whose_binding_the_switch_does_not_have_is_said_to_lag()
    {
        await using var lab = await WithShadowAsync(Acme);

        var missing = Assert.Single(Assert.Single(await FindAsync(lab)).Findings);

        Assert.StartsWith("The switch has no Configured SIP Binding TwilioBinding. The shadow database shows it, but is a copy and may lag.", missing.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binding_of_another_trunk_is_an_error()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.BuildByHandAsync();

        var part = Assert.Single(await FindAsync(lab, ("termination", "globex"), ("binding", "TwilioBinding")));

        var other = part.Findings.Single(f => f.Severity == FindingSeverity.Error);
        Assert.Equal("globex", part.Termination);
        Assert.Equal("adoption-binding-other-trunk", other.Code);
        Assert.Equal(
            "Configured SIP Binding TwilioBinding is not of globex.pstn.twilio.com: its SIP domain name is acme.pstn.twilio.com, its contact domain name acme.pstn.twilio.com.",
            other.Sentence);
        Assert.DoesNotContain("termination", part.Parameters.Keys);
    }

    [Fact]
    public async Task Two_bindings_of_one_trunk_are_for_a_person_to_choose_from()
    {
        await using var lab = await WithShadowAsync(
            "INSERT INTO meta_configuredsipbinding (baseinformation_name, baseinformation_metaswitchname, baseinformation_sipdomainname) VALUES ('TwilioBinding', 'CFS-1', 'acme.pstn.twilio.com')");
        await lab.BuildByHandAsync();
        var one = Assert.Single(await FindAsync(lab, ("termination", "acme")));
        var fields = (await lab.FieldsAsync()).Where(f => f.Name != "NATStatus").Select(f => f.Name == "Name" ? f with { Value = "OldTwilio" } : f);
        await lab.UpdateAsync(0, "apply", string.Concat(fields.Select(f => $"<s:{f.Name}>{f.Value}</s:{f.Name}>")), "OldTwilio");

        var part = Assert.Single(await FindAsync(lab, ("termination", "acme")));
        var chosen = Assert.Single(await FindAsync(lab, ("termination", "acme"), ("binding", "twiliobinding")));

        Assert.Equal("TwilioBinding", one.Parameters["binding"]);
        Assert.Equal(("adoption-binding-ambiguous", FindingSeverity.Error), (Assert.Single(part.Findings).Code, part.Findings[0].Severity));
        Assert.Equal("More than one binding is of acme.pstn.twilio.com: OldTwilio, TwilioBinding.", string.Join(' ', part.Findings.Select(f => f.Sentence)));
        Assert.Empty(part.Parameters);
        Assert.Equal("TwilioBinding", chosen.Parameters["binding"]);
    }

    [Theory]
    [InlineData("", "adoption-sip-trunk-unclear", FindingSeverity.Warning, "The shadow database shows no SIP trunk that names binding TwilioBinding: no call is routed to it, or the copy lags.")]
    [InlineData("('CFS-1', 'A', 'TwilioBinding'), ('CFS-1', 'B', 'TwilioBinding')", "adoption-sip-trunk-unclear", FindingSeverity.Error, "More than one SIP trunk names binding TwilioBinding: A, B.")]
    public async Task No_SIP_trunk_or_several_are_said(string rows, string code, FindingSeverity severity, string sentence)
    {
        await using var lab = await WithShadowAsync(Acme + "; DELETE FROM meta_siptrunk"
            + (rows.Length == 0 ? "" : $"; INSERT INTO meta_siptrunk (metaswitchname, siptrunkname, baseinformation_configuredsipbinding) VALUES {rows}"));
        await lab.BuildByHandAsync();

        var part = Assert.Single(await FindAsync(lab));
        var finding = part.Findings.Single(f => f.Code == code);

        Assert.Equal((severity, sentence), (finding.Severity, finding.Sentence.ToString()));
        Assert.DoesNotContain("sip-trunk", part.Parameters.Keys);
        Assert.Equal(rows.Length > 0 ? "B" : null, Assert.Single(await FindAsync(lab, ("sip-trunk", "b"))).Parameters.GetValueOrDefault("sip-trunk"));
    }

    [Fact]
    public async Task A_name_that_no_identity_can_hold_is_said_and_not_sent()
    {
        await using var lab = await CfsLab.StartAsync();

        var part = Assert.Single(await FindAsync(lab, ("termination", "acme"), ("binding", "Twilio Binding\r\n1")));

        Assert.Equal("cfs-name-invalid", Assert.Single(part.Findings).Code);
        Assert.Equal(["Configured SIP Binding Twilio Binding 1"], part.Objects);
    }

    [Fact]
    public async Task A_database_out_of_reach_leaves_the_binding_that_is_named_and_fails_a_search()
    {
        await using var lab = await CfsLab.StartAsync(s => s with { Shadow = cluster.Site("nowhere") }, ShadowCluster.ReaderPassword);
        await lab.BuildByHandAsync();

        var part = Assert.Single(await FindAsync(lab, ("binding", "TwilioBinding")));
        var refused = await Assert.ThrowsAsync<SystemFailureException>(() => FindAsync(lab, ("termination", "acme")));

        Assert.Equal("acme", part.Termination);
        Assert.Contains(part.Findings, f => f is { Code: "shadow-database-unreadable", Severity: FindingSeverity.Warning });
        Assert.Equal("shadow-database-unreadable", refused.Code);
    }

    [Fact]
    public async Task A_switch_that_does_not_show_the_status_leaves_that_unconfirmed_too()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.BuildByHandAsync();
        await lab.FaultAsync("status-unsupported");

        var part = Assert.Single(await FindAsync(lab, ("binding", "TwilioBinding")));

        Assert.StartsWith("Configured SIP Binding TwilioBinding, status not readable, to acme.pstn.twilio.com", part.Objects[0], StringComparison.Ordinal);
        Assert.Equal("yes", part.Facts["metaswitch.binding-enable.unconfirmed"]);
    }
}
