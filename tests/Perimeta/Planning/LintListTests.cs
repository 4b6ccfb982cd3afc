using System.Text.RegularExpressions;

namespace TrunkBot.Perimeta.Tests.Planning;

/// <summary>Holds the list of lints in <c>docs/perimeta-configuration.md</c> against the findings that the sources make.</summary>
public sealed partial class LintListTests
{
    [Fact]
    public void The_list_names_each_lint_with_its_codes_and_no_other()
    {
        var made = new[] { "Lints.cs", "ConfigurationLints.cs" }.SelectMany(Made).ToHashSet();

        // The diagnoser of the text has one code a near miss, and the lints name its source in one place.
        made.UnionWith(Codes().Matches(Source("Configuration", "ConfigDiagnoser.cs")).Select(found => found.Groups[1].Value)
            .Where(code => code is not ("sbc-config-indentation" or "sbc-config-two-levels"))
            .Select(code => (code == "sbc-config-foreign-word" ? "P17" : "P18", code)));

        Assert.Equal(Listed().Order(), made.Order());
    }

    [GeneratedRegex("\"(?<code>[a-z]+(-[a-z]+)+)\",[^\"]*FindingSeverity\\.(?:(?!FindingSeverity\\.)[\\s\\S])*?\"(?<lint>P[0-9]{2})\\b", RegexOptions.CultureInvariant)]
    private static partial Regex Findings();

    [GeneratedRegex("\"(sbc-config-[a-z-]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Codes();

    [GeneratedRegex(@"^\| (?<lint>P[0-9]{2}) \| (?<codes>[^|]+) \|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Rows();

    [GeneratedRegex("`([a-z-]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    private static IEnumerable<(string Lint, string Code)> Made(string file) =>
        Findings().Matches(Source("Planning", file)).Select(found => (found.Groups["lint"].Value, found.Groups["code"].Value));

    private static IEnumerable<(string Lint, string Code)> Listed() => Rows().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "perimeta-configuration.md")))
        .SelectMany(row => Quoted().Matches(row.Groups["codes"].Value).Select(code => (row.Groups["lint"].Value, code.Groups[1].Value)));

    private static string Source(string folder, string file) => File.ReadAllText(Path.Combine(Root(), "src", "Perimeta", folder, file));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
