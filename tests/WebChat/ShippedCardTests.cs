using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TrunkBot.WebChat.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace TrunkBot.WebChat.Tests;

/// <summary>The bot's own cards, filled with their samples by the bot's own expander, in a real browser. Their pictures are kept.</summary>
public sealed class ShippedCardTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Pixels: a whole card is on the screen at once, and so in its picture.</summary>
    private const int Tall = 2400;

    public static TheoryData<string> Names() => [.. SampleCards.Shipped.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_card_fits_phone_and_desk_in_light_and_dark_closed_and_opened(string name)
    {
        var templates = SampleCards.Shipped;
        var json = templates.Render(templates.SampleOf(name));
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(json, name));
        var card = open.Page.Locator(".card");
        await Expect(card.Locator(".ac-adaptiveCard").First).ToBeVisibleAsync();

        await LookAsync(open, card, name);
        var foldedAway = TitlesOf(json).ToList();
        foreach (var title in foldedAway)
        {
            await card.GetByRole(AriaRole.Button, new() { Name = title, Exact = true }).First.ClickAsync();
        }

        if (foldedAway.Count > 0)
        {
            await LookAsync(open, card, name + "-opened");
        }

        Assert.Empty(open.Errors);
    }

    /// <summary>The picture in the README is this one, copied to <c>docs/</c>.</summary>
    [Fact]
    public async Task The_plan_card_shows_the_exact_lines_on_demand()
    {
        var templates = SampleCards.Shipped;
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host, "ben", height: Tall);
        await host.Bot.SendAsync(host.Connector, "personal-ben", StubBot.CardActivity(templates.Render(templates.SampleOf("approval")), "Plan"));

        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Show Perimeta lines" }).ClickAsync();

        await Expect(open.Page.GetByText("adjacency sip acme-east-us2", new() { Exact = false }).First).ToBeVisibleAsync();
        await open.Page.Locator(".card").ScreenshotAsync(new() { Path = OpenPage.PathOf("plan-card") });
    }

    [Fact]
    public async Task A_fields_hint_and_what_is_wrong_with_it_are_read_out_with_the_field()
    {
        var templates = SampleCards.Shipped;
        var form = templates.SampleOf("new-trunk-form");
        var field = form.Data["fields"]!.AsArray().First(f => f!["kind"]!.GetValue<string>() == "text")!;
        field["label"] = "Trunk name";
        field["error"] = "Trunk name: 30 characters at most";
        field["hint"] = "How everybody calls it";
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(templates.Render(form), "Form"));

        var input = open.Page.GetByLabel("Trunk name");

        await Expect(input).ToHaveAccessibleDescriptionAsync("Trunk name: 30 characters at most How everybody calls it");
    }

    /// <summary>Titles of the buttons that only show more of the card.</summary>
    private static IEnumerable<string> TitlesOf(JsonNode? node) => node switch
    {
        JsonObject o when o["type"]?.ToString() is "Action.ToggleVisibility" or "Action.ShowCard" => [o["title"]!.ToString()],
        JsonObject o => o.SelectMany(p => TitlesOf(p.Value)),
        JsonArray a => a.SelectMany(TitlesOf),
        _ => [],
    };

    private static async Task LookAsync(OpenPage open, ILocator card, string name)
    {
        foreach (var (width, screen) in new[] { (360, "phone"), (1200, "desk") })
        {
            await open.Page.SetViewportSizeAsync(width, Tall);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await open.Page.EmulateMediaAsync(new() { ColorScheme = scheme });

                Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
                Assert.Equal("", await open.Page.EvaluateAsync<string>("""
                    [...document.querySelectorAll('.card, .card .ac-adaptiveCard')].filter(e => e.scrollWidth > e.clientWidth).map(e => `${e.className} is ${e.scrollWidth} wide in ${e.clientWidth}`).join('; ')
                    """));
                await card.ScreenshotAsync(new() { Path = OpenPage.PathOf($"card-{name}-{screen}-{scheme.ToString().ToLowerInvariant()}") });
            }
        }
    }
}
