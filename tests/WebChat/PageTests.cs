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

    [Fact]
    public async Task Everything_can_be_done_by_keyboard()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(SampleCards.Plan(), "Plan"));
        var (page, keys) = (open.Page, open.Page.Keyboard);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToBeVisibleAsync();

        await keys.PressAsync("Tab");
        await Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(page.GetByLabel("Message")).ToBeFocusedAsync();
        foreach (var text in new[] { "status", "list" })
        {
            await keys.TypeAsync(text);
            await keys.PressAsync("Enter");
            Assert.Equal(text, (await host.Bot.NextAsync("message"))["text"]!.GetValue<string>());
            await Expect(page.GetByLabel("Message")).ToHaveValueAsync("");
        }

        await keys.PressAsync("ArrowUp");
        await Expect(page.GetByLabel("Message")).ToHaveValueAsync("list");
        await keys.PressAsync("ArrowUp");
        await Expect(page.GetByLabel("Message")).ToHaveValueAsync("status");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("ArrowDown");
        await Expect(page.GetByLabel("Message")).ToHaveValueAsync("");

        await page.GetByRole(AriaRole.Log).FocusAsync();
        await keys.PressAsync("Tab");
        await Expect(page.Locator(".card pre")).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToBeFocusedAsync();
        await open.ShootAsync("keyboard-focus");
        await keys.PressAsync("Enter");
        await host.Bot.NextAsync("invoke");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToBeFocusedAsync();

        await page.GetByRole(AriaRole.Tab, new() { Name = "My chat" }).FocusAsync();
        await keys.PressAsync("ArrowRight");
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" })).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Log, new() { Name = "Approvals" })).ToBeVisibleAsync();
        await keys.PressAsync("Home");
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "My chat" })).ToBeFocusedAsync();
        await keys.PressAsync("End");
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" })).ToBeFocusedAsync();
        Assert.Empty(open.Errors);
    }

    [Theory]
    [InlineData(360, 740, ColorScheme.Light, "phone-light")]
    [InlineData(360, 740, ColorScheme.Dark, "phone-dark")]
    [InlineData(1200, 1500, ColorScheme.Light, "desk-light")]
    [InlineData(1200, 1500, ColorScheme.Dark, "desk-dark")]
    public async Task The_page_fits_its_screen_and_follows_the_scheme(int width, int height, ColorScheme scheme, string picture)
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host, "ben", width, height, scheme);
        await host.SayAsync("ben", "personal-ben", "new trunk");
        await host.Bot.SendAsync(host.Connector, "personal-ben", StubBot.CardActivity(SampleCards.Form(error: "30 characters at most on Perimeta."), "New trunk"));
        await host.Bot.SendAsync(host.Connector, "personal-ben", StubBot.CardActivity(SampleCards.Plan(), "Plan"));
        await Expect(open.Page.GetByText("Waiting for approval")).ToBeVisibleAsync();

        Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(await open.Page.Locator(".card pre").EvaluateAsync<bool>("block => block.scrollWidth >= block.clientWidth && block.getBoundingClientRect().right <= innerWidth"));
        Assert.Equal(0, await open.Page.EvaluateAsync<int>("[...document.querySelectorAll('.card button, .card input')].filter(e => e.getBoundingClientRect().right > innerWidth).length"));
        Assert.Equal(
            scheme == ColorScheme.Dark ? "rgb(29, 39, 49)" : "rgb(255, 255, 255)",
            await open.Page.Locator(".card").First.EvaluateAsync<string>("card => getComputedStyle(card).backgroundColor"));
        await open.ShootAsync(picture);
        Assert.Empty(open.Errors);
    }

    [Fact]
    public async Task A_file_can_be_saved_under_its_name()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        var activity = StubBot.CardActivity(SampleCards.Plan(), "Plan");
        activity["attachments"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["contentType"] = "text/plain", ["name"] = "CHG-17-perimeta.txt", ["contentUrl"] = "data:text/plain;base64,YWRqYWNlbmN5IHNpcCB4Cg==" });
        await host.Bot.SendAsync(host.Connector, "personal-ana", activity);

        var download = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.GetByText("CHG-17-perimeta.txt").ClickAsync());

        Assert.Equal("CHG-17-perimeta.txt", download.SuggestedFilename);
        await using var content = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(content);
        Assert.Equal("adjacency sip x\n", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Empty(open.Errors);
    }

    [Fact]
    public async Task A_picture_is_shown_with_what_it_is_and_can_be_saved()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        var activity = StubBot.TextActivity("acme-east, the last 24 h");
        activity["attachments"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject
        {
            ["contentType"] = "image/png",
            ["name"] = "acme-east.png",
            ["contentUrl"] = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        });
        await host.Bot.SendAsync(host.Connector, "personal-ana", activity);

        var picture = open.Page.GetByRole(AriaRole.Img, new() { Name = "acme-east, the last 24 h" });
        await Expect(picture).ToBeVisibleAsync();
        Assert.Equal(1, await picture.EvaluateAsync<int>("image => image.naturalWidth"));
        await Expect(open.Page.GetByRole(AriaRole.Link, new() { Name = "acme-east.png" })).ToBeVisibleAsync();
        Assert.Empty(open.Errors);
    }

    [Fact]
    public async Task Choosing_somebody_else_shows_that_persons_chat()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host, "ana");
        await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.TextActivity("for Ana"));
        await Expect(open.Page.GetByText("for Ana")).ToBeVisibleAsync();
        await Expect(open.Page.Locator("#banner")).ToHaveTextAsync("LAB: identities are not checked");

        await open.Page.GetByLabel("You are").SelectOptionAsync("ben");

        await Expect(open.Page.GetByText("for Ana")).ToHaveCountAsync(0);
        await host.Bot.SendAsync(host.Connector, "personal-ben", StubBot.TextActivity("for Ben"));
        await Expect(open.Page.GetByText("for Ben")).ToBeVisibleAsync();
        Assert.EndsWith("?as=ben", open.Page.Url, StringComparison.Ordinal);
        Assert.Empty(open.Errors);
    }

    [Fact]
    public async Task A_lost_connection_is_said_and_comes_back_by_itself()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        await open.Page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" }).ClickAsync();
        await host.Bot.SendAsync(host.Connector, "approvals", StubBot.TextActivity("before"));
        await Expect(open.Page.GetByText("before")).ToBeVisibleAsync();

        await host.StopAsync();
        await Expect(open.Page.Locator("#lost")).ToBeVisibleAsync();
        await open.ShootAsync("connection-lost");
        await host.StartAgainAsync();

        await Expect(open.Page.Locator("#lost")).ToBeHiddenAsync();
        await Expect(open.Page.GetByText("before")).ToHaveCountAsync(0);
        await Expect(open.Page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" })).ToHaveAttributeAsync("aria-selected", "true");
        await host.Bot.SendAsync(host.Connector, "approvals", StubBot.TextActivity("after"));
        await Expect(open.Page.GetByText("after")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_the_bot_did_not_take_is_marked_and_the_words_stay_in_the_field()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        host.Bot.Answer = _ => Task.FromResult(Microsoft.AspNetCore.Http.Results.StatusCode(401));

        await open.Page.GetByLabel("Message").FillAsync("status");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Expect(open.Page.Locator(".toast.refusal")).ToContainTextAsync("bot-refused");
        await Expect(open.Page.Locator("article.undelivered")).ToContainTextAsync("Not delivered");
        await Expect(open.Page.GetByLabel("Message")).ToHaveValueAsync("status");
    }

    [Theory]
    [InlineData(202)]
    [InlineData(401)]
    public async Task Words_that_are_typed_while_others_are_on_their_way_stay_in_the_field(int status)
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        var answer = new TaskCompletionSource<Microsoft.AspNetCore.Http.IResult>();
        host.Bot.Answer = activity => activity["type"]!.GetValue<string>() == "message" ? answer.Task : Task.FromResult(Microsoft.AspNetCore.Http.Results.StatusCode(202));
        var field = open.Page.GetByLabel("Message");

        await field.FillAsync("status");
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(field).ToHaveValueAsync("");
        await open.Page.Keyboard.TypeAsync("list");
        answer.SetResult(Microsoft.AspNetCore.Http.Results.StatusCode(status));

        await Expect(open.Page.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToBeEnabledAsync();
        await Expect(field).ToHaveValueAsync("list");
    }

    [Fact]
    public async Task Things_to_say_leave_what_was_typed()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        await open.Page.GetByLabel("Message").FillAsync("new trunk name=");

        await open.Page.GetByRole(AriaRole.Button, new() { Name = "help" }).ClickAsync();

        Assert.Equal("help", (await host.Bot.NextAsync("message"))["text"]!.GetValue<string>());
        await Expect(open.Page.GetByLabel("Message")).ToHaveValueAsync("new trunk name=");
    }
}
