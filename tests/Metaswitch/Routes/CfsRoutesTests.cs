using TrunkBot.Diagnostics.Routes;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Tests.Lab;

namespace TrunkBot.Metaswitch.Tests.Routes;

/// <summary>The way of a number through the lab's CFS: what is read, what people confirmed, and what nobody can tell.</summary>
public sealed class CfsRoutesTests
{
    [Fact]
    public async Task The_test_number_of_a_trunk_is_followed_to_its_binding_as_it_is_now()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.BuildByHandAsync();
        await lab.ManageAsync();

        var lines = await LookAsync(lab, "16504894546");

        Assert.Equal(
            [
                (RouteSource.Recorded, "table TwilioTest", "entry 16504894546 leads to SIP trunk TwilioTrunk: a person confirmed it for trunk acme-east (C-1, 1970-01-01)"),
                (RouteSource.Recorded, "SIP trunk TwilioTrunk", "was built for binding TwilioBinding; no shadow database tells it now"),
            ],
            lines.Take(2).Select(l => (l.Source, l.What, l.Says)));
        Assert.Equal(RouteSource.ReadNow, lines[2].Source);
        Assert.StartsWith("SIP domain name acme.pstn.twilio.com, Contact domain name acme.pstn.twilio.com, Proxy IP address 10.20.0.5", lines[2].Says, StringComparison.Ordinal);
        Assert.Equal((RouteSource.ReadNow, "Requested status Enabled, Actual status Active, Alarm state Attention required"), (lines[3].Source, lines[3].Says));
        Assert.Equal([RouteSource.Recorded, RouteSource.NotKnown], lines.Skip(4).Select(l => l.Source));
        Assert.Contains("whether the caller's calls pass that table at all", lines[^1].Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binding_that_is_gone_ends_the_way_and_a_switch_that_can_t_be_asked_is_said()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.ManageAsync();

        Assert.Equal("does not exist: a call ends here", (await LookAsync(lab, "16504894546"))[^1].Says);

        var away = lab.Site with { Metaswitch = lab.Site.Metaswitch with { Url = new Uri("http://127.0.0.1:9/services/ShService") } };
        var lines = await lab.Routes.LookAsync("16504894546", away, TestContext.Current.CancellationToken);
        Assert.Contains(lines, l => l is { Source: RouteSource.NotKnown, What: "Configured SIP Binding TwilioBinding" } && l.Says.EndsWith("(cfs-unreachable)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_other_number_goes_where_the_profile_says_and_what_happens_there_is_not_guessed()
    {
        await using var lab = await CfsLab.StartAsync(s => s with { CurrentTranslationTable = "Main" });
        await lab.ManageAsync();

        var lines = await LookAsync(lab, "13035550100");

        Assert.Equal([RouteSource.Recorded, RouteSource.SiteProfile, RouteSource.NotKnown], lines.Select(l => l.Source));
        Assert.Equal("no entry for the number is recorded", lines[0].Says);
        Assert.StartsWith("numbers without an entry go on to table Main (currentTranslationTable)", lines[1].Says, StringComparison.Ordinal);
        Assert.Contains("route verification test", lines[2].Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_table_in_the_profile_and_with_a_leading_1_less_it_says_what_is_missing()
    {
        await using var lab = await CfsLab.StartAsync(s => s with { CurrentTranslationTable = null });
        await lab.ManageAsync();

        var lines = await LookAsync(lab, "6504894546");

        Assert.All(lines, l => Assert.Equal(RouteSource.NotKnown, l.Source));
        Assert.Contains("whether 6504894546 looks so at that point of the switch (with or without the leading 1)", lines[0].Says, StringComparison.Ordinal);
        Assert.Contains("(currentTranslationTable)", lines[1].Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_trunks_with_one_test_number_an_adopted_one_and_a_number_of_a_trunk_are_told_as_they_are()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.ManageAsync(Given.Intent with { Numbers = ["+13035550123"] });
        var incoming = await LookAsync(lab, "13035550123");
        Assert.Equal(RouteSource.Recorded, incoming[0].Source);
        Assert.Contains("come in over that trunk", incoming[0].Says, StringComparison.Ordinal);

        await lab.ManageAsync(
            Given.Intent with { Name = "adopted", BindingName = "Other" }, new Dictionary<string, string> { [ConfirmedWork.UnconfirmedFact(ConfirmedWork.TranslationsWork)] = "yes" });
        var lines = await LookAsync(lab, "16504894546");
        Assert.Equal([RouteSource.Recorded, RouteSource.NotKnown, RouteSource.NotKnown], lines.Select(l => l.Source));
        Assert.Contains("nobody confirmed the entry", lines[1].Says, StringComparison.Ordinal);
        Assert.StartsWith("a table leads a number one way, and 2 trunks have it", lines[2].Says, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<RouteLine>> LookAsync(CfsLab lab, string digits) => lab.Routes.LookAsync(digits, lab.Site, TestContext.Current.CancellationToken);
}
