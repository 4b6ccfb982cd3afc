using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Diagnostics.Findings;
using TrunkBot.Trunks;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot findings</c>: what a diagnosis can find, from the catalogue.</summary>
internal static class FindingsCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static Command Make()
    {
        var code = new Argument<string?>("code") { Description = "One finding, such as adjacency-inactive.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "As JSON, with all that is known of each." };
        var markdown = new Option<bool>("--markdown") { Description = "As the table of docs/findings.md." };
        var command = new Command("findings", "What a diagnosis can find: codes, causes, fixes. Nothing is asked of any system.") { code, json, markdown };
        command.SetAction(async (result, cancellationToken) =>
        {
            var wanted = result.GetValue(code);
            IReadOnlyCollection<Finding> found = wanted is null ? FindingCatalogue.All
                : FindingCatalogue.Find(wanted) is { } one ? [one]
                : throw new InputException($"there is no finding \"{wanted}\"{(Nearest.To(wanted, FindingCatalogue.All.Select(f => f.Code)) is { } near ? $"; did you mean {near}?" : "")}");
            var output = result.InvocationConfiguration.Output;
            await output.WriteAsync((result.GetValue(json) ? JsonSerializer.Serialize(found, Json) + "\n"
                : result.GetValue(markdown) ? FindingCatalogue.ToMarkdown()
                : string.Join("\n", found.Select(Text))).AsMemory(), cancellationToken);
            return ExitCode.Fine;
        });
        return command;
    }

    private static string Text(Finding finding) => $"""
        {finding.Code}: {finding.Title}
          cause:    {finding.Cause}
          fix:      {finding.Fix}
          evidence: {finding.Evidence}
          source:   {finding.Source}

        """;
}
