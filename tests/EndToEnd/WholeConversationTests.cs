using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab.Script;

namespace TrunkBot.EndToEnd.Tests;

public sealed class WholeConversationTests
{
    /// <summary>The seed procedure's lines in canonical order, as the SBC must hold them for the edge umatilla.</summary>
    private const string UmatillaAdjacency = """
        adjacency sip acme-east-us2
          deactivation-mode normal
          call-media-policy
            early-media timeout 240
            media-bypass-policy forbid
            repeat-sdp-on-200ok
          adjacency-type preset-access
          privacy trusted
          realm GeneralPeeringMedia1
          service-address GeneralPeering-01
          signaling-local-port 5060
          remote-address-range ipv4 54.244.51.0 prefix-len 30
          signaling-peer acme-east.pstn.us2.twilio.com
          signaling-peer-port 5060
          statistics-setting detail
          default-interop-profile ManagedAccess
          activate
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
        Assert.Equal(UmatillaAdjacency, Section(testbed.SbcConfiguration, "adjacency sip acme-east-us2"), ignoreLineEndingDifferences: true);
        var configured = await testbed.ConfigurationLinesAsync();
        Assert.Equal(32, configured.Count(l => l.StartsWith("permit-peer service-network 2 ipv4 ", StringComparison.Ordinal)));
        Assert.Equal(8, configured.Count(l => l == "activate"));

        var binding = (await testbed.LabStateAsync()).GetProperty("cfs").GetProperty("bindings").EnumerateArray()
            .Single(b => b.GetProperty("name").GetString() == "Twilio-acme-east").GetProperty("fields");
        Assert.Equal("acme-east.pstn.twilio.com", binding.GetProperty("SIPDomainName").GetString());
        Assert.Equal("Twilio", binding.GetProperty("MediaGatewayModel").GetString());
        Assert.Equal("10.20.0.5", binding.GetProperty("ProxyIPAddress").GetString());
    }

    [Fact]
    public async Task Answers_typed_one_by_one_end_with_the_line_that_gives_the_same_plan()
    {
        await using var testbed = await Testbed.StartAsync();
        await testbed.SayAsync("ana", "new trunk");
        await testbed.HearAsync("ana", "the form", m => m.Says("Step 1 of 3"));
        await testbed.SayAsync("ana", "name=typed-one");
        await testbed.SayAsync("ana", "edges=umatilla,dublin");
        await testbed.SayAsync("ana", "acl=not-an-address");
        await testbed.HearAsync("ana", "what is wrong with the address", m => m.Says("not-an-address"));
        await testbed.SayAsync("ana", "acl=203.0.113.0/29");
        for (var step = 2; step <= 3; step++)
        {
            await testbed.SayAsync("ana", "next");
            await testbed.HearAsync("ana", $"step {step}", m => m.Says($"Step {step} of 3"));
        }

        await testbed.SayAsync("ana", "next");
        var first = await testbed.HearAsync("ana", "the plan", m => m.Button("submit") is not null);
        var line = (await testbed.HearAsync("ana", "the line", m => m.Says("The same in one line:"))).Text!["The same in one line: ".Length..];
        Assert.Equal("new trunk name=typed-one site=denver edges=umatilla,dublin acl=203.0.113.0/29", line);

        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), first, "cancel");
        await testbed.SayAsync("ana", line);
        var second = await testbed.HearAsync("ana", "the same plan", m => m.Button("submit") is not null && m.Id != first.Id);

        Assert.Equal(HashOf(first), HashOf(second));
    }

    private static string HashOf(SeenMessage plan) => plan.Lines.First(l => l.Contains("Plan ", StringComparison.Ordinal) && l.StartsWith("Planned.", StringComparison.Ordinal)).Split("Plan ")[1];

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
