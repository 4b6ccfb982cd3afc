using System.Net.Http.Json;
using System.Text.Json;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>A trunk's whole life in chat: set up, changed, removed.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task A_trunk_is_set_up_gets_an_edge_more_and_is_removed_without_a_trace()
    {
        await using var testbed = await Testbed.StartAsync();
        var (sbc, cfs) = (testbed.SbcConfiguration, await testbed.CfsAsync());
        await testbed.ThroughAsync("new trunk name=acme-west site=denver edges=umatilla");

        var changed = await testbed.ThroughAsync("change acme-west edges=+dublin");
        Assert.True(changed.Says("Passed. Two-way audio"), string.Join('\n', changed.Lines));
        Assert.Contains("adjacency sip acme-west-ie1", testbed.SbcConfiguration, StringComparison.Ordinal);

        var removed = await testbed.ThroughAsync("remove acme-west");
        Assert.True(removed.Says("Read back, nothing of the trunk is left"), string.Join('\n', removed.Lines));
        Assert.Equal(sbc, testbed.SbcConfiguration);
        Assert.Equal(cfs, await testbed.CfsAsync());
        var writes = await testbed.TwilioWritesAsync();
        Assert.Equal(1, writes.Count(w => w == "POST /v1/Trunks"));
        Assert.Equal(1, writes.Count(w => w.StartsWith("DELETE /v1/Trunks/TK", StringComparison.Ordinal) && w.Split('/').Length == 4));
        await testbed.SayAsync("ana", "remove acme-west");
        await testbed.HearAsync("ana", "that it is gone", m => m.Says("There is no trunk \"acme-west\" under management (trunk-unknown)."));
    }

    [Fact]
    public async Task A_call_that_is_up_is_not_dropped_by_an_edge_more_and_is_by_its_own_edge_less()
    {
        await using var testbed = await Testbed.StartAsync(editLab: options => options with { LongestCall = TimeSpan.FromHours(1) });
        await testbed.ThroughAsync("new trunk name=acme-west site=denver edges=umatilla");
        await using var caller = await Caller.CallAsync(testbed.Lab.SipPort, "3035550100", testbed.Lab.Context.Secrets[LabSecrets.Subscriber], "16504894546");
        await AnsweredAsync(testbed, caller);

        await testbed.ThroughAsync("change acme-west edges=+dublin");

        Assert.True(caller.IsOnTheLine, caller.Errors);
        Assert.Single(await UpAsync(testbed));

        // The lab drops a call whose adjacency goes: what has just been seen could have been otherwise.
        await testbed.ThroughAsync("change acme-west edges=dublin");
        await caller.HungUp;
        Assert.Contains(await CallsAsync(testbed), c => c.GetProperty("endedBy").GetString() == "sbc");
    }

    private static async Task AnsweredAsync(Testbed testbed, Caller caller)
    {
        var began = TimeProvider.System.GetTimestamp();
        while ((await UpAsync(testbed)).Count == 0)
        {
            Assert.True(caller.IsOnTheLine, caller.Errors);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Testbed.Soon, "Nobody answered the call.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> UpAsync(Testbed testbed) =>
        [.. (await CallsAsync(testbed)).Where(c => c.GetProperty("method").GetString() == "INVITE" && c.GetProperty("finalStatus") is { ValueKind: JsonValueKind.Number } status && status.GetInt32() == 200 && c.GetProperty("endedBy").ValueKind == JsonValueKind.Null)];

    private static async Task<IReadOnlyList<JsonElement>> CallsAsync(Testbed testbed) =>
        [.. (await testbed.Http.GetFromJsonAsync<JsonElement>(new Uri(testbed.LabUrl, "/api/calls"))).EnumerateArray()];
}
