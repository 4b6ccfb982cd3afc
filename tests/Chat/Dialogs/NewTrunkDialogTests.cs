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
        Assert.Equal("The same in one line: new trunk name=acme-east site=denver edges=\"umatilla, ashburn\" service-network=7", env.Channel.Messages[^1].Message.Text);
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
        Assert.Equal("new trunk name=acme-east site=denver edges=\"umatilla, ashburn\" service-network=7 adjacency=tw-{name}-{edge} polling=90", line);
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
        await env.PressAsync("form-back", TestEnvironment.Ana, TestEnvironment.Chat, ("step", "2"), ("service-network", "9"));
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
        Assert.Equal("The same in one line: new trunk name=acme-east site=denver edges=\"umatilla, ashburn\" termination=acme", await env.ReplyToAsync("next"));
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
        Assert.Equal("Site: there is no site \"boston\". Next question: Site? (denver, boulder)", await two.ReplyToAsync("boston"));
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
        Assert.StartsWith("I took nothing of that: there is no parameter colour.", await env.ReplyToAsync("colour=red"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Back_cancel_and_help_work_while_the_dialog_waits_and_so_do_commands()
    {
        await env.SayAsync("new trunk");
        Assert.StartsWith("Trunk name: What people will call this trunk. Type the answer", await env.ReplyToAsync("help"), StringComparison.Ordinal);
        Assert.StartsWith("This is the first step.", await env.ReplyToAsync("back"), StringComparison.Ordinal);
        Assert.StartsWith("You are Ana Ortiz", await env.ReplyToAsync("whoami"), StringComparison.Ordinal);
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

        Assert.Contains("reelm: there is no such parameter; say help new trunk\n", env.TextOf(Form), StringComparison.Ordinal);
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

    public void Dispose() => env.Dispose();

    private Task<TurnOutcome> NextAsync(string step, params (string Key, string Value)[] inputs) =>
        env.PressAsync("form-next", TestEnvironment.Ana, TestEnvironment.Chat, [("step", step), .. inputs]);
}
