using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrunkBot.Lab.Script;

namespace TrunkBot.Lab.Tests.Script;

/// <summary>The people of the scripted demo: what they see on a card, and how their program ends when something is not as it must be.</summary>
public sealed class ScriptTests
{
    private const string Card = """
        { "type": "AdaptiveCard", "body": [
            { "type": "TextBlock", "text": "Approval needed" },
            { "type": "Container", "isVisible": false, "items": [ { "type": "TextBlock", "text": "folded away" } ] },
            { "type": "ActionSet", "actions": [ { "type": "Action.ShowCard", "title": "Reject", "card": { "type": "AdaptiveCard",
                "body": [ { "type": "Input.Text", "id": "reason", "label": "Why?", "value": "x" } ],
                "actions": [ { "type": "Action.Execute", "title": "Reject CHG-1", "verb": "reject", "data": { "change": "CHG-1" } } ] } } ] } ] }
        """;

    [Fact]
    public void A_card_is_read_as_it_stands_before_anything_is_opened_and_all_its_buttons_can_be_found()
    {
        using var card = JsonDocument.Parse(Card);

        Assert.Equal(["Approval needed"], CardReader.Lines(card.RootElement));
        Assert.Equal("reject", Assert.Single(CardReader.Buttons(card.RootElement)).Verb);
        Assert.Equal("x", CardReader.Inputs(card.RootElement)["reason"]);
    }

    [Theory]
    [InlineData("{}", "KeyNotFoundException: ")]
    [InlineData("{\"messages\":5}", "InvalidOperationException: ")]
    [InlineData("<html>", "JsonException: ")]
    public async Task Whatever_is_answered_the_program_says_FAILED_and_why_and_no_proxy_is_asked(string answer, string says)
    {
        await using var web = LoopbackServer.Build(0);
        web.Run(http =>
        {
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(answer);
        });
        await web.StartAsync(TestContext.Current.CancellationToken);
        var url = $"http://127.0.0.1:{LoopbackServer.Port(web)}";
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "TrunkBot.Lab.dll"), "script", "--chat", url, "--lab", url])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["http_proxy"] = "http://127.0.0.1:9";
        start.Environment.Remove("no_proxy");
        start.Environment.Remove("NO_PROXY");

        using var program = Process.Start(start)!;
        var errors = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"FAILED\n------\n{says}", said, StringComparison.Ordinal);
        Assert.Equal("", await errors);
        Assert.Equal(1, program.ExitCode);
    }
}
