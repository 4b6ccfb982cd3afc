using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.Tests.WebApi;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Tests.Manifest;

/// <summary>The manifest of the app against Slack's published schema, and against what the program does.</summary>
public sealed partial class ManifestTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "manifest", "slack");

    public static TheoryData<string> Ways => ["https://bot.example.com", "https://bot.example.com --one-workspace", "--socket-mode"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Slacks_schema_takes_it(string way)
    {
        var schema = await JsonSchema.FromJsonAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "Slack", "Manifest", "manifest.schema.2.0.0.json"), Ct), Ct);
        var manifest = await FillAsync(way);

        Assert.Empty(schema.Validate(manifest.ToJsonString()).Select(e => e.ToString()));

        // And it is a schema that says no.
        manifest["features"]!["slash_commands"]![0]!["command"] = "trunk";
        Assert.NotEmpty(schema.Validate(manifest.ToJsonString()));
    }

    [Theory]
    [InlineData("https://bot.example.com", true, false)]
    [InlineData("https://bot.example.com/ --one-workspace", false, false)]
    [InlineData("--socket-mode", false, true)]
    public async Task It_fits_the_way_in_which_the_bot_is_installed(string way, bool isByOAuth, bool isSocketMode)
    {
        var manifest = await FillAsync(way);
        var (settings, hasUrls) = (manifest["settings"]!, !isSocketMode);

        Assert.DoesNotContain("${", manifest.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(isSocketMode, (bool)settings["socket_mode_enabled"]!);
        Assert.Equal(isByOAuth, (bool)settings["token_rotation_enabled"]!);
        Assert.Equal(isByOAuth, (bool)settings["org_deploy_enabled"]!);
        Assert.Equal(isByOAuth ? "https://bot.example.com/slack/oauth" : null, (string?)manifest["oauth_config"]!["redirect_urls"]?[0]);
        Assert.All(
            new[] { settings["event_subscriptions"]!["request_url"], settings["interactivity"]!["request_url"], manifest["features"]!["slash_commands"]![0]!["url"] },
            url => Assert.Equal(hasUrls ? "https://bot.example.com/slack/events" : null, (string?)url));
    }

    [Theory]
    [InlineData("", "give either the address under which Slack reaches the bot, or --socket-mode")]
    [InlineData("http://bot.example.com", "http://bot.example.com is not https://HOST")]
    [InlineData("https://bot.example.com/bot", "https://bot.example.com/bot is not https://HOST")]
    [InlineData("https://bot.example.com --socket-mode", "give either the address under which Slack reaches the bot, or --socket-mode")]
    public async Task What_can_not_work_is_refused_with_what_to_give(string way, string said)
    {
        var (code, _, complained) = await RunAsync(way);

        Assert.Equal(2, code);
        Assert.Contains(said, complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_asks_for_the_scopes_that_installation_asks_for()
    {
        var manifest = await FillAsync("--socket-mode");

        Assert.Equal(AppRegistration.Scopes, ((JsonArray)manifest["oauth_config"]!["scopes"]!["bot"]!).Select(s => (string)s!));
        Assert.Equal(AppRegistration.Events.Keys, ((JsonArray)manifest["settings"]!["event_subscriptions"]!["bot_events"]!).Select(e => (string)e!));
    }

    [Fact]
    public void Scopes_are_those_of_the_methods_that_are_called_and_the_events_that_are_taken_and_no_more()
    {
        var called = Called().Select(m => SlackMethods.Find(m)).ToList();

        var needed = called.SelectMany(m => m.Scopes).Concat(AppRegistration.Events.Values.SelectMany(s => s)).Append("commands").Distinct().Order(StringComparer.Ordinal);

        Assert.Contains("chat.postMessage", called.Select(m => m.Name));
        Assert.Equal(needed, AppRegistration.Scopes);
    }

    [Fact]
    public void The_table_of_methods_holds_no_method_that_nobody_calls() =>
        Assert.Equal(Called(), SlackMethods.All.Select(m => m.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_event_that_is_asked_for_is_taken_by_the_program_and_no_other_is_taken()
    {
        // As the program names them where it takes them; message.im is a message whose channel is an im.
        var taken = EventArm().Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", "Slack", "Incoming", "EventDeliveries.cs")))
            .Select(m => m.Groups[1].Value == "message" ? "message.im" : m.Groups[1].Value);

        Assert.Equal(AppRegistration.Events.Keys.Order(StringComparer.Ordinal), taken.Distinct().Order(StringComparer.Ordinal));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The methods that stand in the sources outside their table.</summary>
    private static IEnumerable<string> Called() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Slack"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(f) != "SlackMethods.cs")
            .SelectMany(f => MethodName().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .Distinct().Order(StringComparer.Ordinal);

    private static async Task<JsonObject> FillAsync(string way)
    {
        var (code, said, complained) = await RunAsync(way);
        Assert.True(code == 0, complained);
        return (JsonObject)JsonNode.Parse(said)!;
    }

    private static async Task<(int Code, string Said, string Complained)> RunAsync(string way)
    {
        using var fill = Process.Start(new ProcessStartInfo(Path.Combine(Folder, "fill"), way.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (said, complained) = (fill.StandardOutput.ReadToEndAsync(Ct), fill.StandardError.ReadToEndAsync(Ct));
        await fill.WaitForExitAsync(Ct);
        return (fill.ExitCode, await said, await complained);
    }

    [GeneratedRegex("\"((?:apps|auth|chat|conversations|files|oauth|users|views)\\.[a-zA-Z0-9.]+)\"")]
    private static partial Regex MethodName();

    [GeneratedRegex("^\\s*\"([a-z_]+)\"(?: when [^=]*(?:==[^=]*)?)? =>", RegexOptions.Multiline)]
    private static partial Regex EventArm();
}
