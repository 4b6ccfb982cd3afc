using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using TrunkBot.WebChat.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace TrunkBot.WebChat.Tests;

/// <summary>What a reader does with cards in a real browser, and what becomes of it when the bot answers or edits.</summary>
public sealed class PageCardTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task An_edit_keeps_what_was_typed_what_was_opened_and_the_cursor()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        var form = await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(SampleCards.Form(), "New trunk"));
        var page = open.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        await page.GetByLabel("Note").FillAsync("ask Chris");
        await page.GetByRole(AriaRole.Button, new() { Name = "Why?" }).ClickAsync();
        var name = page.GetByLabel("Trunk name");
        await name.FillAsync("acme-e");
        await name.PressAsync("ArrowLeft");

        await host.Bot.UpdateAsync(host.Connector, "personal-ana", form, StubBot.CardActivity(SampleCards.Form("New trunk at Denver"), "New trunk"));

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New trunk at Denver" })).ToBeVisibleAsync();
        await Expect(name).ToHaveValueAsync("acme-e");
        await Expect(name).ToBeFocusedAsync();
        Assert.Equal(5, await name.EvaluateAsync<int>("field => field.selectionStart"));
        await Expect(page.GetByLabel("Note")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Note")).ToHaveValueAsync("ask Chris");
        await Expect(page.GetByText("Origination needs one more ACL.")).ToBeVisibleAsync();
        Assert.Empty(open.Errors);
    }

    [Fact]
    public async Task What_the_bot_itself_presets_anew_wins_over_what_was_chosen()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        var form = await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(SampleCards.Form(), "New trunk"));
        await open.Page.GetByLabel("Trunk name").FillAsync("acme");

        await host.Bot.UpdateAsync(host.Connector, "personal-ana", form, StubBot.CardActivity(SampleCards.Form(site: "boise", error: "The name acme is taken."), "New trunk"));

        await Expect(open.Page.GetByText("The name acme is taken.")).ToBeVisibleAsync();
        await Expect(open.Page.GetByLabel("Site")).ToHaveValueAsync("boise");
        await Expect(open.Page.GetByLabel("Trunk name")).ToHaveValueAsync("acme");
    }

    [Fact]
    public async Task Buttons_of_a_pressed_card_wait_for_the_answer_and_the_notice_is_private()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var ben = await browser.OpenAsync(host, "ben");
        await using var ana = await browser.OpenAsync(host, "ana");
        var plan = await host.Bot.SendAsync(host.Connector, "approvals", StubBot.CardActivity(SampleCards.Plan(), "Plan for acme-east"));
        var answer = new TaskCompletionSource<IResult>();
        host.Bot.Answer = activity => activity["type"]!.GetValue<string>() == "invoke" ? answer.Task : Task.FromResult(Results.StatusCode(202));
        await ben.Page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" }).ClickAsync();
        var approve = ben.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" });

        await approve.ClickAsync();
        await Expect(approve).ToBeDisabledAsync();
        await Expect(ben.Page.GetByRole(AriaRole.Button, new() { Name = "Reject" })).ToBeDisabledAsync();

        await host.Bot.UpdateAsync(host.Connector, "approvals", plan, StubBot.CardActivity(SampleCards.Plan("Still waiting"), "Plan for acme-east"));
        await Expect(ben.Page.GetByText("Still waiting")).ToBeVisibleAsync();
        await Expect(approve).ToBeDisabledAsync();
        answer.SetResult(StubBot.Notice("Approved. It starts now."));
        var invoke = await host.Bot.NextAsync("invoke");

        Assert.Equal("approve", invoke["value"]!["action"]!["verb"]!.GetValue<string>());
        Assert.Equal("CHG-17", invoke["value"]!["action"]!["data"]!["id"]!.GetValue<string>());
        Assert.Equal(plan, invoke["replyToId"]!.GetValue<string>());
        await Expect(approve).ToBeEnabledAsync();
        await Expect(ben.Page.Locator(".toast p")).ToHaveTextAsync("Approved. It starts now.");
        await Expect(ben.Page.Locator("article.private")).ToContainTextAsync("Only you see this");
        await ben.ShootAsync("private-notice");
        await Expect(ana.Page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" }).Locator(".badge")).ToHaveTextAsync("1");
        await ana.Page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" }).ClickAsync();
        await Expect(ana.Page.GetByText("Plan for acme-east")).ToBeVisibleAsync();
        await Expect(ana.Page.GetByText("It starts now.")).ToHaveCountAsync(0);
        Assert.Empty(ben.Errors);
        Assert.Empty(ana.Errors);
    }

    [Fact]
    public async Task A_refusal_shows_its_reason_and_its_code()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(SampleCards.Plan(), "Plan"));
        host.Bot.Answer = _ => Task.FromResult(StubBot.Error("own-change", "Ana asked for this change, so somebody else must approve it."));

        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await Expect(open.Page.Locator(".toast.refusal p")).ToHaveTextAsync("Ana asked for this change, so somebody else must approve it.");
        await Expect(open.Page.Locator("article.refusal")).ToContainTextAsync("own-change");
        await open.ShootAsync("refusal");
    }

    [Fact]
    public async Task A_required_field_that_is_empty_is_said_beside_it_and_nothing_is_sent()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(SampleCards.Form(), "New trunk"));

        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(open.Page.GetByText("A trunk needs a name.")).ToBeVisibleAsync();
        await open.ShootAsync("field-error");
        Assert.DoesNotContain(host.Bot.Waiting(), a => a["type"]!.GetValue<string>() == "invoke");

        await open.Page.GetByLabel("Trunk name").FillAsync("acme-east");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        var data = (await host.Bot.NextAsync("invoke"))["value"]!["action"]!["data"]!;
        Assert.Equal("""{"form":"F1","name":"acme-east","site":"denver","inbound":"false"}""", Ordered(data, "form", "name", "site", "inbound"));
    }

    [Fact]
    public async Task A_card_that_answers_a_press_takes_the_place_of_the_pressed_one_for_the_presser_alone()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var ben = await browser.OpenAsync(host, "ben");
        await using var dana = await browser.OpenAsync(host, "dana");
        await host.Bot.SendAsync(host.Connector, "approvals", StubBot.CardActivity(SampleCards.Plan(), "Plan"));
        host.Bot.Answer = _ => Task.FromResult(StubBot.Card(SampleCards.Plan("Why do you reject it?", hasButtons: false)));
        await ben.Page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" }).ClickAsync();
        await dana.Page.GetByRole(AriaRole.Tab, new() { Name = "Approvals" }).ClickAsync();

        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();

        await Expect(ben.Page.GetByText("Why do you reject it?")).ToBeVisibleAsync();
        await Expect(dana.Page.GetByText("Waiting for approval")).ToBeVisibleAsync();
        await Expect(dana.Page.GetByText("Why do you reject it?")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Hostile_text_in_a_card_shows_as_text()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);
        var card = SampleCards.Plan();
        card["body"]!.AsArray().Add(new JsonObject { ["type"] = "TextBlock", ["id"] = "hostile", ["wrap"] = true, ["text"] = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) \\*\\*acme\\*\\* &lt;b&gt;" });

        await host.Bot.SendAsync(host.Connector, "personal-ana", StubBot.CardActivity(card, "Plan"));

        await Expect(open.Page.GetByText("<img src=x onerror=alert(1)> [x](javascript:alert(1)) **acme** &lt;b&gt;")).ToBeVisibleAsync();
        Assert.Equal(0, await open.Page.Locator(".card img, .card a").CountAsync());
        Assert.Empty(open.Errors);
    }

    [Theory]
    [InlineData("plain & <b>", "<p>plain &amp; &lt;b&gt;</p>")]
    [InlineData("a **b c** d", "<p>a <strong>b c</strong> d</p>")]
    [InlineData("a *b* _c_ `<d>`", "<p>a <em>b</em> <em>c</em> <code>&lt;d&gt;</code></p>")]
    [InlineData("snake_case_name 2*3*4", "<p>snake_case_name 2*3*4</p>")]
    [InlineData("\\*not\\* \\_this\\_ \\<p\\> \\`x\\`", "<p>*not* _this_ &lt;p&gt; `x`</p>")]
    [InlineData("1. one\n2. two\n\nend", "<ol><li>one</li><li>two</li></ol><p>end</p>")]
    [InlineData("- a\n- b", "<ul><li>a</li><li>b</li></ul>")]
    [InlineData("3) c", "<ol start=\"3\"><li>c</li></ol>")]
    [InlineData("one\ntwo", "<p>one<br>two</p>")]
    [InlineData("**\"x\" onload='y'**", "<p><strong>&quot;x&quot; onload=&#39;y&#39;</strong></p>")]
    public async Task Markdown_makes_only_the_few_tags_that_it_knows(string text, string html)
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenAsync(host);

        Assert.Equal(html, await open.Page.EvaluateAsync<string>("async text => (await import('/webchat/markdown.js')).toSafeHtml(text)", text));
    }

    private static string Ordered(JsonNode data, params string[] keys) =>
        new JsonObject(keys.Select(k => KeyValuePair.Create(k, data[k]?.DeepClone()))).ToJsonString();
}
