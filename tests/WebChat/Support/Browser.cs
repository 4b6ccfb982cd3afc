using Microsoft.Playwright;
using TrunkBot.Tests.Support;

namespace TrunkBot.WebChat.Tests.Support;

/// <summary>The browser, started once for all tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await Chromium.LaunchAsync(playwright);
    }

    /// <summary>Opens the page as somebody, with every console error kept and every address but loopback cut off.</summary>
    internal async Task<OpenPage> OpenAsync(
        WebChatHost host, string user = "ana", int width = 1200, int height = 850, ColorScheme scheme = ColorScheme.Light)
    {
        var open = await BlankAsync(width, height, scheme);
        await open.Page.GotoAsync(new Uri(host.Url, $"?as={user}").AbsoluteUri);
        await Assertions.Expect(open.Page.Locator("#connection")).ToHaveTextAsync("Connected");
        return open;
    }

    /// <summary>Opens the gallery with every message drawn.</summary>
    internal async Task<OpenPage> OpenGalleryAsync(WebChatHost host, ColorScheme scheme = ColorScheme.Light, int width = 1320, string query = "")
    {
        var open = await BlankAsync(width, 1000, scheme);
        await open.Page.GotoAsync(new Uri(host.Url, $"gallery{query}").AbsoluteUri);

        // Some sixty messages in two faces: on a machine that builds beside it, that takes longer than the five seconds that are usual here.
        await Assertions.Expect(open.Page.Locator("#messages:not([aria-busy])")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return open;
    }

    private async Task<OpenPage> BlankAsync(int width, int height, ColorScheme scheme)
    {
        var context = await browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-US",
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                errors.Add(message.Text);
            }
        };
        page.PageError += (_, error) => errors.Add(error);
        await context.RouteAsync("**/*", route =>
            new Uri(route.Request.Url) is { IsLoopback: true } or { Scheme: "data" or "blob" } ? route.ContinueAsync() : Fail(route, errors));
        return new(page, errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private static Task Fail(IRoute route, List<string> errors)
    {
        errors.Add($"The page asked for {route.Request.Url}");
        return route.AbortAsync();
    }
}

/// <summary>An open page and what it complained about.</summary>
internal sealed record OpenPage(IPage Page, List<string> Errors) : IAsyncDisposable
{
    /// <summary>The folder that holds <c>Bot.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where pictures are kept, under <c>test-output/</c> at the root of the repository.</summary>
    public static string PathOf(string picture) => Path.Combine(Root, "test-output", "webchat", picture + ".png");

    public Task ShootAsync(string name) => Page.ScreenshotAsync(new() { Path = PathOf(name) });

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
