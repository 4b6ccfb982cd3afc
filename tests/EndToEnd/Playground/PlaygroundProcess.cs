using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Tests.Support;

namespace TrunkBot.EndToEnd.Tests.Playground;

/// <summary>Microsoft 365 Agents Playground, the Teams client without Teams: its program and what it lets be done without a browser.</summary>
internal sealed class PlaygroundProcess : IAsyncDisposable
{
    public const string Personal = "personal-chat-id";
    public const string Group = "group-chat-id";
    public const string Channel = "channel-approvals-id";

    private const string Configuration = """
        version: "0.1.1"
        tenantId: 7c2b9d10-55aa-4f6f-8a39-3a1c0f4e2d11
        bot: { id: "28:trunkbot", name: TrunkBot }
        personalChat: { id: personal-chat-id }
        groupChat: { id: group-chat-id, name: Voice ops }
        currentUser: { id: user-id-0, name: Ana Ortiz, userPrincipleName: ana@example.com, aadObjectId: 00000000-0000-0000-0000-000000000020, givenName: Ana, surname: Ortiz, email: ana@example.com }
        users:
          - { id: user-id-1, name: Ben Okafor, userPrincipleName: ben@example.com, aadObjectId: 00000000-0000-0000-0000-000000000021, givenName: Ben, surname: Okafor, email: ben@example.com }
          - { id: user-id-2, name: Chris Lund, userPrincipleName: chris@example.com, aadObjectId: 00000000-0000-0000-0000-000000000022, givenName: Chris, surname: Lund, email: chris@example.com }
          - { id: user-id-3, name: Dana Roy, userPrincipleName: dana@example.com, aadObjectId: 00000000-0000-0000-0000-000000000023, givenName: Dana, surname: Roy, email: dana@example.com }
          - { id: user-id-4, name: Eve Stone, userPrincipleName: eve@example.com, aadObjectId: 00000000-0000-0000-0000-000000000024, givenName: Eve, surname: Stone, email: eve@example.com }
          - { id: user-id-5, name: Finn Berg, userPrincipleName: finn@example.com, aadObjectId: 00000000-0000-0000-0000-000000000025, givenName: Finn, surname: Berg, email: finn@example.com }
        team: { id: team-id, name: Voice Team, aadGroupId: 00000000-0000-0000-0000-000000000031, channels: [ { id: channel-approvals-id, name: Approvals } ] }
        """;

    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly HttpClient http = new();

    private PlaygroundProcess(Process process, Uri url)
    {
        this.process = process;
        Url = url;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Url { get; }

    public static async Task<PlaygroundProcess> StartAsync(string directory, Uri messages, Uri serviceUrl)
    {
        var port = FreePorts.Next();
        var file = Path.Combine(directory, ".m365agentsplayground.yml");
        await File.WriteAllTextAsync(file, Configuration);
        var start = new ProcessStartInfo(
            "node",
            [
                Path.Combine(Repository.Root, "tests/EndToEnd/Playground/node_modules/@microsoft/m365agentsplayground/cli.js"), "start", "-e", messages.AbsoluteUri, "-c", "msteams",
                "-p", $"{port}", "--service-url", serviceUrl.AbsoluteUri, "--disable-telemetry",
            ])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TEAMSAPPTESTER_BROWSER"] = "none";
        start.Environment["M365_AGENTS_PLAYGROUND_CONFIG_PATH"] = file;
        start.Environment["M365_AGENTS_PLAYGROUND_LOGFILE"] = Path.Combine(directory, "playground.log");
        var playground = new PlaygroundProcess(Process.Start(start)!, new Uri($"http://localhost:{port}"));
        var began = TimeProvider.System.GetTimestamp();
        while (!await playground.AnswersAsync())
        {
            if (playground.process.HasExited || TimeProvider.System.GetElapsedTime(began) > StartWithin)
            {
                await playground.DisposeAsync();
                Assert.Fail("The Playground did not start.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return playground;
    }

    public Task InstallAsync(string conversation) => PostAsync($"_debug/conversation/{conversation}/installation", []);

    /// <summary>Ana writes; in a group, she mentions the bot.</summary>
    public Task SayAsync(string conversation, string text)
    {
        var body = new JsonObject { ["from"] = new JsonObject { ["id"] = "user-id-0" }, ["text"] = text, ["textFormat"] = "plain" };
        if (conversation != Personal)
        {
            body["text"] = $"<at>TrunkBot</at> {text}";
            body["mentions"] = new JsonArray(new JsonObject { ["mentioned"] = new JsonObject { ["id"] = "28:trunkbot" }, ["text"] = "<at>TrunkBot</at>" });
        }

        return PostAsync($"_conversation/v1/conversations/{conversation}/messages", body);
    }

    /// <summary>Somebody presses a button of a card; the bot's answer.</summary>
    /// <param name="user">0 (Ana) to 5.</param>
    public Task<JsonNode?> PressAsync(int user, string conversation, string messageId, string verb, JsonObject data, string trigger = "manual") => PostAsync("_conversation/v1/invoke", new JsonObject
    {
        ["name"] = "adaptiveCard/action",
        ["conversation"] = new JsonObject { ["id"] = conversation },
        ["from"] = new JsonObject { ["id"] = $"user-id-{user}" },
        ["replyToId"] = messageId,
        ["value"] = new JsonObject
        {
            ["trigger"] = trigger,
            ["action"] = new JsonObject { ["type"] = "Action.Execute", ["id"] = "a1", ["verb"] = verb, ["data"] = data },
        },
    });

    /// <summary>Sends an activity that the Playground has no button for. It says nothing of the answer.</summary>
    public Task SendAsync(JsonObject activity) => PostAsync("_internal/v1/customActivities", activity);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        http.Dispose();
    }

    private async Task<JsonNode?> PostAsync(string path, JsonObject body)
    {
        using var response = await http.PostAsJsonAsync(new Uri(Url, path), body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"The Playground answered {(int)response.StatusCode} to {path}: {text}");
        return text.StartsWith('{') ? JsonNode.Parse(text) : null;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await http.GetStringAsync(new Uri(Url, "_debug/ping"))).Contains("pong", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
