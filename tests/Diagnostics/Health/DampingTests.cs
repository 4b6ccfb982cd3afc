using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class DampingTests
{
    /// <summary>O, A, F and - are looks: ok, attention, failed, nothing read.</summary>
    [Theory]
    [InlineData(null, "O", "?")]
    [InlineData(null, "OO", "?O")]
    [InlineData(null, "OF", "??")]
    [InlineData(null, "FF", "?F")]
    [InlineData("O", "F", "O")]
    [InlineData("O", "FF", "OF")]
    [InlineData("O", "FOF", "OOF")] // 2 of 3
    [InlineData("O", "FOOF", "OOOO")]
    [InlineData("O", "AF", "OA")] // both were at least attention
    [InlineData("O", "AFF", "OAA")] // looks from before the change are not counted
    [InlineData("O", "AFFF", "OAAF")]
    [InlineData("F", "OO", "FO")]
    [InlineData("F", "OA", "FA")] // both were at most attention
    [InlineData("F", "OFOO", "FFOO")]
    [InlineData("O", "F-F", "OOF")] // a look that read nothing counts for neither
    [InlineData("F", "-----", "FFFFF")]
    public void The_state_that_holds_after_each_look(string? held, string looks, string expected)
    {
        var damping = new Damping(new HealthOptions(), held is null ? null : Of(held[0]));

        var states = looks.Select(l =>
        {
            damping.Look(Of(l));
            return damping.Held switch
            {
                null => '?',
                HealthState.Ok => 'O',
                HealthState.Attention => 'A',
                _ => 'F',
            };
        });

        Assert.Equal(expected, string.Concat(states));
    }

    [Fact]
    public void How_many_looks_it_takes_is_a_setting_for_each_direction()
    {
        var damping = new Damping(new HealthOptions { WorseLooks = 1, BetterLooks = 3, OfLooks = 3 }, HealthState.Ok);

        Assert.True(damping.Look(HealthState.Failed));
        Assert.False(damping.Look(HealthState.Ok));
        Assert.False(damping.Look(HealthState.Ok));
        Assert.True(damping.Look(HealthState.Ok));
    }

    private static HealthState Of(char look) => look switch
    {
        'O' => HealthState.Ok,
        'A' => HealthState.Attention,
        'F' => HealthState.Failed,
        _ => HealthState.NotAvailable,
    };
}
