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
    public void A_second_line_of_a_keyword_that_stands_once_contradicts_the_planned_one()
    {
        var difference = Between("remote-address-range ipv4 54.244.51.0 prefix-len 30", "remote-address-range ipv4 54.244.51.0 prefix-len 30\nremote-address-range ipv4 0.0.0.0 prefix-len 0");

        Assert.False(difference.HoldsAllIntended);
        Assert.Equal(
            "remote-address-range ipv4 54.244.51.0 prefix-len 30 and remote-address-range ipv4 0.0.0.0 prefix-len 0 instead of remote-address-range ipv4 54.244.51.0 prefix-len 30",
            Assert.Single(difference.Lines).ToString());
    }

    [Fact]
    public void Where_the_dialect_says_that_a_keyword_repeats_a_further_line_is_extra() =>
        Assert.Equal(DifferenceKind.Extra, Assert.Single(ConfigDifference.Between(Block("realm R"), Block("realm R\nrealm S"), activation: false, ["realm"]).Lines).Kind);

    [Fact]
    public void Two_foreign_values_in_the_place_of_one_are_changes_and_no_half_built_block()
    {
        var difference = Between("realm R\nprivacy trusted", "realm S\nrealm T\nprivacy trusted");

        Assert.False(difference.IsHalfBuilt);
        Assert.Equal(["realm S instead of realm R", "realm T instead of realm R"], difference.Lines.Select(line => line.ToString()));
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
