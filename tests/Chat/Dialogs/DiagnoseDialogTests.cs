using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests.Dialogs;

/// <summary>"Diagnose this trunk" on somebody's message.</summary>
public sealed class DiagnoseDialogTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Theory]
    [InlineData("Calls over ACME-EAST fail", "The message speaks of acme-east.")]
    [InlineData("acme-east-2 and xacme-east fail", "The message names no trunk that I know. Choose one.")]
    [InlineData("acme-west, then acme-east", "The message speaks of acme-west, acme-east. Choose one.")]
    [InlineData("", "The message names no trunk that I know. Choose one.")]
    public async Task The_dialog_says_which_trunk_it_recognised(string text, string said)
    {
        bot.AddTrunk();
        bot.AddTrunk("name=acme-west site=denver edges=umatilla");

        var outcome = await AskAsync(text);

        Assert.Contains(said, TestEnvironment.TextOf(bot.Cards.Render(outcome.Form!.Card)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chosen_trunk_is_diagnosed_in_the_conversation()
    {
        bot.AddTrunk();

        await bot.PressInDialogAsync("diagnose", TestEnvironment.Ana, TestEnvironment.Chat, ("trunk", "acme-east"));

        Assert.Equal("diagnosis", Assert.Single(bot.Channel.Messages).Message.Card!.Name);
    }

    [Fact]
    public async Task Without_trunks_there_is_nothing_to_diagnose() => Assert.Equal("no-trunks", (await AskAsync("acme-east")).RefusalCode);

    private Task<TurnOutcome> AskAsync(string text) => bot.PressInDialogAsync("diagnose-from", TestEnvironment.Ana, TestEnvironment.Chat, ("text", text));
}
