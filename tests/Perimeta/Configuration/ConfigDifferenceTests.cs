using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Tests.Configuration;

public sealed class ConfigDifferenceTests
{
    [Fact]
    public void Order_comments_quotes_and_blanks_do_not_matter()
    {
        var difference = Between("realm R\nprivacy trusted\ncall-media-policy\nrepeat-sdp-on-200ok", "privacy   trusted\n# remark\ncall-media-policy\n  repeat-sdp-on-200ok\nrealm \"R\"\n\n");

        Assert.Empty(difference.Lines);
    }

    [Fact]
    public void Another_value_is_a_change_and_not_a_loss_and_a_gain()
    {
        var line = Assert.Single(Between("realm R1", "realm R2").Lines);

        Assert.Equal("realm R2 instead of realm R1", line.ToString());
    }

    [Fact]
    public void Lines_inside_a_submode_are_compared_with_their_place()
    {
        var difference = Between("call-media-policy\nearly-media timeout 240\nmedia-bypass-policy forbid", "call-media-policy\nmedia-bypass-policy forbid");

        Assert.Equal("call-media-policy / missing: early-media timeout 240", Assert.Single(difference.Lines).ToString());
        Assert.True(difference.IsHalfBuilt);
    }

    [Fact]
    public void Order_inside_edit_profiles_matters()
    {
        const string around = "interop\nmessage-manipulation\nedit-profiles inbound ";

        Assert.Equal(DifferenceKind.Changed, Assert.Single(Between(around + "a,b", around + "b,a").Lines).Kind);
    }

    [Fact]
    public void Lines_that_the_device_added_leave_the_intended_ones_whole()
    {
        var difference = Between("realm R", "realm R\naccount X\nnew-word 1\n  inner");

        Assert.True(difference.HoldsAllIntended);
        Assert.Equal(["extra: account X", "extra: new-word 1"], difference.Lines.Select(line => line.ToString()));
    }

    [Theory]
    [InlineData("no activate", "", true)]
    [InlineData("no activate", "no activate", true)]
    [InlineData("no activate", "activate", false)]
    [InlineData("activate", "", false)]
    public void Saying_nothing_of_activation_means_inactive(string intended, string actual, bool same) =>
        Assert.Equal(same, ConfigDifference.Between(Block(intended), Block(actual), activation: true).Lines.Count == 0);

    [Fact]
    public void A_submode_written_twice_is_one_submode() =>
        Assert.True(Between("adjacency-limits\nregs 0\ncall-rate sustain 5 per-second", "adjacency-limits\nregs 0\nprivacy trusted\nadjacency-limits\ncall-rate sustain 5 per-second").HoldsAllIntended);

    private static ConfigDifference Between(string intended, string actual) => ConfigDifference.Between(Block(intended), Block(actual), activation: false);

    private static ConfigNode Block(string lines) => RunningConfiguration.Read("adjacency sip A\n" + lines).Adjacencies[0].Node;
}
