using System.Text.Json.Nodes;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab.Script;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>Twilio adds an address range: the catalogue is replaced, and one fleet change brings it onto the SBC that every trunk shares.</summary>
public sealed class FleetTests
{
    private static readonly string[] Added = [.. Enumerable.Range(64, 4).Select(i => $"permit-peer service-network 2 ipv4 198.51.100.{i}")];

    [Fact]
    public async Task A_range_that_Twilio_added_is_one_change_of_the_SBC_that_lacks_it_and_goes_away_with_the_fleet()
    {
        await using var testbed = await Testbed.StartAsync();
        await testbed.ThroughAsync("new trunk name=acme-one edges=umatilla");
        await testbed.ThroughAsync("new trunk name=acme-two edges=dublin");
        var (sbc, cfs, sent) = (testbed.SbcConfiguration, await testbed.CfsAsync(), await testbed.ConfigurationLinesAsync());
        await testbed.StartBotAgainAsync(("Twilio__EdgeCatalogueFile", CatalogueWith(testbed, "milan", "it1", "198.51.100.64/30")));

        await testbed.SayAsync("ana", "fleet refresh");
        var plan = await testbed.HearAsync("ana", "the fleet", m => m.Button("fleet-submit") is not null, Testbed.Long);
        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), plan, "fleet-submit");
        var request = await testbed.Chat.WaitAsync("ben", "approvals", "the fleet's request", m => m.Button("fleet-approve") is not null, Testbed.Soon, TestContext.Current.CancellationToken);
        await testbed.PressAsync("ben", "approvals", request, "fleet-approve");
        var done = await testbed.HearAsync("ana", "the fleet to be done", m => IsAt(m, "Done", "Stopped"), Testbed.Long);

        Assert.True(IsAt(done, "Done"), string.Join('\n', done.Lines));
        Assert.True(done.Says("1 change"), string.Join('\n', done.Lines));
        Assert.Equal(plan.Id, done.Id);
        Assert.Equal(Added, (await testbed.ConfigurationLinesAsync()).Skip(sent.Count).Where(l => l.StartsWith("permit-peer", StringComparison.Ordinal)));
        Assert.All(Added, line => Assert.Contains(line, testbed.SbcConfiguration, StringComparison.Ordinal));
        Assert.Equal(cfs, await testbed.CfsAsync());

        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), done, "fleet-undo");
        var undone = await testbed.HearAsync("ana", "the fleet to be undone", m => IsAt(m, "Undone", "Stopped"), Testbed.Long);
        Assert.True(IsAt(undone, "Undone"), string.Join('\n', undone.Lines));
        Assert.Equal(sbc, testbed.SbcConfiguration);
    }

    private static bool IsAt(SeenMessage message, params string[] states) => message.Says("Fleet change") && Testbed.IsAt(message, states);

    /// <returns>The file of a catalogue that has one edge more than the shipped one.</returns>
    private static string CatalogueWith(Testbed testbed, string name, string legacy, string signaling)
    {
        var catalogue = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src", "Trunks", "Edges", "twilio-edges.json")))!;
        catalogue["edges"]!.AsArray().Add(new JsonObject { ["name"] = name, ["legacy"] = legacy, ["location"] = "Milan", ["signaling"] = signaling });
        var file = Path.Combine(testbed.LabData, "edges.json");
        File.WriteAllText(file, catalogue.ToJsonString());
        return file;
    }
}
