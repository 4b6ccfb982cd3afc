using System.Text.Json;
using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>A trunk's whole life in chat: set up, changed, removed.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task A_trunk_is_set_up_gets_an_edge_more_and_is_removed_without_a_trace()
    {
        await using var testbed = await Testbed.StartAsync();
        var (sbc, cfs) = (testbed.SbcConfiguration, await CfsAsync(testbed));
        await ThroughAsync(testbed, "new trunk name=acme-west site=denver edges=umatilla");

        var changed = await ThroughAsync(testbed, "change acme-west edges=+dublin");
        Assert.True(changed.Says("Passed. Two-way audio"), string.Join('\n', changed.Lines));
        Assert.Contains("adjacency sip acme-west-ie1", testbed.SbcConfiguration, StringComparison.Ordinal);

        var removed = await ThroughAsync(testbed, "remove acme-west");
        Assert.True(removed.Says("Read back, nothing of the trunk is left"), string.Join('\n', removed.Lines));
        Assert.Equal(sbc, testbed.SbcConfiguration);
        Assert.Equal(cfs, await CfsAsync(testbed));
        var writes = await testbed.TwilioWritesAsync();
        Assert.Equal(1, writes.Count(w => w == "POST /v1/Trunks"));
        Assert.Equal(1, writes.Count(w => w.StartsWith("DELETE /v1/Trunks/TK", StringComparison.Ordinal) && w.Split('/').Length == 4));
        await testbed.SayAsync("ana", "remove acme-west");
        await testbed.HearAsync("ana", "that it is gone", m => m.Says("There is no trunk \"acme-west\" under management (trunk-unknown)."));
    }

    private static async Task<Lab.Script.SeenMessage> ThroughAsync(Testbed testbed, string line)
    {
        var change = await testbed.ApprovedAsync(line);
        var end = await testbed.SeeThroughAsync(change, "Done", "Failed");
        Assert.True(Testbed.IsAt(end, "Done"), $"{line}\n{string.Join('\n', end.Lines)}");
        return end;
    }

    /// <summary>Everything of the switch but its counters, which never go back.</summary>
    private static async Task<string> CfsAsync(Testbed testbed) => JsonSerializer.Serialize((await testbed.LabStateAsync()).GetProperty("cfs"));
}
