using System.Text.RegularExpressions;

namespace TrunkBot.Architecture.Tests;

/// <summary>Holds that the documents speak of what is there.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents() =>
    [
        "README.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Repository.Sources("README.md"))
            .Select(f => Path.GetRelativePath(Repository.Root, f)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_path_that_a_document_names_exists(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, document));
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var links = Link().Matches(text).Select(m => m.Groups[1].Value)
            .Where(l => !l.Contains("://", StringComparison.Ordinal))
            .Select(l => (Named: l, Path: Path.Combine(folder, l)));
        var paths = Code().Matches(text).Select(m => m.Groups[1].Value)
            .Where(p => !p.AsSpan().ContainsAny("*{<") && !p.Contains("NAME", StringComparison.Ordinal) && !p.Contains("NNNN", StringComparison.Ordinal))
            .Select(p => (Named: p, Path: Path.Combine(Repository.Root, p)));

        var gone = links.Concat(paths).Where(p => !File.Exists(p.Path) && !Directory.Exists(p.Path)).Select(p => p.Named);

        Assert.Empty(gone);
    }

    [Fact]
    public void The_commands_can_be_run()
    {
        foreach (var script in new[] { "demo", "test", ".ci/run" })
        {
            var mode = File.GetUnixFileMode(Path.Combine(Repository.Root, script));
            Assert.True(mode.HasFlag(UnixFileMode.UserExecute), script);
        }
    }

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?:\./)?((?:src|docs|cards|tests|deploy|manifest|demo|test|appsettings\.json|Bot\.sln|\.ci)(?:/[^`\s]*)?)`")]
    private static partial Regex Code();
}
