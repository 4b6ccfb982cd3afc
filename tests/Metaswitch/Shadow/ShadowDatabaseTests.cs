using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics.Routes;
using TrunkBot.Metaswitch.Shadow;
using TrunkBot.Metaswitch.Steps;
using TrunkBot.Metaswitch.Tests.Lab;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Shadow;

/// <summary>Against a real PostgreSQL, whose tables are shaped as the published pattern says.</summary>
public sealed class ShadowDatabaseTests(ShadowCluster cluster) : IClassFixture<ShadowCluster>
{
    private static async Task<ShadowInventory> ReadAsync(ShadowDatabaseSite shadow, string secret = ShadowCluster.ReaderPassword)
    {
        using var services = Given.Services(secret);
        return await services.GetRequiredService<ShadowDatabase>().ReadAsync(
            Given.Site().Metaswitch with { Shadow = shadow }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Bindings_and_trunks_of_our_switch_are_read_by_columns_that_are_found()
    {
        var inventory = await ReadAsync(cluster.Site());

        Assert.Equal(
            [
                new("NorthernBinding", "CFS-1", "northern.example", "gw1.northern.example", "10.20.0.5", "Standard"),
                new ShadowBinding("OldTwilio", "CFS-1", "ACME.pstn.twilio.com", "acme.pstn.twilio.com", "10.20.0.9", "Twilio"),
            ],
            inventory.Bindings.OrderBy(b => b.Name, StringComparer.Ordinal));
        Assert.Equal([new ShadowTrunk("NorthernTrunk", "CFS-1", "CFS-1/NorthernBinding")], inventory.TrunksOf("northernbinding"));
        Assert.Empty(inventory.NotAvailable);
    }

    [Theory]
    [InlineData(DatabaseTls.Off)]
    [InlineData(DatabaseTls.Encrypted)]
    public async Task The_way_may_be_less_protected_where_a_site_says_so(DatabaseTls tls) =>
        Assert.Equal(2, (await ReadAsync(cluster.Site(tls: tls))).Bindings.Count);

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_refused()
    {
        var e = await Assert.ThrowsAsync<SystemFailureException>(() => ReadAsync(cluster.Site() with { CaFile = null }));

        Assert.Equal("shadow-database-unreadable", e.Code);
    }

    [Fact]
    public async Task A_wrong_password_is_said_without_the_password()
    {
        var e = await Assert.ThrowsAsync<SystemFailureException>(() => ReadAsync(cluster.Site(), "wr0ng-one"));

        Assert.Equal("shadow-database-unreadable", e.Code);
        Assert.Contains("password authentication failed for user \"shadowconfigread\" (28P01)", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng-one", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_can_be_written_in_its_session_whatever_the_user_may_do()
    {
        var database = await cluster.CopyAsync();
        await cluster.ExecuteAsync(database, "GRANT ALL ON ALL TABLES IN SCHEMA public TO shadowconfigread");
        using var services = Given.Services(ShadowCluster.ReaderPassword);
        await using var connection = new NpgsqlConnection(services.GetRequiredService<ShadowDatabase>().ConnectionString(cluster.Site(database)));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var delete = new NpgsqlCommand("DELETE FROM meta_siptrunk", connection);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => delete.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal("25006", refused.SqlState);
    }

    [Fact]
    public async Task Columns_that_are_missing_or_not_single_are_not_available_until_a_site_names_them()
    {
        var database = await cluster.CopyAsync();
        await cluster.ExecuteAsync(database,
            "ALTER TABLE meta_configuredsipbinding RENAME baseinformation_sipdomainname TO base_domain; ALTER TABLE meta_siptrunk ADD old_configuredsipbinding text; "
            + "ALTER TABLE meta_siptrunk RENAME baseinformation_configuredsipbinding TO new_configuredsipbinding");

        var blind = await ReadAsync(cluster.Site(database));
        var told = await ReadAsync(cluster.Site(database) with
        {
            Columns = new Dictionary<string, string> { ["SIPDomainName"] = "Base_Domain", ["ConfiguredSIPBinding"] = "new_configuredsipbinding" },
        });

        Assert.Equal(
            [
                "Table meta_configuredsipbinding has no single column for SIPDomainName: name it in metaswitch.shadow.columns.",
                "Table meta_siptrunk has no single column for ConfiguredSIPBinding: name it in metaswitch.shadow.columns.",
            ],
            blind.NotAvailable);
        Assert.False(blind.KnowsTrunks);
        Assert.All(blind.Bindings, b => Assert.Null(b.SipDomainName));
        Assert.Empty(told.NotAvailable);
        Assert.Contains("northern.example", told.Bindings.Select(b => b.SipDomainName));
    }

    [Fact]
    public async Task Tables_that_are_missing_are_said_to_be()
    {
        var inventory = await ReadAsync(cluster.Site("postgres"));

        Assert.Equal(
            ["There is no table meta_configuredsipbinding, or the user may not read it.", "There is no table meta_siptrunk, or the user may not read it."],
            inventory.NotAvailable);
    }

    [Fact]
    public async Task Names_of_tables_and_columns_are_never_statements()
    {
        var database = await cluster.CopyAsync();
        await cluster.ExecuteAsync(database, "ALTER TABLE meta_siptrunk RENAME siptrunkname TO \"x\"\"; DROP TABLE meta_siptrunk; --trunkname\"");

        var inventory = await ReadAsync(cluster.Site(database) with { BindingTable = "x'; DROP TABLE meta_siptrunk; --" });

        Assert.Equal("NorthernTrunk", inventory.Trunks.Single().Name);
    }

    [Fact]
    public async Task A_plan_names_the_binding_that_holds_the_domain_already()
    {
        await using var lab = await CfsLab.StartAsync(s => s with { Shadow = cluster.Site() }, ShadowCluster.ReaderPassword);

        var plan = await lab.Journey.PlanAsync();

        var shared = plan.Findings.Single(f => f.Code == "binding-domain-shared");
        Assert.Equal((FindingSeverity.Error, "SIP domain or contact of acme.pstn.twilio.com is in use by another binding: OldTwilio."), (shared.Severity, shared.Sentence.ToString()));
        Assert.Contains("is in use by another binding: OldTwilio. Its fix bits", plan.Findings.Single(f => f.Code == "rmgm-shared").Sentence, StringComparison.Ordinal);
        Assert.Contains("NorthernBinding", plan.Findings.Single(f => f.Code == "binding-proxy-shared").Sentence, StringComparison.Ordinal);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public async Task A_database_out_of_reach_is_a_warning_and_the_plan_goes_on_with_the_same_fingerprint()
    {
        await using var lab = await CfsLab.StartAsync(s => s with { Shadow = cluster.Site("nowhere") }, ShadowCluster.ReaderPassword);
        await using var without = await CfsLab.StartAsync();

        var plan = await lab.Journey.PlanAsync();

        Assert.Equal(FindingSeverity.Warning, plan.Findings.Single(f => f.Code == "shadow-database-unreadable").Severity);
        Assert.Equal(5, plan.Steps.Count);
        Assert.Equal((await without.Journey.PlanAsync()).Fingerprint, plan.Fingerprint);
    }

    [Fact]
    public async Task A_row_proves_that_the_SIP_trunk_was_made_and_later_that_it_is_gone()
    {
        var database = await cluster.CopyAsync();
        await cluster.ExecuteAsync(database, "DELETE FROM meta_configuredsipbinding");
        await using var lab = await CfsLab.StartAsync(s => s with { Shadow = cluster.Site(database) }, ShadowCluster.ReaderPassword);
        var step = (await lab.Journey.PlanAsync()).Steps.Single(s => s.Id == "metaswitch.sip-trunk");

        var before = await lab.Journey.ObserveAsync(step);
        await cluster.ExecuteAsync(database, "INSERT INTO meta_siptrunk (metaswitchname, siptrunkname, baseinformation_configuredsipbinding) VALUES ('CFS-1', 'TwilioTrunk', 'TwilioBinding')");
        var made = await lab.Journey.ObserveAsync(step);
        await cluster.ExecuteAsync(database, "DELETE FROM meta_siptrunk WHERE siptrunkname = 'TwilioTrunk'");
        var gone = await lab.Journey.ObserveAsync(step);

        Assert.Equal(
            (StepState.NotBegun, "The shadow database shows no SIP trunk TwilioTrunk that names binding TwilioBinding. It is a copy and may lag: look again in a few minutes."),
            (before.State, before.Sentence));
        Assert.Equal((StepState.Done, "The shadow database shows SIP trunk TwilioTrunk, which names binding TwilioBinding."), (made.State, made.Sentence));
        Assert.Equal(StepState.NotBegun, gone.State);
    }

    [Fact]
    public async Task Where_the_copy_lags_too_much_or_does_not_tell_a_persons_word_counts()
    {
        var database = await cluster.CopyAsync();
        await cluster.ExecuteAsync(database, "DELETE FROM meta_configuredsipbinding; DROP TABLE meta_siptrunk");
        await using var lab = await CfsLab.StartAsync(s => s with { Shadow = cluster.Site(database) }, ShadowCluster.ReaderPassword);
        await using var lagging = await CfsLab.StartAsync(s => s with { Shadow = cluster.Site(database) with { ProvesTrunks = false } }, ShadowCluster.ReaderPassword);

        foreach (var journey in new[] { lab.Journey, lagging.Journey })
        {
            var step = (await journey.PlanAsync()).Steps.Single(s => s.Id == "metaswitch.sip-trunk");
            Assert.Equal(StepState.CannotTell, (await journey.ObserveAsync(step)).State);
        }
    }

    [Fact]
    public async Task A_binding_that_a_row_still_names_is_not_deleted_and_reading_it_tells_the_trunk()
    {
        var database = await cluster.CopyAsync();
        await cluster.ExecuteAsync(database, "DELETE FROM meta_configuredsipbinding; INSERT INTO meta_siptrunk (metaswitchname, siptrunkname, baseinformation_configuredsipbinding) VALUES ('CFS-1', 'TwilioTrunk', 'TwilioBinding')");
        await using var lab = await CfsLab.StartAsync(s => s with { Shadow = cluster.Site(database) }, ShadowCluster.ReaderPassword);
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        await lab.Journey.ApplyAsync(lab.Steps().Disable());
        var delete = lab.Steps().Delete(await lab.FieldsAsync());

        var refused = await lab.Journey.ApplyAsync(delete);
        var read = await lab.Bindings.ReadAsync(lab.Site, "TwilioBinding", TestContext.Current.CancellationToken);
        await cluster.ExecuteAsync(database, "DELETE FROM meta_siptrunk WHERE siptrunkname = 'TwilioTrunk'");
        var deleted = await lab.Journey.ApplyAsync(delete);

        Assert.Equal("binding-in-use", refused.FailureCode);
        Assert.EndsWith("\nSIP trunks that use it: TwilioTrunk\n", read!.ToText(), StringComparison.Ordinal);
        Assert.True(deleted.Succeeded, deleted.Sentence);
    }

    [Fact]
    public async Task A_route_says_of_the_SIP_trunk_what_the_copy_shows_and_that_it_is_a_copy()
    {
        var database = await cluster.CopyAsync();
        await cluster.ExecuteAsync(database, "INSERT INTO meta_siptrunk (metaswitchname, siptrunkname, baseinformation_configuredsipbinding) VALUES ('CFS-1', 'Another', 'TwilioBinding')");
        await using var lab = await CfsLab.StartAsync(s => s with { Shadow = cluster.Site(database) }, ShadowCluster.ReaderPassword);
        await lab.BuildByHandAsync();
        await lab.ManageAsync();

        var elsewhere = await lab.Routes.LookAsync("16504894546", lab.Site, TestContext.Current.CancellationToken);
        await cluster.ExecuteAsync(database, "UPDATE meta_siptrunk SET siptrunkname = 'TwilioTrunk' WHERE siptrunkname = 'Another'");
        var here = await lab.Routes.LookAsync("16504894546", lab.Site, TestContext.Current.CancellationToken);

        Assert.Equal((RouteSource.ReadFromCopy, "does not use binding TwilioBinding, which is used by Another: a call ends here, or goes another way"), (elsewhere[1].Source, elsewhere[1].Says));
        Assert.Equal((RouteSource.ReadFromCopy, "uses binding TwilioBinding"), (here[1].Source, here[1].Says));
    }

    [Theory]
    [InlineData("trunkname", "TrunkName")]
    [InlineData("BaseInformation_TrunkName", "TrunkName")]
    [InlineData("siptrunkname", "TrunkName")]
    [InlineData("other_name", "Name")]
    public void A_column_is_found_by_its_ending(string column, string field) =>
        Assert.Equal(column, ShadowColumns.Find([column, "id", "metaswitchdomain"], field, null, loosely: field == "TrunkName"));

    [Fact]
    public void A_group_of_the_base_outweighs_another_and_two_of_a_kind_are_none()
    {
        Assert.Equal("baseinformation_name", ShadowColumns.Find(["status_name", "baseinformation_name", "name"], "Name", null));
        Assert.Null(ShadowColumns.Find(["status_name", "alarm_name"], "Name", null));
        Assert.Null(ShadowColumns.Find(["sipdomainname"], "Name", null));
        Assert.Null(ShadowColumns.Find(["name"], "Name", "title"));
    }

    [Fact]
    public void A_manual_step_keeps_the_row_that_proves_it() =>
        Assert.Equal(new TrunkRow("T", "B"), ((ManualPayload)StepPayload.FromJson(new ManualPayload(new("T", "B")).ToJson())).Row);
}
