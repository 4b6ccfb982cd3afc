using TrunkBot.Chat.Places;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Chat.Tests.Alerts;

public sealed class AlertDeskTests : IDisposable
{
    private static readonly ConversationReference OnCall = new("webchat", "", "on-call", "bot", true);
    private readonly TestEnvironment env = TestEnvironment.Create();

    public AlertDeskTests()
    {
        env.AddTrunk();
        env.Channel.HasThreads = true;
    }

    [Fact]
    public async Task An_alert_is_posted_in_its_place_and_the_diagnosis_starts_by_itself_in_the_thread_under_it()
    {
        await HereAsync();

        Assert.Equal(1, await env.AlertAsync(Firing()));

        var card = Card();
        Assert.Equal("on-call", card.Conversation);
        Assert.Equal(
            "Simulated lab: no real network is touched.\nAlert\nAnswer-seizure ratio below 30 %\nALR-1. Firing. Denver (simulated lab)\nTrunk: acme-east, by label trunk\nSource: alertmanager\nSeverity: critical\n"
            + "Since: 2026-11-22 11:48:00 UTC\nDiagnosis: Nothing wrong was found in 2 checks.\n"
            + "[Run test call]\n[Diagnose again]\n[Acknowledge]\n[Open at its source]\n[Silence 1 h]\n[Silence 4 h]\n[Silence until resolved]\n",
            env.TextOf(card));
        var diagnosis = Diagnoses().Single();
        Assert.Equal($"on-call/{card.Id}", diagnosis.Conversation);
        Assert.Contains("Nothing wrong was found in 2 checks.\n", env.TextOf(diagnosis), StringComparison.Ordinal);
        Assert.Contains("Started by ALR-1.", env.TextOf(diagnosis), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_has_no_effect()
    {
        await HereAsync();
        await env.AlertAsync(Firing());
        var (messages, edits) = (env.Channel.Messages.Count, Card().Edits);

        Assert.Equal(0, await env.AlertAsync(Firing(), Firing()));

        Assert.Equal((messages, edits), (env.Channel.Messages.Count, Card().Edits));
    }

    [Fact]
    public async Task A_resolved_alert_edits_its_card_and_takes_the_buttons_away()
    {
        await HereAsync();
        await env.AlertAsync(Firing());

        await env.AlertAsync(Resolved());

        var text = env.TextOf(Card());
        Assert.Contains("ALR-1. Resolved at 2026-11-22 12:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[Acknowledge]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[Silence", text, StringComparison.Ordinal);
        Assert.Contains("[Run test call]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_flaps_goes_on_in_its_card_and_is_not_diagnosed_again_so_soon()
    {
        await HereAsync();
        await env.AlertAsync(Firing());
        await env.AlertAsync(Resolved());

        await env.AlertAsync(Firing("2026-11-22T12:01:00Z"));

        Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
        var text = env.TextOf(Card());
        Assert.Contains("ALR-1. Firing. ", text, StringComparison.Ordinal);
        Assert.Contains("Fired: 2 times, first at 2026-11-22 12:00:00 UTC\n", text, StringComparison.Ordinal);
        Assert.Matches("Diagnosis: Not repeated: acme-east was diagnosed .* ago under ALR-1. Press Diagnose again for a new one.", text);
        Assert.Single(Diagnoses());

        env.Time.Advance(TimeSpan.FromMinutes(11));
        await env.AlertAsync(Resolved("2026-11-22T12:02:00Z"));
        await env.AlertAsync(Firing("2026-11-22T12:15:00Z"));

        Assert.Contains("Fired: 3 times", env.TextOf(Card()), StringComparison.Ordinal);
        Assert.Equal(2, Diagnoses().Count());
    }

    [Fact]
    public async Task One_that_comes_back_the_next_day_is_a_new_one()
    {
        await HereAsync();
        await env.AlertAsync(Firing());
        await env.AlertAsync(Resolved());
        env.Time.Advance(TimeSpan.FromHours(5));

        await env.AlertAsync(Firing("2026-11-22T17:01:00Z"));

        Assert.Equal(["ALR-1", "ALR-2"], env.OnCall.Alerts.Select(a => a.Record.Id));
        Assert.Equal(2, env.Channel.Messages.Count(m => m.Message.Card?.Name == "alert"));
    }

    [Fact]
    public async Task Without_a_place_it_waits_and_is_posted_as_soon_as_there_is_one()
    {
        await env.AlertAsync(Firing());
        Assert.Empty(env.Channel.Messages);

        await HereAsync();
        await env.MinuteAsync();

        Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
        Assert.Single(Diagnoses());
    }

    [Fact]
    public async Task A_platform_that_is_away_gets_the_card_when_it_is_back_and_once()
    {
        await HereAsync();
        env.Channel.Closed = "on-call";
        await env.AlertAsync(Firing());

        env.Channel.Closed = null;
        await env.MinuteAsync();
        await env.MinuteAsync();

        Assert.Single(env.Channel.Messages, m => m.Message.Card?.Name == "alert");
        Assert.Single(Diagnoses());
    }

    [Fact]
    public async Task One_whose_trunk_is_not_known_is_posted_without_a_diagnosis_and_says_why_and_what_to_do()
    {
        await HereAsync();

        await env.AlertAsync(Firing() with { Labels = new Dictionary<string, string> { ["trunk"] = "gone-west" } });

        var text = env.TextOf(Card());
        Assert.Contains("Trunk: not known: label trunk says \"gone-west\", which is no trunk under management\n", text, StringComparison.Ordinal);
        Assert.Contains("Not diagnosed: say diagnose NAME, give the alert a label trunk, or make a rule under Alerts:Rules in the settings (docs/on-call.md).\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[Run test call]", text, StringComparison.Ordinal);
        Assert.Empty(Diagnoses());
    }

    [Fact]
    public async Task Hostile_text_shows_as_text_and_no_link_but_https_leads_anywhere()
    {
        await HereAsync();

        await env.AlertAsync(Firing() with { Title = "**a** <at>all</at> [x](http://evil)\r\n\u202Egnp ${facts} " + new string('x', 500), Link = null });

        var text = env.TextOf(Card());
        Assert.StartsWith("Simulated lab: no real network is touched.\nAlert\n**a** <at>all</at> [x](http://evil)  gnp ${facts} xxx", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[Open at its source]", text, StringComparison.Ordinal);
        Assert.Contains("…\nALR-1. Firing.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_to_acknowledge_stands_on_the_card_and_in_the_audit_trail()
    {
        await HereAsync();
        await env.AlertAsync(Firing());

        var mine = await env.PressAsync("alert-acknowledge", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"));
        var late = await env.PressAsync("alert-acknowledge", TestEnvironment.Ana, OnCall, ("alert", "ALR-1"));

        Assert.Equal("ALR-1 is yours. Its source is not told: acknowledge it there too if it pages others.", mine.Notice);
        Assert.Equal("alert-taken", late.RefusalCode);
        Assert.StartsWith("Ben Baker acknowledged ALR-1 at 2026-11-22 12:", late.Notice, StringComparison.Ordinal);
        Assert.Contains("ALR-1. Firing, acknowledged. ", env.TextOf(Card()), StringComparison.Ordinal);
        Assert.Contains("Acknowledged: by Ben Baker at 2026-11-22 12:", env.TextOf(Card()), StringComparison.Ordinal);
        Assert.DoesNotContain("[Acknowledge]", env.TextOf(Card()), StringComparison.Ordinal);
        Assert.Equal(("alert-acknowledged", "ben", "ALR-1, trunk acme-east, alertmanager:f1"), (env.Changes.Audit.Single().What, env.Changes.Audit.Single().Who, env.Changes.Audit.Single().Detail));
    }

    [Fact]
    public async Task A_silenced_trunk_has_no_notices_until_the_silence_is_over()
    {
        await HereAsync();
        await env.SayAsync("follow acme-east");
        await env.AlertAsync(Firing());
        var told = await env.PressAsync("alert-silence-1h", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"));
        Assert.Matches("^No notices of trunk acme-east until 2026-11-22 13:..:.. UTC. Say unsilence acme-east to end it.$", told.Notice);
        Assert.Contains("Silenced: trunk acme-east until 2026-11-22 13:", env.TextOf(Card()), StringComparison.Ordinal);
        var before = env.Channel.Messages.Count;

        await env.AlertAsync(Firing() with { Id = "f2", Event = "f2/Firing", Title = "Another of the same trunk" });
        await env.MinuteAsync();
        Assert.Equal(before, env.Channel.Messages.Count);

        env.Time.Advance(TimeSpan.FromMinutes(61));
        await env.MinuteAsync();

        Assert.Contains(env.Channel.Messages[before..], m => m.Message.Card?.Name == "alert" && env.TextOf(m).Contains("Another of the same trunk", StringComparison.Ordinal));
        Assert.Contains(env.Channel.Messages[before..], m => m.Message.Text == "ALR-2, trunk acme-east: alert of severity critical: Another of the same trunk");
    }

    [Fact]
    public async Task A_silence_until_resolved_ends_with_its_alert()
    {
        await HereAsync();
        await env.AlertAsync(Firing());
        await env.PressAsync("alert-silence-resolved", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"));
        Assert.StartsWith("trunk acme-east until ALR-1 is resolved, by Ben Baker since 2026-11-22 12:", await env.ReplyToAsync("silences"), StringComparison.Ordinal);

        await env.AlertAsync(Resolved());

        Assert.Equal("Nothing is silenced.", await env.ReplyToAsync("silences"));
    }

    [Theory]
    [InlineData("silence acme-east 4h", "No notices of trunk acme-east until 2026-11-22 16:00:00 UTC.")]
    [InlineData("silence acme-east 73h", "Say it like this: silence acme-east 4h. From 1h to 72h.")]
    [InlineData("silence acme-east for-ever", "Say it like this: silence acme-east 4h. From 1h to 72h.")]
    [InlineData("silence nope 4h", "There is no trunk and no alert \"nope\" (trunk-unknown). Say list for the trunks there are.")]
    [InlineData("silences", "Nothing is silenced.")]
    [InlineData("unsilence acme-east", "\"acme-east\" is not silenced. Say silences for what is.")]
    public async Task Silences_can_be_typed(string text, string reply) => Assert.Equal(reply, await env.ReplyToAsync(text));

    [Fact]
    public async Task A_test_call_is_placed_by_a_person_alone_and_stands_in_the_thread()
    {
        await HereAsync();
        await env.AlertAsync(Firing());
        Assert.DoesNotContain(env.Channel.Messages, m => m.Message.Card?.Name == "test-call");

        await env.PressAsync("alert-test", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"));
        await env.PressAsync("alert-diagnose", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"));

        Assert.Equal($"on-call/{Card().Id}", env.Channel.Messages.Single(m => m.Message.Card?.Name == "test-call").Conversation);
        Assert.All(Diagnoses(), d => Assert.Equal($"on-call/{Card().Id}", d.Conversation));
        Assert.Equal(2, Diagnoses().Count());
    }

    [Fact]
    public async Task Buttons_of_what_is_not_there_are_refused()
    {
        await HereAsync();
        await env.AlertAsync(Firing() with { Labels = new Dictionary<string, string>() });

        Assert.Equal("alert-unknown", (await env.PressAsync("alert-acknowledge", TestEnvironment.Ben, OnCall, ("alert", "ALR-9"))).RefusalCode);
        Assert.Equal("alert-unknown", (await env.PressAsync("alert-acknowledge", TestEnvironment.Ben, OnCall)).RefusalCode);
        Assert.Equal("alert-without-trunk", (await env.PressAsync("alert-test", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"))).RefusalCode);
        Assert.Equal("button-unknown", (await env.PressAsync("alert-frobnicate", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"))).RefusalCode);
        await env.AlertAsync(Resolved() with { Labels = new Dictionary<string, string>() });
        Assert.Equal("alert-resolved", (await env.PressAsync("alert-acknowledge", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"))).RefusalCode);
        Assert.Equal("alert-resolved", (await env.PressAsync("alert-silence-4h", TestEnvironment.Ben, OnCall, ("alert", "ALR-1"))).RefusalCode);
    }

    [Fact]
    public async Task Diagnose_from_a_message_diagnoses_the_one_trunk_that_it_names_where_it_stands()
    {
        var thread = OnCall with { ConversationId = "on-call/m77" };

        var one = await env.PressAsync("diagnose-from", TestEnvironment.Ben, thread, ("text", "[FIRING] calls to Acme-East fail!"));

        Assert.Equal("Diagnosing acme-east, by its name in the text.", one.Notice);
        Assert.Equal("on-call/m77", Diagnoses().Single().Conversation);
    }

    [Fact]
    public async Task Diagnose_from_a_message_that_names_none_or_several_says_what_to_type()
    {
        env.AddTrunk("name=acme-west site=denver edges=ashburn");

        var none = await env.PressAsync("diagnose-from", TestEnvironment.Ben, OnCall, ("text", "something is wrong with acme-eastern"));
        var several = await env.PressAsync("diagnose-from", TestEnvironment.Ben, OnCall, ("text", "acme-east or acme-west?"));

        Assert.Equal("That message names no trunk under management. Say diagnose NAME; list shows the names. docs/on-call.md says how to make a rule.", none.Notice);
        Assert.Equal("That message is about more than one trunk. Say diagnose acme-east or diagnose acme-west.", several.Notice);
        Assert.Empty(Diagnoses());
    }

    public void Dispose() => env.Dispose();

    private static Alert Firing(string since = "2026-11-22T11:48:00Z") => new()
    {
        Source = "alertmanager",
        Id = "f1",
        Event = $"f1/Firing/{since}",
        Status = AlertStatus.Firing,
        Title = "Answer-seizure ratio below 30 %",
        Severity = "critical",
        Since = DateTimeOffset.Parse(since, null),
        Link = new Uri("https://prometheus.example.net/graph"),
        Labels = new Dictionary<string, string> { ["trunk"] = "acme-east" },
    };

    private static Alert Resolved(string since = "2026-11-22T11:48:00Z") => Firing(since) with { Status = AlertStatus.Resolved, Event = $"f1/Resolved/{since}" };

    private Task HereAsync() => env.OnCall.SaveAsync(new Place(PlacePurpose.Alerts, null, null, OnCall, "webchat:ben", TestEnvironment.Noon), CancellationToken.None);

    private Shown Card() => env.Channel.Messages.First(m => m.Message.Card?.Name == "alert");

    private IEnumerable<Shown> Diagnoses() => env.Channel.Messages.Where(m => m.Message.Card?.Name == "diagnosis");
}
