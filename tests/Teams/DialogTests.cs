using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests;

/// <summary>Dialogs (<c>task/fetch</c>, <c>task/submit</c>) and the commands of the message extension.</summary>
public sealed class DialogTests
{
    private const string Button = """
        {"type":"AdaptiveCard","version":"1.5","body":[{"type":"ActionSet","actions":[
          {"type":"Action.Execute","title":"Next","verb":"form-next","data":{"step":"1"},"style":"positive","associatedInputs":"auto"},
          {"type":"Action.Execute","title":"Cancel","verb":"form-cancel","associatedInputs":"none"}]}]}
        """;

    [Theory]
    [InlineData("task/fetch")]
    [InlineData("task/submit")]
    [InlineData("composeExtension/submitAction")]
    public async Task A_dialog_is_opened_and_sent_by_a_turn_that_can_show_a_form(string name)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke(name, """{"context":{"theme":"dark"},"data":{"msteams":{"type":"task/fetch"},"verb":"form-next","step":"1","name":"acme-east"}}"""));

        var turn = Assert.Single(host.Intake.Invoked);
        Assert.True(turn.CanShowForm);
        Assert.Equal(TurnKind.Action, turn.Kind);
        Assert.Equal("form-next", turn.Verb);
        Assert.Equal("m7", turn.MessageId);
        Assert.Equal("name=acme-east step=1", string.Join(' ', turn.Data.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}")));
        Assert.Equal("msteams:00000000-0000-0000-0000-000000000020", turn.From.Id);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_form_goes_on_as_a_dialog_whose_buttons_submit()
    {
        var task = await AnswerAsync(new TurnOutcome
        {
            Form = new FormContent("New trunk, step 1 of 3", new CardContent("new-trunk-form", new JsonObject { ["card"] = JsonNode.Parse(Button) }), new Dictionary<string, string> { ["name"] = "too long" }),
        });

        Assert.Equal("continue", task["type"]!.GetValue<string>());
        Assert.Equal("New trunk, step 1 of 3", task["value"]!["title"]!.GetValue<string>());
        Assert.Equal("application/vnd.microsoft.card.adaptive", task["value"]!["card"]!["contentType"]!.GetValue<string>());
        Assert.Equal(
            """[{"type":"Action.Submit","title":"Next","data":{"step":"1","verb":"form-next"},"style":"positive","associatedInputs":"auto"},{"type":"Action.Submit","title":"Cancel","data":{"verb":"form-cancel"},"associatedInputs":"none"}]""",
            task["value"]!["card"]!["content"]!["body"]![0]!["actions"]!.ToJsonString());
    }

    [Fact]
    public async Task A_notice_and_a_refusal_are_said_in_the_dialog()
    {
        Assert.Equal("""{"type":"message","value":"CHG-1 is rejected."}""", (await AnswerAsync(TurnOutcome.Told("CHG-1 is rejected."))).ToJsonString());
        Assert.Equal("""{"type":"message","value":"This form is closed."}""", (await AnswerAsync(TurnOutcome.Refused("form-closed", "This form is closed."))).ToJsonString());
    }

    [Theory]
    [InlineData("task/fetch", """{"data":{}}""", "The button sent no verb. Ask for the card again.")]
    [InlineData("task/submit", "[]", "The button sent no verb. Ask for the card again.")]
    [InlineData("composeExtension/fetchTask", """{"commandId":"other"}""", "TrunkBot does not know this command. Its app is older or newer than the bot: install the app again.")]
    public async Task What_has_no_verb_or_is_no_command_of_ours_does_nothing_and_says_so(string name, string value, string said)
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke(name, value));

        Assert.Equal(said, (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["task"]!["value"]!.GetValue<string>());
        Assert.Empty(host.Intake.Invoked);
    }

    [Fact]
    public async Task New_trunk_in_the_compose_box_opens_the_form()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke("composeExtension/fetchTask", """{"commandId":"newTrunk","commandContext":"compose","context":{"theme":"default"}}"""));

        var turn = Assert.Single(host.Intake.Invoked);
        Assert.Equal(("new-trunk", true), (turn.Verb, turn.CanShowForm));
    }

    [Fact]
    public async Task Diagnose_on_a_message_hands_on_its_text_without_markup_and_answers_in_its_thread()
    {
        await using var host = await BotHost.StartAsync();

        using var response = await host.PostAsync(Invoke("composeExtension/fetchTask", """
            {"commandId":"diagnoseTrunk","commandContext":"message","messagePayload":{"id":"1795376895890","replyToId":null,
             "body":{"contentType":"html","content":"<div>Calls over <b>acme&#45;east</b> fail<br>since 14:02 &lt;at&gt;</div>"},
             "attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":"{\"type\":\"AdaptiveCard\",\"body\":[{\"type\":\"TextBlock\",\"text\":\"also acme-west\"}]}"}]}}
            """));

        var turn = Assert.Single(host.Intake.Invoked);
        Assert.Equal("diagnose-from", turn.Verb);
        Assert.StartsWith("Calls over acme-east fail since 14:02 <at>", turn.Data["text"], StringComparison.Ordinal);
        Assert.Contains("also acme-west", turn.Data["text"], StringComparison.Ordinal);
        Assert.Equal("19:x@thread.tacv2;messageid=1795376895890", turn.Where.ConversationId);
    }

    [Fact]
    public async Task A_dialog_that_is_late_says_so()
    {
        await using var host = await BotHost.StartAsync();
        var work = new TaskCompletionSource<TurnOutcome>();
        host.Intake.Answer = _ => work.Task;

        var post = host.PostAsync(Invoke("task/submit", """{"data":{"verb":"form-next"}}"""));
        await host.Time.PassNextPauseAsync();
        using var response = await post;

        Assert.Contains("This takes a little longer.", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        work.SetResult(TurnOutcome.Nothing);
    }

    private static async Task<JsonNode> AnswerAsync(TurnOutcome outcome)
    {
        await using var host = await BotHost.StartAsync();
        host.Intake.Answer = _ => Task.FromResult(outcome);

        using var response = await host.PostAsync(Invoke("task/submit", """{"data":{"verb":"form-next"}}"""));

        return (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["task"]!;
    }

    private static string Invoke(string name, string value) => $$"""
        {"type":"invoke","name":"{{name}}","id":"i1","channelId":"msteams","serviceUrl":"http://localhost:3978/connector","replyToId":"m7",
         "from":{"id":"29:1abc","name":"Ana Ortiz","aadObjectId":"00000000-0000-0000-0000-000000000020"},"recipient":{"id":"28:bot"},
         "conversation":{"id":"19:x@thread.tacv2","conversationType":"channel","isGroup":true,"tenantId":"t1"},"value":{{value}}}
        """;
}
