using System.Text.Json;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>Commands that ask a system, with the settings of a bot that runs beside them.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task A_binding_and_an_account_are_read_from_the_command_line_without_a_secret_in_what_is_said()
    {
        await using var testbed = await Testbed.StartAsync();
        var absent = await testbed.CommandAsync("cfs", "read", "NoSuchBinding");
        Assert.Equal((1, "", "trunkbot: CFS-1 has no Configured SIP Binding NoSuchBinding.\n"), absent);

        var change = await testbed.ApprovedAsync("new trunk name=acme-west site=denver edges=umatilla binding=TwilioWest");
        Assert.True(Testbed.IsAt(await testbed.SeeThroughAsync(change, "Done", "Failed"), "Done"));
        var (exit, output, said) = await testbed.CommandAsync("cfs", "read", "TwilioWest", "--site", "denver");
        Assert.Equal((0, ""), (exit, said));
        Assert.Contains("acme-west.pstn.twilio.com", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await testbed.CommandAsync("cfs", "read", "TwilioWest", "--json")).Output);
        Assert.Equal("TwilioWest", json.RootElement.GetProperty("binding").GetString());

        var check = await testbed.CommandAsync("twilio", "check", "--number", "+16504894546");
        Assert.Equal((0, ""), (check.Exit, check.Said));
        Assert.Contains("trunks", check.Output, StringComparison.Ordinal);
        Assert.All(
            new[] { LabSecrets.MetaView, LabSecrets.Twilio },
            secret => Assert.DoesNotContain(testbed.Lab.Context.Secrets[secret], output + check.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_system_that_cant_be_reached_and_a_site_that_does_not_exist_have_exit_codes_of_their_own()
    {
        await using var testbed = await Testbed.StartAsync(site =>
        {
            site["metaswitch"]!["url"] = "http://127.0.0.1:9/services/ShService";
            site["twilio"]!["apiBaseUrl"] = "http://127.0.0.1:9";
            site["twilio"]!["trunkingBaseUrl"] = "http://127.0.0.1:9";
        });

        Assert.Equal(4, (await testbed.CommandAsync("cfs", "read", "TwilioBinding")).Exit);
        Assert.Equal(4, (await testbed.CommandAsync("twilio", "check")).Exit);
        var (exit, output, said) = await testbed.CommandAsync("twilio", "check", "--site", "denvr");
        Assert.Equal((2, "", "trunkbot: there is no site \"denvr\"; did you mean denver?\n"), (exit, output, said));
    }

    [Fact]
    public async Task A_plan_is_made_offline_from_saved_snapshots_and_is_the_same_each_time()
    {
        await using var testbed = await Testbed.StartAsync();
        using var folder = new TemporaryFolder();
        var spec = folder.Put("acme.txt", "# the western trunk\nname=acme-west\nsite=denver edges=umatilla,ashburn\n");
        var snapshots = Path.Combine(folder.Name, "snapshots");
        Assert.Equal((0, "twilio.json: twilio-lab\nperimeta.txt: LAB-SBC-01\nmetaswitch.json: CFS-1\n", ""), await testbed.CommandAsync("snapshot", spec, "--into", snapshots));
        Assert.DoesNotContain(testbed.Lab.Context.Secrets[LabSecrets.Twilio], await File.ReadAllTextAsync(Path.Combine(snapshots, "twilio.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var (exit, output, said) = await testbed.CommandAsync("plan", spec, "--against", snapshots);

        Assert.Equal((0, ""), (exit, said));
        Assert.Contains("\nadjacency sip acme-west-us2\n", output, StringComparison.Ordinal);
        Assert.Contains("#    undo: no adjacency sip acme-west-us2\n", output, StringComparison.Ordinal);
        Assert.Contains("#   Create: Configured SIP Binding Twilio-acme-west", output, StringComparison.Ordinal);
        Assert.Equal(output, (await testbed.CommandAsync("plan", spec, "--against", snapshots)).Output);
        using var json = JsonDocument.Parse((await testbed.CommandAsync("plan", spec, "--against", snapshots, "--json")).Output);
        Assert.Equal("acme-west", json.RootElement.GetProperty("intent").GetProperty("name").GetString());

        // An adjacency of that name that somebody built differently stands against it.
        await File.WriteAllTextAsync(Path.Combine(snapshots, "perimeta.txt"), "sbc\n signaling\n  adjacency sip acme-west-us2\n   realm Other\n", TestContext.Current.CancellationToken);
        var refused = await testbed.CommandAsync("plan", spec, "--against", snapshots);
        Assert.Equal(1, refused.Exit);
        Assert.Contains("# error: adjacency-exists-different: ", refused.Output, StringComparison.Ordinal);

        File.Delete(Path.Combine(snapshots, "twilio.json"));
        var lacking = await testbed.CommandAsync("plan", spec, "--against", snapshots);
        Assert.Equal((2, ""), (lacking.Exit, lacking.Output));
        Assert.Contains("lacks twilio.json", lacking.Said, StringComparison.Ordinal);
        var wrong = await testbed.CommandAsync("plan", folder.Put("wrong.txt", "name=acme-west edges=atlantis"), "--against", snapshots);
        Assert.Equal(2, wrong.Exit);
        Assert.Contains("describes no trunk: edges: ", wrong.Said, StringComparison.Ordinal);
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Name { get; } = Directory.CreateTempSubdirectory("trunkbot-plan-").FullName;

        public string Put(string name, string text)
        {
            var file = Path.Combine(Name, name);
            File.WriteAllText(file, text);
            return file;
        }

        public void Dispose() => Directory.Delete(Name, recursive: true);
    }
}
