using TrunkBot.Metaswitch.Inventory;

namespace TrunkBot.Metaswitch.Tests.Inventory;

public sealed class KnownHintsTests
{
    private static KnownHints Of(string key, string text) => new(new Dictionary<string, string> { [key] = text });

    [Theory]
    [InlineData("umatilla, us1", "ashburn umatilla")]
    [InlineData("UMATILLA", "umatilla")]
    [InlineData("boston,umatilla", null)]
    [InlineData(",", null)]
    [InlineData("  ", null)]
    public void Edges_are_read_as_people_type_them_in_the_catalogues_order(string text, string? edges) =>
        Assert.Equal(edges, Of("Edges", text).Edges is { } read ? string.Join(' ', read.Select(e => e.Name)) : null);

    [Fact]
    public void All_edges_are_all() => Assert.Equal(8, Of("edges", "ALL").Edges!.Count);

    [Theory]
    [InlineData("ACME", "acme")]
    [InlineData("Acme.PSTN.twilio.com ", "acme")]
    [InlineData("", null)]
    public void A_termination_counts_with_its_domain_and_without(string text, string? name) => Assert.Equal(name, Of("termination", text).Termination);
}
