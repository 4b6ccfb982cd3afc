using System.Text;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;

namespace TrunkBot.Chat.Tests.Commands;

public sealed class InventoryCommandTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    private static readonly FoundPart AtTwilio = new("twilio", "acme-west")
    {
        Parameters = new Dictionary<string, string> { ["termination"] = "acme-west", ["acl"] = "203.0.113.8/29", ["origination"] = "no", ["numbers"] = "none" },
        Objects = ["trunk acme-west.pstn.twilio.com (TK1)"],
        Facts = new Dictionary<string, string> { ["twilio.adopted.trunk"] = "TK1" },
    };

    private static readonly FoundPart AtPerimeta = new("perimeta", "acme-west")
    {
        Parameters = new Dictionary<string, string>
        {
            ["termination"] = "acme-west", ["edges"] = "umatilla", ["transport"] = "udp", ["service-network"] = "20", ["service-address"] = "GeneralPeering-01", ["realm"] = "GeneralPeeringMedia1",
            ["local-port"] = "5060", ["adjacency"] = "ACME_{legacy}", ["interop-profile"] = "ManagedAccess", ["adjacency-type"] = "preset-access",
        },
        Objects = ["adjacency ACME_us2, active, to acme-west.pstn.us2.twilio.com"],
    };

    [Fact]
    public async Task Without_a_name_the_trunks_that_people_built_are_listed()
    {
        env.AddTrunk();
        env.Twilio.Found.AddRange([AtTwilio, new("twilio", "beta"), new("twilio", env.Stores.Trunks[0].Intent.TerminationName)]);
        env.Sbc.Found.Add(AtPerimeta);

        await env.SayAsync("adopt");

        var said = env.TextOf(env.Channel.Messages.Last());
        Assert.Contains("acme-west: Twilio, Perimeta", said, StringComparison.Ordinal);
        Assert.Contains("beta: Twilio", said, StringComparison.Ordinal);
        Assert.DoesNotContain("acme-east", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trunk_is_shown_joined_and_adopted_by_a_button_without_anything_being_sent()
    {
        env.Twilio.Found.Add(AtTwilio);
        env.Sbc.Found.Add(AtPerimeta);

        await env.SayAsync("adopt acme-west.pstn.twilio.com name=acme-w cfs-proxy=10.0.0.5");

        var card = env.Channel.Messages.Last();
        Assert.Contains("adjacency ACME_us2, active, to acme-west.pstn.us2.twilio.com", env.TextOf(card), StringComparison.Ordinal);
        Assert.Equal("acme-west", env.Sbc.Known["termination"]);
        Assert.Empty(env.Stores.Trunks);

        await env.PressAsync(card, "adopt-take");

        var trunk = Assert.Single(env.Stores.Trunks);
        Assert.Equal(("acme-w", "acme-west", "ACME_us2", "adoption"), (trunk.Intent.Name, trunk.Intent.TerminationName, trunk.Intent.AdjacencyName(trunk.Intent.Edges[0]), trunk.ChangeId));
        Assert.Equal("TK1", trunk.Facts!["twilio.adopted.trunk"]);
        Assert.Equal(["adopted"], env.Changes.Audit.Select(e => e.What));
        Assert.Contains("Ana Ortiz adopted it; nothing was sent to any system.", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);

        await env.PressAsync(card, "adopt-take");
        Assert.Single(env.Stores.Trunks);
        Assert.Contains("trunk-exists", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changed_since_the_card_was_shown_is_shown_again_and_not_adopted()
    {
        env.Twilio.Found.Add(AtTwilio);
        env.Sbc.Found.Add(AtPerimeta);
        await env.SayAsync("adopt acme-west name=acme-w cfs-proxy=10.0.0.5");
        var card = env.Channel.Messages.Last();
        env.Sbc.Found[0] = AtPerimeta with { Parameters = new Dictionary<string, string>(AtPerimeta.Parameters) { ["realm"] = "other" } };

        await env.PressAsync(card, "adopt-take");

        Assert.Empty(env.Stores.Trunks);
        Assert.Equal("adoption", env.Channel.Messages.Last().Message.Card!.Name);
    }

    [Fact]
    public async Task Systems_that_do_not_agree_stop_it_and_what_is_typed_decides()
    {
        env.Twilio.Found.Add(AtTwilio with { Parameters = new Dictionary<string, string>(AtTwilio.Parameters) { ["transport"] = "tls" } });
        env.Sbc.Found.Add(AtPerimeta);

        await env.SayAsync("adopt acme-west cfs-proxy=10.0.0.5");
        var refused = env.Channel.Messages.Last();
        Assert.Contains("The systems do not agree on transport: Twilio says tls, Perimeta says udp.", env.TextOf(refused), StringComparison.Ordinal);
        Assert.DoesNotContain("adopt-take", env.Cards.Render(refused.Message.Card!).ToJsonString(), StringComparison.Ordinal);

        await env.SayAsync("adopt acme-west cfs-proxy=10.0.0.5 transport=udp");
        Assert.Contains("adopt-take", env.Cards.Render(env.Channel.Messages.Last().Message.Card!).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adopt zulu", "No system of site denver shows anything of zulu.pstn.twilio.com.")]
    [InlineData("adopt acme-west site=boston", "Nothing is read (parameter-wrong): there is no site \"boston\"; there is denver. Correct the line and say it again.")]
    [InlineData("adopt acme-west binding=\"a\nb\"", "Nothing is read (parameter-wrong): binding:")]
    [InlineData("adopt Acme;West", "Nothing is read (parameter-wrong): termination:")]
    [InlineData("export zulu", "There is no trunk \"zulu\" (trunk-unknown). Say list for those there are.")]
    [InlineData("drift zulu", "There is no trunk \"zulu\" under management (trunk-unknown). Say list for those there are.")]
    [InlineData("drift", "There is no trunk under management yet. Say new trunk to set one up.")]
    public async Task What_cant_be_done_is_said(string text, string reply)
    {
        env.Twilio.Found.Add(AtTwilio);
        await env.SayAsync(text);
        Assert.Contains(reply, env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drift_says_what_differs_and_who_did_it_and_theirs_can_be_taken()
    {
        env.AddTrunk();
        var trunk = env.Stores.Trunks[0];
        env.Sbc.Differences.Add(new("adjacency acme-east-us2, signaling-local-port", "5060", "5080"));
        env.Twilio.Changes.Add(new(TestEnvironment.Noon, "ops@carrier.example", "trunk updated"));
        env.Twilio.Differences.Add(new("trunk, secure", "off", "on"));
        env.Sbc.Found.Add(new("perimeta", trunk.Intent.TerminationName) { Parameters = new Dictionary<string, string> { ["local-port"] = "5080", ["realm"] = trunk.Intent.Realm } });

        await env.SayAsync("drift acme-east");

        var card = env.Channel.Messages.Last();
        var text = env.TextOf(card);
        Assert.Contains("2 values are not as CHG-9 left them.", text, StringComparison.Ordinal);
        Assert.Contains("adjacency acme-east-us2, signaling-local-port", text, StringComparison.Ordinal);
        Assert.Contains("by ops@carrier.example", text, StringComparison.Ordinal);
        Assert.Contains("Perimeta does not tell who changed it.", text, StringComparison.Ordinal);
        Assert.Contains("Local signalling port 5060 becomes 5080", text, StringComparison.Ordinal);

        await env.PressAsync(card, "drift-take");

        Assert.Equal(5080, env.Stores.Trunks.Last(t => t.Intent.Name == "acme-east").Intent.LocalPort);
        Assert.Equal(["drift-taken"], env.Changes.Audit.Select(e => e.What));
    }

    [Fact]
    public async Task Ours_is_restored_by_a_plan_that_needs_its_approval()
    {
        env.AddTrunk();
        env.Sbc.Differences.Add(new("permit-peer 54.244.51.3", "there", "missing"));
        await env.SayAsync("drift acme-east");

        await env.PressAsync(env.Channel.Messages.Last(), "drift-restore");

        var plan = Assert.Single(env.Changes.All).Value.Plan;
        Assert.Same(env.Stores.Trunks[0].Intent, plan.Owned!.Intent);
        Assert.False(plan.Removes);
    }

    [Fact]
    public async Task What_a_diagnosis_found_is_mended_by_a_plan_that_needs_its_approval()
    {
        env.AddTrunk();
        env.Perimeta.Lines = [new(Diagnostics.HealthState.Failed, "adjacency acme-east-us2", "is inactive", "adjacency-inactive", "Activate it.")];
        await env.SayAsync("diagnose acme-east");

        await env.PressAsync(env.Channel.Messages.Last(), "drift-restore");

        var change = Assert.Single(env.Changes.All).Value;
        Assert.Same(env.Stores.Trunks[0].Intent, change.Plan.Owned!.Intent);
        Assert.Equal((ChangeState.Planned, false), (change.State, change.Plan.Removes));

        await env.SayAsync("fix acme-east");
        Assert.Contains("trunk-busy", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_driver_that_knows_no_fix_does_not_hold_back_the_card()
    {
        env.AddTrunk();
        env.Perimeta.Lines = [new(Diagnostics.HealthState.Failed, "it", "is wrong", "rare-code", "")];

        await env.SayAsync("diagnose acme-east");

        Assert.Contains("Perimeta, it: is wrong (rare-code)", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adjacency-inactive", true)]
    [InlineData("twilio-balance-empty", false)]
    public async Task A_fix_is_offered_where_a_plan_mends_it_alone(string code, bool offered)
    {
        env.AddTrunk();
        env.Perimeta.Lines = [new(Diagnostics.HealthState.Failed, "it", "is wrong", code, "Mend it.")];

        await env.SayAsync("diagnose acme-east");

        Assert.Equal(offered, env.TextOf(env.Channel.Messages.Last()).Contains("[Plan the fix]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_one_cause_brings_about_at_several_places_is_one_line()
    {
        env.AddTrunk();
        env.Perimeta.Lines =
        [
            new(Diagnostics.HealthState.Failed, "realm X", "is not defined", "realm-missing", "define it again"),
            new(Diagnostics.HealthState.Failed, "OPTIONS of a", "answers 403", "edge-refuses-options", "look at the list"),
            new(Diagnostics.HealthState.Failed, "OPTIONS of b", "answers 503", "edge-refuses-options", "look at the list"),
        ];

        await env.SayAsync("diagnose acme-east");

        var said = env.TextOf(env.Channel.Messages.Last());
        Assert.Contains("2. Brought about by realm-missing: Perimeta, OPTIONS of a: answers 403. The same finding: OPTIONS of b (edge-refuses-options)", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\n3. ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trunk_that_is_not_under_management_was_never_left_as_anything()
    {
        await env.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        env.Changes.StoreOnly(env.Changes.All["CHG-1"] with { State = ChangeState.Failed });
        env.Perimeta.Lines = [new(Diagnostics.HealthState.Failed, "adjacency acme-east-us2", "is missing", "adjacency-missing", "Provision the trunk again.")];

        await env.SayAsync("diagnose acme-east");
        Assert.DoesNotContain("Plan the fix", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);

        await env.SayAsync("fix acme-east");
        Assert.Contains("CHG-1 is already at work on trunk acme-east (trunk-busy).", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_system_that_cant_be_read_is_named_and_theirs_is_not_offered()
    {
        env.AddTrunk();
        env.Sbc.Differences.Add(new("permit-peer 54.244.51.3", "there", "missing"));
        env.Twilio.Failure = new SystemFailureException("twilio-unreachable", "Twilio does not answer.", "Try later.");

        await env.SayAsync("drift acme-east");

        var card = env.Channel.Messages.Last();
        Assert.Contains("1 value is not as CHG-9 left it. Could not be read: Twilio.", env.TextOf(card), StringComparison.Ordinal);
        Assert.Contains("Twilio does not answer. (twilio-unreachable) Try later.", env.TextOf(card), StringComparison.Ordinal);
        Assert.DoesNotContain("drift-take", env.Cards.Render(card.Message.Card!).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trunk_is_exported_as_files()
    {
        env.AddTrunk();

        await env.SayAsync("export acme-east");

        var message = env.Channel.Messages.Last().Message;
        Assert.Equal(["acme-east-twilio.txt", "acme-east-perimeta.txt"], message.Files.Select(f => f.Name));
        Assert.Equal("trunk acme-east\n", Encoding.UTF8.GetString(message.Files[0].Content));
        Assert.Contains("acme-east-perimeta.txt: What Perimeta needs.", message.Text!, StringComparison.Ordinal);
    }

    public void Dispose() => env.Dispose();
}
