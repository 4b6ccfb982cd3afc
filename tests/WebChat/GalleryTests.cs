using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TrunkBot.Chat.Messages;
using TrunkBot.WebChat.Tests.Support;

namespace TrunkBot.WebChat.Tests;

/// <summary>The gallery in a real browser: every message in both faces. Their pictures are kept under <c>test-output/gallery</c>.</summary>
public sealed class GalleryTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>What people and devices may write, as one line of text in any client.</summary>
    private const string Hostile =
        "*bold* _it_ ~s~ `c` <@U1> [x](https://evil.example) **b** <https://evil.example|y> https://evil.example <!channel> <at>Ben</at> :skull: <b>b</b> 12:00:05 ${x} 👩‍👩‍👧 עברית";

    /// <summary>Their title is that of the dialog in which they open, or their one sentence says it all.</summary>
    private static readonly string[] WithoutHeading = ["message", "reading", "form-open", "reason-form", "diagnose-form"];

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_message_is_readable_in_both_faces(ColorScheme scheme)
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenGalleryAsync(host, scheme);
        var folder = Path.Combine(OpenPage.Root, "test-output", "gallery");

        var messages = await open.Page.Locator("section.message-pair").AllAsync();
        foreach (var message in messages)
        {
            var id = await message.GetAttributeAsync("id");
            await message.Locator(".faces").ScreenshotAsync(new() { Path = Path.Combine(folder, $"{id}-{scheme.ToString().ToLowerInvariant()}.png") });
        }

        // The picture in the README is the light one of these, copied to docs/.
        await open.Page.Locator("[id='progress.paused'] .faces").ScreenshotAsync(new() { Path = Path.Combine(folder, $"gallery-{scheme.ToString().ToLowerInvariant()}.png") });
        Assert.True(messages.Count > 30);
        Assert.Equal("[]", await open.Page.EvaluateAsync<string>(FaintTexts));
        Assert.Equal("[]", await open.Page.EvaluateAsync<string>(CutOff));
        Assert.Empty(open.Errors);
    }

    [Fact]
    public async Task Every_message_has_a_heading_and_everything_in_it_a_name()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenGalleryAsync(host);

        Assert.Equal("[]", await open.Page.EvaluateAsync<string>(Nameless));
        foreach (var message in await open.Page.Locator("section.message-pair").AllAsync())
        {
            var id = (await message.GetAttributeAsync("id"))!;
            Assert.True(await message.Locator(".blockkit").GetByRole(AriaRole.Heading).CountAsync() > 0, id);
            Assert.True(WithoutHeading.Contains(id.Split('.')[0]) || await message.Locator(".adaptive").GetByRole(AriaRole.Heading).CountAsync() > 0, id);
        }
    }

    [Theory]
    [InlineData("audit", "adaptive")]
    [InlineData("audit", "blockkit")]
    [InlineData("approval", "adaptive")]
    [InlineData("approval", "blockkit")]
    [InlineData("new-trunk-form", "adaptive")]
    [InlineData("progress.paused", "blockkit")]
    [InlineData("plan", "adaptive", "de")]
    [InlineData("progress.paused", "blockkit", "de")]
    public async Task A_message_is_read_out_in_this_order(string id, string face, string language = "en")
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenGalleryAsync(host, query: $"?lang={language}&only={id}");

        Directory.CreateDirectory(Path.Combine(OpenPage.Root, "test-output", "gallery"));
        var read = await open.Page.Locator($"[id='{id}'] .{face} .stage").AriaSnapshotAsync();

        await File.WriteAllTextAsync(Path.Combine(OpenPage.Root, "test-output", "gallery", $"{id}-{face}{(language == "en" ? "" : $"-{language}")}.yml"), read, TestContext.Current.CancellationToken);
        var expected = Path.Combine(OpenPage.Root, "tests", "WebChat", "ReadOut", $"{id}-{face}{(language == "en" ? "" : $"-{language}")}.yml");
        Assert.Equal((await File.ReadAllTextAsync(expected, TestContext.Current.CancellationToken)).TrimEnd(), read.TrimEnd());
    }

    [Fact]
    public async Task Hostile_text_is_text_in_every_message_and_both_faces()
    {
        await using var host = await WebChatHost.StartAsync();
        await using var open = await browser.OpenGalleryAsync(host, query: "?only=help");
        var templates = SampleCards.Shipped;

        // A message that is full of it is cut, in Slack above all: what every text begins with must be there.
        var clean = JsonSerializer.Serialize(Hostile[..26]);
        foreach (var name in templates.Names)
        {
            var card = templates.SampleOf(name);
            MakeHostile(card.Data);
            var found = await open.Page.EvaluateAsync<string>(
                $$"""
                async ({card, blocks}) => {
                  const [{ CardView }, { draw }] = await Promise.all([import('/webchat/cards.js'), import('/webchat/lib/blockkit.min.js')]);
                  const stage = document.createElement('div');
                  const [left, right] = [document.createElement('div'), document.createElement('div')];
                  stage.append(left, right);
                  document.body.append(stage);
                  left.append(new CardView(JSON.parse(card), async () => {}).element);
                  draw(right, JSON.parse(blocks), 'light');
                  const count = side => side.textContent.split({{clean}}).length - 1;
                  const marked = side => side.querySelectorAll('a, b, i, em, del, s, img, at').length + [...side.querySelectorAll('strong, code')].filter(e => ['bold', 'b', 'c'].includes(e.textContent)).length;
                  const found = [count(left) > 0, count(right) > 0, marked(left), marked(right)];
                  stage.remove();
                  return JSON.stringify(found);
                }
                """,
                new { card = templates.Render(card).ToJsonString(), blocks = ((IBlockKitRenderer)templates).Render(card).ToJsonString() });

            Assert.True(found == "[true,true,0,0]", $"{name}: {found}");
        }

        Assert.Empty(open.Errors);
    }

    /// <summary>
    /// Every text that a person or a device may have written; what the bot looks up by stays, and so do labels. Choices are of the site's own profile and the catalogue
    /// of edges: the official renderer takes the titles of ticked ones for Markdown, other clients show them as they are.
    /// </summary>
    private static void MakeHostile(JsonNode data)
    {
        foreach (var (key, value) in (data as JsonObject)?.ToList() ?? [])
        {
            if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.ToString().Length > 0 && key is not ("id" or "kind" or "step" or "image" or "value" or "name" or "label"))
            {
                data[key] = Hostile;
            }
            else if (value is not null && key is not ("choices" or "chosen"))
            {
                MakeHostile(value);
            }
        }

        for (var i = 0; data is JsonArray items && i < items.Count; i++)
        {
            if (items[i] is JsonValue item && item.GetValueKind() == JsonValueKind.String)
            {
                items[i] = Hostile;
            }
            else if (items[i] is { } inner)
            {
                MakeHostile(inner);
            }
        }
    }

    /// <summary>Texts of our own cards with a contrast under 4.5 to 1 (WCAG 2, AA).</summary>
    private const string FaintTexts = """
        () => {
          const parse = colour => (colour.match(/[\d.]+/g) ?? []).map(Number);
          const linear = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
          const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
          const behind = element => {
            for (let e = element; e; e = e.parentElement) {
              const colour = parse(getComputedStyle(e).backgroundColor);
              if (colour.length === 3 || colour[3] > 0.99) return colour;
            }
            return [255, 255, 255];
          };
          const faint = new Set();
          for (const card of document.querySelectorAll('.adaptive .card')) {
            const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
              const element = node.parentElement;
              if (!node.textContent.trim() || !element.checkVisibility()) continue;
              const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
              const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              if (contrast < 4.5) faint.add(`${card.closest('section').id}: ${node.textContent.trim().slice(0, 40)} ${contrast.toFixed(2)}`);
            }
          }
          return JSON.stringify([...faint]);
        }
        """;

    /// <summary>Messages with something wider than they are.</summary>
    private const string CutOff = """
        () => JSON.stringify([...document.querySelectorAll('.stage')].filter(s => s.scrollWidth > s.clientWidth + 1).map(s => `${s.closest('section').id} ${s.parentElement.className}`))
        """;

    /// <summary>Buttons without a name, fields of cards without a label, pictures without a text.</summary>
    private const string Nameless = """
        () => {
          const named = e => (e.getAttribute('aria-label') ?? '').trim() || e.textContent.trim() || e.labels?.length > 0 || e.getAttribute('aria-labelledby');
          const nameless = [...document.querySelectorAll('.adaptive :is(button, input, select, textarea), .blockkit .slack_blocks_to_jsx__button_element')].filter(e => !named(e));
          const blind = [...document.querySelectorAll('.stage img')].filter(i => !i.alt);
          return JSON.stringify([...nameless, ...blind].map(e => `${e.closest('section').id}: ${e.outerHTML.slice(0, 120)}`));
        }
        """;
}
