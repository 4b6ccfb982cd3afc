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

    [Theory]
    [InlineData("null", "the edge catalogue is empty")]
    [InlineData("{}", "the edge catalogue can't be read")]
    [InlineData("""{ "source": "s", "date": "d" }""", "the edge catalogue can't be read")]
    [InlineData("""{ "source": "s", "date": "d", "edges": null }""", "the edge catalogue can't be read")]
    [InlineData("""{ "source": "s", "date": "d", "edges": [ { "name": "x", "legacy": "y", "location": "z", "signaling": null } ] }""", "the edge catalogue can't be read")]
    [InlineData("""{ "source": "s", "date": "d", "edges": [ { "name": "x", "legacy": "y", "location": "z", "signaling": "2001:db8::/64" } ] }""", "\"2001:db8::/64\" of edge x is not an IPv4 network of /24 or narrower")]
    [InlineData("""{ "source": "s", "date": "d", "edges": [ { "name": "x", "legacy": "y", "location": "z", "signaling": "0.0.0.0/0" } ] }""", "\"0.0.0.0/0\" of edge x is not an IPv4 network of /24 or narrower")]
    public void A_catalogue_that_lacks_something_is_refused_and_says_what(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => EdgeCatalogue.Parse(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("UMATILLA", "umatilla")]
    [InlineData("Us2", "umatilla")]
    [InlineData("boston", null)]
    public void An_edge_is_found_by_either_name_whatever_the_case(string name, string? edge) =>
        Assert.Equal(edge, EdgeCatalogue.Shipped.Find(name)?.Name);

    [Fact]
    public void An_empty_catalogue_is_refused() =>
        Assert.Throws<FormatException>(() => EdgeCatalogue.Parse("""{ "source": "s", "date": "2026-01-01", "edges": [] }"""));
}
