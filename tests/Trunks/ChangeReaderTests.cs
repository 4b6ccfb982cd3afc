using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Tests;

public sealed class ChangeReaderTests
{
    private static readonly IReadOnlyList<ParameterValue> Current =
        IntentReader.Read(ParameterLine.Read("name=acme-east site=denver edges=umatilla,ashburn origination=yes numbers=+13035550100").Values, TestSites.Find).Values;

    [Theory]
    [InlineData("edges=dublin", "dublin")]
    [InlineData("edges=+dublin", "ashburn,umatilla,dublin")]
    [InlineData("edges=-umatilla", "ashburn")]
    [InlineData("edges=+dublin,-umatilla", "ashburn,dublin")]
    [InlineData("numbers=+13035550101", "ashburn,umatilla")]
    public void A_list_is_named_whole_or_by_what_is_added_and_taken_away(string typed, string edges)
    {
        var reading = Read(typed);

        Assert.Empty(reading.Errors);
        Assert.Equal(edges.Split(',').Order(), reading.Intent!.Edges.Select(e => e.Name).Order());
    }

    [Theory]
    [InlineData("numbers=+13035550101", "+13035550101")]
    [InlineData("numbers=++13035550101", "+13035550100,+13035550101")]
    [InlineData("numbers=-+13035550100", "")]
    public void A_number_begins_with_a_plus_of_its_own(string typed, string numbers) =>
        Assert.Equal(numbers.Split(',', StringSplitOptions.RemoveEmptyEntries), Read(typed).Intent!.Numbers);

    [Theory]
    [InlineData("name=beta", "name", "stays \"acme-east\" as long as the trunk lives: set up another trunk with the new value, then remove this one")]
    [InlineData("termination=beta", "termination", "stays \"acme-east\" as long as the trunk lives: set up another trunk with the new value, then remove this one")]
    [InlineData("edges=-dublin", "edges", "\"dublin\" is not among \"ashburn,umatilla\"")]
    [InlineData("edges=-umatilla,-ashburn", "edges", "one at least must be left; to take the trunk down, say remove")]
    [InlineData("edges=+dublin,umatilla", "edges", "either name all of them, or put + or - before each one that is added or taken away")]
    [InlineData("local-port=99999", "local-port", "give a port: a whole number from 1 to 65535")]
    public void What_cant_be_is_said_beside_its_key(string typed, string key, string message)
    {
        var reading = Read(typed);

        Assert.Null(reading.Intent);
        Assert.Equal(new ParameterError(key, message), Assert.Single(reading.Errors));
    }

    [Fact]
    public void What_is_not_typed_stays_with_its_origin_whatever_the_site_says_by_now()
    {
        var site = TestSites.Find("denver")!;
        var moved = ChangeReader.Read(Current, ParameterLine.Read("local-port=5080").Values, _ => site with { Defaults = new Dictionary<string, string>(site.Defaults) { ["realm"] = "Elsewhere" } });

        Assert.Equal(5080, moved.Intent!.LocalPort);
        Assert.Equal(ValueOrigin.Typed, moved.Values.Single(v => v.Key == "local-port").Origin);
        Assert.Equal(Current.Single(v => v.Key == "realm"), moved.Values.Single(v => v.Key == "realm"));
    }

    private static IntentReading Read(string line) => ChangeReader.Read(Current, ParameterLine.Read(line).Values, TestSites.Find);
}
