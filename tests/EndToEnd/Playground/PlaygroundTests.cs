using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab.Script;
using TrunkBot.Tests.Support;

namespace TrunkBot.EndToEnd.Tests.Playground;

/// <summary>
/// The bot as it is shipped, with authentication on, spoken to by a client that Microsoft wrote: personal chat, group chat and channel, in a browser
/// and as other people beside it.
/// </summary>
public sealed class PlaygroundTests : IAsyncLifetime
{
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
                site["approval"]!["approvers"] = new JsonArray("ben", "dana");
                site["approval"]!["onCall"] = new JsonArray("chris");
                site["approval"]!["channel"] = $"msteams:{PlaygroundProcess.Group}";
            },
            new Dictionary<string, string>(relay.Settings)
            {
                ["People__Accounts__ana__EntraObjectId"] = UserOf(Ana),
                ["People__Accounts__ben__EntraObjectId"] = UserOf(Ben),
                ["People__Accounts__chris__EntraObjectId"] = UserOf(Chris),
                ["People__Accounts__dana__EntraObjectId"] = UserOf(3),
            });
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
    public async Task A_trunk_is_asked_for_approved_by_somebody_else_and_provisioned_and_every_kind_of_conversation_is_answered()
    {
        await InstallAsync();
        using var playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        var page = await OpenAsync(browser);
        var change = await AskAsync(page);
        await ApproveAsync(change);
        await SeeThroughAsync(page, change);
        await TalkInChannelAsync(page);
        await FillInFormAsync();
        await BeRefusedAsync();
        Assert.Equal(0, relay.Unsigned);
    }

    /// <summary>Two activities tell of each first contact; one greeting says what is possible there.</summary>
    private async Task InstallAsync()
    {
        await playground.InstallAsync(PlaygroundProcess.Group);
        await playground.InstallAsync(PlaygroundProcess.Channel);
        await SentAsync("the welcome in the group", p => p.Line == PostTo(PlaygroundProcess.Group) && Says(p.Body, "Everybody in this chat reads what I answer."));
        await SentAsync("the welcome in the channel", p => p.Line == "POST v3/conversations" && Says(p.Body!["activity"], "answer in its thread"));
        Assert.Equal(4, relay.Inbound.Count(p => p.Line is "installationUpdate" or "conversationUpdate" && p.Status == 202));
    }

    /// <summary>In the browser: the first visit installs the app in the private chat, Ana types a line, reads the plan and submits it.</summary>
    private async Task<string> AskAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Treeitem, new() { Name = "Personal Chat" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Just type: nobody else reads this.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Textbox).FillAsync("new trunk name=acme-east site=denver edges=umatilla");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send Message" }).ClickAsync();

        var plan = await SentAsync("the plan", p => p.Body is not null && CardReader.Buttons(CardOf(p.Body) ?? default).Any(b => b.Verb == "submit"));
        Assert.StartsWith("PUT v3/conversations/personal-chat-id/activities/", plan.Line, StringComparison.Ordinal);
        var submit = CardReader.Buttons(CardOf(plan.Body)!.Value).First(b => b.Verb == "submit");
        await PressAsync(page, submit);
        return submit.Data["change"]!.ToString();
    }

    /// <summary>The Playground draws a card anew when it is edited, and a press in that moment reaches nobody: then it is pressed again, as a person would.</summary>
    private async Task PressAsync(IPage page, CardButton button)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var shown = page.GetByRole(AriaRole.Button, new() { Name = button.Title, Exact = true });
            try
            {
                if (!await shown.IsVisibleAsync())
                {
                    // It stands behind a question.
                    await page.GetByRole(AriaRole.Button, new() { Name = "Submit for approval" }).ClickAsync(new() { Timeout = 15_000 });
                }

                await shown.ClickAsync(new() { Timeout = 15_000 });
            }
            catch (TimeoutException)
            {
                // The question was closed by a new drawing of the card.
                continue;
            }

            var began = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(15))
            {
                if (relay.Inbound.Any(p => p.Line == "invoke adaptiveCard/action" && p.Body!["value"]!["action"]!["verb"]!.ToString() == button.Verb))
                {
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }

        Assert.Fail($"No press on \"{button.Title}\" reached the bot.");
    }

    /// <summary>The request names the approvers, shows nobody a decision, and each their own view; Ana may not, Chris may not, Ben does.</summary>
    private async Task ApproveAsync(string change)
    {
        var request = await SentAsync("the request for approval", p => p.Line == PostTo(PlaygroundProcess.Group) && Says(p.Body, "Approval needed"));
        var id = request.Answer!["id"]!.ToString();
        var card = request.Body!["attachments"]![0]!["content"]!;
        Assert.Equal([UserOf(Ben), UserOf(3)], card["msteams"]!["entities"]!.AsArray().Select(e => e!["mentioned"]!["id"]!.ToString()));
        Assert.Equal(3, card["refresh"]!["userIds"]!.AsArray().Count);
        Assert.DoesNotContain(CardReader.Buttons(CardOf(request.Body)!.Value), b => b.Verb is "approve" or "reject");

        var sent = WrittenToGroup();
        var view = (await playground.PressAsync(Ben, PlaygroundProcess.Group, id, "refresh", new() { ["change"] = change }, "automatic"))!;
        Assert.Equal("application/vnd.microsoft.card.adaptive", view["type"]!.ToString());
        var approve = CardReader.Buttons(JsonSerializer.SerializeToElement(view["value"])).First(b => b.Verb == "approve");
        Assert.Equal("user-id-1", Assert.Single(view["value"]!["refresh"]!["userIds"]!.AsArray())!.ToString());
        var own = (await playground.PressAsync(Ana, PlaygroundProcess.Group, id, "refresh", new() { ["change"] = change }, "automatic"))!;
        Assert.Equal(["cancel"], CardReader.Buttons(JsonSerializer.SerializeToElement(own["value"])).Select(b => b.Verb).Intersect(["approve", "reject", "cancel"]));
        Assert.Equal(sent, WrittenToGroup());

        Assert.Equal("approver-is-requester", await RefusalAsync(Ana, id, approve));
        Assert.Equal("role-missing", await RefusalAsync(Chris, id, approve));
        await playground.PressAsync(Ben, PlaygroundProcess.Group, id, "approve", (JsonObject)approve.Data.DeepClone());
        var answer = LastAnswer();
        Assert.Equal((200, "application/vnd.microsoft.activity.message"), ((int)answer["statusCode"]!, answer["type"]!.ToString()));
        await SentAsync("the decision in the place of the request", p => p.Line == $"PUT v3/conversations/{PlaygroundProcess.Group}/activities/{id}" && Says(p.Body, "Ben Okafor approved"));
        await SentAsync("word to Ana", p => p.Line == PostTo(PlaygroundProcess.Personal) && Says(p.Body, $"approved {change} on "));
    }

    /// <summary>One card that is edited in place; somebody does the manual steps; the test call hears itself.</summary>
    private async Task SeeThroughAsync(IPage page, string change)
    {
        var first = await SentAsync("the progress card", p => p.Line == PostTo(PlaygroundProcess.Personal) && Says(p.Body, "Progress"));
        var id = first.Answer!["id"]!.ToString();
        var edit = $"PUT v3/conversations/{PlaygroundProcess.Personal}/activities/{id}";
        var seen = new HashSet<string>();
        while (true)
        {
            var card = await SentAsync(
                $"{change} to go on",
                p => p.Line == edit && (StepOf(p) is { } step && !seen.Contains(step) || LinesOf(p.Body).Any(l => l.StartsWith("Done.", StringComparison.Ordinal) || l.StartsWith("Failed", StringComparison.Ordinal))),
                Testbed.Long);
            if (StepOf(card) is not { } open)
            {
                Assert.Contains(LinesOf(card.Body), l => l.StartsWith("Done.", StringComparison.Ordinal));
                Assert.Contains(LinesOf(card.Body), l => l.Contains("Passed", StringComparison.Ordinal));
                break;
            }

            seen.Add(open);
            await testbed.Engineer.WorkAsync(LinesOf(card.Body), TestContext.Current.CancellationToken);
            await playground.PressAsync(Ana, PlaygroundProcess.Personal, id, "done-step", new() { ["change"] = change, ["step"] = open });
        }

        Assert.True(relay.Outbound.Count(p => p.Line == edit) > 3);
        Assert.All(relay.Outbound.Where(p => p.Line.StartsWith("PUT ", StringComparison.Ordinal)), p => Assert.Equal(200, p.Status));
        await Assertions.Expect(page.GetByText("steps done.")).ToHaveCountAsync(1);
        await ShootAsync(page, "personal");
        await page.GetByRole(AriaRole.Treeitem, new() { Name = "Voice ops" }).ClickAsync();
        await Assertions.Expect(page.Locator(".ac-textRun", new() { HasText = "Ben Okafor approved" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true })).ToHaveCountAsync(0);
        await ShootAsync(page, "group");
    }

    /// <summary>In a channel the bot answers in the thread of the message that mentions it.</summary>
    private async Task TalkInChannelAsync(IPage page)
    {
        await playground.SayAsync(PlaygroundProcess.Channel, "status acme-east");
        var status = await SentAsync(
            "the status in the thread", p => p.Line.StartsWith($"PUT v3/conversations/{PlaygroundProcess.Channel};messageid=", StringComparison.Ordinal) && Says(p.Body, "acme-east"));
        var thread = status.Line.Split('/')[2];
        Assert.Contains(relay.Outbound, p => p.Line == $"POST v3/conversations/{thread}/activities" && p.Body!["type"]!.ToString() == "typing");
        await page.GetByRole(AriaRole.Treeitem, new() { Name = "Voice Team - Approvals" }).ClickAsync();
        await Assertions.Expect(page.GetByText("status acme-east").First).ToBeVisibleAsync();
        await ShootAsync(page, "channel");
    }

    /// <summary>The Playground opens no dialog; what Teams would send goes in as activities of their own.</summary>
    private async Task FillInFormAsync()
    {
        await playground.SayAsync(PlaygroundProcess.Personal, "new trunk");
        await SentAsync("the invitation", p => p.Line == PostTo(PlaygroundProcess.Personal) && Says(p.Body, "Open the form, or type the answers"));

        var first = await InvokeAsync("task/fetch", new() { ["data"] = new JsonObject { ["msteams"] = new JsonObject { ["type"] = "task/fetch" }, ["verb"] = "form-open" } });
        Assert.Equal("New trunk, step 1 of 3: who and where", first["task"]!["value"]!["title"]!.ToString());
        var wrong = await InvokeAsync("task/submit", new() { ["data"] = new JsonObject { ["verb"] = "form-next", ["step"] = "1", ["name"] = "Acme West", ["site"] = "denver", ["edges"] = "dublin" } });
        var card = JsonSerializer.SerializeToElement(wrong["task"]!["value"]!["card"]!["content"]);
        Assert.Contains(CardReader.Lines(card), l => l.StartsWith("Trunk name: use 1 to 20 lower-case letters", StringComparison.Ordinal));
        Assert.Equal("Acme West", CardReader.Inputs(card)["name"]);
        var second = await InvokeAsync("task/submit", new() { ["data"] = new JsonObject { ["verb"] = "form-next", ["step"] = "1", ["name"] = "acme-west", ["site"] = "denver", ["edges"] = "dublin" } });
        Assert.Equal("New trunk, step 2 of 3: addressing", second["task"]!["value"]!["title"]!.ToString());

        var diagnose = await InvokeAsync("composeExtension/fetchTask", new()
        {
            ["commandId"] = "diagnoseTrunk",
            ["commandContext"] = "message",
            ["messagePayload"] = new JsonObject { ["id"] = "1", ["body"] = new JsonObject { ["contentType"] = "html", ["content"] = "<p>Calls over ACME-EAST fail</p>" } },
        });
        Assert.Contains("The message speaks of acme-east.", CardReader.Lines(JsonSerializer.SerializeToElement(diagnose["task"]!["value"]!["card"]!["content"])));
    }

    private async Task BeRefusedAsync()
    {
        var welcome = relay.Outbound.First(p => p.Line == PostTo(PlaygroundProcess.Personal));
        await playground.PressAsync(Ana, PlaygroundProcess.Personal, welcome.Answer!["id"]!.ToString(), "no-such-verb", []);
        var answer = LastAnswer();
        Assert.Equal((400, "application/vnd.microsoft.error", "button-unknown"), ((int)answer["statusCode"]!, answer["type"]!.ToString(), answer["value"]!["code"]!.ToString()));

        // The same that the Playground sends, without the relay's signature.
        using var unsigned = await testbed.Http.PostAsync(
            new Uri(testbed.BotUrl, "api/messages"), new StringContent(relay.Inbound[^1].Body!.ToJsonString(), Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
    }

    private async Task<string> RefusalAsync(int user, string messageId, CardButton button)
    {
        await playground.PressAsync(user, PlaygroundProcess.Group, messageId, button.Verb, (JsonObject)button.Data.DeepClone());
        var answer = LastAnswer();
        Assert.Equal((400, "application/vnd.microsoft.error"), ((int)answer["statusCode"]!, answer["type"]!.ToString()));
        return answer["value"]!["code"]!.ToString();
    }

    private int WrittenToGroup() => relay.Outbound.Count(p => !p.Line.StartsWith("GET ", StringComparison.Ordinal) && p.Line.Contains(PlaygroundProcess.Group, StringComparison.Ordinal));

    /// <summary>What the bot said to the last press; the Playground makes something else of an error.</summary>
    private JsonNode LastAnswer() => relay.Inbound.Last(p => p.Line == "invoke adaptiveCard/action").Answer!;

    /// <summary>An invoke of Ana's in her private chat; the bot's answer.</summary>
    private async Task<JsonNode> InvokeAsync(string name, JsonObject value)
    {
        var id = Guid.NewGuid().ToString();
        await playground.SendAsync(new JsonObject
        {
            ["type"] = "invoke",
            ["name"] = name,
            ["id"] = id,
            ["channelId"] = "msteams",
            ["serviceUrl"] = relay.ServiceUrl.AbsoluteUri,
            ["from"] = new JsonObject { ["id"] = "user-id-0", ["name"] = "Ana Ortiz", ["aadObjectId"] = "00000000-0000-0000-0000-000000000020" },
            ["recipient"] = new JsonObject { ["id"] = "28:trunkbot", ["name"] = "TrunkBot" },
            ["conversation"] = new JsonObject { ["id"] = PlaygroundProcess.Personal, ["conversationType"] = "personal", ["tenantId"] = Relay.TenantId },
            ["channelData"] = new JsonObject { ["tenant"] = new JsonObject { ["id"] = Relay.TenantId } },
            ["value"] = value,
        });
        return (await WaitAsync($"the answer to {name}", () => relay.Inbound.LastOrDefault(p => p.Body?["id"]?.ToString() == id), Testbed.Soon)).Answer!;
    }

    private static string? StepOf(Passed passed) =>
        CardOf(passed.Body) is { } card ? CardReader.Buttons(card).FirstOrDefault(b => b.Verb == "done-step")?.Data["step"]?.ToString() : null;

    private static string UserOf(int user) => $"00000000-0000-0000-0000-0000000000{20 + user}";

    private static string PostTo(string conversation) => $"POST v3/conversations/{conversation}/activities";

    private static JsonElement? CardOf(JsonNode? activity) =>
        activity?["attachments"]?[0]?["content"] is { } card ? JsonSerializer.SerializeToElement(card) : null;

    private static IReadOnlyList<string> LinesOf(JsonNode? activity) =>
        CardOf(activity) is { } card ? CardReader.Lines(card) : [activity?["text"]?.ToString() ?? ""];

    private static bool Says(JsonNode? activity, string words) => LinesOf(activity).Any(l => l.Contains(words, StringComparison.Ordinal));

    /// <summary>Waits for something that the bot sent.</summary>
    private Task<Passed> SentAsync(string what, Func<Passed, bool> wanted, TimeSpan? limit = null) =>
        WaitAsync(what, () => relay.Outbound.LastOrDefault(wanted), limit ?? Testbed.Soon);

    private async Task<Passed> WaitAsync(string what, Func<Passed?> look, TimeSpan limit)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (look() is { } passed)
            {
                return passed;
            }

            if (TimeProvider.System.GetElapsedTime(began) > limit)
            {
                var all = string.Join(Environment.NewLine, relay.Outbound.TakeLast(12).Select(p => $"{p.Line} {p.Status} {string.Join(" / ", LinesOf(p.Body).Take(3))}"));
                var heard = string.Join(Environment.NewLine, relay.Inbound.TakeLast(4).Select(p => $"{p.Line} {p.Status} {p.Answer?.ToJsonString() ?? ""}"));
                Assert.Fail($"There was no sign of {what}. What the bot sent last:{Environment.NewLine}{all}{Environment.NewLine}What it heard last, and its answers:{Environment.NewLine}{heard}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static Task<byte[]> ShootAsync(IPage page, string name) => page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "test-output", "playground", name + ".png") });

    private async Task<IPage> OpenAsync(IBrowser browser)
    {
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 }, ReducedMotion = ReducedMotion.Reduce, Locale = "en-US" });
        await context.RouteAsync("**/*", route => new Uri(route.Request.Url) is { IsLoopback: true } or { Scheme: "data" or "blob" } ? route.ContinueAsync() : route.AbortAsync());
        var page = await context.NewPageAsync();
        Assertions.SetDefaultExpectTimeout(60_000);
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(playground.Url.AbsoluteUri);
        return page;
    }
}
