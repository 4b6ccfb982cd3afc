using System.Text.Json;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Tests;

public sealed class SiteProfileReaderTests
{
    [Fact]
    public void The_labs_profile_is_read()
    {
        var path = Path.Combine(RepositoryRoot(), "src", "Lab", "Site", "denver.json");

        var profile = SiteProfileReader.Read(File.ReadAllText(path), "denver.json");

        Assert.True(profile.Simulated);
        Assert.Equal("LAB-SBC-01", profile.Perimeta.Element);
        Assert.Equal(DynamicPeerRouting.Yes, profile.Perimeta.DynamicPeerRouting);
        Assert.Equal(new SecretReference("lab-twilio"), profile.Twilio.Secret);
    }

    [Theory]
    [InlineData("\"title\": \"Denver\"", "\"titel\": \"Denver\"", 3, "titel")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": 7", 12, "perimeta.host")]
    [InlineData("\"secret:sbc\"", "\"hunter2\"", 12, "must be a reference of the form \"secret:NAME\"")]
    [InlineData("\"service-network\": \"2\"", "\"service-network\": \"two\"", 6, "defaults.service-network: give a service network number")]
    [InlineData("\"service-network\": \"2\"", "\"colour\": \"red\"", 6, "defaults.colour: there is no such trunk parameter")]
    [InlineData("\"webchat:ben\"]", "\"webchat:ben\"], \"needed\": 2", 16, "approval.needed: must be at least 1 and at most the number of approvers")]
    [InlineData("\"tests\": {}", "\"tests\": { \"talkSeconds\": 900 }", 15, "tests.talkSeconds: must be from 3 to 60 seconds")]
    [InlineData("\"secret\": \"secret:twilio\"", "\"secret\": \"secret:twilio\", \"apiBaseUrl\": \"https://twilio.example\"", 14, "twilio.apiBaseUrl: must be https://api.twilio.com or on this machine")]
    [InlineData("\"secret\": \"secret:twilio\"", "\"secret\": \"secret:twilio\", \"trunkingBaseUrl\": \"http://trunking.twilio.com\"", 14, "twilio.trunkingBaseUrl: must be https://trunking.twilio.com or on this machine")]
    public void A_bad_profile_is_refused_with_file_line_and_reason(string good, string bad, int line, string reason)
    {
        var refusal = Assert.Throws<SiteProfileException>(
            () => SiteProfileReader.Read(TestSites.Json.Replace(good, bad, StringComparison.Ordinal), "denver.json"));

        Assert.Equal(line, refusal.Line);
        Assert.StartsWith($"denver.json, line {line}: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_was_put_into_a_profile_by_mistake_is_not_repeated()
    {
        var refusal = Assert.Throws<SiteProfileException>(
            () => SiteProfileReader.Read(TestSites.Json.Replace("secret:sbc", "hunter2", StringComparison.Ordinal), "denver.json"));

        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_is_written_as_it_is_read() =>
        Assert.Equal("\"secret:sbc\"", JsonSerializer.Serialize(new SecretReference("sbc")));

    internal static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
