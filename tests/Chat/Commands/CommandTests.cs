using System.Text;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests.Commands;

public sealed class CommandTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    [Theory]
    [InlineData("staus", "I don't know \"staus\". Did you mean status? Say help for everything I can do.")]
    [InlineData("stauts acme-east", "I don't know \"stauts acme-east\". Did you mean status? Say help for everything I can do.")]
    [InlineData("lsit", "I don't know \"lsit\". Did you mean list? Say help for everything I can do.")]
    [InlineData("new trnk", "I don't know \"new trnk\". Did you mean new trunk? Say help for everything I can do.")]
    [InlineData("dianose x", "I don't know \"dianose x\". Did you mean diagnose? Say help for everything I can do.")]
    [InlineData("frobnicate", "I don't know \"frobnicate\". Say help for everything I can do.")]
    [InlineData("", "I don't know \"\". Say help for everything I can do.")]
    [InlineData("new", "I don't know \"new\". Did you mean new trunk? Say help for everything I can do.")]
    [InlineData("newtrunk", "I don't know \"newtrunk\". Did you mean new trunk? Say help for everything I can do.")]
    [InlineData("New-Trunk name=a", "I don't know \"New-Trunk name=a\". Did you mean new trunk? Say help for everything I can do.")]
    [InlineData("diag a", "There is no trunk \"a\" (trunk-unknown). Say list for those there are.")]
    [InlineData("new trunk edges=umatilla, ashburn", "I could not read that line: \"ashburn\" is not of the form key=value; if it belongs to edges, put the whole value in quotes. Say help new trunk for its form.")]
    [InlineData("test", "Say it like this: test NAME [direct [EDGE] | edges | inbound] [to NUMBER]")]
    [InlineData("test a b", "I can't read \"b\" there. Say it like this: test NAME [direct [EDGE] | edges | inbound] [to NUMBER]")]
    [InlineData("test a to", "Say it like this: test NAME [direct [EDGE] | edges | inbound] [to NUMBER]")]
    [InlineData("status a 1h dark more", "Say it like this: status [NAME [24h|7d] [dark]]")]
    [InlineData("list all", "Say it like this: list")]
    [InlineData("undo", "Say it like this: undo CHG-n")]
    [InlineData("plan", "Say it like this: plan CHG-n")]
    [InlineData("diagnose a b", "Say it like this: diagnose NAME [call]")]
    [InlineData("diagnose a call no", "Say it like this: diagnose NAME [call]")]
    [InlineData("list", "There is no trunk under management yet. Say new trunk to set one up.")]
    [InlineData("status", "There is no trunk under management yet. Say new trunk to set one up.")]
    [InlineData("status nope", "There is no trunk \"nope\" (trunk-unknown). Say list for those there are.")]
    [InlineData("test nope", "There is no trunk \"nope\" (trunk-unknown). Say list for those there are.")]
    [InlineData("changes", "No change is open.")]
    [InlineData("cancel", "There is nothing of yours to cancel.")]
    [InlineData("cancel chg-7", "There is no change CHG-7. (change-not-found)")]
    [InlineData("undo 7", "There is no change CHG-7. (change-not-found)")]
    [InlineData("journal 7", "There is no change \"7\" (change-not-found). Say changes for those that are open.")]
    [InlineData("help status", "status [NAME [24h|7d] [dark]]: how every trunk is, or one: each system and each edge; with a time, a chart of it\nExample: status acme-east 7d")]
    [InlineData("help stauts", "I don't know \"stauts\". Did you mean help status?")]
    [InlineData("help frobnicate", "I don't know \"frobnicate\". Say help for everything I can do.")]
    [InlineData("new trunk name", "I could not read that line: \"name\" is not of the form key=value. Say help new trunk for its form.")]
    [InlineData("new trunk name=\"a", "I could not read that line: the quote in \"name=a\" is not closed. Say help new trunk for its form.")]
    public async Task A_text_is_answered_in_words(string text, string reply) => Assert.Equal(reply, await env.ReplyToAsync(text));

    [Fact]
    public async Task Help_lists_every_command_of_the_table()
    {
        var card = env.TextOf((await env.SayAsync("help")).Single());

        var names = card.Split('\n').Where(l => l.Contains(": ", StringComparison.Ordinal)).Skip(1).SelectMany(l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',')).ToList();
        Assert.Equal(65, names.Count);
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Help_with_a_topic_lists_its_commands_with_their_purpose()
    {
        var card = env.TextOf((await env.SayAsync("help Trunks")).Single());

        Assert.Contains("Commands about trunks:", card, StringComparison.Ordinal);
        Assert.Contains("status [NAME [24h|7d] [dark]]: how every trunk is, or one: each system and each edge; with a time, a chart of it\n", card, StringComparison.Ordinal);
        Assert.DoesNotContain("fleet refresh", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_new_trunk_lists_every_parameter()
    {
        var lines = (await env.ReplyToAsync("help new trunk")).Split('\n');

        Assert.Equal(25, lines.Length);
        Assert.Equal("polling: OPTIONS polling interval (s). How often the CFS polls Twilio through the SBC; empty (or none): the switch's default. (15 to 3600 seconds; optional)", lines[18]);
    }

    [Fact]
    public async Task Somebody_who_joins_is_welcomed()
    {
        await env.HandleAsync(new Turn { Id = "j", Kind = TurnKind.Joined, From = TestEnvironment.UserOf(TestEnvironment.Ana), Where = TestEnvironment.Chat, At = TestEnvironment.Noon });

        Assert.Contains("Hello, I am TrunkBot.", env.TextOf(env.Channel.Messages.Single()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistyped_trunk_gets_the_nearest_one()
    {
        env.AddTrunk();

        Assert.Equal("There is no trunk \"acme-eats\" (trunk-unknown). Did you mean acme-east?", await env.ReplyToAsync("status acme-eats"));
    }

    [Fact]
    public async Task Status_of_a_trunk_shows_each_system_and_each_edge_whatever_the_case_of_its_name()
    {
        env.AddTrunk();

        var shown = (await env.SayAsync("STATUS Acme-East")).Single();

        Assert.Equal(1, shown.Edits);
        Assert.Equal(
            """
            Simulated lab: no real network is touched.
            Status
            acme-east at Denver (simulated lab)
            OK. Everything that could be read is in order; 1 of 1 edges asked answer OPTIONS.
            Read 2026-11-22 12:00:00 UTC. Under management since 2026-11-20 12:00:00 UTC by CHG-9.
            Perimeta: OK
            OK: adjacency acme-east-us2: active
            Edges (OPTIONS)
            umatilla: Up 200 OK, 23 ms acme-east.pstn.us2.twilio.com
            Calls and measurements
            No test call is known.
            [Run test call]
            [Diagnose]

            """,
            env.TextOf(shown));
    }

    [Fact]
    public async Task Status_of_everything_puts_what_is_in_trouble_first()
    {
        env.AddTrunk("name=aaa site=denver edges=umatilla");
        env.AddTrunk("name=bbb site=denver edges=umatilla");
        env.Stores.Trunks[1] = env.Stores.Trunks[1] with { Intent = env.Stores.Trunks[1].Intent with { Edges = [] } };
        env.Perimeta.Lines = [];

        var text = env.TextOf((await env.SayAsync("status")).Single());

        Assert.Equal(
            """
            Simulated lab: no real network is touched.
            Status of all trunks
            Read 2026-11-22 12:00:00 UTC. What is in trouble comes first.
            bbb: Not available. Nothing could be read.
            aaa: OK. Everything that could be read is in order; 1 of 1 edges asked answer OPTIONS.

            """,
            text);
    }

    [Fact]
    public async Task List_shows_the_trunks()
    {
        env.AddTrunk();

        Assert.Equal(
            """
            Simulated lab: no real network is touched.
            Trunks
            1 trunk under management.
            acme-east at denver: acme-east.pstn.twilio.com
            Edges: umatilla. Since 2026-11-20 12:00:00 UTC.

            """,
            env.TextOf((await env.SayAsync("list")).Single()));
    }

    [Fact]
    public async Task A_list_of_many_trunks_reads_no_more_than_it_shows()
    {
        Know(120);

        var text = env.TextOf((await env.SayAsync("list")).Single());

        Assert.Contains("120 trunks under management.\nt000 at denver", text, StringComparison.Ordinal);
        Assert.Contains("t029 at denver", text, StringComparison.Ordinal);
        Assert.DoesNotContain("t030", text, StringComparison.Ordinal);
        Assert.Contains("90 more: say status NAME.\n", text, StringComparison.Ordinal);
        Assert.Equal(30, env.Stores.TrunksRead);
    }

    [Fact]
    public async Task A_mistyped_name_among_many_reads_the_trunk_that_is_near_alone()
    {
        Know(120);
        env.AddTrunk("name=acme-east site=denver edges=umatilla");

        Assert.Equal("There is no trunk \"acme-esat\" (trunk-unknown). Did you mean acme-east?", env.TextOf((await env.SayAsync("status acme-esat")).Single()));
        Assert.Equal(1, env.Stores.TrunksRead);
    }

    private void Know(int trunks)
    {
        for (var i = 0; i < trunks; i++)
        {
            env.AddTrunk($"name=t{i:000} site=denver edges=umatilla");
        }
    }

    [Fact]
    public async Task Test_edits_one_card_from_running_to_the_result_and_says_what_was_not_measured()
    {
        env.AddTrunk();

        var shown = (await env.SayAsync("test acme-east")).Single();

        Assert.Equal(1, shown.Edits);
        var text = env.TextOf(shown);
        Assert.Contains("Passed. Two-way audio: 96 % of our own signal came back.\n", text, StringComparison.Ordinal);
        Assert.Contains("Post-dial delay: 412 ms\n", text, StringComparison.Ordinal);
        Assert.Contains("Lost on the way to the far end: not measured\n", text, StringComparison.Ordinal);
        Assert.Contains("Jitter: 2.5 ms\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_that_breaks_off_ends_with_a_reference_and_no_stack_trace()
    {
        env.AddTrunk();
        env.Probe.Call = () => throw new InvalidOperationException("secret inside");

        var text = env.TextOf((await env.SayAsync("test acme-east")).Single());

        Assert.Matches("Something went wrong during the test call of acme-east that should not have. Whoever runs the bot finds it in the log under reference [2-9A-Z]{6}.", text);
        Assert.DoesNotContain("secret inside", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_that_the_program_stops_does_not_stand_as_running()
    {
        env.AddTrunk();
        env.Probe.Call = () =>
        {
            env.Background.Stop();
            throw new OperationCanceledException();
        };

        var text = env.TextOf((await env.SayAsync("test acme-east")).Single());

        Assert.Equal("No test call of acme-east\nThe program was stopped before this was finished.\nWhat to do: Ask again when it runs.\nCode: program-stopped\n", text);
    }

    [Fact]
    public async Task A_result_whose_card_can_not_be_edited_is_shown_anew()
    {
        env.AddTrunk();
        env.Channel.Refuses = (_, isEdit) => isEdit;

        var shown = await env.SayAsync("test acme-east");

        Assert.Contains("Passed. Two-way audio", env.TextOf(shown[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_against_a_system_that_is_away_says_code_and_fix()
    {
        env.AddTrunk();
        env.Probe.Call = () => throw new SystemFailureException("registrar-unreachable", "The registrar does not answer.", "Look at the CFS.");

        var text = env.TextOf((await env.SayAsync("test acme-east")).Single());

        Assert.Equal("No test call of acme-east\nThe registrar does not answer.\nWhat to do: Look at the CFS.\nCode: registrar-unreachable\n", text);
    }

    [Fact]
    public async Task A_diagnosis_places_a_call_that_may_cost_money_only_when_somebody_says_so()
    {
        env.AddTrunk("name=acme-east site=denver edges=umatilla test-number=13035550100");

        Assert.Equal(
            "Nothing is diagnosed yet: a call to 13035550100 may cost money. Say diagnose acme-east call yes to place it beside the checks, or diagnose acme-east for the checks alone.",
            await env.ReplyToAsync("diagnose acme-east call"));
        await env.SayAsync("diagnose acme-east");
        Assert.Empty(env.Probe.Orders);
        await env.SayAsync("diagnose acme-east call yes");
        Assert.Single(env.Probe.Orders);
    }

    [Fact]
    public async Task Diagnose_with_a_call_shows_what_failed_what_was_ruled_out_and_what_was_not_checked()
    {
        env.AddTrunk();
        env.Perimeta.Lines = [new(Diagnostics.HealthState.Failed, "adjacency acme-east-us2", "is inactive", "adjacency-inactive", "activate it")];

        var shown = (await env.SayAsync("diagnose acme-east call")).Single();

        Assert.Equal(1, shown.Edits);
        Assert.Equal(
            """
            Simulated lab: no real network is touched.
            Diagnosis
            acme-east at Denver (simulated lab)
            Probable cause: an adjacency of the trunk is not active. Perimeta, adjacency acme-east-us2: is inactive.
            Finished. 2026-11-22 12:00:00 UTC. 1 wrong, 2 ruled out, 0 not checked. Under management since 2026-11-20 12:00:00 UTC by CHG-9.
            1. Stops calls: Perimeta, adjacency acme-east-us2: is inactive (adjacency-inactive)
            What to do (us): Activate it. The bot can do it: Plan the fix.
            [Show what was ruled out]
            [Show what was not checked]
            [Plan the fix]
            Ruled out
            OPTIONS, umatilla: 200 OK
            Test call, signalling and two-way audio: Two-way audio: 96 % of our own signal came back.
            Not checked

            """,
            env.TextOf(shown));
    }

    [Fact]
    public async Task The_plan_comes_as_a_file_with_every_line()
    {
        await env.SayAsync("new trunk name=acme-east site=denver");

        var shown = (await env.SayAsync("plan chg-1")).Single();

        Assert.Equal("The whole plan of CHG-1, hash 4be1c0ffee12.", shown.Message.Text);
        var file = Assert.Single(shown.Message.Files);
        Assert.Equal("CHG-1-plan.txt", file.Name);
        var text = Encoding.UTF8.GetString(file.Content);
        Assert.Equal(144, text.Split('\n').Count(l => l.StartsWith("          adjacency line", StringComparison.Ordinal)));
        Assert.Contains("Perimeta realm: GeneralPeeringMedia1 (site profile)\n", text, StringComparison.Ordinal);
        Assert.Contains("    By a person: Delete the model.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_shows_who_did_or_tried_what_and_no_more_than_fits()
    {
        await env.SayAsync("new trunk name=acme-east site=denver");
        env.Changes.Audit.AddRange(Enumerable.Range(0, 19).Select(i => new AuditEntry(TestEnvironment.Noon.AddSeconds(i), "webchat:ana", "planned", "CHG-1", SamplePlans.Hash, "")));
        env.Changes.Audit.Add(new AuditEntry(TestEnvironment.Noon.AddMinutes(1), "webchat:ana", "approve-refused", "CHG-1", SamplePlans.Hash, "approver-is-requester"));
        env.Changes.Audit.Add(new AuditEntry(TestEnvironment.Noon.AddMinutes(2), "webchat:ben", "approved", "CHG-1", SamplePlans.Hash, "1 of\n1"));

        var lines = env.TextOf((await env.SayAsync("audit 1")).Single()).Split('\n');

        Assert.Equal(["Simulated lab: no real network is touched.", "Audit trail", "CHG-1: trunk acme-east at Denver (simulated lab)", "Planned. 21 entries, the oldest first."], lines[..4]);
        Assert.Equal(["When (UTC)", "Who", "What", "2026-11-22 12:00:01", "webchat:ana", "planned"], lines[4..10]);
        Assert.Equal(
            [
                "2026-11-22 12:01:00", "webchat:ana", "approve-refused approver-is-requester", "2026-11-22 12:02:00", "webchat:ben", "approved 1 of 1",
                "1 earlier one is in the file.", "[Everything as a file]", "",
            ],
            lines[^9..]);
    }

    [Fact]
    public async Task The_journal_comes_as_a_file_with_what_was_sent_and_received()
    {
        await env.SayAsync("new trunk name=acme-east site=denver");
        Assert.Equal("CHG-1 has sent nothing to any system.", await env.ReplyToAsync("journal 1"));
        env.Changes.Audit.Add(new AuditEntry(TestEnvironment.Noon, "ana", "planned", "CHG-1", SamplePlans.Hash, "trunk acme-east\nat denver"));
        env.Changes.Audit.Add(new AuditEntry(TestEnvironment.Noon.AddMinutes(1), "ana", "approve-refused", "CHG-1", SamplePlans.Hash, "approver-is-requester"));
        var apply = new JournalTicket("CHG-1", "perimeta.whitelist", TicketPurpose.Apply, 1, TestEnvironment.Noon.AddMinutes(2), TicketOutcome.Failed);
        env.Changes.Tickets.Add(apply);
        env.Changes.Tickets.Add(new JournalTicket("CHG-1", "perimeta.whitelist", TicketPurpose.Undo, 2, TestEnvironment.Noon.AddMinutes(3)));
        env.Changes.Journal.Add(new JournalLine("perimeta.whitelist", apply.Id, new WireExchange(TestEnvironment.Noon, WireDirection.Sent, "config")));
        env.Changes.Journal.Add(new JournalLine("perimeta.whitelist", apply.Id, new WireExchange(TestEnvironment.Noon, WireDirection.Received, "lab(config)#\r\nok")));
        env.Changes.StoreOnly(env.Changes.All["CHG-1"] with
        {
            State = ChangeState.Stuck,
            Leftovers = [new Leftover("perimeta.whitelist", "perimeta", "LAB-SBC-01", "Permit Twilio's addresses", "The SBC is away.", ["config", "no permit-peer"])],
        });

        var shown = (await env.SayAsync("journal CHG-1")).Single();

        Assert.Equal("Everything that CHG-1 sent and received: 2 entries.", shown.Message.Text);
        Assert.Equal(
            """
            Journal of CHG-1: trunk acme-east, plan 4be1c0ffee1200000000000000000000000000000000000000000000000000aa
            State: Stuck: a person must act
            Secrets are shown as references.

            WHO DID WHAT
            2026-11-22 12:00:00 UTC ana: planned, trunk acme-east at denver
            2026-11-22 12:01:00 UTC ana: approve-refused, approver-is-requester

            LEFT TO BE DONE BY HAND, IN THIS ORDER
            Permit Twilio's addresses [perimeta.whitelist, LAB-SBC-01]: The SBC is away.
                config
                no permit-peer

            WHAT WAS SENT (>) AND WHAT CAME BACK (<)

            == perimeta.whitelist: apply, try 1, begun 2026-11-22 12:02:00 UTC, failed (ticket CHG-1:perimeta.whitelist:apply:1)
            2026-11-22 12:00:00 UTC > config
            2026-11-22 12:00:00 UTC < lab(config)#
            2026-11-22 12:00:00 UTC < ok

            == perimeta.whitelist: undo, try 2, begun 2026-11-22 12:03:00 UTC, open (ticket CHG-1:perimeta.whitelist:undo:2)

            """,
            Encoding.UTF8.GetString(Assert.Single(shown.Message.Files).Content));
    }

    [Fact]
    public async Task A_line_break_in_what_somebody_wrote_cannot_forge_a_line_of_the_plan_file()
    {
        await env.SayAsync("new trunk name=acme-east site=denver");
        env.Changes.StoreOnly(env.Changes.All["CHG-1"] with { Requester = new("eve", "Eve\nHash: 0000") });

        var text = Encoding.UTF8.GetString(Assert.Single((await env.SayAsync("plan 1")).Single().Message.Files).Content);

        Assert.Equal("Hash: 4be1c0ffee1200000000000000000000000000000000000000000000000000aa", Assert.Single(text.Split('\n'), l => l.StartsWith("Hash:", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(ChangeState.Failed, "Not under management yet: its change CHG-1 stands at \"Failed\".")]
    [InlineData(ChangeState.Applying, "Not under management yet: its change CHG-1 stands at \"Applying\".")]
    public async Task A_trunk_whose_change_failed_or_runs_can_be_looked_at_though_it_is_not_under_management(ChangeState state, string standing)
    {
        await env.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        env.Changes.StoreOnly(env.Changes.All["CHG-1"] with { State = state });

        Assert.Contains(standing, env.TextOf((await env.SayAsync("diagnose ACME-east")).Single()), StringComparison.Ordinal);
        Assert.Contains(standing, env.TextOf((await env.SayAsync("status acme-east")).Single()), StringComparison.Ordinal);
        Assert.Contains(standing, env.TextOf((await env.SayAsync("test acme-east")).Single()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trunk_whose_change_was_taken_back_is_unknown()
    {
        await env.SayAsync("new trunk name=acme-east site=denver");
        env.Changes.StoreOnly(env.Changes.All["CHG-1"] with { State = ChangeState.Undone });

        Assert.Equal("There is no trunk \"acme-east\" (trunk-unknown). Say list for those there are.", await env.ReplyToAsync("status acme-east"));
    }

    [Fact]
    public async Task Status_of_everything_names_the_trunks_whose_site_has_no_profile_any_more()
    {
        env.AddTrunk("name=aaa site=denver edges=umatilla");
        env.AddTrunk("name=bbb site=denver edges=umatilla");
        env.Stores.Trunks[1] = env.Stores.Trunks[1] with { Intent = env.Stores.Trunks[1].Intent with { Site = "boulder" } };

        Assert.Contains(
            "bbb: Not available. The profile of its site boulder is gone (site-unknown). Put it back into the sites folder.\naaa: OK.",
            env.TextOf((await env.SayAsync("status")).Single()),
            StringComparison.Ordinal);

        env.Stores.Trunks.RemoveAt(0);
        Assert.Contains("bbb: Not available. The profile of its site boulder is gone", env.TextOf((await env.SayAsync("status")).Single()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_lists_what_is_open_and_cancel_asks_which()
    {
        await env.SayAsync("new trunk name=acme-east site=denver");

        Assert.Equal("CHG-1: trunk acme-east, Planned, by Ana Ortiz, 2026-11-22 12:00:00 UTC", await env.ReplyToAsync("changes"));
        Assert.Equal("Which one? Say cancel CHG-1.", await env.ReplyToAsync("cancel"));
        Assert.Equal("CHG-1 is taken back. Nothing was sent.", await env.ReplyToAsync("cancel chg-1"));
        Assert.Equal("No change is open.", await env.ReplyToAsync("changes"));
    }

    [Fact]
    public async Task Undo_and_retry_go_to_the_engine_with_who_asked()
    {
        await env.SayAsync("new trunk name=acme-east site=denver");

        Assert.Equal("CHG-1 is tried again from where it failed.", await env.ReplyToAsync("retry CHG-1"));
        Assert.Equal("CHG-1 is being undone, last step first.", await env.ReplyToAsync("Undo \"chg-1\""));
        Assert.Equal(["retry CHG-1 by ana", "undo CHG-1 by ana"], env.Changes.Calls);
    }

    public void Dispose() => env.Dispose();
}
