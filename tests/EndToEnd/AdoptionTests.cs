using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>A trunk that a script built with ssh, SOAP and REST under names of its own: found, adopted, changed, restored and removed.</summary>
public sealed class AdoptionTests
{
    [Fact]
    public async Task A_trunk_that_people_built_is_adopted_unchanged_then_changed_restored_and_removed_without_a_trace()
    {
        await using var testbed = await Testbed.StartAsync();
        var (sbcBefore, cfsBefore) = (testbed.SbcConfiguration, await testbed.CfsAsync());
        await testbed.BuildByHandAsync();
        var (sbc, cfs, writes) = (testbed.SbcConfiguration, await testbed.CfsAsync(), await testbed.TwilioWritesAsync());

        await testbed.SayAsync("ana", "adopt");
        await testbed.HearAsync("ana", "the trunks that are not under management", m => m.Says("acme-old: Twilio, Perimeta"));

        // Without a shadow database nothing lists the switch's bindings, and nothing reads a SIP trunk's name: they are typed.
        await testbed.SayAsync("ana", "adopt acme-old name=acme binding=Acme_Twilio sip-trunk=AcmeTrunk");
        var found = await testbed.HearAsync("ana", "what was found", m => m.Button("adopt-take") is not null);
        Assert.True(found.Says("adjacency ACME_us2, active, to acme-old.pstn.us2.twilio.com"), string.Join('\n', found.Lines));
        Assert.True(found.Says("54.172.60.3"), string.Join('\n', found.Lines));
        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), found, "adopt-take");
        await testbed.HearAsync("ana", "that it is adopted", m => m.Says("Trunk acme is under management"));
        Assert.Equal(sbc, testbed.SbcConfiguration);
        Assert.Equal(cfs, await testbed.CfsAsync());
        Assert.Equal(writes, await testbed.TwilioWritesAsync());

        // The edge more mends what was forgotten, and keeps the names and lines that people chose.
        var changed = await testbed.ThroughAsync("change acme edges=+dublin");
        Assert.True(changed.Says("Passed. Two-way audio"), string.Join('\n', changed.Lines));
        Assert.Contains("adjacency sip ACME_ie1", testbed.SbcConfiguration, StringComparison.Ordinal);
        Assert.Contains("permit-peer service-network 2 ipv4 54.172.60.3", testbed.SbcConfiguration, StringComparison.Ordinal);
        Assert.Contains("account Acme", testbed.SbcConfiguration, StringComparison.Ordinal);

        var left = testbed.SbcConfiguration;
        testbed.EditSbc(text => string.Join('\n', text.Split('\n').Where(l => !l.Contains("ipv4 54.172.60.1", StringComparison.Ordinal))));
        await testbed.SayAsync("ana", "drift acme");
        var drift = await testbed.HearAsync("ana", "the drift", m => m.Button("drift-restore") is not null);
        Assert.True(drift.Says("54.172.60.1"), string.Join('\n', drift.Lines));
        Assert.True(drift.Says("Perimeta does not tell who changed it."), string.Join('\n', drift.Lines));
        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), drift, "drift-restore");
        await testbed.ThroughAsync(null);
        Assert.Equal(Sorted(left), Sorted(testbed.SbcConfiguration));

        await testbed.ThroughAsync("remove acme");
        Assert.Equal(sbcBefore, testbed.SbcConfiguration);
        Assert.Equal(cfsBefore, await testbed.CfsAsync());
        var deleted = (await testbed.TwilioWritesAsync()).Where(w => w.StartsWith("DELETE", StringComparison.Ordinal)).ToList();
        Assert.Single(deleted, w => w.StartsWith("DELETE /v1/Trunks/TK", StringComparison.Ordinal) && w.Split('/').Length == 4);
        Assert.Single(deleted, w => w.Contains("/IpAccessControlLists/AL", StringComparison.Ordinal) && !w.Contains("/IpAddresses/", StringComparison.Ordinal) && w.StartsWith("DELETE /2010", StringComparison.Ordinal));
    }

    private static string[] Sorted(string configuration) => [.. configuration.Split('\n').Order(StringComparer.Ordinal)];
}
