using System.Text.Json;
using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

public sealed class UndoTests
{
    [Fact]
    public async Task A_finished_trunk_is_undone_by_bot_and_people_and_every_system_is_as_before()
    {
        await using var testbed = await Testbed.StartAsync();
        var (sbc, cfs) = (testbed.SbcConfiguration, await CfsAsync(testbed));
        var change = await testbed.ApprovedAsync("new trunk name=acme-west site=denver edges=umatilla,dublin");
        var done = await testbed.SeeThroughAsync(change, "Done", "Failed");
        Assert.True(Testbed.IsAt(done, "Done"), string.Join('\n', done.Lines));
        Assert.NotEqual(sbc, testbed.SbcConfiguration);

        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), done, "undo");
        var undone = await testbed.SeeThroughAsync(change, "Undone", "Stuck");

        Assert.True(Testbed.IsAt(undone, "Undone"), string.Join('\n', undone.Lines));
        Assert.Equal(sbc, testbed.SbcConfiguration);
        Assert.Equal(cfs, await CfsAsync(testbed));
        Assert.Contains(await testbed.TwilioWritesAsync(), w => w.StartsWith("DELETE /v1/Trunks/TK", StringComparison.Ordinal));
        await testbed.SayAsync("ana", "list");
        var list = await testbed.HearAsync("ana", "the list", m => m.Says("No trunk") || m.Says("no trunk"));
        Assert.False(list.Says("acme-west"));
    }

    [Fact]
    public async Task A_refused_line_fails_the_change_says_what_came_back_and_retry_goes_on_from_there()
    {
        await using var testbed = await Testbed.StartAsync();
        await testbed.DisturbAsync("refuse-line", "signaling-peer-port 5060");

        var change = await testbed.ApprovedAsync("new trunk name=acme-west site=denver edges=umatilla");
        var failed = await testbed.SeeThroughAsync(change, "Done", "Failed");

        Assert.True(Testbed.IsAt(failed, "Failed"), string.Join('\n', failed.Lines));
        Assert.True(failed.Says("sbc-line-refused"), string.Join('\n', failed.Lines));
        Assert.True(failed.Says("signaling-peer-port 5060"), string.Join('\n', failed.Lines));
        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), failed, "retry");
        var done = await testbed.SeeThroughAsync(change, "Done", "Stuck");
        Assert.True(done.Says("Passed. Two-way audio"), string.Join('\n', done.Lines));
        Assert.Equal(1, (await testbed.TwilioWritesAsync()).Count(w => w == "POST /v1/Trunks"));
    }

    /// <summary>Everything of the switch but its counters, which never go back.</summary>
    private static async Task<string> CfsAsync(Testbed testbed)
    {
        var cfs = (await testbed.LabStateAsync()).GetProperty("cfs");
        return JsonSerializer.Serialize(cfs.EnumerateObject().ToDictionary(p => p.Name, p => p.Value));
    }
}
