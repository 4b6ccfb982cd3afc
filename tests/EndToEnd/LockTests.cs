using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

public sealed class LockTests
{
    [Fact]
    public async Task Of_two_changes_on_one_switch_the_second_is_told_who_holds_it_and_sends_nothing()
    {
        await using var testbed = await Testbed.StartAsync();
        var first = await testbed.ApprovedAsync("new trunk name=acme-west site=denver edges=umatilla");
        await testbed.HearAsync("ana", "the first manual step", m => m.Says($"{first}:") && Testbed.ManualStepOf(m) is not null, Testbed.Long);
        var lines = (await testbed.ConfigurationLinesAsync()).Count;

        var second = await testbed.ApprovedAsync("new trunk name=acme-north site=denver edges=dublin");
        var card = await testbed.ReachAsync(second, "Failed", "Done");

        Assert.True(card.Says("element-locked"), string.Join('\n', card.Lines));
        Assert.True(card.Says(first), string.Join('\n', card.Lines));
        Assert.Equal(lines, (await testbed.ConfigurationLinesAsync()).Count);
        Assert.Equal(1, (await testbed.TwilioWritesAsync()).Count(w => w == "POST /v1/Trunks"));
    }
}
