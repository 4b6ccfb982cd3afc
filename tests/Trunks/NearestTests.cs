namespace TrunkBot.Trunks.Tests;

public sealed class NearestTests
{
    [Theory]
    [InlineData("staus", "status")]
    [InlineData("STAUTS", "status")]
    [InlineData("newtrunk", "new trunk")]
    [InlineData("new-trunk", "new trunk")]
    [InlineData("new", "new trunk")]
    [InlineData("diag", "diagnose")]
    [InlineData("servicenetwork", "service-network")]
    [InlineData("service_network", "service-network")]
    [InlineData("frobnicate", null)]
    [InlineData("di", null)]
    [InlineData("- -", null)]
    [InlineData("", null)]
    public void Mistyped_joined_and_begun_names_are_found(string typed, string? nearest) =>
        Assert.Equal(nearest, Nearest.To(typed, ["status", "new trunk", "diagnose", "service-network"]));

    [Fact]
    public void A_mistyped_name_comes_before_one_that_is_only_begun() =>
        Assert.Equal("lists", Nearest.To("list", ["list of everything", "lists"]));

    [Fact]
    public void A_text_of_any_length_is_answered_at_once() =>
        Assert.Null(Nearest.To(new string('x', 100_000), ["status"]));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("acb", "abc", 1)]
    [InlineData("abx", "abc", 1)]
    [InlineData("abcd", "abc", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Letters_that_are_wrong_missing_added_or_swapped_count_one_each(string one, string other, int distance) =>
        Assert.Equal(distance, Nearest.Distance(one, other));
}
