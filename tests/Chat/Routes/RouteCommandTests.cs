namespace TrunkBot.Chat.Tests.Routes;

public sealed class RouteCommandTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    [Theory]
    [InlineData("route +13035550100")]
    [InlineData("route +1 (303) 555-0100")]
    [InlineData("route +13035550100 denver")]
    [InlineData("where would +13035550100 go?")]
    [InlineData("where does a call to +13035550100 go to")]
    [InlineData("how is +13035550100 routed?")]
    [InlineData("show me the route of +13035550100")]
    [InlineData("wohin geht +13035550100?")]
    public async Task It_is_asked_in_many_ways(string text)
    {
        var said = Assert.Single(await env.SayAsync(text));

        Assert.Equal(["13035550100 at denver"], env.Routes.Asked);
        Assert.Equal("route", said.Message.Card?.Name);
    }

    [Fact]
    public async Task Every_line_says_where_it_is_known_from()
    {
        var card = env.TextOf(Assert.Single(await env.SayAsync("route 911")));

        Assert.Contains("911 at Denver (simulated lab)", card, StringComparison.Ordinal);
        Assert.Equal(
            ["Read now", "Read from the copy, which may lag", "Recorded", "Site profile", "Not known"],
            card.Split('\n').SkipWhile(l => l != "Says").Skip(1).Where((_, i) => i % 3 == 0).Where(l => l.Length > 0));
    }

    [Theory]
    [InlineData("route acme", "\"acme\" is no number to dial (number-wrong). Write it like +13035550100, with 2 to 15 digits.")]
    [InlineData("route 1", "\"1\" is no number to dial (number-wrong). Write it like +13035550100, with 2 to 15 digits.")]
    [InlineData("route 1234567890123456", "\"1234567890123456\" is no number to dial (number-wrong). Write it like +13035550100, with 2 to 15 digits.")]
    [InlineData("route 911 boulder", "There is no site \"boulder\" (site-unknown). There is denver.")]
    public async Task What_can_t_be_meant_is_said(string text, string reply) => Assert.Equal(reply, await env.ReplyToAsync(text));

    [Fact]
    public async Task Of_several_sites_one_is_named()
    {
        using var two = TestEnvironment.Create("denver", "boulder");

        Assert.Equal("There are several sites: say route 911 and one of denver, boulder.", await two.ReplyToAsync("route 911"));
        await two.SayAsync("route 911 boulder");
        Assert.Equal(["911 at boulder"], two.Routes.Asked);
    }

    public void Dispose() => env.Dispose();
}
