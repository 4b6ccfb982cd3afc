using TrunkBot.Diagnostics.Calls;

namespace TrunkBot.Diagnostics.Tests.Calls;

public sealed class TestCallOrderTests
{
    [Theory]
    [InlineData("", CallRoute.ThroughSwitch, null, null)]
    [InlineData("direct", CallRoute.Direct, null, null)]
    [InlineData("Direct tokyo", CallRoute.Direct, "tokyo", null)]
    [InlineData("direct jp1", CallRoute.Direct, "tokyo", null)]
    [InlineData("edge ashburn", CallRoute.Direct, "ashburn", null)]
    [InlineData("inbound", CallRoute.Inbound, null, null)]
    [InlineData("inbound to +13035550123", CallRoute.Inbound, null, "+13035550123")]
    [InlineData("to +44 161 (850) 8378", CallRoute.ThroughSwitch, null, "+44161(850)8378")]
    [InlineData("direct ashburn to +441618508378", CallRoute.Direct, "ashburn", "+441618508378")]
    [InlineData("to 16504894546 direct ashburn", CallRoute.Direct, "ashburn", "16504894546")]
    public void What_people_say_after_the_name_is_read(string said, CallRoute route, string? edge, string? to)
    {
        var (order, unread) = Read(said);

        Assert.Null(unread);
        Assert.Equal((route, edge, to), (order!.Route, order.Edge?.Name, order.To));
        Assert.Equal(order, Read(order.ToString()).Order);
    }

    [Theory]
    [InlineData("direkt", "direkt")]
    [InlineData("direct mars", "mars")]
    [InlineData("edge", "")]
    [InlineData("edge mars", "mars")]
    [InlineData("inbound direct", "direct")]
    [InlineData("edges inbound", "inbound")]
    [InlineData("to", "")]
    [InlineData("to acme", "acme")]
    [InlineData("to 1 to 2", "to")]
    public void What_can_not_be_read_is_named(string said, string word) => Assert.Equal(word, Read(said).Unread);

    [Fact]
    public void Of_every_edge_there_is_a_call()
    {
        var order = Read("edges").Order!;

        Assert.Equal([(CallRoute.Direct, "ashburn"), (CallRoute.Direct, "umatilla")], order.Each(Given.Intent("acme", "ashburn", "umatilla")).Select(o => (o.Route, o.Edge!.Name)));
        Assert.Equal(order, Read(order.ToString()).Order);
    }

    private static (TestCallOrder? Order, string? Unread) Read(string said) => TestCallOrder.Read(said.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
