using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Tests.Dialogs;

public sealed class NewTrunkDialogTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    private Shown Form => env.Channel.Messages.First(m => m.Message.Card is not null);

    [Fact]
    public async Task The_form_opens_with_the_site_chosen_and_every_default_in_its_field()
    {
        await env.SayAsync("new trunk");

        Assert.Equal(
            """
            Simulated lab: no real network is touched.
            New trunk
            Step 1 of 3: who and where
            Trunk name = 
            What people will call this trunk. (1 to 20 lower-case letters, digits, hyphens)
            Site = denver
            Which SBC, switch and Twilio account. (a configured site)
            Twilio edges = ashburn,umatilla,dublin,frankfurt,tokyo,singapore,sydney,sao-paulo
            One adjacency is built for each; all eight give full redundancy. (edge names separated by commas, or all)
            Transport to Twilio = udp
            TLS makes a secure trunk and needs a site template. (udp, tcp or tls)
            Termination name = 
            NAME in NAME.pstn.twilio.com, unique across Twilio. (1 to 50 lower-case letters, digits, hyphens)
            Answers can also be typed one by one, or as key=value; say next, back or cancel.
            [Next]
            [Cancel]

            """,
            env.TextOf(Form));
    }

    [Fact]
    public async Task The_form_goes_through_three_steps_to_a_plan_and_prints_the_line_that_would_have_done_the_same()
    {
        await env.SayAsync("new trunk");
        Assert.Null((await NextAsync("1", ("name", "acme-east"), ("site", "denver"), ("edges", "umatilla,ashburn"), ("transport", "udp"), ("termination", ""))).RefusalCode);
        Assert.Contains("Perimeta service address = GeneralPeering-01\n", env.TextOf(Form), StringComparison.Ordinal);
        Assert.Null((await NextAsync("2", ("acl", "203.0.113.0/28"), ("service-network", "7"), ("realm", "GeneralPeeringMedia1"))).RefusalCode);
        var outcome = await NextAsync("3", ("polling", "60"), ("test-number", "16504894546"), ("origination", "no"));

        Assert.Equal("The plan is being made.", outcome.Notice);
        Assert.Equal("plan", Form.Message.Card!.Name);
        Assert.Equal("The same in one line: new trunk name=acme-east site=denver edges=ashburn,umatilla service-network=7", env.Channel.Messages[^1].Message.Text);
        Assert.Equal(7, env.Changes.All["CHG-1"].Plan.Intent.ServiceNetwork);
        Assert.Equal(ValueOrigin.SiteProfile, env.Changes.All["CHG-1"].Plan.Values.Single(v => v.Key == "polling").Origin);
    }

    [Fact]
    public async Task The_printed_line_works_and_gives_the_same_values()
    {
        await env.SayAsync("new trunk");
        await NextAsync("1", ("name", "acme-east"), ("site", "denver"), ("edges", "umatilla,ashburn"));
        await NextAsync("2", ("service-network", "7"), ("adjacency", "tw-{name}-{edge}"));
        await NextAsync("3", ("polling", "90"));
        var line = env.Channel.Messages[^1].Message.Text!["The same in one line: ".Length..];
        Assert.Equal("new trunk name=acme-east site=denver edges=ashburn,umatilla service-network=7 adjacency=tw-{name}-{edge} polling=90", line);
        var first = env.Changes.All["CHG-1"].Plan.Values;
        await env.SayAsync("cancel CHG-1");

        await env.SayAsync(line);

        Assert.Equal(first, env.Changes.All["CHG-2"].Plan.Values);
    }

    [Fact]
    public async Task A_mistake_is_said_beside_its_field_and_what_was_typed_stays()
    {
        await env.SayAsync("new trunk");

        var outcome = await NextAsync("1", ("name", "Acme East"), ("site", "denver"), ("termination", "Ümlaut"), ("transport", "tcp"));

        Assert.Equal("form-errors", outcome.RefusalCode);
        Assert.Equal("2 fields need another look.", outcome.Notice);
        var text = env.TextOf(Form);
        Assert.Contains("2 fields need another look.\nTrunk name = Acme East\nTrunk name: use 1 to 20 lower-case letters, digits or hyphens, beginning with a letter and not ending with a hyphen\n", text, StringComparison.Ordinal);
        Assert.Contains("Transport to Twilio = tcp\n", text, StringComparison.Ordinal);
        Assert.Contains("Termination name = Ümlaut\nTermination name: use 1 to 50", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Back_keeps_what_was_typed_and_a_default_follows_a_changed_name()
    {
        await env.SayAsync("new trunk");
        await NextAsync("1", ("name", "acme-east"), ("site", "denver"));
        await PressFormAsync("form-back", "2", ("service-network", "9"));
        Assert.Contains("Trunk name = acme-east\n", env.TextOf(Form), StringComparison.Ordinal);
        await NextAsync("1", ("name", "acme-west"), ("site", "denver"), ("termination", ""));
        Assert.Contains("Perimeta service network = 9\n", env.TextOf(Form), StringComparison.Ordinal);
        await NextAsync("2");
        await NextAsync("3");

        Assert.Equal("acme-west", env.Changes.All["CHG-1"].Plan.Intent.TerminationName);
    }

    [Fact]
    public async Task Cancel_closes_the_form_and_plans_nothing()
    {
        await env.SayAsync("new trunk");

        var outcome = await env.PressAsync("form-cancel", TestEnvironment.Ana, TestEnvironment.Chat, ("step", "1"));

        Assert.Equal("Cancelled. Nothing was planned.", outcome.Notice);
        Assert.Equal("New trunk\nCancelled. Nothing was planned.\n", env.TextOf(Form));
        Assert.Equal("form-closed", (await NextAsync("1", ("name", "x"))).RefusalCode);
    }

    [Fact]
    public async Task A_form_of_somebody_else_or_of_an_earlier_step_is_refused()
    {
        await env.SayAsync("new trunk");

        Assert.Equal("form-closed", (await env.PressAsync("form-next", TestEnvironment.Ben, TestEnvironment.Chat, ("step", "1"))).RefusalCode);
        await NextAsync("1", ("name", "acme-east"), ("site", "denver"));
        var again = await NextAsync("1", ("name", "other"), ("site", "denver"));
        Assert.Equal("form-out-of-date", again.RefusalCode);
        Assert.Equal("The form has moved on to step 2; use its newest card.", again.Notice);
    }

    [Fact]
    public async Task Answers_can_be_typed_one_by_one()
    {
        await env.SayAsync("new trunk");

        Assert.Equal("Trunk name: acme-east. Next question: Twilio edges? (edge names separated by commas, or all) Say default for all.", await env.ReplyToAsync("acme-east"));
        Assert.Equal("Twilio edges: umatilla, ashburn. Next question: Transport to Twilio? (udp, tcp or tls) Say default for udp.", await env.ReplyToAsync("umatilla, ashburn"));
        Assert.Equal("Transport to Twilio: udp (default). Next question: Termination name? (1 to 50 lower-case letters, digits, hyphens) Say default for acme-east.", await env.ReplyToAsync("default"));
        Assert.Equal(
            "Termination name: acme. Step 2 of 3: addressing. Next question: SBC public addresses? (public IPv4 networks, /24 or narrower, separated by commas) Say default for 203.0.113.0/28.",
            await env.ReplyToAsync("acme"));
        Assert.Equal(
            "Step 3 of 3: routing and numbers. Next question: Remote Media Gateway Model? (at most 30 characters, no blanks) Say default for Twilio.", await env.ReplyToAsync("next"));
        Assert.Equal("The same in one line: new trunk name=acme-east site=denver edges=ashburn,umatilla termination=acme", await env.ReplyToAsync("next"));
        Assert.Equal("acme", env.Changes.All["CHG-1"].Plan.Intent.TerminationName);
    }

    [Fact]
    public async Task A_wrong_answer_is_asked_again()
    {
        await env.SayAsync("new trunk");

        Assert.Equal(
            "Trunk name: use 1 to 20 lower-case letters, digits or hyphens, beginning with a letter and not ending with a hyphen. Next question: Trunk name? (1 to 20 lower-case letters, digits, hyphens)",
            await env.ReplyToAsync("Acme East"));
    }

    [Fact]
    public async Task The_site_is_asked_for_only_where_there_are_several()
    {
        using var two = TestEnvironment.Create("denver", "boulder");
        await two.SayAsync("new trunk");

        Assert.Equal("Trunk name: acme-east. Next question: Site? (denver, boulder)", await two.ReplyToAsync("acme-east"));
        Assert.Equal("Site: there is no site \"boston\"; known are denver, boulder. Next question: Site? (denver, boulder)", await two.ReplyToAsync("boston"));
        Assert.StartsWith("Site: boulder. Next question: Twilio edges?", await two.ReplyToAsync("boulder"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Next_without_a_needed_answer_says_which_is_missing()
    {
        await env.SayAsync("new trunk");

        Assert.StartsWith("Trunk name: is needed; Termination name: is needed", await env.ReplyToAsync("next"), StringComparison.Ordinal);
        Assert.Contains("Trunk name: is needed\n", env.TextOf(Form), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_can_be_given_as_key_and_value_all_or_nothing()
    {
        await env.SayAsync("new trunk");

        Assert.Equal("Trunk name: acme-east, Site: denver, Local signalling port: 5080. Next question: Twilio edges? (edge names separated by commas, or all) Say default for all.",
            await env.ReplyToAsync("name=acme-east site=denver local-port=5080"));
        Assert.StartsWith("I took nothing of that: Local signalling port: give a port: a whole number from 1 to 65535.", await env.ReplyToAsync("local-port=99999 realm=GeneralPeeringMedia1"), StringComparison.Ordinal);
        Assert.StartsWith("I took nothing of that: there is no parameter \"colour\"; known are name, site, edges,", await env.ReplyToAsync("colour=red"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Back_cancel_and_help_work_while_the_dialog_waits_and_so_do_commands()
    {
        await env.SayAsync("new trunk");
        Assert.StartsWith("Trunk name: What people will call this trunk. Type the answer", await env.ReplyToAsync("help"), StringComparison.Ordinal);
        Assert.StartsWith("This is the first step.", await env.ReplyToAsync("back"), StringComparison.Ordinal);
        Assert.StartsWith("You are ana (Ana Ortiz)", await env.ReplyToAsync("whoami"), StringComparison.Ordinal);
        await env.SayAsync("name=acme-east site=denver");
        await env.SayAsync("next");
        Assert.StartsWith("Back. Next question: Twilio edges?", await env.ReplyToAsync("back"), StringComparison.Ordinal);

        Assert.Equal("Cancelled. Nothing was planned.", await env.ReplyToAsync("cancel"));
        Assert.Equal("I don't know \"acme-east\". Say help for everything I can do.", await env.ReplyToAsync("acme-east"));
    }

    [Fact]
    public async Task One_line_with_everything_skips_the_form()
    {
        var shown = await env.SayAsync("NEW trunk name=acme-east site=denver edges=“umatilla, ashburn”");

        Assert.Equal("plan", shown[0].Message.Card!.Name);
        Assert.Equal(1, shown[0].Edits);
        Assert.Equal(["ashburn", "umatilla"], env.Changes.All["CHG-1"].Plan.Intent.Edges.Select(e => e.Name));
    }

    [Fact]
    public async Task One_line_with_something_missing_or_wrong_opens_the_form_at_that_field()
    {
        await env.SayAsync("new trunk name=acme-east site=denver service-network=0 polling=5");

        var text = env.TextOf(Form);
        Assert.Contains("Step 2 of 3: addressing\n1 field needs another look.\n", text, StringComparison.Ordinal);
        Assert.Contains("Perimeta service network = 0\nPerimeta service network: give a service network number: a whole number from 1 to 65535\n", text, StringComparison.Ordinal);
        Assert.Empty(env.Changes.All);
    }

    [Fact]
    public async Task One_line_with_an_unknown_key_opens_the_form_and_names_it()
    {
        await env.SayAsync("new trunk name=acme-east site=denver reelm=x");

        Assert.Contains("\nthere is no parameter \"reelm\"; did you mean realm?\n", env.TextOf(Form), StringComparison.Ordinal);
        Assert.Empty(env.Changes.All);
    }

    [Fact]
    public async Task A_name_that_exists_is_refused_unless_everything_is_the_same()
    {
        env.AddTrunk("name=acme-east site=denver edges=umatilla");

        await env.SayAsync("new trunk name=acme-east site=denver edges=ashburn");
        Assert.Contains("Trunk name: there is a trunk of that name since CHG-9; choose another name, or say status acme-east\n", env.TextOf(Form), StringComparison.Ordinal);
        Assert.Empty(env.Changes.All);

        await env.SayAsync("cancel");
        await env.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        Assert.Single(env.Changes.All);
    }

    [Fact]
    public async Task A_name_with_an_open_change_is_refused_at_its_question()
    {
        await env.SayAsync("new trunk name=acme-east site=denver");
        await env.SayAsync("new trunk");

        Assert.StartsWith("Trunk name: CHG-1 is already at work on a trunk of that name; finish it, or say cancel CHG-1.", await env.ReplyToAsync("acme-east"), StringComparison.Ordinal);
        Assert.Equal("form-errors", (await NextAsync("1", ("name", "acme-east"), ("site", "denver"))).RefusalCode);
    }

    [Fact]
    public async Task A_system_that_can_not_be_read_gives_code_message_and_fix_in_place_of_the_plan()
    {
        env.Changes.PlanFails = new SystemFailureException("sbc-unreachable", "LAB-SBC-01 does not answer.", "Look at the SBC.");

        await env.SayAsync("new trunk name=acme-east site=denver");

        Assert.Equal(
            "Simulated lab: no real network is touched.\nNo plan for trunk acme-east\nLAB-SBC-01 does not answer.\nWhat to do: Look at the SBC.\nCode: sbc-unreachable\n",
            env.TextOf(Form));
    }

    [Fact]
    public async Task An_unexpected_error_while_planning_gives_a_reference()
    {
        env.Changes.PlanFails = new InvalidOperationException("password=hunter2");

        await env.SayAsync("new trunk name=acme-east site=denver");

        Assert.Matches("under reference [2-9A-Z]{6}", env.TextOf(Form));
        Assert.DoesNotContain("hunter2", env.TextOf(Form), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_new_trunk_replaces_the_first_form()
    {
        await env.SayAsync("new trunk");
        await env.SayAsync("new trunk");

        Assert.Equal("New trunk\nThis form was replaced by a newer one.\n", env.TextOf(Form));
        Assert.Equal("new-trunk-form", env.Channel.Messages[^1].Message.Card!.Name);
    }

    [Fact]
    public async Task Edit_takes_the_plan_back_and_opens_the_form_with_its_values()
    {
        await env.SayAsync("new trunk name=acme-east site=denver transport=tcp");

        var outcome = await env.PressAsync("edit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));

        Assert.Equal("CHG-1 is taken back; its values are in the new form.", outcome.Notice);
        Assert.Contains("Transport to Twilio = tcp\n", env.TextOf(env.Channel.Messages[^1]), StringComparison.Ordinal);
        await NextAsync("1", ("name", "acme-east"), ("site", "denver"), ("transport", "udp"));
        await NextAsync("2");
        await NextAsync("3");
        Assert.Equal(Trunks.SipTransport.Udp, env.Changes.All["CHG-2"].Plan.Intent.Transport);
    }

    [Fact]
    public async Task Edges_typed_in_any_spelling_stand_ticked_on_the_form_after_Edit()
    {
        await env.SayAsync("new trunk name=acme-east site=denver edges=\"us2 Ashburn\"");
        Assert.Equal("The same in one line: new trunk name=acme-east site=denver edges=ashburn,umatilla", env.Channel.Messages[^1].Message.Text);

        await env.PressAsync("edit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));

        Assert.Equal("ashburn,umatilla", env.InputsOfForm()["edges"]);
        await NextAsync("1");
        await NextAsync("2");
        await NextAsync("3");
        Assert.Equal(["ashburn", "umatilla"], env.Changes.All["CHG-2"].Plan.Intent.Edges.Select(e => e.Name));
    }

    [Fact]
    public async Task A_field_that_was_emptied_is_empty()
    {
        await env.SayAsync("new trunk name=acme-east site=denver termination=other trunk-group=7 edges=umatilla local-port=0");
        Assert.Contains("Step 2 of 3", env.TextOf(Form), StringComparison.Ordinal);
        await PressFormAsync("form-back", "2", ("local-port", ""));

        Assert.Equal("form-errors", (await NextAsync("1", ("termination", ""), ("edges", ""))).RefusalCode);
        Assert.Contains("Twilio edges = \nTwilio edges: choose at least one\n", env.TextOf(Form), StringComparison.Ordinal);
        Assert.Null((await NextAsync("1", ("edges", "dublin"))).RefusalCode);
        Assert.Equal("5060", env.InputsOfForm()["local-port"]);
        await NextAsync("2");
        await NextAsync("3", ("trunk-group", ""), ("polling", ""));

        var intent = env.Changes.All["CHG-1"].Plan.Intent;
        Assert.Equal("acme-east", intent.TerminationName);
        Assert.Equal(["dublin"], intent.Edges.Select(e => e.Name));
        Assert.Null(intent.TrunkGroup);
        Assert.Null(intent.PollingIntervalSeconds);
        Assert.Equal("The same in one line: new trunk name=acme-east site=denver edges=dublin polling=none", env.Channel.Messages[^1].Message.Text);
    }

    [Fact]
    public async Task An_emptied_field_stays_empty_on_the_form()
    {
        await env.SayAsync("new trunk name=acme-east site=denver polling=none numbers=+16502530000");

        Assert.Contains("Step 3 of 3", env.TextOf(Form), StringComparison.Ordinal);
        Assert.Equal("", env.InputsOfForm()["polling"]);
        Assert.Equal("+16502530000", env.InputsOfForm()["numbers"]);
    }

    [Fact]
    public async Task Another_site_shows_its_own_defaults_before_the_form_goes_on()
    {
        using var two = TestEnvironment.Create("denver", "boulder");
        two.Sites.All = [two.Site, two.Site with { Name = "boulder", Title = "Boulder", Defaults = two.Site.Defaults.Append(KeyValuePair.Create("transport", "tcp")).ToDictionary() }];
        await two.SayAsync("new trunk");
        var step = two.InputsOfForm();
        Assert.Equal("udp", step["transport"]);
        step["name"] = "acme-east";
        step["site"] = "boulder";

        var outcome = await two.PressAsync("form-next", TestEnvironment.Ana, TestEnvironment.Chat, [("step", "1"), .. step.Where(i => i.Value.Length > 0).Select(i => (i.Key, i.Value))]);

        Assert.Null(outcome.RefusalCode);
        Assert.Equal("Boulder has other defaults: Transport to Twilio: tcp. Look at them, then press Next.", outcome.Notice);
        var text = two.TextOf(two.Channel.Messages[0]);
        Assert.Contains("Step 1 of 3: who and where\nBoulder has other defaults: Transport to Twilio: tcp. Look at them, then press Next.\n", text, StringComparison.Ordinal);
        Assert.Contains("Transport to Twilio = tcp\n", text, StringComparison.Ordinal);
        step = two.InputsOfForm();
        Assert.Null((await two.PressAsync("form-next", TestEnvironment.Ana, TestEnvironment.Chat, [("step", "1"), .. step.Where(i => i.Value.Length > 0).Select(i => (i.Key, i.Value))])).Notice);
        Assert.Contains("Step 2 of 3", two.TextOf(two.Channel.Messages[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_without_defaults_of_its_own_is_not_shown_twice()
    {
        using var two = TestEnvironment.Create("denver", "boulder");
        await two.SayAsync("new trunk");

        await two.PressAsync("form-next", TestEnvironment.Ana, TestEnvironment.Chat, ("step", "1"), ("name", "a"), ("site", "boulder"), ("edges", "umatilla"), ("transport", "udp"));

        Assert.Contains("Step 2 of 3", two.TextOf(two.Channel.Messages[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_addresses_stand_whole_in_their_field()
    {
        var hundred = string.Join(',', Enumerable.Range(100, 100).Select(i => $"203.0.113.{i}/32"));
        await env.SayAsync($"new trunk name=acme-east site=denver acl={hundred} local-port=0");

        Assert.Equal(hundred, env.InputsOfForm()["acl"]);
        await NextAsync("2", ("local-port", ""));
        await NextAsync("3");

        Assert.Equal(100, env.Changes.All["CHG-1"].Plan.Intent.PublicAddresses.Count);
    }

    [Fact]
    public async Task A_field_takes_as_much_as_is_accepted_and_a_longer_text_is_refused_not_cut()
    {
        await env.SayAsync($"new trunk name=acme-east site=denver realm=GeneralPeeringMedia1 interop-profile={new string('a', 101)}");

        Assert.Contains("Default interop profile = ManagedAccess\nDefault interop profile: is 101 characters long; at most 100 are taken\n", env.TextOf(Form), StringComparison.Ordinal);
        var inputs = TestEnvironment.Inputs(env.Cards.Render(Form.Message.Card!)).Where(i => i["maxLength"] is not null).ToDictionary(i => i["id"]!.GetValue<string>(), i => i["maxLength"]!.GetValue<int>());
        Assert.Equal(2400, inputs["acl"]);
        Assert.Equal(100, inputs["interop-profile"]);
    }

    [Fact]
    public async Task What_the_site_allows_is_offered_for_every_parameter()
    {
        env.Sites.All =
        [
            env.Site with
            {
                Choices = new Dictionary<string, IReadOnlyList<string>> { ["edges"] = ["us2", "dublin"], ["transport"] = ["tcp"], ["local-port"] = ["5060", "5080"], ["polling"] = ["60", "120"] },
            },
        ];
        await env.SayAsync("new trunk");

        Assert.Equal("umatilla,dublin", env.InputsOfForm()["edges"]);
        Assert.Equal("tcp", env.InputsOfForm()["transport"]);
        Assert.Equal("Trunk name: acme-east. Next question: Twilio edges? (umatilla, dublin) Say default for umatilla,dublin.", await env.ReplyToAsync("acme-east"));
        Assert.StartsWith("Twilio edges: \"tokyo\" is not one of this site's: umatilla, dublin.", await env.ReplyToAsync("tokyo"), StringComparison.Ordinal);
        await NextAsync("1");
        Assert.Equal("5060", env.InputsOfForm()["local-port"]);
        await NextAsync("2", ("local-port", "5080"));
        await NextAsync("3", ("polling", "none"));
        Assert.Equal("The same in one line: new trunk name=acme-east site=denver local-port=5080 polling=none", env.Channel.Messages[^1].Message.Text);
    }

    [Fact]
    public async Task A_form_that_can_not_be_edited_is_shown_anew_and_new_trunk_still_answers()
    {
        await env.SayAsync("new trunk");
        env.Channel.Refuses = (_, isEdit) => isEdit;

        Assert.StartsWith("Trunk name: acme-east. Next question: Twilio edges?", await env.ReplyToAsync("acme-east"), StringComparison.Ordinal);
        Assert.Equal("acme-east", env.InputsOfForm()["name"]);
        Assert.Equal("new-trunk-form", (await env.SayAsync("new trunk")).Single().Message.Card!.Name);
    }

    [Fact]
    public async Task A_platform_that_takes_no_cards_still_shows_a_sentence()
    {
        env.Channel.Refuses = (message, _) => message.Card is not null;

        Assert.Matches("^Something went wrong during that .* under reference [2-9A-Z]{8}[.]$", await env.ReplyToAsync("new trunk"));
    }

    [Fact]
    public async Task Blanks_around_a_name_do_not_get_around_its_check()
    {
        env.AddTrunk("name=acme-east site=denver edges=umatilla");

        await env.SayAsync("new trunk name=\" acme-east \" site=denver edges=ashburn");

        Assert.Contains("Trunk name: there is a trunk of that name since CHG-9", env.TextOf(Form), StringComparison.Ordinal);
        Assert.StartsWith("I took nothing of that: Trunk name: there is a trunk of that name since CHG-9", await env.ReplyToAsync("name=acme-east edges=dublin"), StringComparison.Ordinal);
        Assert.Empty(env.Changes.All);
    }

    [Fact]
    public async Task The_same_trunk_is_the_same_however_it_is_spelled()
    {
        env.Stores.Trunks.Add(env.AddTrunk() with
        {
            Values = [.. env.Stores.Trunks[0].Values.Select(v => v.Key == "edges" ? v with { Text = "us1, Umatilla" } : v.Key == "transport" ? v with { Text = "UDP" } : v)],
        });
        env.Stores.Trunks.RemoveAt(0);

        await env.SayAsync("new trunk name=acme-east site=denver edges=\"umatilla, ashburn\" trunk-group=none acl=203.0.113.0/28");

        Assert.Single(env.Changes.All);
    }

    [Fact]
    public async Task A_line_that_can_not_be_printed_does_not_keep_the_plan_from_being_made()
    {
        env.Channel.Refuses = (message, _) => message.Text?.StartsWith("The same in one line", StringComparison.Ordinal) == true;

        await env.SayAsync("new trunk name=acme-east site=denver");

        Assert.Equal("plan", Form.Message.Card!.Name);
    }

    [Fact]
    public async Task Answers_are_kept_when_the_platform_is_away_as_the_planning_begins()
    {
        await env.SayAsync("new trunk name=acme-east local-port=0");
        await NextAsync("2", ("local-port", "5080"));
        env.Channel.Failures = 2;
        Assert.Equal("internal-error", (await NextAsync("3")).RefusalCode);
        Assert.Empty(env.Changes.All);

        Assert.Equal("The plan is being made.", (await NextAsync("3")).Notice);

        Assert.Equal(5080, env.Changes.All["CHG-1"].Plan.Intent.LocalPort);
    }

    [Fact]
    public async Task A_plan_whose_card_can_not_be_drawn_at_first_is_drawn_later_and_never_called_a_failure()
    {
        var refusals = 0;
        var seen = new List<string>();
        env.Channel.Refuses = (message, isEdit) =>
        {
            seen.Add(env.TextOf(message));
            return isEdit && refusals++ < 3;
        };

        await env.SayAsync("new trunk name=acme-east site=denver");

        Assert.Equal("plan", Form.Message.Card!.Name);
        Assert.Equal(Form.Id, env.Stores.Cards.Single().MessageId);
        Assert.DoesNotContain(seen, s => s.Contains("Nothing was changed;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_whose_card_can_not_be_kept_is_named_with_what_to_say_next()
    {
        env.Stores.AddCardFails = new InvalidOperationException("disk full");

        await env.SayAsync("new trunk name=acme-east site=denver");

        var text = env.TextOf(Form);
        Assert.Contains("CHG-1 is planned, but it has no card.", text, StringComparison.Ordinal);
        Assert.Contains("What to do: Say plan CHG-1 to read it, or cancel CHG-1 and ask again.\nCode: internal-error\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_stops_while_it_plans_says_so_in_place_of_the_plan()
    {
        env.Changes.PlanFails = new OperationCanceledException();
        env.Background.Stop();

        await env.SayAsync("new trunk name=acme-east site=denver");

        Assert.Equal(
            "Simulated lab: no real network is touched.\nNo plan for trunk acme-east\nThe program was stopped before the plan was made.\nWhat to do: Nothing was changed; ask again when it runs.\nCode: program-stopped\n",
            env.TextOf(Form));
    }

    [Fact]
    public async Task A_plan_that_is_made_as_the_program_stops_is_shown()
    {
        env.Background.Stop();

        await env.SayAsync("new trunk name=acme-east site=denver");

        Assert.Equal("plan", Form.Message.Card!.Name);
        Assert.Equal(Form.Id, env.Stores.Cards.Single().MessageId);
    }

    [Fact]
    public async Task A_form_that_nobody_answered_for_an_hour_is_closed_by_the_next_text()
    {
        await env.SayAsync("new trunk");
        env.Time.Advance(TimeSpan.FromMinutes(60));
        Assert.StartsWith("Trunk name: acme-east.", await env.ReplyToAsync("acme-east"), StringComparison.Ordinal);
        env.Time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal("I don't know \"umatilla\". Say help for everything I can do.", await env.ReplyToAsync("umatilla"));

        Assert.Equal("New trunk\nClosed, because nobody answered for an hour. Nothing was planned; say new trunk to begin again.\n", env.TextOf(Form));
        Assert.Equal("form-closed", (await env.PressAsync("form-next", TestEnvironment.Ana, TestEnvironment.Chat, ("step", "1"))).RefusalCode);
    }

    [Fact]
    public async Task A_form_is_good_for_its_own_buttons_however_long_it_took_to_fill_in()
    {
        await env.SayAsync("new trunk");
        env.Time.Advance(TimeSpan.FromHours(30));

        Assert.Null((await NextAsync("1", ("name", "acme-east"))).RefusalCode);
    }

    [Fact]
    public async Task A_mistyped_command_does_not_become_the_name_of_the_trunk()
    {
        await env.SayAsync("new trunk");

        Assert.Equal(
            "I did not take \"staus\" as the name: did you mean the command status? If it is the name, say name=staus. Next question: Trunk name? (1 to 20 lower-case letters, digits, hyphens)",
            await env.ReplyToAsync("staus"));
        Assert.StartsWith("Trunk name: staus.", await env.ReplyToAsync("name=staus"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_a_command_can_be_given_and_the_command_says_how()
    {
        await env.SayAsync("new trunk");

        Assert.Equal("Say it like this: test NAME [direct [EDGE] | edges | inbound] [to NUMBER]. As the answer to the question, say name=test.", await env.ReplyToAsync("test"));
        Assert.StartsWith("Trunk name: test.", await env.ReplyToAsync("name=test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_of_an_optional_value_with_a_default_says_how_to_leave_it_empty()
    {
        await env.SayAsync("new trunk name=acme-east site=denver local-port=0");
        await NextAsync("2", ("local-port", ""));
        await env.SayAsync("default");

        Assert.EndsWith("Next question: OPTIONS polling interval (s)? (15 to 3600 seconds) Say default for 60, or none to leave it empty.", await env.ReplyToAsync("default"), StringComparison.Ordinal);
        Assert.StartsWith("OPTIONS polling interval (s): none.", await env.ReplyToAsync("none"), StringComparison.Ordinal);
        await env.SayAsync("next");
        Assert.Null(env.Changes.All["CHG-1"].Plan.Intent.PollingIntervalSeconds);
    }

    public void Dispose() => env.Dispose();

    private Task<TurnOutcome> NextAsync(string step, params (string Key, string Value)[] inputs) => PressFormAsync("form-next", step, inputs);

    /// <summary>
    /// Sends what the official renderer sends: every input of the newest form that is not empty, with what the test put into some of them.
    /// </summary>
    private Task<TurnOutcome> PressFormAsync(string verb, string step, params (string Key, string Value)[] inputs)
    {
        var sent = env.InputsOfForm();
        foreach (var (key, value) in inputs)
        {
            sent[key] = value;
        }

        return env.PressAsync(verb, TestEnvironment.Ana, TestEnvironment.Chat, [("step", step), .. sent.Where(s => s.Value.Length > 0).Select(s => (s.Key, s.Value))]);
    }
}
