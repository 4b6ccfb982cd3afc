using Microsoft.Playwright;
using TrunkBot.WebChat.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace TrunkBot.WebChat.Tests;

/// <summary>The page in a real browser, against a stub of the bot.</summary>
public sealed class PageTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task A_text_that_is_typed_reaches_the_bot_and_the_reply_is_shown()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        await open.ShootAsync("empty");

        await open.Page.GetByLabel("Message").FillAsync("help");
        await open.Page.Keyboard.PressAsync("Enter");
        var activity = await host.Bot.NextAsync("message");
        await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.TextActivity("Say `new trunk` <b>or</b>\nstatus."));

        Assert.Equal("help", activity["text"]!.GetValue<string>());
        var log = open.Page.GetByRole(AriaRole.Log);
        await Expect(log.Locator(".mine .text")).ToHaveTextAsync("help");
        await Expect(log.Locator(".bot .text")).ToHaveTextAsync("Say `new trunk` <b>or</b>\nstatus.");
        await Expect(open.Page.GetByLabel("Message")).ToHaveValueAsync("");
        Assert.Empty(open.Errors);
    }

    [Fact]
    public async Task A_card_is_drawn_with_markdown_code_and_fields_and_edited_where_it_stands()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);

        var form = await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(SampleCards.Form(), "New trunk, step 1"));
        var plan = await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(SampleCards.Plan(), "Plan for acme-east"));
        await Expect(open.Page.GetByRole(AriaRole.Heading, new() { Name = "New trunk" })).ToBeVisibleAsync();
        await Expect(open.Page.Locator(".card strong")).ToHaveTextAsync("1 of 3");
        await Expect(open.Page.Locator(".card li")).ToHaveCountAsync(2);
        await Expect(open.Page.Locator(".card pre")).ToContainTextAsync("  service-address Twilio_Public\n");
        await open.ShootAsync("cards-light");

        await host.Bot.UpdateAsync(host.Connector, "personal-ana", plan, StubBot.CardActivity(SampleCards.Plan("Approved by Ben Okafor", hasButtons: false), "Plan for acme-east: approved"));
        await Expect(open.Page.GetByText("Approved by Ben Okafor")).ToBeVisibleAsync();
        await Expect(open.Page.Locator($"[data-message-id={plan}]")).ToHaveCountAsync(1);
        await Expect(open.Page.Locator($"[data-message-id={plan}] button")).ToHaveCountAsync(0);
        await Expect(open.Page.Locator("#announcer")).ToHaveTextAsync("Plan for acme-east: approved");
        await Expect(open.Page.Locator($"[data-message-id={form}] button").First).ToBeVisibleAsync();
        Assert.Empty(open.Errors);
    }
}
