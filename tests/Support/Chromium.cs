using Microsoft.Playwright;

namespace TrunkBot.Tests.Support;

/// <summary>The distribution's Chromium without windows. A machine without it fails the tests: a page that nobody looked at is not tested.</summary>
internal static class Chromium
{
    private const string Program = "/usr/bin/chromium-headless-shell";

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        Assert.True(File.Exists(Program), $"The tests of the page need {Program}: apt-get install chromium-headless-shell fonts-dejavu-core");
        return playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-gpu"],
        });
    }
}
