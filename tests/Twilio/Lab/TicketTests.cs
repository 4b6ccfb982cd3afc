using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Tests.Lab;

/// <summary>The ticket number of a change in the friendly name of the trunk that it makes, which is also the mark by which the bot knows its own.</summary>
public sealed class TicketTests
{
    private const string Domain = "acme.pstn.twilio.com";

    private static readonly TrunkGoal Goal = new(Given.Intent) { Ticket = "CHG0012345" };

    [Fact]
    public async Task The_trunk_has_mark_and_ticket_the_list_the_mark_alone_and_a_second_plan_is_empty()
    {
        await using var lab = await TwilioLab.StartAsync();
        var before = await lab.ContentAsync();

        var plan = await lab.Journey.ApplyAllAsync(Goal);

        Assert.Contains("FriendlyName=bot:acme-east:trunk CHG0012345", plan.Steps.Single(s => s.Id == "twilio.trunk").Sends);
        Assert.Equal("bot:acme-east:trunk CHG0012345", await NameAsync(lab));
        Assert.Contains(" bot:acme-east:acl\n", await lab.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty((await lab.Journey.PlanAsync(Goal)).Steps);

        foreach (var step in plan.Steps.Where(s => !s.IsManual).Reverse())
        {
            Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(step)).State);
            var result = await lab.Journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
        }

        Assert.Equal(before, await lab.ContentAsync());
    }

    [Fact]
    public async Task A_later_change_with_another_ticket_or_none_knows_the_trunk_and_leaves_its_name()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.Journey.ApplyAllAsync(Goal);
        var goal = new TrunkGoal(Given.Intent with { PublicAddresses = [System.Net.IPNetwork.Parse("198.51.100.40/32")] }) { Owned = new(Given.Intent, lab.Journey.Facts.ToDictionary()) };

        var plan = await lab.Journey.PlanAsync(goal with { Ticket = "CHG0099999" });
        await lab.Journey.ApplyAllAsync(goal);

        Assert.DoesNotContain(plan.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal("bot:acme-east:trunk CHG0012345", await NameAsync(lab));
        Assert.Empty(await DriftAsync(lab, goal.Intent));
    }

    [Fact]
    public async Task A_removal_takes_the_trunk_and_its_undo_makes_it_again_under_the_whole_name()
    {
        await using var lab = await TwilioLab.StartAsync();
        var before = await lab.ContentAsync();
        await lab.Journey.ApplyAllAsync(Goal);
        var provisioned = await lab.ShapeAsync();

        var plan = await lab.Journey.ApplyAllAsync(lab.Journey.Removal);

        Assert.Equal(before, await lab.ContentAsync());
        foreach (var step in plan.Steps.OrderBy(s => s.Phase).Reverse())
        {
            Assert.True((await lab.Journey.UndoAsync(step)).Succeeded);
        }

        Assert.Equal(provisioned, await lab.ShapeAsync());
        Assert.Equal(["twilio.trunk.acl.*.dissociate", "twilio.trunk.delete", "twilio.acl.delete"], await StepsOfRemovalAsync(lab));
    }

    /// <summary>A set-up that failed left no facts of a trunk: then only what is a ticket number by the site's own pattern is one.</summary>
    [Theory]
    [InlineData("bot:acme-east:trunk CHG0012345", "CHG[0-9]{7}", true)]
    [InlineData("bot:acme-east:trunk", "CHG[0-9]{7}", true)]
    [InlineData("bot:acme-east:trunk", null, true)]
    [InlineData("bot:acme-east:trunk CHG0012345", null, false)]
    [InlineData("bot:acme-east:trunk KEEP", "CHG[0-9]{7}", false)]
    [InlineData("bot:acme-east:trunk CHG0012345 KEEP", "CHG[0-9]{7}", false)]
    [InlineData("bot:acme-east:trunk  CHG0012345", "CHG[0-9]{7}", false)]
    [InlineData("bot:acme-east:trunk something else by hand", "CHG[0-9]{7}", false)]
    [InlineData("bot:acme-east:trunkCHG0012345", "CHG[0-9]{7}", false)]
    [InlineData("bot:acme-east:trunk\u00a0CHG0012345", "CHG[0-9]{7}", false)]
    [InlineData("bot:acme-east-2:trunk CHG0012345", "CHG[0-9]{7}", false)]
    [InlineData("bot:acme:trunk CHG0012345", "CHG[0-9]{7}", false)]
    public async Task What_follows_the_mark_is_ours_only_where_the_sites_pattern_says_so(string name, string? pattern, bool ours)
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.PostAsync("/v1/Trunks", ("FriendlyName", name), ("DomainName", Domain));

        var plan = await PlanAsync(lab, new(Given.Intent), pattern);

        Assert.Equal(ours, !plan.Findings.Any(f => f.Code == "domain-not-ours"));
    }

    [Fact]
    public async Task A_person_who_writes_KEEP_behind_the_mark_keeps_the_trunk()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.Journey.ApplyAllAsync(Goal);
        await lab.PostAsync($"/v1/Trunks/{lab.Trunk().Sid}", ("FriendlyName", "bot:acme-east:trunk KEEP"));

        var plan = await PlanAsync(lab, lab.Journey.Removal, "CHG[0-9]{7}");

        Assert.Contains("its name \"bot:acme-east:trunk KEEP\", which is not the bot's", Assert.Single(plan.Findings, f => f.Code == "twilio-trunk-stays").Sentence, StringComparison.Ordinal);
        Assert.Equal([$"trunk {Domain}: friendly name | bot:acme-east:trunk CHG0012345 | bot:acme-east:trunk KEEP ({lab.Trunk().Sid})"], await DriftAsync(lab, Given.Intent));
    }

    [Theory]
    [InlineData("bot:acme-east:trunk CHG0012345", true)]
    [InlineData("bot:acme-east:trunk", true)]
    [InlineData("bot:acme-east:trunk not for calls", false)]
    [InlineData("bot:acme-east-2:trunk CHG0012345", false)]
    public async Task A_trunk_of_the_same_mark_under_another_domain_is_found_with_its_ticket(string name, bool found)
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.PostAsync("/v1/Trunks", ("FriendlyName", name), ("DomainName", "other.pstn.twilio.com"));

        Assert.Equal(found, (await lab.Journey.PlanAsync()).Findings.Any(f => f.Code == "trunk-tagged-elsewhere"));
    }

    [Fact]
    public async Task By_hand_the_worksheet_gives_the_whole_name_and_what_a_person_made_under_it_is_known()
    {
        await using var lab = await TwilioLab.StartAsync(byHand: true);
        var step = (await lab.Journey.PlanAsync(Goal)).Steps.Single(s => s.Id == "twilio.trunk");
        Assert.Equal("bot:acme-east:trunk CHG0012345", step.Worksheet!.Rows.Single(r => r.Label.StartsWith("Friendly name", StringComparison.Ordinal)).Value);

        await lab.PostAsync("/v1/Trunks", ("FriendlyName", "bot:acme-east:trunk CHG0012345"), ("DomainName", Domain));

        var seen = await lab.Journey.ObserveAsync(step);
        Assert.Equal((StepState.Done, "bot:acme-east:trunk CHG0012345"), (seen.State, seen.Facts!["twilio.trunk.name"]));
    }

    [Fact]
    public async Task A_name_that_is_too_long_stops_the_plan_before_anything_is_sent()
    {
        await using var lab = await TwilioLab.StartAsync();
        var longest = new string('7', 44);

        var plan = await lab.Journey.PlanAsync(new(Given.Intent) { Ticket = longest[..40] });
        var longer = await lab.Journey.PlanAsync(new(Given.Intent with { Name = "acme-east-of-denver-" }) { Ticket = longest[..34] });

        Assert.DoesNotContain(plan.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal(
            "The new trunk's friendly name \"bot:acme-east-of-denver-:trunk 7777777777777777777777777777777777\" has 65 characters; Twilio takes 64.",
            Assert.Single(longer.Findings, f => f.Code == "twilio-ticket-too-long").Sentence);
        Assert.Empty(longer.Steps);
    }

    [Theory]
    [InlineData("CHG1 x")]
    [InlineData("CHG1\nx")]
    [InlineData("CHG1&Secure=true")]
    public async Task What_is_not_one_word_is_in_no_name(string ticket)
    {
        await using var lab = await TwilioLab.StartAsync();

        await lab.Journey.ApplyAllAsync(new(Given.Intent) { Ticket = ticket });

        Assert.Equal("bot:acme-east:trunk", await NameAsync(lab));
    }

    private static async Task<string> NameAsync(TwilioLab lab) => (await lab.GetAsync($"/v1/Trunks/{lab.Trunk().Sid}"))["friendly_name"]!.ToString();

    private static async Task<SystemPlan> PlanAsync(TwilioLab lab, TrunkGoal goal, string? pattern)
    {
        var site = lab.Site with { Ticket = pattern is null ? null : new TicketPolicy { Pattern = pattern } };
        return lab.Journey.System.Plan(goal, site, await lab.Journey.System.ReadAsync(goal, site, TestContext.Current.CancellationToken));
    }

    private static async Task<IReadOnlyList<string>> StepsOfRemovalAsync(TwilioLab lab) =>
        [.. (await lab.Journey.PlanAsync(lab.Journey.Removal)).Steps.Select(s => s.Id.Split('.') is ["twilio", "trunk", "acl", _, var last] ? $"twilio.trunk.acl.*.{last}" : s.Id)];

    private static async Task<IReadOnlyList<string>> DriftAsync(TwilioLab lab, Trunks.TrunkIntent intent)
    {
        var trunk = new OwnedTrunk(intent, lab.Journey.Facts.ToDictionary());
        var read = await lab.Journey.System.ReadAsync(new TrunkGoal(intent) { Owned = trunk }, lab.Site, TestContext.Current.CancellationToken);
        return [.. lab.Inventory.Compare(trunk, lab.Site, read).Select(d => $"{d.What} | {d.Wanted} | {d.Found}")];
    }
}
