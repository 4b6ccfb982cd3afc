using System.Text.Json.Nodes;

namespace TrunkBot.Lab.Script;

/// <summary>Plays the person who does the manual steps on the switch: reads the worksheet on the card and types it into the lab's page.</summary>
internal sealed class SwitchEngineer(HttpClient http, Uri lab)
{
    /// <summary>Does what the worksheet says, or takes it back, and returns it in a sentence.</summary>
    /// <param name="worksheet">The card's lines, label and value separated by a colon.</param>
    /// <exception cref="ScriptException">The worksheet is none that this person knows, or the page refused it.</exception>
    public async Task<string> WorkAsync(IReadOnlyList<string> worksheet, CancellationToken cancellationToken)
    {
        var takesBack = worksheet.Any(l => l.StartsWith("Take back: ", StringComparison.Ordinal));
        if (Value(worksheet, "Model name") is { } model)
        {
            if (takesBack != IsRemoval(worksheet))
            {
                await PostAsync("rmgm/remove", new JsonObject { ["name"] = model }, cancellationToken);
                return $"removed Remote Media Gateway Model {model}";
            }

            var ticked = worksheet.Any(l => l.Contains("Use E164 numbers", StringComparison.Ordinal) && l.TrimEnd('.').EndsWith("ticked", StringComparison.Ordinal));
            await PostAsync("rmgm", new JsonObject { ["name"] = model, ["useE164Numbers"] = ticked }, cancellationToken);
            return $"made Remote Media Gateway Model {model}, \"Use E164 numbers\" {(ticked ? "ticked" : "not ticked")}";
        }

        if (Value(worksheet, "SIP trunk name") is { } trunk && Value(worksheet, "Configured SIP binding") is { } binding)
        {
            if (takesBack != IsRemoval(worksheet))
            {
                await PostAsync("sip-trunks/remove", new JsonObject { ["name"] = trunk }, cancellationToken);
                return $"removed SIP trunk {trunk}";
            }

            await PostAsync("sip-trunks", new JsonObject { ["name"] = trunk, ["configuredSipBinding"] = binding, ["enabled"] = true }, cancellationToken);
            return $"made SIP trunk {trunk} on binding {binding} and enabled it";
        }

        if (Value(worksheet, "New table") is { } newTable
            && worksheet.FirstOrDefault(l => l.StartsWith("Entry ", StringComparison.Ordinal)) is { } entry
            && entry.Split(": SIP trunk ") is [var number, var target])
        {
            var table = newTable.Split(',')[0];
            if (takesBack)
            {
                await PostAsync("translations/remove", new JsonObject { ["table"] = table, ["dialedNumber"] = number["Entry ".Length..] }, cancellationToken);
                return $"took {number["Entry ".Length..]} out of table {table}";
            }

            await PostAsync("translations", new JsonObject { ["table"] = table, ["dialedNumber"] = number["Entry ".Length..], ["sipTrunk"] = target }, cancellationToken);
            return $"made table {table}: {number["Entry ".Length..]} goes to SIP trunk {target}";
        }

        if (worksheet.FirstOrDefault(l => l.StartsWith("Entry ", StringComparison.Ordinal)) is { } leaving
            && leaving["Entry ".Length..].Split(": removed from table ") is [var dialed, var from]
            && Value(worksheet, "Every entry that leads to") is { } led)
        {
            var body = new JsonObject { ["table"] = from, ["dialedNumber"] = dialed };
            if (takesBack)
            {
                body["sipTrunk"] = led["SIP trunk ".Length..];
            }

            await PostAsync(takesBack ? "translations" : "translations/remove", body, cancellationToken);
            return takesBack ? $"put {dialed} into table {from} again: it goes to {led}" : $"took {dialed} out of table {from}";
        }

        throw new ScriptException($"the switch engineer does not know this worksheet:{Environment.NewLine}{string.Join(Environment.NewLine, worksheet)}");
    }

    /// <summary>The worksheet has something deleted.</summary>
    private static bool IsRemoval(IReadOnlyList<string> worksheet) => Value(worksheet, "Then") == "delete" || Value(worksheet, "Status") == "disable, then delete";

    private static string? Value(IReadOnlyList<string> lines, string label) =>
        lines.FirstOrDefault(l => l.StartsWith(label + ": ", StringComparison.Ordinal))?[(label.Length + 2)..];

    private async Task PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(new Uri(lab, $"/api/{path}"), body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new ScriptException($"the lab's page refused {path}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
