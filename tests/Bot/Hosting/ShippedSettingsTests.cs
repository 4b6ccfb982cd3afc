using System.Reflection;
using System.Text.Json;
using TrunkBot.Bot.Tests.World;
using TrunkBot.Hosting;

namespace TrunkBot.Bot.Tests.Hosting;

public sealed class ShippedSettingsTests
{
    /// <summary>Read by .NET itself or before any section is bound.</summary>
    private static readonly string[] Others = ["Logging", "Urls", "AllowedHosts", "SecretsFile"];

    /// <summary>Lists and mappings: a default in the file would be added to the one in code, not replace it. Their own pages describe them.</summary>
    private static readonly Dictionary<string, string> Unlisted = new()
    {
        ["People:Accounts"] = "docs/operations.md",
        ["People:RolesOfGroups"] = "docs/operations.md",
        ["SignIn:Providers"] = "docs/operations.md",
        ["WebChat:People"] = "src/WebChat/README.md",
        ["WebChat:Groups"] = "src/WebChat/README.md",
        ["Metaswitch:StaleSequenceCodes"] = "docs/metaswitch-settings.md",
        ["Metaswitch:NoRightsCodes"] = "docs/metaswitch-settings.md",
        ["Metaswitch:ResultTexts"] = "docs/metaswitch-settings.md",
        ["Metaswitch:Binding"] = "docs/metaswitch-settings.md",
    };

    public static TheoryData<string> Sections =>
        [.. OptionsTypes().Select(t => SectionOf(t))];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_setting_stands_in_appsettings_with_its_default(string section)
    {
        var type = OptionsTypes().Single(t => SectionOf(t) == section);
        var shipped = Shipped().GetProperty(section).EnumerateObject().Select(p => p.Name);
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => p.Name);

        Assert.Equal(known.Where(k => !Unlisted.ContainsKey($"{section}:{k}")).Order(), shipped.Order());
    }

    [Fact]
    public void Appsettings_holds_no_section_that_nobody_reads()
    {
        var sections = OptionsTypes().Select(SectionOf);

        Assert.Equal(sections.Concat(Others).Order(), Shipped().EnumerateObject().Select(p => p.Name).Order());
    }

    [Fact]
    public void What_is_not_in_appsettings_is_described_elsewhere()
    {
        foreach (var (key, page) in Unlisted)
        {
            Assert.Contains(key.Split(':')[1], File.ReadAllText(Path.Combine(Repository.Root, page)), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<Type> OptionsTypes() =>
        typeof(TrunkBotHost).Assembly.GetReferencedAssemblies().Where(a => a.Name!.StartsWith("TrunkBot", StringComparison.Ordinal)).Select(Assembly.Load)
            .Append(typeof(TrunkBotHost).Assembly)
            .SelectMany(a => a.GetExportedTypes())
            .Where(t => t.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true });

    private static string SectionOf(Type options) => (string)options.GetField("Section")!.GetRawConstantValue()!;

    private static JsonElement Shipped()
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.json")),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        return document.RootElement.Clone();
    }
}
