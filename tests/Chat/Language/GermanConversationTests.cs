using System.Globalization;

namespace TrunkBot.Chat.Tests.Language;

/// <summary>Ana reads German in her own chat; whoever else reads, reads what everybody reads.</summary>
public sealed class GermanConversationTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task Answers_are_German_from_then_on()
    {
        await bot.SayAsync("language de");
        await bot.SayAsync("status acme-west");
        await bot.SayAsync("stauts");
        await bot.SayAsync("help new trunk");

        Assert.Equal(
            [
                "Ihre Sprache ist von jetzt an de.",
                "Es gibt keinen Trunk „acme-west“ (trunk-unknown). Schreiben Sie list für die vorhandenen.",
                "„stauts“ kenne ich nicht. Meinten Sie status? Schreiben Sie help für alles, was ich kann.",
            ],
            bot.Channel.Messages.Take(3).Select(m => m.Message.Text));
        Assert.Contains("\nname: Trunkname. Wie dieser Trunk genannt wird. (1 bis 20 Kleinbuchstaben, Ziffern, Bindestriche)\n", bot.Channel.Messages[3].Message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_and_the_plan_are_German_and_the_request_for_everybody_is_not()
    {
        await bot.WithApprovalsAsync();
        await bot.SayAsync("language de");
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        var plan = bot.Channel.Messages.Last(m => m.Conversation == "ana" && m.Message.Card is { Name: "plan" });
        Assert.Contains(
            "\nTrunk acme-east zwischen CFS, Perimeta und Twilio einrichten als acme-east.pstn.twilio.com, über 1 edge (umatilla), in 4 Schritten, davon 1 von einer Person. Noch wurde nichts gesendet; jeder Schritt kann rückgängig gemacht werden.\n",
            InGerman(plan), StringComparison.Ordinal);
        Assert.Contains("[Zur Freigabe einreichen]", InGerman(plan), StringComparison.Ordinal);

        await bot.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));
        var request = bot.Channel.Messages.Last(m => m.Conversation == "approvals" && m.Message.Card is not null);

        Assert.Contains("Approval needed", bot.TextOf(request), StringComparison.Ordinal);
        Assert.DoesNotContain("Freigabe", request.Message.Card!.Data.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Wartet auf Freigabe", bot.Channel.Messages.Last(m => m.Conversation == "ana" && m.Message.Card is { Name: "plan" }).Message.Card!.Data["state"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_group_everybody_reads_English()
    {
        await bot.SayAsync("language de");
        await bot.SayAsync("status acme-west", TestEnvironment.Ana, TestEnvironment.Approvals);

        Assert.Equal("There is no trunk \"acme-west\" (trunk-unknown). Say list for those there are.", bot.Channel.Messages.Last(m => m.Conversation == "approvals").Message.Text);
    }

    private string InGerman(Shown message)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de");
        var text = bot.TextOf(message);
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        return text;
    }
}
