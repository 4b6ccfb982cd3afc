using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TrunkBot.Cards.Tests;

/// <summary>Programs that others wrote, run by Node.js: the official template engine, and the published shapes of both faces.</summary>
internal static class Judge
{
    /// <summary>What the official engine makes of each template: its card, or the error it threw.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ExpandAsync(IEnumerable<(JsonNode Template, JsonNode Data)> given)
    {
        var rows = given.Select((g, i) => (JsonNode)new JsonObject { ["id"] = i, ["template"] = g.Template.DeepClone(), ["data"] = g.Data.DeepClone() }).ToArray();
        var answer = await AskAsync(new JsonObject { ["expand"] = new JsonArray(rows) });
        return [.. Enumerable.Range(0, rows.Length).Select(i => answer["expand"]![i.ToString()]!)];
    }

    /// <summary>What the published shape has against each value; empty for nothing.</summary>
    /// <param name="shape"><c>teams</c>, <c>slack</c> (a message) or <c>modal</c>.</param>
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> CheckAsync(string shape, IEnumerable<JsonNode> values)
    {
        var rows = values.Select((v, i) => (JsonNode)new JsonObject { ["id"] = i, ["shape"] = shape, ["value"] = v.DeepClone() }).ToArray();
        var answer = await AskAsync(new JsonObject { ["check"] = new JsonArray(rows) });
        return [.. Enumerable.Range(0, rows.Length).Select(i => (IReadOnlyList<string>)[.. answer["check"]![i.ToString()]!.AsArray().Select(e => e!.GetValue<string>())])];
    }

    private static async Task<JsonNode> AskAsync(JsonObject question)
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["judge.cjs"])
        {
            WorkingDirectory = Path.Combine(Shipped.Root, "tests", "Cards", "Oracle"), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (said, complained) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.StandardInput.WriteAsync(question.ToJsonString());
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await complained);
        return JsonNode.Parse(await said)!;
    }
}
