using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Inventory;
using TrunkBot.Perimeta.Planning;

namespace TrunkBot.Perimeta.Tests.Inventory;

/// <summary>What of a trunk is not as it was left, row by row.</summary>
public sealed class DriftTests
{
    private static readonly string[] Permits = Brownfield.Permits("54.244.51", 3);

    [Fact]
    public void A_trunk_that_is_as_it_was_left_has_no_row() => Assert.Empty(Drift(Permits, line => [line]));

    [Theory]
    [InlineData("signaling-peer acme-east.pstn.us2.twilio.com", "signaling-peer ACME-East.pstn.us2.Twilio.com.")]
    [InlineData("remote-address-range ipv4 54.244.51.0 prefix-len 30", "remote-address-range ipv4 54.244.51.3 prefix-len 30")]
    [InlineData("realm GeneralPeeringMedia1", "realm   \"GeneralPeeringMedia1\"")]
    public void Another_way_to_write_a_value_is_no_difference(string line, string written) =>
        Assert.Empty(Drift(Permits, text => [text == line ? written : text]));

    [Theory]
    [InlineData("signaling-local-port 5060", "signaling-local-port 5080", "adjacency acme-east-us2, signaling-local-port", "5060", "5080")]
    [InlineData("early-media timeout 240", "early-media timeout 30", "adjacency acme-east-us2, call-media-policy, early-media", "timeout 240", "timeout 30")]
    [InlineData("repeat-sdp-on-200ok", null, "adjacency acme-east-us2, call-media-policy, repeat-sdp-on-200ok", "there", "missing")]
    [InlineData("privacy trusted", null, "adjacency acme-east-us2, privacy", "trusted", "missing")]
    [InlineData("privacy trusted", "privacy trusted\naccount Own", "adjacency acme-east-us2, account", "none", "Own")]
    [InlineData("privacy trusted", "privacy trusted\nauth-password ***", "adjacency acme-east-us2, auth-password", "none", "***")]
    [InlineData("privacy trusted", "privacy trusted\nfancy-\u001bword x", "adjacency acme-east-us2, fancy-?word", "none", "x")]
    [InlineData("activate", "no activate", "adjacency acme-east-us2, activation", "active", "inactive")]
    public void Each_value_has_a_row(string line, string? instead, string what, string wanted, string found) =>
        Assert.Equal([new ObjectDifference(what, wanted, found)], Drift(Permits, text => text == line ? instead?.Split('\n') ?? [] : [text]));

    [Fact]
    public void A_whitelist_line_that_is_gone_and_a_ban_that_came_have_a_row_each()
    {
        var running = $"{Text(Permits[..3], line => [line])}system\nip-access-control\nblacklisting\nban-peer service-network 2 ipv4 54.244.51.1\n";

        Assert.Equal(
            [new("permit-peer service-network 2 ipv4 54.244.51.3", "there", "missing"), new("ban-peer service-network 2 ipv4 54.244.51.1", "none", "there")],
            TrunkDrift.Of(Trunk([]), Sample.Perimeta(), Sample.Lab, RunningConfiguration.Read(running)));
    }

    [Fact]
    public void A_line_that_was_known_and_is_gone_has_a_row_in_a_submode_too()
    {
        var facts = new Dictionary<string, string> { ["perimeta.adjacency.acme-east-us2.extras"] = "extra: account Own\ncall-media-policy / extra: fast-path on" };

        Assert.Equal(
            [new("adjacency acme-east-us2, account", "Own", "missing"), new("adjacency acme-east-us2, call-media-policy, fast-path", "on", "missing")],
            TrunkDrift.Of(Trunk(facts), Sample.Perimeta(), Sample.Lab, RunningConfiguration.Read(Text(Permits, line => [line]))));
    }

    private static IReadOnlyList<ObjectDifference> Drift(string[] permits, Func<string, string[]> edit) =>
        TrunkDrift.Of(Trunk([]), Sample.Perimeta(), Sample.Lab, RunningConfiguration.Read(Text(permits, edit)));

    private static OwnedTrunk Trunk(Dictionary<string, string> facts) => new(Sample.Intent(), facts);

    private static string Text(string[] permits, Func<string, string[]> edit)
    {
        var intent = Sample.Intent();
        IEnumerable<string> lines = ["adjacency sip acme-east-us2", .. CommandBlocks.AdjacencyLines(intent, intent.Edges[0], new()).SkipLast(1), "activate"];
        return Brownfield.Running(permits, [.. lines.SelectMany(edit)]);
    }
}
