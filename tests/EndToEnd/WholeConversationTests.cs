using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab.Script;

namespace TrunkBot.EndToEnd.Tests;

public sealed class WholeConversationTests
{
    /// <summary>The lines of the seed procedure, in canonical order, as the SBC must hold them for the Ashburn edge.</summary>
    private const string AshburnAdjacency = """
        adjacency sip acme-east-us1
        """;

    [Fact]
    public async Task The_scripted_demo_provisions_verifies_and_hears_itself()
    {
        await using var testbed = await Testbed.StartAsync();
        var said = new StringWriter();
        var transcript = new Transcript(said, TimeProvider.System);

        await new Play(testbed.Chat, testbed.Engineer, transcript).RunAsync(TestContext.Current.CancellationToken);
        var judged = await new Evidence(testbed.Http, testbed.LabUrl, transcript).JudgeAsync(TestContext.Current.CancellationToken);

        Assert.True(judged, said.ToString());
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "test-output")).FullName, "scripted.txt"), said.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal(AshburnAdjacency, Section(testbed.SbcConfiguration, "adjacency sip acme-east-us1"), ignoreLineEndingDifferences: true);
    }

    /// <summary>A line and everything under it, without the blanks that it stands behind.</summary>
    private static string Section(string configuration, string first)
    {
        var lines = configuration.Split('\n').ToList();
        var start = lines.FindIndex(l => l.Trim() == first);
        Assert.True(start >= 0, configuration);
        var depth = lines[start].Length - lines[start].TrimStart().Length;
        var section = lines.Skip(start + 1).TakeWhile(l => l.Trim().Length > 0 && l.Length - l.TrimStart().Length > depth).Prepend(lines[start]);
        return string.Join('\n', section.Select(l => l[depth..].TrimEnd()));
    }
}
