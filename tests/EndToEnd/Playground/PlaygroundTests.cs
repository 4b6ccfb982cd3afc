using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab.Script;

namespace TrunkBot.EndToEnd.Tests.Playground;

/// <summary>
/// The bot as it is shipped, with authentication on, spoken to by a client that Microsoft wrote: personal chat, group chat and channel, in a browser
/// and as other people beside it.
/// </summary>
public sealed class PlaygroundTests : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const int Ana = 0;
    private const int Ben = 1;
    private const int Chris = 2;

    private readonly string directory = Directory.CreateTempSubdirectory("trunkbot-playground-").FullName;
    private Relay relay = null!;
    private Testbed testbed = null!;
    private PlaygroundProcess playground = null!;

    public async ValueTask InitializeAsync()
    {
        relay = await Relay.StartAsync(directory);
        testbed = await Testbed.StartAsync(
            site =>
            {
                site["approval"]!["approvers"] = new JsonArray(UserOf(Ben), UserOf(3));
                site["approval"]!["onCall"] = new JsonArray(UserOf(Chris));
                site["approval"]!["channel"] = $"msteams:{PlaygroundProcess.Group}";
            },
            relay.Settings);
        relay.Bot = testbed.BotUrl;
        playground = await PlaygroundProcess.StartAsync(directory, relay.Messages, relay.ServiceUrl);
        relay.PlaygroundUrl = playground.Url;
    }

    public async ValueTask DisposeAsync()
    {
        await playground.DisposeAsync();
        await testbed.DisposeAsync();
        await relay.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_trunk_is_asked_for_approved_by_somebody_else_and_provisioned()
    {
        // Installed: each conversation is greeted once, though two activities tell of it.
        await playground.InstallAsync(PlaygroundProcess.Group);
        await playground.InstallAsync(PlaygroundProcess.Channel);
        var inGroup = await SentAsync("the welcome in the group", p => p.Line == PostTo(PlaygroundProcess.Group) && Says(p, "Everybody in this chat reads what I answer."));
        await SentAsync("the welcome in the channel", p => p.Line == "POST v3/conversations" && Says(p.Body!["activity"], "answer in its thread"));
        Assert.NotNull(inGroup);

        using var playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-gpu"],
        });
        var page = await OpenAsync(browser);
        Console.Error.WriteLine(await page.Locator("body").AriaSnapshotAsync());
        await page.GetByRole(AriaRole.Treeitem, new() { Name = "Personal Chat" }).ClickAsync();
        Console.Error.WriteLine(await page.Locator("body").AriaSnapshotAsync());
        await page.ScreenshotAsync(new() { Path = "/tmp/pgx/a.png" });
    }

    private static string UserOf(int user) => $"msteams:00000000-0000-0000-0000-0000000000{20 + user}";

    private static string PostTo(string conversation) => $"POST v3/conversations/{conversation}/activities";

    private static JsonElement? CardOf(JsonNode? activity) =>
        activity?["attachments"]?[0]?["content"] is { } card ? JsonSerializer.SerializeToElement(card) : null;

    private static IReadOnlyList<string> LinesOf(JsonNode? activity) =>
        CardOf(activity) is { } card ? CardReader.Lines(card) : [activity?["text"]?.ToString() ?? ""];

    private static bool Says(Passed passed, string words) => Says(passed.Body, words);

    private static bool Says(JsonNode? activity, string words) => LinesOf(activity).Any(l => l.Contains(words, StringComparison.Ordinal));

    /// <summary>Waits for something that the bot sent.</summary>
    private async Task<Passed> SentAsync(string what, Func<Passed, bool> wanted, TimeSpan? limit = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (relay.Outbound.LastOrDefault(wanted) is { } sent)
            {
                return sent;
            }

            if (TimeProvider.System.GetElapsedTime(began) > (limit ?? Testbed.Soon))
            {
                var all = string.Join(Environment.NewLine, relay.Outbound.TakeLast(12).Select(p => $"{p.Line} {p.Status} {string.Join(" / ", LinesOf(p.Body).Take(3))}"));
                Assert.Fail($"The bot did not send {what}. Of it came:{Environment.NewLine}{all}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private async Task<IPage> OpenAsync(IBrowser browser)
    {
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 }, ReducedMotion = ReducedMotion.Reduce, Locale = "en-US" });
        await context.RouteAsync("**/*", route => new Uri(route.Request.Url) is { IsLoopback: true } or { Scheme: "data" or "blob" } ? route.ContinueAsync() : route.AbortAsync());
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(playground.Url.AbsoluteUri);
        return page;
    }
}
