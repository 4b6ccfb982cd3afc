using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Tests;

public sealed class TicketNumberTests
{
    private static readonly TicketPolicy Policy = new() { Pattern = "CHG[0-9]{7}|INC[0-9]+", Required = true, Example = "CHG0012345" };

    [Theory]
    [InlineData("CHG0012345", null)]
    [InlineData("INC7", null)]
    [InlineData(null, "is needed at this site, such as CHG0012345")]
    [InlineData("CHG001234", "is not as this site writes its ticket numbers, such as CHG0012345")]
    [InlineData("xCHG0012345", "is not as this site writes its ticket numbers, such as CHG0012345")]
    [InlineData("CHG0012345x", "is not as this site writes its ticket numbers, such as CHG0012345")]
    [InlineData("CHG0012345\n", "use 1 to 40 letters, digits and - _ . # /, beginning with a letter or digit")]
    [InlineData("CHG0012345\nno activate", "use 1 to 40 letters, digits and - _ . # /, beginning with a letter or digit")]
    [InlineData("-CHG", "use 1 to 40 letters, digits and - _ . # /, beginning with a letter or digit")]
    [InlineData("\uff23HG0012345", "use 1 to 40 letters, digits and - _ . # /, beginning with a letter or digit")]
    public void A_number_is_held_against_the_whole_pattern(string? number, string? wrong) => Assert.Equal(wrong, Policy.Wrong(number));

    [Fact]
    public void A_pattern_that_allows_everything_lets_no_line_break_or_blank_through() =>
        Assert.All((string[])["a\nb", "a b", "a\"b", "a;b", "a\u2028b", new('a', 41)], n => Assert.NotNull(new TicketPolicy { Pattern = "(?s).+" }.Wrong(n)));

    [Fact]
    public void A_number_made_to_be_slow_is_not() =>
        Assert.Equal("is not as this site writes its ticket numbers", new TicketPolicy { Pattern = "(a+)+b" }.Wrong(new string('a', 40)));

    [Theory]
    [InlineData("CHG(", null, "ticket.pattern")]
    [InlineData("(?=CHG).*", null, "ticket.pattern")]
    [InlineData("[0-9]*", null, "ticket.pattern")]
    [InlineData("CHG[0-9]{7}", "CHG1", "ticket.example")]
    [InlineData("CHG[0-9]{7}", "CHG0012345", null)]
    public void A_policy_that_can_not_work_is_refused(string pattern, string? example, string? place) =>
        Assert.Equal(place, new TicketPolicy { Pattern = pattern, Example = example }.Fault()?.Place);

    [Fact]
    public void The_number_is_of_the_change_and_not_of_the_trunk()
    {
        ParameterValue[] values = [new("name", "acme-east", ValueOrigin.Typed), new("ticket", "CHG0012345", ValueOrigin.Typed)];

        Assert.Equal("CHG0012345", TrunkParameters.TicketOf(values));
        Assert.Equal(["name"], TrunkParameters.OfTrunk(values).Select(v => v.Key));
        Assert.Null(TrunkParameters.TicketOf([new("ticket", "none", ValueOrigin.Typed)]));
    }
}
