using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Tests.Support;
using TrunkBot.Slack.Views;

namespace TrunkBot.Slack.Tests.Incoming;

/// <summary>A sent form: what becomes of the modal.</summary>
public sealed class ModalTests
{
    private static readonly FormContent StepOne = TestBlocks.Form("New trunk, step 1 of 3", 1, ["name", "site"]);

    private static JsonObject Opened(FormContent form, int revision = 1) => new Modals(new TestBlocks()).Form(form, "T1/C1/1795348800.000100", revision);

    [Fact]
    public async Task A_sent_form_is_the_press_of_its_button_with_what_was_entered()
    {
        await using var host = await SlackHost.StartAsync();

        await host.PostPayloadAsync(Sent.Submission(Opened(StepOne), ("name#1", "name", Sent.Typed("acme-east")), ("site#1", "site", Sent.Typed(null))));

        var turn = Assert.Single(host.Core.Invoked);
        Assert.Equal((TurnKind.Action, "form-next", "T1/C1/1795348800.000100", true), (turn.Kind, turn.Verb, turn.Where.ConversationId, turn.CanShowForm));
        Assert.Equal("name=acme-east site= step=1", string.Join(' ', turn.Data.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}")));
    }

    [Fact]
    public async Task Errors_of_fields_stand_beside_them_and_leave_what_was_entered()
    {
        var answer = await AnswerToAsync(new() { Form = TestBlocks.Form("New trunk, step 1 of 3", 1, ["name", "site"], ("name", "Name: acme-east is taken")) });

        Assert.Equal("""{"response_action":"errors","errors":{"name#1":"Name: acme-east is taken"}}""", answer.ToJsonString());
    }

    [Fact]
    public async Task An_error_without_a_field_stands_above_the_form()
    {
        var answer = await AnswerToAsync(new() { Form = TestBlocks.Form("New trunk, step 1 of 3", 1, ["name", "site"], ("colour", "There is no field colour")) });

        Assert.Equal("update", answer["response_action"]!.GetValue<string>());
        Assert.Equal(
            """{"type":"context","elements":[{"type":"plain_text","text":"There is no field colour","emoji":false}]}""",
            answer["view"]!["blocks"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task Errors_of_another_step_show_that_step()
    {
        var answer = await AnswerToAsync(new() { Form = TestBlocks.Form("New trunk, step 2 of 3", 2, ["name"], ("name", "wrong")) });

        Assert.Equal(("update", "New trunk, step 2 of 3"), (answer["response_action"]!.GetValue<string>(), answer["view"]!["title"]!["text"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_next_step_takes_the_place_of_the_last_in_blocks_that_the_client_does_not_know_yet()
    {
        var answer = await AnswerToAsync(new() { Form = TestBlocks.Form("New trunk, step 2 of 3", 2, ["realm"]) });

        Assert.Equal("update", answer["response_action"]!.GetValue<string>());
        Assert.Equal("realm#2", answer["view"]!["blocks"]![0]!["block_id"]!.GetValue<string>());
        Assert.Equal(
            """{"Where":"T1/C1/1795348800.000100","Verb":"form-next","Data":{"step":"2"},"Revision":2}""",
            answer["view"]!["private_metadata"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_last_step_closes_every_view_and_its_notice_is_private()
    {
        await using var host = await SlackHost.StartAsync();
        host.Core.Answer = _ => Task.FromResult(TurnOutcome.Told("The plan is being made."));

        var (_, body) = await host.PostPayloadAsync(Sent.Submission(Opened(StepOne)));

        Assert.Equal("""{"response_action":"clear"}""", body);
        Assert.Equal(("T1/C1/1795348800.000100", "slack:T1/U1", "The plan is being made."), await host.Channel.NextToldAsync());
    }

    [Fact]
    public async Task A_refused_form_says_why_and_can_not_be_sent_again()
    {
        var answer = await AnswerToAsync(TurnOutcome.Refused("form-closed", "This form is closed."));

        Assert.Equal("update", answer["response_action"]!.GetValue<string>());
        Assert.Equal("This form is closed.", answer["view"]!["blocks"]![0]!["text"]!["text"]!.GetValue<string>());
        Assert.Null(answer["view"]!["submit"]);
    }

    [Fact]
    public async Task A_slow_form_waits_in_a_view_that_is_edited_when_its_outcome_is_there()
    {
        await using var host = await SlackHost.StartAsync();
        var core = new TaskCompletionSource<TurnOutcome>();
        host.Core.Answer = _ => core.Task;

        var posting = host.PostPayloadAsync(Sent.Submission(Opened(StepOne)));
        await host.Time.PassPauseAsync(TimeSpan.FromSeconds(2));
        var waiting = JsonNode.Parse((await posting).Body)!;
        core.SetResult(new() { Form = TestBlocks.Form("New trunk, step 2 of 3", 2, ["realm"]) });
        await host.Time.PassPauseAsync(TimeSpan.FromSeconds(1));
        var updated = await host.Api.NextAsync("views.update");

        Assert.Equal("update", waiting["response_action"]!.GetValue<string>());
        Assert.StartsWith("Working on it.", waiting["view"]!["blocks"]![0]!["text"]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(("V1", "realm#2"), (updated.Arguments["view_id"]!.GetValue<string>(), updated.Arguments["view"]!["blocks"]![0]!["block_id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Back_edits_the_modal_that_the_presser_saw_and_takes_what_was_entered_along()
    {
        await using var host = await SlackHost.StartAsync();
        host.Core.Answer = _ => Task.FromResult(new TurnOutcome { Form = StepOne });
        var back = Sent.Press("form-back", """{"step":"2"}""");
        back["view"] = Sent.Seen(Opened(TestBlocks.Form("New trunk, step 2 of 3", 2, ["realm"]), 4), new JsonObject { ["realm#4"] = new JsonObject { ["realm"] = Sent.Typed("core") } });

        await host.PostPayloadAsync(back);

        var updated = await host.Api.NextAsync("views.update");
        Assert.Equal("realm=core step=2", string.Join(' ', host.Core.Invoked.Single().Data.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}")));
        Assert.Equal("T1/C1/1795348800.000100", host.Core.Invoked.Single().Where.ConversationId);
        Assert.Equal(("V1", "h1", "name#5"), (updated.Arguments["view_id"]!.GetValue<string>(), updated.Arguments["hash"]!.GetValue<string>(), updated.Arguments["view"]!["blocks"]![0]!["block_id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_refusal_over_a_modal_stands_above_it()
    {
        await using var host = await SlackHost.StartAsync();
        host.Core.Answer = _ => Task.FromResult(TurnOutcome.Refused("form-closed", "This form is closed."));
        var back = Sent.Press("form-back", """{"step":"2"}""");
        back["view"] = Sent.Seen(Opened(StepOne));

        await host.PostPayloadAsync(back);

        Assert.Equal("trigger-7", (await host.Api.NextAsync("views.push")).Arguments["trigger_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Who_closes_a_form_gives_it_up()
    {
        await using var host = await SlackHost.StartAsync();
        var closed = Sent.Submission(Opened(StepOne));
        closed["type"] = "view_closed";
        closed.Remove("trigger_id");

        await host.PostPayloadAsync(closed);

        var turn = Assert.Single(host.Core.Accepted);
        Assert.Equal(("form-cancel", "1", false), (turn.Verb, turn.Data["step"], turn.CanShowForm));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"Where":"elsewhere","Verb":"approve","Data":{},"Revision":1}""")]
    public async Task A_view_that_is_none_of_ours_is_no_turn(string metadata)
    {
        await using var host = await SlackHost.StartAsync();
        var sent = Sent.Submission(Opened(StepOne));
        sent["view"]!["private_metadata"] = metadata;

        Assert.Equal("", (await host.PostPayloadAsync(sent)).Body);
        Assert.Empty(host.Core.Invoked);
    }

    private static async Task<JsonObject> AnswerToAsync(TurnOutcome outcome)
    {
        await using var host = await SlackHost.StartAsync();
        host.Core.Answer = _ => Task.FromResult(outcome);
        var (_, body) = await host.PostPayloadAsync(Sent.Submission(Opened(StepOne), ("name#1", "name", Sent.Typed("acme-east"))));
        return JsonNode.Parse(body)!.AsObject();
    }

    [Fact]
    public void Words_of_a_modal_that_are_too_long_for_Slack_end_in_dots_at_24_characters()
    {
        var view = new Modals(new TestBlocks()).Form(TestBlocks.Form("Neue SIP-Anbindung, Schritt 2 von 3", 2, ["name"]), "T1/C1", 1);

        Assert.Equal("Neue SIP-Anbindung, Sch…", (string?)view["title"]!["text"]);
        Assert.Equal(("Next", "Cancel"), ((string?)view["submit"]!["text"], (string?)view["close"]!["text"]));
    }
}
