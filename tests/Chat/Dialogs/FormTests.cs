using TrunkBot.Changes.Life;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests.Dialogs;

/// <summary>Forms as dialogs beside the conversation, in channels that have them.</summary>
public sealed class FormTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public FormTests() => bot.Channel.Capabilities |= ChannelCapabilities.Forms;

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task A_typed_new_trunk_posts_a_card_that_invites_to_the_form()
    {
        var said = Assert.Single(await bot.SayAsync("new trunk"));

        Assert.Equal("form-open", said.Message.Card!.Name);
        Assert.Contains("Step 1 of 3: who and where. Open the form, or type the answers", bot.TextOf(said), StringComparison.Ordinal);
        Assert.Contains("[Open the form]", bot.TextOf(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_goes_from_step_to_step_beside_the_conversation_and_ends_as_the_plan_in_the_place_of_the_invitation()
    {
        var invitation = Assert.Single(await bot.SayAsync("new trunk"));

        var first = await PressAsync("form-open");
        Assert.Equal("New trunk, step 1 of 3: who and where", first.Form!.Title);
        Assert.Empty(first.Form.Errors);
        var second = await PressAsync("form-next", ("step", "1"), ("name", "acme-east"), ("site", "denver"), ("edges", "umatilla"));
        Assert.Equal("New trunk, step 2 of 3: addressing", second.Form!.Title);
        var third = await PressAsync("form-next", [("step", "2"), .. InputsOf(second.Form)]);
        Assert.Equal("New trunk, step 3 of 3: routing and numbers", third.Form!.Title);
        Assert.Equal("form-open", invitation.Message.Card!.Name);
        var end = await PressAsync("form-next", [("step", "3"), .. InputsOf(third.Form)]);

        Assert.Equal(TurnOutcome.Nothing, end);
        Assert.Equal("plan", invitation.Message.Card!.Name);
        Assert.Equal(2, bot.Channel.Messages.Count);
        Assert.StartsWith("The same in one line: new trunk name=acme-east site=denver edges=umatilla", bot.Channel.Messages[1].Message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_stands_beside_its_field_with_the_value_kept_and_nothing_in_the_conversation()
    {
        await bot.SayAsync("new trunk");

        var outcome = await PressAsync("form-next", ("step", "1"), ("name", "Acme East"), ("site", "denver"), ("edges", "umatilla"));

        Assert.Equal("use 1 to 20 lower-case letters, digits or hyphens, beginning with a letter and not ending with a hyphen", outcome.Form!.Errors["name"]);
        Assert.DoesNotContain("edges", outcome.Form.Errors.Keys);
        Assert.Null(outcome.RefusalCode);
        Assert.Contains(("name", "Acme East"), InputsOf(outcome.Form));
        Assert.Equal(0, Assert.Single(bot.Channel.Messages).Edits);
    }

    [Fact]
    public async Task Typed_answers_work_on_the_draft_that_the_form_shows()
    {
        await bot.SayAsync("new trunk");
        await bot.SayAsync("name=acme-east");

        var form = (await PressAsync("form-open")).Form!;

        Assert.Contains(("name", "acme-east"), InputsOf(form));
        Assert.Equal(1, bot.Channel.Messages[0].Edits);
    }

    [Fact]
    public async Task A_typed_mistake_is_said_on_the_invitation()
    {
        await bot.SayAsync("new trunk name=acme-east edges=atlantis");

        Assert.Contains("Twilio edges: ", bot.TextOf(bot.Channel.Messages[0]), StringComparison.Ordinal);
        Assert.Equal("form-open", bot.Channel.Messages[0].Message.Card!.Name);
    }

    [Fact]
    public async Task Cancel_closes_the_form_and_the_invitation_says_so()
    {
        var invitation = Assert.Single(await bot.SayAsync("new trunk"));

        Assert.Equal(TurnOutcome.Nothing, await PressAsync("form-cancel", ("step", "1")));

        Assert.Contains("Cancelled. Nothing was planned.", bot.TextOf(invitation), StringComparison.Ordinal);
        Assert.Equal("form-closed", (await PressAsync("form-open")).RefusalCode);
    }

    [Fact]
    public async Task A_form_that_was_left_behind_shows_the_step_at_which_the_draft_is()
    {
        await bot.SayAsync("new trunk");
        await PressAsync("form-next", ("step", "1"), ("name", "acme-east"), ("site", "denver"), ("edges", "umatilla"));

        var form = (await PressAsync("form-next", ("step", "1"), ("name", "other"))).Form!;

        Assert.Equal("New trunk, step 2 of 3: addressing", form.Title);
        Assert.Contains("The form has moved on to step 2.", TestEnvironment.TextOf(bot.Cards.Render(form.Card)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_dialogs_is_told_to_type()
    {
        await bot.SayAsync("new trunk");

        var outcome = await bot.PressAsync("form-open", TestEnvironment.Ana, TestEnvironment.Chat);

        Assert.Equal("form-needs-dialog", outcome.RefusalCode);
    }

    [Fact]
    public async Task A_form_that_was_opened_out_of_nothing_and_closed_again_swallows_nothing_that_is_typed()
    {
        Assert.NotNull((await PressAsync("new-trunk")).Form);

        Assert.StartsWith("I don't know \"acme-east\".", await bot.ReplyToAsync("acme-east"), StringComparison.Ordinal);
        Assert.NotNull((await PressAsync("form-next", ("step", "1"), ("name", "acme-east"), ("site", "denver"), ("edges", "umatilla"))).Form);
    }

    [Fact]
    public async Task A_rejection_without_a_reason_asks_for_one_and_takes_it()
    {
        await bot.WithApprovalsAsync();
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        await bot.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));

        var asked = await bot.PressInDialogAsync("reject", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"));
        var blank = await bot.PressInDialogAsync("reject", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("reason", " "));
        Assert.Equal(ChangeState.WaitingForApproval, bot.Changes.All["CHG-1"].State);
        var done = await bot.PressInDialogAsync("reject", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("reason", "wrong edge"));

        Assert.Equal("Reject CHG-1", asked.Form!.Title);
        Assert.Empty(asked.Form.Errors);
        Assert.Equal("A rejection needs a reason.", blank.Form!.Errors["reason"]);
        Assert.Equal("CHG-1 is rejected.", done.Notice);
        Assert.Equal("wrong edge", Assert.Single(bot.Changes.All["CHG-1"].Decisions).Reason);
    }

    private Task<TurnOutcome> PressAsync(string verb, params (string Key, string Value)[] data) =>
        bot.PressInDialogAsync(verb, TestEnvironment.Ana, TestEnvironment.Chat, data);

    private (string Key, string Value)[] InputsOf(FormContent form) =>
        [.. TestEnvironment.Inputs(bot.Cards.Render(form.Card)).Select(i => (i["id"]!.GetValue<string>(), i["value"]?.GetValue<string>() ?? ""))];
}
