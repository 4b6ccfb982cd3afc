namespace TrunkBot.Chat.Tests.Commands;

public sealed class LifeCommandTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    public LifeCommandTests() => env.AddTrunk();

    [Theory]
    [InlineData("remove acme-est", "There is no trunk \"acme-est\" under management (trunk-unknown). Did you mean acme-east?")]
    [InlineData("change zulu edges=dublin", "There is no trunk \"zulu\" under management (trunk-unknown). Say list for those there are.")]
    [InlineData("remove", "Say it like this: remove NAME [ticket=NUMBER]")]
    [InlineData("remove acme-east edges=dublin", "Nothing is planned (parameter-wrong): edges: a trunk is removed as a whole. Correct the line and say it again.")]
    [InlineData("remove acme-east ticket=a;b", "Nothing is planned (parameter-wrong): ticket: use 1 to 40 letters, digits and - _ . # /, beginning with a letter or digit. Correct the line and say it again.")]
    [InlineData("change acme-east ticket=\"x y\"", "Nothing is planned (parameter-wrong): ticket: use 1 to 40 letters, digits and - _ . # /, beginning with a letter or digit. Correct the line and say it again.")]
    [InlineData("change acme-east", "Say it like this: change NAME key=value ...")]
    [InlineData("change acme-east edges=umatilla", "Trunk acme-east has these values already: nothing is planned.")]
    [InlineData("change acme-east dublin", "Nothing is planned (parameter-wrong): \"dublin\" is not of the form key=value. Correct the line and say it again.")]
    [InlineData("change acme-east local-port=0 name=beta", "Nothing is planned (parameter-wrong): name: stays \"acme-east\" as long as the trunk lives: set up another trunk with the new value, then remove this one; local-port: give a port: a whole number from 1 to 65535. Correct the line and say it again.")]
    public async Task What_cant_be_planned_is_said(string text, string reply)
    {
        Assert.Equal(reply, await env.ReplyToAsync(text));
        Assert.Empty(env.Changes.All);
    }

    [Theory]
    [InlineData("remove acme-east ticket=CHG0012345")]
    [InlineData("change acme-east edges=+dublin ticket=CHG0012345")]
    [InlineData("new trunk name=beta site=denver ticket=CHG0012345")]
    public async Task A_change_carries_its_ticket_number_to_its_card_and_its_file(string text)
    {
        await env.SayAsync(text);

        var change = Assert.Single(env.Changes.All).Value;
        Assert.Equal("CHG0012345", change.Plan.TicketNumber);
        Assert.Contains("Requested by Ana Ortiz, ticket CHG0012345.", env.TextOf(env.Channel.Messages.Last(m => m.Message.Card is not null)), StringComparison.Ordinal);
        Assert.Contains("Ticket number: CHG0012345 (typed)", TrunkBot.Chat.Cards.PlanText.FileOf(change), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_wants_a_ticket_number_asks_for_it_when_it_is_missing()
    {
        env.Sites.All = [env.Site with { Ticket = new() { Pattern = "CHG[0-9]{7}", Required = true, Example = "CHG0012345" } }];

        await env.SayAsync("new trunk name=beta site=denver");

        Assert.Empty(env.Changes.All);
        Assert.Contains("is needed at this site, such as CHG0012345", string.Join('\n', env.Channel.Messages.Select(m => m.Message.Card is null ? m.Message.Text : env.TextOf(m))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removal_is_planned_with_the_trunk_as_it_is_and_its_facts()
    {
        env.Stores.Trunks[0] = env.Stores.Trunks[0] with { Facts = new Dictionary<string, string> { ["twilio.trunk.sid"] = "TK1" } };

        await env.SayAsync("remove ACME-EAST");

        var change = Assert.Single(env.Changes.All).Value;
        Assert.True(change.Plan.Removes);
        Assert.Equal("TK1", change.Plan.Owned!.Facts["twilio.trunk.sid"]);
        Assert.Contains("Remove trunk acme-east from the CFS, the Perimeta and Twilio, with everything that is its own and nothing else, in", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);
        Assert.Equal($"{change.Id} is already at work on trunk acme-east (trunk-busy). Finish it, or say cancel {change.Id}.", await env.ReplyToAsync("remove acme-east"));
    }

    [Fact]
    public async Task A_change_is_planned_from_what_the_trunk_is_to_what_was_typed()
    {
        await env.SayAsync("change acme-east edges=+dublin local-port=5080");

        var plan = Assert.Single(env.Changes.All).Value.Plan;
        Assert.False(plan.Removes);
        Assert.Equal(["umatilla"], plan.Owned!.Intent.Edges.Select(e => e.Name));
        Assert.Equal(["dublin", "umatilla"], plan.Intent.Edges.Select(e => e.Name).Order());
        Assert.Equal(5080, plan.Intent.LocalPort);
        Assert.Contains("(before: umatilla)", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proof CHG-1 Model name: Twilio\nUse E164 numbers: ticked", "prove Model name: Twilio\nUse E164 numbers: ticked")]
    [InlineData("problem 1 the menu has no \"field\" of that", "problem the menu has no \"field\" of that")]
    public async Task What_is_pasted_of_a_manual_step_reaches_the_change_as_it_is(string text, string request)
    {
        await env.SayAsync("remove acme-east");

        await env.SayAsync(text);

        Assert.Contains($"{request} CHG-1 by ana", env.Changes.Calls);
    }

    public void Dispose() => env.Dispose();
}
