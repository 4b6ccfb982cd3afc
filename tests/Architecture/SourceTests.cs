using System.Text.RegularExpressions;

namespace TrunkBot.Architecture.Tests;

/// <summary>What must never stand in the sources.</summary>
public sealed partial class SourceTests
{
    [Fact]
    public void No_source_file_is_longer_than_a_few_screens()
    {
        var tooLong = Repository.Sources("*.cs").Where(f => File.ReadLines(f).Count() > 400).Select(Path.GetFileName);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_type_is_called_helper_manager_or_utils()
    {
        var found = Repository.Sources("*.cs").Where(f => Vague().IsMatch(Path.GetFileNameWithoutExtension(f))).Select(Path.GetFileName);

        Assert.Empty(found);
    }

    [Fact]
    public void Lock_files_and_sources_hold_no_download_addresses_of_registries()
    {
        var locks = Directory.EnumerateFiles(Repository.Root, "package-lock.json", SearchOption.AllDirectories)
            .Where(f => !f.Contains("node_modules", StringComparison.Ordinal));

        Assert.All(locks, f => Assert.DoesNotContain("\"resolved\"", File.ReadAllText(f), StringComparison.Ordinal));
    }

    [GeneratedRegex("(Helper|Helpers|Manager|Utils|Util)$")]
    private static partial Regex Vague();
}
