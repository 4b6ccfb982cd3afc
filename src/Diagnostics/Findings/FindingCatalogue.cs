using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Diagnostics.Findings;

/// <summary>All findings of a diagnosis, from <c>findings.json</c> beside this file; <c>docs/findings.md</c> shows them.</summary>
public static class FindingCatalogue
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly Dictionary<string, Finding> ByCode = Read().ToDictionary(f => f.Code, StringComparer.Ordinal);

    /// <summary>In the order of the call's way.</summary>
    public static IReadOnlyCollection<Finding> All => ByCode.Values;

    /// <returns>Null for a code that is none of a diagnosis, such as a rare one of a driver.</returns>
    public static Finding? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>A table of Markdown with code, meaning, cause and fix, a line each.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder("| code | meaning | cause | fix |\n|---|---|---|---|\n");
        foreach (var finding in All.OrderBy(f => f.Place).ThenBy(f => f.Code, StringComparer.Ordinal))
        {
            text.Append($"| `{finding.Code}` | {finding.Title}; *{Words(finding.Severity)}* | {finding.Cause} | {finding.Fix} ({Words(finding.Who)}{(finding.PlanMends ? "; *Plan the fix*" : "")}) |\n");
        }

        return text.ToString();
    }

    private static string Words<T>(T value)
        where T : struct, Enum => value switch
        {
            FindingSeverity.StopsCalls => "stops calls",
            FindingSeverity.HurtsCalls => "hurts calls",
            FindingSeverity.BlindsUs => "blinds the bot",
            FindingSeverity.Warns => "warns",
            FindingFixer.Us => "by us",
            FindingFixer.TwilioConsole => "in Twilio's Console",
            FindingFixer.SwitchEngineer => "by the switch engineer",
            _ => "by who runs the network",
        };

    private static List<Finding> Read()
    {
        using var stream = typeof(FindingCatalogue).Assembly.GetManifestResourceStream("TrunkBot.Diagnostics.Findings.findings.json")!;
        var file = JsonSerializer.Deserialize<Document>(stream, Json)!;
        return [.. file.Findings.Select(f => f with { DependsOn = [.. f.DependsOn.SelectMany(d => d.StartsWith('@') ? file.Groups[d[1..]] : [d])] })];
    }

    /// <param name="Groups">Lists of codes under a name; <c>@NAME</c> in a finding's <c>dependsOn</c> stands for all of them.</param>
    private sealed record Document(IReadOnlyDictionary<string, IReadOnlyList<string>> Groups, IReadOnlyList<Finding> Findings);
}
