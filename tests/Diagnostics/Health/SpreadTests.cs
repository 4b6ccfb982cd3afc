using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class SpreadTests
{
    [Fact]
    public void Ten_thousand_trunks_with_names_that_are_alike_come_evenly_over_a_minute()
    {
        var perSecond = Enumerable.Range(0, 10_000).Select(i => Spread.Of($"CUSTOMER-{i:00000}", TimeSpan.FromMinutes(1))).GroupBy(t => (int)t.TotalSeconds).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(Enumerable.Range(0, 60), perSecond.Keys.Order());
        Assert.InRange(perSecond.Values.Min(), 110, 167);
        Assert.InRange(perSecond.Values.Max(), 167, 225);
    }

    [Fact]
    public void A_name_has_the_same_place_in_every_process() =>
        Assert.Equal("5.443235", Spread.Of("ACME-EAST", TimeSpan.FromMinutes(1)).TotalSeconds.ToString("0.000000", System.Globalization.CultureInfo.InvariantCulture));
}
