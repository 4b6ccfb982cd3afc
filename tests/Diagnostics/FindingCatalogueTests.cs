using TrunkBot.Diagnostics.Findings;

namespace TrunkBot.Diagnostics.Tests;

public sealed class FindingCatalogueTests
{
    [Fact]
    public void Every_entry_is_whole() => Assert.All(FindingCatalogue.All, f =>
    {
        Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)+$", f.Code);
        string title = f.Title;
        Assert.All((string[])[title, f.Evidence, f.Cause, f.Fix, f.Source], t => Assert.False(string.IsNullOrWhiteSpace(t), f.Code));
        Assert.False(char.IsUpper(title[0]) && !title.StartsWith("Twilio", StringComparison.Ordinal) && !title.StartsWith("Symmetric", StringComparison.Ordinal)
            && !title.StartsWith("Secure", StringComparison.Ordinal) && !title.StartsWith("OPTIONS", StringComparison.Ordinal) && !title.StartsWith("SRTP", StringComparison.Ordinal), f.Code);
        Assert.DoesNotContain(" | ", $"{title}{f.Cause}{f.Fix}", StringComparison.Ordinal);
    });

    [Fact]
    public void What_an_entry_depends_on_is_in_the_catalogue_too() => Assert.All(
        FindingCatalogue.All.SelectMany(f => f.DependsOn).Where(d => !d.EndsWith('*')),
        d => Assert.NotNull(FindingCatalogue.Find(d)));

    [Fact]
    public void Nothing_brings_about_what_brings_it_about() => Assert.All(
        FindingCatalogue.All.Where(f => !f.DependsOn.Contains("*")),
        f => Assert.DoesNotContain(FindingCatalogue.All, other => f.IsBroughtAboutBy(other.Code) && other.IsBroughtAboutBy(f.Code)));
}
