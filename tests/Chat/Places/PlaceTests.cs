using TrunkBot.Chat.Places;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests.Places;

public sealed class PlaceTests : IDisposable
{
    private static readonly ConversationReference VoiceOps = new("webchat", "", "voice-ops", "bot", true);
    private readonly TestEnvironment env = TestEnvironment.Create();

    [Theory]
    [InlineData("here is alerts", "This conversation is now for alerts of everything that has no place of its own. Before: none.")]
    [InlineData("here is alerts for site denver", "This conversation is now for alerts of site denver. Before: none.")]
    [InlineData("HERE IS alerts for customer Acme for site DENVER", "This conversation is now for alerts of site denver of customer Acme. Before: none.")]
    [InlineData("here is approvals for site denver", "This conversation is now for approvals of site denver. Before: webchat:approvals, from the site's profile.")]
    [InlineData("here is nothing", "This conversation was for nothing already.")]
    [InlineData("here is approvals", Usage)]
    [InlineData("here is approvals for site denver for customer acme", Usage)]
    [InlineData("here is alerts for site denver for site denver", Usage)]
    [InlineData("here is alerts for", Usage)]
    [InlineData("here is lunch", Usage)]
    [InlineData("here is alerts for site atlantis", "There is no site \"atlantis\" (site-unknown). There are: denver.")]
    public async Task An_admin_says_what_a_conversation_is_for(string text, string reply) => Assert.Equal(reply, await DanaAsync(text));

    private const string Usage = "Say it like this: here is approvals for site SITE, here is alerts [for site SITE] [for customer CUSTOMER], or here is nothing";

    [Fact]
    public async Task Who_is_no_admin_is_refused_and_nothing_changes()
    {
        Assert.Contains("here is is for admin", (await env.SayAsync("here is alerts", TestEnvironment.Ana, VoiceOps)).Single().Message.Text, StringComparison.Ordinal);

        Assert.Empty(env.OnCall.Places);
        Assert.Empty(env.Changes.Audit);
    }

    [Fact]
    public async Task The_confirmation_says_what_was_before_and_the_audit_trail_keeps_it()
    {
        await env.SayAsync("here is alerts", TestEnvironment.Dana, TestEnvironment.Approvals);

        Assert.Equal(
            "This conversation is now for alerts of everything that has no place of its own. Before: webchat:approvals, set by dana at 2026-11-22 12:00:00 UTC.",
            await DanaAsync("here is alerts"));
        Assert.Equal("This conversation is for nothing now. Before: alerts of everything that has no place of its own.", await DanaAsync("here is nothing"));

        Assert.Equal(["place-set", "place-set", "place-cleared"], env.Changes.Audit.Select(a => a.What));
        Assert.Equal("alerts of everything that has no place of its own: webchat:voice-ops; before: webchat:approvals, set by dana at 2026-11-22 12:00:00 UTC", env.Changes.Audit[1].Detail);
    }

    [Fact]
    public async Task What_is_said_in_a_thread_binds_its_channel()
    {
        await env.SayAsync("here is alerts", TestEnvironment.Dana, VoiceOps with { ConversationId = "voice-ops/m7" });

        Assert.Equal("webchat:voice-ops", env.OnCall.Places.Single().Where.Key);
    }

    [Fact]
    public async Task Places_lists_what_is_set_and_what_the_profiles_say()
    {
        Assert.Equal(
            "approvals of site denver: webchat:approvals, from the site's profile\nalerts: no conversation yet (alerts-no-place); an admin says here is alerts in the one they shall come to",
            await DanaAsync("places"));

        await DanaAsync("here is alerts for customer acme");
        await DanaAsync("here is approvals for site denver");

        Assert.Equal(
            "alerts of customer acme: here, set by dana at 2026-11-22 12:00:00 UTC\napprovals of site denver: here, set by dana at 2026-11-22 12:00:00 UTC",
            await DanaAsync("places"));
    }

    [Fact]
    public async Task Requests_for_approval_are_posted_where_somebody_said_and_not_where_the_profile_says()
    {
        await env.WithApprovalsAsync();
        await DanaAsync("here is approvals for site denver");

        await env.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        await env.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));

        var card = env.Channel.Messages.Single(m => m.Message.Card?.Name == "approval");
        Assert.Equal("voice-ops", card.Conversation);
        Assert.DoesNotContain(env.Channel.Messages, m => m.Conversation == "approvals");
    }

    [Theory]
    [InlineData("denver", "acme", "both")]
    [InlineData("denver", "other", "site")]
    [InlineData("boulder", "ACME", "customer")]
    [InlineData("boulder", null, "all")]
    [InlineData(null, null, "all")]
    public async Task The_nearest_place_wins(string? site, string? customer, string expected)
    {
        foreach (var (name, ofSite, ofCustomer) in new[] { ("all", null, null), ("site", "denver", null), ("customer", null, "acme"), ("both", "denver", (string?)"acme") })
        {
            await env.OnCall.SaveAsync(new Place(PlacePurpose.Alerts, ofSite, ofCustomer, VoiceOps with { ConversationId = name }, "dana", TestEnvironment.Noon), CancellationToken.None);
        }

        Assert.Equal(expected, (await new PlaceBook(env.OnCall, env.Stores).AlertsAsync(site, customer, CancellationToken.None))?.ConversationId);
    }

    [Theory]
    [InlineData("acme-east", "acme")]
    [InlineData("ACME-west", "acme")]
    [InlineData("acme", "nobody else's")]
    [InlineData("zeta", null)]
    public void A_sites_patterns_say_whose_trunk_it_is_and_the_first_that_fits_counts(string trunk, string? customer)
    {
        var site = env.Site with { Customers = new Dictionary<string, string> { ["acme-*"] = "acme", ["acme*"] = "nobody else's" } };

        Assert.Equal(customer, site.CustomerOf(trunk));
    }

    public void Dispose() => env.Dispose();

    private async Task<string> DanaAsync(string text) => (await env.SayAsync(text, TestEnvironment.Dana, VoiceOps)).Single().Message.Text!;
}
