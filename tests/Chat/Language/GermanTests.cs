using System.Globalization;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;

namespace TrunkBot.Chat.Tests.Language;

/// <summary>Each hears their own language where nobody else reads; what everybody reads is in the site's.</summary>
public sealed class GermanTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    [Fact]
    public async Task The_choice_is_answered_in_the_language_chosen() =>
        Assert.Equal("Ihre Sprache ist ab jetzt de.", await env.ReplyToAsync("language de"));

    [Fact]
    public async Task An_unknown_word_is_answered_in_German()
    {
        await env.SayAsync("language de");
        Assert.Equal("„frobnicate“ kenne ich nicht. help zeigt alles, was ich kann.", await env.ReplyToAsync("frobnicate"));
    }

    [Fact]
    public async Task Help_says_in_German_what_the_commands_are_for()
    {
        await env.SayAsync("language de");
        Assert.Contains("Was ich kann, nach Themen.", env.TextOf(Assert.Single(await env.SayAsync("help"))), StringComparison.Ordinal);
        var help = env.TextOf(Assert.Single(await env.SayAsync("help trunks")));
        Assert.Contains("Befehle zu trunks:", help, StringComparison.Ordinal);
        Assert.Contains("die verwalteten Trunks", help, StringComparison.Ordinal);
        Assert.DoesNotContain("the trunks under management", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_of_a_trunk_that_is_not_there_is_answered_in_German()
    {
        await env.SayAsync("language de");
        Assert.Equal("Es gibt keinen Trunk „nowhere“ (trunk-unknown). list zeigt die vorhandenen.", await env.ReplyToAsync("status nowhere"));
    }

    [Fact]
    public async Task The_form_asks_in_German()
    {
        await env.SayAsync("language de");
        var form = (await env.SayAsync("new trunk")).Last(m => m.Message.Card?.Name == "new-trunk-form");
        var text = env.TextOf(form);
        Assert.Contains("Name des Trunks", text, StringComparison.Ordinal);
        Assert.Contains("Standort", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_else_hears_English_meanwhile()
    {
        await env.SayAsync("language de");
        var said = await env.SayAsync("frobnicate", TestEnvironment.Ben, TestEnvironment.Chat with { ConversationId = "ben" });
        Assert.Equal("I don't know \"frobnicate\". Say help for everything I can do.", Assert.Single(said).Message.Text);
    }

    [Fact]
    public async Task Everybody_in_a_group_hears_the_common_language()
    {
        await env.SayAsync("language de");
        var said = await env.SayAsync("frobnicate", TestEnvironment.Ana, TestEnvironment.Approvals);
        Assert.Equal("I don't know \"frobnicate\". Say help for everything I can do.", Assert.Single(said).Message.Text);
    }

    [Fact]
    public async Task The_cards_of_a_change_keep_to_their_readers_languages()
    {
        await env.WithApprovalsAsync();
        await env.SayAsync("language de");
        await env.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        var plan = env.Channel.Messages.Last(m => m.Message.Card?.Name == "plan");
        Assert.Contains("Nächster Schritt: zur Genehmigung einreichen.", env.TextOf(plan), StringComparison.Ordinal);

        await env.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));

        Assert.Contains(env.Channel.Messages, m => m.Message.Summary == "Plan CHG-1 für Trunk acme-east: Wartet auf Genehmigung");
        Assert.Contains(env.Channel.Messages, m => m.Message.Summary == "CHG-1 for trunk acme-east waits for approval");
    }

    [Theory]
    [InlineData("wie geht es acme-east?")]
    [InlineData("status von acme-east")]
    [InlineData("was ist mit acme-east?")]
    public async Task German_words_ask_for_the_status_whatever_the_language(string text)
    {
        env.AddTrunk();
        var said = await env.SayAsync(text);
        Assert.Contains("acme-east", env.TextOf(Assert.Single(said)), StringComparison.Ordinal);
        Assert.Equal("status", said[0].Message.Card?.Name);
    }

    [Theory]
    [InlineData("welche trunks gibt es?", "list")]
    [InlineData("hilfe", "help")]
    public async Task German_words_lead_to_list_and_help(string text, string card)
    {
        env.AddTrunk();
        Assert.Equal(card, Assert.Single(await env.SayAsync(text)).Message.Card?.Name);
    }

    [Fact]
    public async Task Where_nobody_reads_yet_it_is_English_whatever_the_machine_speaks() => Assert.Equal(
        "Planned",
        await Task.Run(() =>
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de-DE");
            return Localized.Text("Planned");
        }, TestContext.Current.CancellationToken));

    [Fact]
    public void A_common_language_that_the_bot_does_not_speak_is_refused_at_start() => Assert.Equal(
        "there is no language \"fr\"; there are: en, de",
        Assert.Single(new PeopleOptions { Language = "fr" }.Validate(new(this))).ErrorMessage?.Split("Language: ")[^1]);

    public void Dispose() => env.Dispose();
}
