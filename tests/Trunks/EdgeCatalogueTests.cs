using TrunkBot.Trunks.Edges;

namespace TrunkBot.Trunks.Tests;

public sealed class EdgeCatalogueTests
{
    [Fact]
    public void The_shipped_catalogue_has_eight_edges_and_says_its_source_and_date()
    {
        Assert.Equal(8, EdgeCatalogue.Shipped.Edges.Count);
        Assert.NotEmpty(EdgeCatalogue.Shipped.Source);
        Assert.Matches(@"\A\d{4}-\d{2}-\d{2}\z", EdgeCatalogue.Shipped.Date);
    }

    [Fact]
    public void All_four_addresses_of_a_range_count_the_first_and_the_last_included()
    {
        var oregon = EdgeCatalogue.Shipped.Find("us2")!;

        Assert.Equal(["54.244.51.0", "54.244.51.1", "54.244.51.2", "54.244.51.3"], oregon.Addresses.Select(a => a.ToString()));
    }

    [Fact]
    public void Eight_edges_make_thirty_two_different_addresses() =>
        Assert.Equal(32, EdgeCatalogue.Shipped.Edges.SelectMany(e => e.Addresses).Distinct().Count());

    [Fact]
    public void A_catalogue_with_a_bad_range_is_refused() =>
        Assert.Throws<FormatException>(() => EdgeCatalogue.Parse(
            """{ "source": "s", "date": "2026-01-01", "edges": [ { "name": "x", "legacy": "y", "location": "z", "signaling": "1.2.3.4/99" } ] }"""));

    [Fact]
    public void An_empty_catalogue_is_refused() =>
        Assert.Throws<FormatException>(() => EdgeCatalogue.Parse("""{ "source": "s", "date": "2026-01-01", "edges": [] }"""));
}
